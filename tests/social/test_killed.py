"""A worker that is killed in the middle of an extract leaves nothing half-imported, and the next one reads all of it."""

import gzip
import os
import signal
import time
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from uep.files.sheets import REGISTER, prepare_sheet
from uep.social import actions
from uep.social.models import Extract, ExtractFault, Person, Source

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
REGISTRY = Path(__file__).parents[1] / "data/registry.csv.gz"
PATIENCE = 120  # seconds; a busy machine is no fault


def in_a_process_of_its_own(extract: Extract) -> int:
    """Read it as a worker does; the process id."""
    connection.close()
    if child := os.fork():
        return child
    try:
        actions.read_extract(extract.pk)
    finally:
        os._exit(0)


def wait_until(holds) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.parametrize("percent", [5, 80], ids=["while the file is read", "while the people come in"])
def test_a_killed_worker_leaves_nothing_and_the_next_reads_all(cast, percent):
    upload = prepare_sheet(SimpleUploadedFile("registry.csv", gzip.decompress(REGISTRY.read_bytes())), REGISTER)
    source = Source.objects.get(code="dtsen")
    extract = actions.bring_extract(source, by=cast.staff, period="Uji", as_of=date(2026, 1, 1), upload=upload)
    worker = in_a_process_of_its_own(extract)
    wait_until(lambda: Extract.objects.get(pk=extract.pk).progress >= percent)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    extract.refresh_from_db()
    assert (extract.stage, Person.objects.count(), ExtractFault.objects.count()) == (Extract.Stage.READING, 0, 0)

    actions.read_extract(extract.pk)
    extract.refresh_from_db()
    assert (extract.stage, extract.persons, Person.objects.count()) == (Extract.Stage.READ, 26_072, 26_072)
