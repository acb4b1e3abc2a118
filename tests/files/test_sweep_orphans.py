import os
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import transaction
from procrastinate.contrib.django import app

from tests.files import made
from tests.files.test_take_in import stored_names
from uep.files import actions

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)


def age(storage, names, when):
    for name in names:
        os.utime(storage / name, (when.timestamp(), when.timestamp()))


def taken_in_and_rolled_back(by):
    with transaction.atomic():
        stored = actions.take_in(made.upload(made.photo()), by=by)
        transaction.set_rollback(True)
    return [stored.storage_name, stored.thumb_name]


def test_orphans_go_after_a_day_and_files_with_rows_stay(alice, storage):
    with time_machine.travel(NOON, tick=False):
        orphans = taken_in_and_rolled_back(alice)
        kept = actions.take_in(made.upload(made.photo()), by=alice)
        kept_pdf = actions.take_in(made.upload(made.pdf()), by=alice)
    default_storage.save("letterhead/crest.png", made.upload(b"x"))  # not ours to sweep
    rows = [kept.storage_name, kept.thumb_name, kept_pdf.storage_name]
    everything = sorted([*orphans, *rows, "letterhead/crest.png"])
    age(storage, everything, NOON)

    day = NOON.date() - timedelta(days=3)
    assert actions.sweep_orphans(since=day, now=NOON + timedelta(hours=23)) == 0
    assert stored_names(storage) == everything
    assert actions.sweep_orphans(since=day, now=NOON + timedelta(hours=25)) == 2
    assert stored_names(storage) == sorted([*rows, "letterhead/crest.png"])
    assert actions.sweep_orphans(since=day, now=NOON + timedelta(hours=25)) == 0


def test_worker_sweeps_the_last_two_weeks(alice, storage):
    with time_machine.travel(NOON, tick=False):
        orphans = taken_in_and_rolled_back(alice)
    age(storage, orphans, NOON)
    task = app.tasks["files.sweep_orphans"]
    with time_machine.travel(NOON + timedelta(days=14), tick=False):
        assert task.func(timestamp=0) == 2
        assert task.func(timestamp=0) == 0
    assert stored_names(storage) == []
