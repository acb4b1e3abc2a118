"""A list of earlier recipients: the office's own of 2020 to 2025, the province's, another programme's. Old lists know little."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from uep.registry.nik import check_kk, check_nik, errors, lost_digits
from uep.social.spreadsheet import cells
from uep.social.spreadsheet.columns import SEARCHED_ROWS, folded, is_number
from uep.social.spreadsheet.opening import Line, Unreadable, lines_of

MAX_ROWS = 20_000
FIRST_YEAR = 2000
PHRASES = {
    "name": ("nama", "nama lengkap", "nama penerima", "nama kpm", "penerima", "nama kpm penerima"),
    "nik": ("nik", "no nik", "no ktp", "nik penerima"),
    "kk_number": ("kk", "no kk", "no kartu keluarga", "nkk"),
    "birth_date": ("tgl lahir",),
    "year": ("tahun", "tahun anggaran", "ta", "thn", "tahun bantuan", "tahun terima", "tahun penerimaan"),
    "village_code": ("kode desa", "kode kelurahan", "kode kemendagri"),
    "place": ("desa", "kelurahan", "desa kelurahan", "kelurahan desa", "nama desa", "alamat"),
    "business": ("usaha", "jenis usaha", "nama usaha"),
    "amount": ("nilai", "nominal", "jumlah bantuan", "nilai bantuan", "besar bantuan", "jumlah", "nilai bantuan rp",
               "jumlah bantuan rp", "jumlah rp", "nominal bantuan"),
}  # fmt: skip
# How sentences call them.
LABELS = {
    "name": "Nama", "nik": "NIK", "kk_number": "Nomor KK", "birth_date": "Tanggal lahir", "year": "Tahun",
    "village_code": "Kode desa", "place": "Desa/kelurahan", "business": "Jenis usaha", "amount": "Nilai bantuan",
}  # fmt: skip
MEANINGS = {folded(phrase): name for name, phrases in PHRASES.items() for phrase in phrases}
TOTAL = re.compile(r"(jumlah|total)\b.*", re.IGNORECASE)


@dataclass
class Aid:
    """One household aided once; `row` as the file counts it."""

    row: int
    year: int | None = None
    name: str = ""
    nik: str = ""
    kk_number: str = ""
    birth_date: date | None = None
    village: str | None = None
    place: str = ""
    business: str = ""
    amount: int | None = None
    faults: list[str] = field(default_factory=list)


@dataclass
class PastAids:
    """A list as it was read: its rows in order, with their faults; `header` is the row of titles."""

    header: int
    aids: list[Aid]

    @property
    def good(self) -> list[Aid]:
        return [aid for aid in self.aids if not aid.faults]

    @property
    def faulty(self) -> list[Aid]:
        return [aid for aid in self.aids if aid.faults]


def read_past_aids(file, villages: Mapping[str, str], *, last_year: int) -> PastAids:
    """Every row below the titles. Unreadable when there is no list; what is wrong with a row is in its faults."""
    header, columns = _find_header(file)
    aids: list[Aid] = []
    with lines_of(file, header=header) as lines:
        for line in lines:
            if line.number <= header or _tells_of_the_list(line, columns):
                continue
            aids.append(_aid(line, columns, villages, last_year))
            if len(aids) > MAX_ROWS:
                raise Unreadable(
                    "Daftar ini lebih dari 20.000 baris. Bagi per tahun, lalu unggah satu per satu.", code="too_long"
                )
    if not aids:
        raise Unreadable(
            "Tidak ada penerima di bawah judul kolom. Periksa berkasnya, lalu unggah lagi.", code="no_rows"
        )
    return PastAids(header, aids)


def _find_header(file) -> tuple[int, dict[str, int]]:
    with lines_of(file) as lines:
        first = list(islice(lines, SEARCHED_ROWS))
    best: tuple[int, dict[str, int]] = (0, {})
    for line in first:
        if any(is_number(value) for value in line.cells):
            continue
        columns: dict[str, int] = {}
        for index, value in enumerate(line.cells):
            name = MEANINGS.get(folded(value)) if isinstance(value, str) else None
            if name:
                columns.setdefault(name, index)
        if len(columns) > len(best[1]):
            best = line.number, columns
    if missing := [what for name, what in (("name", "Nama"), ("year", "Tahun")) if name not in best[1]]:
        raise Unreadable(
            f"Judul kolom {' dan '.join(missing)} tidak ditemukan. Daftar harus punya baris judul, sedikitnya Nama dan Tahun; "
            "NIK, No. KK, Desa, Jenis Usaha dan Nilai bila ada.",
            code="no_header",
        )
    return best


def _tells_of_the_list(line: Line, columns: Mapping[str, int]) -> bool:
    """A total, a signature: a row without a year whose first words say so, or with one cell only."""
    filled = [value for value in line.cells if value != ""]
    return len(filled) < 2 or any(isinstance(value, str) and TOTAL.fullmatch(value.strip()) for value in filled[:2])


def _aid(line: Line, columns: Mapping[str, int], villages: Mapping[str, str], last_year: int) -> Aid:
    at = {name: line.cells[columns[name]] if columns.get(name, 10**6) < len(line.cells) else "" for name in PHRASES}
    aid = Aid(line.number)
    for name, value in at.items():
        if value and cells.is_broken(value):
            aid.faults.append(f"{LABELS[name]} berisi rumus atau kesalahan rumus. Ketik isinya langsung.")
            at[name] = ""
    aid.name = cells.text(at["name"])[:120]
    if not aid.name:
        aid.faults.append("Nama kosong.")
    aid.year = _year(at["year"], last_year, aid.faults)
    aid.nik = _number(at["nik"], "NIK", check_nik, aid.faults)
    aid.kk_number = _number(at["kk_number"], "Nomor KK", check_kk, aid.faults)
    try:
        aid.birth_date = cells.day(at["birth_date"])
    except ValueError:
        aid.faults.append(
            f"Tanggal lahir ({cells.text(at['birth_date'])[:20]}) tidak terbaca. Tulis tanggal-bulan-tahun."
        )
    aid.place, aid.business = cells.text(at["place"])[:120], cells.text(at["business"])[:120]
    aid.village = villages.get(cells.text(at["village_code"])) or villages.get(aid.place.casefold())
    aid.amount = _amount(at["amount"], aid.faults)
    return aid


def _year(value: Any, last_year: int, faults: list[str]) -> int | None:
    found = re.fullmatch(r"(?:ta\.?\s*)?(\d{4})", cells.text(value).lower())
    if found and FIRST_YEAR <= int(found[1]) <= last_year:
        return int(found[1])
    faults.append(f"Tahun ({cells.text(value)[:20] or 'kosong'}) harus empat angka, {FIRST_YEAR} sampai {last_year}.")
    return None


def _number(value: Any, what: str, check, faults: list[str]) -> str:
    if lost_digits(value, what=what):
        faults.append(
            f"{what} tersimpan sebagai angka sehingga angka terakhirnya hilang. Ubah kolomnya menjadi Teks, isi ulang."
        )
        return ""
    digits = re.sub(r"[\s.\-_/'`]", "", cells.text(value))
    if digits and (found := errors(check(digits))):
        faults.append(found[0].sentence)
        return ""
    return digits


def _amount(value: Any, faults: list[str]) -> int | None:
    if isinstance(value, float) and value >= 0:
        return round(value)
    plain = re.sub(r"^rp\.?\s*|,(?:00|-)$|\s", "", cells.text(value).lower())
    if not plain or plain == "-":
        return None
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+|\d{1,13}", plain):
        return int(re.sub(r"\D", "", plain))
    faults.append(
        f"Nilai bantuan ({cells.text(value)[:20]}) tidak terbaca. Tulis dalam Rupiah dengan angka, misalnya 5.000.000."
    )
    return None
