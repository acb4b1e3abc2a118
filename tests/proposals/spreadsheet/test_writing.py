"""What goes back to the village, and comes in again."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest

from proposals.spreadsheet import ProgrammeLimits, Unreadable, faulty_rows_xlsx, read, template_xlsx
from proposals.spreadsheet.opening import Grid, open_book
from proposals.spreadsheet.reading import read_grids
from proposals.spreadsheet.writing import MENDING
from tests.proposals.spreadsheet.workbooks import EKO, HEADER, SARI, xlsx

DATA = Path(__file__).parents[2] / "data"
LIMITS = ProgrammeLimits(max_amount=5_000_000)


def again(book, mended=()):
    """The workbook read once more, with some cells typed over as a person would: {"C7": "…"}."""
    (grid,) = open_book(book)
    rows = [list(row) for row in grid.rows]
    for place, value in dict(mended).items():
        column, row = re.fullmatch(r"([A-Z])(\d+)", place).groups()
        rows[int(row) - 1][ord(column) - 65] = value
    return read_grids([Grid(grid.name, rows)], year=2026, programme_limits=LIMITS)


def cells(sheet, *levels):
    return {row.number: [fault.cell for fault in row.faults if fault.level in levels] for row in sheet.rows}


def part(book, name):
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read(name).decode()


def test_faulty_rows_of_a_village_come_back_mended_and_are_ok():
    first = read((DATA / "usulan_6209031005.xlsx").read_bytes(), year=2026, programme_limits=LIMITS)
    book = faulty_rows_xlsx(first)

    unmended = again(book)
    mended = again(
        book,
        {
            "C6": "6209031411000013",
            "I7": "Kue basah",
            "F8": "20-02-1985",
            "C8": "6209032002850042",
            "F9": "16 Agustus 1982",
            "C9": "6209035608820060",
            "C10": "6209031105710013",
        },
    )

    assert (unmended.header_row, [column.letter for column in unmended.columns.values()], unmended.unmatched) == (
        5,
        [column.letter for column in first.columns.values()],
        [],
    )
    # The twins' first rows came in already, so alone they have no fault; the register of proposals knows them.
    assert cells(unmended, "error") == {6: ["C6"], 7: ["I7"], 8: ["F8"], 9: ["F9"], 10: ["C10"], 11: [], 12: []}
    assert [(row.number, row.ok, row.faults) for row in mended.rows] == [(number, True, []) for number in range(6, 13)]
    assert [row.values["name"] for row in mended.rows] == [row.values["name"] for row in first.faulty]


def test_mended_rows_say_the_same_as_before_in_all_other_cells():
    first = read((DATA / "usulan_6209082009.xlsx").read_bytes(), year=2026, programme_limits=LIMITS)
    second = again(faulty_rows_xlsx(first))
    before = [{**row.values, "nik": None} for row in first.faulty]
    assert [{**row.values, "nik": None} for row in second.rows] == before


def test_lost_digits_do_not_come_back_as_a_whole_number():
    lost = [1.0, "Sari", 6209035111800010.0, 6209032002240020.0, date(1980, 11, 11), "P", "Kue", 2e6]
    sheet = again(faulty_rows_xlsx(read(xlsx([HEADER, lost]), year=2026)))
    row = sheet.rows[0]
    assert [(fault.cell, fault.code) for fault in row.errors] == [("C4", "nik_not_digits"), ("D4", "kk_not_digits")]
    assert (row.cells[2], row.cells[3]) == ("620903511180001?", "620903200224002?")


def test_numbers_that_name_people_are_text_in_text_cells():
    header = [*HEADER, "No. HP", "No. Rekening"]
    rows = [[*SARI[:2], "123", 6209032002240025.0, 29536.0, *SARI[5:], 81234567890.0, 9797321263.0]]
    book = faulty_rows_xlsx(read(xlsx([header, *rows]), year=2026))
    (grid,) = open_book(book)
    assert grid.rows[3][2:5] + grid.rows[3][8:10] == [
        "123",
        "6209032002240025",
        "11-11-1980",
        "081234567890",
        "9797321263",
    ]
    styles, sheet = part(book, "xl/styles.xml"), part(book, "xl/worksheets/sheet1.xml")
    formats = re.findall(r'<xf numFmtId="(\d+)"', styles.partition("<cellXfs")[2])
    cells_of = dict(re.findall(r'<c r="([A-Z]4)" s="(\d+)"', sheet))
    assert {column: formats[int(cells_of[column])] for column in ("C4", "D4", "E4", "I4", "J4")} == dict.fromkeys(
        ("C4", "D4", "E4", "I4", "J4"), "49"
    )  # 49 is Excel's Text


def test_faults_stand_in_a_column_and_in_comments_with_the_new_cells():
    header = ["Daftar"], [], HEADER
    book = faulty_rows_xlsx(read(xlsx([*header, EKO, [*SARI[:2], "123", SARI[3], *SARI[4:6], "", 2e6]]), year=2026))
    (grid,) = open_book(book)
    told = (
        "NIK di C5 harus 16 angka; ini 3 angka (kurang 13). Cocokkan dengan KTP.",
        "Jenis usaha di G5 belum diisi. Tulis usaha yang dijalankan calon, misalnya Warung sembako.",
    )
    assert (grid.rows[0][0], grid.rows[1][0], grid.rows[3][8:], grid.rows[4][8:]) == (
        "Daftar",
        MENDING,
        ["Yang perlu diperbaiki", "Baris di daftar asal"],
        ["\n".join(told), 5.0],
    )
    comments = re.findall(r'<comment ref="([A-Z0-9]+)".*?<t>(.*?)</t>', part(book, "xl/comments1.xml"), re.DOTALL)
    assert comments == [("C5", told[0]), ("G5", told[1])]


def test_missing_columns_are_added_to_be_filled_in():
    first = read(xlsx([HEADER[:6], SARI[:6]]), year=2026)
    book = faulty_rows_xlsx(first)
    (grid,) = open_book(book)
    assert grid.rows[2] == [
        *HEADER[:6],
        "Jenis Usaha",
        "Kebutuhan Modal (Rp)",
        "Yang perlu diperbaiki",
        "Baris di daftar asal",
    ]
    mended = again(book, {"G4": "Kue", "H4": 2_000_000.0})
    assert (mended.missing, [row.ok for row in mended.rows]) == ([], [True])


def test_our_own_columns_and_titles_do_not_pile_up():
    row = [*SARI[:6], "", 2e6]
    once = faulty_rows_xlsx(read(xlsx([HEADER, row]), year=2026))
    twice = faulty_rows_xlsx(read(once, year=2026))
    assert [grid.rows[:3] for grid in open_book(twice)] == [grid.rows[:3] for grid in open_book(once)]


def test_header_of_two_rows_comes_back_in_one():
    rows = [
        ["Nama", "Nomor", "", "Lahir", "", "Usaha", ""],
        ["", "NIK", "KK", "Tempat", "Tanggal", "Jenis", "Kebutuhan modal"],
        ["Sari", SARI[2], SARI[3], "Sampit", date(1980, 11, 11), "", 2e6],
    ]
    first = read(xlsx(rows), year=2026)
    second = again(faulty_rows_xlsx(first), {"F4": "Kue"})
    assert ({name: column.letter for name, column in second.columns.items()}, second.rows[0].ok) == (
        {name: column.letter for name, column in first.columns.items()},
        True,
    )


def test_nothing_is_written_as_a_formula_or_a_link():
    evil = [1.0, "=cmd|' /C calc'!A0", "123", "+1+1", "@SUM(1)", "-2", 'http://evil"', '=HYPERLINK("http://x")']
    book = faulty_rows_xlsx(read(xlsx([["=1+1"], HEADER, evil]), year=2026))
    sheet = part(book, "xl/worksheets/sheet1.xml")
    assert ("<f>" in sheet, "<hyperlink" in sheet) == (False, False)


def test_template_is_an_empty_list_that_is_read_once_it_is_filled():
    book = template_xlsx("Sungai Tuat", "Bantuan UEP 2026")
    with pytest.raises(Unreadable) as refusal:
        read(book, year=2026)
    assert refusal.value.code == "no_rows"

    daftar, petunjuk = open_book(book)
    typed = [
        "1", "Sari Ranying", SARI[2], SARI[3], "Sampit", "11-11-1980", "P", "Jl. Melati", "005", "002", "Dusun Hulu", "Kue", 3.0,
        1_500_000.0, 2_000_000.0, "081234567890", "0012345678", "Sari Ranying", 2.0, "",
    ]  # fmt: skip
    sheet = read_grids([Grid(daftar.name, [*daftar.rows[:4], typed]), petunjuk], year=2026, programme_limits=LIMITS)
    assert (sheet.title, sheet.missing, sheet.unmatched, sheet.other_lists) == (
        ["DAFTAR USULAN CALON PENERIMA BANTUAN UEP 2026", "DESA/KELURAHAN SUNGAI TUAT"],
        [],
        [],
        [],
    )
    assert ([row.faults for row in sheet.rows], sheet.rows[0].values["account_number"]) == ([[]], "0012345678")


def test_template_checks_while_typing():
    validations = part(template_xlsx("Toka", "UEP"), "xl/worksheets/sheet1.xml").partition("<dataValidations")[2]
    assert sorted(re.findall(r'sqref="([A-Z]+)5:', validations)) == ["C", "D", "F", "G", "M", "N", "O", "S"]
