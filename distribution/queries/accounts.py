"""Accounts with the bank's word on them, and the agreement (SOP step 4)."""

from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from decrees.models import Recipient
from distribution.models import AccountCheck, DisbursementAgreement, Payment
from proposals.flow import ON_DECREE_UNPAID, State
from uep.accounts.models import Disclosure

# How long a recorded look keeps the numbers open on the officer's pages and exports.
OPEN_FOR = timedelta(minutes=30)


def with_accounts(recipients: QuerySet[Recipient]) -> QuerySet[Recipient]:
    """Each recipient with the bank's newest word on the account as it is now: account_verdict, account_why; else None.

    `is_listed`: the account stands on a payment list; `is_at_bank`: on one that the bank is working on.
    """
    newest = AccountCheck.objects.filter(recipient=OuterRef("pk")).order_by("-at", "-pk")
    same = newest.filter(
        account_number=OuterRef("proposal__account_number"), account_name=OuterRef("proposal__account_name")
    )
    listed = Payment.objects.filter(recipient=OuterRef("pk"), status=Payment.Status.WAITING)
    return recipients.select_related("proposal", "village__parent").annotate(
        account_verdict=Subquery(same.values("verdict")[:1]),
        account_why=Subquery(same.values("why")[:1]),
        is_listed=Exists(listed),
        is_at_bank=Exists(listed.filter(disbursement__released_at__isnull=False)),
    )


def account_rows(decree) -> QuerySet[Recipient]:
    """The lines in force with their accounts, in the annex's order."""
    return with_accounts(decree.recipients.in_force()).order_by("position")


def account_counts(decree) -> dict[str, int]:
    """How many accounts in force are valid, wrong, unchecked, or not given at all; one query."""
    given = Q(proposal__account_number__isnull=False)
    return account_rows(decree).aggregate(
        valid=Count("pk", filter=Q(account_verdict="valid")),
        wrong=Count("pk", filter=Q(account_verdict="wrong")),
        unchecked=Count("pk", filter=given & Q(account_verdict__isnull=True)),
        absent=Count("pk", filter=~given),
    )


def held_up_by_accounts(decree) -> dict[str, int]:
    """Of those who wait for step 5: accounts that the bank has yet to check, and that the village has to mend; one query."""
    given = Q(proposal__account_number__isnull=False)
    unchecked = given & Q(account_verdict__isnull=True)
    return (
        account_rows(decree)
        .filter(proposal__state=State.DECREED)
        .aggregate(
            to_check=Count("pk", filter=unchecked),
            to_mend=Count("pk", filter=~given | Q(account_verdict=AccountCheck.Verdict.WRONG)),
        )
    )


def accounts_to_check(user) -> QuerySet[Recipient]:
    """Accounts in the user's scope that wait for the bank's word; none where the money is handed out in cash."""
    in_cash = DisbursementAgreement.objects.filter(
        decree=OuterRef("decree"), agreed_at__isnull=False, method=DisbursementAgreement.Method.COUNTER
    )
    rows = with_accounts(Recipient.objects.visible_to(user).in_force())
    rows = rows.filter(proposal__state__in=ON_DECREE_UNPAID, proposal__account_number__isnull=False)
    return rows.filter(account_verdict__isnull=True).exclude(Exists(in_cash))


def account_is_valid(recipient) -> bool:
    """Has the bank accepted the account as it stands now? One query."""
    rows = with_accounts(Recipient.objects.filter(pk=recipient.pk))
    return rows.filter(account_verdict=AccountCheck.Verdict.VALID).exists()


def accounts_to_correct(user) -> QuerySet[Recipient]:
    """Accounts in the user's scope that the village has to give or mend before the money can come."""
    ended = Payment.objects.filter(recipient=OuterRef("pk"), status__in=["failed", "reversed"])
    failed = ended.annotate(ended_at=Coalesce("reversed_at", "settled_at")).order_by("-ended_at")
    rows = with_accounts(Recipient.objects.visible_to(user).in_force()).filter(proposal__state__in=ON_DECREE_UNPAID)
    in_cash = Exists(
        DisbursementAgreement.objects.filter(
            decree=OuterRef("decree"), agreed_at__isnull=False, method=DisbursementAgreement.Method.COUNTER
        )
    )
    looked_at_since = AccountCheck.objects.filter(recipient=OuterRef("pk"), at__gt=OuterRef("failed_at"))
    rows = rows.annotate(
        failed_at=Subquery(failed.values("ended_at")[:1]), failure=Subquery(failed.values("failure")[:1])
    )
    by_account = Q(
        failure__in=[
            Payment.Failure.NAME,
            Payment.Failure.NUMBER,
            Payment.Failure.CLOSED,
            Payment.Failure.IDENTITY,
            Payment.Failure.RETURNED,
        ]
    )
    as_it_failed = failed.filter(
        account_number=OuterRef("proposal__account_number"), account_name=OuterRef("proposal__account_name")
    )
    unmended = Q(proposal__state=State.PAYMENT_FAILED) & by_account & Exists(as_it_failed) & ~Exists(looked_at_since)
    return rows.filter(
        Q(account_verdict=AccountCheck.Verdict.WRONG) | Q(proposal__account_number__isnull=True) & ~in_cash | unmended
    ).order_by("decree", "position")


def agreements(decree) -> QuerySet[DisbursementAgreement]:
    """Every version, newest first, with who confirmed it."""
    return decree.agreements.select_related("proposed_by").prefetch_related("confirmations__by").order_by("-version")


def agreement_of(decree) -> DisbursementAgreement | None:
    """The newest version, agreed or not."""
    return decree.agreements.order_by("-version").first()


def agreement_in_force(decree) -> DisbursementAgreement | None:
    """The newest version that both sides confirmed."""
    return decree.agreements.filter(agreed_at__isnull=False).order_by("-version").first()


def pays_in_cash(decree) -> bool:
    """Is the money handed out at the bank's counter, so that nobody needs an account?"""
    agreement = agreement_in_force(decree)
    return bool(agreement) and agreement.method == DisbursementAgreement.Method.COUNTER


def nominative_list(decree) -> list[Recipient]:
    """Daftar nominatif: who gets how much on which account; screen, PDF and XLSX show these rows and no others."""
    return list(account_rows(decree))


def nominative_as_agreed(agreement) -> QuerySet[Recipient]:
    """The list as it stood when both sides agreed: what the paper's annex shows, whenever it is rendered.

    Per line agreed_check: pk of the bank's last word then (its own copy of the account), None when there was none.
    """
    when = agreement.agreed_at
    checks = AccountCheck.objects.filter(recipient=OuterRef("pk"), at__lte=when).order_by("-at", "-pk")
    rows = agreement.decree.recipients.filter(Q(removed_at__isnull=True) | Q(removed_at__gt=when))
    return (
        rows.select_related("village__parent")
        .annotate(agreed_check=Subquery(checks.values("pk")[:1]))
        .order_by("position")
    )


def open_to(user, recipients) -> set[int]:
    """Pks of the recipients whose account number this user has opened, with a recorded reason, a short while ago."""
    subjects = {f"proposals.proposal:{recipient.proposal.ref}": recipient.pk for recipient in recipients}
    looks = Disclosure.objects.filter(
        by=user, field="account_number", subject__in=subjects, at__gt=timezone.now() - OPEN_FOR
    )
    return {subjects[subject] for subject in looks.values_list("subject", flat=True)}


def name_differs() -> Q:
    """Lines whose account is in another name than the decree's: what banks stumble over most."""
    return ~Q(proposal__account_name__iexact=F("name")) & ~Q(proposal__account_name="")
