"""Who comes next from the waiting list when a place comes free. Computed, never stored."""

from collections.abc import Iterable
from datetime import date
from itertools import zip_longest
from typing import NamedTuple

from django.db.models import F, OuterRef, Q, Subquery

from proposals.flow import State
from proposals.models import Programme, Proposal, StepRecord
from verification import scoring
from verification.models import QuotaShare, RankingLine, RankingRun
from verification.queries.ranking import COMPETING, PLACED, blocked_in, names_of, shares_of, taken_in
from verification.scoring import Entry, Facts, Terms

SEALED = ("proposal__nik", "proposal__kk_number", "proposal__account_number")


class Next(NamedTuple):
    """A household on the waiting list for which a place came free."""

    programme: Programme
    proposal: Proposal
    position: int | None  # in the last ranking that was applied
    instead_of: Proposal | None  # who gave the place back; None when there is simply room

    @property
    def label(self) -> str:
        rank = f"peringkat {self.position}" if self.position else "tanpa peringkat"
        return f"{self.proposal.name} ({rank})"

    @property
    def because(self) -> str:
        return f"karena {self.instead_of.name} ditarik" if self.instead_of else "karena masih ada tempat"


def next_in_line(programmes: Iterable[Programme]) -> dict[int, list[Next]]:
    """Who may be promoted now, by programme, as far as quota, shares and budget reach.

    Five queries for any number of them, one when all are full.
    """
    taken = taken_in(programmes := list(programmes))
    programmes = [row for row in programmes if sum(given.count for given in taken[row.pk]) < row.quota]
    lists = _waiting_lists(programmes) if programmes else {}
    programmes = [row for row in programmes if row.pk in lists]
    if not programmes:
        return {}
    shares, held = _shares_in(programmes), blocked_in(programmes)
    left, found = _gone_from(programmes), {}
    for programme in programmes:
        terms = Terms(programme.quota, programme.budget, shares=shares.get(programme.pk, {}))
        room = scoring.room(terms, taken[programme.pk], {})
        free = [
            proposal
            for number, proposal in enumerate(lists[programme.pk], 1)
            # A place is kept for who is held: it is given, but nobody is named for it.
            if not room.give(number, _competitor(proposal))
            and proposal.state == State.WAITLISTED
            and proposal.pk not in held
        ]
        gone = left.get(programme.pk, [])[-len(free) :] if free else []
        found[programme.pk] = [Next(programme, p, p.position, who) for p, who in zip_longest(free, gone)]
    return found


def why_no_place(proposal) -> str:
    """What is used up for this household: quota, the share of its district or village, or the budget; "" while nothing is.

    Three queries, one more where regions have shares.
    """
    programme = proposal.programme
    shares = shares_of(programme)
    terms = Terms(programme.quota, programme.budget, shares=shares)
    names = names_of(shares) if shares else {}
    return scoring.room(terms, taken_in([programme])[programme.pk], names).give(1, _competitor(proposal))


def _competitor(proposal) -> Entry:
    facts = Facts(amount=proposal.amount_requested or 0)
    return Entry(proposal.pk, (0, 0), proposal.village_id, proposal.village.parent_id, facts)


def _waiting_lists(programmes) -> dict[int, list[Proposal]]:
    """Waiting lists in their order: as the last applied ranking has it, then who was put there by hand since.

    With those whom that ranking held back: they are still to be decided, and their place is kept.
    """
    last = (
        RankingRun.objects.filter(programme__in=programmes)
        .order_by("programme_id", "-at", "-pk")
        .distinct("programme_id")
    )
    line = RankingLine.objects.filter(proposal=OuterRef("pk"), run__in=last.values("pk")).values("position")[:1]
    rows = Proposal.objects.filter(programme__in=programmes, state__in=COMPETING).annotate(position=Subquery(line))
    rows = rows.filter(Q(state=State.WAITLISTED) | Q(position__isnull=False))
    rows = rows.select_related("village").defer("nik", "kk_number", "account_number")
    lists: dict[int, list[Proposal]] = {}
    for proposal in rows.order_by(F("position").asc(nulls_last=True), "moved_at", "pk"):
        lists.setdefault(proposal.programme_id, []).append(proposal)
    return {key: rows for key, rows in lists.items() if any(row.state == State.WAITLISTED for row in rows)}


def _shares_in(programmes) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for programme, region, quota in QuotaShare.objects.filter(programme__in=programmes).values_list(
        "programme", "region", "quota"
    ):
        found.setdefault(programme, {})[region] = quota
    return found


def _gone_from(programmes) -> dict[int, list[Proposal]]:
    """Who gave a place back and was not replaced from the waiting list since, by programme, oldest first."""
    steps = StepRecord.objects.filter(proposal__programme__in=programmes)
    steps = steps.filter(Q(source__in=PLACED) & ~Q(target__in=PLACED) | Q(act="verification.promote"))
    gone: dict[int, list[Proposal]] = {}
    for step in steps.select_related("proposal").defer(*SEALED).order_by("pk"):
        queue = gone.setdefault(step.proposal.programme_id, [])
        if step.act != "verification.promote":
            queue.append(step.proposal)
        elif queue:
            queue.pop(0)
    return gone


def next_places(user, today: date) -> list[Next]:
    """Who comes for those who gave their place back, in this year's programmes; what a year did not spend lapses.

    Room that nobody gave back is no task of its own: the ranking shows it.
    """
    waiting = Proposal.objects.visible_to(user).filter(state=State.WAITLISTED).order_by().values("programme").distinct()
    found = next_in_line(Programme.objects.filter(year__gte=today.year, pk__in=waiting).order_by("name", "pk"))
    return [row for rows in found.values() for row in rows if row.instead_of]


def replacement_of(proposal) -> Next | None:
    """Who comes in the place that this household gave back; None when it had none, or somebody came already."""
    if not proposal.steps.filter(source__in=PLACED).exclude(target__in=PLACED).exists():
        return None
    found = next_in_line([proposal.programme]).get(proposal.programme_id, [])
    return next((row for row in found if row.instead_of == proposal), None)
