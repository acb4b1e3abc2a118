"""Layouts of the banks' lists, and the copy of a list that an officer took along."""

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from distribution import bank_layouts, exports
from distribution.models import BankLayout, ListCopy
from distribution.queries import OPEN_FOR
from distribution.views.pages import DistributionPage
from uep.access.access import RULES, Refused
from uep.access.acts import ActPage, reads
from uep.files.serve import disposition
from uep.ui.workbook import XLSX

SAMPLE = [
    {
        "position": number, "ref": ref, "name": name, "account": account, "holder": name, "amount": amount,
        "village": "Nanga Bulik", "district": "Bulik", "note": f"UEP {ref}", "nik": "6299994101900001",
        "kk": "6299990101200001", "birth_place": "Nanga Bulik", "birth_date": "04-03-1985", "address": "Jl. Melati No. 1",
        "phone": "081234567890",
    }
    for number, ref, name, account, amount in (
        (1, "CONTOH000001", "SITI AMINAH", "0019900000017", 5_000_000),
        (2, "CONTOH000002", "BUDI SANTOSO", "19900000025", 3_500_000),
    )
]  # fmt: skip
TYPES = {"xlsx": XLSX, "csv": "text/csv", "txt": "text/plain", "zip": "application/zip"}
ENDING = {"xlsx": "xlsx", "csv": "csv", "fixed": "txt"}


def example(kind, columns, *, has_heading, has_control, separator) -> list[str]:
    """The lines of a sample list in this layout, as text; what is wrong with it as the only line."""
    layout = bank_layouts.Layout(kind, tuple(columns), has_heading, has_control, separator)
    try:
        if kind != bank_layouts.XLSX:
            return bank_layouts.write(layout, SAMPLE).decode("ascii").splitlines()
        shown = layout._replace(kind=bank_layouts.CSV, separator=";")
        return [line.replace(";", "  |  ") for line in bank_layouts.write(shown, SAMPLE).decode("ascii").splitlines()]
    except ValidationError as error:
        return error.messages


def example_of(row) -> list[str]:
    """The same for a layout that is kept."""
    columns = [bank_layouts.Column(*column) for column in row.columns]
    return example(row.kind, columns, has_heading=row.has_heading, has_control=row.has_control, separator=row.separator)


@reads("distribution.view_layouts")
def layouts(request):
    """Every layout with an example."""
    rows = list(BankLayout.objects.visible_to(request.user).select_related("bank"))
    for row in rows:
        row.example = example_of(row)
    return render(request, "distribution/layouts.html", {"rows": rows})


@reads("distribution.view_layouts")
def layout(request, ref):
    """One layout with an example."""
    row = get_object_or_404(BankLayout.objects.visible_to(request.user).select_related("bank", "by"), ref=ref)
    return render(request, "distribution/layout.html", {"layout": row, "example": example_of(row)})


class LayoutPage(ActPage):
    """Shows what is typed as an example, before it is kept: the button "Lihat contoh" sends the form without saving."""

    def post(self, request, **kwargs):
        if "preview" not in request.POST:
            return super().post(request, **kwargs)
        form = self.form(request.POST)
        response = self.render(form, status=200 if form.is_valid() else 422)
        if form.is_valid():
            facts = form.cleaned_data
            response.context_data["example"] = example(
                facts["kind"],
                facts["columns"],
                has_heading=facts["has_heading"],
                has_control=facts["has_control"],
                separator=facts["separator"],
            )
        return response

    def render(self, form=None, errors=(), status=200):
        response = super().render(form, errors, status)
        response.template_name = "distribution/edit_layout.html"
        return response


class TakeListPage(DistributionPage):
    """Keeps the address that the officer took the list from."""

    def form(self, *data):
        address = get_client_ip_address(self.request)
        return self.form_class(*data, subject=self.subject, by=self.request.user, address=address)


class PasswordPage(DistributionPage):
    """The answer to the button is the only page that ever shows the password."""

    def after(self, copy):
        messages.success(self.request, RULES[self.act].done)
        response = render(self.request, "distribution/list_copy.html", _copy_context(copy, password=str(copy.password)))
        response["Cache-Control"] = "no-store"
        return response


def _copy_context(copy, *, password="") -> dict:
    return {
        "copy": copy,
        "disbursement": copy.disbursement,
        "password": "-".join(password[at : at + 4] for at in range(0, len(password), 4)),
        "is_fresh": timezone.now() - copy.at < OPEN_FOR,
    }


def _own_copy(request, ref) -> ListCopy:
    rows = ListCopy.objects.visible_to(request.user).select_related(
        "disbursement__decree__programme__bank", "layout", "by"
    )
    return get_object_or_404(rows, ref=ref)


@reads("distribution.view")
def list_copy(request, ref):
    """That a list was taken: who, when, how; for who took it also the file, for half an hour."""
    return render(request, "distribution/list_copy.html", _copy_context(_own_copy(request, ref)))


@reads("distribution.take_list")
def list_copy_file(request, ref):
    """The file itself, made anew from the sealed lines: for the person who took it, while the record is fresh."""
    copy = _own_copy(request, ref)
    if copy.by_id != request.user.pk:
        raise Refused("Berkas ini hanya untuk yang mengambilnya.")
    if timezone.now() - copy.at >= OPEN_FOR:
        return HttpResponseRedirect(copy.get_absolute_url())
    kind = copy.layout.kind if copy.layout else bank_layouts.XLSX
    name = f"daftar-{copy.disbursement.ref}"
    ending = ENDING[kind]
    content = exports.list_content(copy.disbursement, copy.layout, by=copy.by)
    if copy.password:
        content, ending = bank_layouts.protect(content, kind, f"{name}.{ending}", str(copy.password))
    return HttpResponse(
        content,
        content_type=TYPES[ending],
        headers={
            "Content-Disposition": disposition(f"{name}.{ending}", as_attachment=True),
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
