"""Who stands by the minutes of a team's visits, and when."""

from uep.access.access import rule
from uep.documents.queries import document_of
from verification.queries.minutes import PAPER, has_confirmed
from verification.queries.teams import on_the_team


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
