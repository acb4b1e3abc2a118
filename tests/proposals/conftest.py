"""What the tests of step 1 share: signing in, and a programme that is open today."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from uep.registry import queries as registry

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def sign_in():
    """Takes a user; gives a browser in which that person is signed in."""

    def enter(user) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def programme(walk):
    """Open today; districts are known, so that their one query is behind us."""
    registry.known_districts()
    return walk.programme()


@pytest.fixture
def sample():
    """Takes the code of a village; gives its own workbook as uploaded."""
    return lambda village: SimpleUploadedFile(f"usulan_{village}.xlsx", (DATA / f"usulan_{village}.xlsx").read_bytes())
