"""The papers of steps 4 to 6, word for word (tests/papers/golden), against the database, and what they must not say."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

import distribution.actions as acts
import verification.actions as verification_acts
from distribution import queries
from distribution.models import OutreachSession
from tests.papers.golden import assert_golden, page_sizes, text_of, words_of
from tests.walk import Walk, upload
from uep.documents.papers import PAPERS
from uep.documents.queries import document_of
from uep.documents.render import pdf
from uep.ui.indonesian import rupiah, rupiah_terbilang

F4, F4_SIDEWAYS = (215, 330), (330, 215)
ACCOUNTS = ("12500000001", "12500000002")


@pytest.fixture(autouse=True)
def _on_the_24th_of_november():
    with time_machine.travel(datetime(2026, 11, 24, 2, 30, tzinfo=UTC), tick=False):  # Tuesday, 09.30 WIB
        yield


@pytest.fixture(autouse=True)
def _a_public_address(settings):
    settings.PUBLIC_URL = "https://uep.example.go.id"


@pytest.fixture
def told(office_at_work):
    """Two recipients, paid; one handed over through a proxy."""
    office = office_at_work
    decree = office.agreed(office.decree(2))
    session = office.planned(decree)
    OutreachSession.objects.filter(pk=session.pk).update(starts_at=timezone.now() - timedelta(hours=1))
    session.refresh_from_db()
    session = office.recorded(session)
    office.signed_pacts(decree)
    disbursement = office.sent(decree)
    office.paid(disbursement)
    handover = office.handed_over(
        decree.recipients.first(),
        proxy_name="Budi Wakil",
        proxy_letter=upload("kuasa.jpg"),
        note="Diserahkan di rumah.",
    )
    return {
        "kesepakatan": decree.agreements.get(),
        "nominatif": decree,
        "daftar_pembayaran": disbursement,
        "undangan": session,
        "undangan_desa": queries.VillageSession(session, office.cast.alice.village),
        "daftar_hadir": session,
        "ba_sosialisasi": session,
        "bast": handover,
        "bast_rekap": queries.VillageRoll(decree, office.cast.alice.village),
        "kuitansi": queries.receipts(decree, decree.recipients.filter(position=1), name="kuitansi"),
    }


def paper_of(told, code) -> tuple[bytes, dict]:
    """The paper, and what on it differs from run to run."""
    subject, paper = told[code], PAPERS[code]
    document = document_of(code, subject) if paper.issued else None
    disbursement = told["daftar_pembayaran"]
    varying = {line.ref: f"KODE-{line.position}" for line in disbursement.payments.all()}
    varying |= dict.fromkeys((disbursement.seal, disbursement.seal[:40]), "SIDIK")
    if document:
        varying[document.code] = "KODE-NASKAH"
    return pdf(paper, subject, document), varying


SIZES = {
    "kesepakatan": [F4, F4_SIDEWAYS],
    "nominatif": [F4_SIDEWAYS],
    "daftar_pembayaran": [F4_SIDEWAYS],
    "undangan": [F4, F4],
    "undangan_desa": [F4, F4],
    "daftar_hadir": [F4],
    "ba_sosialisasi": [F4, F4],
    "bast": [F4, F4],
    "bast_rekap": [F4_SIDEWAYS],
    "kuitansi": [(215, 165)],
}


@pytest.mark.parametrize("code", SIZES)
def test_a_paper_reads_as_it_was_approved(told, code):
    content, varying = paper_of(told, code)
    assert_golden(content, code, varying=varying)
    assert page_sizes(content) == SIZES[code]


@pytest.mark.parametrize("code", SIZES)
def test_no_paper_shows_a_number_in_full(told, code):
    text = words_of(paper_of(told, code)[0])
    numbers = {*ACCOUNTS, *(str(row.nik) for row in told["nominatif"].recipients.all())}
    assert [number for number in numbers if number in text] == []


@pytest.mark.parametrize("code", ["kesepakatan", "nominatif", "daftar_pembayaran", "bast_rekap"])
def test_totals_on_paper_are_those_of_the_books(told, code):
    decreed = queries.books(told["nominatif"]).decreed
    text = words_of(paper_of(told, code)[0])
    assert rupiah(decreed.amount) in text
    assert rupiah_terbilang(decreed.amount) in text


def test_minutes_say_day_and_sum_in_words(told):
    text = words_of(paper_of(told, "bast")[0])
    assert "Selasa tanggal Dua Puluh Empat bulan November tahun Dua Ribu Dua Puluh Enam" in text
    assert "Rp5.000.000 (lima juta rupiah)" in text


def test_the_agreement_shows_the_accounts_as_they_were_when_it_was_made(office_at_work):
    office = office_at_work
    decree = office.decree(2)
    wrong = decree.recipients.last()
    office.judged(wrong)
    acts.accept_accounts(decree, by=office.cast.bank, recipients=decree.recipients.all())
    agreement = acts.confirm_agreement(office.proposed(decree), by=office.cast.bank)
    document = document_of("kesepakatan", agreement)
    before = text_of(pdf(PAPERS["kesepakatan"], agreement, document))
    assert "Rekening salah" in before
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        office.corrected(wrong)
        office.judged(wrong, "valid", "")
        office.amended(decree, decree.recipients.first())
        assert text_of(pdf(PAPERS["kesepakatan"], agreement, document)) == before


def test_papers_are_rendered_by_the_worker(told, run_jobs):
    run_jobs()
    for code in ("kesepakatan", "daftar_pembayaran", "undangan", "ba_sosialisasi", "bast"):
        document = document_of(code, told[code])
        assert (code, document.state, document.number != "") == (code, "ready", True)


def test_printouts_answer_as_pdf(told, office_at_work, client):
    client.force_login(office_at_work.cast.staff, backend="django.contrib.auth.backends.ModelBackend")
    decree = told["nominatif"]
    addresses = [
        reverse("distribution:nominative_pdf", args=[decree.ref]),
        reverse("distribution:attendance_sheet", args=[told["undangan"].ref]),
        reverse("distribution:handover_roll", args=[decree.ref, office_at_work.cast.alice.village_id]),
        reverse("distribution:receipt", args=[decree.recipients.first().ref]),
        reverse("distribution:receipts", args=[decree.ref, office_at_work.cast.alice.village_id]),
        reverse("distribution:village_invitation", args=[told["undangan"].ref, office_at_work.cast.alice.village_id]),
    ]
    for address in addresses:
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")


def two_villages(office):
    """A session of a decree that names three of Alice's and two of Bob's households."""
    alice, bob = office.cast.alice, office.cast.bob
    walk = Walk(office.cast)
    rows = [walk.draft(office.programme) for _ in range(3)] + [walk.draft(office.programme, by=bob) for _ in range(2)]
    for operator, mine in ((alice, rows[:3]), (bob, rows[3:])):
        walk.disposed(walk.submitted(mine, by=operator))
    walk.completed(rows)
    walk.assigned(rows)
    for row in rows:
        walk.visited(row)
        verification_acts.approve(row, by=office.cast.kabid, reason="Sesuai kunjungan.")
    decree = walk.signed(walk.drafted(rows))
    return office.planned(office.agreed(decree))


def test_the_invitation_of_a_village_names_its_own_people_alone(office_at_work, client):
    session, bob = two_villages(office_at_work), office_at_work.cast.bob
    own = list(session.decree.recipients.filter(village=bob.village_id))
    others = list(session.decree.recipients.exclude(village=bob.village_id))
    client.force_login(bob)
    address = reverse("distribution:village_invitation", args=[session.ref, bob.village_id])
    text = words_of(client.get(address).content)
    letter = document_of("undangan", session)
    assert [letter.number in text, "kepada 2 (dua) penerima" in text, *(row.name in text for row in own)] == [True] * 4
    assert [row.name for row in others if row.name in text] == []
    # Neither another village's letter, nor that of a village that is not invited, nor a cancelled one.
    foreign = office_at_work.cast.alice.village_id
    assert client.get(reverse("distribution:village_invitation", args=[session.ref, foreign])).status_code == 404
    acts.cancel_session(session, by=office_at_work.cast.staff, reason="Aula dipakai.")
    assert client.get(address).status_code == 404


def test_receipts_of_a_village_are_a_sheet_for_each_who_is_paid(told, office_at_work, django_assert_num_queries):
    office, decree = office_at_work, told["nominatif"]
    receipts = queries.receipts(decree, decree.recipients.all(), name="x")
    content = pdf(PAPERS["kuitansi"], receipts)
    text = text_of(content)
    assert page_sizes(content) == [(215, 165)] * 2
    assert [text.count(f"Kuitansi {n} dari 2") for n in (1, 2)] == [1, 1]
    codes = [line.ref for line in told["daftar_pembayaran"].payments.order_by("position")]
    first, second = text.split("=== halaman ===")[:2]
    assert [code in page for page in (first, second) for code in codes] == [True, False, False, True]
    unpaid = office.decree(1)
    with django_assert_num_queries(1):
        assert queries.receipts(unpaid, unpaid.recipients.all(), name="x").recipients == []
    with django_assert_num_queries(2):
        queries.receipts(decree, decree.recipients.all(), name="x")


def test_a_very_long_list_is_not_laid_out_while_someone_waits(told, office_at_work, client, monkeypatch):
    monkeypatch.setattr("distribution.views.files.LONGEST_PRINTOUT", 1)
    client.force_login(office_at_work.cast.kabid, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("distribution:nominative_pdf", args=[told["nominatif"].ref]))
    assert answer.status_code == 403
    assert "Unduh Excel" in answer.content.decode()
