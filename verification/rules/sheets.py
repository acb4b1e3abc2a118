"""Who may bring in field sheets that were filled in by hand, and say whose they are."""

from uep.access.access import rule
from verification import queries
from verification.models import SheetPage, SheetScan
from verification.queries import sheets


@rule(
    "verification.bring_sheets",
    label="Unggah lembar",
    ask="Foto atau pindai lembar kunjungan yang sudah diisi. Setiap halaman dilekatkan ke rumah tangganya menurut kode di "
    "kanan atas lembar.",
    done="Lembar diterima dan sedang dibaca.",
    tone="primary",
)
def bring_sheets(user, subject):
    yield True, ""


@rule("verification.read_again", label="Baca lagi", done="Lembar dibaca lagi.")
def read_again(user, scan):
    yield scan.stage == SheetScan.Stage.FAILED, "Pindaian ini tidak gagal dibaca."


@rule(
    "verification.set_aside_scan",
    label="Sisihkan berkas",
    ask="Berkas yang gagal dibaca tidak lagi menunggu, tetapi tetap tersimpan bersama alasannya. Halaman yang sudah terbaca tidak "
    "berubah.",
    done="Berkas disisihkan.",
)
def set_aside_scan(user, scan):
    yield scan.stage == SheetScan.Stage.FAILED, "Pindaian ini tidak gagal dibaca."


def _not_settled(user, page):
    yield page.state != SheetPage.State.ASIDE, "Lembar ini sudah disisihkan."
    yield (
        page.visit is None or page.visit.submitted_at is None,
        "Kunjungan dengan lembar ini sudah diajukan.",
    )
    yield (
        page.scan.by_id == user.pk or queries.on_the_team(user, page.assignment),
        "Hanya yang mengunggah lembar ini atau tim rumah tangganya yang memindahkannya.",
    )


@rule(
    "verification.attach_sheet",
    label="Lekatkan lembar",
    ask="Pilih rumah tangga yang tertulis di lembar. Yang tersedia hanya yang masih harus dikunjungi tim Anda.",
    done="Lembar dilekatkan.",
)
def attach_sheet(user, page):
    yield from _not_settled(user, page)
    yield sheets.may_receive(user), "Tidak ada rumah tangga yang masih harus dikunjungi tim Anda."


@rule(
    "verification.set_aside_sheet",
    label="Sisihkan lembar",
    ask="Lembar tidak lagi menunggu dicatat, tetapi tetap tersimpan bersama alasannya.",
    done="Lembar disisihkan.",
)
def set_aside_sheet(user, page):
    yield from _not_settled(user, page)
