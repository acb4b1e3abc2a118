"""Who stands by the minutes of a team's visits, and when."""

from uep.access.access import rule
from uep.access.roles import Role
from uep.documents.queries import document_of
from verification.queries.minutes import MOST_PHOTOS, PAPER, PHOTOS_UNLESS_CHOSEN, has_confirmed
from verification.queries.teams import on_the_team


@rule(
    "verification.choose_photos",
    label="Pilih foto berita acara",
    ask=f"Lampiran berita acara memuat paling banyak {MOST_PHOTOS} foto tiap rumah tangga. Tanpa pilihan dimuat "
    f"{PHOTOS_UNLESS_CHOSEN} foto pertama; semua foto tetap tersimpan.",
    done="Pilihan foto disimpan.",
)
def choose_photos(user, visit):
    yield (
        Role.DIVISION_HEAD in user.roles_today or on_the_team(user, visit.assignment),
        "Foto dipilih oleh tim yang berkunjung atau Kabid.",
    )
    yield not visit.minutes.exists(), "Kunjungan ini sudah masuk berita acara."
    yield visit.photos.current().exists(), "Kunjungan ini belum mempunyai foto."


@rule(
    "verification.confirm_minutes",
    label="Konfirmasi berita acara",
    ask="Konfirmasi Anda tercatat atas nama dan waktu masuk Anda, dan berlaku untuk naskah ini saja.",
    done="Berita acara dikonfirmasi.",
    tone="primary",
)
def confirm_minutes(user, minutes):
    yield (
        on_the_team(user, minutes.assignment),
        "Berita acara dikonfirmasi oleh anggota tim yang berkunjung, masing-masing dengan akunnya sendiri.",
    )
    document = document_of(PAPER, minutes)
    yield document is not None and document.is_ready, "Berita acara ini masih disusun."
    yield not has_confirmed(user, document), "Anda sudah mengonfirmasi berita acara ini."
