"""Typed readers of the environment. A missing or malformed value is refused with the name and what to write."""

import os
from pathlib import Path


class Missing(Exception):
    """A setting that this mode cannot do without; str() says which and how to give it."""


def text(name: str, default: str = "") -> str:
    """The value of `name`, or of the file that `name`_FILE points to (as container secrets come)."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise Missing(f"{name}_FILE: {path} cannot be read ({error.strerror}).") from error
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool = False) -> bool:
    """1, true, yes or 0, false, no; empty is the default. Anything else is refused: a slip must not switch on."""
    value = text(name).lower()
    if value in {"", "1", "0", "true", "false", "yes", "no"}:
        return default if value == "" else value in {"1", "true", "yes"}
    raise Missing(f"{name} is '{value}'; write 1 or 0.")


def number(name: str, default: int) -> int:
    """A whole number, not negative."""
    value = text(name) or str(default)
    if not (value.isascii() and value.isdigit()):
        raise Missing(f"{name} is '{value}'; write a whole number.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, empty items dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def pairs(name: str, *, allowed: tuple[str, ...] = ()) -> dict[str, str]:
    """A comma-separated list of key:value; refused where the colon is missing or the value is none of `allowed`."""
    found = {}
    for word in words(name):
        key, colon, value = (part.strip() for part in word.partition(":"))
        if not (key and colon and value) or (allowed and value not in allowed):
            known = f" with one of {', '.join(allowed)}" if allowed else ""
            raise Missing(f"{name} has '{word}'; write role:value{known}.")
        found[key] = value
    return found


def secret(name: str, *, hint: str) -> str:
    """A value with no default; Missing says how to make one."""
    if value := text(name):
        return value
    raise Missing(f"{name} is not set. {hint}")
