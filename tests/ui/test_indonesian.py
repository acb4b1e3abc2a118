import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uep.ui import indonesian as words

UNITS = {
    "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
}  # fmt: skip
SCALES = {"triliun": 10**12, "miliar": 10**9, "juta": 10**6, "ribu": 1000}


def read(text: str) -> int:
    """Read Indonesian number words back, written without a look at how they are made."""
    total, group, last = 0, 0, 0
    for word in text.split():
        if word in UNITS:
            last = UNITS[word]
            group += last
        elif word == "sepuluh":
            group += 10
        elif word == "sebelas":
            group += 11
        elif word == "seratus":
            group += 100
        elif word == "seribu":
            total += 1000
        elif word == "belas":
            group += 10
        elif word in {"puluh", "ratus"}:
            group += last * ({"puluh": 10, "ratus": 100}[word] - 1)
        elif word in SCALES:
            total, group = total + group * SCALES[word], 0
        else:
            assert word == "nol"
    return total + group


@pytest.mark.parametrize(
    "number, text",
    [
        (0, "nol"),
        (1, "satu"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (21, "dua puluh satu"),
        (100, "seratus"),
        (101, "seratus satu"),
        (111, "seratus sebelas"),
        (999, "sembilan ratus sembilan puluh sembilan"),
        (1000, "seribu"),
        (1001, "seribu satu"),
        (1100, "seribu seratus"),
        (2001, "dua ribu satu"),
        (2024, "dua ribu dua puluh empat"),
        (11_000, "sebelas ribu"),
        (21_000, "dua puluh satu ribu"),
        (100_000, "seratus ribu"),
        (101_000, "seratus satu ribu"),
        (325_000, "tiga ratus dua puluh lima ribu"),
        (1_000_000, "satu juta"),
        (1_001_000, "satu juta seribu"),
        (1_001_001, "satu juta seribu satu"),
        (1_021_000, "satu juta dua puluh satu ribu"),
        (5_000_000, "lima juta"),
        (11_000_000, "sebelas juta"),
        (1_000_001_000, "satu miliar seribu"),
        (1_001_000_000, "satu miliar satu juta"),
        (10**12, "satu triliun"),
    ],
)
def test_terbilang(number, text):
    assert words.terbilang(number) == text


@given(
    st.one_of(
        st.integers(0, 10**12), st.integers(0, 999).flatmap(lambda n: st.sampled_from([n * 1000, n * 10**6 + 1000]))
    )
)
def test_terbilang_reads_back(number):
    assert read(words.terbilang(number)) == number


@given(st.integers(0, 10**12))
def test_terbilang_never_says_satu_where_se_is_said(number):
    text = words.terbilang(number)
    assert not re.search(r"(^|juta |miliar |triliun )satu (ribu|ratus|puluh|belas)\b", text)
    assert not re.search(r"\bse(juta|miliar|triliun)", text)


@pytest.mark.parametrize("number", [-1, 10**15, 1.5, "5", True, None])
def test_terbilang_refuses_what_has_no_words(number):
    with pytest.raises(ValueError, match="not a whole number"):
        words.terbilang(number)


def test_money():
    assert [words.rupiah(amount) for amount in (0, 999, 5_000_000, -2500, 1_234_567_890)] == [
        "Rp0",
        "Rp999",
        "Rp5.000.000",
        "-Rp2.500",
        "Rp1.234.567.890",
    ]
    assert words.rupiah_terbilang(5_000_000) == "lima juta rupiah"


def test_figures():
    assert [words.angka(number) for number in (0, 1000, 12.5, Decimal("1234.50"), -7000)] == [
        "0",
        "1.000",
        "12,5",
        "1.234,50",
        "-7.000",
    ]
    assert [words.persen(0.125, 1), words.persen(1), words.persen(0)] == ["12,5%", "100%", "0%"]
    assert [words.ukuran(size) for size in (10, 840_000, 1_200_000)] == ["1 KB", "840 KB", "1,2 MB"]


def test_days():
    day = date(2024, 5, 3)
    assert words.tanggal(day) == "3 Mei 2024"
    assert words.tanggal_singkat(date(2026, 8, 9)) == "9 Agu 2026"
    assert words.hari_tanggal(day) == "Jumat, 3 Mei 2024"
    # The sample of a BAST in domain 3.7.
    assert words.tanggal_terbilang(day) == "Jumat tanggal Tiga bulan Mei tahun Dua Ribu Dua Puluh Empat"
    assert words.tanggal_terbilang(date(2026, 11, 23)) == (
        "Senin tanggal Dua Puluh Tiga bulan November tahun Dua Ribu Dua Puluh Enam"
    )
    assert [words.hari(date(2026, 11, 23) + timedelta(days=n)) for n in range(7)] == list(words.DAYS)


def test_roman_months():
    assert [words.bulan_romawi(month) for month in range(1, 13)] == list(words.ROMANS)
    assert words.bulan_romawi(date(2026, 11, 23)) == "XI"
    with pytest.raises(ValueError, match="no such month: 13"):
        words.bulan_romawi(13)


@pytest.mark.parametrize(
    "zone, text",
    [
        ("Asia/Pontianak", "23 November 2026, 09.12 WIB"),
        ("Asia/Makassar", "23 November 2026, 10.12 WITA"),
        ("Asia/Jayapura", "23 November 2026, 11.12 WIT"),
    ],
)
def test_times_are_the_offices(settings, zone, text):
    settings.TIME_ZONE = zone
    assert words.waktu(datetime(2026, 11, 23, 2, 12, tzinfo=UTC)) == text


def test_a_day_turns_at_the_offices_midnight():
    late = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # 01.00 WIB of the 23rd
    assert [words.tanggal(late), words.jam(late), words.hari(late)] == ["23 November 2026", "01.00", "Senin"]
    assert words.jam(time(7, 5)) == "07.05"
    assert words.jam(datetime(2026, 11, 23, 7, 5)) == "07.05"  # noqa: DTZ001 - a naive time is the office's


def test_how_long():
    spans = [timedelta(days=2, hours=23), timedelta(hours=3, minutes=59), timedelta(minutes=12), timedelta(seconds=59)]
    assert [words.lama(span) for span in spans] == ["2 hari", "3 jam", "12 menit", "kurang dari semenit"]
    assert words.lama(-timedelta(days=1200)) == "1.200 hari"


@pytest.mark.parametrize(
    "due, said",
    [
        (datetime(2026, 11, 23, 16, tzinfo=UTC), ("Hari ini, 23.00", False)),
        (datetime(2026, 11, 23, 2, 59, tzinfo=UTC), ("Lewat kurang dari semenit", True)),
        (datetime(2026, 11, 21, 3, tzinfo=UTC), ("Lewat 1 hari", True)),
        (datetime(2026, 11, 21, 2, tzinfo=UTC), ("Lewat 2 hari", True)),
        (datetime(2026, 11, 24, 9, tzinfo=UTC), ("Besok, 16.00", False)),
        (datetime(2026, 11, 25, 9, tzinfo=UTC), ("25 November", False)),
        (datetime(2027, 1, 2, 9, tzinfo=UTC), ("2 Januari 2027", False)),
        (date(2026, 11, 23), ("Hari ini", False)),
        (date(2026, 11, 22), ("Lewat 1 hari", True)),
        (date(2026, 11, 24), ("Besok", False)),
    ],
)
def test_by_when(due, said):
    assert words.batas(due, datetime(2026, 11, 23, 2, 59, 30, tzinfo=UTC)) == said


def test_initials():
    names = ["Rahmat Hidayat", "Drs. H. Abdul Karim, M.Si.", "Yohana", "Siti Nur Aini", ""]
    assert [words.inisial(name) for name in names] == ["RH", "AK", "Y", "SA", ""]
