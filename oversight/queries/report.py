"""Figures over a programme: where the households stand, how the money runs, how long the steps took."""

from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Q, Sum

from decrees.models import Recipient
from proposals.flow import State
from proposals.models import Programme, Proposal
from uep.office import queries as office


class StepTime(NamedTuple):
    """How one SOP step went: moves out of it, and how many of them came after their due time."""

    step: int
    title: str
    norm: str
    moves: int
    late: int

    @property
    def share_late(self) -> float:
        return self.late / self.moves if self.moves else 0.0


def by_state(programme: Programme) -> list[tuple[State, int, int]]:
    """(state, households, Rupiah asked) in the order of the flow; empty states too."""
    rows = Proposal.objects.filter(programme=programme).order_by().values("state")
    found = {row["state"]: row for row in rows.annotate(n=Count("pk"), asked=Sum("amount_requested"))}
    return [(s, found[s]["n"], found[s]["asked"] or 0) if s in found else (s, 0, 0) for s in State]


def by_district(programme: Programme) -> list[dict]:
    """Per kecamatan: proposed, decreed, paid (households and Rupiah)."""
    proposed = {
        row["village__parent__name"]: row["n"]
        for row in Proposal.objects.filter(programme=programme)
        .exclude(state=State.DRAFT)
        .order_by()
        .values("village__parent__name")
        .annotate(n=Count("pk"))
    }
    paid = Q(proposal__state__in=[State.PAID, State.HANDED_OVER])
    decreed = {
        row["village__parent__name"]: row
        for row in Recipient.objects.in_force()
        .filter(decree__programme=programme)
        .order_by()
        .values("village__parent__name")
        .annotate(
            n=Count("pk"),
            decreed_amount=Sum("amount"),
            paid=Count("pk", filter=paid),
            paid_amount=Sum("amount", filter=paid),
        )
    }
    return [
        {
            "district": district,
            "proposed": proposed.get(district, 0),
            "decreed": decreed.get(district, {}).get("n", 0),
            "amount": decreed.get(district, {}).get("decreed_amount") or 0,
            "paid": decreed.get(district, {}).get("paid", 0),
            "paid_amount": decreed.get(district, {}).get("paid_amount") or 0,
        }
        for district in sorted(set(proposed) | set(decreed))
    ]


STEP_TIMES = """
    SELECT step, count(*), count(*) FILTER (WHERE at > due_before)
    FROM (
        SELECT r.step, r.at, r.source, r.target, lag(r.due_at) OVER (PARTITION BY r.proposal_id ORDER BY r.id) AS due_before
        FROM proposals_steprecord r JOIN proposals_proposal p ON p.id = r.proposal_id
        WHERE p.programme_id = %s
    ) moves
    WHERE due_before IS NOT NULL AND source <> target -- more time is no move, but moves the due time of the next one
    GROUP BY step
"""


def step_times(programme: Programme) -> list[StepTime]:
    """Norm against what happened, per SOP step; due times are those written at the move, never recomputed."""
    with connection.cursor() as cursor:
        cursor.execute(STEP_TIMES, [programme.pk])
        counted = {step: (moves, late) for step, moves, late in cursor.fetchall()}
    titles = office.step_titles()
    return [StepTime(n, titles[n], str(office.norm_of(n)), *counted.get(n, (0, 0))) for n in range(1, 7)]
