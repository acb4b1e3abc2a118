"""Recipients one by one: lists, and the story of one of them after the decree."""

from dataclasses import dataclass

from django.db.models import F, Prefetch, Q, QuerySet

from decrees.models import Decree, Recipient
from distribution.models import AccountCheck, Attendance, Handover, MentoringVisit, Payment
from distribution.queries.accounts import account_rows, with_accounts
from proposals.flow import State
from uep.registry.models import Region

VERDICTS = {
    "valid": Q(account_verdict="valid"),
    "wrong": Q(account_verdict="wrong"),
    "unchecked": Q(account_verdict__isnull=True, proposal__account_number__isnull=False),
    "absent": Q(proposal__account_number__isnull=True),
}


def recipients(
    decree, user, *, search: str = "", village=None, state: str = "", account: str = ""
) -> QuerySet[Recipient]:
    """The decree's lines in the user's scope with their accounts; those taken off, too, when `state` is withdrawn.

    `search` is part of a name, or a whole NIK.
    """
    rows = (
        account_rows(decree)
        if state != State.WITHDRAWN
        else with_accounts(decree.recipients.filter(removed_at__isnull=False))
    )
    rows = rows.filter(pk__in=Recipient.objects.visible_to(user).values("pk"))
    if search:
        rows = rows.filter(Q(nik=search) if search.isdigit() and len(search) == 16 else Q(name__icontains=search))
    if village:
        rows = rows.filter(village=village)
    if state:
        rows = rows.filter(proposal__state=state)
    return rows.filter(VERDICTS[account]) if account else rows


def villages_of(decree) -> QuerySet[Region]:
    """The villages that the decree names, by name."""
    return Region.objects.filter(pk__in=decree.recipients.values("village")).order_by("name")


def reaches_beyond(decree, user) -> bool:
    """Does the decree name people outside the user's area? Then its whole lists are not for this user."""
    return decree.recipients.exclude(pk__in=Recipient.objects.visible_to(user).values("pk")).exists()


def to_be_handed_over(decree) -> QuerySet[Recipient]:
    """Paid, and nothing signed yet."""
    rows = decree.recipients.filter(proposal__state=State.PAID)
    return rows.select_related("village__parent", "proposal").order_by("position")


@dataclass(frozen=True)
class Receipts:
    """Paid recipients of one decree, each with `paid_lines`: subject of the receipts that they sign."""

    decree: Decree
    pk: str  # a printout names its file after its subject
    recipients: list[Recipient]


def receipts(decree, recipients: QuerySet[Recipient], *, name: str) -> Receipts:
    """Receipts of those of `recipients` whose money is there, in the annex's order. Two queries."""
    paid = Payment.objects.filter(status=Payment.Status.PAID).select_related("disbursement")
    rows = recipients.filter(decree=decree, proposal__state__in=[State.PAID, State.HANDED_OVER])
    rows = rows.select_related("village").prefetch_related(Prefetch("payments", paid, to_attr="paid_lines"))
    return Receipts(decree, name, list(rows.order_by("position")))


def recipient_of(proposal) -> Recipient | None:
    """The line of the decree in force that names this household."""
    rows = Recipient.objects.filter(proposal=proposal).select_related(
        "decree__programme__bank", "village__parent", "proposal"
    )
    return rows.order_by(F("removed_at").desc(nulls_first=True)).first()


def companion_of(recipient):
    """The companion named at the newest briefing."""
    row = recipient.attendances.filter(companion__isnull=False).select_related("companion").order_by("-pk").first()
    return row.companion if row else None


def mentoring_of(recipient) -> QuerySet[MentoringVisit]:
    """Visits to the business, newest first."""
    return recipient.mentoring_visits.select_related("by", "photo").order_by("-visited_on", "-pk")


@dataclass(frozen=True)
class Story:
    """What became of one recipient since the decree; the same facts on every page that shows them."""

    recipient: Recipient  # with account_verdict and account_why
    checks: list[AccountCheck]
    attendances: list[Attendance]
    payments: list[Payment]
    handover: Handover | None
    visits: list[MentoringVisit]

    @property
    def companion(self):
        return next((row.companion for row in self.attendances if row.companion), None)

    @property
    def verdict(self) -> AccountCheck.Verdict | None:
        return AccountCheck.Verdict(self.recipient.account_verdict) if self.recipient.account_verdict else None

    @property
    def is_paid(self) -> bool:
        return any(line.status == Payment.Status.PAID for line in self.payments)


def story_of(recipient) -> Story:
    """Six queries."""
    related = ("proposal", "village__parent", "decree__programme__bank")
    row = with_accounts(Recipient.objects.filter(pk=recipient.pk)).select_related(*related).get()
    attendances = row.attendances.filter(session__cancelled_at__isnull=True)
    return Story(
        recipient=row,
        checks=list(row.account_checks.select_related("by")),
        attendances=list(attendances.select_related("session", "companion").order_by("-session__starts_at", "-pk")),
        payments=list(row.payments.select_related("disbursement", "settled_by").order_by("-pk")),
        handover=Handover.objects.filter(recipient=row)
        .select_related("by", "photo", "signature", "proxy_letter")
        .first(),
        visits=list(mentoring_of(row)),
    )
