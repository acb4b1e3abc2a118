"""Rendering as a job: bytes once, whatever dies or runs twice (design, laws 4 and 8)."""

import os
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.documents.conftest import stored_bytes
from tests.papers.samples import SampleDecree
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


SLOW_WORKER = """
import sys
from django.conf import settings
sys.path.insert(0, {root!r})
from tests.papers import samples
samples.use_sample_templates()
import django
django.setup()
settings.MEDIA_ROOT = {media!r}
from django.core.management import call_command
call_command("worker")
"""


def start_worker(database: str, media: str, rows: int) -> subprocess.Popen:
    """A real worker on the test's own database; it stands in a process of its own, so that it can be killed."""
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/".format(**connection.settings_dict) + database
    root = str(django_settings.BASE_DIR)
    return subprocess.Popen(
        [sys.executable, "-c", SLOW_WORKER.format(root=root, media=media)],
        env=os.environ | {"DATABASE_URL": url, "SAMPLE_ROWS": str(rows), "PYTHONPATH": root},
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_until(holds, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_rendering_leaves_one_document_with_one_number(village, head, settings, monkeypatch):
    document = issue(village, head)
    media, database = str(settings.MEDIA_ROOT), connection.settings_dict["NAME"]

    def state():
        return OfficialDocument.objects.values_list("state", "progress").get(pk=document.pk)

    worker = start_worker(database, media, rows=20_000)
    try:
        wait_until(lambda: state() == ("rendering", 5) or state()[1] > 5, 60)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert state()[0] == "rendering"
    job = ProcrastinateJob.objects.get(task_name="documents.render")
    assert job.status == "doing"

    with connection.cursor() as cursor:  # as if its heart had stopped beating a while ago
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    worker = start_worker(database, media, rows=3)
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
