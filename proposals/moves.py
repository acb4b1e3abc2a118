"""The only code that moves a proposal: one by `move`, thousands by `move_all`, both by the table in proposals.flow.

Keyed by the name of the act, so that a caller cannot take another app's step. Each move writes its StepRecord with
the due time of what is awaited next, and asks for the notice to go out, all in the caller's transaction.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django_fsm import TransitionNotAllowed
from procrastinate.contrib.django import app as jobs

from proposals.flow import WAITS_FOR, State, edges
from proposals.models import Proposal, StepRecord
from uep.office import queries as office


class FlowError(Exception):
    """The proposal is not where this act can take it from. Rules say so first; this is the last word before the trigger."""


class Move(NamedTuple):
    transition: str
    sources: frozenset[str]
    target: State


def move_of(act: str) -> Move:
    """The row of the table that `act` names; KeyError-like LookupError for an act that moves nothing."""
    rows = [edge for edge in edges() if edge.act == act]
    if not rows:
        raise LookupError(f"{act} moves nothing")
    return Move(rows[0].transition, frozenset(row.source for row in rows), State(rows[0].target))


def begin(proposals: list[Proposal], act: str, *, by, note: str = "") -> None:
    """Write the first line of the journey of freshly made drafts."""
    _record([(p.pk, "", None) for p in proposals], act, State.DRAFT, by=by, note=note, now=timezone.now())


def move(proposal: Proposal, act: str, *, by, note: str = "") -> StepRecord:
    """Move one proposal, which the caller has locked, and record it. FlowError when the table does not allow it."""
    step = move_of(act)
    now, source = timezone.now(), State(proposal.state)
    due = _due(source, step.target, now, proposal.due_at)
    if source == State.RETURNED and WAITS_FOR[step.target].clock:
        due = _resumed(proposal, now)
    try:
        getattr(proposal, step.transition)()
    except TransitionNotAllowed as error:
        raise FlowError(f"{proposal.ref} is {source}; {act} cannot take it") from error
    proposal.moved_at, proposal.due_at = now, due
    proposal.save(update_fields=["state", "moved_at", "due_at"])
    [record] = _record([(proposal.pk, source.value, due)], act, step.target, by=by, note=note, now=now)
    return record


def move_all(proposals: QuerySet[Proposal], act: str, *, by, note: str = "") -> int:
    """Move a set in one UPDATE and record it in one INSERT, all or nothing; returns how many.

    The same number of queries whatever the size. FlowError when one of them is elsewhere, and then none has moved.
    """
    step = move_of(act)
    if State.RETURNED in step.sources and WAITS_FOR[step.target].clock:
        raise FlowError(f"{act} resumes a clock: one by one")
    now = timezone.now()
    rows = list(proposals.order_by("pk").select_for_update(of=("self",)).values_list("pk", "state", "due_at"))
    strays = Counter(state for _, state, _ in rows if state not in step.sources)
    if strays:
        raise FlowError(f"{strays.total()} of {len(rows)} cannot take {act}: {dict(strays)}")
    if not rows:
        return 0
    sources = {state for _, state, _ in rows}
    dues = {state: _due(State(state), step.target, now, None) for state in sources}
    carried = {state for state in sources if _same_clock(State(state), step.target)}
    changes = {"state": step.target.value, "moved_at": now}
    if not carried:
        changes["due_at"] = dues[rows[0][1]]
    elif len(carried) != len(dues):
        raise FlowError(f"{act} mixes clocks that go on with clocks that start")
    Proposal.objects.filter(pk__in=[pk for pk, _, _ in rows]).update(**changes)
    records = [(pk, state, due if state in carried else dues[state]) for pk, state, due in rows]
    _record(records, act, step.target, by=by, note=note, now=now)
    return len(rows)


def give_time(proposals: QuerySet[Proposal], act: str, *, by, later: Callable[[datetime], datetime], note: str) -> int:
    """Put off the due time of a set that stays where it is, from each one's own to `later(due)`; returns how many.

    Recorded as a step that ends where it began, so that the journey tells it with its reason and the norm-time report
    holds what comes next against the new time. Those without a running clock are left alone. FlowError when `later`
    would bring a due time forward.
    """
    now, records = timezone.now(), []
    rows = proposals.filter(due_at__isnull=False).order_by("pk").select_for_update(of=("self",))
    for pk, state, due in rows.values_list("pk", "state", "due_at"):
        new = later(due)
        if new < due:
            raise FlowError(f"{act} would bring a due time forward")
        if new > due:
            Proposal.objects.filter(pk=pk).update(due_at=new)
            records += _record([(pk, state, new)], act, State(state), by=by, note=note, now=now)
    return len(records)


def tell(households: Iterable[int], act: str, *, by, url: str = "", team: Iterable[int] = ()) -> None:
    """Ask that people hear of an act that moves none of these households: a wrong account, an invitation.

    Who is told stands in notices.audience.NEWS; `url` is where their work is, if not on the household's own page;
    `team` the keys of the people who go there, for acts of which a team hears.
    No word of a person travels along, since the queue keeps and logs its arguments; the page says why. Asked in the
    caller's transaction: what is rolled back is not told. `by` None: someone without an account.
    """
    jobs.configure_task("notices.tell").defer(
        act=act,
        households=list(households),
        by=by.pk if by else 0,
        at=timezone.now().isoformat(),
        url=url,
        team=sorted(team),
    )


def _same_clock(source: State, target: State) -> bool:
    """A norm belongs to an SOP step: inside one step the clock that runs goes on."""
    before, after = WAITS_FOR[source], WAITS_FOR[target]
    return before.clock and after.clock and before.step == after.step


def _due(source: State, target: State, now: datetime, current: datetime | None) -> datetime | None:
    if not WAITS_FOR[target].clock:
        return None
    if _same_clock(source, target) and current:
        return current
    return office.calendar().due_at(now, office.norm_of(WAITS_FOR[target].step))


def _resumed(proposal: Proposal, now: datetime) -> datetime:
    """The clock stood still while the village mended: what was left then is left now (design, 4)."""
    calendar = office.calendar()
    stopped = proposal.steps.filter(target=State.RETURNED).first()
    running = proposal.steps.filter(pk__lt=stopped.pk, due_at__isnull=False).first() if stopped else None
    if running is None:
        return calendar.due_at(now, office.norm_of(WAITS_FOR[State.ASSIGNED].step))
    left = calendar.elapsed(stopped.at, running.due_at) if running.due_at > stopped.at else 0
    return calendar.add_minutes(now, left)


def _record(rows, act: str, target: State, *, by, note: str, now: datetime) -> list[StepRecord]:
    post, basis = by.post_title(act, timezone.localdate(now))
    records = StepRecord.objects.bulk_create(
        StepRecord(
            proposal_id=pk,
            step=WAITS_FOR[State(source or target)].step,
            act=act,
            source=source,
            target=target.value,
            by=by,
            post=post,
            acting_basis=basis,
            at=now,
            note=note,
            due_at=due,
        )
        for pk, source, due in rows
    )
    jobs.configure_task("notices.announce").defer()
    return records
