"""Data sosial: sources, extracts, their differences, and lists of earlier aid. Reads only."""

from axes.helpers import get_client_ip_address
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import slugify

from uep.access.access import granted
from uep.access.acts import reads
from uep.files.sheets import XLSX
from uep.social import actions, queries
from uep.social.actions.past_aids import examine
from uep.social.forms import chosen_change
from uep.social.models import Extract, PastAidList, Source
from uep.social.spreadsheet import FIELDS
from uep.ui.paging import page_of

SHOWN = 100  # faults on a page; the rest is in the workbook
LOOK_AGAIN = 10  # seconds between two looks at the progress, where scripts are off


@reads("social.view")
def overview(request):
    """What is in force, the sources, every extract, and the lists of earlier aid."""
    context = {
        "in_force": queries.extract_in_force(),
        "sources": list(Source.objects.visible_to(request.user)),
        "page": page_of(request, _extracts(request), order=("-as_of", "-pk")),
        "past_lists": list(PastAidList.objects.visible_to(request.user).select_related("by", "file")[:SHOWN]),
    }
    return TemplateResponse(request, "social/overview.html", context)


def _extracts(request):
    return Extract.objects.visible_to(request.user).select_related("source", "by", "decided_by")


@reads("social.view")
def source(request, ref):
    found = get_object_or_404(Source.objects.visible_to(request.user), ref=ref)
    known = [(title, FIELDS[name].label) for title, name in found.columns.items() if name in FIELDS]
    page = page_of(request, _extracts(request).filter(source=found), order=("-as_of", "-pk"))
    context = {"source": found, "page": page, "known": known, "in_force": queries.extract_in_force()}
    return TemplateResponse(request, "social/source.html", context)


@reads("social.view")
def extract(request, ref):
    """An extract's own page. While it is read the progress looks again by itself; without scripts the page does."""
    found = get_object_or_404(
        Extract.objects.visible_to(request.user).select_related("source", "by", "decided_by", "file", "compared_with"),
        ref=ref,
    )
    waiting = found.stage in {Extract.Stage.QUEUED, Extract.Stage.READING}
    under_way = waiting and queries.is_being_read(found)
    context = {
        "extract": found,
        "waiting": waiting,
        "job_state": job_state(found, under_way=under_way),
        "done": found.progress if found.stage == Extract.Stage.READING else None,
        "error": found.error or ("Pembacaan terhenti sebelum selesai." if waiting and not under_way else ""),
        "retry_url": reverse("social:retry_extract", args=[ref])
        if granted(request.user, "social.retry_extract")
        else "",
    }
    if request.htmx:
        response = TemplateResponse(request, "social/extract.html#job", context)
        if not waiting:
            response["HX-Refresh"] = "true"  # the page has more to show now
        return response
    in_force = queries.extract_in_force()
    context |= {
        "to_decide": found.stage == Extract.Stage.READ,
        "whose": "" if _may_decide(request.user, found) else "orang kedua (Kabid atau Sekretaris)",
        "is_in_force": in_force is not None and in_force.pk == found.pk,
        "is_older": in_force is not None and in_force.pk != found.pk and found.as_of < in_force.as_of,
        "faults": queries.faults_of(found, SHOWN),
        "shown": SHOWN,
        "fields": [
            (FIELDS[name].label, found.columns["titles"][index])
            for name, index in sorted(found.columns.get("fields", {}).items(), key=lambda field: field[1])
        ],
        "acts": acts_of(found),
        "changes": [
            (kind.label, count, f"{reverse('social:changes', args=[ref])}?jenis={kind.value}")
            for kind, count in zip(queries.Change, (found.new, found.gone, found.desil_changed), strict=True)
        ],
    }
    response = TemplateResponse(request, "social/extract.html", context)
    if under_way:
        response["Refresh"] = str(LOOK_AGAIN)
    return response


def _may_decide(user, found: Extract) -> bool:
    """Is it theirs to accept or refuse? It stays so while something else has to be done first."""
    return granted(user, "social.accept_extract") and found.by_id != user.pk


def job_state(found: Extract, *, under_way: bool) -> str:
    stages = Extract.Stage
    if found.stage == stages.FAILED or (found.stage in {stages.QUEUED, stages.READING} and not under_way):
        return "failed"
    return {stages.QUEUED: "queued", stages.READING: "running"}.get(found.stage, "done")


def acts_of(found: Extract) -> list[str]:
    """The acts that make sense in its stage, but for reading it again: that stands beside the error."""
    stages = Extract.Stage
    if found.stage == stages.MAPPING:
        return ["social.map_columns"]
    if found.stage == stages.READ:
        before = queries.extract_before(found)
        stale = (before.pk if before else None) != found.compared_with_id
        return ["social.accept_extract", "social.refuse_extract", *(["social.compare_again"] if stale else [])]
    return []


@reads("social.view")
def changes(request, ref):
    """Who came, who left, whose desil changed; in the reader's own area."""
    found = get_object_or_404(
        Extract.objects.visible_to(request.user).select_related("source", "compared_with__source"), ref=ref
    )
    change = chosen_change(request.GET.get("jenis", ""))
    here = reverse("social:changes", args=[ref])
    context = {
        "extract": found,
        "change": change,
        "page": page_of(request, queries.changes(found, change, request.user), order=("pk",)),
        "kinds": [(kind.label, f"{here}?jenis={kind.value}", kind == change) for kind in queries.Change],
        "is_desil": change == queries.Change.DESIL,
    }
    return TemplateResponse(request, "social/changes.html", context)


@reads("social.take_faulty_rows")
def faulty_rows(request, ref):
    """The rows that could not come in, as a workbook."""
    found = get_object_or_404(Extract.objects.visible_to(request.user).select_related("source", "file"), ref=ref)
    data = actions.take_faulty_rows(found, by=request.user, address=get_client_ip_address(request))
    return workbook(data, f"perlu-diperbaiki-{slugify(found.source.code)}.xlsx")


@reads("social.view")
def past_aid_list(request, ref):
    """The preview before, and what came of it after."""
    found = get_object_or_404(PastAidList.objects.visible_to(request.user).select_related("by", "file"), ref=ref)
    read = examine(found)
    context = {
        "listed": found,
        "good": read.good[:SHOWN],
        "good_count": len(read.good),
        "faulty": read.faulty[:SHOWN],
        "faulty_count": len(read.faulty),
        "shown": SHOWN,
        "acts": ["social.import_past_aid"] if read.good and not found.imported_at else [],
    }
    return TemplateResponse(request, "social/past_aid_list.html", context)


@reads("social.take_faulty_aids")
def faulty_aids(request, ref):
    found = get_object_or_404(PastAidList.objects.visible_to(request.user).select_related("file"), ref=ref)
    data = actions.take_faulty_aids(found, by=request.user, address=get_client_ip_address(request))
    return workbook(data, "perlu-diperbaiki-bantuan-terdahulu.xlsx")


def workbook(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        data,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )
