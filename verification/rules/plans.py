"""Who plans the days of a journey: Kabid any, the leader the own one; only Kabid hands over or moves the SOP's clock."""

from uep.access.access import rule
from uep.access.roles import Role
from verification import queries


def _under_way(assignment):
    yield assignment.ended_at is None, "Penugasan ini sudah diakhiri."
    yield queries.still_to_visit(assignment).exists(), "Semua rumah tangga tugas ini sudah dikunjungi."


def _in_charge(user, assignment):
    yield (
        Role.DIVISION_HEAD in user.roles_today or assignment.leader_id == user.pk,
        "Rencana perjalanan diatur oleh ketua tim atau Kabid.",
    )


@rule(
    "verification.order_route",
    label="Atur urutan",
    ask="Urutan kunjungan setiap hari. Tulis nomor baru di samping rumah tangga yang dipindah.",
    done="Urutan disimpan.",
)
def order_route(user, assignment):
    yield from _in_charge(user, assignment)
    yield from _under_way(assignment)


@rule(
    "verification.postpone",
    label="Pindahkan hari",
    ask="Rumah tangga yang dipilih dikunjungi pada hari lain dalam masa tugas. Rencana semula tetap tercatat.",
    done="Hari kunjungan dipindah.",
)
def postpone(user, assignment):
    yield from _in_charge(user, assignment)
    yield from _under_way(assignment)


@rule(
    "verification.extend",
    label="Perpanjang masa tugas",
    ask="Surat tugas (dan SPPD, bila sudah dibuat) terbit kembali dengan tanggal baru; yang lama ditandai diubah.",
    done="Masa tugas diperpanjang. Surat tugas baru sedang disusun.",
)
def extend(user, assignment):
    yield from _in_charge(user, assignment)
    yield from _under_way(assignment)


@rule(
    "verification.give_time",
    label="Perpanjang batas waktu",
    ask="Batas waktu SOP rumah tangga yang belum dikunjungi mundur menurut kalender kerja. Alasan tampil di jejak usulan, "
    "juga bagi desa.",
    done="Batas waktu diperpanjang.",
)
def give_time(user, assignment):
    yield from _under_way(assignment)
    left = queries.still_to_visit(assignment).filter(due_at__isnull=False)
    yield left.exists(), "Tidak ada batas waktu yang sedang berjalan."


@rule(
    "verification.reassign",
    label="Alihkan ke tim lain",
    ask="Surat tugas baru terbit untuk tim yang dipilih. Surat tugas lama terbit kembali tanpa rumah tangga yang dialihkan.",
    done="Rumah tangga dialihkan. Surat tugas sedang disusun.",
)
def reassign(user, assignment):
    yield from _under_way(assignment)


@rule(
    "verification.order_travel",
    label="Buat SPPD",
    ask="Satu SPPD untuk setiap anggota tim. Bila isiannya diperbaiki, SPPD terbit kembali dan yang lama ditandai diubah.",
    done="SPPD sedang disusun.",
)
def order_travel(user, assignment):
    yield from _in_charge(user, assignment)
    yield assignment.ended_at is None, "Penugasan ini sudah diakhiri."


@rule(
    "verification.set_day_limits",
    label="Batas kunjungan sehari",
    ask="Berapa rumah tangga dapat dikunjungi satu tim dalam sehari, misalnya 5 sampai 10 di desa berbukit. Rencana yang "
    "melebihi batas diberi peringatan, tidak ditolak.",
    done="Batas kunjungan disimpan.",
)
def set_day_limits(user, subject):
    yield True, ""
