"""What every test stands on: its database and the queue. The people and records are in tests/cast.py."""

import inspect
import json
import os
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings
from procrastinate import sql
from procrastinate.contrib.django import app
from procrastinate.jobs import Job, Status

from tests.database import own_database

# How long an example takes says how busy the machine is, and nothing of the code; bench/ measures.
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")


def pytest_configure(config):
    """What only tests change: cheap passwords, static files as they lie there, no connection kept by a thread."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0


# Each builds a world that costs more than its tests: one process makes it, once.
ONE_PROCESS = {"tests/test_access.py": "access", "tests/demo/": "demo", "tests/run/": "run"}
# Longest first, so that no process is left alone with one at the end.
LONG = ("tests/e2e/", "tests/test_access.py", "tests/demo/", "tests/run/")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """After the shuffle: who goes together, and who goes first; the rest keeps its random order."""
    for item in items:
        for start, group in ONE_PROCESS.items():
            if item.nodeid.startswith(start):
                item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: next((n for n, start in enumerate(LONG) if item.nodeid.startswith(start)), len(LONG)))


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Uploads and papers of a test go to a folder of its own, never to the install's."""
    settings.MEDIA_ROOT = tmp_path / "files"


pytest_plugins = ["tests.cast", "tests.walk", "tests.browser"]


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """A copy of the migrated template; after a test that commits, a new copy instead of TRUNCATE."""
    with django_db_blocker.unblock():
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        with own_database(worker) as database, pytest.MonkeyPatch.context() as patch:
            patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: database.renew())
            yield


@pytest.fixture
def run_jobs(db):
    """Call it to do what the code under test has put into the queue, jobs that those jobs add included.

    Runs in this process and this transaction, in the order of a worker; jobs for later stay. A job that fails raises.
    Returns the names of the tasks done.
    """

    def run() -> list[str]:
        queue, done = app.connector, []
        worker = queue.execute_query_one(sql.queries["register_worker"])["worker_id"]
        while True:
            row = queue.execute_query_one(sql.queries["fetch_job"], queues=None, worker_id=worker)
            if row["id"] is None:
                queue.execute_query(sql.queries["unregister_worker"], worker_id=worker)
                return done
            # Django's cursors leave JSON as text, for a JSONField to read.
            job = Job.from_row(row | {"args": json.loads(row["args"])})
            task = app.tasks[job.task_name]
            context = [SimpleNamespace(app=app, job=job, should_abort=lambda: False)] if task.pass_context else []
            if inspect.iscoroutinefunction(task.func):
                async_to_sync(task.func)(*context, **job.task_kwargs)
            else:
                task.func(*context, **job.task_kwargs)
            queue.execute_query(
                sql.queries["finish_job"], job_id=job.id, status=Status.SUCCEEDED.value, delete_job=False
            )
            done.append(job.task_name)

    return run
