"""The office's pages, its crest, and how its records are found for an act."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from uep.access.acts import ActPage, public, reads
from uep.office import queries
from uep.office.models.kept import OfficeRecord

YEAR = 365 * 86_400
PAGES = {
    "overview": "Profil",
    "people": "Pejabat",
    "rules": "SOP dan dasar hukum",
    "hours": "Jam kerja dan libur",
    "settings": "Bank dan kertas",
}


class OfficePage(ActPage):
    """An act on the office: its records have a number in their address, as none is a person's case; all lead back."""

    def dispatch(self, request, *args, ref=None, **kwargs):
        return super().dispatch(request, **({} if ref is None else {"pk": ref}))

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        on_page = isinstance(self.subject, OfficeRecord)
        response.context_data["back_url"] = self.subject.get_absolute_url() if on_page else reverse("office:overview")
        return response


@reads("office.manage")
def overview(request):
    return _page(request, "overview", queries.overview(timezone.localdate()))


@reads("office.manage")
def people(request):
    return _page(request, "people", queries.staffing(timezone.localdate()))


@reads("office.manage")
def rules(request):
    return _page(request, "rules", queries.rules(timezone.localdate()))


@reads("office.manage")
def hours(request):
    year = request.GET.get("tahun", "")
    known = year.isascii() and year.isdigit() and 2000 <= int(year) <= 2100
    return _page(request, "hours", queries.working_hours(int(year) if known else timezone.localdate().year))


@reads("office.manage")
def settings(request):
    return _page(request, "settings", queries.office_settings())


def _page(request, name, context):
    pages = [(label, reverse(f"office:{page}"), page == name) for page, label in PAGES.items()]
    return render(request, f"office/{name}.html", context | {"pages": pages})


@public
def crest(request, fingerprint):
    """The picture of that fingerprint; its address changes with its bytes, so browsers may keep it for a year."""
    image = queries.crest_of(fingerprint)
    if image is None:
        raise Http404
    headers = {"Cache-Control": f"public, max-age={YEAR}, immutable", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(image, content_type="image/png", headers=headers)
