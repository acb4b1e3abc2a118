"""Whole lists: where they begin and end, what is skipped, what each row is blamed for."""

from datetime import date

import pytest

from proposals.spreadsheet import ProgrammeLimits, Skipped, Unreadable, read
from tests.proposals.spreadsheet.workbooks import EKO, HEADER, SARI, ods, xls, xlsx

SWAPPED = (
    "Tanggal dan bulan lahir di E2 tampaknya tertukar: terbaca 3 April 1985, sedangkan menurut NIK 4 Maret 1985. "
    "Cocokkan dengan KTP."
)


def listing(*rows, header=HEADER, **settings):
    return read(xlsx([header, *rows]), year=2026, **settings)


def changed(row, **cells):
    """The row with other cells, by name."""
    places = ["number", "name", "nik", "kk_number", "birth_date", "sex", "business", "amount"]
    return [cells.get(name, value) for name, value in zip(places, row, strict=True)]


def faults(sheet):
    return {
        row.number: [(fault.cell, fault.level, fault.code) for fault in row.faults] for row in sheet.rows if row.faults
    }


def test_clean_list_has_no_fault():
    sheet = listing(SARI, EKO)
    assert ([row.number for row in sheet.good], faults(sheet), sheet.missing) == ([2, 3], {}, [])


@pytest.mark.parametrize(
    "cells, fault",
    [
        ({"name": ""}, ("B2", "error", "name_missing")),
        ({"name": "Sari 2"}, ("B2", "warning", "name_with_digits")),
        ({"name": "S" * 121}, ("B2", "error", "name_too_long")),
        ({"nik": ""}, ("C2", "error", "nik_missing")),
        ({"nik": "-"}, ("C2", "error", "nik_missing")),
        ({"nik": "62O9035111800011"}, ("C2", "error", "nik_not_digits")),
        ({"nik": "620903511180001"}, ("C2", "error", "nik_length")),
        ({"nik": 6209035111800010.0}, ("C2", "error", "nik_lost_digits")),
        ({"nik": "6,20904E+15"}, ("C2", "error", "nik_lost_digits")),
        ({"nik": 6209035111800011.0}, ("C2", "warning", "nik_as_number")),
        ({"nik": ("=A9", "#N/A")}, ("C2", "error", "cell_error")),
        ({"nik": "#REF!"}, ("C2", "error", "cell_error")),
        ({"kk_number": ""}, ("D2", "error", "kk_number_missing")),
        ({"kk_number": 6209032002240020.0}, ("D2", "error", "kk_lost_digits")),
        ({"kk_number": "6209037102240025"}, ("D2", "error", "kk_day")),
        ({"birth_date": ""}, ("E2", "error", "birth_date_missing")),
        ({"birth_date": "11/11/80"}, ("E2", "error", "birth_date_short_year")),
        ({"birth_date": "31-02-1980"}, ("E2", "error", "birth_date_impossible")),
        ({"sex": "?"}, ("F2", "warning", "sex_unreadable")),
        ({"sex": ("=1/0", "#DIV/0!")}, ("F2", "warning", "cell_error")),
        ({"business": ""}, ("G2", "error", "business_missing")),
        ({"business": "tidak ada"}, ("G2", "error", "business_missing")),
        ({"amount": ""}, ("H2", "error", "amount_requested_missing")),
        ({"amount": 0.0}, ("H2", "error", "amount_requested_missing")),
        ({"amount": 5_000_001.0}, ("H2", "error", "amount_requested_above_limit")),
        ({"amount": "lima juta"}, ("H2", "error", "amount_requested_unreadable")),
    ],
)  # fmt: skip
def test_row_with_one_mistake_has_one_fault(cells, fault):
    sheet = listing(changed(SARI, **cells), programme_limits=ProgrammeLimits(max_amount=5_000_000))
    assert faults(sheet) == {2: [fault]}


def test_formula_counts_by_the_value_it_shows():
    sheet = listing(changed(SARI, name=("=A9", "Sari Ranying"), amount=("=1+1", 2_000_000)))
    assert (faults(sheet), sheet.rows[0].values["name"], sheet.rows[0].values["amount_requested"]) == (
        {},
        "Sari Ranying",
        2_000_000,
    )


@pytest.mark.parametrize(
    "born, codes",
    [
        (date(1966, 7, 1), []),
        (date(1966, 6, 30), [("E2", "error", "too_old")]),
        (date(2008, 6, 30), []),
        (date(2008, 7, 1), [("E2", "error", "too_young")]),
    ],
)
def test_age_is_counted_on_30_june(born, codes):
    nik = f"620903{born.day + 40:02}{born:%m%y}0011"
    assert faults(listing(changed(SARI, nik=nik, birth_date=born))).get(2, []) == codes


def test_birth_date_in_the_future_is_impossible():
    born = date(2030, 1, 1)
    assert faults(listing(changed(SARI, nik="6209034101300011", birth_date=born))) == {
        2: [("E2", "error", "birth_date_impossible")]
    }


def test_ages_are_the_programmes_own():
    limits = ProgrammeLimits(min_age=20, max_age=40, age_on=date(2026, 12, 31))
    assert faults(listing(SARI, programme_limits=limits)) == {2: [("E2", "error", "too_old")]}


def test_day_and_month_that_english_excel_exchanged_are_noticed():
    nik = "6209034403850011"
    sheet = listing(changed(SARI, nik=nik, birth_date=date(1985, 4, 3)))
    assert [(fault.cell, fault.code, fault.sentence) for fault in sheet.rows[0].faults] == [
        (
            "E2",
            "birth_date_swapped",
            SWAPPED,
        )
    ]


def test_same_person_twice_is_told_once_and_a_third_time_of_the_first():
    sheet = listing(SARI, SARI, SARI)
    assert faults(sheet) == {
        2: [("C2", "warning", "nik_again"), ("C2", "warning", "nik_again")],
        3: [("C3", "error", "nik_twice")],
        4: [("C4", "error", "nik_twice")],
    }


def test_second_person_of_a_household_is_told_with_both_rows():
    sheet = listing(SARI, changed(EKO, kk_number=SARI[3]))
    assert [(row.number, [fault.sentence.partition(".")[0] for fault in row.faults]) for row in sheet.rows] == [
        (2, ["Nomor KK di D2 dipakai lagi di baris 3 (Eko Saputra)"]),
        (3, ["Nomor KK di D3 sama dengan baris 2 (Sari Ranying)"]),
    ]


def test_one_account_for_two_people_is_a_warning():
    header = [*HEADER, "No. Rekening"]
    sheet = listing([*SARI, "0012345678"], [*EKO, "001-234-5678"], header=header)
    assert faults(sheet) == {2: [("I2", "warning", "account_again")], 3: [("I3", "warning", "account_twice")]}


def test_broken_numbers_are_not_called_repeated():
    sheet = listing(changed(SARI, nik="123"), changed(EKO, nik="123"))
    assert faults(sheet) == {2: [("C2", "error", "nik_length")], 3: [("C3", "error", "nik_length")]}


def test_list_with_everything_around_it_is_read_alone():
    rows = [
        ["PEMERINTAH KABUPATEN LAMANDAU"],
        ["Nomor", "400.9/12/2026", "", "Hal", "Usulan"],
        [],
        HEADER,
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
        ["RT 001"],
        SARI,
        [],
        ["", "Sub Jumlah", "", "", "", "", "", 2_000_000.0],
        HEADER,
        EKO,
        [3.0, "Tanpa Data"],
        ["JUMLAH TOTAL", "", "", "", "", "", "", 5_000_000.0],
        [],
        ["", "", "", "", "", "Nanga Bulik, 4 Mei 2026"],
        ["", "Mengetahui,", "", "", "", "Kepala Desa"],
        ["", "( Suparman )", "NIP. 19781211 200604 1 006", "", "", "( Yanto )"],
    ]
    sheet = read(xlsx(("Petunjuk", [["Isi lembar Data"]]), ("Data", rows)), year=2026)
    assert {
        "where": (sheet.name, sheet.header_rows),
        "title": sheet.title,
        "rows": [(row.number, row.values["name"], row.ok) for row in sheet.rows],
        "skipped": sheet.skipped,
    } == {
        "where": ("Data", (4, 4)),
        "title": ["PEMERINTAH KABUPATEN LAMANDAU", "Nomor 400.9/12/2026 Hal Usulan"],
        "rows": [(7, "Sari Ranying", True), (11, "Eko Saputra", True), (12, "Tanpa Data", False)],
        "skipped": [
            Skipped(5, "1 2 3 4 5 6 7 8", "nomor kolom"),
            Skipped(6, "RT 001", "bukan calon"),
            Skipped(9, "Sub Jumlah 2000000", "jumlah"),
            Skipped(10, " ".join(HEADER), "judul kolom terulang"),
            Skipped(13, "JUMLAH TOTAL 5000000", "jumlah"),
            Skipped(15, "Nanga Bulik, 4 Mei 2026", "bukan calon"),
            Skipped(16, "Mengetahui, Kepala Desa", "bukan calon"),
            Skipped(17, "( Suparman ) NIP. 19781211 200604 1 006 ( Yanto )", "bukan calon"),
        ],
    }


def test_columns_in_any_order_with_others_between_them():
    header = [
        "Umur",
        "Jumlah yang diminta",
        "Jns Usaha",
        "N I K",
        "TTL",
        "Nama Suami",
        "Nomor Kartu Keluarga",
        "NAMA CALON",
        "RT/RW",
        "Almat",
    ]
    row = [45.0, "Rp 2 jt", "Kue", SARI[2], "Nanga Bulik, 11-11-1980", "Budi", SARI[3], "Sari", "005/002", "Jl. Melati"]
    sheet = listing(row, header=header)
    values = sheet.rows[0].values
    assert ([(column.letter, column.text) for column in sheet.unmatched], faults(sheet)) == (
        [("A", "Umur"), ("F", "Nama Suami")],
        {},
    )
    assert {name: value for name, value in values.items() if value not in (None, "", False)} == {
        "name": "Sari", "nik": SARI[2], "kk_number": SARI[3], "birth_place": "Nanga Bulik", "birth_date": date(1980, 11, 11),
        "address": "Jl. Melati", "rt": "005", "rw": "002", "business": "Kue", "amount_requested": 2_000_000,
    }  # fmt: skip


def test_place_and_date_under_one_merged_header_are_told_apart():
    header = ["Nama", "NIK", "No KK", "Tempat, Tgl Lahir", "", "Usaha", "Modal"]
    sheet = listing(["Sari", SARI[2], SARI[3], "Sampit", date(1980, 11, 11), "Kue", 2e6], header=header)
    values = sheet.rows[0].values
    assert (values["birth_place"], values["birth_date"], faults(sheet)) == ("Sampit", date(1980, 11, 11), {})


def test_ticked_sexes_and_social_data_are_read():
    header = [*HEADER[:5], "L", "P", *HEADER[6:], "DTKS (Ya/Tidak)", "Desil", "ID DTSEN"]
    sheet = listing(
        [*SARI[:5], "", "v", *SARI[6:], "Ya", 2.0, "ABC-1"],
        [*EKO[:5], "√", "", *EKO[6:], "Tidak", "", ""],
        header=header,
    )
    picked = [{name: row.values[name] for name in ("sex", "social_data", "desil", "social_id")} for row in sheet.rows]
    assert picked == [
        {"sex": "P", "social_data": "DTKS", "desil": 2, "social_id": "ABC-1"},
        {"sex": "L", "social_data": "none", "desil": None, "social_id": ""},
    ]


def test_missing_column_is_told_for_the_list_and_in_each_row():
    sheet = listing(SARI[:6], header=HEADER[:6])
    assert (sheet.missing, sheet.missing_labels) == (
        ["business", "amount_requested"],
        ["Jenis Usaha", "Kebutuhan Modal (Rp)"],
    )
    assert faults(sheet) == {2: [("", "error", "business_missing"), ("", "error", "amount_requested_missing")]}
    assert sheet.rows[0].faults[0].sentence == (
        "Daftar ini tidak punya kolom Jenis Usaha. Tambahkan kolom itu, lalu isi untuk setiap calon."
    )


def test_fullest_sheet_is_read_and_the_others_are_named():
    book = xlsx(("RT 1", [HEADER[:5], SARI[:5]]), ("RT 2", [HEADER, EKO]), ("lama", [HEADER, SARI]), hidden=["lama"])
    sheet = read(book, year=2026)
    assert (sheet.name, [row.values["name"] for row in sheet.rows], sheet.other_lists) == (
        "RT 2",
        ["Eko Saputra"],
        ["RT 1"],
    )


def test_fingerprint_is_the_same_however_it_is_typed():
    tidy, untidy, other = listing(
        SARI,
        [
            7.0,
            " SARI  RANYING",
            "'6209035111800011",
            "6209032002240025",
            "11-11-1980",
            "Perempuan",
            "kue basah",
            "Rp 2.000.000,-",
        ],
        EKO,
    ).rows
    assert (tidy.fingerprint == untidy.fingerprint, tidy.fingerprint == other.fingerprint) == (True, False)


@pytest.mark.parametrize("make", [ods, xls])
def test_other_spreadsheet_formats_are_read(make):
    text_dates = [[cell if not isinstance(cell, date) else f"{cell:%d-%m-%Y}" for cell in row] for row in (SARI, EKO)]
    sheet = read(make([["Daftar"], HEADER, *text_dates]), year=2026)
    assert ([row.values["nik"] for row in sheet.good], faults(sheet)) == ([SARI[2], EKO[2]], {})


@pytest.mark.parametrize(
    "rows, code",
    [
        ([], "no_header"),
        ([["Nama", "Alamat"], ["Sari", "Sampit"]], "no_header"),
        ([HEADER], "no_rows"),
        ([HEADER, ["Mengetahui"]], "no_rows"),
    ],
)
def test_workbook_without_a_list_is_refused(rows, code):
    with pytest.raises(Unreadable) as refusal:
        read(xlsx(rows), year=2026)
    assert refusal.value.code == code


def test_list_of_more_than_2000_candidates_is_refused():
    with pytest.raises(Unreadable, match=r"lebih dari 2\.000 calon"):
        read(xlsx([HEADER, *[SARI] * 2001]), year=2026)
