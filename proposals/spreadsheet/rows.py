"""One line of the list to one candidate: clean values, and every fault with its cell."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from proposals.spreadsheet import cells, dates
from proposals.spreadsheet.columns import FIELDS, REQUIRED, Column
from proposals.spreadsheet.faults import CELL, ERROR, WARNING, Doubt, Fault, error, warning
from uep.registry.nik import Finding, check_kk, check_nik, lost_digits
from uep.ui.indonesian import rupiah, tanggal

LONGEST = {
    "name": 120, "birth_place": 80, "address": 200, "hamlet": 80, "business": 120, "business_address": 200,
    "occupation": 80, "account_name": 120, "social_id": 40, "note": 500,
}  # fmt: skip
MISSING = {
    "name": "Nama di {cell} belum diisi. Tulis nama lengkap sesuai KTP.",
    "nik": "NIK di {cell} belum diisi. Ubah sel menjadi Teks, lalu ketik 16 angka dari KTP.",
    "kk_number": "Nomor KK di {cell} belum diisi. Ubah sel menjadi Teks, lalu ketik 16 angka dari Kartu Keluarga.",
    "birth_date": "Tanggal lahir di {cell} belum diisi. Tulis tanggal-bulan-tahun dari KTP, misalnya 04-03-1985.",
    "business": "Jenis usaha di {cell} belum diisi. Tulis usaha yang dijalankan calon, misalnya Warung sembako.",
    "amount_requested": "Kebutuhan modal di {cell} belum diisi. Tulis jumlah yang diminta dalam Rupiah, misalnya 2.000.000.",
}
OWNER = {"nik": "NIK", "kk_number": "Nomor KK"}
PAPER = {"nik": "KTP", "kk_number": "Kartu Keluarga"}
BORROWED = re.compile(
    r"\b(milik|punya|tetangga|anak|saudara|keluarga|kakak|adik|menantu|keponakan|pinjam)\b", re.IGNORECASE
)
SOURCES = (("dtsen", "DTSEN"), ("dtks", "DTKS"), ("p3ke", "P3KE"))


@dataclass(frozen=True)
class ProgrammeLimits:
    """What a programme's own rules say of a row. `age_on` None is 30 June of the year; `max_amount` None is no limit."""

    max_amount: int | None = None
    min_age: int = 18
    max_age: int = 59
    age_on: date | None = None


@dataclass
class Row:
    """A candidate. `number` is the row in Excel, `cells` what stood there, `values` what it means (None or "": nothing)."""

    number: int
    cells: list[Any]
    values: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """May it come in? Warnings do not hold it back."""
        return not self.errors

    @property
    def errors(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.level == ERROR]

    @property
    def warnings(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.level == WARNING]

    @cached_property
    def fingerprint(self) -> str:
        """Equal for rows that say the same of the same person, however typed: sha256 of the clean values.

        It is made from a NIK, so it is personal data: keep it out of logs and URLs.
        """
        said = {
            name: value.casefold()
            if isinstance(value, str)
            else value.isoformat()
            if isinstance(value, date)
            else value
            for name, value in self.values.items()
            if value not in (None, "", False) and name != "note"
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


class RowReader:
    """Reads the rows of one list: its columns, and the rules that hold for it."""

    def __init__(self, columns: dict[str, Column], *, year: int, known_districts, limits: ProgrammeLimits):
        self.columns, self.year, self.known, self.limits = columns, year, known_districts, limits
        self.age_on = limits.age_on or date(year, 6, 30)

    def column(self, name: str) -> Column | None:
        """Where a field stands; the two parts of "Nanga Bulik, 4-3-1985" stand in one column."""
        if name in {"birth_date", "birth_place"}:
            return self.columns.get(name) or self.columns.get("birth")
        if name in {"rt", "rw"}:
            return self.columns.get(name) or self.columns.get("rt_rw")
        if name == "sex":
            return self.columns.get(name) or self.columns.get("sex_male")
        return self.columns.get(name)

    def missing(self) -> list[str]:
        """Required fields without a column, in the order of FIELDS."""
        return [name for name in REQUIRED if not self.column(name)]

    def cell(self, row: Row, name: str):
        column = self.columns.get(name)
        value = row.cells[column.index] if column and column.index < len(row.cells) else ""
        return "" if cells.is_error(value) else value

    def read(self, number: int, raw: list[Any]) -> Row:
        """The row with everything that can be said of it alone; what it shares with other rows is reading's matter."""
        row = Row(number, raw, {})
        broken = self.broken_cells(row)
        self.read_numbers(row)
        self.read_person(row)
        self.read_business(row)
        self.read_contacts(row)
        self.read_social(row)
        for name, longest in LONGEST.items():
            if len(row.values[name]) > longest:
                label = FIELDS[name].label
                self.blame(row, name, [error(f"{name}_too_long", f"{label} di {{cell}} terlalu panjang "
                           f"({len(row.values[name])} huruf). Ringkas menjadi paling banyak {longest} huruf.")])  # fmt: skip
                row.values[name] = row.values[name][:longest]
        blamed = broken | {fault.field for fault in row.faults}
        for name in REQUIRED:
            if row.values[name] in (None, "") and name not in blamed:
                self.blame(row, name, [error(f"{name}_missing", self.wording_of_missing(name))])
        self.check_numbers(row)
        self.check_limits(row)
        order = list(FIELDS)
        row.faults.sort(key=lambda fault: (fault.level != ERROR, order.index(fault.field)))
        return row

    def blame(self, row: Row, name: str, doubts: list[Doubt]) -> None:
        column = self.column(name)
        cell = f"{column.letter}{row.number}" if column else ""
        row.faults += [Fault(cell, name, *doubt) for doubt in doubts]

    def wording_of_missing(self, name: str) -> str:
        if self.column(name):
            return MISSING[name]
        return f"Daftar ini tidak punya kolom {FIELDS[name].label}. Tambahkan kolom itu, lalu isi untuk setiap calon."

    def broken_cells(self, row: Row) -> set[str]:
        """Cells that show #N/A or its like: not empty, but not readable either."""
        broken = set()
        for name, column in self.columns.items():
            if column.index < len(row.cells) and cells.is_error(row.cells[column.index]):
                field_of_fault = {"birth": "birth_date", "rt_rw": "rt", "sex_male": "sex", "sex_female": "sex"}.get(
                    name, name
                )
                broken.add(field_of_fault)
                make = error if field_of_fault in REQUIRED else warning
                shown = row.cells[column.index].strip()
                self.blame(row, field_of_fault, [make("cell_error", f"Sel {{cell}} berisi kesalahan rumus ({shown}). Ketik "
                           f"{FIELDS[field_of_fault].label} langsung, tanpa rumus.")])  # fmt: skip
        return broken

    def read_numbers(self, row: Row) -> None:
        """NIK and KK as digits; None when the cell has lost some, because what is left would name another person."""
        for name, what in OWNER.items():
            value = self.cell(row, name)
            if lost_digits(value, what=what):
                row.values[name] = None
                self.blame(row, name, [error(f"{name}_lost_digits".replace("kk_number", "kk"),
                           f"{what} di {{cell}} tersimpan sebagai angka, sehingga angka terakhirnya hilang (Excel hanya "
                           f"menyimpan 15 angka). Ubah kolom menjadi Teks lalu ketik ulang 16 angka dari {PAPER[name]}.")])  # fmt: skip
                continue
            plain = cells.words(value)
            plain = re.sub(r"^(nik|no\.?\s*kk|kk|ktp)\s*[:.=]*\s*(?=\d)", "", plain, flags=re.IGNORECASE)
            row.values[name] = re.sub(r"[\s.\-_/']", "", plain) or None
            if row.values[name] and isinstance(value, float):
                self.blame(row, name, [warning(f"{name}_as_number".replace("kk_number", "kk"),
                           f"{what} di {{cell}} tersimpan sebagai angka. Cocokkan keenam belas angkanya dengan {PAPER[name]}, "
                           "dan ubah kolom menjadi Teks.")])  # fmt: skip

    def read_person(self, row: Row) -> None:
        values = row.values
        values["name"] = cells.words(self.cell(row, "name"))
        if re.search(r"\d", values["name"]):
            self.blame(row, "name", [warning("name_with_digits", f"Nama di {{cell}} ({values['name'][:40]}) memuat angka. "
                       "Tulis nama lengkap sesuai KTP.")])  # fmt: skip
        place, born, doubts = dates.place_and_date(self.cell(row, "birth"))
        if "birth_date" in self.columns:
            born, doubts = dates.birth_date(self.cell(row, "birth_date"))
        values["birth_place"] = cells.words(self.cell(row, "birth_place")) or place
        values["birth_date"] = born
        self.blame(row, "birth_date", doubts)
        values["sex"], doubts = cells.sex(self.cell(row, "sex"))
        if "sex_male" in self.columns and not values["sex"]:
            ticked = [cells.words(self.cell(row, half)) for half in ("sex_male", "sex_female")]
            values["sex"] = {(True, False): "L", (False, True): "P"}.get(tuple(map(bool, ticked)), "")
        self.blame(row, "sex", doubts)
        values["address"], rt, rw = cells.address(self.cell(row, "address"))
        rt_too, rw_too = cells.rt_and_rw(self.cell(row, "rt_rw"))
        values["rt"] = cells.unit(self.cell(row, "rt")) or rt_too or rt
        values["rw"] = cells.unit(self.cell(row, "rw")) or rw_too or rw
        for name in ("hamlet", "occupation", "note"):
            values[name] = cells.words(self.cell(row, name))

    def read_business(self, row: Row) -> None:
        values = row.values
        for name in ("business", "business_address"):
            values[name] = cells.words(self.cell(row, name))
        header = self.columns["business_years"].text.lower() if "business_years" in self.columns else ""
        values["business_years"], doubts = cells.years(
            self.cell(row, "business_years"), self.year, in_months=bool(re.search(r"\b(bulan|bln)\b", header))
        )
        self.blame(row, "business_years", doubts)
        for name, what in (("monthly_turnover", "Omzet"), ("amount_requested", "Kebutuhan modal")):
            values[name], doubts = cells.money(self.cell(row, name), name, what, self.scale(name))
            if name not in REQUIRED:
                doubts = [doubt._replace(level=WARNING) for doubt in doubts]
            self.blame(row, name, doubts)
        if values["amount_requested"] == 0:
            values["amount_requested"] = None

    def scale(self, name: str) -> int:
        """What one unit means by the header: "Omzet (juta)"."""
        header = self.columns[name].text.lower() if name in self.columns else ""
        if re.search(r"\b(juta|jt)\b", header):
            return 1_000_000
        return 1_000 if re.search(r"\b(ribu|rb)\b|\b000\b", header) else 1

    def read_contacts(self, row: Row) -> None:
        values = row.values
        shown = self.cell(row, "phone")
        values["phone"], doubts = cells.phone(shown)
        values["phone_is_borrowed"] = bool(values["phone"] and BORROWED.search(cells.text(shown)))
        self.blame(row, "phone", doubts)
        values["account_number"], doubts = cells.account(self.cell(row, "account_number"))
        self.blame(row, "account_number", doubts)
        values["account_name"] = cells.words(self.cell(row, "account_name"))

    def read_social(self, row: Row) -> None:
        """Which register of the poor the village says the household is in; "none" for "Tidak"."""
        values = row.values
        values["social_id"] = cells.words(self.cell(row, "social_id"))
        values["desil"], doubts = cells.desil(self.cell(row, "desil"))
        self.blame(row, "desil", doubts)
        said = cells.text(self.cell(row, "social_data"))
        header = self.columns["social_data"].text if "social_data" in self.columns else ""
        values["social_data"] = ""
        if re.match(r"(tidak|tdk|belum|blm|non|t$|n$)", said, re.IGNORECASE):
            values["social_data"] = "none"
        elif said:
            source = next((code for word, code in SOURCES if word in said.lower()), None)
            values["social_data"] = source or next((code for word, code in SOURCES if word in header.lower()), "")
            if re.fullmatch(r"[A-Z0-9-]{8,40}", said) and not values["social_id"]:
                values["social_id"] = said

    def check_numbers(self, row: Row) -> None:
        values = row.values
        if values["nik"]:
            born = values["birth_date"]
            findings = check_nik(values["nik"], birth_date=born, sex=values["sex"] or None, known_districts=self.known)
            for finding in findings:
                if finding.code == "birth_date" and (fault := self.swapped(values["nik"], born)):
                    self.blame(row, "birth_date", [fault])
                else:
                    self.blame(row, "nik", [self.named(finding, "nik", row)])
        if values["kk_number"]:
            for finding in check_kk(values["kk_number"], nik=values["nik"], known_districts=self.known):
                self.blame(row, "kk_number", [self.named(finding, "kk_number", row)])

    def named(self, finding: Finding, name: str, row: Row) -> Doubt:
        """The registry's finding, with the cell named in its sentence."""
        wording = finding.sentence.replace(OWNER[name], f"{OWNER[name]} di {CELL}", 1)
        other = {"birth_date": "birth_date", "sex": "sex"}.get(finding.code)
        if other and (column := self.column(other)):
            wording = wording.replace("isian", f"isian kolom {column.letter}", 1)
        return Doubt(finding.level, f"{'nik' if name == 'nik' else 'kk'}_{finding.code}", wording)

    def swapped(self, nik: str, born: date) -> Doubt | None:
        """Excel set to English turns 04/03/1985 into 3 April; the NIK gives it away."""
        if born.day > 12 or born.day == born.month:
            return None
        other = date(born.year, born.day, born.month)
        if any(finding.code == "birth_date" for finding in check_nik(nik, birth_date=other)):
            return None
        return warning("birth_date_swapped", f"Tanggal dan bulan lahir di {{cell}} tampaknya tertukar: terbaca {tanggal(born)}, "
                       f"sedangkan menurut NIK {tanggal(other)}. Cocokkan dengan KTP.")  # fmt: skip

    def check_limits(self, row: Row) -> None:
        born, amount, limits = row.values["birth_date"], row.values["amount_requested"], self.limits
        if born:
            on = self.age_on
            age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
            told = f"Umur pada {tanggal(on)} menurut {{cell}} ({tanggal(born)})"
            rule = (
                f"program ini untuk umur {limits.min_age} sampai {limits.max_age} tahun. Cocokkan tanggal lahir dengan "
                "KTP; bila benar, keluarkan dari daftar atau usulkan anggota keluarga lain."
            )
            if age < 0:
                self.blame(row, "birth_date", [error("birth_date_impossible", f"Tanggal lahir di {{cell}} ({tanggal(born)}) "
                           "belum terjadi. Tulis dari KTP, misalnya 04-03-1985.")])  # fmt: skip
            elif age > limits.max_age:
                self.blame(row, "birth_date", [error("too_old", f"{told} {age} tahun; {rule}")])
            elif age < limits.min_age:
                self.blame(row, "birth_date", [error("too_young", f"{told} {age} tahun; {rule}")])
        if amount and limits.max_amount is not None and amount > limits.max_amount:
            self.blame(row, "amount_requested", [error("amount_requested_above_limit", f"Kebutuhan modal di {{cell}} "
                       f"({rupiah(amount)}) melebihi bantuan program ini, {rupiah(limits.max_amount)}. Kurangi jumlahnya.")])  # fmt: skip
