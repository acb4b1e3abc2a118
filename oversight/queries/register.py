"""Buku register: the office's book of letters, and the village's own; the same rows on screen, in PDF and XLSX."""

from django.db.models import Case, CharField, Count, Q, Sum, Value, When
from django.db.models.functions import ExtractYear

from proposals.flow import FINAL, State
from proposals.models import CoverLetter

IN_THE_FLOW = [state for state in State if state not in FINAL and state not in {State.DRAFT, State.SUBMITTED}]


def years(user) -> list[int]:
    """Years that have letters in the user's scope, newest first."""
    sent = CoverLetter.objects.visible_to(user).filter(submitted_at__isnull=False)
    return list(
        sent.annotate(year=ExtractYear("submitted_at")).values_list("year", flat=True).distinct().order_by("-year")
    )


def rows(user, year: int):
    """Letters received in a calendar year by agenda number (numbering restarts each year), with what became of them."""
    return (
        CoverLetter.objects.visible_to(user)
        .filter(agenda_year=year)
        .select_related("village__parent", "programme", "submitted_by", "disposition__to", "disposition__by")
        .annotate(
            households=Count("proposals"),
            asked=Sum("proposals__amount_requested"),
            running=Count("proposals", filter=Q(proposals__state__in=IN_THE_FLOW)),
            finished=Count("proposals", filter=Q(proposals__state=State.HANDED_OVER)),
            refused=Count("proposals", filter=Q(proposals__state__in=[State.INELIGIBLE, State.WITHDRAWN])),
            standing=Case(
                When(disposition__isnull=True, then=Value("menunggu disposisi")),
                default=Value("didisposisi"),
                output_field=CharField(),
            ),
        )
        .order_by("agenda_number")
    )
