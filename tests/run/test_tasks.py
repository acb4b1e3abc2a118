"""The queue looks after itself: dead workers' jobs, finished jobs, sessions that ran out."""

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from uep.tasks import MOST_ATTEMPTS, SILENCE, resume_abandoned_jobs

pytestmark = pytest.mark.django_db


def job(*, worker: int | None, status: str = "doing", attempts: int = 0, lock: str | None = None) -> int:
    """A row of the queue as a worker leaves it."""
    made = app.configure_task("uep.clear_sessions").defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = %s, attempts = %s, worker_id = %s, queueing_lock = %s WHERE id = %s",
            [status, attempts, worker, lock, made],
        )
    return made


def worker(*, silent_for: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [silent_for],
        )
        return cursor.fetchone()[0]


def states() -> dict[int, tuple[str, int]]:
    return {row.id: (row.status, row.attempts) for row in ProcrastinateJob.objects.all()}


def test_jobs_of_dead_workers_go_back_to_the_queue_and_others_stay():
    alive, dead = worker(silent_for=SILENCE - 5), worker(silent_for=SILENCE + 1)
    of_alive, of_dead, of_nobody = job(worker=alive), job(worker=dead), job(worker=None)
    done = job(worker=None, status="succeeded", attempts=1)

    resumed = async_to_sync(resume_abandoned_jobs)(app.job_manager)

    assert sorted(resumed) == [of_dead, of_nobody]
    assert states() == {
        of_alive: ("doing", 0),
        of_dead: ("todo", 1),
        of_nobody: ("todo", 1),
        done: ("succeeded", 1),
    }


def test_a_job_that_takes_every_worker_down_is_failed_for_a_person_to_look_at():
    made = job(worker=None, attempts=MOST_ATTEMPTS)

    assert async_to_sync(resume_abandoned_jobs)(app.job_manager) == []
    assert states()[made][0] == "failed"


def test_a_job_whose_twin_waits_already_is_left_to_the_twin():
    twin = job(worker=None, status="todo", lock="once")
    made = job(worker=None, lock="once")

    assert async_to_sync(resume_abandoned_jobs)(app.job_manager) == []
    assert states() == {made: ("aborted", 1), twin: ("todo", 0)}


def test_jobs_finished_long_ago_leave_the_queue(run_jobs):
    old, recent, waiting = (job(worker=None, status=status) for status in ("succeeded", "succeeded", "todo"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 day' WHERE id = %s", [waiting])
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '31 days' WHERE job_id = %s", [old])
    app.configure_task("uep.forget_finished_jobs").defer(timestamp=0)

    assert run_jobs() == ["uep.forget_finished_jobs"]
    assert {old, recent, waiting} & states().keys() == {recent, waiting}


def test_sessions_that_ran_out_leave_their_table(run_jobs):
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(hours=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(hours=1))
    app.configure_task("uep.clear_sessions").defer(timestamp=0)

    assert run_jobs() == ["uep.clear_sessions"]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


def test_a_job_that_fails_fails_the_test_that_runs_it(run_jobs):
    app.configure_task("uep.no_such_task").defer()

    with pytest.raises(KeyError, match="no_such_task"):
        run_jobs()
