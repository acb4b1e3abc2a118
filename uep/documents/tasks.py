"""When papers are rendered: after the commit of the act that issued them, by a worker."""

import logging

from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from uep.documents import actions, signing

logger = logging.getLogger(__name__)

# A lost database or a full disk may be back in a minute; a fault in a template is not mended by trying again.
PASSING_FAULTS = RetryStrategy(max_attempts=3, exponential_wait=5, retry_exceptions={OperationalError, OSError})


@app.task(name="documents.render", retry=PASSING_FAULTS)
def render(document_id: int) -> None:
    """Render one issued document; harmless to run again."""
    actions.render(document_id)


@app.periodic(cron="43 3 * * *")
@app.task(name="documents.sweep_strays", queueing_lock="documents.sweep_strays")
def sweep_strays(timestamp: int) -> None:
    """Files that a killed run stored and never named go; what they are called is told in the log."""
    if swept := actions.sweep_strays():
        logger.warning("Removed %s stored papers that no record names: %s", len(swept), ", ".join(swept))


@app.task(name="documents.render_for_signing", retry=PASSING_FAULTS)
def render_for_signing(signing_id: int) -> None:
    """Render one paper that is to be signed; harmless to run again."""
    signing.render(signing_id)
