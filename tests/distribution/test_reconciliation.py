"""Every rupiah of a decree is explained: by village, on screen, in PDF and in XLSX alike; what cannot be paid goes back."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

import distribution.actions as acts
from distribution import queries
from distribution.models import DisbursementAgreement, TreasuryReturn
from distribution.queries import Share
from oversight.queries.desk import tasks
from proposals.flow import State
from tests.distribution.conftest import fresh, states
from tests.machine.office import again
from tests.papers.golden import words_of
from tests.walk import AMOUNT, upload
from uep.access.access import Refused
from uep.documents.papers import PAPERS
from uep.documents.render import pdf
from uep.ui.indonesian import rupiah

pytestmark = pytest.mark.django_db
PARTS = ("decreed", "paid", "failed", "waiting", "withdrawn", "returned")


def deposit(office, decree, recipients, *, number="STS-01/2026", on=None, by=None) -> TreasuryReturn:
    return acts.return_funds(
        decree,
        by=by or office.cast.kabid,
        recipients=recipients,
        number=number,
        date=on or timezone.localdate(),
        scan=upload("sts.jpg"),
    )


@pytest.fixture
def settled(office_at_work):
    """Five recipients: one paid, one failed, one waiting, one taken off, one whose money is the treasury's again."""
    office = office_at_work
    decree = office.decree(5)
    disbursement = office.listed(decree)
    paid, failed, _, gone, back = disbursement.payments.order_by("position")
    acts.pay(disbursement, by=office.cast.bank, payments=[paid], paid_on=timezone.localdate())
    office.failed(failed)
    office.failed(back)
    office.amended(decree, fresh(gone.recipient))
    deposit(office, decree, [fresh(back.recipient)])
    return decree


def parts(row) -> dict:
    return {name: getattr(row, name) for name in PARTS}


def test_the_parts_explain_the_whole(settled):
    found = queries.reconciliation(settled)
    one = Share(1, AMOUNT)
    assert parts(found.total) == dict.fromkeys(PARTS, one) | {"decreed": Share(5, 5 * AMOUNT)}
    summed = {
        name: Share(*(sum(numbers) for numbers in zip(*(getattr(row, name) for row in found.rows), strict=True)))
        for name in PARTS
    }
    assert (summed, found.balances) == (parts(found.total), True)
    assert sorted(states(settled)) == sorted(
        [State.PAID, State.PAYMENT_FAILED, State.BRIEFED, State.WITHDRAWN, State.WITHDRAWN]
    )


def test_screen_pdf_and_workbook_say_the_same(office_at_work, settled, client):
    found = queries.reconciliation(settled)
    client.force_login(office_at_work.cast.kabid)
    page = client.get(reverse("distribution:reconciliation", args=[settled.ref])).content.decode()
    paper = words_of(pdf(PAPERS["rekonsiliasi"], settled))
    assert "Seimbang." in page
    assert [rupiah(found.total.decreed.amount) in text.replace("\xa0", " ") for text in (page, paper)] == [True, True]
    answer = client.get(reverse("distribution:reconciliation_xlsx", args=[settled.ref]))
    sheet = load_workbook(BytesIO(answer.content)).active
    table = [row for row in sheet.iter_rows(values_only=True) if row[0] and row[2] is not None][1:]
    wanted = [
        (row.village, row.district or None, *(n for part in parts(row).values() for n in part), 0)
        for row in [*found.rows, found.total]
    ]
    assert [(line[0], line[1] or None, *line[2:]) for line in table] == wanted
    assert client.get(reverse("distribution:reconciliation_pdf", args=[settled.ref])).content.startswith(b"%PDF")


def test_what_was_deposited_is_over(office_at_work, settled):
    cast = office_at_work.cast
    line = settled.recipients.get(returned__isnull=False)
    with pytest.raises(Refused, match="sudah disetor kembali ke kas daerah"):
        acts.retry(fresh(line), by=cast.staff)
    assert line not in queries.accounts_to_correct(cast.alice)
    assert line.removed_at is None  # the decree's list is as it was signed
    with pytest.raises(ValidationError, match="tidak lagi gagal salur"):
        deposit(office_at_work, settled, [fresh(line)], number="STS-02/2026")
    for change in ({"total": 1}, {"number": "X"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            TreasuryReturn.objects.update(**change)


@pytest.mark.parametrize(
    "facts, message",
    [
        ({"number": " "}, {"number": ["Nomor STS belum diisi."]}),
        ({"on": date(2999, 1, 1)}, {"date": ["Tanggal setor tidak boleh setelah hari ini."]}),
    ],
)
def test_wrong_facts_are_refused_beside_their_field(office_at_work, facts, message):
    office, decree = office_at_work, office_at_work.decree(1)
    line = office.listed(decree).payments.get()
    office.failed(line)
    with pytest.raises(ValidationError) as refused:
        deposit(office, decree, [fresh(line.recipient)], **facts)
    assert refused.value.message_dict == message


def test_a_slip_is_recorded_once(office_at_work, settled):
    failed = settled.recipients.get(proposal__state=State.PAYMENT_FAILED)
    with pytest.raises(ValidationError, match="sudah dicatat"):
        deposit(office_at_work, settled, [failed], number="sts-01/2026")
    with pytest.raises(Refused):
        deposit(office_at_work, settled, [failed], by=office_at_work.cast.staff)


def test_a_decree_ends_with_its_last_deposit(office_at_work):
    office, decree = office_at_work, office_at_work.decree(1)
    line = office.listed(decree).payments.get()
    office.failed(line)
    assert queries.is_complete(decree) is False
    deposit(office, decree, [fresh(line.recipient)])
    assert queries.is_complete(decree) is True


def test_unpaid_past_the_agreed_day_raises_an_alarm(office_at_work, client):
    office, decree = office_at_work, office_at_work.decree(2)
    office.listed(decree)

    def alarms(user) -> list[str]:
        return [task.title for task in tasks(again(user)) if "belum dibayar" in task.title]

    assert [alarms(user) for user in (office.cast.kabid, office.cast.bank)] == [[], []]
    agreement = DisbursementAgreement.objects.get(decree=decree)
    with pytest.raises(DatabaseError), transaction.atomic():
        DisbursementAgreement.objects.filter(pk=agreement.pk).update(ends=agreement.ends - timedelta(days=90))

    with time_machine.travel(timezone.now() + timedelta(days=400), tick=False):
        told = [alarms(user) for user in (office.cast.kabid, office.cast.bank, office.cast.staff)]
        client.force_login(office.cast.kabid)
        page = client.get(reverse("distribution:decree", args=[decree.ref])).content.decode()
    assert [len(one) for one in told] == [1, 1, 0]
    assert told[0][0].startswith("2 penerima belum dibayar; kesepakatan berakhir ")
    assert "Masih ada penerima yang belum dibayar." in page


def test_the_page_of_the_deposit(office_at_work, client):
    office, decree = office_at_work, office_at_work.decree(2)
    lines = list(office.listed(decree).payments.all())
    for line in lines:
        office.failed(line)
    client.force_login(office.cast.kabid)
    address = reverse("distribution:return_funds", args=[decree.ref])
    assert client.get(address).status_code == 200
    sent = {
        "which": "chosen", "rows": [lines[0].recipient_id], "number": "STS-7", "date": timezone.localdate().isoformat(),
        "scan": upload("sts.jpg"),
    }  # fmt: skip
    done = client.post(address, sent, follow=True)
    assert "Setoran kembali dicatat." in done.content.decode()
    slip = TreasuryReturn.objects.get()
    shown = client.get(reverse("distribution:deposit_scan", args=[decree.ref, slip.ref]))
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    client.force_login(office.cast.bank)
    assert client.get(reverse("distribution:deposit_scan", args=[decree.ref, slip.ref])).status_code == 403
    assert client.get(reverse("distribution:reconciliation", args=[decree.ref])).status_code == 200
    client.force_login(office.cast.charlie)
    assert client.get(reverse("distribution:reconciliation", args=[decree.ref])).status_code == 404
