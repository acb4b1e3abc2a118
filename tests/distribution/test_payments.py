"""SOP step 6: lists that are sent once, settled line by line, by someone else; the books balance after each act."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

import distribution.actions as acts
from distribution import queries
from distribution.models import AccountCheck, Disbursement, Payment
from distribution.queries import Share
from proposals.flow import State
from proposals.models import StepRecord
from tests.distribution.conftest import fresh, states
from tests.distribution.test_agreements import at_once
from tests.walk import AMOUNT
from uep.access.access import Refused
from uep.documents.queries import document_of


def balanced(decree) -> tuple:
    """(decreed, paid, failed, waiting, withdrawn, handed over) in people, after checking that people and money add up."""
    sums = queries.books(decree)
    parts = (sums.paid, sums.failed, sums.waiting, sums.withdrawn)
    assert sums.decreed.count == sum(part.count for part in parts)
    assert sums.decreed.amount == sum(part.amount for part in parts)
    assert all(part.amount == part.count * AMOUNT for part in parts)
    for disbursement in decree.disbursements.all():
        totals = queries.line_totals(disbursement)
        named = [totals[name] for name in ("waiting", "paid", "failed", "reversed", "recalled", "withdrawn")]
        assert totals["all"] == Share(sum(s.count for s in named), sum(s.amount for s in named))
        assert totals["all"] == Share(disbursement.count, disbursement.total)
    return tuple(share.count for share in sums[:6])


def test_the_books_balance_after_every_act(office_at_work, today):
    office = office_at_work
    decree = office.decree(4)
    assert balanced(decree) == (4, 0, 0, 4, 0, 0)
    disbursement = office.listed(decree)
    assert balanced(decree) == (4, 0, 0, 4, 0, 0)
    first, second, third, fourth = disbursement.payments.all()
    acts.pay(disbursement, by=office.cast.bank, payments=[first, second], paid_on=today)
    assert balanced(decree) == (4, 2, 0, 2, 0, 0)
    office.failed(third)
    assert balanced(decree) == (4, 2, 1, 1, 0, 0)
    office.handed_over(first.recipient)
    assert balanced(decree) == (4, 2, 1, 1, 0, 1)
    office.amended(decree, fresh(fourth.recipient))
    assert balanced(decree) == (4, 2, 1, 0, 1, 1)
    office.corrected(third.recipient)
    office.judged(third.recipient, AccountCheck.Verdict.VALID, "")
    acts.retry(fresh(third.recipient), by=office.cast.staff)
    assert balanced(decree) == (4, 2, 0, 1, 1, 1)
    office.paid(office.sent(decree))
    assert balanced(decree) == (4, 3, 0, 0, 1, 1)
    assert not queries.is_complete(decree)
    office.handed_over(second.recipient)
    office.handed_over(third.recipient)
    assert balanced(decree) == (4, 3, 0, 0, 1, 3)
    assert queries.is_complete(decree)


def test_a_list_freezes_accounts_and_amounts(office_at_work):
    decree = office_at_work.decree(2)
    disbursement = office_at_work.listed(decree)
    assert list(disbursement.payments.values_list("position", "amount", "account_number", "account_name")) == [
        (1, AMOUNT, "12500000001", "Siti Uji 0001"),
        (2, AMOUNT, "12500000002", "Siti Uji 0002"),
    ]
    assert (disbursement.count, disbursement.total, len(disbursement.seal)) == (2, 2 * AMOUNT, 64)
    paper = document_of("daftar_pembayaran", disbursement)
    assert paper.bank == decree.programme.bank
    disbursement.total = 1
    with pytest.raises(Exception, match="sent_is_frozen"):
        disbursement.save(update_fields=["total"])


def test_a_list_sent_twice_is_sent_once(office_at_work):
    decree = office_at_work.decree(2)
    office_at_work.listed(decree)
    with pytest.raises(Refused, match="Belum ada penerima yang siap dibayar"):
        acts.send_list(decree, by=office_at_work.cast.kabid)
    assert Disbursement.objects.count() == 1


def test_without_the_integrity_pact_nobody_is_paid(office_at_work):
    decree = office_at_work.briefed(office_at_work.decree(2), pacts=False)
    assert queries.lacking_papers(queries.payable(decree), decree.programme).count() == 2
    with pytest.raises(ValidationError) as told:
        acts.send_list(decree, by=office_at_work.cast.kabid)
    assert told.value.messages[0] == "Belum ada yang lengkap untuk dibayar."
    assert "Pakta integritas belum ada" in told.value.messages[1]
    assert Disbursement.objects.count() == 0


def test_who_lacks_a_paper_is_left_for_the_next_list(office_at_work):
    decree = office_at_work.briefed(office_at_work.decree(2))
    late = decree.recipients.last()
    late.proposal.attachments.filter(requirement__code="pakta_integritas").update(
        removed_at=decree.signed_at, removed_by=office_at_work.cast.staff
    )
    assert acts.send_list(decree, by=office_at_work.cast.kabid).count == 1
    assert list(queries.payable(decree)) == [late]


def test_who_sent_a_list_may_not_confirm_it(office_at_work, today):
    disbursement = office_at_work.listed(office_at_work.decree(1))
    sender = office_at_work.cast.kabid
    type(sender).objects.filter(pk=sender.pk).update(role="bank", bank=office_at_work.cast.bank.bank)
    sender = type(sender).objects.get(pk=sender.pk)
    line = disbursement.payments.get()
    for deed in (
        lambda: acts.pay(disbursement, by=sender, payments=[line], paid_on=today),
        lambda: acts.fail_payment(line, by=sender, failure="name"),
    ):
        with pytest.raises(Refused, match="konfirmasi harus dari orang lain"):
            deed()


@pytest.mark.parametrize("who", ["alice", "staff", "kabid", "secretary", "head", "auditor", "admin", "regent"])
def test_only_the_bank_settles(office_at_work, today, who):
    disbursement = office_at_work.listed(office_at_work.decree(1))
    line, by = disbursement.payments.get(), getattr(office_at_work.cast, who)
    with pytest.raises(Refused):
        acts.pay(disbursement, by=by, payments=[line], paid_on=today)
    with pytest.raises(Refused):
        acts.fail_payment(line, by=by, failure="name")


def test_a_payment_is_settled_once(office_at_work):
    disbursement = office_at_work.listed(office_at_work.decree(1))
    line = disbursement.payments.get()
    office_at_work.paid(disbursement)
    with pytest.raises(Refused, match="sudah dicatat"):
        office_at_work.paid(disbursement)
    with pytest.raises(Refused, match="sudah dicatat"):
        office_at_work.failed(line)
    assert StepRecord.objects.filter(act="distribution.pay").count() == 1
    with pytest.raises(Exception, match="settled_once"):
        Payment.objects.filter(pk=line.pk).update(paid_on=None)


def test_money_does_not_arrive_tomorrow_nor_before_the_list_was_sent(office_at_work, today):
    disbursement = office_at_work.listed(office_at_work.decree(1))
    lines = disbursement.payments.all()
    for day in (today + timedelta(days=1), today - timedelta(days=1)):
        with pytest.raises(ValidationError, match="anggal salur"):
            acts.pay(disbursement, by=office_at_work.cast.bank, payments=lines, paid_on=day)


def test_lines_of_another_list_are_not_touched(office_at_work, today):
    mine = office_at_work.listed(office_at_work.decree(1))
    other = office_at_work.listed(office_at_work.decree(1))
    with pytest.raises(ValidationError, match="Pilih sedikitnya satu pembayaran"):
        acts.pay(mine, by=office_at_work.cast.bank, payments=other.payments.all(), paid_on=today)


def test_a_failed_payment_needs_a_mended_account(office_at_work):
    decree = office_at_work.decree(1)
    recipient = decree.recipients.get()
    office_at_work.failed(office_at_work.listed(decree).payments.get())
    assert states(decree) == [State.PAYMENT_FAILED]
    assert list(queries.accounts_to_correct(office_at_work.cast.alice)) == [recipient]
    with pytest.raises(Refused, match="belum diperbaiki"):
        acts.retry(fresh(recipient), by=office_at_work.cast.staff)
    office_at_work.corrected(recipient)
    with pytest.raises(Refused, match="belum diperbaiki"):
        acts.retry(fresh(recipient), by=office_at_work.cast.staff)
    office_at_work.judged(recipient, AccountCheck.Verdict.VALID, "")
    acts.retry(fresh(recipient), by=office_at_work.cast.staff)
    assert states(decree) == [State.BRIEFED]
    assert list(queries.accounts_to_correct(office_at_work.cast.alice)) == []


def test_a_fault_of_the_banks_own_needs_no_mending(office_at_work):
    decree = office_at_work.decree(1)
    office_at_work.failed(office_at_work.listed(decree).payments.get(), Payment.Failure.BANK)
    acts.retry(fresh(decree.recipients.get()), by=office_at_work.cast.staff)
    assert states(decree) == [State.BRIEFED]


def test_another_cause_is_explained(office_at_work):
    line = office_at_work.listed(office_at_work.decree(1)).payments.get()
    with pytest.raises(ValidationError, match="Jelaskan sebabnya"):
        acts.fail_payment(line, by=office_at_work.cast.bank, failure="other", note=" ")


def test_who_was_taken_off_is_not_paid(office_at_work, today):
    decree = office_at_work.decree(2)
    disbursement = office_at_work.listed(decree)
    gone, stays = disbursement.payments.all()
    office_at_work.amended(decree, gone.recipient)
    with pytest.raises(Refused, match="dikeluarkan dengan SK perubahan"):
        office_at_work.failed(gone)
    acts.pay(disbursement, by=office_at_work.cast.bank, payments=[gone, stays], paid_on=today)
    assert states(decree) == [State.WITHDRAWN, State.PAID]
    assert queries.line_totals(disbursement)["withdrawn"] == Share(1, AMOUNT)


def test_in_cash_the_list_names_no_account(office_at_work):
    decree = office_at_work.decree(1, accounts=False)
    acts.confirm_agreement(office_at_work.proposed(decree, method="counter"), by=office_at_work.cast.bank)
    office_at_work.recorded(office_at_work.planned(decree))
    office_at_work.signed_pacts(decree)
    disbursement = office_at_work.sent(decree)
    line = disbursement.payments.get()
    assert (line.account_number, line.account_name, line.masked_account) == (None, "Siti Uji 0001", "")
    acts.fail_payment(line, by=office_at_work.cast.bank, failure=Payment.Failure.ABSENT)
    acts.retry(fresh(line.recipient), by=office_at_work.cast.staff)
    assert states(decree) == [State.BRIEFED]


def test_sp2d_is_recorded_by_kabid(office_at_work, today):
    disbursement = office_at_work.listed(office_at_work.decree(1))
    disbursement = acts.record_sp2d(disbursement, by=office_at_work.cast.kabid, number=" 00123/SP2D/2026 ", date=today)
    assert (disbursement.sp2d_number, disbursement.sp2d_date) == ("00123/SP2D/2026", today)
    with pytest.raises(ValidationError, match="setelah hari ini"):
        acts.record_sp2d(disbursement, by=office_at_work.cast.kabid, number="1", date=today + timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_paid_and_failed_at_once_is_one_of_them(office_at_work, today):
    disbursement = office_at_work.listed(office_at_work.decree(1))
    line = disbursement.payments.get()
    told = at_once(
        lambda: acts.pay(disbursement, by=office_at_work.cast.bank, payments=[line], paid_on=today),
        lambda: acts.fail_payment(line, by=office_at_work.second_banker, failure="name"),
    )
    assert sorted(bool(sentence) for sentence in told) == [False, True]
    assert StepRecord.objects.filter(act__in=["distribution.pay", "distribution.fail_payment"]).count() == 1
    balanced(disbursement.decree)


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_send_one_list(office_at_work):
    decree = office_at_work.briefed(office_at_work.decree(2))
    told = at_once(
        lambda: acts.send_list(decree, by=office_at_work.cast.kabid),
        lambda: acts.send_list(decree, by=office_at_work.cast.kabid),
    )
    assert sorted(told) == ["", "Belum ada penerima yang siap dibayar."]
    assert Payment.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_payment_and_an_amending_decree_at_once_leave_the_books_balanced(office_at_work, today):
    decree = office_at_work.decree(2)
    disbursement = office_at_work.listed(decree)
    line = disbursement.payments.first()
    told = at_once(
        lambda: acts.pay(disbursement, by=office_at_work.cast.bank, payments=[line], paid_on=today),
        lambda: office_at_work.amended(decree, fresh(line.recipient)),
    )
    assert sorted(bool(sentence) for sentence in told) == [False, True]
    assert balanced(decree) in {(2, 1, 0, 1, 0, 0), (2, 0, 0, 1, 1, 0)}


def test_the_acts_on_many_cost_the_same_as_on_few(office_at_work, today):
    def costs(count):
        found, office = [], office_at_work
        decree = office.decree(count)
        steps = [
            lambda: office.accepted(decree),
            lambda: acts.confirm_agreement(office.proposed(decree), by=office.cast.bank),
            lambda: office.recorded(office.planned(decree)),
            lambda: office.signed_pacts(decree),
            lambda: acts.send_list(decree, by=office.cast.kabid),
            lambda: acts.release_list(decree.disbursements.get(), by=office.cast.secretary),
            lambda: office.paid(decree.disbursements.get()),
        ]
        for step in steps:
            with CaptureQueriesContext(connection) as queries_made:
                step()
            found.append(len(queries_made))
        return found

    costs(1)  # series of numbers are made at their first use
    assert costs(2) == costs(60)
