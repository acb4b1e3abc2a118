"""Reads what distribution.bank_layouts wrote, as the bank's system would: the other half of a round trip."""

import csv
import io
from io import BytesIO

from openpyxl import load_workbook

from distribution.bank_layouts import CSV, FIELDS, XLSX, Control, Layout


def read(layout: Layout, content: bytes) -> tuple[list[dict], Control | None]:
    """The rows back from a file that write() made (numbers as int, everything else as text), and its control line."""
    if layout.kind == XLSX:
        page = load_workbook(BytesIO(content), read_only=True).active
        table = [[_cell(cell) for cell in line] for line in page.iter_rows(values_only=True)]
    elif layout.kind == CSV:
        table = list(csv.reader(io.StringIO(content.decode("ascii"), newline=""), delimiter=layout.separator))
    else:
        table = [_cut(layout, line) for line in content.decode("ascii").split("\r\n")[:-1]]
    if layout.has_heading:
        table = table[1:]
    control = None
    if layout.has_control:
        *table, last = table
        control = Control(int(last[1]), int(last[2]))
    return [_row(layout, cells) for cells in table], control


def _cut(layout: Layout, line: str) -> list[str]:
    if layout.has_control and line[:1] == "T" and len(line) == 27 and line[1:].isdigit():
        return ["T", line[1:9], line[9:]]
    cells, at = [], 0
    for column in layout.columns:
        cells.append(line[at : at + column.width].strip())
        at += column.width
    return cells


def _row(layout: Layout, cells: list[str]) -> dict:
    found = {}
    for column, cell in zip(layout.columns, cells, strict=False):
        found[column.field] = int(cell) if FIELDS[column.field][1] else cell
    return found


def _cell(value) -> str:
    return "" if value is None else " ".join(str(value).split())
