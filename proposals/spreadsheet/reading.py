"""A workbook to a list of candidates: where it begins, where it ends, and who stands in it twice."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from proposals.spreadsheet import cells
from proposals.spreadsheet.columns import FIELDS, OURS, Column, Header, find_header, meanings
from proposals.spreadsheet.faults import Unreadable, error, warning
from proposals.spreadsheet.opening import Grid, open_book
from proposals.spreadsheet.rows import ProgrammeLimits, Row, RowReader

__all__ = ["MAX_ROWS", "ProgrammeLimits", "Row", "Sheet", "Skipped", "read", "read_grids"]

MAX_ROWS = 2_000  # candidates in one list; the largest village has some hundreds of poor households
TOTAL = re.compile(
    r"(sub\s*|grand\s*)?(jumlah|total)(\s+(jumlah|total|seluruh|keseluruhan|calon|kk|kpm|bantuan|usulan).*)?\s*[:.]*",
    re.IGNORECASE,
)
NUMBERING = re.compile(r"\(?\s*(\d{1,2})\s*\)?")
UNITS = re.compile(r"\(.{1,20}\)|rp\.?|th\.?|tahun|bulan|l/p", re.IGNORECASE)
BLANK, TOTALS, NUMBERED, REPEATED, OTHER = "kosong", "jumlah", "nomor kolom", "judul kolom terulang", "bukan calon"


class Skipped(NamedTuple):
    """A row below the header that is no candidate; blank ones are not told."""

    number: int
    text: str
    why: str


@dataclass
class Sheet:
    """A list as it was read. Row numbers are Excel's; `header_rows` are the first and last row of the header."""

    name: str
    title: list[str]
    header_rows: tuple[int, int]
    columns: dict[str, Column]
    texts: list[str]
    unmatched: list[Column]
    missing: list[str]
    rows: list[Row]
    skipped: list[Skipped]
    other_lists: list[str]

    @property
    def header_row(self) -> int:
        return self.header_rows[1]

    @property
    def good(self) -> list[Row]:
        return [row for row in self.rows if row.ok]

    @property
    def faulty(self) -> list[Row]:
        return [row for row in self.rows if not row.ok]

    @property
    def missing_labels(self) -> list[str]:
        """The required columns that this list does not have, as the office calls them."""
        return [FIELDS[name].label for name in self.missing]


def read(stream, *, year: int, known_districts=None, programme_limits: ProgrammeLimits | None = None) -> Sheet:
    """The list of candidates in a workbook (XLSX, XLSB, XLS, ODS): a file object or bytes.

    `year` is the programme's; `known_districts` are Kemendagri codes without dots, as registry.nik wants them.
    Unreadable, with a sentence for the operator, when there is no such list or it is too large to be one. What is
    wrong within the list never raises: it is in the rows' faults.
    """
    return read_grids(open_book(stream), year=year, known_districts=known_districts, programme_limits=programme_limits)


def read_grids(grids: list[Grid], *, year: int, known_districts=None, programme_limits=None) -> Sheet:
    """The same, from sheets that are open already."""
    lists = [(grid, header) for grid in grids if (header := find_header(grid))]
    if not lists:
        raise Unreadable(
            "Judul kolom tidak ditemukan di lembar mana pun. Pastikan di atas daftar ada satu baris judul, sedikitnya: "
            "Nama, NIK, No. KK, Tanggal Lahir, Jenis Usaha, Kebutuhan Modal.",
            code="no_header",
        )
    # The fullest header; of equal ones the sheet that stands first.
    grid, header = max(lists, key=lambda found: found[1].worth)
    body = list(enumerate(grid.rows[header.bottom + 1 :], header.bottom + 2))
    columns = split_birth(header, body)
    reader = RowReader(
        columns, year=year, known_districts=known_districts, limits=programme_limits or ProgrammeLimits()
    )
    rows, skipped = [], []
    for number, raw in body:
        why = not_a_candidate(raw, reader)
        if why is None:
            rows.append(reader.read(number, raw))
        elif why != BLANK:
            skipped.append(Skipped(number, shown(raw), why))
        if len(rows) > MAX_ROWS:
            raise Unreadable(
                "Daftar ini lebih dari 2.000 calon. Bagi menjadi beberapa berkas, lalu unggah satu per satu.",
                code="too_long",
            )
    if not rows:
        raise Unreadable(
            f"Tidak ada calon di bawah judul kolom (lembar {grid.name}, baris {header.bottom + 1}). Isi daftarnya dahulu, "
            "lalu unggah lagi.",
            code="no_rows",
        )
    find_repeated(rows, reader)
    taken = {column.index for column in columns.values()}
    return Sheet(
        name=grid.name,
        title=[line for row in grid.rows[: header.top] if (line := shown(row))],
        header_rows=(header.top + 1, header.bottom + 1),
        columns={name: columns[name] for name in sorted(set(columns) - OURS, key=lambda name: columns[name].index)},
        texts=header.texts,
        unmatched=[Column(index, text) for index, text in enumerate(header.texts) if text and index not in taken],
        missing=reader.missing(),
        rows=rows,
        skipped=skipped,
        other_lists=[other.name for other, _ in lists if other is not grid],
    )


def shown(raw: list[Any]) -> str:
    """A row on one line."""
    return " ".join(filter(None, map(cells.text, raw)))[:300]


def split_birth(header: Header, body: list[tuple[int, list[Any]]]) -> dict[str, Column]:
    """The header "Tempat, Tanggal Lahir" merged over two columns, the place in the first and the date in the second."""
    columns = dict(header.columns)
    both = columns.get("birth")
    if not both or {"birth_date", "birth_place"} & set(columns):
        return columns
    after = both.index + 1
    if after < len(header.texts) and header.texts[after] not in ("", both.text):
        return columns
    pairs = [(raw[both.index], raw[after]) for _, raw in body if after < len(raw) and cells.words(raw[after])]
    if pairs and all(isinstance(place, str) and not re.search(r"\d", place) for place, _ in pairs):
        del columns["birth"]
        columns["birth_place"], columns["birth_date"] = both, Column(after, both.text)
    return columns


def not_a_candidate(raw: list[Any], reader: RowReader) -> str | None:
    """Why this row below the header is no candidate; None when it is one.

    A candidate has a number that could be a NIK or KK; or a name with a running number or with two more facts. A row
    with a name and little else is a candidate with faults, never silently dropped.
    """
    filled = [value for value in raw if cells.words(value)]
    if not filled:
        return BLANK
    at = {name: raw[column.index] for name, column in reader.columns.items() if column.index < len(raw)}
    if any(like_a_number(at.get(name, "")) for name in ("nik", "kk_number")):
        return None
    return why_no_person(filled) or (None if is_a_person(at) else OTHER)


def why_no_person(filled: list[Any]) -> str | None:
    """A row of a list that tells of the list itself."""
    if any(isinstance(value, str) and TOTAL.fullmatch(cells.text(value)) for value in filled[:3]):
        return TOTALS
    if (len(filled) >= 3 and is_numbering(filled)) or all(UNITS.fullmatch(cells.text(value)) for value in filled):
        return NUMBERED
    headers = [value for value in filled if isinstance(value, str) and meanings(cells.text(value))]
    return REPEATED if len(headers) >= 3 and 2 * len(headers) > len(filled) else None


def is_a_person(at: dict[str, Any]) -> bool:
    """A name with a running number, or with two more facts; a signature has neither."""
    if not re.search(r"[^\W\d_]{2}", cells.words(at.get("name", ""))):
        return False
    if re.fullmatch(r"\d{1,4}\.?", cells.words(at.get("number", ""))):
        return True
    facts = set(at) - OURS - {"name", "number", "note", "nik", "kk_number"}
    return sum(bool(cells.words(at[name])) for name in facts) >= 2


def like_a_number(value) -> bool:
    """Could it have been meant as a NIK or KK? A NIP under a signature has 18 digits."""
    plain = re.sub(r"[\s.\-_/']", "", cells.text(value))
    if re.match(r"nip", plain, re.IGNORECASE):
        return False
    digits = len(re.findall(r"\d", plain))
    return 10 <= digits <= 17 and digits >= len(plain) - 6


def is_numbering(values: list[Any]) -> bool:
    """1 2 3 4 under the header, also in brackets."""
    numbers = [NUMBERING.fullmatch(cells.text(value)) for value in values]
    if not all(numbers):
        return False
    counted = [int(number[1]) for number in numbers]
    return all(0 <= after - before <= 2 for before, after in pairwise(counted)) and counted[0] <= 2


class Repeat(NamedTuple):
    """A number that belongs to one row only, and what to do where two have it."""

    field: str
    code: str
    what: str
    advice: str
    is_error: bool = True


REPEATS = (
    Repeat("nik", "nik", "NIK", "Satu orang cukup satu baris: hapus salah satunya, atau perbaiki NIK yang salah."),
    Repeat(
        "kk_number",
        "kk",
        "Nomor KK",
        "Bantuan ini satu untuk tiap keluarga: pilih satu calon dan hapus baris yang lain, atau perbaiki Nomor KK yang salah.",
    ),
    Repeat(
        "account_number", "account", "Nomor rekening", "Cocokkan dengan buku tabungan masing-masing.", is_error=False
    ),
)


def find_repeated(rows: list[Row], reader: RowReader) -> None:
    """One row for a person, one person for a household, one account for one person; both rows are named.

    The later row has the error and the first a warning, so that the operator chooses with both in sight.
    """
    first: dict[tuple[str, str], Row] = {}
    for row in rows:
        spoilt = {fault.field for fault in row.errors}
        again = [
            (repeat, earlier)
            for repeat in REPEATS
            if (number := row.values[repeat.field]) and repeat.field not in spoilt
            if (earlier := first.setdefault((repeat.field, number), row)) is not row
        ]
        for repeat, earlier in again[:1]:  # who stands there twice shares KK and account with himself
            make = error if repeat.is_error else warning
            said = f"{repeat.what} di {{cell}} sama dengan baris {named(earlier)}. {repeat.advice}"
            reader.blame(row, repeat.field, [make(f"{repeat.code}_twice", said)])
            said = f"{repeat.what} di {{cell}} dipakai lagi di baris {named(row)}. {repeat.advice}"
            reader.blame(earlier, repeat.field, [warning(f"{repeat.code}_again", said)])


def named(row: Row) -> str:
    return f"{row.number} ({row.values['name']})" if row.values["name"] else f"{row.number}"
