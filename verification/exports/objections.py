"""Lists of step 2 as workbooks. The sheet says who took it and when (design, law 6)."""

from collections.abc import Iterable
from io import BytesIO

import xlsxwriter
from django.utils import timezone

from uep.ui.indonesian import tanggal, waktu
from verification.models import Objection

COLUMNS = [
    ("Nomor sanggahan", 18), ("Diterima", 22), ("Lewat", 18), ("Rumah tangga", 28), ("Desa/kelurahan", 24),
    ("Kecamatan", 20), ("Program", 24), ("Isi", 24), ("Alasan", 60), ("Batas jawaban", 18), ("Keputusan", 20),
    ("Jawaban", 60), ("Diputuskan oleh", 24),
]  # fmt: skip
WHO = [("Penyanggah", 24), ("Kontak", 24)]  # for the office alone


def objections_xlsx(objections: Iterable[Objection], *, by) -> bytes:
    """One line an objection; text never turns into a formula."""
    tells_who = not by.village_id
    buffer = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    sheet, bold = book.add_worksheet("Sanggahan"), book.add_format({"bold": True})
    columns = COLUMNS + (WHO if tells_who else [])
    sheet.write_string(0, 0, "Daftar sanggahan", bold)
    sheet.write_string(1, 0, f"Dibuat oleh {by} pada {waktu(timezone.now())}")
    for index, (header, width) in enumerate(columns):
        sheet.set_column(index, index, width)
        sheet.write_string(3, index, header, bold)
    for line, objection in enumerate(objections, 4):
        cells = _cells(objection) + ([objection.objector, objection.contact] if tells_who else [])
        for index, text in enumerate(cells):
            sheet.write_string(line, index, text)
    sheet.freeze_panes(4, 0)
    book.close()
    return buffer.getvalue()


def _cells(objection) -> list[str]:
    proposal = objection.proposal
    return [
        objection.ref,
        waktu(objection.at),
        objection.get_channel_display(),
        proposal.name,
        proposal.village.name,
        proposal.village.parent.name,
        str(proposal.programme),
        objection.get_kind_display(),
        objection.reason,
        tanggal(objection.due_at) if objection.due_at else "",
        objection.standing,
        objection.answer,
        str(objection.decided_by or ""),
    ]
