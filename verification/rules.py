"""Who may check, visit and validate, and when; four eyes by person (design, law 2)."""

from proposals.flow import State
from uep.access.access import rule
from verification import queries
from verification.models import FieldVisit


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
    yield not queries.unchecked(proposal), "Teruskan ke lapangan dapat dipilih setelah semua berkas diperiksa."
    yield not queries.wrong_items(proposal), "Masih ada berkas yang perlu perbaikan; kembalikan usulan ke desa."


@rule(
    "verification.return_for_correction",
    label="Kembalikan ke desa",
    ask="Desa hanya dapat mengubah yang disebut di sini. Waktu berhenti sampai perbaikan dikirim.",
    done="Usulan dikembalikan ke desa dengan daftar kekurangan.",
)
def return_for_correction(user, proposal):
    yield from _at_the_desk(proposal)
    yield bool(queries.wrong_items(proposal)), "Tandai dahulu berkas yang perlu perbaikan beserta sebabnya."


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
    yield queries.waiting_for_assignment(user).filter(programme=programme).exists(), "Tidak ada usulan yang menunggu penugasan tim."


def _on_the_team(user, assignment):
    yield (
        assignment is not None and (assignment.leader_id == user.pk or assignment.members.filter(pk=user.pk).exists()),
        "Hanya anggota tim yang ditugaskan yang mencatat kunjungan ini.",
    )


@rule("verification.record_visit", label="Catat kunjungan", done="Catatan kunjungan disimpan. Tambahkan foto, lalu ajukan.", tone="primary")
def record_visit(user, proposal):
    yield proposal.state == State.COMPLETE, "Usulan ini tidak sedang menunggu kunjungan lapangan."
    yield from _on_the_team(user, queries.current_assignment(proposal))


@rule("verification.photograph", label="Tambah foto", done="Foto disimpan.")
def photograph(user, visit):
    yield visit.submitted_at is None, "Kunjungan ini sudah diajukan."
    yield from _on_the_team(user, visit.assignment)


@rule(
    "verification.assess",
    label="Ajukan hasil kunjungan",
    ask="Setelah diajukan, hasil kunjungan tidak dapat diubah.",
    done="Hasil kunjungan diajukan ke Kabid.",
    tone="primary",
)
def assess(user, proposal):
    yield proposal.state == State.COMPLETE, "Usulan ini tidak sedang menunggu kunjungan lapangan."
    yield from _on_the_team(user, queries.current_assignment(proposal))
    visit = queries.open_visit(proposal)
    yield visit is not None, "Kunjungan belum dicatat."
    yield visit.found != FieldVisit.Found.AWAY, "Calon tidak di tempat; jadwalkan kunjungan lagi dan perbarui catatannya."
    yield bool(visit.recommendation and visit.reason), "Rekomendasi dan alasannya belum diisi."
    yield visit.photos.exists(), "Unggah sedikitnya satu foto kunjungan."


@rule(
    "verification.draw_up_minutes",
    label="Buat berita acara",
    ask="Berita acara memuat semua kunjungan tugas ini yang sudah diajukan.",
    done="Berita acara sedang disusun.",
)
def draw_up_minutes(user, assignment):
    finished = assignment.visits.filter(submitted_at__isnull=False)
    yield finished.exists(), "Belum ada kunjungan yang diajukan."
    yield finished.filter(minutes__isnull=True).exists(), "Semua kunjungan sudah masuk berita acara."


def _to_be_validated(user, proposal):
    yield proposal.state == State.ASSESSED, "Usulan ini tidak sedang menunggu validasi."
    yield not queries.visited_by(user, proposal), "Anda ikut memverifikasi di lapangan; validasi harus oleh orang lain."


@rule("verification.approve", label="Layak", ask="Alasan dicatat dan tampil di jejak usulan.", done="Usulan dinyatakan layak.", tone="primary")
def approve(user, proposal):
    yield from _to_be_validated(user, proposal)


@rule("verification.waitlist", label="Cadangan", ask="Layak, tetapi kuota atau anggaran belum cukup.", done="Usulan masuk daftar cadangan.")
def waitlist(user, proposal):
    yield from _to_be_validated(user, proposal)


@rule("verification.decline", label="Tidak layak", ask="Alasan dibaca oleh desa.", done="Usulan dinyatakan tidak layak.", tone="danger")
def decline(user, proposal):
    yield from _to_be_validated(user, proposal)


@rule("verification.revisit", label="Kunjungi lagi", ask="Sebutkan yang harus dilihat lagi.", done="Usulan dikembalikan ke tim lapangan.")
def revisit(user, proposal):
    yield from _to_be_validated(user, proposal)


@rule("verification.promote", label="Naikkan menjadi layak", ask="Gunakan bila kuota atau anggaran tersedia lagi.", done="Usulan dinaikkan dari cadangan.", tone="primary")
def promote(user, proposal):
    yield proposal.state == State.WAITLISTED, "Usulan ini tidak ada di daftar cadangan."


@rule(
    "verification.uphold_objection",
    label="Terima sanggahan",
    ask="Usulan diperiksa kembali dari awal verifikasi.",
    done="Sanggahan diterima; usulan diperiksa kembali.",
)
def uphold_objection(user, proposal):
    yield proposal.state == State.INELIGIBLE, "Hanya usulan yang dinyatakan tidak layak yang dapat disanggah."
