"""The money: lists sent by the office, settled line by line by the bank (SOP step 6)."""

import hashlib
import json
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from decrees.models import Decree, Recipient
from distribution import queries, results
from distribution.models import Disbursement, Payment, ResultFile
from proposals import requirements
from proposals.models import Proposal
from proposals.moves import move, move_all
from uep.access.access import require
from uep.documents.actions import issue
from uep.files.actions import take_in_sheet
from uep.registry.fields import blind_index
from uep.ui.indonesian import tanggal


@transaction.atomic
def send_list(decree, *, by) -> Disbursement:
    """Seal a payment list of everyone who is ready and hand it to the bank.

    ValidationError naming who still lacks a paper that is due before payment (pakta integritas).
    """
    decree = Decree.objects.select_for_update().get(pk=decree.pk)
    require(by, "distribution.send_list", decree)
    ready = list(queries.payable(decree))
    lacking = requirements.missing([recipient.proposal for recipient in ready])
    payable = [recipient for recipient in ready if not lacking.get(recipient.proposal_id)]
    if not payable:
        names = [f"{r.name}: {', '.join(str(paper) for paper in lacking[r.proposal_id])} belum ada." for r in ready]
        raise ValidationError(["Belum ada yang lengkap untuk dibayar.", *names[:20]])
    lines = [
        Payment(
            recipient=recipient,
            position=position,
            amount=recipient.amount,
            account_number=recipient.proposal.account_number or "0",
            account_name=recipient.proposal.account_name or recipient.name,
        )
        for position, recipient in enumerate(payable, 1)
    ]
    disbursement = Disbursement.objects.create(
        decree=decree,
        agreement=queries.agreement_in_force(decree),
        position=decree.disbursements.count() + 1,
        sent_by=by,
        count=len(lines),
        total=sum(line.amount for line in lines),
        seal=_seal(lines),
    )
    for line in lines:
        line.disbursement = disbursement
    Payment.objects.bulk_create(lines)
    issue("daftar_pembayaran", disbursement, by=by)
    return disbursement


def _seal(lines) -> str:
    """SHA-256 over what the bank is told to pay: line, code, account (as its blind index), name, amount."""
    content = [
        [line.position, line.ref, blind_index("account", line.account_number).hex(), line.account_name, line.amount]
        for line in lines
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@transaction.atomic
def record_sp2d(disbursement, *, by, number, date) -> Disbursement:
    disbursement = Disbursement.objects.select_for_update().get(pk=disbursement.pk)
    require(by, "distribution.record_sp2d", disbursement)
    disbursement.sp2d_number, disbursement.sp2d_date = number.strip(), date
    disbursement.save(update_fields=["sp2d_number", "sp2d_date"])
    return disbursement


def _open_lines(disbursement, pks) -> list[Payment]:
    """Waiting lines of people in force, locked; with their households locked too, so that no amendment slips between."""
    rows = disbursement.payments.filter(pk__in=pks, status=Payment.Status.WAITING, recipient__removed_at__isnull=True)
    return list(rows.select_for_update(of=("self",)).select_related("recipient").order_by("pk"))


def _refuse_odd_date(disbursement, day: date) -> None:
    if day > timezone.localdate():
        raise ValidationError({"paid_on": "Tanggal salur tidak boleh setelah hari ini."})
    if day < timezone.localdate(disbursement.sent_at):
        raise ValidationError({"paid_on": f"Daftar ini dikirim {tanggal(disbursement.sent_at)}; tanggal salur tidak boleh sebelumnya."})


@transaction.atomic
def pay(disbursement, *, by, payments, paid_on, reference="") -> Disbursement:
    """The bank confirms that the money of these lines has arrived."""
    disbursement = Disbursement.objects.select_for_update().get(pk=disbursement.pk)
    require(by, "distribution.pay", disbursement)
    _refuse_odd_date(disbursement, paid_on)
    lines = _open_lines(disbursement, [payment.pk for payment in payments])
    if not lines:
        raise ValidationError("Pilih sedikitnya satu pembayaran yang masih menunggu.")
    _settle_paid([(line, paid_on, reference) for line in lines], by=by)
    return disbursement


def _settle_paid(lines, *, by) -> None:
    now = timezone.now()
    for line, paid_on, reference in lines:
        line.status, line.paid_on, line.bank_reference = Payment.Status.PAID, paid_on, reference
        line.settled_by, line.settled_at = by, now
    Payment.objects.bulk_update(
        [line for line, _, _ in lines], ["status", "paid_on", "bank_reference", "settled_by", "settled_at"]
    )
    households = Proposal.objects.filter(pk__in=[line.recipient.proposal_id for line, _, _ in lines])
    move_all(households, "distribution.pay", by=by, note="Dana tersalur")


@transaction.atomic
def fail_payment(payment, *, by, failure, note="") -> Payment:
    """The bank could not pay this line; the village mends, staff let it be paid again."""
    Disbursement.objects.select_for_update().get(pk=payment.disbursement_id)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    require(by, "distribution.fail_payment", payment)
    _settle_failed(payment, failure, note, by=by)
    return payment


def _settle_failed(payment, failure, note, *, by) -> None:
    payment.status, payment.failure, payment.failure_note = Payment.Status.FAILED, failure, note.strip()
    payment.settled_by, payment.settled_at = by, timezone.now()
    payment.save(update_fields=["status", "failure", "failure_note", "settled_by", "settled_at"])
    proposal = Proposal.objects.select_for_update().get(pk=payment.recipient.proposal_id)
    told = f"{payment.get_failure_display()}. {payment.failure_note}".strip()
    move(proposal, "distribution.fail_payment", by=by, note=told)


@transaction.atomic
def read_results(disbursement, *, by, upload) -> ResultFile:
    """Settle lines from the bank's result file. Unknown, repeated and wrong rows are refused one by one, the rest
    is taken; the same bytes again change nothing and give the first reading back."""
    disbursement = Disbursement.objects.select_for_update().get(pk=disbursement.pk)
    require(by, "distribution.read_results", disbursement)
    stored = take_in_sheet(upload, by=by)
    known = disbursement.result_files.filter(file__received_sha256=stored.received_sha256).first()
    if known:
        return known
    with stored.open() as file:
        rows = results.read(file.read(), name=stored.original_name)
    lines = {line.ref: line for line in _open_lines(disbursement, disbursement.payments.values_list("pk", flat=True))}
    settled = set(disbursement.payments.exclude(status=Payment.Status.WAITING).values_list("ref", flat=True))
    verdicts = results.judge(
        rows,
        lines={
            ref: results.Line(line.account_number, line.amount, line.account_name) for ref, line in lines.items()
        },
        settled=settled,
        sent_on=timezone.localdate(disbursement.sent_at),
        today=timezone.localdate(),
    )
    paid = [(lines[v.ref], v.paid_on, v.reference) for v in verdicts.accepted if v.paid]
    if paid:
        _settle_paid(paid, by=by)
    for verdict in verdicts.accepted:
        if not verdict.paid:
            _settle_failed(lines[verdict.ref], verdict.failure, verdict.note, by=by)
    return ResultFile.objects.create(
        disbursement=disbursement,
        file=stored,
        by=by,
        accepted=len(verdicts.accepted),
        refused=[{"row": refusal.row, "why": refusal.why} for refusal in verdicts.refused],
    )


@transaction.atomic
def retry(recipient, *, by) -> Recipient:
    """The fault is mended: the household stands on the next payment list again."""
    recipient = Recipient.objects.select_for_update().get(pk=recipient.pk)
    require(by, "distribution.retry", recipient)
    proposal = Proposal.objects.select_for_update().get(pk=recipient.proposal_id)
    move(proposal, "distribution.retry", by=by)
    return recipient
