"""The office's one page, its crest, and how its records are found for an act."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_response_headers

from uep.access.acts import ActPage, public, reads
from uep.office import queries

YEAR = 365 * 86_400


class RecordPage(ActPage):
    """Office records have a number in their address, not a random ref: none of them is a person's case."""

    def dispatch(self, request, *args, ref, **kwargs):
        return super().dispatch(request, pk=ref)


@reads("office.manage")
def overview(request):
    today = timezone.localdate()
    year = request.GET.get("tahun", "")
    year = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else today.year
    return render(request, "office/overview.html", queries.overview(today, year))


@public
def crest(request, fingerprint):
    """The picture of that fingerprint; its address changes with its bytes, so browsers may keep it for a year."""
    image = queries.crest_of(fingerprint)
    if image is None:
        raise Http404
    response = HttpResponse(image, content_type="image/png")
    patch_response_headers(response, cache_timeout=YEAR)
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
