"""Who draws visits to be seen again, who sees them, and who concludes; four eyes by person on both sides."""

from proposals.models import Proposal
from uep.access.access import rule
from verification import queries
from verification.models import SecondCheck
from verification.queries import second

State = SecondCheck.State
NOT_ON_IT = "Hanya anggota tim verifikasi ulang rumah tangga ini yang mencatat kunjungan kedua."


def not_held(proposal):
    """Kabid may have wanted nothing decided before the second look."""
    yield not second.is_held(proposal), second.HELD


@rule(
    "verification.draw_sample",
    label="Undi verifikasi ulang",
    ask="Sebagian kunjungan diundi untuk dilihat lagi oleh tim lain. Benih acak dan kumpulan yang diundi tersimpan, sehingga "
    "undian dapat diulang dan dibuktikan.",
    done="Kunjungan diundi. Tugaskan tim yang lain.",
    tone="primary",
)
def draw_sample(user, programme):
    yield second.pool_of(user, programme).exists(), "Tidak ada kunjungan di program ini yang dapat diundi."


@rule(
    "verification.assign_second_team",
    label="Tugaskan tim kedua",
    ask="Tidak seorang pun dari tim ini boleh ikut dalam kunjungan pertama. Tim diberi tahu.",
    done="Tim verifikasi ulang ditugaskan.",
    tone="primary",
)
def assign_second_team(user, draw):
    yield second.to_assign(draw).exists(), "Semua rumah tangga undian ini sudah dikunjungi tim kedua."


def _being_seen(user, task):
    yield task.state == State.ASSIGNED, "Verifikasi ulang ini tidak sedang menunggu kunjungan kedua."
    yield second.on_the_second_team(user, task), NOT_ON_IT


@rule(
    "verification.record_second_visit",
    label="Catat kunjungan kedua",
    ask="Catat yang Anda lihat sendiri. Hasil kunjungan pertama tampil setelah kunjungan kedua diajukan.",
    done="Catatan kunjungan kedua disimpan.",
    tone="primary",
)
def record_second_visit(user, task):
    yield from _being_seen(user, task)


def _begun(task):
    yield second.visit_of(task) is not None, "Kunjungan kedua belum dicatat."


@rule("verification.photograph_second", label="Tambah foto", done="Foto disimpan.")
def photograph_second(user, task):
    yield from _being_seen(user, task)
    yield from _begun(task)


@rule(
    "verification.discard_second_photo",
    label="Sisihkan foto",
    ask="Foto tidak lagi ditampilkan, tetapi tetap tersimpan.",
    done="Foto disisihkan.",
)
def discard_second_photo(user, photo):
    yield from _being_seen(user, photo.visit.task)


@rule(
    "verification.hand_in_second_visit",
    label="Ajukan kunjungan kedua",
    ask="Setelah diajukan, hasil kunjungan kedua tidak dapat diubah.",
    done="Kunjungan kedua diajukan; Kabid menyimpulkannya.",
    tone="primary",
)
def hand_in_second_visit(user, task):
    yield from _being_seen(user, task)
    yield from _begun(task)
    visit = second.visit_of(task)
    yield visit.found != visit.Found.AWAY, "Calon tidak di tempat; kunjungi lagi, lalu ubah catatannya."
    gaps = queries.lacking(visit)
    yield not gaps, f"Belum ada: {', '.join(gaps)}."


@rule(
    "verification.conclude_second_check",
    label="Simpulkan",
    ask="Kesimpulan dan alasannya tersimpan. Bila kunjungan kedua yang dipakai, skor mengikuti kunjungan kedua.",
    done="Kesimpulan disimpan.",
    tone="primary",
)
def conclude_second_check(user, task):
    yield task.is_open, "Verifikasi ulang ini sudah disimpulkan."
    proposal = Proposal.objects.get(pk=task.first.proposal_id)
    yield (
        not queries.visited_by(user, proposal) and not second.on_the_second_team(user, task),
        "Anda ikut memverifikasi di lapangan; kesimpulan oleh orang lain.",
    )


@rule(
    "verification.answer_second_check",
    label="Jawab pertanyaan Kabid",
    ask="Jelaskan mengapa hasil kedua kunjungan berbeda. Jawaban tidak dapat diubah.",
    done="Jawaban disimpan; Kabid menyimpulkannya.",
    tone="primary",
)
def answer_second_check(user, task):
    yield task.state == State.ASKED, "Tidak ada pertanyaan yang menunggu jawaban."
    yield queries.on_the_team(user, task.first.assignment), "Yang menjawab adalah tim yang berkunjung pertama."
