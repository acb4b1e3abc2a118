"""Re-verification: what may be drawn, what was drawn, whose turn it is, and what holds a decision up."""

from collections.abc import Collection
from datetime import date, datetime, time
from typing import NamedTuple

from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from proposals.flow import State
from proposals.models import Programme, Proposal
from uep.accounts.models import User
from verification import sampling
from verification.models import (
    Assignment,
    CheckWord,
    FieldVisit,
    SampleDraw,
    SecondCheck,
    SecondPhoto,
    SecondVisit,
)
from verification.queries import side_by_side
from verification.queries.teams import on_the_team, visited_by

CheckState, Outcome = SecondCheck.State, SecondCheck.Outcome
# From the visit's handing in until a decree is drafted: afterwards a second look changes nothing any more.
DRAWABLE = (State.ASSESSED, State.ELIGIBLE, State.WAITLISTED, State.INELIGIBLE)
HELD = "Keputusan ditahan sampai verifikasi ulang rumah tangga ini disimpulkan."


# The lot ---------------------------------------------------------------------------------------------------------------


def pool_of(
    user, programme=None, assignment=None, since: date | None = None, until: date | None = None
) -> QuerySet[FieldVisit]:
    """Visits that may be drawn: the newest finished one of each household that is judged or waits for it, never drawn yet."""
    newer = FieldVisit.objects.filter(
        proposal=OuterRef("proposal"), submitted_at__isnull=False, round__gt=OuterRef("round")
    )
    rows = FieldVisit.objects.visible_to(user).filter(
        ~Exists(newer),
        proposal__state__in=DRAWABLE,
        submitted_at__isnull=False,
        second_check__isnull=True,
    )
    if programme:
        rows = rows.filter(proposal__programme=programme)
    if assignment:
        rows = rows.filter(assignment=assignment)
    if since:
        rows = rows.filter(visited_at__date__gte=since)
    if until:
        rows = rows.filter(visited_at__date__lte=until)
    return rows.order_by("ref")


def programmes_to_draw(user) -> list[tuple[Programme, int]]:
    """Programmes with visits that may be drawn, and how many."""
    counted = pool_of(user).order_by().values("proposal__programme").annotate(n=Count("pk"))
    sizes = {row["proposal__programme"]: row["n"] for row in counted}
    rows = Programme.objects.visible_to(user).filter(pk__in=sizes).order_by("-year", "name", "pk")
    return [(row, sizes[row.pk]) for row in rows]


def journeys_to_draw(user, programme) -> list[tuple[Assignment, int]]:
    """Journeys with visits that may be drawn, and how many."""
    counted = pool_of(user, programme).order_by().values("assignment").annotate(n=Count("pk"))
    sizes = {row["assignment"]: row["n"] for row in counted}
    rows = Assignment.objects.filter(pk__in=sizes).select_related("leader").order_by("-starts", "-pk")
    return [(row, sizes[row.pk]) for row in rows]


class Proof(NamedTuple):
    """A visit of the pool with its hash: what anybody gets who draws again."""

    number: int
    ref: str
    hash: str
    is_drawn: bool
    name: str  # "" where the household is none of the reader's


def proof_of(draw: SampleDraw, user) -> list[Proof]:
    """The pool in the order of the lot. One query."""
    names = dict(FieldVisit.objects.visible_to(user).filter(ref__in=draw.pool).values_list("ref", "proposal__name"))
    chosen = set(draw.drawn)
    ordered = sampling.drawn(draw.seed, draw.pool, len(draw.pool))
    return [
        Proof(number, ref, sampling.hash_of(draw.seed, ref), ref in chosen, names.get(ref, ""))
        for number, ref in enumerate(ordered, 1)
    ]


def draws(user) -> QuerySet[SampleDraw]:
    """Draws the user may read, with how many `checks_count` came out of it and how many are still `open_count`."""
    rows = SampleDraw.objects.visible_to(user).select_related("programme", "assignment__leader", "by")
    is_open = ~Q(checks__state=CheckState.CONCLUDED) & Q(checks__isnull=False)
    return rows.annotate(checks_count=Count("checks"), open_count=Count("checks", filter=is_open)).order_by(
        "-at", "-pk"
    )


def checks(user) -> QuerySet[SecondCheck]:
    """Checks in the user's area, as lists and pages show them."""
    rows = SecondCheck.objects.visible_to(user).select_related(
        "draw", "first__proposal__village__parent", "first__proposal__programme", "first__assignment__leader",
        "first__instrument", "first__by", "team__leader", "visit__by", "visit__instrument",
    )  # fmt: skip
    return rows.prefetch_related("team__members")


def to_assign(draw: SampleDraw) -> QuerySet[SecondCheck]:
    """Checks of the draw whose household no second team has begun to see."""
    rows = draw.checks.filter(state__in=[CheckState.DRAWN, CheckState.ASSIGNED], visit__isnull=True)
    return rows.select_related("first__proposal__village__parent", "team__leader").order_by(
        "first__proposal__village__parent__name", "first__proposal__village__name", "first__proposal__name", "pk"
    )


def were_there(people: Collection[User], proposal) -> list[User]:
    """Those of `people` who had a part in seeing this household before."""
    return [person for person in people if visited_by(person, proposal)]


# One check -------------------------------------------------------------------------------------------------------------


def visit_of(task: SecondCheck) -> SecondVisit | None:
    return SecondVisit.objects.filter(task=task).select_related("instrument", "by").first()


def on_the_second_team(user, task: SecondCheck) -> bool:
    return on_the_team(user, task.team)


def may_compare(user, task: SecondCheck) -> bool:
    """The second team does not read what the first one wrote before its own result is handed in."""
    return task.state not in {CheckState.DRAWN, CheckState.ASSIGNED} or not on_the_second_team(user, task)


def words_of(task: SecondCheck) -> list[CheckWord]:
    return list(task.words.select_related("by").order_by("pk"))


def photos_of(visit: SecondVisit | None) -> list[SecondPhoto]:
    return list(visit.photos.current().select_related("file").order_by("subject", "pk")) if visit else []


def second_checks_of(proposal) -> list[SecondCheck]:
    """Every check of its visits, the newest visit first, with what was `said` in the end."""
    said = Prefetch("words", queryset=CheckWord.objects.select_related("by").order_by("pk"), to_attr="said")
    rows = SecondCheck.objects.filter(first__proposal=proposal).select_related(
        "draw", "first__proposal", "first__instrument", "first__assignment__leader", "team__leader", "visit__instrument"
    )
    return list(rows.prefetch_related(said).order_by("-first__round"))


def held_in(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Those over whom Kabid wanted nothing decided before their second check is concluded."""
    holding = SecondCheck.objects.open().filter(first__proposal=OuterRef("pk"), draw__holds=True)
    return proposals.filter(Exists(holding))


def is_held(proposal) -> bool:
    return held_in(Proposal.objects.filter(pk=proposal.pk)).exists()


def replaced_by(visits: Collection[FieldVisit]) -> dict[int, SecondVisit]:
    """Visits in whose place Kabid took the second one: key of the first -> the second. One query."""
    rows = SecondVisit.objects.filter(task__first__in=[visit.pk for visit in visits], task__outcome=Outcome.SECOND)
    return {row.task.first_id: row for row in rows.select_related("task__first")}


def large_differences(task: SecondCheck, user) -> list[str]:
    """What differs much between both visits, for a reader who may know of it."""
    visit = getattr(task, "visit", None)
    if visit is None or visit.submitted_at is None or not may_compare(user, task):
        return []
    return side_by_side.large_in(side_by_side.rows_of(task.first, visit))


def told_in_minutes(visits: Collection[FieldVisit]) -> dict[str, str]:
    """What minutes say of second checks at their date: ref of the visit -> a sentence. One query."""
    rows = SecondCheck.objects.filter(first__in=[visit.pk for visit in visits]).select_related("draw", "first")
    said = Prefetch("words", queryset=CheckWord.objects.order_by("pk"), to_attr="said")
    return {row.first.ref: sentence_of(row) for row in rows.prefetch_related(said)}


def sentence_of(task: SecondCheck) -> str:
    """Where a check stands, in a sentence. With: `said`."""
    if task.is_open:
        return f"Terundi untuk kunjungan kedua; {task.label.lower()}."
    reason = next((word.text for word in reversed(task.said) if word.kind == CheckWord.Kind.CONCLUDED), "")
    return f"{task.label}. {reason}"


# Whose turn ------------------------------------------------------------------------------------------------------------


def errands_of(user) -> list[dict]:
    """Households that the user's second teams still have to see: `households`, and by when (`day`). One query."""
    rows = SecondCheck.objects.filter(
        Q(team__leader=user.pk) | Q(team__members=user.pk), state=CheckState.ASSIGNED
    ).order_by()
    found = rows.aggregate(households=Count("pk", distinct=True), day=Min("team__planned_on"))
    return [found] if found["households"] else []


def end_of(day: date) -> datetime:
    """The last moment of a planned day."""
    return timezone.make_aware(datetime.combine(day, time.max))


def questions_to(user) -> int:
    """How many checks wait for a word of the first teams that the user is on. One query."""
    team = Q(first__assignment__leader=user.pk) | Q(first__assignment__members=user.pk)
    return SecondCheck.objects.filter(team, state=CheckState.ASKED).distinct().count()


def waiting_for_kabid(user) -> list[dict]:
    """Draws with households that wait for a team (`to_assign`) or a conclusion (`to_conclude`). One query."""
    rows = SecondCheck.objects.visible_to(user).filter(state__in=[CheckState.DRAWN, CheckState.VISITED]).order_by()
    groups = rows.values("draw__ref", name=F("draw__programme__name"), year=F("draw__programme__year"))
    return list(
        groups.annotate(
            to_assign=Count("pk", filter=Q(state=CheckState.DRAWN)),
            to_conclude=Count("pk", filter=Q(state=CheckState.VISITED)),
        ).order_by("draw__at")
    )
