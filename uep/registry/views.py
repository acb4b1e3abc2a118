from django.template.response import TemplateResponse

from uep.access.acts import reads
from uep.registry import queries
from uep.registry.forms import RegionFilter
from uep.ui.paging import page_of


@reads("registry.view_regions")
def regions(request):
    """The villages of the installed regency, narrowed by district and by name or code."""
    search = request.GET.get("cari", "").strip()[:60]
    form = RegionFilter(request.GET)
    district = form.chosen().get("kecamatan")
    villages = queries.villages(district and district.code)
    page = page_of(request, villages.matching(search) if search else villages, order=("pk",), size=100)
    context = {"regency": queries.regency(), "totals": queries.totals(), "form": form, "search": search, "page": page}
    return TemplateResponse(request, "registry/regions.html", context)
