"""Reading an extract takes minutes: a worker does it."""

from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from uep.social import actions

# A lost database or a full disk may be back in a minute; nothing else is mended by trying again.
PASSING_FAULTS = RetryStrategy(max_attempts=3, exponential_wait=5, retry_exceptions={OperationalError, OSError})


@app.task(name="social.read_extract", retry=PASSING_FAULTS)
def read_extract(extract_id: int) -> None:
    """Read one extract; harmless to run again."""
    actions.read_extract(extract_id)
