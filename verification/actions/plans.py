"""The days of a journey: made with the assignment, then put in order, put off, handed over or made longer, each with its reason."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from proposals.models import Proposal
from proposals.moves import give_time as put_off
from proposals.moves import tell
from uep.access.access import require
from uep.documents.actions import issue, reissue, revoke
from uep.documents.queries import document_of
from uep.office import queries as office
from uep.office.calendar import Norm, Unit
from uep.registry.models import Region
from uep.ui.indonesian import tanggal
from verification import queries, routing
from verification.actions.desk import reasoned
from verification.models import Assignment, DayLimit, PlanChange, PlannedVisit, TravelOrder
from verification.queries import plans

Kind = PlanChange.Kind
LONGEST = 60  # days by which a journey is made longer at once; more is a slip of the year
NOT_THEIRS = "Pilih rumah tangga yang masih harus dikunjungi tim ini."


def send(rows: Sequence[Proposal], *, by, leader, members, starts, ends, purpose, vehicle) -> Assignment:
    """A team on its way to households that the caller has locked: days planned, letter issued.

    ValidationError names people who do not work in the area of all of them.
    """
    members = [member for member in members if member.pk != leader.pk]
    if blind := queries.unseeing([leader, *members], rows):
        names = ", ".join(str(person) for person in blind)
        raise ValidationError(f"Wilayah kerja {names} tidak mencakup semua rumah tangga yang dipilih.")
    assignment = Assignment.objects.create(
        leader=leader, starts=starts, ends=ends, purpose=purpose, vehicle=vehicle, made_by=by
    )
    assignment.members.set(members)
    assignment.proposals.set(rows)
    _plan_missing(assignment)
    issue("surat_tugas", assignment, by=by)
    return assignment


def tell_team(act: str, assignment, households: list[int], *, by, also: Sequence = ()) -> None:
    """The team hears of it, whoever acts left out; with `also` the way leads to the households, not to the journey."""
    people = {person.pk for person in (*queries.team_of(assignment), *also)}
    url = "" if also else assignment.get_absolute_url()
    tell(households, act, by=by, url=url, team=people)


def withdraw_papers(assignment, *, by, reason: str) -> None:
    """Nobody went: the letter and the travel orders are revoked."""
    if assignment.visits.exists():
        return
    papers = [document_of("surat_tugas", assignment)]
    papers += [document_of("sppd", order) for order in assignment.travel_orders.all()]
    for paper in filter(None, papers):
        revoke(paper, by=by, reason=reason)


@transaction.atomic
def order_route(assignment, *, by, numbers) -> Assignment:
    """Put the households of each day in another order: {key of the proposal: number in its day}; others keep theirs.

    An empty dict puts every day in the order of the road.
    """
    assignment = _locked(assignment)
    require(by, "verification.order_route", assignment)
    _plan_missing(assignment)
    rows = list(assignment.planned.standing().select_related("proposal__village__parent"))
    for day in {row.day for row in rows}:
        today = [row for row in rows if row.day == day]
        if numbers:
            ordered = routing.in_order({row.proposal_id: row.position for row in today}, numbers)
        else:
            ordered = [row.proposal_id for row in sorted(today, key=lambda row: _road(row.proposal))]
        place = {key: number for number, key in enumerate(ordered, 1)}
        for row in today:
            _set(row, day=row.day, position=place[row.proposal_id])
    return assignment


@transaction.atomic
def postpone(assignment, *, by, proposals, day, reason) -> Assignment:
    """See these households on another day of the journey; they come last on it. What was planned before stays readable."""
    assignment = _locked(assignment)
    require(by, "verification.postpone", assignment)
    reason = reasoned(reason)
    _check_day(assignment, day)
    rows = _chosen(assignment, proposals)
    if not (moving := [row for row in rows if row.day != day]):
        raise ValidationError({"day": f"Rumah tangga itu sudah direncanakan pada {tanggal(day)}."})
    _move_to(moving, dict.fromkeys((row.pk for row in moving), day), by=by, reason=reason)
    tell_team("verification.postpone", assignment, [row.proposal_id for row in moving], by=by)
    return assignment


@transaction.atomic
def extend(assignment, *, by, ends, reason, spread=True, moves_due=False) -> Assignment:
    """Let the journey last until a later day; its letter and travel orders are issued anew.

    `spread`: households not seen yet are divided over the days that are left. `moves_due` (act verification.give_time):
    the SOP's due times move by as many working days as the journey grew.
    """
    assignment = _locked(assignment)
    require(by, "verification.extend", assignment)
    reason, former = reasoned(reason), assignment.ends
    if not former < ends <= former + timedelta(days=LONGEST):
        raise ValidationError(
            {"ends": f"Tugas ini sampai {tanggal(former)}; pilih tanggal sesudahnya, paling lama {LONGEST} hari."}
        )
    if ends < timezone.localdate():
        raise ValidationError({"ends": "Tanggal baru tidak boleh sebelum hari ini."})
    assignment.ends = ends
    assignment.save(update_fields=["ends"])
    _note(assignment, Kind.EXTENDED, former, ends, by=by, reason=reason)
    if spread:
        _spread_anew(assignment, by=by, reason=reason)
    reissue("surat_tugas", assignment, by=by, reason=reason)
    for order in assignment.travel_orders.filter(returns=former):
        order.returns = ends
        order.save(update_fields=["returns"])
        reissue("sppd", order, by=by, reason=reason)
    if moves_due and (days := plans.working_days_between(former, ends)):
        require(by, "verification.give_time", assignment)
        _give_time(assignment, days, by=by, reason=reason)
    left = [row.proposal_id for row in plans.planned(assignment)]
    tell_team("verification.extend", assignment, left, by=by)
    return assignment


@transaction.atomic
def give_time(assignment, *, by, days, reason) -> Assignment:
    """Put off the SOP's due time of the households still to be visited by so many working days."""
    assignment = _locked(assignment)
    require(by, "verification.give_time", assignment)
    if not 1 <= days <= LONGEST:
        raise ValidationError({"days": f"Antara 1 dan {LONGEST} hari kerja."})
    _give_time(assignment, days, by=by, reason=reasoned(reason))
    return assignment


@transaction.atomic
def reassign(assignment, *, by, proposals, leader, members, starts, ends, reason) -> Assignment:
    """Hand households that were not seen yet to another team, with a letter of its own; returns the new journey.

    The former letter is issued anew without them; when nobody is left, that journey ends.
    """
    assignment = _locked(assignment)
    require(by, "verification.reassign", assignment)
    reason = reasoned(reason)
    keys = [proposal.pk for proposal in proposals]
    rows = list(Proposal.objects.select_for_update().filter(pk__in=keys).order_by("pk"))  # nobody hands a visit in now
    chosen = _chosen(assignment, proposals)
    successor = send(
        rows, by=by, leader=leader, members=members, starts=starts, ends=ends,
        purpose=assignment.purpose, vehicle=assignment.vehicle,
    )  # fmt: skip
    new_day = dict(successor.planned.values_list("proposal", "day"))
    now = timezone.now()
    for row in chosen:
        row.released_at = now
        row.save(update_fields=["released_at"])
    PlanChange.objects.bulk_create(
        PlanChange(
            assignment=assignment, proposal_id=row.proposal_id, kind=Kind.REASSIGNED, was=row.day,
            now=new_day[row.proposal_id], successor=successor, reason=reason, by=by,
        )
        for row in chosen
    )  # fmt: skip
    if assignment.planned.standing().exists():
        reissue("surat_tugas", assignment, by=by, reason=reason)
    else:
        assignment.ended_at, assignment.ended_by, assignment.end_reason = now, by, reason
        assignment.save(update_fields=["ended_at", "ended_by", "end_reason"])
        withdraw_papers(assignment, by=by, reason=reason)
    tell_team("verification.reassign", assignment, keys, by=by, also=queries.team_of(successor))
    return successor


@transaction.atomic
def order_travel(
    assignment, *, by, levels, origin, destination, transport, departs, returns, charged_to, account, remarks=""
) -> Assignment:
    """A travel order (SPPD) for each of the team: {person: TravelOrder.Level}. Made again, those that changed are issued anew."""
    assignment = _locked(assignment)
    require(by, "verification.order_travel", assignment)
    team = queries.team_of(assignment)
    if {person.pk for person in team} != {person.pk for person in levels}:
        raise ValidationError("SPPD dibuat untuk setiap anggota tim.")
    if returns < departs:
        raise ValidationError({"returns": "Tanggal kembali tidak boleh sebelum tanggal berangkat."})
    shared = {
        "origin": origin, "destination": destination, "transport": transport, "departs": departs, "returns": returns,
        "charged_to": charged_to, "account": account, "remarks": remarks,
    }  # fmt: skip
    former = {order.person_id: order for order in assignment.travel_orders.all()}
    for person, level in levels.items():
        facts = shared | {"level": TravelOrder.Level(level)}
        order = former.get(person.pk)
        if order is None:
            issue("sppd", TravelOrder.objects.create(assignment=assignment, person=person, by=by, **facts), by=by)
        elif any(getattr(order, name) != value for name, value in facts.items()):
            for name, value in (facts | {"by": by, "at": timezone.now()}).items():
                setattr(order, name, value)
            order.save()
            reissue("sppd", order, by=by, reason="Isian SPPD diperbaiki.")
    return assignment


@transaction.atomic
def set_day_limits(subject, *, by, limits) -> None:
    """How many households a day each region allows: {code: households, None for no limit of its own}."""
    require(by, "verification.set_day_limits", by)
    own = Region.objects.within(office.profile().regency_code).values_list("pk", flat=True)
    if strange := set(limits) - set(own) - {office.profile().regency_code}:
        raise ValidationError(f"Wilayah tidak dikenal: {', '.join(sorted(strange))}.")
    known = {row.pk: row for row in DayLimit.objects.select_for_update()}
    for code, households in limits.items():
        row = known.get(code)
        if row is None and households:
            DayLimit.objects.create(region_id=code, households=households)
        elif row is not None and row.households != households:
            row.households = households
            row.save(update_fields=["households"])


def _locked(assignment) -> Assignment:
    return Assignment.objects.select_for_update().get(pk=assignment.pk)


def _road(proposal) -> tuple:
    return proposal.village.parent.name, proposal.village.name, proposal.name, proposal.pk


def _plan_missing(assignment) -> None:
    """A day and a place for each household that has none: all of them when the journey is made."""
    has = set(assignment.planned.values_list("proposal", flat=True))
    rows = [
        row
        for row in assignment.proposals.select_related("village__parent").order_by(*queries.ROAD)
        if row.pk not in has
    ]
    places = _next_places(assignment)
    planned = []
    for row, day in zip(rows, _spread(rows, assignment.starts, assignment.ends), strict=True):
        places[day] = places.get(day, 0) + 1
        planned.append(PlannedVisit(assignment=assignment, proposal=row, day=day, position=places[day]))
    PlannedVisit.objects.bulk_create(planned)


def _spread(rows: Sequence[Proposal], first: date, last: date) -> list[date]:
    limits, days = plans.Limits(), plans.working_days(first, last)
    return [days[n] for n in routing.spread(rows, [limits.of(row.village_id) for row in rows], len(days))]


def _next_places(assignment) -> dict[date, int]:
    """The last place that is taken on each day."""
    places: dict[date, int] = {}
    for day, position in assignment.planned.values_list("day", "position"):
        places[day] = max(position, places.get(day, 0))
    return places


def _chosen(assignment, proposals) -> list[PlannedVisit]:
    _plan_missing(assignment)
    keys = {proposal.pk for proposal in proposals}
    rows = list(plans.planned(assignment).filter(proposal__in=keys))
    if not keys or len(rows) != len(keys):
        raise ValidationError({"proposals": NOT_THEIRS})
    return rows


def _check_day(assignment, day) -> None:
    first, last = max(assignment.starts, timezone.localdate()), assignment.ends
    if not first <= day <= last:
        told = f"antara {tanggal(first)} dan {tanggal(last)}" if first <= last else "sesudah masa tugas diperpanjang"
        raise ValidationError({"day": f"Pilih hari {told}."})


def _set(row: PlannedVisit, *, day: date, position: int) -> None:
    """Only what changed is written, so that history tells changes and nothing else."""
    if (row.day, row.position) != (day, position):
        row.day, row.position = day, position
        row.save(update_fields=["day", "position"])


def _move_to(rows: list[PlannedVisit], days: dict[int, date], *, by, reason: str) -> None:
    """Each row to its day, behind those that are there already, with a line that says why."""
    places = _next_places(rows[0].assignment)
    for row in rows:
        day, was = days[row.pk], row.day
        places[day] = places.get(day, 0) + 1
        _set(row, day=day, position=places[day])
        _note(row.assignment, Kind.POSTPONED, was, day, by=by, reason=reason, proposal=row.proposal)


def _spread_anew(assignment, *, by, reason: str) -> None:
    _plan_missing(assignment)
    rows = list(plans.planned(assignment))
    first = max(assignment.starts, timezone.localdate())
    days = _spread([row.proposal for row in rows], min(first, assignment.ends), assignment.ends)
    moving = {row.pk: day for row, day in zip(rows, days, strict=True) if row.day != day}
    if moving:
        _move_to([row for row in rows if row.pk in moving], moving, by=by, reason=reason)


def _give_time(assignment, days: int, *, by, reason: str) -> None:
    calendar, norm = office.calendar(), Norm(days, Unit.DAYS)
    rows = queries.still_to_visit(assignment)
    due = plans.soonest(assignment)["due"]
    note = f"Diperpanjang {days} hari kerja. {reason}"
    if not put_off(rows, "verification.give_time", by=by, later=lambda due: calendar.due_at(due, norm), note=note):
        raise ValidationError("Tidak ada batas waktu yang sedang berjalan.")
    later = calendar.due_at(due, norm)
    was, now = timezone.localdate(due), timezone.localdate(later)
    _note(assignment, Kind.TIME_GIVEN, was, now, by=by, reason=reason)


def _note(assignment, kind, was, now, *, by, reason, proposal=None) -> None:
    PlanChange.objects.create(
        assignment=assignment, proposal=proposal, kind=kind, was=was, now=now, reason=reason, by=by
    )
