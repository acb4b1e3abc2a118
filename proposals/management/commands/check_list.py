"""manage.py check_list LIST.xlsx --village 62.09.03.1005 [--programme ID]: what the import page would say of a list."""

import json
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from proposals.actions.imports import judge
from proposals.models import Programme
from proposals.spreadsheet.faults import ERROR
from proposals.spreadsheet.writing import as_text
from uep.registry.models import Region

# The page's own codes, where the command has shorter words for them; all others are the page's.
CODES = {
    "nik_lost_digits": "nik_number",
    "nik_birth_date": "nik_birth",
    "birth_date_swapped": "nik_birth",
    "business_missing": "no_business",
    "nik_twice": "duplicate_row",
    "kk_twice": "same_kk",
}
# Two rows that exclude each other are one finding: the later row has it, its sentence names the first.
OTHER_HALF = {"nik_again", "kk_again"}


class Command(BaseCommand):
    help = (
        "Print, one JSON object a line, what the import page would say of a village's list: row (from the first candidate), "
        "nik, level (fail: the row cannot come in; warn: somebody should look), code and message. Changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("list", type=Path, help="the village's workbook")
        parser.add_argument("--village", required=True, help="Kemendagri code of the proposing village")
        parser.add_argument(
            "--programme", help="number or reference of the programme; without it the newest one that is open"
        )

    def handle(self, **options):
        village = Region.objects.villages().filter(pk=options["village"]).first()
        if village is None:
            raise CommandError(f"No village has the code {options['village']}.")
        try:
            data = options["list"].read_bytes()
        except OSError as error:
            raise CommandError(f"Cannot read {options['list']}: {error.strerror}.") from error
        try:
            examined = judge(data, self.programme(options["programme"]), village.pk)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        sheet = examined.sheet
        first = sheet.rows[0].number
        for row in sheet.rows:
            for fault in row.faults:
                if fault.code not in OTHER_HALF:
                    self.tell(row, first, sheet, "fail" if fault.level == ERROR else "warn", fault.code, fault.sentence)
        for row, proposal in examined.already:
            self.tell(row, first, sheet, "warn", "already_proposed", f"Sudah diusulkan oleh desa ini: {proposal.name}.")

    def tell(self, row, first, sheet, level, code, message):
        column = sheet.columns.get("nik")
        cell = row.cells[column.index] if column and column.index < len(row.cells) else ""
        finding = {
            "row": row.number - first + 1,
            "nik": row.values["nik"] or as_text("nik", cell, row),
            "level": level,
            "code": CODES.get(code, code),
            "message": message,
        }
        self.stdout.write(json.dumps(finding, ensure_ascii=False))

    @staticmethod
    def programme(named: str | None) -> Programme:
        today = timezone.localdate()
        if named:
            by_number = Q(pk=int(named)) if named.isascii() and named.isdigit() and len(named) < 12 else Q(pk=None)
            found = Programme.objects.filter(Q(ref=named) | by_number).first()
            if found is None:
                raise CommandError(f"There is no programme {named}.")
            return found
        open_ones = Programme.objects.filter(opens_on__lte=today, closes_on__gte=today).order_by("-year", "-pk")
        # Without any, the rules that a new programme starts with; nobody is proposed in it yet.
        return open_ones.first() or Programme(year=today.year, amount=5_000_000, age_on=today.replace(month=6, day=30))
