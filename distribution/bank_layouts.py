"""A list in the form that a bank wants: columns, order, headings and widths as data. Pure.

CSV and fixed width are ASCII with CRLF, as old bank systems want it; a value that a column cannot hold is refused with
its row, never cut: a name cut by one letter is a transfer that fails.
"""

import csv
import io
import secrets
from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple

import pyzipper
import xlsxwriter
from django.core.exceptions import ValidationError
from msoffcrypto.format.ooxml import OOXMLFile

XLSX, CSV, FIXED = "xlsx", "csv", "fixed"
WIDEST = 120
PASSWORD_DIGITS = 16  # some 53 bits, behind a slow key derivation; digits can be read over the telephone

# field -> (what it is, as people read it; is it a number of Rupiah or of rows?)
FIELDS: dict[str, tuple[str, bool]] = {
    "position": ("Nomor urut", True),
    "ref": ("Kode pembayaran", False),
    "name": ("Nama penerima", False),
    "account": ("Nomor rekening", False),
    "holder": ("Nama pemilik rekening", False),
    "amount": ("Jumlah (Rp)", True),
    "village": ("Desa/kelurahan", False),
    "district": ("Kecamatan", False),
    "note": ("Berita transfer", False),
    "nik": ("NIK", False),
    "kk": ("Nomor KK", False),
    "birth_place": ("Tempat lahir", False),
    "birth_date": ("Tanggal lahir", False),
    "address": ("Alamat", False),
    "phone": ("Nomor HP", False),
}
# What each kind of list cannot do without.
NEEDED = {"payment": ("account", "amount"), "opening": ("name", "nik")}


class Column(NamedTuple):
    field: str
    heading: str
    width: int


class Layout(NamedTuple):
    """What write() needs to know; made from a BankLayout's row or from what somebody is just typing."""

    kind: str
    columns: tuple[Column, ...]
    has_heading: bool = True
    has_control: bool = False
    separator: str = ";"


class Control(NamedTuple):
    """Count and sum as the control line says them."""

    count: int
    total: int


def layout_of(row) -> Layout:
    """The layout of a BankLayout."""
    columns = tuple(Column(*column) for column in row.columns)
    return Layout(row.kind, columns, row.has_heading, row.has_control, row.separator)


def parse_columns(text: str, purpose: str, kind: str) -> list[Column]:
    """Columns as typed, one a line: `field | heading | width`. ValidationError names every line that is wrong."""
    columns, faults = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split("|")]
        field = parts[0]
        width = parts[2] if len(parts) > 2 else ""
        if field not in FIELDS:
            faults.append(f"Baris {number}: kolom '{field[:30]}' tidak dikenal. Yang dikenal: {', '.join(FIELDS)}.")
        elif len(parts) > 3 or (width and not (width.isascii() and width.isdigit() and 1 <= int(width) <= WIDEST)):
            faults.append(f"Baris {number}: tulis kolom | judul | lebar, dengan lebar 1 sampai {WIDEST}.")
        elif kind == FIXED and not width:
            faults.append(f"Baris {number}: teks lebar tetap memerlukan lebar.")
        elif field in {column.field for column in columns}:
            faults.append(f"Baris {number}: kolom '{field}' sudah ada di atas.")
        else:
            heading = parts[1] if len(parts) > 1 and parts[1] else FIELDS[field][0]
            columns.append(Column(field, heading, int(width or 0)))
    missing = [field for field in NEEDED[purpose] if field not in {column.field for column in columns}]
    if not faults and missing:
        faults.append(f"Kolom yang wajib belum ada: {', '.join(missing)}.")
    if faults:
        raise ValidationError(faults)
    return columns


def write(layout: Layout, rows: Sequence[dict]) -> bytes:
    """The list as bytes. ValidationError with the row when a value does not fit its column, or is no ASCII in a text."""
    control = Control(len(rows), sum(row["amount"] or 0 for row in rows))
    if layout.kind == XLSX:
        return _workbook(layout, rows, control)
    faults, lines = [], []
    for number, row in enumerate(rows, 1):
        cells = [_text(row[column.field]) for column in layout.columns]
        for column, cell in zip(layout.columns, cells, strict=True):
            if not cell.isascii():
                faults.append(f"Baris {number}, {column.heading}: '{cell}' memuat huruf di luar ASCII.")
            if layout.kind == FIXED and len(cell) > column.width:
                faults.append(f"Baris {number}, {column.heading}: '{cell}' lebih panjang dari {column.width} huruf.")
        lines.append(cells)
    if faults:
        raise ValidationError(faults[:20])
    text = io.StringIO(newline="")
    if layout.kind == CSV:
        out = csv.writer(text, delimiter=layout.separator, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
        if layout.has_heading:
            out.writerow([column.heading for column in layout.columns])
        out.writerows(lines)
        if layout.has_control:
            out.writerow(["TOTAL", control.count, control.total])
        return text.getvalue().encode("ascii", "replace")
    if layout.has_heading:
        text.write("".join(column.heading[: column.width].ljust(column.width) for column in layout.columns) + "\r\n")
    for cells in lines:
        text.write("".join(_padded(column, cell) for column, cell in zip(layout.columns, cells, strict=True)) + "\r\n")
    if layout.has_control:
        text.write(f"T{control.count:08d}{control.total:018d}\r\n")
    return text.getvalue().encode("ascii", "replace")


def _text(value) -> str:
    return "" if value is None else " ".join(str(value).split())


def _padded(column: Column, cell: str) -> str:
    is_number = FIELDS[column.field][1]
    return cell.rjust(column.width, "0") if is_number else cell.ljust(column.width)


def _workbook(layout: Layout, rows, control: Control) -> bytes:
    target = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet("Daftar")
        text = book.add_format({"num_format": "@"})
        for at, column in enumerate(layout.columns):
            page.set_column(at, at, column.width or 20)
        line = 0
        if layout.has_heading:
            for at, column in enumerate(layout.columns):
                page.write_string(0, at, column.heading)
            line = 1
        for number, row in enumerate(rows, line):
            for at, column in enumerate(layout.columns):
                value = row[column.field]
                if FIELDS[column.field][1] and value is not None:
                    page.write_number(number, at, value)
                else:
                    page.write_string(number, at, _text(value), text)
        if layout.has_control:
            for at, value in enumerate(("TOTAL", control.count, control.total)):
                page.write(line + len(rows), at, value)
    return target.getvalue()


# Passwords ---------------------------------------------------------------------------------------------------------------


def new_password() -> str:
    """Sixteen random digits."""
    return "".join(secrets.choice("0123456789") for _ in range(PASSWORD_DIGITS))


def protect(content: bytes, kind: str, name: str, password: str) -> tuple[bytes, str]:
    """The file behind a password, and the ending of its name: Excel's own encryption (AES), a ZIP with AES-256 else."""
    target = BytesIO()
    if kind == XLSX:
        OOXMLFile(BytesIO(content)).encrypt(password, target)
        return target.getvalue(), "xlsx"
    with pyzipper.AESZipFile(target, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        archive.writestr(name, content)
    return target.getvalue(), "zip"
