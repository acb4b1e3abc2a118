"""Pages of issued papers: download, progress, and the public verification page behind the QR code."""

import logging
from datetime import date
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from uep.access.access import granted
from uep.access.acts import public, reads
from uep.access.middleware import address_of
from uep.documents import numbering, signing
from uep.documents.forms import CheckFileForm
from uep.documents.models import NumberSeries, OfficialDocument
from uep.documents.papers import PAPERS, is_public
from uep.documents.queries import held_numbers, is_being_rendered, numbers_given, original_of, papers_numbered
from uep.documents.render import pdf_response
from uep.ui.paging import page_of

logger = logging.getLogger(__name__)

CHECKS_PER_MINUTE = 60  # of one address: an office behind one router scans in peace, a guesser gets nowhere
FILES_PER_MINUTE = 10  # each may cost a second of a process of its own
LOOK_AGAIN = 10  # seconds between two looks at the progress, where scripts are off


@reads("documents.view")
def progress(request, ref):
    """The document's own page. While it is rendered the progress looks again by itself; without scripts the page does."""
    document = get_object_or_404(
        OfficialDocument.objects.visible_to(request.user).select_related("superseded_by", "issued_by"), ref=ref
    )
    under_way = is_being_rendered(document)
    given_up = not (document.is_ready or document.is_failed or under_way)
    context = {
        "document": document,
        "date": date.fromisoformat(document.facts["date"]),
        "job_state": "failed" if given_up else document.job_state,
        "done": document.progress if under_way else None,
        "error": "Penyusunan terhenti sebelum selesai." if given_up else document.error,
        "retry_url": reverse("documents:retry_render", args=[ref])
        if granted(request.user, "documents.retry_render")
        else "",
        "signatories": [signer for signer in document.facts.get("signatories", []) if signer],
        "check_url": settings.PUBLIC_URL.rstrip("/") + document.get_check_url() if is_public(document) else "",
    }
    if not request.htmx:
        response = TemplateResponse(request, "documents/progress.html", context)
        if under_way:
            response["Refresh"] = str(LOOK_AGAIN)
        return response
    response = TemplateResponse(request, "documents/progress.html#job", context)
    if document.is_ready and request.htmx.current_url_abs_path == document.get_absolute_url():
        response["HX-Refresh"] = "true"  # its own page has more to show now
    return response


@reads("documents.view")
def download(request, ref):
    """The bytes exactly as they were issued; refused when they are no longer those that were hashed (design, law 4)."""
    document = get_object_or_404(OfficialDocument.objects.visible_to(request.user), ref=ref)
    if not document.is_ready:
        return HttpResponseRedirect(document.get_absolute_url())
    with default_storage.open(document.file) as stored:
        content = stored.read()
    if sha256(content).hexdigest() != document.sha256:
        logger.error("Stored bytes of document %s differ from its fingerprint", document.ref)
        return TemplateResponse(request, "documents/damaged.html", {"document": document}, status=500)
    name = f"{document.paper}-{document.ref}.pdf"
    return pdf_response(content, name, download="unduh" in request.GET)


@public
def check(request, code):
    """What anyone may know about a paper: is it ours, is it in force. No personal data."""
    if too_many(address_of(request)):
        return TemplateResponse(request, "documents/check_throttled.html", status=429, headers={"Retry-After": "60"})
    rows = OfficialDocument.objects.filter(code=code.upper())
    document = rows.select_related("superseded_by", "signing").first()
    if document is None or not is_public(document):
        return TemplateResponse(request, "documents/check_unknown.html", {"code": code[:40]}, status=404)
    context = {
        "document": document,
        "date": date.fromisoformat(document.facts["date"]),
        "signatory": next(iter(document.facts.get("signatories") or []), None),
        "signing": getattr(document, "signing", None),
        "now": PAPERS[document.paper].public_now(document) if document.paper in PAPERS else [],
        # A copy is worth what its original is worth.
        "original": original_of(document),
    }
    return TemplateResponse(request, "documents/check.html", context)


@public
def check_file(request):
    """Is the PDF that somebody holds ours, byte for byte, and in force? It is compared and forgotten."""
    if request.method == "POST" and too_many(address_of(request), what="file", limit=FILES_PER_MINUTE):
        return TemplateResponse(request, "documents/check_throttled.html", status=429, headers={"Retry-After": "60"})
    form = CheckFileForm(request.POST, request.FILES) if request.method == "POST" else CheckFileForm()
    context = {"form": form}
    if not form.is_bound:
        return TemplateResponse(request, "documents/check_file.html", context)
    if not form.is_valid():
        return TemplateResponse(request, "documents/check_file.html", context, status=422)
    verdict = signing.judge(form.cleaned_data["file"].read())
    if verdict.reason == "busy":
        context["busy"] = True
        return TemplateResponse(
            request, "documents/check_file.html", context, status=503, headers={"Retry-After": "20"}
        )
    if verdict.document:
        context["date"] = date.fromisoformat(verdict.document.facts["date"])
    context |= {"verdict": verdict, "signing": getattr(verdict.document, "signing", None)}
    return TemplateResponse(request, "documents/check_file.html", context)


def too_many(address: str, *, what: str = "check", limit: int = CHECKS_PER_MINUTE) -> bool:
    """Has this address asked more often than that in the current minute (per web process)?"""
    key = f"documents.{what}:{address}:{timezone.now():%H%M}"
    cache.add(key, 0, timeout=90)
    return cache.incr(key) > limit


@reads("documents.view_series")
def series(request):
    """How numbers are written, and where this year's counting stands."""
    today = timezone.localdate()
    rows = [
        {
            "series": row,
            "given": row.given,
            "next": numbering.fill(row.pattern, (row.given or 0) + 1, today, unit=row.unit_code),
        }
        for row in numbers_given(today.year)
    ]
    return TemplateResponse(request, "documents/series.html", {"rows": rows, "year": today.year})


@reads("documents.view_book")
def book(request, ref):
    """The book of numbers of one series and year: what was given, what was taken by hand, and why."""
    series = get_object_or_404(NumberSeries.objects.visible_to(request.user), ref=ref)
    this_year = timezone.localdate().year
    asked = request.GET.get("tahun", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and 2000 <= int(asked) <= this_year else this_year
    rows = papers_numbered(series, year, request.user)
    context = {
        "series": series,
        "year": year,
        "years": sorted({*series.counters.values_list("year", flat=True), this_year}, reverse=True),
        "held": held_numbers(series, year),
        "page": page_of(request, rows, order=("-issued_at", "-pk")),
    }
    for document in context["page"]:
        document.day = date.fromisoformat(document.day)
    return TemplateResponse(request, "documents/book.html", context)
