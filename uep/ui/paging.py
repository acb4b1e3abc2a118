"""Keyset paging: a page costs the same on the first and on the ten-thousandth screen, and nothing is counted.

    page = page_of(request, rows, order=("-created_at", "-pk"))
    page = page_of(request, rows, sorts={"terbaru": Sort("Terbaru", ("-created_at", "-pk")), ...})

A page is iterable. The key of its edge travels in the query string, encrypted: it may hold a name, and an address is
kept in histories and logs. An address that was tampered with shows the first page.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, FieldError, ValidationError
from django.db.models import F, Q, QuerySet

AFTER, BEFORE, SORT = "sesudah", "sebelum", "urut"  # names in the query string
SIZE = 25


@dataclass(frozen=True)
class Sort:
    """One way to order a list: what people read, and the columns, the last of them unique ("pk", "-pk", ...)."""

    label: str
    order: tuple[str, ...]


@dataclass(frozen=True)
class SortChoice:
    name: str
    label: str
    url: str
    chosen: bool


@dataclass
class Page:
    """Some rows of a list, with the addresses ("?...") of the pages beside it; empty where there is none."""

    rows: list[Any]
    next_url: str = ""
    previous_url: str = ""
    first_url: str = ""
    sorts: list[SortChoice] = field(default_factory=list)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __getitem__(self, index):
        return self.rows[index]


def page_of(
    request, rows: QuerySet, *, order: Sequence[str] = (), sorts: Mapping[str, Sort] | None = None, size: int = SIZE
) -> Page:
    """The page of `rows` that the request asks for. One query; ValueError when the order is not unique.

    Give either `order`, or `sorts` to let people choose (the first is the default). Columns may be paths
    ("village__name") or annotations. Empty values stand where PostgreSQL puts them: last upwards, first downwards.
    """
    sorts = sorts or {"": Sort("", tuple(order))}
    chosen = request.GET.get(SORT, "")
    chosen = chosen if chosen in sorts else next(iter(sorts))
    keys = _Keys(rows, sorts[chosen].order)
    after, before = keys.read(request.GET.get(AFTER)), keys.read(request.GET.get(BEFORE))
    if before:
        found = keys.rows(before, backwards=True, limit=size + 1)
        if len(found) <= size:  # rows have gone: fill the first page instead of showing half of it
            before = after = None
    if not before:
        found = keys.rows(after, backwards=False, limit=size + 1)
    more, found = len(found) > size, found[:size]
    if before:
        found.reverse()
    has_next, has_previous = (True, more) if before else (more, after is not None)
    return Page(
        rows=found,
        next_url=_url(request, {AFTER: keys.write(found[-1])}) if found and has_next else "",
        previous_url=_url(request, {BEFORE: keys.write(found[0])}) if found and has_previous else "",
        first_url=_url(request, {}) if after or before else "",
        sorts=[
            SortChoice(name, sort.label, _url(request, {SORT: name}), name == chosen)
            for name, sort in sorts.items()
            if name
        ],
    )


class _Keys:
    """The columns of one order: how rows stand before and after a key, and how a key is written into an address."""

    def __init__(self, rows: QuerySet, order: Sequence[str]):
        if not order or not _is_unique(rows, order[-1].lstrip("-")):
            raise ValueError(f"the last column of an order must be unique: {order}")
        self.names = [name.lstrip("-") for name in order]
        self.downwards = [name.startswith("-") for name in order]
        self.purpose = json.dumps(list(order))
        # What is no attribute of the row itself is read along with it.
        self.aliases = {name: f"key_of_{name}" for name in self.names if "__" in name}
        self.queryset = rows.annotate(**{alias: F(name) for name, alias in self.aliases.items()})

    def rows(self, key: list | None, *, backwards: bool, limit: int) -> list:
        downwards = [down != backwards for down in self.downwards]
        columns = [F(name).desc() if down else F(name).asc() for name, down in zip(self.names, downwards, strict=True)]
        queryset = self.queryset.order_by(*columns)
        if key is None:
            return list(queryset[:limit])
        try:
            return list(queryset.filter(self._beyond(key, downwards))[:limit])
        except (ValueError, TypeError, ValidationError, FieldError):
            return list(queryset[:limit])  # a key of an older shape of this list

    def _beyond(self, key: list, downwards: list[bool]) -> Q:
        """Rows that stand behind the key: greater in the first column, or equal there and greater in the next, ..."""
        beyond, equal = Q(pk__in=[]), Q()
        for name, value, down in zip(self.names, key, downwards, strict=True):
            if value is not None:
                further = Q(**{f"{name}__lt": value}) if down else Q(**{f"{name}__gt": value}) | self._empty(name)
            else:
                further = Q(**{f"{name}__isnull": False}) if down else Q(pk__in=[])
            beyond |= equal & further
            equal &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
        first, value = self.names[0], key[0]
        if value is not None and (downwards[0] or not self._empty(first)):
            # Says nothing new, but lets PostgreSQL begin in the index at the key.
            beyond &= Q(**{f"{first}__{'lte' if downwards[0] else 'gte'}": value})
        return beyond

    def _empty(self, name: str) -> Q:
        """Empty values count as the greatest; a column that cannot be empty needs no such branch."""
        try:
            can_be_empty = name != "pk" and self.queryset.model._meta.get_field(name).null  # noqa: SLF001
        except FieldDoesNotExist:
            can_be_empty = True
        return Q(**{f"{name}__isnull": True}) if can_be_empty else Q()

    def write(self, row) -> str:
        values = [_value(row, self.aliases.get(name, name)) for name in self.names]
        text = json.dumps([self.purpose, values], default=_text, separators=(",", ":"))
        return _cipher(settings.SECRET_KEY).encrypt(text.encode()).decode().rstrip("=")

    def read(self, given: str | None) -> list | None:
        if not given:
            return None
        try:
            text = _cipher(settings.SECRET_KEY).decrypt(given + "=" * (-len(given) % 4))
        except (InvalidToken, ValueError):
            return None
        purpose, values = json.loads(text)
        return values if purpose == self.purpose else None


def _is_unique(rows: QuerySet, name: str) -> bool:
    if name == "pk":
        return True
    try:
        return bool(getattr(rows.model._meta.get_field(name), "unique", False))  # noqa: SLF001
    except FieldDoesNotExist:
        return False


def _value(row, name: str):
    return row[name] if isinstance(row, dict) else getattr(row, name)


def _text(value) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@lru_cache(maxsize=2)
def _cipher(secret: str) -> Fernet:
    key = hashlib.blake2b(secret.encode(), digest_size=32, person=b"uep.ui.paging").digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _url(request, changed: dict[str, str]) -> str:
    """The address asked for, with the place in the list replaced; filters stay."""
    query = request.GET.copy()
    for name in (AFTER, BEFORE):
        query.pop(name, None)
    for name, value in changed.items():
        query[name] = value
    return f"?{query.urlencode()}" if query else "?"
