"""The days of journeys: who waits where, who goes when, and whether that is more than a day holds."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from proposals.flow import State
from proposals.models import Proposal
from uep.office import queries as office
from uep.registry import queries as registry
from uep.registry.models import Region
from uep.ui.indonesian import hari_tanggal
from verification import queries, routing
from verification.models import Assignment, DayLimit, FieldVisit, PlanChange, PlannedVisit, TravelOrder

DAYS_SHOWN = 10  # working days in the table of loads


class Limits:
    """How many households a day a village allows: its own number, its district's, the regency's, the usual one."""

    def __init__(self):
        self.own = dict(DayLimit.objects.exclude(households=None).values_list("region", "households"))

    def of(self, village_code: str) -> int:
        district, regency = village_code[:8], village_code[:5]
        found = (self.own.get(code) for code in (village_code, district, regency))
        return next((limit for limit in found if limit), routing.USUAL)

    def load(self, village_codes: Collection[str]) -> Fraction:
        """Which part of a day these households take; more than 1 is too much."""
        return routing.load_of([self.of(code) for code in village_codes])


class Stop(NamedTuple):
    """A household on a day's route, with the newest visit of the team, if any."""

    proposal: Proposal
    visit: FieldVisit | None
    number: int  # on the day's route

    @property
    def title(self) -> str:
        return f"{self.number}. {self.proposal.name}"


class Day(NamedTuple):
    day: date | None  # None: an assignment from before days were planned
    stops: list[Stop]
    share: int  # percent of what the day holds

    @property
    def is_too_much(self) -> bool:
        """Only what is planned can be too much."""
        return self.day is not None and self.share > 100

    @property
    def over_label(self) -> str:
        return f"{self.share}% dari batas sehari"

    @property
    def title(self) -> str:
        return hari_tanggal(self.day) if self.day else "Tanpa rencana harian"


def too_much(day: Day) -> str:
    return f"{hari_tanggal(day.day)}: {len(day.stops)} rumah tangga, {day.share}% dari batas kunjungan sehari."


class Village(NamedTuple):
    """Households of a village in step 2's field part: `waiting` for a team, `sent` when one is on its way."""

    region: Region
    waiting: int
    sent: int
    due: date | None
    is_late: bool

    @property
    def tone(self) -> str:
        if self.waiting:
            return "danger" if self.is_late else "warning"
        return "info" if self.sent else "neutral"

    @property
    def told(self) -> str:
        """As the map and the list say it."""
        parts = [f"{self.waiting} menunggu tim" if self.waiting else "", f"{self.sent} ditugaskan" if self.sent else ""]
        return ", ".join(filter(None, parts)) or "tidak ada"


# Where households wait -----------------------------------------------------------------------------------------------


def villages_to_visit(user, programme=None) -> list[Village]:
    """Villages with households to be visited, in the order of the road. Two queries."""
    rows = Proposal.objects.visible_to(user).filter(state=State.COMPLETE)
    if programme is not None:
        rows = rows.filter(programme=programme)
    sent = Q(Exists(queries.assignments_with_work_left()))
    counted = (
        rows.order_by()
        .values("village")
        .annotate(waiting=Count("pk", filter=~sent), sent=Count("pk", filter=sent), due=Min("due_at", filter=~sent))
    )
    found = {row["village"]: row for row in counted}
    regions = Region.objects.filter(pk__in=found).select_related("parent").order_by("parent__name", "name", "pk")
    now = timezone.now()
    return [
        Village(region, row["waiting"], row["sent"], row["due"], bool(row["due"] and row["due"] < now))
        for region in regions
        for row in [found[region.pk]]
    ]


def households_in(user, programme=None, place: str = "") -> QuerySet[Proposal]:
    """Households to be visited within a district or village, each with whether a team `is_sent`, in the order of the road."""
    rows = Proposal.objects.visible_to(user).filter(state=State.COMPLETE)
    if programme is not None:
        rows = rows.filter(programme=programme)
    if place:
        rows = rows.filter(Q(village=place) | Q(village__parent=place))
    sent = Exists(queries.assignments_with_work_left())
    return rows.select_related("village__parent", "programme").annotate(is_sent=sent).order_by(*queries.ROAD)


def villages_of(day: Day) -> list[Village]:
    """The villages of a day's route with how many are seen there."""
    number = Counter(stop.proposal.village for stop in day.stops)
    return [Village(region, 0, households, None, is_late=False) for region, households in number.items()]


def map_of(villages: list[Village], *, url: str = "", current: str = "") -> dict | None:
    """What the map draws of the installed regency; None while no boundaries of villages are loaded. Two or three queries.

    `url` is the beginning of the address that a village leads to; only villages where someone waits have one.
    """
    regency = office.profile().regency_code
    outlines = registry.outlines(regency, Region.Level.VILLAGE)
    if not outlines:
        return None
    told = {village.region.pk: village for village in villages}
    names = dict(registry.villages(regency).values_list("pk", "name"))
    places = []
    for code, boundary in sorted(outlines.items()):
        village = told.get(code)
        places.append({
            "label": f"{names.get(code, code)}: {village.told if village else 'tidak ada'}",
            "tone": village.tone if village else "neutral",
            "outline": boundary.outline,
            "at": (boundary.inner_longitude, boundary.inner_latitude),
            "mark": str(village.waiting + village.sent) if village else "",
            "url": f"{url}{code}" if village and url else "",
            "current": code == current,
        })  # fmt: skip
    borders = [row.outline for row in registry.outlines(regency, Region.Level.DISTRICT).values()]
    return {"places": places, "borders": borders}


# Days ----------------------------------------------------------------------------------------------------------------


def working_days(first: date, last: date) -> list[date]:
    """The working days from `first` to `last`; all days when none of them is one (somebody decided to go all the same)."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    calendar = office.calendar()
    return [day for day in days if calendar.is_working_day(day)] or days


def working_days_between(before: date, until: date) -> int:
    """How many working days come after `before`, up to and with `until`."""
    calendar = office.calendar()
    return sum(calendar.is_working_day(before + timedelta(days=n)) for n in range(1, (until - before).days + 1))


def days_of(assignment) -> list[Day]:
    """The journey day by day, as the team goes. Five queries."""
    limits = Limits()
    rows = list(queries.household_rows(assignment))
    return [
        Day(
            day,
            [Stop(row, next(iter(row.team_visits), None), number) for number, row in enumerate(stops, 1)],
            round(limits.load([row.village_id for row in stops]) * 100),
        )
        for day, stops in ((day, list(group)) for day, group in groupby(rows, key=lambda row: row.day))
    ]


def planned(assignment) -> QuerySet[PlannedVisit]:
    """What is planned and not done yet, day by day, in the order of the route."""
    left = queries.still_to_visit(assignment).values("pk")
    rows = assignment.planned.standing().filter(proposal__in=left)
    return rows.select_related("proposal__village__parent").order_by("day", "position", "pk")


def changes_of(assignment) -> QuerySet[PlanChange]:
    return assignment.changes.select_related("proposal", "by", "successor__leader")


def came_from(assignment) -> Assignment | None:
    """The journey that this one took households over from."""
    change = PlanChange.objects.filter(successor=assignment).select_related("assignment__leader").first()
    return change.assignment if change else None


def travel_orders(assignment) -> QuerySet[TravelOrder]:
    return assignment.travel_orders.select_related("person", "assignment")


class Load(NamedTuple):
    """One person's days: (households, percent of the day) for each day shown, and households of days that went by."""

    person: object
    missed: int
    days: list[tuple[int, int]]


def _ahead() -> QuerySet[PlannedVisit]:
    """Everything that is planned and not done, of all teams."""
    seen = FieldVisit.objects.filter(
        assignment=OuterRef("assignment"), proposal=OuterRef("proposal"), submitted_at__isnull=False
    )
    rows = PlannedVisit.objects.standing().filter(~Exists(seen), assignment__ended_at__isnull=True)
    return rows.filter(proposal__state=State.COMPLETE).order_by()


def days_ahead() -> list[date]:
    """The next working days, today among them when it is one, and other days between them on which somebody travels."""
    today = timezone.localdate()
    days = working_days(today, today + timedelta(days=DAYS_SHOWN * 3))[:DAYS_SHOWN]
    others = _ahead().filter(day__range=(today, days[-1])).values_list("day", flat=True).distinct()
    return sorted({*days, *others})


def loads(people, days: list[date]) -> list[Load]:
    """What each of `people` has planned on `days` and should have done before them, in whichever teams. Four queries."""
    limits = Limits()
    rows = _ahead().filter(day__lte=days[-1])
    found = list(rows.values_list("day", "assignment", "proposal__village"))
    teams: dict[int, set[int]] = defaultdict(set)
    journeys = {assignment for _, assignment, _ in found}
    for pk, leader in Assignment.objects.filter(pk__in=journeys).values_list("pk", "leader"):
        teams[pk].add(leader)
    members = Assignment.members.through.objects.filter(assignment__in=journeys)
    for pk, member in members.values_list("assignment", "user"):
        teams[pk].add(member)
    number: Counter = Counter()
    load: dict[tuple, Fraction] = defaultdict(Fraction)
    for day, assignment, village in found:
        for person in teams[assignment]:
            number[person, day] += 1
            load[person, day] += Fraction(1, limits.of(village))
    missed = Counter(person for day, assignment, _ in found if day < days[0] for person in teams[assignment])
    return [Load(p, missed[p.pk], [(number[p.pk, day], round(load[p.pk, day] * 100)) for day in days]) for p in people]


def limit_rows() -> list[tuple[Region, list[Region]]]:
    """Every district of the regency with its villages, for the page of limits. Two queries."""
    villages = defaultdict(list)
    for village in registry.villages():
        villages[village.parent_id].append(village)
    return [(district, villages[district.pk]) for district in registry.districts()]


def soonest(assignment) -> dict:
    """Earliest due time of those still to be visited (`due`), and how many have one (`households`)."""
    return queries.still_to_visit(assignment).aggregate(due=Min("due_at"), households=Count(F("due_at")))
