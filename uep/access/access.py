"""One question, one answer: may this person do this act to this thing, and if not, why not?

A rule is a generator of (holds, sentence) pairs. The first pair that does not hold is the answer, and the same
sentence serves the disabled button, the 403 page and the test. Beside its rule stand the act's words for people.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied

from uep.access.roles import GRANTS

Rule = Callable[[Any, Any], Iterator[tuple[bool, str]]]

NOT_YOURS = "Peran Anda tidak mencakup tindakan ini."


@dataclass(frozen=True)
class Act:
    """An act as a person meets it: `label` on the button, `ask` above the confirmation, `done` afterwards."""

    name: str
    rule: Rule
    label: str
    ask: str
    done: str
    tone: str  # primary, quiet or danger: how the button looks


RULES: dict[str, Act] = {}


class Refused(PermissionDenied):
    """An act that this person may not do now; str() is a sentence for that person."""


def rule(act: str, *, label: str = "", ask: str = "", done: str = "", tone: str = "quiet") -> Callable[[Rule], Rule]:
    """Register a generator as the rule of `act`. Acts that write give `label` and `done`."""

    def register(function: Rule) -> Rule:
        if act in RULES:
            raise ValueError(f"two rules for {act}")
        RULES[act] = Act(act, function, label, ask, done, tone)
        return function

    return register


def granted(user, act: str) -> bool:
    """Is the act part of a role that the user holds today, acting appointments included? (is a button shown?)"""
    return user.is_authenticated and any(act in GRANTS[role] for role in user.roles_today)


def why_not(user, act: str, subject) -> str | None:
    """None when allowed, else the sentence that says why not (decides whether the button is enabled)."""
    if not granted(user, act):
        return NOT_YOURS
    return next((sentence for holds, sentence in RULES[act].rule(user, subject) if not holds), None)


def require(user, act: str, subject) -> None:
    """Raise Refused with the sentence unless the act is allowed. Actions call it under their row lock."""
    if sentence := why_not(user, act, subject):
        raise Refused(sentence)
