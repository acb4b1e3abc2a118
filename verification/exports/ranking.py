"""A ranking as a workbook: the rows and totals of the page, from the same query. Nothing is written as a formula."""

from io import BytesIO

import xlsxwriter
from django.utils import timezone

from uep.ui.indonesian import angka, rupiah, waktu
from verification import scoring
from verification.models import FieldVisit, RankingLine
from verification.scoring import Group

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
BEFORE = (
    ("Peringkat", 10), ("No. register", 13), ("Nama", 28), ("Desa/kelurahan", 24), ("Kecamatan", 20), ("Diminta (Rp)", 15),
    ("Skor", 8), *((group.label, 12) for group in Group),
)  # fmt: skip
AFTER = (("Rekomendasi tim", 16), ("Hasil", 12), ("Sebab", 48))


def ranking_xlsx(standing, *, by, is_what_if: bool) -> bytes:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, OPTIONS)
    sheet = book.add_worksheet("Peringkat")
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bg_color": "#d3e8de", "border": 1, "text_wrap": True, "valign": "top"})
    money = book.add_format({"num_format": "#,##0"})
    criteria = standing.criteria
    columns = (*BEFORE, *((criterion.label, 12) for criterion in criteria), *AFTER)
    for index, (_, width) in enumerate(columns):
        sheet.set_column(index, index, width)
    lines = _heading(standing, by, is_what_if)
    for line, text in enumerate(lines):
        sheet.write_string(line, 0, text, bold if line == 0 else None)
    top = len(lines) + 1
    for index, (title, _) in enumerate(columns):
        sheet.write_string(top, index, title, head)
    for line, row in enumerate(standing.placed, top + 1):
        for index, value in enumerate(_row(row, standing.held, criteria)):
            if isinstance(value, int):
                sheet.write_number(line, index, value, money if index == 5 else None)
            else:
                sheet.write_string(line, index, value)
    sheet.freeze_panes(top + 1, 3)
    book.close()
    return buffer.getvalue()


def _heading(standing, by, is_what_if) -> list[str]:
    totals, terms = standing.totals, standing.terms
    kind = "Simulasi peringkat dengan ketentuan lain" if is_what_if else "Peringkat"
    places = f"Kuota {angka(terms.quota)}, sudah terisi {angka(totals['given'])}"
    money = f"anggaran {rupiah(terms.budget)}, sudah dijanjikan {rupiah(totals['promised'])}"
    won = f"mendapat tempat {angka(totals['eligible'])} ({rupiah(totals['amount'])})"
    rest = f"cadangan {angka(totals['waiting'])}, ditahan {angka(totals['held'])}"
    return [
        f"{kind}, {standing.programme}",
        f"Dibuat oleh {by} pada {waktu(timezone.now())}",
        f"{places}; {money}",
        f"Diperingkat {angka(totals['competing'])}: {won}, {rest}",
        scoring.tie_sentence(),
        scoring.NO_CUTOFF,
    ]


def _row(row, held, criteria) -> list[int | str]:
    shown, score = row.entry.shown, row.score
    village, district = shown["places"].values()
    year, number = row.entry.register
    is_held = row.entry.pk in held
    told = shown["recommendation"]
    return [
        row.position,
        f"{number:04d}/{year}",
        shown["name"],
        village,
        district,
        row.entry.amount,
        score.total,
        *(score.of(group) for group in Group),
        *(score.breakdown[criterion.code] for criterion in criteria),
        FieldVisit.Recommendation(told).label if told else "",
        (RankingLine.Outcome.HELD if is_held else RankingLine.Outcome(row.outcome.value)).label,
        held.get(row.entry.pk, row.why),
    ]
