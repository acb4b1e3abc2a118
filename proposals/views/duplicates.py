"""Suspected duplicates: the list, and two records side by side."""

from django.shortcuts import get_object_or_404, render

from proposals.forms.duplicates import CaseFilter
from proposals.queries import duplicates as queries
from uep.access.access import granted
from uep.access.acts import ActPage, reads
from uep.access.roles import Role
from uep.registry.fields import mask
from uep.ui.indonesian import rupiah, tanggal
from uep.ui.paging import Sort, page_of

SORTS = {
    "terbuka": Sort("Belum diputuskan", ("decision", "-score", "pk")),
    "terbaru": Sort("Terbaru", ("-raised_at", "-pk")),
    "nama": Sort("Nama", ("proposal__name", "pk")),
}
NOTHING = "–"


@reads("proposals.view_cases")
def duplicates(request):
    filters, search = CaseFilter(request.GET), request.GET.get("cari", "").strip()
    chosen = filters.chosen()
    rows = queries.cases(
        request.user, search=search, decision=chosen.get("keadaan", ""), place=chosen.get("wilayah", "")
    )
    context = {"page": page_of(request, rows, sorts=SORTS), "filters": filters, "search": search}
    return render(request, "proposals/duplicates.html", context)


@reads("proposals.view_cases")
def duplicate_case(request, ref):
    case = get_object_or_404(queries.cases(request.user).select_related("decided_by"), ref=ref)
    whose = "" if granted(request.user, "proposals.decide_case") else Role.STAFF.label
    return render(request, "proposals/duplicate_case.html", {"case": case, "rows": side_by_side(case), "whose": whose})


class DecideCasePage(ActPage):
    """Both records stand above the decision."""

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        response.context_data |= {"case": self.subject, "rows": side_by_side(self.subject)}
        return response


def side_by_side(case) -> list[tuple[str, str, str, bool]]:
    """(label, here, there, are they equal?) of what tells people apart; numbers masked, so that equal is said for them."""
    here, there = case.proposal, case.other or case.past_aid
    rows = [
        ("Nama", here.name, there.name, here.name.casefold() == there.name.casefold()),
        _numbers("NIK", here.nik, there.nik),
        _numbers("Nomor KK", here.kk_number, there.kk_number),
        _texts("Tanggal lahir", _day(here.birth_date), _day(there.birth_date)),
        _texts(
            "Desa/kelurahan", here.village.title, there.village.title if there.village else getattr(there, "place", "")
        ),
        _texts("Usaha", here.business, there.business),
    ]
    if case.other:
        rows += [
            _texts("Alamat", here.address, there.address),
            _texts("Nomor HP", here.phone, there.phone),
            _numbers("Nomor rekening", here.account_number, there.account_number),
            _texts("Program", str(here.programme), str(there.programme)),
            ("Keadaan", here.status.label, there.status.label, False),
        ]
    else:
        given = f"{there.list.programme} {there.year}" + (f", {rupiah(there.amount)}" if there.amount else "")
        rows.append(("Program", str(here.programme), given, False))
    return rows


def _texts(label, here, there):
    same = bool(here) and str(here).casefold() == str(there).casefold()
    return label, here or NOTHING, there or NOTHING, same


def _numbers(label, here, there):
    return label, mask(here) or NOTHING, mask(there) or NOTHING, bool(here) and str(here) == str(there or "")


def _day(value) -> str:
    return tanggal(value) if value else ""
