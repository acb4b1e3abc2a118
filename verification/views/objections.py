"""Pages of the objection window for the office and the villages: lists, one publication, one objection."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from uep.access.access import granted, why_not
from uep.access.acts import ActPage, reads
from uep.documents.render import respond as respond_with_paper
from uep.files.sheets import XLSX
from uep.ui.paging import Sort, page_of
from verification.exports import objections_xlsx
from verification.forms.objections import ObjectionFilter, PublicationFilter
from verification.models import Publication
from verification.papers import address_of
from verification.queries import objections as queries

SORTS = {
    "batas": Sort("Batas jawaban", ("decision", "due_at", "pk")),
    "terbaru": Sort("Terbaru", ("-at", "-pk")),
    "nama": Sort("Nama", ("proposal__name", "pk")),
}
MOST_EXPORTED = 20_000


@reads("verification.view_publication")
def publications(request):
    """Lists that were published, newest first."""
    filters = PublicationFilter(request.GET, user=request.user)
    chosen, today = filters.chosen(), timezone.localdate()
    search = request.GET.get("cari", "").strip()
    rows = queries.publications(request.user)
    if search:
        rows = rows.filter(village__name__icontains=search)
    if programme := chosen.get("program"):
        rows = rows.filter(programme=programme)
    if standing := chosen.get("keadaan"):
        rows = rows.filter(withdrawn_at=None)
        rows = rows.filter(closes_on__gte=today) if standing == "open" else rows.filter(closes_on__lt=today)
    context = {
        "page": page_of(request, rows, order=("-at", "-pk")),
        "filters": filters,
        "search": search,
        "programmes": queries.programmes_to_publish() if granted(request.user, "verification.publish") else [],
    }
    return render(request, "verification/publications.html", context)


@reads("verification.view_publication")
def publication(request, ref):
    """One list with its names in full for those who may read them, and what was said against it."""
    rows = Publication.objects.visible_to(request.user).select_related(
        "village__parent", "programme", "by", "withdrawn_by"
    )
    publication = get_object_or_404(rows, ref=ref)
    names = list(queries.names_of(publication))
    context = {
        "publication": publication,
        "names": names,
        "totals": queries.totals_of(names),
        "objections": list(
            queries.objections(request.user).filter(publication=publication).order_by("decision", "due_at", "pk")
        ),
        "address": address_of(publication),
    }
    return render(request, "verification/publication.html", context)


@reads("verification.view_publication")
def notice(request, ref):
    """The notice for the board of the village, with the code that leads to the public page."""
    publication = get_object_or_404(Publication.objects.visible_to(request.user), ref=ref)
    return respond_with_paper("pengumuman", publication)


@reads("verification.view_objections")
def objections(request):
    filters = ObjectionFilter(request.GET, user=request.user)
    search = request.GET.get("cari", "").strip()
    context = {
        "page": page_of(request, _objections(request, filters, search), sorts=SORTS),
        "filters": filters,
        "search": search,
        "query": request.GET.urlencode(),
    }
    return render(request, "verification/objections.html", context)


def _objections(request, filters, search):
    chosen = filters.chosen()
    return queries.objections(
        request.user,
        search=search,
        programme=chosen.get("program"),
        place=chosen.get("wilayah", ""),
        standing=chosen.get("keadaan", ""),
        kind=chosen.get("isi", ""),
    )


@reads("verification.view_objections")
def objections_sheet(request):
    """The same list as a workbook; who objected stands in it for the office alone."""
    filters = ObjectionFilter(request.GET, user=request.user)
    rows = _objections(request, filters, request.GET.get("cari", "").strip()).select_related("decided_by")
    rows = rows.order_by("decision", "due_at", "pk")[:MOST_EXPORTED]
    content = objections_xlsx(rows, by=request.user)
    headers = {"Content-Disposition": 'attachment; filename="sanggahan.xlsx"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@reads("verification.view_objections")
def objection(request, ref):
    """What was said, and the answer. A village does not read who said it."""
    rows = queries.objections(request.user).select_related("publication", "entered_by", "decided_by")
    objection = get_object_or_404(rows, ref=ref)
    mine = why_not(request.user, "verification.decide_objection", objection) is None
    context = {
        "objection": objection,
        "tells_who": not request.user.village_id,
        "whose": "" if mine else "Petugas yang tidak ikut memutuskan hasilnya",
    }
    return render(request, "verification/objection.html", context)


class PublishPage(ActPage):
    """Afterwards one goes to the lists, to print them."""

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        response.context_data["back_url"] = reverse("verification:publications")
        return response

    def after(self, programme):
        super().after(programme)
        return HttpResponseRedirect(f"{reverse('verification:publications')}?program={programme.ref}", status=303)


class DecideObjectionPage(ActPage):
    """The objection stands above its answer."""

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        response.context_data |= {"objection": self.subject, "back_url": self.subject.get_absolute_url()}
        return response
