"""Whatever stands in the cells: a list, or a polite refusal, never anything else."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proposals.spreadsheet import Unreadable, faulty_rows_xlsx, read
from proposals.spreadsheet.opening import Grid, open_book
from proposals.spreadsheet.reading import read_grids
from tests.proposals.spreadsheet.test_columns import ALONE, SOMETHING_ELSE

TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "",
            "-",
            "#N/A",
            "'",
            "Rp",
            "RT/RW",
            "4/3/85",
            "31-02-1985",
            "6,2E+15",
            "+62",
            "NIP. 1",
            "{cell}",
            "\ud800"[:0],
            "٣٤",
        ]
    ),
    st.from_regex(r"\A[0-9]{1,20}\Z"),
    st.from_regex(r"\A(Rp\.? ?)?[0-9.,]{1,12}( jt| juta|,-)?\Z"),
    st.from_regex(r"\A[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}\Z"),
)
CELLS = st.one_of(
    TEXTS,
    st.floats(-1e300, 1e300),
    st.integers(0, 10**16).map(float),
    st.booleans(),
    st.dates(),
    st.just(""),
    st.just(""),
)
HEADERS = st.permutations([texts[0] for texts in ALONE.values()]).flatmap(
    lambda order: st.integers(3, len(order)).map(lambda count: order[:count])
)


@st.composite
def lists(draw):
    header = draw(HEADERS)
    for extra in draw(st.lists(st.sampled_from(SOMETHING_ELSE), max_size=3)):
        header = [*header[:1], extra, *header[1:]]
    above = draw(st.lists(st.lists(CELLS, max_size=5), max_size=3))
    below = draw(st.lists(st.lists(CELLS, max_size=len(header) + 2), max_size=6))
    return [*above, header, *below]


def check(sheet):
    numbers = [row.number for row in sheet.rows]
    assert numbers == sorted(set(numbers))
    assert not set(numbers) & {line.number for line in sheet.skipped}
    for row in sheet.rows:
        assert row.ok == (not any(fault.level == "error" for fault in row.faults))
        assert all(fault.sentence for fault in row.faults)
        born = row.values["birth_date"]
        assert born is None or isinstance(born, date)
        if row.ok:  # what comes in is whole
            assert len(row.values["nik"]) == len(row.values["kk_number"]) == 16
            assert row.values["name"]
            assert row.values["business"]
            assert row.values["amount_requested"] > 0
        assert len(row.fingerprint) == 64


def listed(rows):
    """The sheet, or the code of the refusal; anything else that is raised fails the test."""
    try:
        return read_grids([Grid("x", rows)], year=2026), None
    except Unreadable as refusal:
        return None, refusal.code


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=12), max_size=8))
def test_any_cells_are_a_list_or_a_polite_refusal(rows):
    sheet, code = listed(rows)
    assert code in {None, "no_header", "no_rows"}
    if sheet:
        check(sheet)


@settings(max_examples=300, deadline=None)
@given(lists())
def test_any_list_under_any_header_is_read_and_written_back(rows):
    sheet, code = listed(rows)
    assert code in {None, "no_header", "no_rows"}
    if sheet:
        check(sheet)
        assert faulty_rows_xlsx(sheet).startswith(b"PK")


@settings(max_examples=25, deadline=None)
@given(lists())
def test_rows_written_back_are_found_again(rows):
    sheet, _ = listed(rows)
    if sheet and sheet.faulty:
        (grid,) = open_book(faulty_rows_xlsx(sheet))
        header, *written = grid.rows[-len(sheet.faulty) - 1 :]
        origin = header.index("Baris di daftar asal")
        assert [row[origin] for row in written] == [float(row.number) for row in sheet.faulty]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]))
def test_any_bytes_are_refused_politely(junk, magic):
    with pytest.raises(Unreadable) as refusal:
        read(magic + junk, year=2026)
    assert refusal.value.code in {"empty_file", "csv", "type", "damaged"}
