"""Accounts: the bank checks them, the village mends them (SOP step 4)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from decrees.models import Recipient
from distribution import queries
from distribution.models import AccountCheck
from proposals.flow import State
from proposals.models import Proposal
from proposals.moves import move_all
from uep.access.access import require


@transaction.atomic
def check_account(recipient, *, by, verdict, why="") -> Recipient:
    """The bank's word on one account as it stands now; a wrong one goes back to the village with the reason."""
    recipient = Recipient.objects.select_for_update().get(pk=recipient.pk)
    require(by, "distribution.check_account", recipient)
    if verdict == AccountCheck.Verdict.WRONG and not why.strip():
        raise ValidationError({"why": "Tulis apa yang salah agar desa dapat memperbaiki."})
    _write([recipient], verdict, why.strip(), by=by)
    release_agreed(recipient.decree, by=by)
    return recipient


@transaction.atomic
def accept_accounts(decree, *, by, recipients) -> None:
    """Declare the chosen accounts valid in one go; those that changed meanwhile are left for another look."""
    require(by, "distribution.accept_accounts", decree)
    waiting = queries.account_rows(decree).filter(account_verdict__isnull=True, proposal__account_number__isnull=False)
    chosen = list(waiting.filter(pk__in=[recipient.pk for recipient in recipients]))
    if not chosen:
        raise ValidationError("Pilih sedikitnya satu rekening.")
    _write(chosen, AccountCheck.Verdict.VALID, "", by=by)
    release_agreed(decree, by=by)


@transaction.atomic
def correct_account(recipient, *, by, account_number, account_name) -> Recipient:
    """The village mends number or name; the bank looks again before any money moves."""
    recipient = Recipient.objects.select_for_update().get(pk=recipient.pk)
    require(by, "distribution.correct_account", recipient)
    proposal = Proposal.objects.select_for_update().get(pk=recipient.proposal_id)
    proposal.account_number, proposal.account_name = account_number, account_name.strip()
    proposal.edited_at = timezone.now()
    proposal.save(update_fields=["account_number", "account_name", "edited_at"])
    return recipient


def _write(recipients, verdict, why, *, by) -> None:
    AccountCheck.objects.bulk_create(
        AccountCheck(
            recipient=recipient,
            account_number=recipient.proposal.account_number,
            account_name=recipient.proposal.account_name,
            verdict=verdict,
            why=why,
            by=by,
        )
        for recipient in recipients
    )


def release_agreed(decree, *, by) -> int:
    """Once both sides agreed, every household whose account is right (or who is paid in cash) goes on to step 5."""
    agreement = queries.agreement_in_force(decree)
    if agreement is None:
        return 0
    ready = queries.account_rows(decree).filter(proposal__state=State.DECREED)
    if agreement.method == agreement.Method.TRANSFER:
        ready = ready.filter(account_verdict=AccountCheck.Verdict.VALID)
    households = Proposal.objects.filter(pk__in=list(ready.values_list("proposal_id", flat=True)))
    return move_all(households, "distribution.agree", by=by, note=str(agreement))
