"""Reading the codes on a scan takes seconds a page, and its print is laid out once more: a worker does it."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from decrees.actions import ink

# Nothing else is mended by trying again.
PASSING_FAULTS = RetryStrategy(max_attempts=3, exponential_wait=5, retry_exceptions=set(ink.PASSING))


@app.task(name="decrees.read_signed_scan", retry=PASSING_FAULTS)
def read_signed_scan(scan_id: int) -> None:
    """Read one scan; harmless to run again."""
    ink.read_signed_scan(scan_id)
