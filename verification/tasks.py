"""Reading codes on scans takes seconds a page: a worker does it."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from verification.actions import sheets

# Nothing else is mended by trying again.
PASSING_FAULTS = RetryStrategy(max_attempts=3, exponential_wait=5, retry_exceptions=set(sheets.PASSING))


@app.task(name="verification.read_sheets", retry=PASSING_FAULTS)
def read_sheets(scan_id: int) -> None:
    """Read one scan; harmless to run again."""
    sheets.read_sheets(scan_id)
