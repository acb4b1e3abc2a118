"""A payment list is sealed by one person and released by another; what the bank paid may come back."""

from datetime import timedelta

import pgtrigger
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from distribution import actions as acts
from distribution import queries
from distribution.models import AccountCheck, Disbursement, Payment
from notices.models import Notice
from oversight.queries.desk import tasks
from proposals.flow import State
from proposals.models import StepRecord
from tests.distribution.conftest import fresh, states
from tests.distribution.test_payments import balanced
from tests.machine.office import again, stands_in
from uep.access.access import Refused, why_not
from uep.access.roles import Role
from uep.documents.models import OfficialDocument

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(office_at_work) -> Disbursement:
    return acts.send_list(office_at_work.briefed(office_at_work.decree(3)), by=office_at_work.cast.kabid)


def on_desk(user) -> list[str]:
    return [task.title for task in tasks(again(user)) if "daftar pembayaran" in task.title]


def test_the_bank_sees_a_list_when_a_second_person_has_released_it(office_at_work, sealed, run_jobs, client):
    cast = office_at_work.cast
    client.force_login(cast.bank)
    assert client.get(sealed.get_absolute_url()).status_code == 404
    assert (list(Payment.objects.visible_to(cast.bank)), on_desk(cast.bank)) == ([], [])
    assert (on_desk(cast.secretary), on_desk(cast.kabid)) == (["Lepas daftar pembayaran 3 penerima ke bank"], [])
    assert not OfficialDocument.objects.filter(paper="daftar_pembayaran").exists()
    run_jobs()
    told = Notice.objects.filter(act="distribution.send_list")
    assert {notice.user for notice in told} == {cast.secretary, cast.head}
    acts.release_list(sealed, by=cast.secretary)
    assert client.get(sealed.get_absolute_url()).status_code == 200
    assert Payment.objects.visible_to(cast.bank).count() == 3
    paper = OfficialDocument.objects.get(paper="daftar_pembayaran")
    assert (paper.issued_by, dict(paper.facts["public"])["Jumlah penerima"]) == (cast.secretary, "3")


def test_nothing_is_settled_before_the_release(office_at_work, sealed):
    cast = office_at_work.cast
    sentence = "Daftar ini belum dilepas ke bank."
    line = sealed.payments.first()
    assert [
        why_not(cast.bank, "distribution.pay", sealed),
        why_not(cast.bank, "distribution.read_results", sealed),
        why_not(cast.bank, "distribution.fail_payment", line),
    ] == [sentence] * 3
    assert queries.on_open_lists(sealed.decree) == {"at_bank": 0, "to_release": 3}
    acts.release_list(sealed, by=cast.head)
    assert queries.on_open_lists(sealed.decree) == {"at_bank": 3, "to_release": 0}


def test_who_sealed_it_does_not_release_it(office_at_work, sealed):
    cast = office_at_work.cast
    stands_in(cast.kabid, Role.SECRETARY)  # Kabid is also Plh. of the secretary today
    with pytest.raises(Refused, match="Anda menyusun daftar ini; orang lain yang melepasnya ke bank"):
        acts.release_list(sealed, by=again(cast.kabid))
    with pytest.raises(IntegrityError, match="who_seals_a_list_does_not_release_it"), transaction.atomic():
        Disbursement.objects.update(released_by=cast.kabid, released_at=timezone.now())


def test_a_recalled_list_leaves_its_people_for_the_next(office_at_work, sealed):
    cast, decree = office_at_work.cast, sealed.decree
    acts.recall_list(sealed, by=cast.secretary, reason="Jumlahnya keliru")
    assert set(sealed.payments.values_list("status", flat=True)) == {"recalled"}
    assert states(decree) == [State.BRIEFED] * 3
    with pytest.raises(Refused, match="Daftar ini sudah ditarik"):
        acts.release_list(sealed, by=cast.secretary)
    office_at_work.paid(office_at_work.sent(decree))
    assert balanced(decree) == (3, 3, 0, 0, 0, 0)
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.filter(status="recalled").update(status="waiting")
    with pytest.raises(DatabaseError), transaction.atomic():
        Disbursement.objects.filter(pk=sealed.pk).update(recall_reason="Lain")


def test_a_released_list_cannot_be_recalled(office_at_work, sealed):
    acts.release_list(sealed, by=office_at_work.cast.secretary)
    with pytest.raises(Refused, match="Daftar ini sudah dilepas ke bank"):
        acts.recall_list(sealed, by=office_at_work.cast.secretary, reason="Jumlahnya keliru")


def test_a_list_that_no_longer_holds_is_not_released(office_at_work, sealed):
    cast, line = office_at_work.cast, sealed.payments.first()
    office_at_work.amended(sealed.decree, fresh(line.recipient))
    with pytest.raises(ValidationError) as refused:
        acts.release_list(sealed, by=cast.secretary)
    assert refused.value.messages == [
        "Tarik daftar ini, lalu susun lagi:", f"{line.recipient.name} tidak lagi menunggu pembayaran.",
    ]  # fmt: skip


def test_a_row_that_was_altered_behind_the_seal_is_found(office_at_work, sealed):
    line = sealed.payments.filter(position=1)
    with pytest.raises(DatabaseError, match="sealed_with_its_list"), transaction.atomic():
        line.update(account_name="ORANG LAIN")
    with pgtrigger.ignore("distribution.Payment:sealed_with_its_list"):  # somebody who owns the database
        line.update(account_name="ORANG LAIN")
    with pytest.raises(ValidationError, match="berbeda dari sidiknya"):
        acts.release_list(sealed, by=office_at_work.cast.secretary)


def test_a_list_of_some_villages(office_at_work):
    decree = office_at_work.briefed(office_at_work.decree(3))
    village = decree.recipients.first().village
    there = decree.recipients.filter(village=village).count()
    some = acts.send_list(decree, by=office_at_work.cast.kabid, villages=[village])
    assert (some.count, queries.payable(decree).count()) == (there, 3 - there)


# Money that comes back ---------------------------------------------------------------------------------------------------


@pytest.fixture
def paid(office_at_work) -> Payment:
    disbursement = office_at_work.listed(office_at_work.decree(2))
    office_at_work.paid(disbursement)
    return disbursement.payments.first()


def test_a_reversed_payment_is_mended_and_paid_again(office_at_work, paid):
    cast, decree, today = office_at_work.cast, paid.disbursement.decree, timezone.localdate()
    assert balanced(decree) == (2, 2, 0, 0, 0, 0)
    acts.reverse_payment(paid, by=cast.bank, reversed_on=today, note="Rekening tutup")
    paid.refresh_from_db()
    assert (paid.status, paid.paid_on, paid.failure, paid.failure_note) == (
        "reversed",
        today,
        "returned",
        "Rekening tutup",
    )
    assert balanced(decree) == (2, 1, 1, 0, 0, 0)
    assert [row.pk for row in queries.accounts_to_correct(cast.alice)] == [paid.recipient_id]
    with pytest.raises(Refused, match="Rekening belum diperbaiki"):
        acts.retry(fresh(paid.recipient), by=cast.staff)
    office_at_work.corrected(paid.recipient)
    office_at_work.judged(paid.recipient, AccountCheck.Verdict.VALID, "")
    acts.retry(fresh(paid.recipient), by=cast.staff)
    office_at_work.paid(office_at_work.sent(decree))
    assert balanced(decree) == (2, 2, 0, 0, 0, 0)
    assert list(paid.recipient.payments.order_by("pk").values_list("status", flat=True)) == ["reversed", "paid"]
    step = StepRecord.objects.filter(act="distribution.reverse_payment").get()
    assert (step.source, step.target) == (State.PAID, State.PAYMENT_FAILED)


def test_what_cannot_come_back(office_at_work, paid):
    cast, today = office_at_work.cast, timezone.localdate()
    for day, sentence in (
        (today + timedelta(days=1), "Tanggal dikembalikan tidak boleh setelah hari ini."),
        (today - timedelta(days=1), "Tanggal dikembalikan tidak boleh sebelum dana tersalur."),
    ):
        with pytest.raises(ValidationError) as refused:
            acts.reverse_payment(paid, by=cast.bank, reversed_on=day)
        assert refused.value.message_dict == {"reversed_on": [sentence]}
    acts.reverse_payment(paid, by=cast.bank, reversed_on=today)
    with pytest.raises(Refused, match="Hanya pembayaran yang tersalur"):
        acts.reverse_payment(paid, by=cast.bank, reversed_on=today)
    other = paid.disbursement.payments.exclude(pk=paid.pk).get()
    office_at_work.handed_over(other.recipient)
    with pytest.raises(Refused, match="Serah terima penerima ini sudah dicatat"):
        acts.reverse_payment(other, by=cast.bank, reversed_on=today)


def test_a_paid_line_may_only_come_back_whole(office_at_work, paid):
    for change in ({"status": "failed", "failure": "name"}, {"amount": 1}, {"bank_reference": "X"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Payment.objects.filter(pk=paid.pk).update(**change)


def test_its_pages(office_at_work, paid, client):
    client.force_login(office_at_work.cast.bank)
    page = client.get(paid.disbursement.get_absolute_url()).content.decode()
    address = reverse("distribution:reverse_payment", args=[paid.ref])
    assert address in page
    sent = {"reversed_on": timezone.localdate().isoformat(), "note": "Rekening tutup"}
    done = client.post(address, sent, follow=True)
    assert "Dana kembali dicatat." in done.content.decode()
    assert "Dikembalikan bank" in done.content.decode()
    assert client.post(address, sent).status_code == 403
