"""The bank's result file: read, and judged row by row against the list that was sent. Pure.

One row a payment: the code that the list gave it, the account, the amount, the result, and date and reference or the
cause of failure. Columns are found by their headers, so the office's own list sent back with results filled in works.
"""

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from python_calamine import CalamineError, CalamineWorkbook

MOST_ROWS = 6_000
COLUMNS = {
    "ref": ("kode", "kode pembayaran"),
    "account": ("nomor rekening", "no rekening", "rekening"),
    "amount": ("jumlah", "nominal", "jumlah rp"),
    "result": ("hasil", "status", "keterangan hasil"),
    "date": ("tanggal salur", "tanggal", "tgl salur", "tgl"),
    "reference": ("nomor referensi", "no referensi", "referensi"),
    "cause": ("sebab gagal", "sebab", "alasan"),
}
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
    ("rekening", "number"),
    ("sistem", "bank"),
    ("gangguan", "bank"),
)


class Row(NamedTuple):
    number: int  # as the spreadsheet program shows it
    cells: dict[str, str]


class Line(NamedTuple):
    """A line of the list as it was sent."""

    account: str
    amount: int
    name: str


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


def read(content: bytes, *, name: str) -> list[Row]:
    """Rows of an XLSX or CSV. ValidationError when it is neither, or the needed columns are not found."""
    grid = _grid(content, name)
    for index, line in enumerate(grid[:30]):
        columns = _columns(line)
        if {"ref", "amount", "result"} <= columns.keys():
            rows = [
                Row(number, {key: _text(cells[at]) if at < len(cells) else "" for key, at in columns.items()})
                for number, cells in enumerate(grid[index + 1 :], index + 2)
            ]
            rows = [row for row in rows if row.cells["ref"] or row.cells["result"]]
            if len(rows) > MOST_ROWS:
                raise ValidationError(f"Berkas memuat {len(rows)} baris; paling banyak {MOST_ROWS}.")
            return rows
    raise ValidationError("Kolom Kode, Jumlah, dan Hasil tidak ditemukan. Gunakan daftar pembayaran dari halaman ini dan isi kolom hasilnya.")


def _grid(content: bytes, name: str) -> list[list]:
    if content[:2] == b"PK":
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        except CalamineError as error:
            raise ValidationError("Berkas Excel ini tidak dapat dibuka. Simpan ulang sebagai .xlsx, lalu unggah lagi.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError("Berkas ini bukan Excel (.xlsx) atau CSV.") from error
    dialect = ";" if text.split("\n", 1)[0].count(";") >= text.split("\n", 1)[0].count(",") else ","
    return list(csv.reader(io.StringIO(text), delimiter=dialect))


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
    return str(cell).replace("\u00a0", " ").strip().lstrip("'")


def judge(rows: list[Row], *, lines: dict[str, Line], settled: set[str], sent_on: date, today: date) -> Verdicts:
    """What each row does to the list. `lines` are the lines still waiting, `settled` the codes already done."""
    verdicts, seen = Verdicts(), set()
    for row in rows:
        why, accepted = _judge(row, lines, settled, seen, sent_on, today)
        seen.add(row.cells["ref"].upper())
        if why:
            verdicts.refused.append(Refusal(row.number, why))
        elif accepted:
            verdicts.accepted.append(accepted)
    return verdicts


def _judge(row, lines, settled, seen, sent_on, today) -> tuple[str, Accepted | None]:
    ref, result = row.cells["ref"].upper(), row.cells["result"].lower()
    if not result:
        return "", None  # not settled yet: a later file says
    if ref in seen:
        return "Kode ini sudah ada di baris sebelumnya.", None
    if ref in settled:
        return "Pembayaran ini sudah dicatat sebelumnya.", None
    line = lines.get(ref)
    if line is None:
        return "Kode tidak ada di daftar pembayaran ini.", None
    amount = amount_of(row.cells["amount"])
    if amount != line.amount:
        return f"Jumlah tidak sama: daftar memuat {line.amount}, berkas memuat {row.cells['amount'] or 'kosong'}.", None
    account = re.sub(r"\D", "", row.cells.get("account", ""))
    if account and account.lstrip("0") != str(line.account).lstrip("0"):
        return "Nomor rekening tidak sama dengan daftar yang dikirim.", None
    if result in FAILED:
        cause = row.cells.get("cause", "")
        if not cause:
            return "Sebab gagal belum diisi.", None
        return "", Accepted(ref, paid=False, failure=_failure(cause), note=cause[:300])
    if result not in PAID:
        return f"Hasil '{row.cells['result'][:40]}' tidak dikenal; tulis Tersalur atau Gagal.", None
    paid_on = day_of(row.cells.get("date", ""))
    if paid_on is None:
        return "Tanggal salur kosong atau tidak terbaca; tulis seperti 23-11-2026.", None
    if not sent_on <= paid_on <= today:
        return "Tanggal salur di luar masa penyaluran daftar ini.", None
    return "", Accepted(ref, paid=True, paid_on=paid_on, reference=row.cells.get("reference", "")[:80])


def _failure(cause: str) -> str:
    words = cause.lower()
    return next((failure for word, failure in CAUSES if word in words), "other")


def amount_of(text: str) -> int | None:
    """Rupiah in "5000000", "5.000.000", "Rp 5.000.000,00"; None when it is no amount."""
    plain = re.sub(r"(?i)^rp\.?|,(00|-)?$|\s|\.(?=\d{3})", "", text.strip())
    plain = re.sub(r"(?i)^rp\.?", "", plain)
    return int(plain) if plain.isdigit() else None


def day_of(text: str) -> date | None:
    """A day in ISO, "23-11-2026" or "23/11/2026"; None when it is none."""
    for pattern in ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text.strip(), pattern).date()
        except ValueError:
            continue
    return None
