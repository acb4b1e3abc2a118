"""Files that are no list, and files that mean harm: each ends in one polite sentence, none in this process's memory."""

import io
import resource
import struct
import zipfile

import pytest

from proposals.spreadsheet import Unreadable, read
from proposals.spreadsheet.opening import MAX_BYTES, REFUSALS
from tests.proposals.spreadsheet.workbooks import HEADER, SARI, ole, with_member, xlsx

SHEET = "xl/worksheets/sheet1.xml"
GOOD = xlsx([HEADER, SARI])


def sheet_xml(rows: str) -> bytes:
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{name}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def far_apart() -> bytes:
    """Two cells, one million rows and sixteen thousand columns apart: 6 GB and more where a sheet is one dense block."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return with_member(GOOD, SHEET, sheet_xml(cells))


def zip_bomb() -> bytes:
    """900 MB of blanks in a file of 4 MB."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(GOOD)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy,
    ):
        for name in source.namelist():
            if name != SHEET:
                copy.writestr(name, source.read(name))
        with copy.open(SHEET, "w", force_zip64=True) as member:
            for _ in range(900):
                member.write(b" " * 1_000_000)
    return target.getvalue()


def repeated_text() -> bytes:
    """One long text, shown in many thousand cells."""
    rows = "".join(
        f'<row r="{y}">' + "".join(f'<c r="{x}{y}" t="s"><v>0</v></c>' for x in "ABCDEFGHIJ") + "</row>"
        for y in range(1, 9_000)
    )
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = f'<sst xmlns="{name}"><si><t>{"x" * 30_000}</t></si></sst>'.encode()
    return with_member(with_member(GOOD, SHEET, sheet_xml(rows)), "xl/sharedStrings.xml", strings)


def entities() -> bytes:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    workbook = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{lines}]><workbook>&e11;</workbook>'
    return with_member(GOOD, "xl/workbook.xml", workbook.encode())


def old_far_apart() -> bytes:
    def record(kind, body):
        return struct.pack("<HH", kind, len(body)) + body

    name = b"A"
    opening = record(0x809, struct.pack("<HHHHII", 0x600, 0x5, 0, 1997, 0, 6))
    start = len(opening) + 4 + 8 + len(name) + 4
    stream = opening + record(0x85, struct.pack("<IBBBB", start, 0, 0, len(name), 0) + name) + record(0x0A, b"")
    stream += record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 1997, 0, 6))
    stream += record(0x203, struct.pack("<HHHd", 0, 0, 0, 1.0)) + record(
        0x203, struct.pack("<HHHd", 65535, 65535, 0, 1.0)
    )
    return ole({"Workbook": stream + record(0x0A, b"")})


HARM = {
    "nothing": (lambda: b"", "empty_file"),
    "csv": (lambda: b"Nama,NIK,No KK\nSari,6209035111800011,6209032002240025\n", "csv"),
    "csv with semicolons": (lambda: b"\xef\xbb\xbfNama;NIK\nSari;1\n", "csv"),
    "utf-16 text": (lambda: "Nama\tNIK\n".encode("utf-16"), "csv"),
    "pdf": (lambda: b"%PDF-1.7, a, b, c", "type"),
    "web page": (lambda: b"<html><table><tr><td>NIK, Nama</table>", "type"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "type"),
    "half a workbook": (lambda: GOOD[: len(GOOD) // 2], "damaged"),
    "zip of something else": (lambda: with_member(GOOD, "xl/workbook.xml", b"<a/>")[:200], "damaged"),
    "workbook without sheets": (lambda: with_member(GOOD, "xl/workbook.xml", b""), "damaged"),
    "locked": (lambda: ole({"EncryptionInfo": bytes(64), "EncryptedPackage": bytes(64)}), "locked"),
    "half an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "damaged"),
    "too many bytes": (lambda: GOOD + bytes(MAX_BYTES), "too_big"),
    "far apart": (far_apart, "too_big"),
    "zip bomb": (zip_bomb, "too_big"),
    "one text in many cells": (repeated_text, "too_big"),
    "entities": (entities, "damaged"),
    "old and far apart": (old_far_apart, "too_big"),
    "rows without end": (lambda: xlsx([HEADER, SARI, *[[]] * 10_001, ["akhir"]]), "too_long"),
}


@pytest.mark.parametrize("harm", HARM)
def test_file_that_is_no_list_is_refused_politely(harm):
    make, code = HARM[harm]
    content = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(Unreadable) as refusal:
        read(io.BytesIO(content), year=2026)

    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    assert (refusal.value.code, refusal.value.messages) == (code, [REFUSALS[code]])
    assert grown < 100  # MB


def test_long_cell_is_cut_and_told():
    sheet = read(xlsx([HEADER, [*SARI[:6], "k" * 30_000, SARI[7]]]), year=2026)
    assert [(fault.cell, fault.code) for fault in sheet.rows[0].faults] == [("G2", "business_too_long")]
    assert len(sheet.rows[0].values["business"]) == 120


def test_columns_beyond_the_hundredth_are_not_read():
    sheet = read(xlsx([[*HEADER, *[""] * 200, "Keterangan"], [*SARI, *[""] * 200, "jauh"]]), year=2026)
    assert (sheet.rows[0].values["note"], len(sheet.rows[0].cells)) == ("", 100)


def test_text_that_looks_like_markup_or_a_formula_stays_text():
    name = '=HYPERLINK("http://x","a")<script>{cell}'
    sheet = read(xlsx([HEADER, [1.0, name, *SARI[2:]]]), year=2026)
    assert sheet.rows[0].values["name"] == name
