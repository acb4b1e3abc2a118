"""Rendering as a job: bytes once, whatever dies or runs twice (design, laws 4 and 8)."""

import os
import signal
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.documents.conftest import stored_bytes
from tests.papers.samples import SampleDecree
from tests.worker import silence_workers, start_worker, wait_until
from uep.documents import actions
from uep.documents.models import NumberCounter, OfficialDocument
from uep.documents.queries import is_being_rendered


def issue(subject, by):
    with transaction.atomic():
        return actions.issue("uji_sk", subject, by=by)


@pytest.mark.django_db
def test_the_job_renders_hashes_and_stores(village, head, run_jobs):
    document = issue(village, head)
    assert run_jobs() == ["documents.render"]
    document.refresh_from_db()
    content = stored_bytes(document)
    assert (document.state, document.progress, document.error, document.attempts, document.pages) == (
        "ready",
        100,
        "",
        1,
        2,
    )
    assert (document.sha256, document.size) == (sha256(content).hexdigest(), len(content))
    assert document.rendered_at is not None


@pytest.mark.django_db
def test_rendering_twice_changes_nothing(village, head, monkeypatch):
    document = issue(village, head)
    actions.render(document.pk)
    first = OfficialDocument.objects.values().get(pk=document.pk)
    monkeypatch.setattr(SampleDecree, "rows", 9)
    actions.render(document.pk)
    assert OfficialDocument.objects.values().get(pk=document.pk) == first
    assert len(stored_files()) == 1


@pytest.mark.django_db
def test_bytes_cut_short_by_a_death_are_written_anew(village, head, monkeypatch):
    document = issue(village, head)
    actions.render(document.pk)
    document.refresh_from_db()
    whole = stored_bytes(document)
    twin = OfficialDocument(pk=document.pk, ref=document.ref, issued_at=document.issued_at)
    default_storage.delete(document.file)
    Path(default_storage.path(document.file)).write_bytes(whole[:100])
    actions._store(twin, whole)
    assert stored_bytes(document) == whole
    assert len(stored_files()) == 1


@pytest.mark.django_db
def test_a_failure_is_told_in_words_and_can_be_tried_again(village, head, monkeypatch, run_jobs):
    document = issue(village, head)
    monkeypatch.setattr(SampleDecree, "chunks", staticmethod(broken))
    with pytest.raises(ZeroDivisionError):
        actions.render(document.pk)
    document.refresh_from_db()
    assert (document.state, document.error) == (
        "failed",
        (
            "Naskah belum dapat disusun karena kesalahan pada sistem (ZeroDivisionError). "
            "Coba susun ulang; bila terulang, hubungi administrator."
        ),
    )
    monkeypatch.undo()
    actions.retry_render(document, by=head)
    assert run_jobs() == ["documents.render", "documents.render"]
    document.refresh_from_db()
    assert (document.state, document.number, document.error) == ("ready", document.facts["number"], "")


def broken(subject):
    raise ZeroDivisionError


@pytest.mark.django_db
def test_a_faults_own_sentence_is_kept(village, head, monkeypatch):
    document = issue(village, head)

    def refuse(subject):
        raise ValidationError("Daftar penerima kosong.")

    monkeypatch.setattr(SampleDecree, "chunks", staticmethod(refuse))
    with pytest.raises(ValidationError):
        actions.render(document.pk)
    document.refresh_from_db()
    assert document.error == "Daftar penerima kosong."


@pytest.mark.django_db
def test_a_document_is_not_given_up_while_its_job_lives(village, head):
    document = issue(village, head)
    assert is_being_rendered(document)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'documents.render'")
    assert not is_being_rendered(document)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_rendering_leaves_one_document_with_one_number(village, head, settings, monkeypatch):
    document = issue(village, head)
    media, database = str(settings.MEDIA_ROOT), connection.settings_dict["NAME"]

    def state():
        return OfficialDocument.objects.values_list("state", "progress").get(pk=document.pk)

    worker = start_worker(database, media, SAMPLE_ROWS=20_000)
    try:
        wait_until(lambda: state() == ("rendering", 5) or state()[1] > 5, 60)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert state()[0] == "rendering"
    job = ProcrastinateJob.objects.get(task_name="documents.render")
    assert job.status == "doing"

    silence_workers()
    worker = start_worker(database, media, SAMPLE_ROWS=3)
    try:
        wait_until(lambda: state()[0] == "ready", 60)
    finally:
        worker.terminate()
        worker.wait(30)
    document.refresh_from_db()
    assert OfficialDocument.objects.count() == 1
    assert NumberCounter.objects.get(series__code="uji_sk").last == 1
    assert (document.attempts, document.pages) == (2, 2)
    assert sha256(stored_bytes(document)).hexdigest() == document.sha256
    assert len(stored_files()) == 1


def stored_files() -> list[Path]:
    return [path for path in Path(default_storage.location).rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_only_old_files_that_no_row_names_are_swept(village, head, settings):
    document = actions.issue("uji_surat", village, by=head)
    actions.render(document.pk)
    document.refresh_from_db()
    year = f"{timezone.now():%Y}"
    strays = [f"{folder}/{year}/TERSESAT-{n}.pdf" for folder in actions.KEPT_IN for n in (1, 2)]
    for name in (*strays, f"berkas/{year}/lain.pdf"):
        default_storage.save(name, ContentFile(b"%PDF-1.7"))
    assert actions.sweep_strays() == []
    old = (timezone.now() - timedelta(days=2)).timestamp()
    fresh = strays[0]
    for name in (*strays[1:], document.file, f"berkas/{year}/lain.pdf"):
        os.utime(default_storage.path(name), (old, old))
    assert sorted(actions.sweep_strays()) == sorted(strays[1:])
    assert [default_storage.exists(name) for name in (fresh, document.file, f"berkas/{year}/lain.pdf")] == [True] * 3
