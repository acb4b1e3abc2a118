"""What a second person must look at before it counts, and money that is late: scans, payment lists, agreed last days."""

from collections.abc import Iterator
from datetime import datetime, time

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone

from decrees.queries import to_confirm
from distribution.queries import lists_to_release, overdue
from uep.access.access import granted
from uep.ui.indonesian import tanggal

MOST = 40  # lines of one kind; beyond that the list page serves


def lines(user) -> Iterator[dict]:
    """Lines of work as oversight.queries.desk.Task takes them."""
    for scan in to_confirm(user).annotate(
        n=Count("decree__lines", distinct=True), due=Min("decree__proposals__due_at")
    )[:MOST]:
        yield {
            "title": f"Konfirmasi pindaian SK: {scan.decree.title}",
            "url": scan.get_absolute_url(),
            "where": f"{scan.n} penerima",
            "due": scan.due,
            "state": scan.get_outcome_display(),
            "tone": "warning",
        }
    if granted(user, "distribution.pay") or granted(user, "distribution.send_list"):
        for late in overdue(user)[:MOST]:
            yield {
                "title": f"{late.unpaid} penerima belum dibayar; kesepakatan berakhir {tanggal(late.ended)}",
                "url": reverse("distribution:decree", args=[late.ref]),
                "where": str(late),
                "due": timezone.make_aware(datetime.combine(late.ended, time.max)),
                "state": "lewat jadwal",
                "tone": "danger",
            }
    for sealed in lists_to_release(user)[:MOST]:
        yield {
            "title": f"Lepas daftar pembayaran {sealed.count} penerima ke bank",
            "url": sealed.get_absolute_url(),
            "where": str(sealed.decree),
            "state": "belum dilepas",
            "tone": "warning",
        }
