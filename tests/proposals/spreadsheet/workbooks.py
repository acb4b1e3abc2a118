"""Workbooks for tests, written cell by cell: what villages send, and what enemies send."""

import io
import struct
import zipfile
from datetime import date

import xlsxwriter

HEADER = ["No", "Nama Lengkap", "NIK", "No. KK", "Tgl. Lahir", "L/P", "Jenis Usaha", "Kebutuhan Modal (Rp)"]
SARI = [1.0, "Sari Ranying", "6209035111800011", "6209032002240025", date(1980, 11, 11), "P", "Kue basah", 2_000_000.0]
EKO = [2.0, "Eko Saputra", "6209030112730046", "6209032801180002", date(1973, 12, 1), "L", "Gorengan", 3_000_000.0]


def xlsx(*sheets, hidden=(), merged=()) -> bytes:
    """One workbook; each sheet is a list of rows or (name, rows)."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, sheet in enumerate(sheets, 1):
            name, rows = sheet if isinstance(sheet, tuple) else (f"Lembar{number}", sheet)
            page = book.add_worksheet(name)
            if name in hidden:
                page.hide()
            for y, row in enumerate(rows):
                for x, value in enumerate(row):
                    if isinstance(value, date):
                        page.write_datetime(y, x, value, day)
                    elif isinstance(value, tuple):
                        page.write_formula(y, x, value[0], None, value[1])
                    elif isinstance(value, str):
                        page.write_string(y, x, value)
                    else:
                        page.write(y, x, value)
            for place in merged:
                page.merge_range(*place)
    return target.getvalue()


def with_member(book: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one of its parts replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for member in source.namelist():
            copy.writestr(member, content if member == name else source.read(member))
    return target.getvalue()


def ods(rows) -> bytes:
    """A LibreOffice sheet."""
    lines = []
    for row in rows:
        cells = []
        for value in row:
            if isinstance(value, date):
                kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
            elif isinstance(value, float):
                kind = f'office:value-type="float" office:value="{value:.0f}"'
            else:
                kind = 'office:value-type="string"'
            cells.append(f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>")
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="Daftar">{"".join(lines)}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return target.getvalue()


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def xls(rows) -> bytes:
    """An Excel 97 workbook: BIFF8 records in an OLE container, with texts and numbers only."""
    name = b"Daftar"
    globals_head = record(0x809, struct.pack("<HHHHII", 0x600, 0x5, 0, 1997, 0, 6))
    boundsheet = struct.pack("<IBBBB", 0, 0, 0, len(name), 0) + name
    start = len(globals_head) + len(record(0x85, boundsheet)) + len(record(0x0A, b""))
    boundsheet = struct.pack("<IBBBB", start, 0, 0, len(name), 0) + name
    stream = globals_head + record(0x85, boundsheet) + record(0x0A, b"")
    stream += record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 1997, 0, 6))
    stream += record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if isinstance(value, float):
                stream += record(0x203, struct.pack("<HHHd", y, x, 0, value))
            else:
                text = str(value).encode("utf-16-le")
                stream += record(0x204, struct.pack("<HHHHB", y, x, 0, len(text) // 2, 1) + text)
    return ole({"Workbook": stream + record(0x0A, b"")})


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE container with these streams, each padded to 4096 bytes so that none is a small one."""
    end, free, fat_mark = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    sectors, chains, entries = b"", [], []

    def entry(name, kind, start, size, child=free, right=free):
        raw = name.encode("utf-16-le") + b"\0\0"
        head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, free, right, child)
        return head + bytes(36) + struct.pack("<IQ", start, size)

    number = 2  # sector 0 is the FAT, 1 the directory
    for name, content in streams.items():
        padded = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
        count = len(padded) // 512
        chains += [*range(number + 1, number + count), end]
        entries.append((name, number, len(padded)))
        sectors, number = sectors + padded, number + count
    fat = [fat_mark, end, *chains]
    assert len(fat) <= 128
    assert len(entries) <= 3
    directory = entry("Root Entry", 5, end, 0, child=1)
    for place, (name, start, size) in enumerate(entries, 1):
        directory += entry(name, 2, start, size, right=place + 1 if place < len(entries) else free)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0) + b"\xff" * (108 * 4)
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    return header + table + directory.ljust(512, b"\0") + sectors
