"""What can be set about a rule: each kind knows how it is stored, what it may be, and how it is called."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Parameter:
    name: str
    label: str
    default: Any  # or a function of the programme
    help: str = ""

    def default_for(self, programme) -> Any:
        return self.default(programme) if isinstance(self.default, Callable) else self.default

    def read(self, stored) -> Any:
        """From JSON."""
        return stored

    def write(self, value) -> Any:
        """To JSON."""
        return value

    def fault(self, value) -> str:
        """What is wrong with a value, as a sentence; empty when it may be."""
        raise NotImplementedError


@dataclass(frozen=True)
class Whole(Parameter):
    """A number between two limits."""

    low: int = 0
    high: int = 100

    def fault(self, value):
        fits = isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high
        return "" if fits else f"{self.label}: isi angka {self.low} sampai {self.high}."


@dataclass(frozen=True)
class Day(Parameter):
    def read(self, stored):
        return date.fromisoformat(stored)

    def write(self, value):
        return value.isoformat()

    def fault(self, value):
        return "" if isinstance(value, date) and 2000 <= value.year <= 2100 else f"{self.label}: isi tanggalnya."


@dataclass(frozen=True)
class Several(Parameter):
    """Some of a few words, at least one."""

    choices: Sequence[tuple[str, str]] = ()

    def read(self, stored):
        return tuple(stored)

    def write(self, value):
        return [name for name, _ in self.choices if name in value]

    def fault(self, value):
        known = {name for name, _ in self.choices}
        return "" if value and set(value) <= known else f"{self.label}: pilih sedikitnya satu."

    def labels(self, value) -> list[str]:
        return [label for name, label in self.choices if name in value]


@dataclass(frozen=True)
class Papers(Parameter):
    """Papers that the programme asks for: code -> what it was called when the version was written. None is allowed."""

    def read(self, stored):
        return dict(stored)

    def write(self, value):
        """Pairs: an object of JSON would come back in another order."""
        return [list(pair) for pair in value.items()]

    def fault(self, value):
        fits = isinstance(value, dict) and all(isinstance(text, str) for pair in value.items() for text in pair)
        return "" if fits else f"{self.label}: pilih dari daftarnya."


@dataclass(frozen=True)
class YesNo(Parameter):
    def fault(self, value):
        return "" if isinstance(value, bool) else f"{self.label}: pilih ya atau tidak."
