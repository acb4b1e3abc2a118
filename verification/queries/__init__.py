"""Reads of step 2."""

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from proposals.flow import State
from proposals.models import BY_THE_DESK, Proposal, Requirement
from proposals.queries.proposals import requirements_with_papers
from uep.access.roles import Role
from uep.accounts.models import User
from uep.files.models import StoredFile
from verification.checklist import Item, items
from verification.models import Assignment, Defect, DeskCheck, FieldVisit, Minutes, PlannedVisit, VisitPhoto
from verification.queries.teams import on_the_team as on_the_team
from verification.queries.teams import team_facts as team_facts
from verification.queries.teams import team_of as team_of
from verification.queries.teams import unseeing as unseeing
from verification.queries.teams import visited_by as visited_by
from verification.queries.teams import visited_in as visited_in
from verification.questions import gaps as gaps_of

UPHELD = "verification.uphold_objection"


# The desk ------------------------------------------------------------------------------------------------------------


class Rounds(NamedTuple):
    """Which examination this is, and since which one verdicts count: an upheld objection opens everything again."""

    now: int
    since: int


class Look(NamedTuple):
    """One item of the desk check as a person looks at it."""

    item: Item
    requirement: Requirement | None  # with its `papers`; None for a group of data
    verdict: DeskCheck | None  # the one that counts now
    before: DeskCheck | None  # of an earlier round, when it no longer counts


def rounds(proposal) -> Rounds:
    """One query. A proposal's first examination is round 1; each return to the desk begins another one."""
    acts = list(proposal.steps.filter(target=State.ASSIGNED).order_by("pk").values_list("act", flat=True))
    upheld = [number for number, act in enumerate(acts, 1) if act == UPHELD]
    return Rounds(max(len(acts), 1), max(upheld, default=1))


def round_of(proposal) -> int:
    return rounds(proposal).now


def papers_to_check(proposal) -> list[Requirement]:
    """Papers needed by now, each with its `papers`; a voluntary one only when it was handed in."""
    wanted = requirements_with_papers(proposal)
    return [r for r in wanted if r.needed_from in BY_THE_DESK and (r.is_required or r.papers)]


def items_of(proposal) -> list[Item]:
    """What is checked at the desk for this proposal: its papers, then its data."""
    return items(papers_to_check(proposal))


def verdicts(proposal) -> dict[str, DeskCheck]:
    """The verdict that counts per item: this round's, or an earlier "right", since a return opens only what was wrong."""
    now, since = rounds(proposal)
    newest = {check.item: check for check in _checks(proposal) if check.round >= since}
    return {code: check for code, check in newest.items() if _counts(check, now)}


def _checks(proposal) -> QuerySet[DeskCheck]:
    return proposal.desk_checks.select_related("by").order_by("round", "pk")


def _counts(check: DeskCheck, now: int) -> bool:
    return check.round == now or check.verdict == DeskCheck.Verdict.RIGHT


def desk(proposal) -> list[Look]:
    """Every item with what was said about it. Four queries."""
    now, since = rounds(proposal)
    newest = {check.item: check for check in _checks(proposal)}
    wanted = {requirement.code: requirement for requirement in papers_to_check(proposal)}
    looks = []
    for item in items(wanted.values()):
        check = newest.get(item.code)
        holds = check is not None and check.round >= since and _counts(check, now)
        looks.append(Look(item, wanted.get(item.code), check if holds else None, None if holds else check))
    return looks


def unchecked(proposal) -> list[Item]:
    """Items without a verdict that counts."""
    done = verdicts(proposal)
    return [item for item in items_of(proposal) if item.code not in done]


def wrong_items(proposal) -> list[DeskCheck]:
    return [check for check in verdicts(proposal).values() if check.verdict == DeskCheck.Verdict.WRONG]


def defects_of(proposal) -> list[tuple[int, list[Defect]]]:
    """What it was sent back for, by round, the newest first."""
    by_round: dict[int, list[Defect]] = {}
    for defect in proposal.defects.order_by("-round", "pk"):
        by_round.setdefault(defect.round, []).append(defect)
    return list(by_round.items())


# Who goes ------------------------------------------------------------------------------------------------------------


def owed(assignment, proposal) -> Q:
    """The assignment still has to see the proposal: no finished visit, and not handed to another team."""
    visited = FieldVisit.objects.filter(assignment=assignment, proposal=proposal, submitted_at__isnull=False)
    return Q(~Exists(visited)) & Q(~Exists(_released(assignment, proposal)))


def _released(assignment, proposal) -> QuerySet[PlannedVisit]:
    return PlannedVisit.objects.released().filter(assignment=assignment, proposal=proposal)


def assignments_with_work_left() -> QuerySet[Assignment]:
    """For Exists: assignments that still owe the outer proposal a visit."""
    return Assignment.objects.open().filter(owed(OuterRef("pk"), OuterRef(OuterRef("pk"))), proposals=OuterRef("pk"))


def current_assignment(proposal) -> Assignment | None:
    """The assignment by which it is to be visited now; None when nobody is sent."""
    return Assignment.objects.open().filter(owed(OuterRef("pk"), proposal), proposals=proposal).order_by("-pk").first()


def still_to_visit(assignment) -> QuerySet[Proposal]:
    """Households of the assignment that its team has not seen and that nobody else was sent to."""
    return assignment.proposals.filter(owed(assignment.pk, OuterRef("pk")), state=State.COMPLETE)


def team_choices(user) -> QuerySet[User]:
    """Staff who can be sent into the field, with the `load` each carries: households they are still to visit."""
    households = Assignment.proposals.through.objects.filter(
        assignment__ended_at__isnull=True, proposal__state=State.COMPLETE
    )
    unvisited = owed(OuterRef("assignment"), OuterRef("proposal"))
    led = households.filter(unvisited, assignment__leader=OuterRef("pk"))
    joined = households.filter(unvisited, assignment__members=OuterRef("pk"))
    return (
        User.objects.filter(role=Role.STAFF, is_active=True)
        .annotate(load=_counted(led, "assignment__leader") + _counted(joined, "assignment__members"))
        .order_by("full_name", "pk")
    )


def _counted(rows, group: str):
    counted = rows.order_by().values(group).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def waiting_for_assignment(user, *, within: QuerySet[Proposal] | None = None) -> QuerySet[Proposal]:
    """Papers complete, and nobody is sent."""
    rows = (Proposal.objects.visible_to(user) if within is None else within).filter(state=State.COMPLETE)
    rows = rows.filter(~Exists(assignments_with_work_left()))
    return rows.select_related("village__parent").order_by("due_at", "pk")


def to_assign(user) -> list[dict]:
    """How many households wait for a team, by programme and district. One query."""
    rows = waiting_for_assignment(user).order_by("programme__year", "programme__name", "village__parent__name")
    return list(
        rows.values(
            "programme__ref",
            "programme__year",
            programme_name=F("programme__name"),
            district=F("village__parent"),
            district_name=F("village__parent__name"),
        ).annotate(households=Count("pk"))
    )


def to_assign_by_programme(user) -> list[dict]:
    """How many households wait for a team (`households`), since when they are due (`due`), by programme. One query."""
    rows = waiting_for_assignment(user).order_by("programme__year", "programme__name")
    groups = rows.values("programme__ref", "programme__name", "programme__year")
    return list(groups.annotate(households=Count("pk"), due=Min("due_at")))


def journeys_of(user) -> list[dict]:
    """Assignments whose team the user is on, with the `households` it still has to see and when the first is `due`.

    One query. Not counted: whom it has seen already, also when Kabid wants them seen again by a team to be sent anew.
    """
    team = Q(assignment__leader=user.pk) | Q(assignment__members=user.pk)
    rows = Assignment.proposals.through.objects.filter(
        team,
        owed(OuterRef("assignment"), OuterRef("proposal")),
        assignment__ended_at__isnull=True,
        proposal__state=State.COMPLETE,
    )
    return list(
        rows.order_by()
        .values(ref=F("assignment__ref"), purpose=F("assignment__purpose"))
        .annotate(households=Count("proposal", distinct=True), due=Min("proposal__due_at"))
        .order_by("due")
    )


# In the field --------------------------------------------------------------------------------------------------------


def to_visit(user, within: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Households whose team is on its way, the user's own first (`own`), each with its `teams`."""
    mine = Q(leader=user) | Q(members=user)
    teams = Assignment.objects.open().select_related("leader").order_by("-pk")
    return (
        within.filter(Exists(assignments_with_work_left()), state=State.COMPLETE)
        .annotate(own=_first_if(Exists(assignments_with_work_left().filter(mine))))
        .prefetch_related(Prefetch("assignments", queryset=teams, to_attr="teams"))
    )


def open_visit(proposal) -> FieldVisit | None:
    """The newest visit, while it is not handed in and its team is still the one that goes there."""
    visit = proposal.visits.select_related("assignment", "instrument").order_by("-round").first()
    return visit if visit and visit.submitted_at is None and still_goes(visit.assignment, proposal) else None


def still_goes(assignment, proposal) -> bool:
    """The team was neither called back nor was the household handed to another one."""
    return assignment.ended_at is None and not _released(assignment, proposal).exists()


def last_visit(proposal) -> FieldVisit | None:
    """The newest finished visit."""
    return proposal.visits.filter(submitted_at__isnull=False).order_by("-round").first()


def visits_of(proposal) -> QuerySet[FieldVisit]:
    """Every visit with its `shown` photos, the newest first. Two queries."""
    photos = Prefetch("photos", queryset=photos_shown(), to_attr="shown")
    rows = proposal.visits.select_related("by", "assignment", "instrument")
    return rows.prefetch_related(photos).order_by("-round")


def photos_shown() -> QuerySet[VisitPhoto]:
    return VisitPhoto.objects.current().select_related("file").order_by("subject", "pk")


def lacking(visit) -> list[str]:
    """What a visit still needs before it can be handed in, as nouns. One query.

    The questions of its instrument are asked of a household that was found; what hangs on an answer only then.
    """
    found = visit.found == FieldVisit.Found.FOUND
    photographed = set(visit.photos.current().values_list("subject", flat=True))
    gaps = {
        "siapa yang ditemui": not visit.met,
        "kecocokan identitas": found and visit.identity_matches is None,
        "tempat tinggal": found and visit.lives_there is None,
        "keadaan usaha": found and visit.business_exists is None,
        "rekomendasi": not visit.recommendation,
        "alasan rekomendasi": not visit.reason.strip(),
        "sedikitnya satu foto": not photographed,
    }
    nouns = [noun for noun, lacks in gaps.items() if lacks]
    return nouns + (gaps_of(visit.instrument.definition, visit.indicators, photographed) if found else [])


def seen_elsewhere(photos: Collection[VisitPhoto]) -> set[int]:
    """Photos whose very bytes came in before, for whatever household: pk. One query."""
    hashes = {photo.file.received_sha256: photo for photo in photos}
    others = StoredFile.objects.filter(received_sha256__in=hashes).exclude(pk__in=[p.file_id for p in photos])
    known = set(others.values_list("received_sha256", flat=True))
    return {photo.pk for photo in photos if photo.file.received_sha256 in known}


def assignments(user) -> QuerySet[Assignment]:
    """Assignments in the user's scope with `households` and how many are `visited`."""
    households = Assignment.proposals.through.objects.filter(
        ~Exists(_released(OuterRef("assignment"), OuterRef("proposal"))), assignment=OuterRef("pk")
    )
    visited = FieldVisit.objects.filter(assignment=OuterRef("pk"), submitted_at__isnull=False)
    return (
        Assignment.objects.visible_to(user)
        .select_related("leader")
        .prefetch_related("members")
        .annotate(households=_counted(households, "assignment"), visited=_counted(visited, "assignment"))
    )


ROAD = ("village__parent__name", "village__name", "name", "pk")


def household_rows(assignment) -> QuerySet[Proposal]:
    """The households that its team sees, each with its visits (`team_visits`) and its `day`, as they are planned.

    Day by day in the order of the route; those of assignments without days in the order of the road.
    """
    visits = FieldVisit.objects.filter(assignment=assignment).select_related("instrument").order_by("-round")
    planned = PlannedVisit.objects.standing().filter(assignment=assignment, proposal=OuterRef("pk"))
    return (
        assignment.proposals.filter(~Exists(_released(assignment.pk, OuterRef("pk"))))
        .select_related("village__parent", "programme")
        .prefetch_related(Prefetch("visits", queryset=visits, to_attr="team_visits"))
        .annotate(day=Subquery(planned.values("day")), place=Subquery(planned.values("position")))
        .order_by("day", "place", *ROAD)
    )


def minutes_of(assignment) -> list[Minutes]:
    return list(assignment.minutes.annotate(households=Count("visits")).select_related("by"))


def visits_in(minutes) -> QuerySet[FieldVisit]:
    """The visits of the minutes with their `shown` photos, in the order of the road. Two queries."""
    photos = Prefetch("photos", queryset=photos_shown(), to_attr="shown")
    rows = minutes.visits.select_related("proposal__village__parent", "proposal__programme", "by", "instrument")
    road = ("proposal__village__parent__name", "proposal__village__name", "proposal__name", "pk")
    return rows.prefetch_related(photos).order_by(*road)


# What waits ----------------------------------------------------------------------------------------------------------


def _first_if(condition):
    return Case(When(condition, then=Value(0)), default=Value(1), output_field=IntegerField())


def at_the_desk(user, within: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """What waits for a look at its papers; what the user handles first (`own`), then what nobody handles yet."""
    own = Case(
        When(handler=user, then=Value(0)),
        When(handler__isnull=True, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return within.filter(state=State.ASSIGNED).annotate(own=own).select_related("handler")


def to_validate(within: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """What waits for Kabid, with what the team recommends (`recommended`)."""
    newest = FieldVisit.objects.filter(proposal=OuterRef("pk"), submitted_at__isnull=False).order_by("-round")
    return within.filter(state=State.ASSESSED).annotate(recommended=Subquery(newest.values("recommendation")[:1]))


def neighbours_in_queue(user, proposal) -> tuple[Proposal | None, Proposal | None]:
    """(before, after) in the queue of validation, the longest due first; after the last comes the first. Two or three
    queries, which give `ref` and `name` only.
    """
    rows = Proposal.objects.visible_to(user).filter(state=State.ASSESSED).exclude(pk=proposal.pk).only("ref", "name")
    first = rows.order_by("due_at", "pk")
    if proposal.state != State.ASSESSED:
        return None, first.first()
    if proposal.due_at:
        earlier = Q(due_at__lt=proposal.due_at) | Q(due_at=proposal.due_at, pk__lt=proposal.pk)
    else:  # whoever has no due time comes after those who have one
        earlier = Q(due_at__isnull=False) | Q(due_at__isnull=True, pk__lt=proposal.pk)
    before = rows.filter(earlier).order_by(F("due_at").desc(nulls_first=True), "-pk").first()
    return before, first.filter(~earlier).first() or first.first()


def waiting(user) -> dict[str, int]:
    """How many live proposals wait in each queue of the page of step 2. One query."""
    rows = Proposal.objects.visible_to(user).filter(state__in=[State.ASSIGNED, State.COMPLETE, State.ASSESSED])
    sent = Q(Exists(assignments_with_work_left()))
    return rows.aggregate(
        berkas=Count("pk", filter=Q(state=State.ASSIGNED)),
        tim=Count("pk", filter=Q(state=State.COMPLETE) & ~sent),
        kunjungan=Count("pk", filter=Q(state=State.COMPLETE) & sent),
        validasi=Count("pk", filter=Q(state=State.ASSESSED)),
    )
