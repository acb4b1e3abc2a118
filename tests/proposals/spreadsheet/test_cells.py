"""Cells as villages type them."""

from datetime import date

import pytest

from proposals.spreadsheet import cells, dates

MARCH = date(1985, 3, 4)


def codes(answer):
    *values, doubts = answer
    return (*values, [(doubt.level, doubt.code) for doubt in doubts])


@pytest.mark.parametrize(
    "value, clean",
    [
        ("  Karno\u00a0 Bangkan ", "Karno Bangkan"),
        ("'6209011502690008", "6209011502690008"),
        ("\u200b\ufeffSari\u200d", "Sari"),
        ("Jum'at", "Jum'at"),
        ("dua\nbaris\tdan\x07bel", "dua baris dan bel"),
        ("Ra\u0308nying", "Ränying"),
        ("６２０９ ٣٤", "6209 34"),
        (10.0, "10"),
        (6209031411000010.0, "6209031411000010"),
        (2.5, "2,5"),
        (True, "Ya"),
        (MARCH, "04-03-1985"),
        ("", ""),
    ],
)
def test_text_is_one_clean_line(value, clean):
    assert cells.text(value) == clean


@pytest.mark.parametrize("value", ["-", " – ", "...", "tidak ada", "Belum ada", "tdk punya", "Nihil", "N/A", "null"])
def test_words_that_mean_nothing_are_nothing(value):
    assert cells.words(value) == ""


@pytest.mark.parametrize(
    "value",
    [
        MARCH, 31110.0, "04-03-1985", "4-3-1985", "4/3/1985", "04.03.1985", "4 - 3 - 1985", "4 3 1985", "1985-03-04",
        "1985/03/04", "1985-03-04 00:00:00", "4 Maret 1985", "04 MARET 1985", "4-Mar-1985", "4 Mar. 1985", "4 march 1985",
        "Senin, 4 Maret 1985", "4Maret1985", "04031985", "4031985", 4031985.0, "19850304", "'04-03-1985", "\u00a04-3-1985 ",
    ],
)  # fmt: skip
def test_birth_date_is_read(value):
    assert dates.birth_date(value) == (MARCH, [])


@pytest.mark.parametrize(
    "text, born",
    [("1 Pebruari 1990", date(1990, 2, 1)), ("2 Nop 1990", date(1990, 11, 2)), ("3 Agt 1990", date(1990, 8, 3))],
)
def test_birth_date_in_old_spelling_is_read(text, born):
    assert dates.birth_date(text) == (born, [])


@pytest.mark.parametrize(
    "value, code",
    [
        ("4/3/85", "birth_date_short_year"),
        ("4 Maret 85", "birth_date_short_year"),
        ("3/17/1985", "birth_date_order"),
        ("31-02-1985", "birth_date_impossible"),
        ("29 Februari 1985", "birth_date_impossible"),
        ("04-03-0985", "birth_date_impossible"),
        (date(1, 1, 1), "birth_date_impossible"),
        (1985.0, "birth_date_year_only"),
        (12.0, "birth_date_unreadable"),
        (10.0**12, "birth_date_unreadable"),
        ("1985", "birth_date_unreadable"),
        ("umur 40", "birth_date_unreadable"),
        ("99 Maret", "birth_date_unreadable"),
        (True, "birth_date_unreadable"),
    ],
)
def test_birth_date_that_is_unsure_is_asked_back(value, code):
    assert codes(dates.birth_date(value)) == (None, [("error", code)])


def test_birth_date_with_the_month_first_is_answered_with_the_right_order():
    (doubt,) = dates.birth_date("3/17/1985")[1]
    assert doubt.wording.endswith("Tulis tanggal dulu: 17-03-1985.")


@pytest.mark.parametrize(
    "value, expected",
    [
        ("Nanga Bulik, 4-3-1985", ("Nanga Bulik", MARCH, [])),
        ("Nanga Bulik/ 4 Maret 1985", ("Nanga Bulik", MARCH, [])),
        ("P. Bun,04/03/1985", ("P. Bun", MARCH, [])),
        ("Sampit", ("Sampit", None, [])),
        (MARCH, ("", MARCH, [])),
        ("", ("", None, [])),
    ],
)
def test_place_and_date_in_one_cell_are_parted(value, expected):
    assert dates.place_and_date(value) == expected


@pytest.mark.parametrize(
    "value, sex",
    [
        ("L", "L"),
        ("l.", "L"),
        ("Laki-laki", "L"),
        ("LK", "L"),
        ("Pria", "L"),
        ("P", "P"),
        ("Pr.", "P"),
        ("perempuan", "P"),
        ("Wanita", "P"),
        ("", ""),
    ],
)
def test_sex_is_read(value, sex):
    assert cells.sex(value) == (sex, [])


def test_sex_that_is_no_sex_is_asked_back():
    assert codes(cells.sex("L/P")) == ("", [("warning", "sex_unreadable")])


@pytest.mark.parametrize(
    "value, rupiah",
    [
        (2_400_000.0, 2_400_000), ("2400000", 2_400_000), ("Rp 2.400.000", 2_400_000), ("Rp. 2.400.000,-", 2_400_000),
        ("Rp2.400.000,00", 2_400_000), ("2.400.000.-", 2_400_000), ("2,400,000", 2_400_000), ("2,400,000.00", 2_400_000),
        ("2,4 jt", 2_400_000), ("2.4 juta", 2_400_000), ("± 2 jt", 2_000_000), ("Rp 2 juta/bulan", 2_000_000),
        ("500 ribu", 500_000), ("500rb", 500_000), ("750k", 750_000), ("2.400.000 rupiah", 2_400_000), ("2 400 000", 2_400_000),
        ("IDR 5.000.000", 5_000_000), ("0", 0), ("", None), ("-", None),
    ],
)  # fmt: skip
def test_money_is_read_in_whole_rupiah(value, rupiah):
    assert cells.money(value, "amount_requested", "Kebutuhan modal") == (rupiah, [])


@pytest.mark.parametrize(
    "value, code",
    [
        ("2-3 juta", "amount_requested_unreadable"), ("lima juta", "amount_requested_unreadable"), (-5.0, "amount_requested_unreadable"),
        ("1.2.3", "amount_requested_unreadable"), ("5.000.0000", "amount_requested_unreadable"), (1e15, "amount_requested_unreadable"),
        (True, "amount_requested_unreadable"), (MARCH, "amount_requested_unreadable"), (5.0, "amount_requested_too_small"),
        ("5.000", "amount_requested_too_small"), ("2,4", "amount_requested_too_small"),
    ],
)  # fmt: skip
def test_money_that_is_unsure_is_asked_back(value, code):
    assert codes(cells.money(value, "amount_requested", "Kebutuhan modal")) == (None, [("error", code)])


@pytest.mark.parametrize("value, rupiah", [(5.0, 5_000_000), ("2,5", 2_500_000), (5_000_000.0, 5_000_000)])
def test_money_in_a_column_of_millions_is_told_by_its_size(value, rupiah):
    assert cells.money(value, "amount_requested", "Kebutuhan modal", 1_000_000) == (rupiah, [])


@pytest.mark.parametrize(
    "value, expected",
    [
        (10.0, 10), ("10", 10), ("3 th", 3), ("3 tahun", 3), ("± 5 thn", 5), ("1,5 tahun", 1), ("6 bulan", 0), ("18 bln", 1),
        ("sejak 2015", 11), ("2015", 11), (2015.0, 11), ("2 tahun 6 bulan", 2), ("", None),
    ],
)  # fmt: skip
def test_years_of_business_are_counted(value, expected):
    assert cells.years(value, 2026) == (expected, [])


@pytest.mark.parametrize("value", ["lama", 200.0, -1.0, "sejak dulu", "3-5 tahun"])
def test_years_of_business_that_are_unsure_are_asked_back(value):
    assert codes(cells.years(value, 2026)) == (None, [("warning", "business_years_unreadable")])


def test_years_of_business_in_a_column_of_months():
    assert cells.years(30.0, 2026, in_months=True) == (2, [])


@pytest.mark.parametrize(
    "value",
    [
        "081234567890", "0812-3456-7890", "+62 812-3456-7890", "6281234567890", "62 812 3456 7890", "(0812) 3456 7890",
        "'081234567890", "081234567890 / 082345678901", "+62 (0)812 3456 7890", "0062 812 3456 7890", "81234567890",
        "WA: 0812.3456.7890", 6281234567890.0, "\u202a+62 812-3456-7890\u202c",
    ],
)  # fmt: skip
def test_phone_becomes_international(value):
    assert cells.phone(value) == ("+6281234567890", [])


@pytest.mark.parametrize("value", ["", "-", "tidak ada", "belum punya"])
def test_phone_may_be_missing(value):
    assert cells.phone(value) == (None, [])


def test_phone_as_number_has_lost_its_zero():
    assert codes(cells.phone(81234567890.0)) == ("+6281234567890", [("warning", "phone_as_number")])


@pytest.mark.parametrize(
    "value", ["0532-21234", "0812", "sama dengan istri", "+1 202 555 0100", 5.0, "0812345678901234"]
)
def test_phone_that_is_none_is_left_out_and_told(value):
    assert codes(cells.phone(value)) == (None, [("warning", "phone_unreadable")])


@pytest.mark.parametrize(
    "value, expected",
    [
        ("0012345678", ("0012345678", [])),
        ("'125-01-0012345.6", ("1250100123456", [])),
        ("BRI 1234-01-000567-53-1", ("123401000567531", [])),
        ("Bank Kalteng: 0012345678", ("0012345678", [])),
        ("belum ada", (None, [])),
        (9797321263.0, ("9797321263", [("warning", "account_as_number")])),
        (1234010005675310.0, (None, [("error", "account_lost_digits")])),
        ("1234567", (None, [("error", "account_unreadable")])),
        ("12345678901234567", (None, [("error", "account_unreadable")])),
        ("1,23E+09", (None, [("error", "account_unreadable")])),
    ],
)
def test_account_number_keeps_its_zeros(value, expected):
    assert codes(cells.account(value)) == expected


@pytest.mark.parametrize(
    "value, expected",
    [
        ("Gg. Bersama No. 57 RT 007/RW 004", ("Gg. Bersama No. 57", "007", "004")),
        ("Jl. Melati RT.7 RW.4", ("Jl. Melati", "007", "004")),
        ("RT 7, RW 4, Jl. Melati", ("Jl. Melati", "007", "004")),
        ("Jl. Melati RT/RW 007/004 Desa Toka", ("Jl. Melati Desa Toka", "007", "004")),
        ("Jl. Melati (RT.007/004)", ("Jl. Melati", "007", "004")),
        ("Jl. Melati rt 5", ("Jl. Melati", "005", "")),
        ("Jl. Kartini No. 3", ("Jl. Kartini No. 3", "", "")),
        ("", ("", "", "")),
    ],
)
def test_address_gives_its_rt_and_rw(value, expected):
    assert cells.address(value) == expected


@pytest.mark.parametrize(
    "value, expected", [(7.0, "007"), ("7", "007"), ("RT 07", "007"), ("rw.4", "004"), ("-", ""), (0.0, ""), ("A", "")]
)
def test_unit_has_three_digits(value, expected):
    assert cells.unit(value) == expected


@pytest.mark.parametrize(
    "value, expected",
    [(2.0, (2, [])), ("Desil 4", (4, [])), ("", (None, [])), ("11", (None, [("warning", "desil_unreadable")]))],
)
def test_desil_is_one_to_ten(value, expected):
    assert codes(cells.desil(value)) == expected
