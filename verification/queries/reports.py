"""What a phone takes along into the field, and what it has brought back."""

import hashlib
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from proposals.models import Proposal
from verification.models import Assignment, FieldDevice, FieldReport, PlannedVisit, ReportPart
from verification.queries import ROAD, current_assignment, open_visit, to_visit

DAYS_KEPT = 14  # after the journey's last day a phone forgets what it took along, also without a signal


class Errand(NamedTuple):
    """One household as a phone takes it along."""

    proposal: Proposal
    assignment: Assignment
    base: str  # what the office knew of its visits at that moment
    day: date | None  # as it is planned; None for journeys from before days were planned


def errands(user) -> list[Errand]:
    """Households that this person's open assignments are still to see: day by day as they are planned, in the order of the
    route; what has no day last, in the order of the road. Three queries each.
    """
    planned = PlannedVisit.objects.standing().filter(proposal=OuterRef("pk"), assignment__ended_at__isnull=True)
    newest = planned.order_by("-assignment")
    rows = to_visit(user, Proposal.objects.visible_to(user)).filter(own=0)
    rows = rows.select_related("village__parent", "programme").annotate(
        day=Subquery(newest.values("day")[:1]), place=Subquery(newest.values("position")[:1])
    )
    rows = rows.order_by(F("day").asc(nulls_last=True), "place", *ROAD)
    return [Errand(row, current_assignment(row), base_of(row), row.day) for row in rows]


def base_of(proposal) -> str:
    """Says whether anybody wrote anything about visits to it since: the number of visits, and when the open one was changed."""
    visit = open_visit(proposal)
    changed = visit.entered_at.isoformat() if visit else ""
    return f"{proposal.visits.count()}/{changed}"


def is_again(proposal) -> bool:
    """Nobody was at home the last time: what comes now is the next visit, and that one stays as it was written down."""
    visit = open_visit(proposal)
    return visit is not None and visit.found == visit.Found.AWAY


def expires(assignment) -> str:
    """The day after which a phone forgets this journey, as ISO text."""
    return (assignment.ends + timedelta(days=DAYS_KEPT)).isoformat()


def went_there(user, proposal, assignment_ref: str) -> Assignment | None:
    """The assignment by which this person took this household along, also after it was ended or the person's area changed."""
    team = Q(leader=user) | Q(pk__in=Assignment.members.through.objects.filter(user=user).values("assignment"))
    return Assignment.objects.filter(team, ref=assignment_ref, proposals=proposal).first()


def device_of(user, key: str) -> FieldDevice | None:
    """The phone of this user that knows this key, shut out or not."""
    return FieldDevice.objects.filter(user=user, key_hash=hash_of(key)).first() if key else None


def hash_of(key: str) -> str:
    """A key is 256 random bits, so a plain hash keeps it as well as a slow one would."""
    return hashlib.sha256(key.encode()).hexdigest()


def devices(user) -> QuerySet[FieldDevice]:
    """Phones in the user's scope."""
    return FieldDevice.objects.visible_to(user).select_related("user", "shut_out_by")


def parts_of(report) -> list[ReportPart]:
    return list(report.parts.select_related("file").defer("received"))


def to_decide(user) -> QuerySet[FieldReport]:
    """Reports that wait for a decision, the longest waiting first."""
    rows = FieldReport.objects.visible_to(user).undecided()
    return rows.select_related("proposal__village", "by").order_by("received_at", "pk")


def reports_of(proposal) -> QuerySet[FieldReport]:
    return proposal.field_reports.select_related("by", "visit").order_by("-received_at", "-pk")
