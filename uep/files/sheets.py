"""Check spreadsheets that are kept unchanged, as evidence of what a village or a bank sent. Pure: bytes in, facts out.

Nothing is read from the cells here; spreadsheet rooms of the apps do that, and may trust these limits.
"""

import codecs
import struct
import zipfile
import zlib
from typing import NamedTuple

from django.core.exceptions import ValidationError

from uep.files.intake import MEGABYTE, Prepared, clean_name, examine

MAX_BYTES = 5 * MEGABYTE  # 20,000 rows of ten columns have 1 MB
MAX_INFLATED = 100 * MEGABYTE
MAX_MEMBERS = 500
PIECE = 256 * 1024
# What separates an ordinary text from something else: no text has these, in any encoding that is read here.
CONTROLS = bytes(code for code in range(32) if code not in b"\t\r\n")
SEPARATORS = ",;|\t"

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
WANTED = "Simpan sebagai Buku Kerja Excel (.xlsx) atau CSV, lalu unggah lagi."


class Limits(NamedTuple):
    """How large a sheet may be as it comes, and how large after unpacking."""

    received: int
    inflated: int


SHEET = Limits(MAX_BYTES, MAX_INFLATED)
# A register of a million people has some 170 MB as CSV; as a workbook 60 MB, 600 MB unpacked. Read as a stream only.
REGISTER = Limits(300 * MEGABYTE, 900 * MEGABYTE)


def prepare_sheet(upload, limits: Limits = SHEET) -> Prepared:
    """An XLSX or CSV as it came in, once it is known to be one and to be no bomb; ValidationError otherwise.

    Reads in pieces: memory stays flat whatever the size.
    """
    sha256, size, head = examine(upload, limits.received)
    upload.seek(0)
    if head.startswith(b"PK\3\4"):
        check_workbook(upload, limits.inflated)
        content_type, extension = XLSX, ".xlsx"
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(
            f"Buku kerja ini dikunci dengan kata sandi atau berformat Excel lama (.xls). {WANTED}", code="type"
        )
    else:
        check_text(upload)
        content_type, extension = CSV, ".csv"
    upload.seek(0)
    return Prepared(
        content=upload.file,
        content_type=content_type,
        size=size,
        sha256=sha256,
        name=clean_name(upload.name),
        received_sha256=sha256,
        received_size=size,
        received_type=content_type,
        extension=extension,
        unchanged=True,
    )


def check_workbook(upload, limit: int = MAX_INFLATED) -> None:
    """Inflate every member for real: the sizes written in an archive are only what its maker claims."""
    damaged = ValidationError(f"Buku kerja Excel ini rusak atau tidak utuh. {WANTED}", code="damaged")
    try:
        with zipfile.ZipFile(upload) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
                raise ValidationError(f"Berkas ini bukan buku kerja Excel. {WANTED}", code="type")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise ValidationError(f"Buku kerja ini memuat makro. {WANTED}", code="macro")
            left = limit
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > limit:
                left = -1  # by its own word; nothing is unpacked
            for member in members:
                if left >= 0:
                    left -= inflated_size(upload, member, left)
    except (zipfile.BadZipFile, zlib.error, struct.error, ValueError, OSError, NotImplementedError, UnicodeError):
        raise damaged from None
    if left < 0:
        raise ValidationError(
            "Buku kerja ini terlalu besar setelah dibuka. Hapus lembar, gambar, dan baris kosong yang tidak perlu, "
            "lalu unggah lagi.",
            code="bomb",
        )


def inflated_size(upload, member: zipfile.ZipInfo, limit: int) -> int:
    """How many bytes this member really inflates to, counted no further than just past `limit`."""
    upload.seek(member.header_offset)
    header = upload.read(30)
    name_length, extra_length = struct.unpack("<26xHH", header)
    if not header.startswith(b"PK\3\4") or member.flag_bits & 1:
        raise zipfile.BadZipFile("no local header, or encrypted")
    upload.seek(member.header_offset + 30 + name_length + extra_length)
    if member.compress_type == zipfile.ZIP_STORED:
        return member.compress_size
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile("a method that no spreadsheet program uses")
    inflater, size, left = zlib.decompressobj(-zlib.MAX_WBITS), 0, member.compress_size
    while left > 0 and not inflater.eof and size <= limit:
        piece = upload.read(min(PIECE, left))
        if not piece:
            raise zipfile.BadZipFile("cut off")
        left -= len(piece)
        while piece and size <= limit:
            size += len(inflater.decompress(piece, PIECE))
            piece = inflater.unconsumed_tail
    if size <= limit and (not inflater.eof or size != member.file_size):
        raise zipfile.BadZipFile("not the size it claims")
    return size


def check_text(upload) -> None:
    """CSV is text in rows with a separator; everything else that is no XLSX ends here."""
    first, strange, separated = "", False, False
    for text in _decoded(upload):
        strange = strange or any(control in text for control in map(chr, CONTROLS))
        separated = separated or any(separator in text for separator in SEPARATORS)
        first = first or text.lstrip()[:1]
        if strange:
            break
    if strange or first in {"<", "{", "%", ""} or not separated:
        raise ValidationError(f"Isi berkas ini bukan buku kerja Excel atau CSV. {WANTED}", code="type")


def _decoded(upload):
    """The text in pieces. What is no UTF-8 is taken for an old system's single bytes; which, the app decides."""
    upload.seek(0)
    head = upload.read(2)
    upload.seek(0)
    encoding = "utf-16" if head in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else "utf-8-sig"
    decoder = codecs.getincrementaldecoder(encoding)()
    while piece := upload.read(PIECE):
        try:
            yield decoder.decode(piece)
        except UnicodeDecodeError:
            decoder = codecs.getincrementaldecoder("latin-1")()
            yield decoder.decode(piece)
