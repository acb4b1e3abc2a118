"""A real worker on the test's own database, in a process of its own, so that it can be killed."""

import os
import subprocess
import sys
import time

from django.conf import settings
from django.db import connection

SCRIPT = """
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


def start_worker(database: str, media: str, **environment) -> subprocess.Popen:
    """It begins to work at once; the caller ends it."""
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/".format(**connection.settings_dict) + database
    root = str(settings.BASE_DIR)
    words = {name: str(value) for name, value in environment.items()}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(root=root, media=media)],
        env=os.environ | {"DATABASE_URL": url, "PYTHONPATH": root} | words,
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def silence_workers() -> None:
    """As if the hearts of all workers had stopped beating a while ago."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")


def wait_until(holds, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
