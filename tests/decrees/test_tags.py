"""The language of a decree's wording, without a database: what is read, refused with its place, and printed."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decrees.models import Wording
from decrees.queries.facts import LISTS as LISTED
from decrees.queries.facts import tags_for
from decrees.queries.wordings import first_texts
from decrees.tags import (
    PARTS,
    Filled,
    Tag,
    Unreadable,
    Value,
    faults_of,
    fill,
    literally,
    ordinal,
    paragraphs,
    place,
    read,
    tags_in,
    tidy,
)

KNOWN = ("dpa", "tahun", "kosong", "total", "laws", "minutes")
LISTS = frozenset({"laws", "minutes"})
VALUES = {
    "tahun": Value("2026"),
    "total": Value("Rp0", says=False),
    "dpa": Value("DPA/1"),
    "kosong": Value("", says=False),
    "laws": Value(entries=("UU 5/2002", "UU 11/2009")),
    "minutes": Value(entries=(), says=False),
}


@pytest.mark.parametrize(
    "text, printed, used",
    [
        ("Tahun {tahun}.", ["Tahun 2026."], {"tahun"}),
        ("Tahun { tahun }.", ["Tahun 2026."], {"tahun"}),
        ("A[, DPA {dpa}][, kode {kosong}].", ["A, DPA DPA/1."], {"dpa"}),
        ("[Setiap {kosong}|Menurut lampiran], seluruhnya {total}.", ["Menurut lampiran, seluruhnya Rp0."], set()),
        ("[{kosong}|{total}|{dpa}|lain]", ["DPA/1"], {"dpa"}),
        ("[{kosong}|{total}]", [], set()),
        ("Awal\n{laws};\nAkhir", ["Awal", "UU 5/2002;", "UU 11/2009;", "Akhir"], {"laws"}),
        ("[BA {minutes}|Hasil verifikasi];", ["Hasil verifikasi;"], set()),
        ("{minutes};", [], set()),
        ("Pasal {{1}} dan [[2]] | 3", ["Pasal {1} dan [2] | 3"], set()),
        ("[a || b {tahun}]", ["a | b 2026"], {"tahun"}),
        ("[]", [], set()),
        ("[{?kosong}a|{?dpa}b|c] {?tahun}d", ["b d"], set()),
        ("", [], set()),
    ],
)
def test_what_is_printed(text, printed, used):
    assert fill(text, VALUES) == Filled(printed, frozenset(used))


def test_what_a_tag_stands_for_is_never_read_again():
    hostile = {"name": Value("{tahun} [x|y] <script>"), "list": Value(entries=("{name}", "]["))}
    assert fill("{name};\n{list}", hostile).paragraphs == ["{tahun} [x|y] <script>;", "{name}", "]["]


@pytest.mark.parametrize(
    "text, faults",
    [
        ("Tahun {tahum}", ["Diktum KESATU: tag {tahum} tidak dikenal; maksudnya {tahun}?"]),
        ("a\n{xyzzy} {xyzzy}", ["Diktum KEDUA: tag {xyzzy} tidak dikenal."]),
        ("a {", ["Diktum KESATU: kurung kurawal “{” pada huruf ke-3 belum ditutup."]),
        ("a }", ["Diktum KESATU: kurung kurawal “}” pada huruf ke-3 tidak ada pembukanya."]),
        ("[a", ["Diktum KESATU: kurung siku “[” pada huruf ke-1 belum ditutup."]),
        ("ab]", ["Diktum KESATU: kurung siku “]” pada huruf ke-3 tidak ada pembukanya."]),
        ("[a [b]]", ["Diktum KESATU: kurung siku “[” pada huruf ke-4 berada di dalam kurung siku lain."]),
        ("{}", ["Diktum KESATU: tag {} tidak dikenal."]),
        ("{" + "x" * 90 + "}", ["Diktum KESATU: tag {" + "x" * 40 + "…} tidak dikenal."]),
        (
            "{laws} {minutes}",
            ["Diktum KESATU: {laws} dan {minutes} masing-masing berisi daftar; tulis dalam paragraf sendiri-sendiri."],
        ),
        ("\n".join("a" * 27), ["Diktum: paling banyak 26 paragraf; gabungkan sebagian."]),
        ("[{? kosong}|{total}] {laws}", []),
    ],
)
def test_what_is_refused_names_its_place(text, faults):
    assert faults_of("clauses", text, KNOWN, LISTS) == faults


def test_a_title_is_one_paragraph_without_a_list():
    assert faults_of("title", "a\n{laws}", KNOWN, LISTS) == [
        "Tentang: tulis dalam satu paragraf saja.",
        "Tentang: tag {laws} berisi daftar dan tidak dapat dipakai di sini.",
    ]


def test_places_are_called_as_the_paper_calls_them():
    assert [place(part, 1) for part in PARTS] == [
        "Tentang", "Menimbang huruf b", "Mengingat angka 2", "Memperhatikan angka 2", "Menetapkan", "Diktum KEDUA",
        "Tembusan angka 2",
    ]  # fmt: skip
    assert [ordinal(number) for number in (1, 9, 10, 11, 12, 19, 20, 21)] == [
        "KESATU", "KESEMBILAN", "KESEPULUH", "KESEBELAS", "KEDUA BELAS", "KESEMBILAN BELAS", "KEDUA PULUH",
        "KEDUA PULUH SATU",
    ]  # fmt: skip


def test_signs_that_nobody_sees_are_left_out():
    assert tidy("  a\u202eb\x00 \t c \n\n \x0b\u200b\nd\r\n") == "ab c\nd"


WORDS = st.text(alphabet=string.ascii_letters + " {}[]|&<>\u00e9\u202e", max_size=40)
NAMES = st.sampled_from(sorted(KNOWN))
PIECES = st.recursive(
    st.one_of(WORDS.map(literally), NAMES.map("{{{}}}".format)), lambda inner: st.lists(inner, max_size=4).map("".join)
)


@given(WORDS)
def test_words_written_literally_mean_themselves(text):
    assert fill(literally(tidy(text)), {}).paragraphs == [row for row in paragraphs(tidy(text)) if row]


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_with_a_place(text):
    for row in paragraphs(tidy(text)):
        faults = faults_of("copies", row, KNOWN, LISTS)
        try:
            pieces = read(row)
        except Unreadable as error:
            told = f"Tembusan angka 1: {error}."
            expected = [told]
        else:
            told, expected = "", [] if set(tags_in(pieces)) <= set(KNOWN) else faults
        assert (faults, "pada huruf ke-" in told) == (expected, bool(told))


@given(st.lists(PIECES, max_size=5).map("\n".join), st.dictionaries(NAMES, st.text(max_size=20)))
def test_what_has_no_fault_is_printed_with_each_value_in_its_place(text, given_values):
    """Whatever the values are; and printing never fails on what `faults_of` let pass."""
    values = VALUES | {name: Value(" ".join(words.split()), says=bool(words.strip())) for name, words in given_values.items()
                       if name not in LISTS}  # fmt: skip
    text = tidy(text)
    if faults_of("clauses", text, KNOWN, LISTS):
        return
    filled = fill(text, values)
    named = {name for row in paragraphs(text) for name in tags_in(read(row))}
    assert filled.used <= named
    assert filled.used == {name for name in named if values[name].says}  # no passage here: every tag has its part
    for row in paragraphs(text):
        words = [piece for piece in read(row) if isinstance(piece, Tag) and piece.name not in LISTS]
        for tag in words:
            if values[tag.name].text and not {"laws", "minutes"} & set(tags_in(read(row))):
                assert any(" ".join(values[tag.name].text.split()) in line for line in filled.paragraphs)


def test_the_wordings_that_an_office_begins_with_have_no_fault():

    wrong = {
        (kind, part): faults
        for kind in Wording.Kind
        for role in ("office_head", "regent")
        for part, text in first_texts(kind, role).items()
        if (faults := faults_of(part, text, tags_for(kind), LISTED))
    }
    assert wrong == {}
