"""Reads of steps 4 to 6. Totals come from here alone (design, law 7)."""

from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from decrees.models import Decree, Recipient
from distribution.models import (
    AccountCheck,
    Attendance,
    Disbursement,
    DisbursementAgreement,
    MentoringVisit,
    OutreachSession,
    Payment,
)
from proposals.flow import State
from uep.registry.fields import BlindIndex

PAID_STATES = (State.PAID, State.HANDED_OVER)


class Share(NamedTuple):
    count: int
    amount: int  # Rupiah


class Books(NamedTuple):
    """Where each rupiah of a decree is. decreed = paid + failed + waiting + withdrawn, always."""

    decreed: Share
    paid: Share
    failed: Share
    waiting: Share
    withdrawn: Share
    handed_over: Share  # a part of paid


def books(decree) -> Books:
    """The decree's recipients by what became of them, in one query."""
    gone, paid = Q(removed_at__isnull=False), Q(proposal__state__in=PAID_STATES)
    parts = {
        "decreed": Q(),
        "paid": paid,
        "failed": ~gone & Q(proposal__state=State.PAYMENT_FAILED),
        "waiting": ~gone & ~paid & ~Q(proposal__state=State.PAYMENT_FAILED),
        "withdrawn": gone,
        "handed_over": Q(proposal__state=State.HANDED_OVER),
    }
    columns = {f"{name}_count": Count("pk", filter=q) for name, q in parts.items()}
    columns |= {f"{name}_amount": Sum("amount", filter=q) for name, q in parts.items()}
    row = decree.recipients.aggregate(**columns)
    return Books(**{name: Share(row[f"{name}_count"], row[f"{name}_amount"] or 0) for name in parts})


def is_complete(decree) -> bool:
    """Every recipient is handed over, replaced or withdrawn."""
    sums = books(decree)
    return sums.decreed.count == sums.handed_over.count + sums.withdrawn.count


def decrees_in_disbursement(user) -> QuerySet[Decree]:
    """Signed decrees in the user's scope, newest first, with how far each has come."""
    recipients = Recipient.objects.filter(decree=OuterRef("pk")).order_by().values("decree")
    done = recipients.filter(Q(proposal__state=State.HANDED_OVER) | Q(removed_at__isnull=False))
    return (
        Decree.objects.visible_to(user)
        .signed()
        .select_related("programme__bank")
        .annotate(
            people=Subquery(recipients.annotate(n=Count("pk")).values("n")),
            amount=Subquery(recipients.annotate(n=Sum("amount")).values("n")),
            done=Subquery(done.annotate(n=Count("pk")).values("n")),
        )
        .order_by("-signed_at", "-pk")
    )


def with_accounts(recipients: QuerySet[Recipient]) -> QuerySet[Recipient]:
    """Each recipient with the bank's newest word on the account, and whether that word is about the account as it is now."""
    newest = AccountCheck.objects.filter(recipient=OuterRef("pk")).order_by("-at", "-pk")
    same = newest.annotate(index=BlindIndex("account_number")).filter(
        index=BlindIndex(OuterRef("proposal__account_number")), account_name=OuterRef("proposal__account_name")
    )
    return recipients.select_related("proposal", "village__parent").annotate(
        account_verdict=Subquery(same.values("verdict")[:1]), account_why=Subquery(same.values("why")[:1])
    )


def account_rows(decree) -> QuerySet[Recipient]:
    """The lines in force with their accounts, in the annex's order."""
    return with_accounts(decree.recipients.in_force()).order_by("position")


def account_is_valid(recipient) -> bool:
    return with_accounts(Recipient.objects.filter(pk=recipient.pk)).filter(account_verdict=AccountCheck.Verdict.VALID).exists()


def agreement_of(decree) -> DisbursementAgreement | None:
    """The newest version, agreed or not."""
    return decree.agreements.order_by("-version").first()


def agreement_in_force(decree) -> DisbursementAgreement | None:
    return decree.agreements.filter(agreed_at__isnull=False).order_by("-version").first()


def nominative_list(decree) -> list[Recipient]:
    """Daftar nominatif: who gets how much on which account; screen, PDF and XLSX show these rows and no others."""
    return list(account_rows(decree))


def payable(decree) -> QuerySet[Recipient]:
    """Briefed, account valid (or cash at the counter), and on no list that is still open."""
    open_line = Payment.objects.filter(recipient=OuterRef("pk"), status__in=[Payment.Status.WAITING, Payment.Status.PAID])
    rows = account_rows(decree).filter(proposal__state=State.BRIEFED).exclude(Exists(open_line))
    agreement = agreement_in_force(decree)
    if agreement and agreement.method == DisbursementAgreement.Method.TRANSFER:
        rows = rows.filter(account_verdict=AccountCheck.Verdict.VALID)
    return rows


def lines_of(disbursement) -> QuerySet[Payment]:
    return disbursement.payments.select_related("recipient__village__parent", "recipient__proposal").order_by("position")


def line_totals(disbursement) -> dict[str, Share]:
    """Per status of a list: count and Rupiah, and "all"."""
    rows = disbursement.payments.order_by().values("status").annotate(count=Count("pk"), amount=Sum("amount"))
    shares = {status: Share(0, 0) for status in Payment.Status.values}
    shares |= {row["status"]: Share(row["count"], row["amount"]) for row in rows}
    return shares | {"all": Share(sum(s.count for s in shares.values()), sum(s.amount for s in shares.values()))}


def disbursements(decree) -> QuerySet[Disbursement]:
    return decree.disbursements.select_related("sent_by").order_by("-position")


def to_be_briefed(decree) -> QuerySet[Recipient]:
    """Agreed, not briefed, and not invited to a session that is still to come."""
    invited = Attendance.objects.filter(recipient=OuterRef("pk"), came__isnull=True)
    rows = decree.recipients.in_force().filter(proposal__state=State.AGREED).exclude(Exists(invited))
    return rows.select_related("village__parent", "proposal").order_by("position")


def sessions(decree) -> QuerySet[OutreachSession]:
    return decree.sessions.annotate(
        invited=Count("attendances"), came=Count("attendances", filter=Q(attendances__came=True))
    ).order_by("-starts_at")


def attendance_rows(session) -> QuerySet[Attendance]:
    return session.attendances.select_related("recipient__village__parent", "companion").order_by("recipient__position")


def to_be_handed_over(decree) -> QuerySet[Recipient]:
    rows = decree.recipients.filter(proposal__state=State.PAID)
    return rows.select_related("village__parent", "proposal").order_by("position")


def recipient_of(proposal) -> Recipient | None:
    """The line of the decree in force that names this household."""
    rows = Recipient.objects.filter(proposal=proposal).select_related("decree__programme__bank", "village")
    return rows.order_by(F("removed_at").desc(nulls_first=True)).first()


def companion_of(recipient):
    """The companion named at the newest briefing."""
    row = recipient.attendances.filter(companion__isnull=False).select_related("companion").order_by("-pk").first()
    return row.companion if row else None


def mentoring_of(recipient) -> QuerySet[MentoringVisit]:
    return recipient.mentoring_visits.select_related("by", "photo").order_by("-visited_on", "-pk")


def failure_is_mended(recipient) -> bool:
    """After a failed payment: a fault of the bank's own needs nothing, any other a fresh "valid" from the bank."""
    failed = recipient.payments.filter(status=Payment.Status.FAILED).order_by("-settled_at").first()
    if failed is None:
        return False
    if failed.failure == Payment.Failure.BANK:
        return True
    fresh = recipient.account_checks.filter(verdict=AccountCheck.Verdict.VALID, at__gt=failed.settled_at)
    return fresh.exists() and account_is_valid(recipient)
