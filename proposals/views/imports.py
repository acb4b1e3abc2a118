"""A village's own list: what is in it, what is wrong with it, and the rows to mend."""

from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify

from proposals.actions.imports import examine
from proposals.models import ListImport
from proposals.spreadsheet import FIELDS, faulty_rows_xlsx
from proposals.views.programmes import workbook
from uep.access.acts import reads
from uep.registry.fields import mask

SHOWN = 200  # rows of each kind on one page; the rest is in the workbook


def _own(request, ref) -> ListImport:
    lists = ListImport.objects.visible_to(request.user).select_related("programme", "village", "file", "by")
    return get_object_or_404(lists, ref=ref)


@reads("proposals.view_list")
def list_import(request, ref):
    """The preview before, and what came of it after."""
    listed = _own(request, ref)
    examined = examine(listed)
    sheet = examined.sheet
    context = {
        "listed": listed,
        "sheet": sheet,
        "columns": [(column.letter, column.text, FIELDS[name].label) for name, column in sheet.columns.items()],
        "missing": ", ".join(sheet.missing_labels),
        "new": [(row, mask(row.values["nik"])) for row in examined.new[:SHOWN]],
        "new_count": len(examined.new),
        "already": examined.already[:SHOWN],
        "already_count": len(examined.already),
        "faulty": sheet.faulty[:SHOWN],
        "faulty_count": len(sheet.faulty),
        "shown": SHOWN,
        "acts": ["proposals.import_list"] if examined.new and not listed.imported_at else [],
        "outcome": f"{listed.added} usulan baru, {listed.already_there} sudah ada, {listed.faulty} perlu diperbaiki.",
    }
    return render(request, "proposals/list_import.html", context)


@reads("proposals.view_list")
def faulty_rows(request, ref):
    """The rows that cannot come in yet, as a workbook to mend and send again."""
    listed = _own(request, ref)
    return workbook(faulty_rows_xlsx(examine(listed).sheet), f"perlu-diperbaiki-{slugify(listed.village.name)}.xlsx")
