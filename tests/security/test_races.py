"""Two people decide at the same moment: one effect, the other one reads a sentence (architecture, 4).

Both have passed the page's own question before either may act: a third connection holds the row until both wait for it.
"""

import html
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client, TransactionTestCase

import verification.actions as verification_acts
from decrees.models import Decree
from distribution.models import Handover, Payment
from proposals.flow import State
from proposals.models import CoverLetter, Disposition, ListImport, Programme, Proposal, StepRecord
from tests.cast import gather, install
from tests.security import acts
from tests.security.acts import REASON, Try
from tests.walk import Walk
from uep.documents.queries import documents_of
from verification.models import RankingRun


class ManyProgrammes(Walk):
    """Each race has a programme of its own, so that all of them share one database that really commits."""

    def programme(self, **changes):
        return super().programme(**({"name": f"UEP {Programme.objects.count() + 1}"} | changes))


@pytest.fixture(scope="module")
def walk(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        install()
        yield ManyProgrammes(gather())
        TransactionTestCase._fixture_teardown(None)  # a fresh copy of the database (tests/conftest.py)


@pytest.fixture
def cast(walk):
    return walk.cast


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def together(*tries: Try, held) -> list[tuple[int, str]]:
    """Send them all while `held` (a record) is locked, let go once all wait for it; (status, sentence) of each."""
    parameters = connection.get_connection_params() | {"autocommit": False}
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    with closing(psycopg.connect(**parameters)) as holder, closing(psycopg.connect(**parameters)) as watcher:
        watcher.autocommit = True
        holder.execute(f'SELECT 1 FROM "{held._meta.db_table}" WHERE id = %s FOR UPDATE', [held.pk])
        with ThreadPoolExecutor(len(tries)) as pool:
            clients = [Client(raise_request_exception=False) for _ in tries]
            for client, one in zip(clients, tries, strict=True):
                client.force_login(one.by)
            sent = [pool.submit(_send, client, one) for client, one in zip(clients, tries, strict=True)]
            end = time.monotonic() + 60
            try:
                while watcher.execute(WAITING).fetchone()[0] < len(tries):
                    assert time.monotonic() < end, [one.result() for one in sent if one.done()]
                    time.sleep(0.02)
            finally:
                holder.rollback()  # a failure, too, lets go: the pool waits for its threads
            return [one.result() for one in sent]


def _send(client: Client, one: Try) -> tuple[int, str]:
    try:
        response = client.post(one.address, one.form())
        main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)
        return response.status_code, re.sub(
            r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main[0] if main else ""))
        )
    finally:
        connections.close_all()


def one_of(answers, *sentences: str) -> int:
    """Exactly one got through; the other reads one of the sentences. Which one got through."""
    assert sorted(status for status, _ in answers) in ([303, 403], [303, 422]), answers
    [(_, words)] = [answer for answer in answers if answer[0] != 303]
    assert any(sentence in words for sentence in sentences), words
    return next(index for index, answer in enumerate(answers) if answer[0] == 303)


def steps(programme, *names: str) -> int:
    """How often the acts moved a household of the programme."""
    return StepRecord.objects.filter(proposal__programme=programme, act__in=names).count()


def papers(row, code: str) -> int:
    return [document.paper for document in documents_of(row)].count(code)


def test_two_leaders_dispose_one_letter(walk):
    attempt = acts.dispose(walk)
    other = Try(walk.cast.head, attempt.act, attempt.row, attempt.form)
    one_of(together(attempt, other, held=attempt.row), "Surat ini sudah didisposisi.")
    letter = attempt.row
    assert (Disposition.objects.filter(letter=letter).count(), steps(letter.programme, "proposals.dispose")) == (1, 1)
    assert papers(letter, "disposisi") == 1


def test_kabid_says_yes_on_one_screen_and_no_on_another(walk):
    proposal = walk.proposals_at(State.ASSESSED)[0]
    yes, no = (Try(walk.cast.kabid, f"verification.{act}", proposal, lambda: REASON) for act in ("approve", "decline"))
    first = one_of(together(yes, no, held=proposal), "Usulan ini tidak sedang menunggu validasi.")
    assert Proposal.objects.get(pk=proposal.pk).state == (State.ELIGIBLE, State.INELIGIBLE)[first]
    assert steps(proposal.programme, "verification.approve", "verification.decline") == 1


def test_two_division_heads_apply_one_ranking(walk):
    attempt = acts.apply_ranking(walk)
    one_of(together(attempt, attempt, held=attempt.row), "Tidak ada usulan yang menunggu pemeringkatan.")
    assert (RankingRun.objects.filter(programme=attempt.row).count(), steps(attempt.row, "verification.approve")) == (
        1,
        1,
    )


def test_a_ranking_is_applied_while_one_of_it_is_declined(walk):
    ranking = acts.apply_ranking(walk)
    proposal = ranking.row.proposals.get()
    no = Try(walk.cast.kabid, "verification.decline", proposal, lambda: REASON)
    answers = together(ranking, no, held=proposal)
    assert sorted(status for status, _ in answers) in ([303, 403], [303, 422]), answers
    assert Proposal.objects.get(pk=proposal.pk).state == (State.ELIGIBLE if answers[0][0] == 303 else State.INELIGIBLE)
    assert steps(ranking.row, "verification.approve", "verification.decline") == 1


def test_the_head_signs_while_returning_the_draft(walk):
    signing = acts.sign(walk)
    returning = Try(walk.cast.head, "decrees.return_draft", signing.row, lambda: REASON)
    first = one_of(
        together(signing, returning, held=signing.row),
        "SK ini tidak sedang menunggu keputusan.",
        "SK ini belum sampai di meja penanda tangan.",
    )
    decree = Decree.objects.get(pk=signing.row.pk)
    assert (decree.stage, decree.recipients.count(), bool(decree.number)) == [("signed", 1, True), ("draft", 0, False)][
        first
    ]


def test_the_head_signs_twice(walk):
    signing = acts.sign(walk)
    one_of(together(signing, signing, held=signing.row), "SK ini sudah ditandatangani.")
    assert (signing.row.recipients.count(), steps(signing.row.programme, "decrees.sign")) == (1, 1)
    assert papers(signing.row, "sk") == 1


def test_two_decrees_are_signed_at_once(walk, cast):
    """Both are right; their numbers are two and follow each other."""
    programme = walk.programme()
    decrees = [
        walk.endorsed(walk.decree_of(walk.proposals_at(State.IN_DECREE, programme=programme)[0])) for _ in range(2)
    ]
    tries = [Try(cast.head, "decrees.sign", decree) for decree in decrees]
    answers = together(*tries, held=programme)
    assert [status for status, _ in answers] == [303, 303], answers
    signed = Decree.objects.filter(programme=programme)
    first, second = sorted(int(number.split("/")[1]) for number in signed.values_list("number", flat=True))
    assert second == first + 1


def test_the_bank_pays_and_fails_one_line(walk):
    disbursement = walk.listed(walk.decree_of(walk.proposals_at(State.BRIEFED)[0]))
    line = disbursement.payments.get()
    paying = Try(walk.cast.bank, "distribution.pay", disbursement, lambda: {"which": "all", "paid_on": acts.today()})
    failing = Try(walk.cast.bank, "distribution.fail_payment", line, lambda: {"failure": "name"})
    first = one_of(
        together(paying, failing, held=disbursement),
        "Hasil pembayaran ini sudah dicatat.",
        "Semua pembayaran di daftar ini sudah dicatat.",
        "Pilih sedikitnya satu pembayaran yang masih menunggu.",
    )
    assert disbursement.payments.get().status == ("paid", "failed")[first]
    assert Proposal.objects.get(pk=line.recipient.proposal_id).state == (State.PAID, State.PAYMENT_FAILED)[first]
    assert steps(disbursement.decree.programme, "distribution.pay", "distribution.fail_payment") == 1


def test_the_bank_pays_twice(walk):
    paying = acts.pay(walk)
    one_of(together(paying, paying, held=paying.row), "Semua pembayaran di daftar ini sudah dicatat.")
    paid = paying.row.payments.filter(status="paid").count()
    assert (steps(paying.row.decree.programme, "distribution.pay"), paid) == (1, 1)


def test_two_lists_are_sent_for_the_same_people(walk):
    sending = acts.send_list(walk)
    one_of(together(sending, sending, held=sending.row), "Belum ada penerima yang siap dibayar.")
    assert Payment.objects.filter(disbursement__decree=sending.row).count() == 1


def test_two_staff_hand_over_to_one_recipient(walk):
    handing = acts.hand_over(walk)
    other = Try(walk.cast.colleague, handing.act, handing.row, handing.form)
    one_of(together(handing, other, held=handing.row), "Serah terima dicatat setelah dana tersalur.", "sudah")
    handover = Handover.objects.get(recipient=handing.row)
    assert (steps(handing.row.decree.programme, "distribution.hand_over"), papers(handover, "bast")) == (1, 1)


def test_a_letter_is_sent_twice(walk):
    sending = acts.submit(walk)
    one_of(together(sending, sending, held=sending.row), "Surat ini sudah dikirim")
    assert (steps(sending.row.programme, "proposals.submit"), papers(sending.row, "tanda_terima")) == (1, 1)


def test_two_villages_send_at_once_and_the_register_has_no_gap(walk, cast):
    programme = walk.programme()
    tries = []
    for operator in (cast.alice, cast.bob):
        walk.draft(programme, by=operator)
        tries.append(Try(operator, "proposals.submit", walk.letter(programme, by=operator)))
    answers = _race_freely(tries)
    assert [status for status, _ in answers] == [303, 303], answers
    for model, number in ((Proposal, "register_number"), (CoverLetter, "agenda_number")):
        rows = model.objects.filter(programme=programme)
        first, second = sorted(rows.values_list(number, flat=True))
        assert second == first + 1


def _race_freely(tries) -> list[tuple[int, str]]:
    with ThreadPoolExecutor(len(tries)) as pool:
        clients = [Client(raise_request_exception=False) for _ in tries]
        for client, one in zip(clients, tries, strict=True):
            client.force_login(one.by)
        return list(pool.map(_send, clients, tries))


def test_a_list_is_taken_in_twice(walk):
    importing = acts.import_list(walk)
    one_of(together(importing, importing, held=importing.row), "Daftar ini sudah dimasukkan.")
    listed = ListImport.objects.get(pk=importing.row.pk)
    drafts = Proposal.objects.filter(programme=listed.programme)
    assert drafts.count() == listed.added == steps(listed.programme, "proposals.draft") > 0


def test_a_household_is_withdrawn_while_it_is_put_on_a_decree(walk):
    proposal = walk.proposals_at(State.ELIGIBLE)[0]
    drafting = Try(walk.cast.kabid, "decrees.draft", proposal.programme, lambda: {
        "proposals": [proposal.ref], "title": "Penetapan", "considerations": "bahwa perlu;"})  # fmt: skip
    leaving = Try(walk.cast.alice, "proposals.withdraw", proposal, lambda: {"reason": "Meninggal dunia"})
    first = one_of(
        together(drafting, leaving, held=proposal),
        "Usulan ini sudah di dalam SK",
        "tidak lagi berstatus layak",
        "Sebagian pilihan tidak ada lagi",
    )
    assert Proposal.objects.get(pk=proposal.pk).state == (State.IN_DECREE, State.WITHDRAWN)[first]


def test_two_drafts_take_the_last_of_the_budget(walk, cast):
    """Room for one; each draft wants another household."""
    programme = walk.programme(quota=2)
    rows = [walk.proposals_at(State.ASSESSED, programme=programme)[0] for _ in range(2)]
    for row in rows:
        verification_acts.approve(row, by=cast.kabid, reason="Sesuai kunjungan.")
    Programme.objects.filter(pk=programme.pk).update(quota=1)  # cut afterwards
    tries = [
        Try(cast.kabid, "decrees.draft", programme, lambda row=row: {
            "proposals": [row.ref], "title": "Penetapan", "considerations": "bahwa perlu;"})
        for row in rows
    ]  # fmt: skip
    one_of(together(*tries, held=programme), "kuota")
    assert Decree.objects.filter(programme=programme).count() == 1
    assert sorted(Proposal.objects.filter(programme=programme).values_list("state", flat=True)) == [
        State.ELIGIBLE,
        State.IN_DECREE,
    ]
