"""The money: lists sent by the office, settled line by line by the bank (SOP step 6)."""

import hashlib
import json
from collections import defaultdict
from datetime import date as Date

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from decrees.models import Decree, Recipient
from distribution import queries
from distribution.actions.locking import held, hold_households
from distribution.models import Disbursement, Payment
from proposals import requirements
from proposals.models import Proposal
from proposals.moves import move, move_all, tell
from uep.access.access import require
from uep.documents.actions import issue
from uep.registry.fields import blind_index
from uep.ui.indonesian import tanggal

NAMED = 20  # people named in a refusal; the page has them all


@transaction.atomic
def send_list(decree, *, by, villages=()) -> Disbursement:
    """Seal a payment list of everyone who is ready, or of those of some villages; another person releases it.

    Who still lacks a paper that is due before payment (pakta integritas) is left for a later list; ValidationError
    naming them when nobody is left.
    """
    decree = Decree.objects.select_for_update().get(pk=decree.pk)
    require(by, "distribution.send_list", decree)
    agreement = queries.agreement_in_force(decree)
    wanted = Q(village__in=[village.pk for village in villages]) if villages else Q()
    hold_households(queries.payable(decree).filter(wanted).values_list("proposal_id", flat=True))
    ready = list(
        queries.payable(decree).filter(wanted)
    )  # read again: an amending decree may just have taken someone off
    lacking = requirements.missing([recipient.proposal for recipient in ready])
    payable = [recipient for recipient in ready if recipient.proposal_id not in lacking]
    if not payable:
        names = [f"{r.name}: {', '.join(str(paper) for paper in lacking[r.proposal_id])} belum ada." for r in ready]
        raise ValidationError(["Belum ada yang lengkap untuk dibayar.", *names[:NAMED]])
    in_cash = agreement.method == agreement.Method.COUNTER
    lines = [
        Payment(
            recipient=recipient,
            position=position,
            amount=recipient.amount,
            account_number=None if in_cash else recipient.proposal.account_number,
            account_name=recipient.name if in_cash else recipient.proposal.account_name,
        )
        for position, recipient in enumerate(payable, 1)
    ]
    disbursement = Disbursement.objects.create(
        decree=decree,
        agreement=agreement,
        position=decree.disbursements.count() + 1,
        sent_by=by,
        count=len(lines),
        total=sum(line.amount for line in lines),
        seal=_seal(lines),
    )
    for line in lines:
        line.disbursement = disbursement
    Payment.objects.bulk_create(lines)
    households = [recipient.proposal_id for recipient in payable]
    tell(households, "distribution.send_list", by=by, url=disbursement.get_absolute_url())
    return disbursement


@transaction.atomic
def release_list(disbursement, *, by) -> Disbursement:
    """Hand a sealed list to the bank: by another person than the one who sealed it. The paper is issued here.

    ValidationError when a line no longer holds: someone taken off, an account changed, a row that differs from the seal.
    """
    disbursement = Disbursement.objects.select_for_update().get(pk=disbursement.pk)
    require(by, "distribution.release_list", disbursement)
    households = list(disbursement.payments.values_list("recipient__proposal_id", flat=True))
    hold_households(households)
    lines = list(queries.lines_of(disbursement))
    if _seal(lines) != disbursement.seal:
        raise ValidationError("Isi daftar berbeda dari sidiknya. Tarik daftar ini dan hubungi administrator.")
    if faults := queries.changed_since_sealed(lines):
        raise ValidationError(["Tarik daftar ini, lalu susun lagi:", *faults[:NAMED]])
    disbursement.released_by, disbursement.released_at = by, timezone.now()
    disbursement.save(update_fields=["released_by", "released_at"])
    issue("daftar_pembayaran", disbursement, by=by)
    tell(households, "distribution.release_list", by=by, url=disbursement.get_absolute_url())
    return disbursement


@transaction.atomic
def recall_list(disbursement, *, by, reason) -> Disbursement:
    """Take back a list that the bank has not seen; its people can go on the next one."""
    disbursement = Disbursement.objects.select_for_update().get(pk=disbursement.pk)
    require(by, "distribution.recall_list", disbursement)
    disbursement.recalled_by, disbursement.recalled_at, disbursement.recall_reason = by, timezone.now(), reason
    disbursement.save(update_fields=["recalled_by", "recalled_at", "recall_reason"])
    disbursement.payments.update(status=Payment.Status.RECALLED, settled_by=by, settled_at=disbursement.recalled_at)
    return disbursement


def _seal(lines) -> str:
    """SHA-256 over what the bank is told to pay: line, code, account (as its blind index), name, amount."""
    content = [
        [
            line.position,
            line.ref,
            blind_index("account", line.account_number).hex() if line.account_number else "",
            line.account_name,
            line.amount,
        ]
        for line in lines
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@transaction.atomic
def record_sp2d(disbursement, *, by, number, date) -> Disbursement:
    """Number and date of the treasury's payment order, for the accountability file."""
    disbursement = Disbursement.objects.select_for_update().get(pk=disbursement.pk)
    require(by, "distribution.record_sp2d", disbursement)
    if date > timezone.localdate():
        raise ValidationError({"date": "Tanggal SP2D tidak boleh setelah hari ini."})
    disbursement.sp2d_number, disbursement.sp2d_date = number.strip(), date
    disbursement.save(update_fields=["sp2d_number", "sp2d_date"])
    return disbursement


@transaction.atomic
def pay(disbursement, *, by, payments, paid_on, reference="") -> Disbursement:
    """The bank confirms that the money of these lines has arrived. A fixed number of queries for any number of lines."""
    disbursement = Disbursement.objects.select_for_update().get(pk=disbursement.pk)
    require(by, "distribution.pay", disbursement)
    _refuse_odd_date(disbursement, paid_on)
    lines = lock_open_lines(disbursement, [payment.pk for payment in payments])
    if not lines:
        raise ValidationError("Pilih sedikitnya satu pembayaran yang masih menunggu.")
    settle_paid([(line, paid_on, reference.strip()) for line in lines], by=by)
    return disbursement


def _refuse_odd_date(disbursement, day: Date) -> None:
    if day > timezone.localdate():
        raise ValidationError({"paid_on": "Tanggal salur tidak boleh setelah hari ini."})
    if day < timezone.localdate(disbursement.released_at):
        sent = tanggal(disbursement.released_at)
        raise ValidationError({"paid_on": f"Daftar ini dikirim {sent}; tanggal salur tidak boleh sebelumnya."})


def lock_open_lines(disbursement, pks) -> list[Payment]:
    """Waiting lines of people in force, their households locked first, so that no amending decree slips between.

    The caller has locked the list itself, and with it its lines.
    """
    rows = disbursement.payments.filter(pk__in=pks, status=Payment.Status.WAITING, recipient__removed_at__isnull=True)
    hold_households(rows.values_list("recipient__proposal_id", flat=True))
    return list(rows.select_related("recipient").order_by("pk"))


def settle_paid(lines: list[tuple[Payment, Date, str]], *, by) -> None:
    """Write (line, day, reference) as paid and move the households: one UPDATE for any number of different references."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE distribution_payment AS line
               SET status = 'paid', paid_on = told.paid_on, bank_reference = told.reference,
                   settled_by_id = %s, settled_at = %s
              FROM unnest(%s::bigint[], %s::date[], %s::text[]) AS told(id, paid_on, reference)
             WHERE line.id = told.id
            """,
            [
                by.pk,
                timezone.now(),
                [line.pk for line, _, _ in lines],
                [paid_on for _, paid_on, _ in lines],
                [reference for _, _, reference in lines],
            ],
        )
    households = Proposal.objects.filter(pk__in=[line.recipient.proposal_id for line, _, _ in lines])
    move_all(households, "distribution.pay", by=by, note="Dana tersalur")


@transaction.atomic
def fail_payment(payment, *, by, failure, note="") -> Payment:
    """The bank could not pay this line; the village mends, staff let it be paid again."""
    disbursement = Disbursement.objects.select_for_update().get(pk=payment.disbursement_id)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    require(by, "distribution.fail_payment", payment)
    if failure == Payment.Failure.OTHER and not note.strip():
        raise ValidationError({"note": "Jelaskan sebabnya agar desa tahu apa yang harus diperbaiki."})
    lines = lock_open_lines(disbursement, [payment.pk])
    if not lines:
        raise ValidationError("Penerima ini baru saja dikeluarkan dengan SK perubahan.")
    settle_failed([(line, failure, note.strip()) for line in lines], by=by)
    return payment


def settle_failed(lines: list[tuple[Payment, str, str]], *, by) -> None:
    """Write (line, failure, note) as failed and move the households; the queries grow with the kinds of causes only."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE distribution_payment AS line
               SET status = 'failed', failure = told.failure, failure_note = told.note,
                   settled_by_id = %s, settled_at = %s
              FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS told(id, failure, note)
             WHERE line.id = told.id
            """,
            [
                by.pk,
                timezone.now(),
                [line.pk for line, _, _ in lines],
                [str(failure) for _, failure, _ in lines],
                [note for _, _, note in lines],
            ],
        )
    told: dict[str, list[int]] = defaultdict(list)
    for line, failure, note in lines:
        label = Payment.Failure(failure).label
        told[f"{label}. {note}".strip() if len(lines) == 1 else f"{label}."].append(line.recipient.proposal_id)
    for sentence, households in told.items():
        move_all(Proposal.objects.filter(pk__in=households), "distribution.fail_payment", by=by, note=sentence)


@transaction.atomic
def reverse_payment(payment, *, by, reversed_on: Date, note="") -> Payment:
    """The bank got money back that it had paid (a dormant account, a transfer returned): the payment is undone.

    The line keeps day and reference of the first transfer; the household waits for its account to be mended.
    """
    Disbursement.objects.select_for_update().get(pk=payment.disbursement_id)
    hold_households([payment.recipient.proposal_id])
    payment = Payment.objects.select_for_update(of=("self",)).select_related("recipient__proposal").get(pk=payment.pk)
    require(by, "distribution.reverse_payment", payment)
    if reversed_on > timezone.localdate():
        raise ValidationError({"reversed_on": "Tanggal dikembalikan tidak boleh setelah hari ini."})
    if reversed_on < payment.paid_on:
        raise ValidationError({"reversed_on": "Tanggal dikembalikan tidak boleh sebelum dana tersalur."})
    payment.status, payment.failure, payment.failure_note = (
        Payment.Status.REVERSED,
        Payment.Failure.RETURNED,
        note.strip(),
    )
    payment.reversed_on, payment.reversed_by, payment.reversed_at = reversed_on, by, timezone.now()
    payment.save(update_fields=["status", "failure", "failure_note", "reversed_on", "reversed_by", "reversed_at"])
    why = f"Dana dikembalikan bank {tanggal(reversed_on)}. {note}".strip()
    move_all(Proposal.objects.filter(pk=payment.recipient.proposal_id), "distribution.reverse_payment", by=by, note=why)
    return payment


@transaction.atomic
def retry(recipient, *, by) -> Recipient:
    """The fault is mended: the household stands on the next payment list again."""
    recipient, proposal = held(recipient)
    require(by, "distribution.retry", recipient)
    move(proposal, "distribution.retry", by=by)
    return recipient
