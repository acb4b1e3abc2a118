"""Workbooks for the village: its own rows that need mending, and an empty list to fill in.

Both are read by `read` again. Numbers that name people are text in text cells, and so are dates: Excel set to
English would turn 04-03-1985 round. Nothing is ever written as a formula.
"""

import io
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from proposals.spreadsheet import cells
from proposals.spreadsheet.columns import FIELDS, meanings
from proposals.spreadsheet.faults import ERROR, Fault
from proposals.spreadsheet.reading import Sheet
from proposals.spreadsheet.rows import Row

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
IDENTITIES = frozenset({"nik", "kk_number", "phone", "account_number", "social_id"})
TEXT_FIELDS = IDENTITIES | {"rt", "rw", "rt_rw", "birth", "birth_date"}
# Where a fault of a field is shown when the field shares a column.
SHARED = {"birth_date": "birth", "birth_place": "birth", "rt": "rt_rw", "rw": "rt_rw", "sex": "sex_male"}
WIDTHS = {
    "number": 5, "name": 26, "nik": 20, "kk_number": 20, "birth_place": 16, "birth_date": 13, "sex": 6, "address": 32,
    "rt": 6, "rw": 6, "hamlet": 14, "business": 24, "business_years": 10, "monthly_turnover": 16, "amount_requested": 16,
    "phone": 17, "account_number": 20, "account_name": 24, "desil": 7, "note": 24,
}  # fmt: skip
MENDING = (
    "Perbaiki sel berwarna (arahkan kursor ke sel untuk membaca sebabnya), lalu unggah lagi berkas ini. "
    "Baris yang sudah benar tidak perlu dikirim lagi."
)
TEXT_FORMAT = 49  # Excel's own "Text"
TEMPLATE_ROWS = 300
TEMPLATE_FIELDS = (
    "number", "name", "nik", "kk_number", "birth_place", "birth_date", "sex", "address", "rt", "rw", "hamlet", "business",
    "business_years", "monthly_turnover", "amount_requested", "phone", "account_number", "account_name", "desil", "note",
)  # fmt: skip
GUIDE = (
    "Isi satu baris untuk satu calon; satu keluarga (satu No. KK) hanya satu calon.",
    "NIK dan No. KK: 16 angka, disalin dari KTP dan Kartu Keluarga. Kolomnya sudah berformat Teks; jangan diubah.",
    "Tanggal Lahir: tanggal-bulan-tahun dengan tahun empat angka, misalnya 04-03-1985.",
    "L/P: L untuk laki-laki, P untuk perempuan.",
    "Jenis Usaha wajib diisi dengan usaha yang benar-benar dijalankan, misalnya Warung sembako.",
    "Lama Usaha: jumlah tahun. Omzet dan Kebutuhan Modal: Rupiah dengan angka saja, misalnya 2000000.",
    "No. HP/WA dan No. Rekening boleh dikosongkan bila belum ada.",
    "Judul kolom boleh dipindah, tetapi jangan dihapus. Lembar ini tidak ikut dibaca.",
)


def faulty_rows_xlsx(sheet: Sheet) -> bytes:
    """The rows that cannot come in, in the village's own columns and words, each fault marked on its cell.

    A number that lost digits is written with "?" for them, so that sending it back unmended is noticed.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        MendingSheet(book, sheet).write()
    return target.getvalue()


class MendingSheet:
    def __init__(self, book: xlsxwriter.Workbook, sheet: Sheet):
        self.sheet = sheet
        self.page = book.add_worksheet("Perlu diperbaiki")
        wrapped = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#C9CED6"}
        fills = {"": {}, "error": {"bg_color": "#FBD5D0"}, "warning": {"bg_color": "#FFF0C2"}}
        self.formats = {
            (kind, fill): book.add_format(wrapped | number | colour)
            for kind, number in {
                "text": {"num_format": TEXT_FORMAT},
                "plain": {},
                "sum": {"num_format": "#,##0"},
            }.items()
            for fill, colour in fills.items()
        }
        self.bold = book.add_format({"bold": True})
        self.heading = book.add_format(wrapped | {"bold": True, "bg_color": "#E7EBF0"})
        # The columns of an earlier mending are left out, else they would pile up.
        kept = [index for index in range(self.width()) if not self.is_ours(index)]
        self.place = {old: new for new, old in enumerate(kept)}
        self.field_at = {column.index: name for name, column in sheet.columns.items()}
        self.added = {name: len(kept) + number for number, name in enumerate(sheet.missing)}
        self.last = len(kept) + len(self.added)

    def width(self) -> int:
        texts = max((index + 1 for index, text in enumerate(self.sheet.texts) if text), default=0)
        columns = max(column.index + 1 for column in self.sheet.columns.values())
        rows = [index + 1 for row in self.sheet.faulty for index, value in enumerate(row.cells) if cells.words(value)]
        return max(texts, columns, *rows, 0)

    def is_ours(self, index: int) -> bool:
        text = self.sheet.texts[index] if index < len(self.sheet.texts) else ""
        return bool({"to_mend", "first_row"} & set(meanings(text)))

    def write(self) -> None:
        page, line = self.page, 0
        for text in (*(title for title in self.sheet.title if title != MENDING), MENDING):
            page.write_string(line, 0, cells.text(text), self.bold)
            line += 1
        top = line + 1
        self.write_header(top)
        for number, row in enumerate(self.sheet.faulty, top + 1):
            self.write_row(number, row)
        page.ignore_errors(
            {"number_stored_as_text": f"A1:{xl_rowcol_to_cell(top + len(self.sheet.faulty), self.last)}"}
        )
        page.freeze_panes(top + 1, 0)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(top)

    def write_header(self, top: int) -> None:
        page, texts = self.page, self.sheet.texts
        for old, new in self.place.items():
            name = self.field_at.get(old, "")
            text = cells.text(texts[old]) if old < len(texts) else ""
            page.set_column(new, new, WIDTHS.get(name, 16), self.formats["text", ""] if name in TEXT_FIELDS else None)
            page.write_string(top, new, text, self.heading)
        for name, new in self.added.items():
            page.set_column(new, new, WIDTHS.get(name, 16), self.formats["text", ""] if name in TEXT_FIELDS else None)
            page.write_string(top, new, FIELDS[name].label, self.heading)
        page.set_column(self.last, self.last, 70)
        page.set_column(self.last + 1, self.last + 1, 12)
        page.write_string(top, self.last, FIELDS["to_mend"].label, self.heading)
        page.write_string(top, self.last + 1, FIELDS["first_row"].label, self.heading)

    def write_row(self, line: int, row: Row) -> None:
        marked: dict[int, list[Fault]] = {}
        for fault in row.faults:
            marked.setdefault(self.column_of(fault), []).append(fault)
        for old, new in self.place.items():
            value = row.cells[old] if old < len(row.cells) else ""
            self.write_cell(line, new, self.field_at.get(old, ""), value, row, marked.get(new, []))
        for name, new in self.added.items():
            self.write_cell(line, new, name, "", row, marked.get(new, []))
        told = []
        for column, faults in marked.items():
            sentences = [fault.naming(xl_rowcol_to_cell(line, column)) for fault in faults]
            told += [(fault.level != ERROR, sentence) for fault, sentence in zip(faults, sentences, strict=True)]
            comment = "\n".join(sentences)[:1500]
            self.page.write_comment(line, column, comment, {"x_scale": 2.5, "y_scale": 1.5, "author": "UEP"})
        listed = "\n".join(sentence for _, sentence in sorted(told, key=lambda item: item[0]))
        self.page.write_string(line, self.last, listed, self.formats["plain", ""])
        self.page.write_number(line, self.last + 1, row.number, self.formats["plain", ""])

    def column_of(self, fault: Fault) -> int:
        columns = self.sheet.columns
        column = columns.get(fault.field) or columns.get(SHARED.get(fault.field, ""))
        return self.place[column.index] if column else self.added.get(fault.field, self.last)

    def write_cell(self, line: int, column: int, name: str, value: Any, row: Row, faults: list[Fault]) -> None:
        fill = "error" if any(fault.level == ERROR for fault in faults) else "warning" if faults else ""
        if name in TEXT_FIELDS:
            self.page.write_string(line, column, as_text(name, value, row), self.formats["text", fill])
        elif isinstance(value, float) and not isinstance(value, bool):
            kind = "sum" if name in {"monthly_turnover", "amount_requested"} else "plain"
            self.page.write_number(line, column, value, self.formats[kind, fill])
        else:
            self.page.write_string(line, column, cells.text(value), self.formats["plain", fill])


def as_text(name: str, value: Any, row: Row) -> str:
    """What a cell said, as the text it should have been."""
    if isinstance(value, float):
        if name in IDENTITIES and abs(value) >= 10**15 and not (name in {"nik", "kk_number"} and row.values[name]):
            return f"{value:.0f}"[:15] + "?"
        if name == "phone" and row.values["phone"]:
            return "0" + row.values["phone"].removeprefix("+62")
        if name in {"birth", "birth_date"} and row.values["birth_date"]:
            return cells.text(row.values["birth_date"])
    return cells.text(value)


def template_xlsx(village: str, programme: str) -> bytes:
    """An empty list for one village: its columns formatted and checked while typing, with a page of instructions."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        page = book.add_worksheet("Daftar Usulan")
        bold = book.add_format({"bold": True, "font_size": 13})
        heading = book.add_format(
            {"bold": True, "bg_color": "#E7EBF0", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        line = {"border": 1, "border_color": "#C9CED6"}
        as_typed = book.add_format(line | {"num_format": TEXT_FORMAT})
        plain, sums = book.add_format(line), book.add_format(line | {"num_format": "#,##0"})
        page.write_string(0, 0, cells.text(f"DAFTAR USULAN CALON PENERIMA {programme.upper()}"), bold)
        page.write_string(1, 0, cells.text(f"DESA/KELURAHAN {village.upper()}"), bold)
        top, first, last = 3, 4, 3 + TEMPLATE_ROWS
        for column, name in enumerate(TEMPLATE_FIELDS):
            kind = (
                as_typed if name in TEXT_FIELDS else sums if name in {"monthly_turnover", "amount_requested"} else plain
            )
            page.set_column(column, column, WIDTHS[name])
            page.write_string(top, column, FIELDS[name].label, heading)
            for number in range(first, last + 1):
                page.write_blank(number, column, None, kind)
            if name in CHECKS:
                page.data_validation(first, column, last, column, CHECKS[name])
        page.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(last, len(TEMPLATE_FIELDS) - 1)}"})
        page.freeze_panes(first, 2)
        page.set_landscape()
        page.set_paper(14)  # F4 is sold as "folio" here
        page.fit_to_pages(1, 0)
        page.repeat_rows(top)
        guide = book.add_worksheet("Petunjuk")
        guide.set_column(0, 0, 110, book.add_format({"text_wrap": True}))
        guide.write_string(0, 0, "Cara mengisi daftar usulan", bold)
        for number, sentence in enumerate(GUIDE, 1):
            guide.write_string(number, 0, f"{number}. {sentence}")
    return target.getvalue()


def sixteen_digits(what: str, paper: str) -> dict:
    return {
        "validate": "length", "criteria": "==", "value": 16, "input_title": what,
        "input_message": f"16 angka dari {paper}, tanpa spasi.", "error_title": f"{what} harus 16 angka",
        "error_message": f"Salin 16 angka dari {paper}, tanpa spasi atau tanda baca.",
    }  # fmt: skip


WHOLE_RUPIAH = {
    "validate": "integer", "criteria": ">=", "value": 0, "error_title": "Tulis dengan angka",
    "error_message": "Tulis jumlah dalam Rupiah dengan angka saja, misalnya 2000000.",
}  # fmt: skip
CHECKS = {
    "nik": sixteen_digits("NIK", "KTP"),
    "kk_number": sixteen_digits("No. KK", "Kartu Keluarga"),
    "birth_date": {
        "validate": "length", "criteria": ">=", "value": 8, "input_title": "Tanggal lahir",
        "input_message": "tanggal-bulan-tahun, misalnya 04-03-1985.", "error_title": "Tanggal belum lengkap",
        "error_message": "Tulis tanggal-bulan-tahun dengan tahun empat angka, misalnya 04-03-1985.",
    },
    "sex": {
        "validate": "list", "source": ["L", "P"], "error_title": "Pilih L atau P",
        "error_message": "L untuk laki-laki, P untuk perempuan.",
    },
    "desil": {
        "validate": "integer", "criteria": "between", "minimum": 1, "maximum": 10, "error_title": "Desil 1 sampai 10",
        "error_message": "Tulis angka 1 sampai 10, atau kosongkan.",
    },
    "business_years": {
        "validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 80, "error_title": "Lama usaha dalam tahun",
        "error_message": "Tulis jumlah tahun dengan angka, misalnya 3.",
    },
    "monthly_turnover": WHOLE_RUPIAH,
    "amount_requested": WHOLE_RUPIAH,
}  # fmt: skip
