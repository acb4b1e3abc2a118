"""A list as a workbook: one sheet that says what it is, who took it and when.

Numbers that name people are text in text cells; nothing is ever written as a formula.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import Any, NamedTuple

import xlsxwriter
from django.utils import timezone

from uep.ui.indonesian import waktu

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
TEXT_FORMAT = 49  # Excel's own "Text"


class Column(NamedTuple):
    title: str
    width: int
    is_money: bool = False


def workbook(
    title: str,
    columns: list[Column],
    rows: Iterable[list[Any]],
    *,
    by,
    total: int | None = None,
    note: str = "",
    choices=None,
) -> bytes:
    """One sheet: title, who took it, header, rows, and the total in Rupiah under the money column."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        page = book.add_worksheet("Daftar")
        bold, head = book.add_format({"bold": True}), book.add_format({"bold": True, "border": 1, "text_wrap": True})
        text = book.add_format({"num_format": TEXT_FORMAT, "border": 1, "valign": "top"})
        money = book.add_format({"num_format": "#,##0", "border": 1, "valign": "top"})
        for at, column in enumerate(columns):
            page.set_column(at, at, column.width)
        page.write_string(0, 0, title, bold)
        page.write_string(1, 0, f"Diunduh oleh {by} pada {waktu(timezone.now())}. {note}".strip())
        header = 3
        for at, column in enumerate(columns):
            page.write_string(header, at, column.title, head)
        line = header
        for line, row in enumerate(rows, header + 1):
            for at, value in enumerate(row):
                if isinstance(value, int):
                    page.write_number(line, at, value, money if columns[at].is_money else text)
                else:
                    page.write_string(line, at, str(value), text)
        if choices:
            at = next(at for at, column in enumerate(columns) if column.title == choices[0])
            page.data_validation(
                header + 1, at, max(line, header + 1), at, {"validate": "list", "source": list(choices[1])}
            )
        if total is not None:
            at = next(at for at, column in enumerate(columns) if column.is_money)
            page.write_string(line + 1, max(0, at - 1), "Jumlah seluruhnya", bold)
            page.write_number(line + 1, at, total, book.add_format({"num_format": "#,##0", "bold": True, "border": 1}))
        page.freeze_panes(header + 1, 0)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(header)
        page.ignore_errors({"number_stored_as_text": f"A1:Z{line + 2}"})
    return target.getvalue()
