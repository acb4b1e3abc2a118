"""Do the jobs of the queue: papers, notices, imports. `serve` runs one; more may run on other machines."""

import asyncio
import logging

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from uep.tasks import SILENCE, resume_abandoned_jobs

logger = logging.getLogger(__name__)

LOOK_EVERY = 3  # seconds


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
            asyncio.run(work(worker_app))


async def work(worker_app) -> None:
    """Work until SIGTERM or SIGINT; a job under way is finished first. Jobs of dead workers are resumed meanwhile."""
    async with worker_app.open_async():
        watch = asyncio.create_task(watch_for_the_dead(worker_app.job_manager))
        try:
            await worker_app.run_worker_async()
        finally:
            watch.cancel()


async def watch_for_the_dead(manager) -> None:
    """At the start and every few seconds from then on. A living worker watches, so no job row is spent on watching."""
    while True:
        try:
            await resume_abandoned_jobs(manager, silent_for=SILENCE)
        except ConnectorException:  # the next look tries again; without a database the worker ends by itself
            logger.exception("Could not look for abandoned jobs")
        await asyncio.sleep(LOOK_EVERY)
