"""Looks for full NIK, KK and account numbers wherever they might have come out (design, law 6)."""

import re
import subprocess
from io import BytesIO
from pathlib import Path

from python_calamine import CalamineWorkbook

from distribution.models import AccountCheck, Payment
from proposals.models import Proposal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEPARATED = re.compile(r"(?<=\d)[\s.\-/'’\u00a0](?=\d)")
LISTS = Path(__file__).parents[1] / "data"


def numbers() -> frozenset[str]:
    """Every full number that the office holds, and those of the villages' lists."""
    found = set()
    for row in Proposal.objects.all():
        found |= {str(value) for value in (row.nik, row.kk_number, row.account_number) if value}
    for model in (AccountCheck, Payment):
        found |= {str(row.account_number) for row in model.objects.all() if row.account_number}
    for path in LISTS.glob("usulan_*.xlsx"):
        found |= set(re.findall(r"(?<!\d)\d{16}(?!\d)", text_of_workbook(path.read_bytes())))
    return frozenset(found)


def clear(text: str, wanted: frozenset[str]) -> set[str]:
    """The numbers that stand in the text in full, also when written with spaces, dots or dashes."""
    runs = set(re.findall(r"\d{8,}", text)) | set(re.findall(r"\d{8,}", SEPARATED.sub("", text)))
    return {number for number in wanted if any(number in run for run in runs)}


ENCRYPTED = b"\xd0\xcf\x11\xe0"  # a workbook behind a password; without it, it says nothing


def text_of_workbook(content: bytes) -> str:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    return "\n".join("\t".join(f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in row) for row in rows)


def text_of_pdf(content: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def text_of(response) -> str:
    """What a person reads or a program finds in an answer: headers, page, workbook or paper. Pictures have none."""
    content = b"".join(response)
    kind = response.headers.get("Content-Type", "").split(";")[0]
    body = ""
    if kind == XLSX and not content.startswith(ENCRYPTED):
        body = text_of_workbook(content)
    elif kind == "application/pdf":
        body = text_of_pdf(content)
    elif kind.startswith("text/") or kind == "application/json":
        body = content.decode()
    return "\n".join([*map(str, response.headers.items()), body])
