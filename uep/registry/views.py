from django.template.response import TemplateResponse

from uep.access.acts import reads
from uep.registry import queries
from uep.registry.forms import RegionFilter
from uep.ui.paging import page_of


@reads("registry.view_regions")
def regions(request):
    """The villages of the installed regency, narrowed by district and by name or code."""
    regency = queries.regency()
    if regency is None:
        return TemplateResponse(request, "registry/regions.html", {"regency": None})
    search = request.GET.get("cari", "").strip()[:60]
    form = RegionFilter(request.GET, regency=regency.code)
    chosen = form.chosen().get("kecamatan", regency)
    villages = queries.villages(chosen.code)
    context = {
        "regency": regency,
        "totals": queries.totals(regency.code),
        "form": form,
        "search": search,
        "page": page_of(request, villages.matching(search) if search else villages, order=("pk",), size=100),
    }
    return TemplateResponse(request, "registry/regions.html", context)
