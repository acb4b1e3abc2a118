"""The office's one page, its crest, and how its records are found for an act."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from uep.access.acts import ActPage, public, reads
from uep.office import queries

YEAR = 365 * 86_400


class OfficePage(ActPage):
    """An act on the office: its records have a number in their address, as none is a person's case; all lead back."""

    def dispatch(self, request, *args, ref=None, **kwargs):
        return super().dispatch(request, **({} if ref is None else {"pk": ref}))

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        on_page = hasattr(self.subject, "section")
        response.context_data["back_url"] = self.subject.get_absolute_url() if on_page else reverse("office:overview")
        return response


@reads("office.manage")
def overview(request):
    today = timezone.localdate()
    year = request.GET.get("tahun", "")
    year = int(year) if year.isascii() and year.isdigit() and 2000 <= int(year) <= 2100 else today.year
    return render(request, "office/overview.html", queries.overview(today, year))


@public
def crest(request, fingerprint):
    """The picture of that fingerprint; its address changes with its bytes, so browsers may keep it for a year."""
    image = queries.crest_of(fingerprint)
    if image is None:
        raise Http404
    headers = {"Cache-Control": f"public, max-age={YEAR}, immutable", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(image, content_type="image/png", headers=headers)
