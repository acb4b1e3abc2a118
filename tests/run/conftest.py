"""VAR_DIRs that the account which root drops to can reach.

Not pytest's own temporary folders: those are closed to others, and every pytest that starts closes them anew.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def reachable_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="uep-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def var() -> Iterator[Path]:
    """A VAR_DIR of this test's own."""
    with reachable_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def shared_var() -> Iterator[Path]:
    """A VAR_DIR for the tests of a module."""
    with reachable_folder() as folder:
        yield folder
