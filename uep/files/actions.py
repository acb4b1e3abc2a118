"""Take files in. Bytes are stored and flushed to disk first, the row comes after: a crash leaves at worst a file without
a row, which tasks.sweep_orphans removes, never a row without its bytes."""

from uep.files.models import StoredFile


def take_in(upload, *, by, accept=frozenset({"image", "pdf"}), keep_position=False, position=None) -> StoredFile:
    """Check, clean and store what a person uploads (an UploadedFile, or what UploadField.clean returned)."""
    raise NotImplementedError


def take_in_sheet(upload, *, by) -> StoredFile:
    """Store a village's XLSX or a bank's CSV/XLSX unchanged, as evidence of what was sent."""
    raise NotImplementedError


def take_in_bytes(data: bytes, *, name: str, content_type: str, by=None) -> StoredFile:
    """Store bytes that the system made, unchanged."""
    raise NotImplementedError
