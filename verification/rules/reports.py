"""Who may carry visits on a phone, and who decides over what it brings back too late."""

from proposals.flow import State
from uep.access.access import rule
from verification import queries
from verification.models import FieldReport


@rule(
    "verification.take_along",
    label="Bawa tugas ke ponsel",
    done="Tugas tersimpan di ponsel ini.",
)
def take_along(user, subject):
    yield True, ""


@rule("verification.send_report", label="Kirim laporan", done="Laporan diterima.")
def send_report(user, subject):
    yield True, ""


@rule(
    "verification.shut_out_device",
    label="Tutup ponsel ini",
    ask="Gunakan bila ponsel hilang atau berpindah tangan. Tugas dan laporan yang masih tersimpan di dalamnya terhapus begitu "
    "ponsel itu tersambung; laporan yang belum terkirim ikut hilang.",
    done="Ponsel ditutup.",
    tone="danger",
)
def shut_out_device(user, device):
    yield device.shut_out_at is None, "Ponsel ini sudah ditutup."


def _undecided(user, report):
    yield report.state == FieldReport.State.CONFLICT, "Laporan ini tidak menunggu keputusan."
    yield (
        user.pk != report.by_id and not queries.on_the_team(user, report.assignment),
        "Anda anggota tim yang menulis laporan ini; keputusan oleh orang lain.",
    )


@rule(
    "verification.adopt_report",
    label="Pakai laporan ini",
    ask="Laporan menjadi kunjungan berikutnya dari rumah tangga ini. Tim masih harus mengajukannya.",
    done="Laporan menjadi kunjungan.",
    tone="primary",
)
def adopt_report(user, report):
    yield from _undecided(user, report)
    yield (
        report.proposal.state == State.COMPLETE,
        "Usulan ini tidak lagi menunggu kunjungan. Bila laporan ini perlu, pilih dahulu Kunjungi lagi saat validasi.",
    )
    yield (
        queries.current_assignment(report.proposal) is not None,
        "Tidak ada tim yang sedang ditugaskan ke rumah tangga ini. Tugaskan tim lebih dahulu.",
    )


@rule(
    "verification.set_aside_report",
    label="Sisihkan laporan",
    ask="Laporan tidak menjadi kunjungan, tetapi tetap dapat dibaca bersama alasannya.",
    done="Laporan disisihkan.",
)
def set_aside_report(user, report):
    yield from _undecided(user, report)
