"""Suspicions that two records are one person: raised by the system, decided by people, never the other way round."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from proposals.models import DuplicateCase, Proposal
from proposals.queries import duplicates as queries
from uep.access.access import require


def raise_cases(proposals: Iterable[Proposal]) -> int:
    """Ask about every record that looks like one of these and is not asked about yet; returns how many. Three queries.

    Part of sending a letter or a correction: the caller holds the proposals.
    """
    found = queries.unraised(queries.suspects(proposals))
    rows = [
        DuplicateCase(
            proposal_id=row.proposal_id,
            other_id=row.other_id,
            past_aid_id=row.past_aid_id,
            score=row.score,
            reasons=row.reasons,
        )
        for row in found
    ]
    # Two letters sent at once may suspect each other: one case is enough.
    DuplicateCase.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def decide_case(case, *, by, decision, why) -> DuplicateCase:
    """Say whether they are one person, and why. Nothing else follows by itself; the page says what to do next."""
    case = DuplicateCase.objects.select_for_update().get(pk=case.pk)
    require(by, "proposals.decide_case", case)
    if len(why.strip()) < 5:
        raise ValidationError({"why": "Tulis alasannya, sedikitnya beberapa kata."})
    case.decision, case.why = DuplicateCase.Decision(decision), why.strip()
    case.decided_by, case.decided_at = by, timezone.now()
    case.save(update_fields=["decision", "why", "decided_by", "decided_at"])
    return case
