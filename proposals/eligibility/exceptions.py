"""Kabid's exceptions and the villages' pleas for them. Each is for what the rule said then, word for word."""

from dataclasses import replace

from proposals.eligibility.levels import Finding, Level
from proposals.models import SENTENCE, ExceptionPlea, RuleOverride


def with_exceptions(told: dict[int, list[Finding]]) -> dict[int, list[Finding]]:
    """An unmet rule with an exception becomes one to look at, with its reason. Two queries, none when all is met.

    An exception lasts as long as the rule says the same: whoever was 60 and turns out to be 70 is judged anew. It
    holds only where the rule may be overridden.
    """
    asked = [pk for pk, rows in told.items() if any(row.level == Level.FAIL and row.may_be_overridden for row in rows)]
    if not asked:
        return told
    made = {
        (row.proposal_id, row.code, row.sentence): row
        for row in RuleOverride.objects.filter(proposal__in=asked).select_related("by")
    }
    pleas = {(row.proposal_id, row.code, row.sentence): row for row in ExceptionPlea.objects.filter(proposal__in=asked)}
    return told | {pk: [_excepted(pk, row, made, pleas) for row in told[pk]] for pk in asked}


def _excepted(pk: int, row: Finding, made, pleas) -> Finding:
    if row.level != Level.FAIL or not row.may_be_overridden:
        return row
    key = pk, row.code, row.sentence[:SENTENCE]
    plea = pleas[key].reason if key in pleas else ""
    if key not in made:
        return replace(row, plea=plea)
    told = made[key]
    return replace(row, level=Level.WARN, plea=plea, reason=f"{told.reason} ({told.by})")
