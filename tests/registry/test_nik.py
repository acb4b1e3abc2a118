from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uep.registry.nik import Finding, birth_of, check_kk, check_nik, errors, lost_digits, sex_of

KNOWN = frozenset({"620901", "620903", "620101", "357801"})
MAN, WOMAN = "6209031505900001", "6209035505900001"
TODAY = date(2026, 11, 23)


def codes(findings):
    return [(finding.level, finding.code) for finding in findings]


@pytest.mark.parametrize(
    ("nik", "expected"),
    [
        (MAN, []),
        (WOMAN, []),
        ("6209 0315 0590 0001", []),
        ("6209.031505.900001", []),
        ("'6209031505900001", []),
        ("", [("error", "empty")]),
        (" - ", [("error", "empty")]),
        ("620903150590001", [("error", "length")]),
        ("62090315059000011", [("error", "length")]),
        ("62090315O5900001", [("error", "not_digits")]),
        ("Siti", [("error", "not_digits")]),
        ("6,209,031,505,900,001", [("error", "not_digits")]),
        ("6.20903E+15", [("error", "lost_digits")]),
        ("6,20903E+15", [("error", "lost_digits")]),
        ("1111111111111111", [("error", "repeated")]),
        ("0000000000000000", [("error", "repeated")]),
        ("6209030005900001", [("error", "day")]),
        ("6209033205900001", [("error", "day")]),
        ("6209034005900001", [("error", "day")]),
        ("6209034105900001", []),
        ("6209037105900001", []),
        ("6209037205900001", [("error", "day")]),
        ("6209033105900001", []),
        ("6209030105900001", []),
        ("6209031500900001", [("error", "month")]),
        ("6209031513900001", [("error", "month")]),
        ("6209031512900001", []),
        ("6209031505900000", [("error", "serial")]),
        ("6209039999900000", [("error", "day"), ("error", "month"), ("error", "serial")]),
        ("6209033002900001", [("warning", "calendar")]),
        ("6209037002900001", [("warning", "calendar")]),
        ("6209033104900001", [("warning", "calendar")]),
        ("6209032902910001", [("warning", "calendar")]),
        ("6209032902920001", []),
        ("6209032902000001", []),  # 2000 was a leap year, 1900 was not
        ("6201011505900001", []),  # the regency that Lamandau was once part of
        ("3578011505900001", []),  # moved here from Java: for life
        ("6209991505900001", [("warning", "district")]),
        ("9909031505900001", [("warning", "region")]),
        ("6404021505900001", []),  # Bulungan, before it went to Kalimantan Utara
        ("9101021505900001", []),  # Merauke, before Papua Selatan
    ],
)
def test_check_nik(nik, expected):
    assert codes(check_nik(nik, known_districts=KNOWN)) == expected


def test_sentences_say_how_to_mend():
    said = {
        nik: [finding.sentence for finding in check_nik(nik, known_districts=KNOWN)]
        for nik in (
            "",
            "620903150590001",
            "62090315059000011",
            "62090315O59000l1",
            "6209038505900001",
            "6209031513900001",
            "6209031505900000",
            "1111111111111111",
            "6209033002900001",
            "6209991505900001",
            "9909031505900001",
        )
    }
    assert said == {
        "": ["NIK belum diisi. Ketik 16 angka dari KTP."],
        "620903150590001": ["NIK harus 16 angka; ini 15 angka (kurang 1). Cocokkan dengan KTP."],
        "62090315059000011": ["NIK harus 16 angka; ini 17 angka (lebih 1). Cocokkan dengan KTP."],
        "62090315O59000l1": [
            (
                "NIK hanya boleh berisi angka; yang bukan angka: O, l. "
                "Periksa: huruf O mungkin angka 0, huruf l mungkin angka 1."
            )
        ],
        "6209038505900001": [
            (
                "Angka ke-7 dan 8 NIK (85) bukan tanggal lahir: 01-31 untuk laki-laki, 41-71 untuk perempuan. "
                "Cocokkan dengan KTP."
            )
        ],
        "6209031513900001": ["Angka ke-9 dan 10 NIK (13) bukan bulan (01-12). Cocokkan dengan KTP."],
        "6209031505900000": [
            (
                "Empat angka terakhir NIK tidak mungkin 0000; nomor urut mulai 0001. Bila disalin dari lembar kerja, "
                "angka terakhirnya mungkin hilang. Cocokkan dengan KTP."
            )
        ],
        "1111111111111111": ["NIK berisi 16 angka 1; ini bukan nomor asli. Salin dari KTP."],
        "6209033002900001": [
            (
                "Tanggal lahir pada NIK tidak ada dalam kalender: 30 Februari '90. "
                "Cocokkan dengan KTP; bila memang begitu, lanjutkan."
            )
        ],
        "6209991505900001": [
            (
                "Kode kecamatan 62.09.99 pada NIK tidak ada dalam daftar Kemendagri; mungkin kecamatan lama. "
                "Cocokkan dengan KTP."
            )
        ],
        "9909031505900001": [
            (
                "Kode kabupaten/kota 99.09 pada NIK tidak ada dalam daftar Kemendagri. "
                "Cocokkan enam angka pertama dengan KTP."
            )
        ],
    }


@pytest.mark.parametrize(
    ("nik", "birth_date", "sex", "expected"),
    [
        (MAN, date(1990, 5, 15), "L", []),
        (WOMAN, date(1990, 5, 15), "P", []),
        (MAN, date(1890, 5, 15), "L", []),  # two digits cannot tell the century
        (MAN, date(1990, 5, 16), "L", [("warning", "birth_date")]),
        (MAN, date(1991, 5, 15), None, [("warning", "birth_date")]),
        (MAN, date(1990, 6, 15), "", [("warning", "birth_date")]),
        (MAN, None, "P", [("warning", "sex")]),
        (WOMAN, None, "L", [("warning", "sex")]),
        (WOMAN, date(1990, 5, 16), "L", [("warning", "birth_date"), ("warning", "sex")]),
        ("6209038505900001", date(1990, 5, 15), "L", [("error", "day")]),  # compared only when it can be a NIK
    ],
)
def test_check_nik_against_what_was_typed(nik, birth_date, sex, expected):
    assert codes(check_nik(nik, birth_date=birth_date, sex=sex)) == expected


def test_sentences_about_what_disagrees():
    assert [f.sentence for f in check_nik(WOMAN, birth_date=date(1990, 5, 16), sex="L")] == [
        (
            "Tanggal lahir pada NIK (15-05-90) berbeda dari isian (16-05-1990). Cocokkan keduanya dengan KTP; "
            "bila KTP memang begitu, lanjutkan."
        ),
        "Menurut NIK pemiliknya perempuan, sedangkan isian laki-laki. Cocokkan jenis kelamin dan NIK dengan KTP.",
    ]


def test_region_is_not_judged_without_a_list():
    assert check_nik("9999991505900001") == []
    assert check_nik("9999991505900001", known_districts=frozenset()) == []


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("6209031505200001", []),
        ("6209 0315 0520 0001", []),
        ("", [("error", "empty")]),
        ("62090315052001", [("error", "length")]),
        ("6209O31505200001", [("error", "not_digits")]),
        ("2222222222222222", [("error", "repeated")]),
        ("6209035505200001", [("error", "day")]),  # a woman's NIK in the wrong box
        ("6209030005200001", [("error", "day")]),
        ("6209031513200001", [("error", "month")]),
        ("6209031505200000", [("error", "serial")]),
        ("6209033102200001", [("warning", "calendar")]),
        ("6209991505200001", [("warning", "district")]),
        (MAN, [("warning", "same_as_nik")]),
    ],
)
def test_check_kk(number, expected):
    assert codes(check_kk(number, nik=MAN, known_districts=KNOWN)) == expected


def test_a_womans_nik_in_the_box_of_the_kk_is_recognised():
    assert [f.sentence for f in check_kk(WOMAN)] == [
        (
            "Angka ke-7 dan 8 Nomor KK (55) bukan tanggal pencatatan (01-31). Mungkin ini NIK perempuan. "
            "Cocokkan dengan Kartu Keluarga."
        )
    ]


@pytest.mark.parametrize(
    ("nik", "born", "sex"),
    [
        (MAN, date(1990, 5, 15), "L"),
        (WOMAN, date(1990, 5, 15), "P"),
        ("6209032311260001", date(2026, 11, 23), "L"),  # born today
        ("6209032411260001", date(1926, 11, 24), "L"),  # not born tomorrow
        ("6209032902000001", date(2000, 2, 29), "L"),
        ("6209037112990001", date(1999, 12, 31), "P"),
        ("6209033002900001", None, "L"),  # 30 February
        ("6209038505900001", None, None),
        ("62O9031505900001", None, None),
        ("1", None, None),
        ("", None, None),
    ],
)
def test_birth_and_sex(nik, born, sex):
    assert (birth_of(nik, on=TODAY), sex_of(nik)) == (born, sex)


@pytest.mark.parametrize(
    "value",
    [
        6209031411000010.0,
        6209031505900000.0,
        6209031505900010,
        9171031505900002.0,  # above 2**53 even an end other than 0 may be a neighbour
        "6.20903E+15",
        "6,20903E+15",
        "6.20903150590001e+15",
    ],
)
def test_digits_are_lost(value):
    lost = lost_digits(value)
    assert (lost.level, lost.code) == ("error", "lost_digits")


@pytest.mark.parametrize(
    "value",
    [
        6209031505900001.0,  # written by a program that keeps 16 digits
        6209031505900001,
        "6209031505900010",  # text is what was typed
        62090315.0,
        float("inf"),
        float("nan"),
        None,
        True,
        "",
        "E+15",
        "Siti",
        date(1990, 5, 15),
    ],
)
def test_digits_are_not_lost(value):
    assert lost_digits(value) is None


def test_lost_digits_say_how_to_mend():
    assert lost_digits(6209031411000010.0) == Finding(
        "error",
        "lost_digits",
        "NIK tersimpan sebagai angka (6209031411000010) sehingga angka terakhirnya hilang. "
        "Ubah format sel menjadi Teks, lalu ketik ulang NIK dari KTP.",
    )
    assert "dari Kartu Keluarga" in lost_digits(6209031411000010.0, what="Nomor KK").sentence


# Any person's number passes; any text gets an answer, never an exception ---------------------------------------------

people = st.tuples(
    st.sampled_from(sorted(KNOWN)),
    st.dates(date(1927, 1, 1), TODAY),
    st.sampled_from("LP"),
    st.integers(1, 9999),
)


def nik_of(district, born, sex, serial):
    return f"{district}{born.day + 40 * (sex == 'P'):02}{born:%m%y}{serial:04}"


@given(people)
def test_every_issued_nik_passes_and_tells_birth_and_sex(person):
    nik = nik_of(*person)
    _, born, sex, _ = person
    assert check_nik(nik, birth_date=born, sex=sex, known_districts=KNOWN) == []
    assert (birth_of(nik, on=TODAY), sex_of(nik)) == (born, sex)


@given(people, st.integers(0, 15))
def test_a_missing_digit_is_always_an_error(person, at):
    nik = nik_of(*person)
    assert codes(check_nik(nik[:at] + nik[at + 1 :])) == [("error", "length")]


@given(people)
def test_what_a_spreadsheet_does_to_a_nik_is_always_noticed(person):
    nik = nik_of(*person)
    assert lost_digits(float(nik[:15] + "0")) is not None
    assert (lost_digits(float(nik)) is None) == (not nik.endswith("0"))  # all below 2**53 here


@given(st.text(max_size=24))
def test_any_text_gets_an_answer(text):
    for findings in (check_nik(text), check_kk(text)):
        assert all(f.level in {"error", "warning"} and f.sentence.endswith(".") for f in findings)
    if errors(check_nik(text)):
        assert birth_of(text, on=TODAY) is None
    else:
        assert sex_of(text) in {"L", "P"}
