"""The independent maker of synthetic people, where it lies beside the repository: it shares no code with the product."""

import importlib.util
import random
from pathlib import Path
from types import ModuleType

import pytest

_PATH = Path(__file__).resolve().parents[2] / "shared/tools/make_people.py"
needs_maker = pytest.mark.skipif(not _PATH.is_file(), reason="make_people.py does not lie beside the repository")


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_people", _PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def maker(regency: str, seed: int, *, villages: list[dict], elsewhere: list[str], year: int = 2026):
    """A Maker without its own reading of the region files, which takes a second each time."""
    made = object.__new__(load().Maker)
    made.r, made.year, made.used = random.Random(f"{regency}/{seed}"), year, set()
    made.villages, made.elsewhere = villages, elsewhere
    return made
