"""The housekeeping of the queue itself, and of what Django leaves behind."""

import logging
from collections.abc import Sequence

from django.core.management import call_command
from procrastinate.contrib.django import app
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

logger = logging.getLogger(__name__)

# A worker says every 3 s that it lives (settings.PROCRASTINATE_WORKER_DEFAULTS); five missed beats and it is dead.
SILENCE = 15  # seconds
MOST_ATTEMPTS = 5  # a job that took this many workers down with it is the one at fault
KEEP_FINISHED_HOURS = 30 * 24


async def resume_abandoned_jobs(manager: JobManager, *, silent_for: float = SILENCE) -> Sequence[int]:
    """Give the jobs of workers that were killed back to the queue; their ids.

    Procrastinate leaves such a job `doing` for ever. Every job of ours may be done twice (design, law 8), so a worker
    that was only slow does no harm. A job already tried MOST_ATTEMPTS times becomes `failed`, for a person to look at.
    """
    resumed = []
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=silent_for):
        if job.attempts >= MOST_ATTEMPTS:
            logger.error("Job %s of %s failed: its worker died %s times", job.id, job.task_name, job.attempts)
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)
        elif job.queueing_lock and await manager.list_jobs_async(status="todo", queueing_lock=job.queueing_lock):
            await manager.finish_job(job, status=Status.ABORTED, delete_job=False)
        else:
            logger.warning("Job %s of %s goes back to the queue: its worker died", job.id, job.task_name)
            await manager.retry_job(job)
            resumed.append(job.id)
    return resumed


@app.periodic(cron="13 3 * * *")
@app.task(name="uep.forget_finished_jobs", queueing_lock="uep.forget_finished_jobs", pass_context=True)
async def forget_finished_jobs(context, timestamp: int) -> None:
    """Finished jobs older than a month leave the queue's table, so that it does not grow with the years."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_FINISHED_HOURS)


@app.periodic(cron="23 3 * * *")
@app.task(name="uep.clear_sessions", queueing_lock="uep.clear_sessions")
def clear_sessions(timestamp: int) -> None:
    """Sessions that ran out leave their table."""
    call_command("clearsessions")
