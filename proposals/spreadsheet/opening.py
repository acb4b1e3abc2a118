"""From the bytes that came in to plain grids of cells, or to a polite refusal."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from proposals.spreadsheet import cage
from proposals.spreadsheet.faults import Unreadable

MAX_BYTES = 5 * 1024 * 1024  # 2,000 rows have 200 kB
SECONDS = 30
CAGE = Path(cage.__file__)
MEND = "Buka di Excel atau LibreOffice, pilih Simpan Sebagai, jenis Buku Kerja Excel (.xlsx), lalu unggah lagi."

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIPPED = b"PK\x03\x04"
LOCKED_MARK = "EncryptedPackage".encode("utf-16-le")

REFUSALS = {
    "empty_file": "Berkas ini kosong (0 bita). Periksa berkasnya, lalu unggah lagi.",
    "csv": f"Berkas ini CSV atau teks, bukan buku kerja Excel. {MEND}",
    "type": f"Berkas ini bukan buku kerja Excel. {MEND}",
    "damaged": f"Buku kerja ini rusak atau tidak utuh. {MEND}",
    "locked": "Buku kerja ini dikunci dengan kata sandi. Simpan tanpa kata sandi (Berkas, Info, Proteksi Buku Kerja), "
    "lalu unggah lagi.",
    "too_big": "Buku kerja ini terlalu besar. Salin hanya daftar calon (judul kolom dan barisnya) ke buku kerja baru, "
    "lalu unggah buku kerja itu.",
    "too_long": f"Ada lembar dengan lebih dari {cage.MAX_ROWS:,} baris. Hapus baris kosong dan isian jauh di bawah "
    "daftar, lalu unggah lagi.".replace(",", ".", 1),
}
ENDINGS = {cage.DAMAGED: "damaged", cage.LOCKED: "locked", cage.TOO_BIG: "too_big", cage.TOO_LONG: "too_long"}


@dataclass(frozen=True)
class Grid:
    """A sheet as it stands: row 1 is rows[0], column A is the first cell. Cells: str, float, bool or date; "" is blank."""

    name: str
    rows: list[list[Any]]


def refuse(code: str) -> Unreadable:
    return Unreadable(REFUSALS[code], code=code)


def content_of(stream) -> bytes:
    """The bytes of a file, upload or bytes object, not read further than the limit."""
    if isinstance(stream, bytes | bytearray | memoryview):
        data = bytes(stream[: MAX_BYTES + 1])
    else:
        stream.seek(0)
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise refuse("too_big")
    return data


def open_book(stream) -> list[Grid]:
    """The visible sheets of an XLSX, XLSB, XLS or ODS; Unreadable for everything else, and for bombs."""
    data = content_of(stream)
    if not data:
        raise refuse("empty_file")
    if data.startswith(OLD_EXCEL) and LOCKED_MARK in data:
        raise refuse("locked")
    if not data.startswith((OLD_EXCEL, ZIPPED)):
        raise refuse("csv" if is_text(data) else "type")
    try:
        # The path is a constant of ours and no shell is involved; -I keeps the caller's environment out.
        done = subprocess.run(
            [sys.executable, "-I", str(CAGE)], input=data, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise refuse("too_big") from None
    if done.returncode:
        raise refuse(ENDINGS.get(done.returncode, "too_big"))  # killed or aborted: out of memory or time
    sheets = json.loads(done.stdout)
    if not sheets:
        raise refuse("damaged")
    return [Grid(sheet["name"], [[cell_of(value) for value in row] for row in sheet["rows"]]) for sheet in sheets]


def cell_of(value):
    return date.fromisoformat(value["d"]) if isinstance(value, dict) else value


def is_text(data: bytes) -> bool:
    """Rows with separators, as a CSV has them."""
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return (
        b"\0" not in head and not head.startswith((b"%PDF", b"<")) and any(mark in head for mark in (b",", b";", b"\t"))
    )
