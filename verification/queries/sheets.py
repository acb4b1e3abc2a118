"""Filled field sheets that came back on paper: whose they are, what waits to be written down, what is still loose."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db.models import BooleanField, Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.urls import Resolver404, resolve

from proposals.flow import State as FlowState
from verification.models import Assignment, FieldVisit, SheetPage, SheetScan
from verification.queries import journeys_of, owed

State = SheetPage.State


class Told(NamedTuple):
    """What the code of a sheet says."""

    proposal: str  # ref
    version: int | None  # of the instrument that is printed on it


def read_code(text: str) -> Told | None:
    """None for a code that is no field sheet of this office."""
    try:
        address = urlsplit(text)
        if f"{address.scheme}://{address.netloc}" != settings.PUBLIC_URL.rstrip("/"):
            return None
        found = resolve(address.path)
    except (ValueError, Resolver404):  # no address at all, or none of a page
        return None
    if found.view_name != "proposals:proposal":
        return None
    version = parse_qs(address.query).get("versi", [""])[0]
    return Told(found.kwargs["ref"], int(version) if version.isdecimal() and len(version) < 5 else None)


def _still_owed() -> Q:
    """Its team still goes to the household, whose turn it is to be visited."""
    sent = owed(OuterRef("assignment"), OuterRef("proposal"))
    return sent & Q(assignment__ended_at__isnull=True, proposal__state=FlowState.COMPLETE)


def _rows() -> QuerySet[SheetPage]:
    return SheetPage.objects.select_related("scan__file", "file", "proposal__village__parent", "assignment")


def to_type(user) -> QuerySet[SheetPage]:
    """Pages that wait to be written down by a team the user is on, by household; `is_again` where nobody was at home."""
    team = Q(assignment__leader=user) | Q(
        assignment__in=Assignment.members.through.objects.filter(user=user).values("assignment")
    )
    newest = FieldVisit.objects.filter(proposal=OuterRef("proposal")).order_by("-round")
    away = Q(newest_found=FieldVisit.Found.AWAY, newest_of=F("assignment"))
    rows = _rows().untyped().filter(team, _still_owed())
    rows = rows.annotate(
        newest_found=Subquery(newest.values("found")[:1]), newest_of=Subquery(newest.values("assignment")[:1])
    ).annotate(is_again=Case(When(away, then=True), default=False, output_field=BooleanField()))
    return rows.order_by(
        "proposal__village__parent__name", "proposal__village__name", "proposal__name", "proposal", "pk"
    )


def by_household(pages: Iterable[SheetPage]) -> list[tuple]:
    """(household, its pages), from pages in the order of households."""
    return [(proposal, list(rows)) for proposal, rows in groupby(pages, key=lambda page: page.proposal)]


def count_to_type(user) -> int:
    """Of how many households. One query."""
    return to_type(user).order_by().aggregate(n=Count("proposal", distinct=True))["n"]


def loose(user) -> QuerySet[SheetPage]:
    """Pages the user brought that belong to no household (any more) and were not put aside."""
    stranded = Q(state=State.ATTACHED, visit=None) & ~Q(_still_owed())
    return _rows().filter(Q(state=State.LOOSE) | stranded, scan__by=user).order_by("-scan_id", "number")


def count_loose(user) -> int:
    return loose(user).count()


def unread(user) -> QuerySet[SheetScan]:
    """Scans of the user that are not read yet, or could not be; how many pages are done (`done`)."""
    rows = SheetScan.objects.visible_to(user).exclude(stage__in=[SheetScan.Stage.READ, SheetScan.Stage.ASIDE])
    return rows.select_related("file").annotate(done=Count("pages")).order_by("-at", "-pk")


def scans_put_aside(user) -> QuerySet[SheetScan]:
    rows = SheetScan.objects.visible_to(user).filter(stage=SheetScan.Stage.ASIDE)
    return rows.select_related("file").order_by("-decided_at", "-pk")


def put_aside(user) -> QuerySet[SheetPage]:
    return _rows().filter(state=State.ASIDE, scan__by=user).order_by("-decided_at", "-pk")


def may_receive(user) -> bool:
    """Is there a household that the user's teams are still to see?"""
    return bool(journeys_of(user))


def beside(proposal, visit, assignment) -> list[SheetPage]:
    """The pages to type over from: those of the visit that is being written, and those that wait for one."""
    waiting = Q(visit=None, assignment=assignment) if assignment else Q(pk=None)
    its = Q(visit=visit) if visit else Q(pk=None)
    rows = proposal.sheet_pages.filter(waiting | its, state=State.ATTACHED)
    return list(rows.select_related("file", "scan__file").order_by("scan_id", "number"))


def pages_of_visit(visit) -> list[SheetPage]:
    return list(visit.sheet_pages.select_related("file", "scan__file").order_by("scan_id", "number"))


def same_page(sha256: str, *, but: SheetPage | None = None) -> SheetPage | None:
    """The very same page, where it is attached already."""
    rows = SheetPage.objects.filter(sha256=sha256, state=State.ATTACHED).select_related("proposal")
    return (rows.exclude(pk=but.pk) if but else rows).order_by("pk").first()


def pages_of(proposal) -> list[tuple]:
    """(visit or None, its pages) of a household, the newest visit first, what waits to be written down before it."""
    rows = proposal.sheet_pages.filter(state=State.ATTACHED).select_related("file", "scan__file", "visit")
    pages = sorted(rows, key=lambda page: (-(page.visit.round if page.visit else 10**6), page.scan_id, page.number))
    return [(visit, list(of_it)) for visit, of_it in groupby(pages, key=lambda page: page.visit)]
