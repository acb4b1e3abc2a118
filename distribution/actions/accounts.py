"""Accounts: the bank checks them, the village mends them (SOP step 4)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from decrees.models import Decree, Recipient
from distribution import queries
from distribution.actions.locking import held, hold_households
from distribution.models import AccountCheck
from proposals.flow import State
from proposals.models import Proposal
from proposals.moves import move_all, tell
from uep.access.access import require
from uep.accounts.models import Disclosure

SHORTEST_REASON = 5


@transaction.atomic
def reveal_accounts(decree, *, by, reason, address=None) -> None:
    """Open the account numbers of a decree to its bank's officer for a while; one record per person (design, law 6).

    Three queries whatever the number of recipients. ValidationError without a reason.
    """
    require(by, "distribution.reveal_accounts", decree)
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError({"reason": "Tulis alasan membuka nomor rekening."})
    refs = decree.recipients.in_force().filter(proposal__account_number__isnull=False)
    now = timezone.now()
    Disclosure.objects.bulk_create(
        Disclosure(
            at=now,
            by=by,
            subject=f"proposals.proposal:{ref}",
            field="account_number",
            reason=reason.strip(),
            address=address,
        )
        for ref in refs.values_list("proposal__ref", flat=True)
    )


@transaction.atomic
def check_account(recipient, *, by, verdict, why="") -> Recipient:
    """The bank's word on one account as it stands now; a wrong one goes back to the village with the reason."""
    decree = Decree.objects.select_for_update().get(pk=recipient.decree_id)
    recipient, _ = held(recipient)
    require(by, "distribution.check_account", recipient)
    if verdict == AccountCheck.Verdict.WRONG and not why.strip():
        raise ValidationError({"why": "Tulis apa yang salah agar desa dapat memperbaiki."})
    _write([recipient], verdict, why.strip() if verdict == AccountCheck.Verdict.WRONG else "", by=by)
    if verdict == AccountCheck.Verdict.WRONG:
        page = reverse("distribution:correct_account", args=[recipient.ref])
        tell([recipient.proposal_id], "distribution.check_account", by=by, url=page)
    release_agreed(decree, by=by)
    return recipient


@transaction.atomic
def accept_accounts(decree, *, by, recipients) -> None:
    """Declare the chosen accounts valid in one go; those that changed or were judged meanwhile are left as they are.

    A fixed number of queries whatever the number of recipients.
    """
    decree = Decree.objects.select_for_update().get(pk=decree.pk)
    require(by, "distribution.accept_accounts", decree)
    waiting = queries.account_rows(decree).filter(account_verdict__isnull=True, proposal__account_number__isnull=False)
    chosen = list(waiting.filter(pk__in=[recipient.pk for recipient in recipients]))
    if not chosen:
        raise ValidationError("Pilih sedikitnya satu rekening yang masih menunggu pemeriksaan.")
    _write(chosen, AccountCheck.Verdict.VALID, "", by=by)
    release_agreed(decree, by=by)


@transaction.atomic
def correct_account(recipient, *, by, account_number, account_name) -> Recipient:
    """The village mends number or name; the bank looks again before any money moves."""
    Decree.objects.select_for_update().get(pk=recipient.decree_id)  # not while the bank decides on the former number
    recipient, proposal = held(recipient)
    require(by, "distribution.correct_account", recipient)
    _refuse_odd_account(recipient, account_number, account_name)
    former = proposal.account_number, proposal.account_name
    proposal.account_number, proposal.account_name = account_number, " ".join(account_name.split())
    if (proposal.account_number, proposal.account_name) == former:  # a form sent twice
        return recipient
    proposal.edited_at = timezone.now()
    proposal.save(update_fields=["account_number", "account_name", "edited_at"])
    page = reverse("distribution:recipient", args=[recipient.ref])
    tell([recipient.proposal_id], "distribution.correct_account", by=by, url=page)
    return recipient


def _refuse_odd_account(recipient, number, name) -> None:
    bank = recipient.decree.programme.bank
    if not number or not bank.account_min_length <= len(number) <= bank.account_max_length:
        raise ValidationError(
            {
                "account_number": f"Nomor rekening {bank.name} terdiri dari {bank.account_min_length} sampai "
                f"{bank.account_max_length} angka."
            }
        )
    if not name.strip():
        raise ValidationError({"account_name": "Tulis nama pemilik rekening seperti di buku rekening."})


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
    waiting = queries.account_rows(decree).filter(proposal__state=State.DECREED)
    hold_households(waiting.values_list("proposal_id", flat=True))
    ready = waiting.all()
    if agreement.method == agreement.Method.TRANSFER:
        ready = ready.filter(account_verdict=AccountCheck.Verdict.VALID)
    households = list(ready.values_list("proposal_id", flat=True))
    if not households:
        return 0
    return move_all(Proposal.objects.filter(pk__in=households), "distribution.agree", by=by, note=str(agreement))
