"""What the worker does for files, unasked."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from uep.files import actions

# A worker that slept for two weeks still catches up; older days have been swept before.
DAYS_BACK = 15


@app.periodic(cron="40 18 * * *")  # 01.40 WIB: procrastinate counts in UTC
@app.task(name="files.sweep_orphans", queueing_lock="files.sweep_orphans")
def sweep_orphans(timestamp: int) -> int:
    """Remove stored bytes that no row points to, once they are a day old. Doing it twice does no harm."""
    return actions.sweep_orphans(since=timezone.localdate() - timedelta(days=DAYS_BACK))


@app.periodic(cron="10 18 * * *")  # 01.10 WIB
@app.task(name="files.print_photos", queueing_lock="files.print_photos")
def print_photos(timestamp: int) -> int:
    """Give photos that came in before there were prints theirs; nothing to do on every other night."""
    return actions.print_photos()
