"""What the signatures inside a PDF say; the file may be anybody's."""

import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from django.conf import settings

# A program, not an import: no web process parses the PDF of a stranger.
PROGRAM = Path(__file__).with_name("signature_program.py")
SECONDS = 40
_READERS = threading.BoundedSemaphore(2)  # at once, in one web process; each may take up to a gigabyte


class Unreadable(Exception):
    """The file tells nothing: str() is not_pdf, encrypted, damaged or bomb; busy when too many are read at once."""


def read(content: bytes, *, added_to: int = 0) -> list[dict]:
    """The signatures in order, each as signature_program.described() says; Unreadable. Nothing is kept.

    With `added_to`, the length of the file before it was signed, each says whether nothing but a signature was added.
    """
    if not _READERS.acquire(timeout=5):
        raise Unreadable("busy")
    try:
        with tempfile.NamedTemporaryFile(prefix="uep-signed-") as source:
            source.write(content)
            source.flush()
            answer = _ask(source.name, added_to)
    finally:
        _READERS.release()
    if reason := answer.get("refused"):
        raise Unreadable(reason)
    return answer["signatures"]


def _ask(name: str, added_to: int) -> dict:
    program = [sys.executable, "-I", str(PROGRAM), name, settings.SIGNING_TRUST, str(added_to)]
    try:
        done = subprocess.run(program, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return {"refused": "bomb"}
    try:
        return json.loads(done.stdout)
    except ValueError:  # killed for its memory or its time
        return {"refused": "bomb"}
