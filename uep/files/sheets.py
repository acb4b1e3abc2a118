"""Check spreadsheets that are kept unchanged, as evidence of what a village or a bank sent. Pure: bytes in, facts out.

Nothing is read from the cells here; spreadsheet rooms of the apps do that, and may trust these limits.
"""

import struct
import zipfile
import zlib

from django.core.exceptions import ValidationError

from uep.files.intake import MEGABYTE, Prepared, clean_name, examine

MAX_BYTES = 5 * MEGABYTE  # 20,000 rows of ten columns have 1 MB
MAX_INFLATED = 100 * MEGABYTE
MAX_MEMBERS = 500
PIECE = 256 * 1024

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
WANTED = "Simpan sebagai Buku Kerja Excel (.xlsx) atau CSV, lalu unggah lagi."


def prepare_sheet(upload) -> Prepared:
    """An XLSX or CSV as it came in, once it is known to be one and to be no bomb; ValidationError otherwise."""
    sha256, size, head = examine(upload, MAX_BYTES)
    upload.seek(0)
    if head.startswith(b"PK\3\4"):
        check_workbook(upload)
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


def check_workbook(upload) -> None:
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
            left = MAX_INFLATED
            if len(members) > MAX_MEMBERS:
                left = -1
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
    data = upload.read()
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # old bank systems; the app that reads it decides what the letters are
    opening = text.lstrip()[:1]
    strange = any(ord(char) < 32 and char not in "\t\r\n" for char in text)
    if strange or opening in {"<", "{", "%", ""} or not any(separator in text for separator in ",;|\t"):
        raise ValidationError(f"Isi berkas ini bukan buku kerja Excel atau CSV. {WANTED}", code="type")
