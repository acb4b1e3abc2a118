"""What is wrong with a cell, in words for the operator who typed it."""

from dataclasses import dataclass
from typing import NamedTuple

from django.core.exceptions import ValidationError

ERROR = "error"  # the row cannot come in
WARNING = "warning"  # the row comes in; a person should look
CELL = "{cell}"  # stands in a wording where the cell is named


class Unreadable(ValidationError):
    """The file as a whole cannot be read; `messages[0]` says why and what to do, `code` is for tests and counts."""


class Doubt(NamedTuple):
    """What a cell's reader has to say of its value, before it is known which cell that is."""

    level: str
    code: str
    wording: str


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one row. `cell` is "" when the list has no such column."""

    cell: str
    field: str
    level: str
    code: str
    wording: str

    @property
    def sentence(self) -> str:
        """What is wrong, where, and how to mend it."""
        return self.naming(self.cell)

    def naming(self, cell: str) -> str:
        """The same sentence for the cell's place in another sheet."""
        return self.wording.replace(CELL, cell)


def error(code: str, wording: str) -> Doubt:
    return Doubt(ERROR, code, wording)


def warning(code: str, wording: str) -> Doubt:
    return Doubt(WARNING, code, wording)
