"""Reconciliation: where each rupiah of a decree is, by village and by list; screen, PDF and XLSX read it here alone.

decree = paid + failed + waiting + withdrawn + returned to the treasury, to the rupiah, for each village and as a whole.
"""

from datetime import date as Date
from typing import NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from decrees.models import Decree, Recipient
from distribution.models import DisbursementAgreement
from distribution.queries.books import GONE, PAID_STATES, RETURNED, Share, books
from distribution.queries.money import disbursements
from proposals.flow import FINAL, State

PARTS = ("paid", "failed", "waiting", "withdrawn", "returned")


class Row(NamedTuple):
    """One village, or the whole: people and Rupiah of each part."""

    village: str
    district: str
    decreed: Share
    paid: Share
    failed: Share
    waiting: Share
    withdrawn: Share
    returned: Share

    @property
    def difference(self) -> int:
        """Rupiah that the parts do not explain; 0 when it balances."""
        return self.decreed.amount - sum(getattr(self, part).amount for part in PARTS)


class Reconciliation(NamedTuple):
    rows: list[Row]
    total: Row
    lists: list
    deposits: list
    as_of: Date

    @property
    def balances(self) -> bool:
        return not any(row.difference for row in [*self.rows, self.total])


def reconciliation(decree) -> Reconciliation:
    """Every village of the decree and the sum; the sum is read on its own, so that a fault in either shows."""
    failed = Q(proposal__state=State.PAYMENT_FAILED) & ~GONE & ~RETURNED
    paid = Q(proposal__state__in=PAID_STATES) & ~GONE & ~RETURNED
    parts = {
        "decreed": Q(),
        "paid": paid,
        "failed": failed,
        "withdrawn": GONE & ~RETURNED,
        "returned": RETURNED,
        "waiting": ~GONE & ~RETURNED & ~Q(proposal__state__in=[*PAID_STATES, State.PAYMENT_FAILED]),
    }
    columns = {f"{name}_count": Count("pk", filter=q) for name, q in parts.items()}
    columns |= {f"{name}_amount": Sum("amount", filter=q, default=0) for name, q in parts.items()}
    villages = (
        decree.recipients.order_by()
        .values(place=F("village__name"), area=F("village__parent__name"), code=F("village"))
        .annotate(**columns)
        .order_by("code")
    )
    rows = [
        Row(
            found["place"],
            found["area"],
            **{name: Share(found[f"{name}_count"], found[f"{name}_amount"]) for name in parts},
        )
        for found in villages
    ]
    sums = books(decree)
    total = Row("Jumlah", "", **{name: getattr(sums, name) for name in parts})
    deposits = list(decree.treasury_returns.select_related("by").order_by("date", "pk"))
    return Reconciliation(rows, total, list(disbursements(decree)), deposits, timezone.localdate())


def returnable(decree) -> QuerySet[Recipient]:
    """Recipients in force whose payment failed and was not mended: their money can go back to the treasury."""
    rows = decree.recipients.in_force().filter(proposal__state=State.PAYMENT_FAILED)
    return rows.select_related("proposal", "village__parent").order_by("position")


def overdue(user) -> QuerySet[Decree]:
    """Decrees in scope whose agreed last day has passed with people unpaid: `unpaid` people, `ended` on that day."""
    newest = (
        DisbursementAgreement.objects.filter(decree=OuterRef("pk"), agreed_at__isnull=False)
        .order_by("-version")
        .values("ends")[:1]
    )
    open_states = [state for state in State if state not in FINAL and state not in PAID_STATES]
    still = Q(recipients__removed_at__isnull=True, recipients__proposal__state__in=open_states)
    rows = Decree.objects.visible_to(user).signed().annotate(ended=newest, unpaid=Count("recipients", filter=still))
    return rows.filter(ended__lt=timezone.localdate(), unpaid__gt=0).order_by("ended", "pk")
