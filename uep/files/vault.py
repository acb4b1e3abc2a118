"""Where the bytes lie: under random names in the default storage, by day, so that a sweep need not walk all years."""

import os
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO

from django.core.files.base import File
from django.core.files.storage import default_storage

from uep.files.models import thumb_name_of

ROOT = "stored"


def new_name(day: date, extension: str) -> str:
    """Such as stored/2026/11/23/7f/<32 hex digits>.jpg: says nothing of what it is about; folders stay small."""
    token = secrets.token_hex(16)
    return f"{ROOT}/{day:%Y/%m/%d}/{token[:2]}/{token}{extension}"


def keep(name: str, content: BinaryIO) -> None:
    """Write the bytes and flush them to disk, so that a row that is committed afterwards never lacks them."""
    content.seek(0)
    kept_as = default_storage.save(name, File(content))
    if kept_as != name:
        raise FileExistsError(name)
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:  # object storage answers only when it is safe
        return
    for place in (path, *path.parents[: name.count("/")]):  # new folders are entries of their parents
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def keep_thumb(storage_name: str, content: BinaryIO) -> None:
    keep(thumb_name_of(storage_name), content)


def names_of_day(day: date) -> Iterator[list[str]]:
    """The names stored on that day, folder by folder."""
    folder = f"{ROOT}/{day:%Y/%m/%d}"
    for shard in listing(folder)[0]:
        yield [f"{folder}/{shard}/{name}" for name in listing(f"{folder}/{shard}")[1]]


def days(since: date, until: date) -> Iterator[date]:
    while since <= until:
        yield since
        since += timedelta(days=1)


def listing(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
