"""Reading an extract takes minutes: a worker does it."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from uep.social import actions
from uep.social.actions.loading import PASSING

# Nothing else is mended by trying again.
PASSING_FAULTS = RetryStrategy(max_attempts=3, exponential_wait=5, retry_exceptions=set(PASSING))


@app.task(name="social.read_extract", retry=PASSING_FAULTS)
def read_extract(extract_id: int) -> None:
    """Read one extract; harmless to run again."""
    actions.read_extract(extract_id)
