"""When papers are rendered: after the commit of the act that issued them, by a worker."""

from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from uep.documents import actions, signing

# A lost database or a full disk may be back in a minute; a fault in a template is not mended by trying again.
PASSING_FAULTS = RetryStrategy(max_attempts=3, exponential_wait=5, retry_exceptions={OperationalError, OSError})


@app.task(name="documents.render", retry=PASSING_FAULTS)
def render(document_id: int) -> None:
    """Render one issued document; harmless to run again."""
    actions.render(document_id)


@app.task(name="documents.render_for_signing", retry=PASSING_FAULTS)
def render_for_signing(signing_id: int) -> None:
    """Render one paper that is to be signed; harmless to run again."""
    signing.render(signing_id)
