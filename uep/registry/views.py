from django.template.response import TemplateResponse

from uep.access.acts import reads
from uep.registry import queries


@reads("registry.view_regions")
def regions(request):
    """The districts and villages of the installed regency, narrowed by a name or a code."""
    search = request.GET.get("cari", "").strip()[:60]
    district = request.GET.get("kecamatan", "")
    districts = list(queries.districts())
    villages = queries.villages(district if district in {row.code for row in districts} else None)
    context = {
        "regency": queries.regency(),
        "districts": districts,
        "district": district,
        "search": search,
        "villages": villages.matching(search) if search else villages,
    }
    return TemplateResponse(request, "registry/regions.html", context)
