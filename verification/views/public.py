"""The objection window as everyone sees it: a list on a phone, a form without a puzzle, an answer by its number."""

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from uep.access.acts import public
from uep.access.middleware import address_of
from verification.actions import object_publicly
from verification.forms.objections import PublicObjectionForm
from verification.models import Objection
from verification.queries import objections as queries

READS_PER_MINUTE = 60  # of one address, as on the verification page of papers
SENT_PER_HOUR = 10  # forms of one address; a village may share one


def _too_many(kind: str, address: str, limit: int, slot: str, seconds: int) -> bool:
    """Has this address come more often than the limit in the current slot of time (per web process)?"""
    key = f"verification.{kind}:{address}:{slot}"
    cache.add(key, 0, timeout=seconds)
    return cache.incr(key) > limit


def _refuses(request) -> TemplateResponse | None:
    address, now = address_of(request), timezone.now()
    if _too_many("public", address, READS_PER_MINUTE, f"{now:%H%M}", 90):
        return _throttled(request, 60)
    if request.method == "POST" and _too_many("objection", address, SENT_PER_HOUR, f"{now:%d%H}", 3700):
        return _throttled(request, 3600)
    return None


def _throttled(request, seconds: int) -> TemplateResponse:
    template = "verification/public_throttled.html"
    return TemplateResponse(request, template, status=429, headers={"Retry-After": str(seconds)})


def _unknown(request, code) -> TemplateResponse:
    return TemplateResponse(request, "verification/public_unknown.html", {"code": code[:40]}, status=404)


@public
def announcement(request, code):
    """One village's provisional list. Names go when the window is over: nobody has to read them any more."""
    if refusal := _refuses(request):
        return refusal
    publication = queries.publication_behind(code)
    if publication is None:
        return _unknown(request, code)
    if number := request.GET.get("nomor", "").strip().upper():
        return HttpResponseRedirect(reverse("announcement:answer", args=[number[:12]]))
    names = list(publication.names.all())
    context = {"publication": publication, "totals": queries.totals_of(names)}
    if publication.standing == publication.Standing.OPEN:
        context["groups"] = [(state, [row for row in names if row.outcome == state]) for state, _ in context["totals"]]
    return TemplateResponse(request, "verification/public_list.html", context)


@public
@never_cache
def object_to(request, code, number):
    """Object to one line of a list. What was typed is kept whatever happens; the answer to a sent form is its number."""
    if refusal := _refuses(request):
        return refusal
    publication = queries.publication_behind(code)
    if publication is None:
        return _unknown(request, code)
    if publication.standing != publication.Standing.OPEN:
        return HttpResponseRedirect(reverse("announcement:list", args=[publication.code]))
    line = get_object_or_404(publication.names.select_related("proposal"), number=number)
    form, errors, status = PublicObjectionForm(line=line), [], 200
    if request.method == "POST":
        form, status = PublicObjectionForm(request.POST, line=line), 422
        if form.is_valid():
            try:
                objection = object_publicly(line, **form.cleaned_data)
                return HttpResponseRedirect(reverse("announcement:answer", args=[objection.ref]), status=303)
            except ValidationError as error:
                errors = error.messages
    context = {"publication": publication, "line": line, "form": form, "errors": errors}
    return TemplateResponse(request, "verification/public_object.html", context, status=status)


@public
@never_cache
def answer(request, ref):
    """Where an objection stands, for whoever holds its number; no word of whom it is about or who said it."""
    if refusal := _refuses(request):
        return refusal
    objection = Objection.objects.filter(ref=ref.upper()).select_related("publication").first()
    if objection is None:
        return _unknown(request, ref)
    return TemplateResponse(request, "verification/public_answer.html", {"objection": objection})
