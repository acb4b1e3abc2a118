"""A village's own list of candidates: read from the workbook it was typed in, and given back where it needs mending.

    sheet = read(data, year=2026, known_districts=codes, programme_limits=ProgrammeLimits(max_amount=5_000_000))
    sheet.good, sheet.faulty, sheet.faulty[0].faults[0].sentence
    faulty_rows_xlsx(sheet)    the rows to mend, to be sent through `read` again
    template_xlsx(...)         an empty list to fill in

Pure: no database, no clock. What only a register can know (desil, death, payroll, an earlier aid) is asked elsewhere.
"""

from proposals.spreadsheet.columns import FIELDS, REQUIRED, Column
from proposals.spreadsheet.faults import Fault, Unreadable
from proposals.spreadsheet.reading import ProgrammeLimits, Row, Sheet, Skipped, read
from proposals.spreadsheet.writing import faulty_rows_xlsx, template_xlsx

__all__ = [
    "FIELDS",
    "REQUIRED",
    "Column",
    "Fault",
    "ProgrammeLimits",
    "Row",
    "Sheet",
    "Skipped",
    "Unreadable",
    "faulty_rows_xlsx",
    "read",
    "template_xlsx",
]
