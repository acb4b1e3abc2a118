"""What becomes of a scan that waits; part of the acts that decide on it or end the draft's way up."""

from django.utils import timezone

from decrees.models import SignedScan

Outcome = SignedScan.Outcome


def put_aside(decree, *, by, reason: str) -> None:
    """A waiting scan of the decree, if there is one, no longer waits; part of acts that end its way up."""
    for row in decree.signed_scans.waiting().select_for_update(of=("self",)):
        decide(row, Outcome.ASIDE, by=by, reason=reason)


def decide(row: SignedScan, outcome: Outcome, *, by, reason: str) -> None:
    """Written once: confirmed, or put aside with a reason."""
    row.outcome, row.decided_by, row.decided_at, row.reason = outcome, by, timezone.now(), reason[:500]
    row.save(update_fields=["outcome", "decided_by", "decided_at", "reason"])
