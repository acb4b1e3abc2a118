"""Lists as XLSX. Numbers of people are masked, and every sheet says who made it and when (design, law 6)."""

from collections.abc import Iterable
from io import BytesIO

import xlsxwriter
from django.utils import timezone

from uep.ui.indonesian import tanggal, waktu


def workbook(title: str, columns: list[tuple[str, int]], rows: Iterable[list], *, by) -> bytes:
    """One sheet: title, who made it and when, header, rows. `columns` are (header, width); text never turns into a formula."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("Daftar")
    bold, head = (
        book.add_format({"bold": True}),
        book.add_format({"bold": True, "bg_color": "#d3e8de", "border": 1, "text_wrap": True}),
    )
    for index, (_, width) in enumerate(columns):
        sheet.set_column(index, index, width)
    sheet.write_string(0, 0, title, bold)
    sheet.write_string(1, 0, f"Dibuat oleh {by} pada {waktu(timezone.now())}")
    for index, (header, _) in enumerate(columns):
        sheet.write_string(3, index, header, head)
    for line, row in enumerate(rows, 4):
        for index, value in enumerate(row):
            if isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(line, index, value)
            else:
                sheet.write_string(line, index, "" if value is None else str(value))
    sheet.freeze_panes(4, 0)
    book.close()
    return buffer.getvalue()


REGISTER_COLUMNS = [
    ("No. agenda", 12),
    ("Tanggal terima", 18),
    ("Desa/kelurahan", 26),
    ("Kecamatan", 20),
    ("Nomor surat", 26),
    ("Tanggal surat", 18),
    ("Hal", 34),
    ("Jumlah calon", 13),
    ("Jumlah diminta (Rp)", 20),
    ("Dikirim oleh", 24),
    ("Disposisi", 18),
    ("Kepada", 24),
    ("Isi disposisi", 30),
    ("Berjalan", 10),
    ("Selesai", 10),
    ("Tidak lanjut", 12),
]


def register_row(letter) -> list:
    """One line of the register book; PDF and XLSX print the same."""
    disposition = getattr(letter, "disposition", None)
    return [
        letter.agenda,
        tanggal(letter.submitted_at),
        letter.village.name,
        letter.village.parent.name,
        letter.number,
        tanggal(letter.date),
        f"Usulan calon penerima {letter.programme}",
        letter.households,
        letter.asked or 0,
        str(letter.submitted_by),
        tanggal(disposition.at) if disposition else "",
        str(disposition.to) if disposition else "",
        disposition.get_instruction_display() if disposition else "",
        letter.running,
        letter.finished,
        letter.refused,
    ]


PROPOSAL_COLUMNS = [
    ("No. register", 14),
    ("Nama", 28),
    ("NIK (disamarkan)", 22),
    ("Desa/kelurahan", 24),
    ("Kecamatan", 20),
    ("Jenis usaha", 28),
    ("Diminta (Rp)", 16),
    ("Status", 24),
    ("Status sejak", 18),
    ("Program", 22),
]


def proposal_row(proposal) -> list:
    return [
        proposal.register,
        proposal.name,
        proposal.masked_nik,
        proposal.village.name,
        proposal.village.parent.name,
        proposal.business,
        proposal.amount_requested or 0,
        proposal.status.label,
        tanggal(proposal.moved_at),
        str(proposal.programme),
    ]
