"""The rows that could not come in, as a workbook to mend and send again; rebuilt from the file as it was kept."""

import io
from collections.abc import Iterable, Mapping

import xlsxwriter

from uep.social.spreadsheet import cells
from uep.social.spreadsheet.opening import lines_of

MENDING = "Yang perlu diperbaiki"
ROW = "Baris di berkas asal"


def faulty_rows_xlsx(file, header: int, faults: Mapping[int, Iterable[str]]) -> bytes:
    """The titles and the rows named by `faults` (row -> sentences), with what is wrong. Every cell is text: no formula."""
    target, last = io.BytesIO(), max(faults, default=0)
    book = xlsxwriter.Workbook(
        target,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    page = book.add_worksheet("Perlu diperbaiki")
    heading = book.add_format({"bold": True, "bg_color": "#E7EBF0", "border": 1, "text_wrap": True})
    as_text = book.add_format({"num_format": "@"})
    page.freeze_panes(1, 0)
    width, written = 0, 0
    with lines_of(file) as lines:
        for line in lines:
            if line.number == header:
                width = len(line.cells)
                for column, title in enumerate([*map(cells.text, line.cells), MENDING, ROW]):
                    page.write_string(0, column, title, heading)
            elif line.number in faults:
                written += 1
                for column, value in enumerate(line.cells[:width]):
                    page.write_string(written, column, shown(value), as_text)
                page.write_string(written, width, " ".join(faults[line.number]))
                page.write_number(written, width + 1, line.number)
            if line.number >= last and line.number >= header:
                break
    page.set_column(0, max(width - 1, 0), 18, as_text)
    page.set_column(width, width, 70)
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{written + 1}"})
    book.close()
    return target.getvalue()


def shown(value) -> str:
    """A number that lost digits says so; guessing the last one would name another person."""
    if isinstance(value, float) and value >= 1e15:
        return f"{value:.0f}"[:15] + "?"
    return cells.text(value) if isinstance(value, float | bool) else str(value)
