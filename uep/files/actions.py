"""Take files in: bytes are stored and flushed to disk first, the row comes after.

A crash leaves at worst a file without a row, which tasks.sweep_orphans removes, never a row without its bytes.
"""

import hashlib
import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from uep.files import vault
from uep.files.intake import Prepared, clean_name, prepare
from uep.files.models import EXTENSIONS, PhotoPrint, PositionSource, StoredFile, thumb_name_of
from uep.files.photo_facts import Position
from uep.files.prints import print_of
from uep.files.sheets import prepare_sheet

logger = logging.getLogger(__name__)

# Longer than any request or job that has stored its bytes and not yet committed its row.
ORPHAN_AGE = timedelta(days=1)


def take_in(
    upload,
    *,
    by,
    accept: frozenset[str] = frozenset({"image", "pdf"}),
    keep_position: bool = False,
    position: Position | None = None,
    taken_at: datetime | None = None,
) -> StoredFile:
    """Check, clean and store what a person uploads; the same bytes twice are two rows with equal `received_sha256`.

    `upload` is an UploadedFile, or what an UploadField's clean() returned: then the work is done already and only storing
    is left, which is why a form is the better place for it than an action that holds a row lock.
    `keep_position`: record where and when a photo was taken, from the photo itself, else from `position` (what the device
    said at upload) and `taken_at`. Without it both are forgotten. Raises ValidationError with a sentence for the uploader.
    """
    prepared = upload if isinstance(upload, Prepared) else prepare(upload, accept=accept)
    taken = taken_facts(prepared, position, taken_at) if keep_position else {}
    return store(prepared, by=by, **taken)


def take_in_sheet(upload, *, by) -> StoredFile:
    """Store a village's or a bank's XLSX or CSV unchanged, as evidence of what was sent.

    Raises ValidationError when it is neither, locked, damaged, or larger than it pretends.
    """
    return store(upload if isinstance(upload, Prepared) else prepare_sheet(upload), by=by)


def take_in_bytes(data: bytes, *, name: str, content_type: str, by=None) -> StoredFile:
    """Store bytes that the system made, unchanged (never those of a stranger: nothing is checked)."""
    if content_type not in EXTENSIONS:
        raise ValueError(f"no extension known for {content_type}")
    sha256 = hashlib.sha256(data).hexdigest()
    made = Prepared(
        content=BytesIO(data),
        content_type=content_type,
        size=len(data),
        sha256=sha256,
        name=clean_name(name),
        received_sha256=sha256,
        received_size=len(data),
        received_type=content_type,
        extension=EXTENSIONS[content_type],
        unchanged=True,
    )
    return store(made, by=by)


def taken_facts(prepared: Prepared, device: Position | None, taken_at: datetime | None = None) -> dict:
    """The columns for place and time; a photo's own word goes before the device's, which may be uploading later."""
    facts, source = prepared.facts, PositionSource.PHOTO
    position = facts.position if facts else None
    if position is None and device is not None:
        position, source = device, PositionSource.DEVICE
    columns = {"taken_at": (facts and facts.taken_at) or taken_at}
    if position is None:
        return columns
    return columns | {
        "latitude": position.latitude,
        "longitude": position.longitude,
        "accuracy": position.accuracy,
        "position_from": source,
    }


def store(prepared: Prepared, *, by, **taken) -> StoredFile:
    """Bytes, thumbnail, then the row, of a photo with its print; closes `prepared`."""
    now = timezone.now()
    name = vault.new_name(timezone.localdate(now), prepared.extension)
    try:
        vault.keep(name, prepared.content)
        if prepared.thumb:
            vault.keep_thumb(name, BytesIO(prepared.thumb))
    finally:
        prepared.close()
    with transaction.atomic():
        stored = StoredFile.objects.create(
            storage_name=name,
            content_type=prepared.content_type,
            size=prepared.size,
            sha256=prepared.sha256,
            pages=prepared.pages,
            width=prepared.width,
            height=prepared.height,
            has_thumb=prepared.thumb is not None,
            unchanged=prepared.unchanged,
            original_name=prepared.name,
            received_sha256=prepared.received_sha256,
            received_size=prepared.received_size,
            received_type=prepared.received_type,
            uploaded_by=by,
            uploaded_at=now,
            **taken,
        )
        if prepared.thumb:
            PhotoPrint.of(stored.pk, print_of(prepared.thumb)).save(force_insert=True)
    return stored


def print_photos(*, batch: int = 500) -> int:
    """Give every stored photo that has none its print: those from before there were prints. How many were looked at.

    A batch is kept before the next one begins, so that it goes on where it was broken off.
    """
    done = 0
    without = StoredFile.objects.filter(has_thumb=True, print=None).order_by("pk")
    while rows := list(without[:batch]):
        prints = [PhotoPrint.of(stored.pk, _print_of_stored(stored)) for stored in rows]
        PhotoPrint.objects.bulk_create(prints, ignore_conflicts=True)  # another worker may be at it
        done += len(rows)
    return done


def _print_of_stored(stored: StoredFile) -> int | None:
    try:
        with default_storage.open(stored.thumb_name, "rb") as file:
            return print_of(file.read())
    except OSError:  # lost with its disk: there is nothing to compare
        logger.exception("No thumbnail of stored file %s", stored.pk)
        return None


def sweep_orphans(*, since: date, now: datetime | None = None) -> int:
    """Remove files stored on or after the day `since`, older than ORPHAN_AGE and without a row; how many were removed."""
    now = now or timezone.now()
    removed = 0
    for day in vault.days(since, timezone.localdate(now - ORPHAN_AGE)):
        for names in vault.names_of_day(day):
            for name in orphans(names):
                if default_storage.get_modified_time(name) < now - ORPHAN_AGE:
                    default_storage.delete(name)
                    removed += 1
    if removed:
        logger.warning("%s stored files had no row and were removed", removed)
    return removed


def orphans(names: list[str]) -> Iterator[str]:
    """Those of `names` that belong to no row, neither as file nor as its thumbnail."""
    mains = [name for name in names if not name.endswith(".thumb.jpg")]
    rows = set(StoredFile.objects.filter(storage_name__in=mains).values_list("storage_name", flat=True))
    known = rows | {thumb_name_of(name) for name in rows}
    return (name for name in names if name not in known)
