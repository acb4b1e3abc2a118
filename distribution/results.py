"""The bank's result file: read, and judged row by row against the list that was sent. Pure.

One row a payment: the code that the list gave it, the account, the amount, the result, and date and reference or the
cause of failure. Columns are found by their headers, so the list of our own page sent back with results filled in works.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError

from proposals.spreadsheet.opening import open_book
from uep.registry.fields import mask
from uep.ui.indonesian import rupiah, tanggal

MOST_ROWS = 6_000
HEADER_WITHIN = 30  # rows; letterheads of banks are long
LONGEST_CELL = 300
COLUMNS = {
    "ref": ("kode", "kode pembayaran"),
    "account": ("nomor rekening", "no rekening", "rekening"),
    "amount": ("jumlah", "nominal", "jumlah rp"),
    "result": ("hasil", "status", "keterangan hasil"),
    "date": ("tanggal salur", "tanggal", "tgl salur", "tgl"),
    "reference": ("nomor referensi", "no referensi", "referensi"),
    "cause": ("sebab gagal", "sebab", "alasan"),
}
NEEDED = frozenset({"ref", "amount", "result"})
NOT_FOUND = (
    "Kolom Kode, Jumlah, dan Hasil tidak ditemukan. Unduh daftar pembayaran dari halaman ini, isi kolom hasilnya, lalu "
    "unggah lagi."
)
PAID = {"tersalur", "berhasil", "sukses", "success", "paid", "ok"}
FAILED = {"gagal", "failed", "retur", "ditolak"}
# Words in the cause -> Payment.Failure; the first that fits counts.
CAUSES = (
    ("nama", "name"),
    ("tutup", "closed"),
    ("pasif", "closed"),
    ("dormant", "closed"),
    ("nik", "identity"),
    ("dukcapil", "identity"),
    ("tidak datang", "absent"),
    ("sistem", "bank"),
    ("gangguan", "bank"),
    ("rekening", "number"),
)


class Row(NamedTuple):
    number: int  # as the spreadsheet program shows it
    cells: dict[str, str]


class Line(NamedTuple):
    """A line of the list as it was sent."""

    account: str  # empty at the counter
    amount: int


class Accepted(NamedTuple):
    ref: str
    paid: bool
    paid_on: date | None = None
    reference: str = ""
    failure: str = ""
    note: str = ""


class Refusal(NamedTuple):
    row: int
    why: str


@dataclass
class Verdicts:
    accepted: list[Accepted] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def read(content: bytes) -> list[Row]:
    """Rows of an XLSX or CSV that say something. ValidationError when it is neither, or the needed columns are missing."""
    for grid in _grids(content):
        for index, line in enumerate(grid[:HEADER_WITHIN]):
            columns = _columns(line)
            if columns.keys() >= NEEDED:
                return _rows(grid, index, columns)
    raise ValidationError(NOT_FOUND)


def _rows(grid: list[list], header: int, columns: dict[str, int]) -> list[Row]:
    rows = [
        Row(number, {key: _text(cells[at]) if at < len(cells) else "" for key, at in columns.items()})
        for number, cells in enumerate(grid[header + 1 :], header + 2)
    ]
    rows = [row for row in rows if row.cells["ref"] or row.cells["result"]]
    if len(rows) > MOST_ROWS:
        raise ValidationError(f"Berkas memuat {len(rows)} baris; paling banyak {MOST_ROWS}.")
    return rows


def _grids(content: bytes) -> list[list[list]]:
    """The sheets of a workbook, opened in a process of its own (a bomb ends there), or the one table of a CSV."""
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return [sheet.rows for sheet in open_book(content)]
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("latin-1")  # old bank systems
    separator = max(";,\t|", key=text[:4000].count)
    try:
        return [list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))]
    except csv.Error as error:
        raise ValidationError("CSV ini tidak terbaca. Simpan sebagai Excel (.xlsx), lalu unggah lagi.") from error


def _columns(line) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(line):
        words = re.sub(r"[^a-z]+", " ", _text(cell).lower()).strip()
        for key, names in COLUMNS.items():
            if key not in found and words in names:
                found[key] = at
    return found


def _text(cell) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\u00a0", " ").strip().lstrip("'")[:LONGEST_CELL]


def judge(rows: list[Row], *, lines: dict[str, Line], settled: set[str], sent_on: date, today: date) -> Verdicts:
    """What each row does to the list. `lines` are the lines still waiting, `settled` the codes already done.

    A code that stands in two rows settles nothing: nobody can know which of them the bank meant.
    """
    verdicts = Verdicts()
    counted = Counter(row.cells["ref"].upper() for row in rows if row.cells["result"])
    for row in rows:
        ref = row.cells["ref"].upper()
        if not row.cells["result"]:
            continue  # not settled yet: a later file says
        if counted[ref] > 1:
            verdicts.refused.append(
                Refusal(row.number, f"Kode ini ada di {counted[ref]} baris; sisakan satu yang benar.")
            )
            continue
        outcome = _judge(row, ref, lines, settled, sent_on, today)
        (verdicts.accepted if isinstance(outcome, Accepted) else verdicts.refused).append(
            outcome if isinstance(outcome, Accepted) else Refusal(row.number, outcome)
        )
    return verdicts


def _judge(row: Row, ref: str, lines, settled, sent_on: date, today: date) -> Accepted | str:
    if ref in settled:
        return "Pembayaran ini sudah dicatat sebelumnya."
    line = lines.get(ref)
    if line is None:
        return "Kode tidak ada di daftar pembayaran ini." if ref else "Kode pembayaran kosong."
    written = row.cells["amount"]
    if amount_of(written) != line.amount:
        return f"Jumlah tidak sama: daftar memuat {rupiah(line.amount)}, berkas memuat {_echo(written) or 'kosong'}."
    if not _same_account(row.cells.get("account", ""), line.account):
        return "Nomor rekening tidak sama dengan daftar yang dikirim."
    return _outcome(row, ref, sent_on, today)


def _same_account(written: str, sent: str) -> bool:
    """Left empty, or masked as our own list shows it, it says nothing against the line."""
    if not written or not sent or written == mask(sent):
        return True
    return re.sub(r"\D", "", written).lstrip("0") == re.sub(r"\D", "", sent).lstrip("0")


def _outcome(row: Row, ref: str, sent_on: date, today: date) -> Accepted | str:
    result = row.cells["result"].lower()
    if result in FAILED:
        cause = row.cells.get("cause", "")
        return (
            Accepted(ref, paid=False, failure=_failure(cause), note=re.sub(r"\d{10,}", "••••", cause))
            if cause
            else "Sebab gagal belum diisi."
        )
    if result not in PAID:
        return f"Hasil '{_echo(row.cells['result'])}' tidak dikenal; tulis Tersalur atau Gagal."
    paid_on = day_of(row.cells.get("date", ""))
    if paid_on is None:
        return "Tanggal salur kosong atau tidak terbaca; tulis seperti 23-11-2026."
    if not sent_on <= paid_on <= today:
        return f"Tanggal salur harus antara {tanggal(sent_on)} (daftar dikirim) dan hari ini."
    return Accepted(ref, paid=True, paid_on=paid_on, reference=row.cells.get("reference", "")[:80])


def _echo(text: str) -> str:
    """What the file says, short, and without numbers of people that slipped into the wrong column."""
    return re.sub(r"\d{10,}", "••••", text)[:40]


def _failure(cause: str) -> str:
    words = cause.lower()
    return next((failure for word, failure in CAUSES if word in words), "other")


def amount_of(text: str) -> int | None:
    """Rupiah in "5000000", "5.000.000", "Rp 5.000.000,00"; None when it is no amount."""
    found = re.fullmatch(
        r"(?:Rp\.?)?\s*(\d{1,3}(?:[.\s]\d{3})+|\d{1,15})(?:,(?:00|-))?", text.strip(), re.IGNORECASE | re.ASCII
    )
    return int(re.sub(r"\D", "", found[1])) if found else None


def day_of(text: str) -> date | None:
    """A day in ISO, "23-11-2026", "23/11/2026" or "23.11.2026"; None when it is none."""
    for pattern in ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text.strip(), pattern).date()
        except ValueError:
            continue
    return None
