"""Who may check, visit and validate, and when; four eyes by person (design, law 2)."""

from proposals.eligibility import in_the_way
from proposals.flow import State
from proposals.queries import duplicates
from uep.access.access import rule
from uep.access.roles import Role
from verification import queries
from verification.models import FieldVisit
from verification.queries import objections, ranking
from verification.queries.reserves import why_no_place
from verification.rules import instruments, minutes, plans, reports, second, sheets  # noqa: F401 - its rules make themselves known


@rule("verification.view")
def view(user, subject):
    yield True, ""


def _at_the_desk(proposal):
    yield proposal.state == State.ASSIGNED, "Usulan ini tidak sedang diperiksa berkasnya."


@rule("verification.check", label="Periksa berkas", done="Hasil pemeriksaan disimpan.", tone="primary")
def check(user, proposal):
    yield from _at_the_desk(proposal)


@rule(
    "verification.pass_on",
    label="Teruskan ke lapangan",
    ask="Semua berkas dinyatakan benar. Kabid akan menugaskan tim untuk kunjungan lapangan.",
    done="Usulan diteruskan ke verifikasi lapangan.",
    tone="primary",
)
def pass_on(user, proposal):
    yield from _at_the_desk(proposal)
    left = queries.unchecked(proposal)
    yield not left, f"Masih {len(left)} bagian yang belum diperiksa."
    yield not queries.wrong_items(proposal), "Masih ada berkas yang perlu perbaikan; kembalikan usulan ke desa."
    yield not duplicates.undecided(proposal), "Putuskan dahulu dugaan ganda usulan ini."
    twin = duplicates.twin(proposal)
    yield (
        twin is None,
        f"Orang ini sudah diusulkan dengan register {twin.register if twin else ''}; nyatakan usulan ini tidak layak.",
    )


@rule(
    "verification.return_for_correction",
    label="Kembalikan ke desa",
    ask="Desa hanya dapat mengubah yang disebut di sini. Waktu berhenti sampai perbaikan dikirim.",
    done="Usulan dikembalikan ke desa dengan daftar kekurangan.",
)
def return_for_correction(user, proposal):
    yield from _at_the_desk(proposal)
    yield bool(queries.wrong_items(proposal)), "Tandai dahulu bagian yang perlu perbaikan beserta sebabnya."
    left = queries.unchecked(proposal)
    # The village is to hear of everything at once, not of one fault after the other.
    yield (
        not left,
        f"Periksa semua bagian dahulu, supaya desa memperbaiki sekali saja; masih {len(left)} yang belum diperiksa.",
    )


@rule(
    "verification.reject",
    label="Tidak layak",
    ask="Gunakan bila berkas sendiri menunjukkan calon tidak memenuhi syarat. Alasan dibaca oleh desa.",
    done="Usulan dinyatakan tidak layak.",
    tone="danger",
)
def reject(user, proposal):
    yield from _at_the_desk(proposal)


@rule(
    "verification.assign_team",
    label="Tugaskan tim",
    ask="Surat tugas terbit untuk tim, beserta lembar kunjungan tiap rumah tangga.",
    done="Tim ditugaskan. Surat tugas sedang disusun.",
    tone="primary",
)
def assign_team(user, programme):
    yield (
        queries.waiting_for_assignment(user).filter(programme=programme).exists(),
        "Tidak ada usulan yang menunggu penugasan tim.",
    )


@rule(
    "verification.end_assignment",
    label="Akhiri penugasan",
    ask="Rumah tangga yang belum dikunjungi kembali menunggu penugasan tim. Bila belum ada kunjungan, surat tugas dicabut.",
    done="Penugasan diakhiri.",
    tone="danger",
)
def end_assignment(user, assignment):
    yield assignment.ended_at is None, "Penugasan ini sudah diakhiri."
    yield queries.still_to_visit(assignment).exists(), "Semua rumah tangga tugas ini sudah dikunjungi."


NOT_ON_THE_TEAM = "Hanya anggota tim yang ditugaskan yang mencatat kunjungan ini."


def _sent_there(user, proposal):
    yield proposal.state == State.COMPLETE, "Usulan ini tidak sedang menunggu kunjungan lapangan."
    assignment = queries.current_assignment(proposal)
    yield assignment is not None, "Kabid belum menugaskan tim ke rumah tangga ini."
    yield queries.on_the_team(user, assignment), NOT_ON_THE_TEAM


@rule(
    "verification.record_visit",
    label="Catat kunjungan",
    done="Catatan kunjungan disimpan.",
    tone="primary",
)
def record_visit(user, proposal):
    yield from _sent_there(user, proposal)


@rule("verification.visit_again", label="Catat kunjungan ulang", done="Kunjungan ulang dicatat.", tone="primary")
def visit_again(user, proposal):
    yield from _sent_there(user, proposal)
    visit = queries.open_visit(proposal)
    yield (
        visit is not None and visit.found == FieldVisit.Found.AWAY,
        "Kunjungan ulang dicatat bila pada kunjungan sebelumnya calon tidak di tempat.",
    )


def _still_open(user, visit):
    yield visit.submitted_at is None, "Kunjungan ini sudah diajukan."
    yield queries.on_the_team(user, visit.assignment), NOT_ON_THE_TEAM
    yield visit.assignment.ended_at is None, "Penugasan tim ini sudah diakhiri."
    yield queries.still_goes(visit.assignment, visit.proposal), "Rumah tangga ini sudah dialihkan ke tim lain."


@rule("verification.photograph", label="Tambah foto", done="Foto disimpan.")
def photograph(user, visit):
    yield from _still_open(user, visit)


@rule(
    "verification.discard_photo",
    label="Sisihkan foto",
    ask="Foto tidak lagi ditampilkan, tetapi tetap tersimpan.",
    done="Foto disisihkan.",
)
def discard_photo(user, photo):
    yield from _still_open(user, photo.visit)


@rule(
    "verification.assess",
    label="Ajukan hasil kunjungan",
    ask="Setelah diajukan, hasil kunjungan tidak dapat diubah.",
    done="Hasil kunjungan diajukan ke Kabid.",
    tone="primary",
)
def assess(user, proposal):
    yield from _sent_there(user, proposal)
    visit = queries.open_visit(proposal)
    yield visit is not None, "Kunjungan belum dicatat."
    yield visit.found != FieldVisit.Found.AWAY, "Calon tidak di tempat; kunjungi lagi, lalu catat kunjungan ulang."
    gaps = queries.lacking(visit)
    yield not gaps, f"Belum ada: {', '.join(gaps)}."


@rule(
    "verification.draw_up_minutes",
    label="Buat berita acara",
    ask="Berita acara memuat semua kunjungan tugas ini yang sudah diajukan dan belum masuk berita acara lain.",
    done="Berita acara sedang disusun.",
)
def draw_up_minutes(user, assignment):
    yield (
        Role.DIVISION_HEAD in user.roles_today or queries.on_the_team(user, assignment),
        "Berita acara dibuat oleh tim yang berkunjung atau Kabid.",
    )
    finished = assignment.visits.filter(submitted_at__isnull=False)
    yield finished.exists(), "Belum ada kunjungan yang diajukan."
    yield finished.filter(minutes__isnull=True).exists(), "Semua kunjungan sudah masuk berita acara."


def _to_be_validated(user, proposal):
    yield proposal.state == State.ASSESSED, "Usulan ini tidak sedang menunggu validasi."
    yield not queries.visited_by(user, proposal), "Anda ikut memverifikasi di lapangan; validasi harus oleh orang lain."


def _meets_the_rules(proposal):
    """Nobody becomes a recipient against a rule that Kabid has not set aside in writing."""
    unmet = in_the_way([proposal]).get(proposal.pk)
    yield not unmet, f"Aturan program belum terpenuhi: {unmet[0].sentence}" if unmet else ""


def _has_a_place(proposal):
    """Quota, shares and budget hold for one decision as for a whole ranking."""
    used_up = why_no_place(proposal)
    yield not used_up, f"{used_up} Tempat terbuka bila ada penerima yang ditarik, atau kuota dan anggarannya ditambah."


@rule("verification.validate", label="Validasi", tone="primary")
def validate(user, proposal):
    if proposal is not None:  # the page may be read; what is decided there asks again
        yield from _to_be_validated(user, proposal)


@rule(
    "verification.approve",
    label="Layak",
    ask="Alasan dicatat dan tampil di jejak usulan.",
    done="Usulan dinyatakan layak.",
    tone="primary",
)
def approve(user, proposal):
    yield from _to_be_validated(user, proposal)
    yield from second.not_held(proposal)
    yield from _meets_the_rules(proposal)
    yield from _has_a_place(proposal)


@rule(
    "verification.waitlist",
    label="Cadangan",
    ask="Layak, tetapi kuota atau anggaran belum cukup.",
    done="Usulan masuk daftar cadangan.",
)
def waitlist(user, proposal):
    yield from _to_be_validated(user, proposal)
    yield from second.not_held(proposal)


@rule(
    "verification.decline",
    label="Tidak layak",
    ask="Alasan dibaca oleh desa.",
    done="Usulan dinyatakan tidak layak.",
    tone="danger",
)
def decline(user, proposal):
    yield from _to_be_validated(user, proposal)
    yield from second.not_held(proposal)


@rule(
    "verification.revisit",
    label="Kunjungi lagi",
    ask="Sebutkan yang harus dilihat lagi.",
    done="Usulan menunggu kunjungan lagi. Tugaskan timnya.",
)
def revisit(user, proposal):
    yield from _to_be_validated(user, proposal)


@rule(
    "verification.promote",
    label="Naikkan menjadi layak",
    ask="Gunakan bila kuota atau anggaran tersedia lagi.",
    done="Usulan dinaikkan dari cadangan.",
    tone="primary",
)
def promote(user, proposal):
    yield proposal.state == State.WAITLISTED, "Usulan ini tidak ada di daftar cadangan."
    yield from second.not_held(proposal)
    yield from _meets_the_rules(proposal)
    yield from _has_a_place(proposal)


@rule(
    "verification.uphold_objection",
    label="Terima sanggahan",
    ask="Usulan diperiksa kembali dari awal: berkas, lalu lapangan.",
    done="Sanggahan diterima; usulan diperiksa kembali.",
)
def uphold_objection(user, proposal):
    yield proposal.state == State.INELIGIBLE, "Hanya usulan yang dinyatakan tidak layak yang dapat disanggah."


# The ranking ---------------------------------------------------------------------------------------------------------


@rule("verification.view_ranking")
def view_ranking(user, subject):
    yield True, ""


@rule(
    "verification.set_weights",
    label="Ubah bobot",
    ask="Bobot berlaku untuk pemeringkatan berikutnya. Yang sudah diterapkan tidak berubah.",
    done="Bobot disimpan.",
)
def set_weights(user, programme):
    yield True, ""


@rule(
    "verification.set_shares",
    label="Kuota wilayah",
    ask="Paling banyak berapa penerima dari tiap wilayah. Kosongkan bila wilayah itu tidak dibatasi tersendiri.",
    done="Kuota wilayah disimpan.",
)
def set_shares(user, programme):
    yield True, ""


@rule(
    "verification.apply_ranking",
    label="Terapkan peringkat",
    ask="Yang mendapat tempat menjadi layak, yang lain masuk daftar cadangan. Daftar peringkat terbit sebagai berita acara.",
    done="Peringkat diterapkan. Daftar peringkat sedang disusun.",
    tone="primary",
)
def apply_ranking(user, programme):
    yield ranking.competes(programme), "Tidak ada usulan yang menunggu pemeringkatan."


# The objection window -------------------------------------------------------------------------------------------------


@rule("verification.view_publication")
def view_publication(user, publication):
    yield True, ""


@rule("verification.view_objections")
def view_objections(user, objection):
    yield True, ""


@rule(
    "verification.publish",
    label="Umumkan hasil sementara",
    ask="Siapa pun dapat membaca nama tersamar dan hasilnya, dan menyanggah selama masa sanggah. Selama itu rumah tangga di "
    "pengumuman tidak dapat masuk draf SK.",
    done="Hasil sementara diumumkan. Cetak pengumumannya untuk papan desa.",
    tone="primary",
)
def publish(user, programme):
    yield objections.to_publish(programme).exists(), "Tidak ada hasil yang belum diumumkan di program ini."


@rule(
    "verification.withdraw_publication",
    label="Tarik pengumuman",
    ask="Halaman umum lalu menyebut bahwa pengumuman ditarik, beserta alasannya. Sanggahan yang sudah masuk tetap dijawab.",
    done="Pengumuman ditarik.",
    tone="danger",
)
def withdraw_publication(user, publication):
    yield publication.withdrawn_at is None, "Pengumuman ini sudah ditarik."
    yield not publication.is_over, "Masa sanggah ini sudah selesai."


@rule(
    "verification.file_objection",
    label="Catat sanggahan",
    ask="Gunakan untuk yang datang ke kantor, atau bila desa menyanggah hasil bagi warganya.",
    done="Sanggahan dicatat dan menunggu jawaban.",
)
def file_objection(user, proposal):
    if user.role == Role.VILLAGE:
        yield proposal.village_id == user.village_id, "Usulan ini milik desa/kelurahan lain."
        yield proposal.state != State.ELIGIBLE, "Usulan ini sudah dinyatakan layak."
    yield (
        proposal.state in objections.PUBLISHED,
        "Yang dapat disanggah adalah hasil sementara: layak, cadangan, atau tidak layak, sebelum masuk draf SK.",
    )


@rule(
    "verification.decide_objection",
    label="Jawab sanggahan",
    ask="Jawaban dibaca penyanggah. Sanggahan yang diterima membuka kembali hasil rumah tangga ini.",
    done="Sanggahan dijawab.",
    tone="primary",
)
def decide_objection(user, objection):
    yield not objection.decision, "Sanggahan ini sudah dijawab."
    yield (
        not queries.visited_by(user, objection.proposal),
        "Anda ikut memverifikasi rumah tangga ini di lapangan; sanggahan dijawab oleh orang lain.",
    )
    yield (
        not objections.judged_by(user, objection.proposal),
        "Anda yang memutuskan hasil rumah tangga ini; sanggahan dijawab oleh orang lain.",
    )
