"""Issuing: one number, frozen facts, one current document (design, law 4)."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.utils import ProgrammingError
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.papers.samples import SIGNATORY
from uep.documents import actions
from uep.documents.models import NumberCounter, OfficialDocument
from uep.documents.queries import document_of, documents_of, documents_of_many

ON = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


def issue(subject, by, paper="uji_sk", **more):
    return actions.issue(paper, subject, by=by, on=ON, **more)


def test_issue_numbers_freezes_and_queues(village, head):
    document = issue(village, head, facts={"decree": "tentang UEP"})
    document.refresh_from_db()
    assert (document.number, document.title, document.status, document.state, document.issued_by) == (
        "188.4/1/DINSOS/XI/2026",
        "Keputusan tentang Penerima UEP Kujan",
        "current",
        "queued",
        head,
    )
    assert document.facts == {
        "signatories": [SIGNATORY],
        "decree": "tentang UEP",
        "number": "188.4/1/DINSOS/XI/2026",
        "date": "2026-11-23",
        "public": [["Wilayah", "Kujan"], ["Jumlah penerima", "1"]],
        "sheet": ["F4", "bookman"],
    }
    jobs = ProcrastinateJob.objects.filter(task_name="documents.render")
    assert [(job.args, job.lock) for job in jobs] == [({"document_id": document.pk}, f"documents.render:{document.pk}")]


def test_issue_twice_gives_the_same_document_and_one_number(village, head):
    first, second = issue(village, head), issue(village, head)
    assert first == second
    assert NumberCounter.objects.get(series__code="uji_sk", year=2026).last == 1
    assert ProcrastinateJob.objects.filter(task_name="documents.render").count() == 1


def test_issue_outside_a_transaction_is_refused(transactional_db, village, head):
    with pytest.raises(RuntimeError):
        issue(village, head)


def test_issue_of_a_printout_is_refused(village, head):
    with pytest.raises(ValueError, match="printout"):
        issue(village, head, paper="uji_cetak")


def test_a_number_given_by_hand_touches_no_series(village, head):
    document = issue(village, head, number="188.45/17.a/HUK/2026")
    assert (document.number, document.number_series) == ("188.45/17.a/HUK/2026", None)
    assert not NumberCounter.objects.filter(series__code="uji_sk").exists()


def test_a_number_already_used_is_refused_in_words(village, other_village, head):
    issue(village, head, number="188.45/17.a/HUK/2026")
    with pytest.raises(ValidationError) as refusal:
        issue(other_village, head, number="188.45/17.a/HUK/2026")
    assert refusal.value.messages == [
        "Nomor 188.45/17.a/HUK/2026 sudah dipakai pada Keputusan Kepala Dinas Sosial lain."
    ]


def test_a_rolled_back_issue_gives_its_number_back(village, other_village, head):
    with transaction.atomic():
        issue(village, head)
        transaction.set_rollback(True)
    assert issue(other_village, head).number == "188.4/1/DINSOS/XI/2026"


def test_supersede_names_the_successor(village, other_village, head):
    former, successor = issue(village, head), issue(other_village, head)
    actions.supersede(former, successor, by=head, reason="Perubahan ke-1")
    former.refresh_from_db()
    assert (former.status, former.superseded_by, former.reason) == ("amended", successor, "Perubahan ke-1")


def test_reissue_takes_a_new_number_and_keeps_the_former(village, head):
    former = issue(village, head)
    document = actions.reissue("uji_sk", village, by=head, reason="Salah ketik nama", on=ON)
    former.refresh_from_db()
    assert (document.number, former.status, former.superseded_by) == ("188.4/2/DINSOS/XI/2026", "amended", document)
    assert document_of("uji_sk", village) == document
    assert documents_of(village) == [document, former]


def test_revoke_needs_a_reason_and_happens_once(village, head):
    document = issue(village, head)
    with pytest.raises(ValidationError, match="alasan"):
        actions.revoke(document, by=head, reason=" ")
    actions.revoke(document, by=head, reason="Penerima meninggal sebelum penyaluran")
    with pytest.raises(ValidationError, match="sudah tidak berlaku"):
        actions.revoke(document, by=head, reason="lagi")
    assert document_of("uji_sk", village) is None
    assert issue(village, head).number == "188.4/2/DINSOS/XI/2026"


def test_documents_of_many_asks_once(village, other_village, head, django_assert_num_queries):
    document = issue(village, head)
    with django_assert_num_queries(1):
        assert documents_of_many([village, other_village]) == {village.pk: [document], other_village.pk: []}


@pytest.mark.parametrize(
    "change",
    [
        {"number": "1"},
        {"facts": {}},
        {"code": "X" * 16},
        {"paper": "uji_surat"},
        {"subject_pk": "62.09"},
        {"title": "lain"},
        {"issued_at": "2020-01-01T00:00Z"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_a_document_was_born_with_cannot_change(village, head, change):
    document = issue(village, head)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        OfficialDocument.objects.filter(pk=document.pk).update(**change)


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "0" * 64},
        {"file": "lain.pdf"},
        {"pages": 99},
        {"size": 1},
        {"state": "queued"},
        {"rendered_at": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_stored_bytes_cannot_be_exchanged(village, head, change):
    document = issue(village, head)
    actions.render(document.pk)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        OfficialDocument.objects.filter(pk=document.pk).update(**change)


@pytest.mark.parametrize("change", [{"status": "current", "reason": ""}, {"reason": "lain"}, {"status": "amended"}])
def test_a_revoked_document_stays_revoked(village, head, change):
    document = issue(village, head)
    actions.revoke(document, by=head, reason="salah")
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        OfficialDocument.objects.filter(pk=document.pk).update(**change)


def test_documents_series_and_counters_cannot_be_deleted(village, head):
    document = issue(village, head)
    for row in [document, document.number_series, NumberCounter.objects.get(series=document.number_series)]:
        with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")


def test_a_counter_never_counts_back(village, head):
    document = issue(village, head)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        NumberCounter.objects.filter(series=document.number_series).update(last=0)
