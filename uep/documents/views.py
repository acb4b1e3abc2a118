"""Pages of issued papers: download, progress, and the public verification page behind the QR code."""

import logging
from hashlib import sha256

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from uep.access.acts import public, reads
from uep.documents import numbering
from uep.documents.models import OfficialDocument
from uep.documents.queries import is_being_rendered, numbers_given
from uep.documents.render import pdf_response

logger = logging.getLogger(__name__)

CHECKS_PER_MINUTE = 60  # of one address: an office behind one router scans in peace, a guesser gets nowhere
LOOK_AGAIN = 3  # seconds between two looks at the progress


@reads("documents.view")
def progress(request, ref):
    """The document's own page; while it is being rendered it looks again by itself (htmx, or a refresh without it)."""
    document = get_object_or_404(
        OfficialDocument.objects.visible_to(request.user).select_related("superseded_by"), ref=ref
    )
    under_way = is_being_rendered(document)
    template = "documents/progress.html#state" if request.htmx else "documents/progress.html"
    context = {"document": document, "under_way": under_way, "look_again": LOOK_AGAIN}
    response = TemplateResponse(request, template, context)
    if under_way and not request.htmx:
        response["Refresh"] = str(LOOK_AGAIN * 3)
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
    if too_many(request.META.get("REMOTE_ADDR", "")):
        return TemplateResponse(request, "documents/check_throttled.html", status=429, headers={"Retry-After": "60"})
    document = OfficialDocument.objects.filter(code=code.upper()).select_related("superseded_by").first()
    if document is None:
        return TemplateResponse(request, "documents/check_unknown.html", {"code": code[:40]}, status=404)
    context = {"document": document, "signatory": next(iter(document.facts.get("signatories", [])), None)}
    return TemplateResponse(request, "documents/check.html", context)


def too_many(address: str) -> bool:
    """Has this address asked more than CHECKS_PER_MINUTE times in the current minute (per web process)?"""
    key = f"documents.check:{address}:{timezone.now():%H%M}"
    cache.add(key, 0, timeout=90)
    return cache.incr(key) > CHECKS_PER_MINUTE


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
