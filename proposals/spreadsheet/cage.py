"""Open a workbook in a process of its own, with little memory and little time. Run as a script: bytes in, JSON out.

Not a precaution in theory: calamine lays a sheet out as one dense block, so a file of 6 kB with one cell far down and
far right took 6 GB, and where memory ends the whole process is aborted; a web server must not be that process.
Stands alone: it imports nothing of ours, so that it starts in some 30 ms.
"""

import io
import json
import re
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from xml.etree import ElementTree as ET

import python_calamine

MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 10
MAX_SHEETS = 30
MAX_ROWS = 10_000  # of a sheet, blank ones included; the list itself has a lower limit (reading.MAX_ROWS)
MAX_COLUMNS = 100
MAX_CELL = 2_000  # characters
MAX_TEXT = 20_000_000  # characters of all cells together

# How it ends; read by opening.py.
DAMAGED, LOCKED, TOO_BIG, TOO_LONG = 11, 12, 13, 14

ERROR_CELL = re.compile(rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)>(.*?)</(?:\w+:)?c>', re.DOTALL)
PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
SHOWN = re.compile(rb"<(?:\w+:)?v>([^<]{1,20})<")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def cells_of(row, budget):
    """A row as JSON: what JSON has no type for becomes {"d": ISO date} or text."""
    cells = []
    for value in row[:MAX_COLUMNS]:
        if isinstance(value, str):
            budget[0] -= min(len(value), MAX_CELL)
            cells.append(value[:MAX_CELL])
        elif isinstance(value, datetime):
            cells.append({"d": value.date().isoformat()})
        elif isinstance(value, date):
            cells.append({"d": value.isoformat()})
        elif isinstance(value, (time, timedelta)):
            cells.append(str(value))
        elif isinstance(value, float) and not -1e300 < value < 1e300:  # inf and nan are no JSON
            cells.append("")
        else:
            cells.append(value)
    if budget[0] < 0:
        raise MemoryError
    return cells


def error_cells(data):
    """{sheet name: {(row, column): "#N/A"}} of an XLSX; calamine gives such cells as empty, which they are not."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # Entity bombs end at this process's own limits, as all other bombs do.
        relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        sheets = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
        targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
        for sheet in sheets.iter():
            target = targets.get(sheet.get(RELATION)) if sheet.tag.endswith("}sheet") else None
            if target is None:
                continue
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            cells = found[sheet.get("name")] = {}
            for attributes, body in ERROR_CELL.findall(archive.read(path)):
                place, shown = PLACE.search(attributes), SHOWN.search(body)
                if place and shown:
                    column = 0
                    for letter in place[1]:
                        column = column * 26 + letter - 64
                    cells[int(place[2]) - 1, column - 1] = shown[1].decode("ascii", "replace")
    return found


def sheets_of(data):
    """Every visible sheet: its name and its rows, the first row being row 1 and the first column column A."""
    try:
        errors = error_cells(data) if data.startswith(b"PK") else {}
    except (zipfile.BadZipFile, KeyError, ET.ParseError, NotImplementedError, RuntimeError):
        errors = {}  # an ODS has no such parts; a damaged file is calamine's to refuse
    book, sheets, budget = python_calamine.load_workbook(io.BytesIO(data)), [], [MAX_TEXT]
    for facts in book.sheets_metadata[:MAX_SHEETS]:
        if facts.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        if facts.visible != python_calamine.SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(facts.name)
        if sheet.total_height > MAX_ROWS:
            sys.exit(TOO_LONG)
        rows = [cells_of(row, budget) for row in sheet.to_python(skip_empty_area=False)]
        for (row, column), shown in errors.get(facts.name, {}).items():
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = shown
        sheets.append({"name": facts.name[:100], "rows": rows})
    return sheets


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        json.dump(sheets_of(sys.stdin.buffer.read()), sys.stdout, allow_nan=False)
    except MemoryError:
        sys.exit(TOO_BIG)
    except python_calamine.PasswordError:
        sys.exit(LOCKED)
    except SystemExit:
        raise
    except BaseException:  # noqa: BLE001 - a panic of the library is no Exception
        sys.exit(DAMAGED)


if __name__ == "__main__":
    main()
