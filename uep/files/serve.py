"""Hand a stored file to a browser. No URL here: each app serves its files through its own rule."""

from uep.files.models import StoredFile


def respond(stored: StoredFile, *, download=False, variant="full", request=None):
    """The response with the file: variant "full" or "thumb"; 304 when `request` has it already."""
    raise NotImplementedError
