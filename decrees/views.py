"""Decrees: the list, one decree, its preview and its signed scan."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from decrees import queries
from decrees.models import Decree
from uep.access.access import granted
from uep.access.acts import reads
from uep.documents.queries import documents_of
from uep.documents.render import respond as respond_with_paper
from uep.files.serve import respond as respond_with_file
from uep.ui.paging import page_of


@reads("decrees.view")
def decrees(request):
    search = request.GET.get("cari", "").strip()
    page = page_of(request, queries.decrees(request.user, search=search), order=("-drafted_at", "-pk"))
    programmes = []
    if granted(request.user, "decrees.draft"):
        programmes = [(programme, queries.room_of(programme)) for programme in queries.programmes_with_eligible()]
    return render(request, "decrees/list.html", {"page": page, "search": search, "programmes": programmes})


@reads("decrees.view")
def decree(request, ref):
    rows = Decree.objects.visible_to(request.user).select_related(
        "programme__bank", "drafted_by", "amends", "signed_by", "scan"
    )
    decree = get_object_or_404(rows, ref=ref)
    signed = decree.stage == Decree.Stage.SIGNED
    lines = queries.signed_lines(decree) if signed else queries.drafted(decree)
    order = ("position", "pk") if signed else ("village__parent_id", "village_id", "name", "pk")
    context = {
        "decree": decree,
        "signed": signed,
        "totals": queries.totals(decree),
        "room": queries.room_of(decree.programme),
        "villages": queries.totals_by_village(decree),
        "page": page_of(request, lines, order=order, size=50),
        "endorsements": decree.endorsements.select_related("by"),
        "removes": decree.removes.select_related("village__parent"),
        "amendments": decree.amendments.order_by("pk"),
        "notes": queries.journey(decree),
        "documents": documents_of(decree),
        "may_open_households": granted(request.user, "proposals.view"),
        "turn": queries.turn(decree, request.user),
    }
    return render(request, "decrees/decree.html", context)


@reads("decrees.preview")
def preview(request, ref):
    """The draft as PDF, exactly as it will be; number and date are still open."""
    decree = get_object_or_404(Decree.objects.visible_to(request.user), ref=ref)
    if decree.stage in (Decree.Stage.SIGNED, Decree.Stage.CANCELLED):
        raise Http404("no draft to preview")
    decree.date = timezone.localdate()  # not saved: the paper cites what is in force today
    return respond_with_paper("sk_perubahan" if decree.amends_id else "sk", decree)


@reads("decrees.view")
def scan(request, ref):
    decree = get_object_or_404(Decree.objects.visible_to(request.user).exclude(scan=None), ref=ref)
    return respond_with_file(decree.scan, request=request)
