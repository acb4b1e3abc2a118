"""Decrees: the list, one decree, its preview and its signed scan; and what the pages of its acts show besides a form."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from decrees import queries
from decrees.forms import ONE_PAGE, DecreeFilter
from decrees.models import Decree
from proposals.models import Programme
from uep.access.access import granted
from uep.access.acts import ActPage, reads
from uep.documents import numbering, signing
from uep.documents.queries import documents_of
from uep.documents.render import pdf_response
from uep.documents.render import respond as respond_with_paper
from uep.files.serve import respond as respond_with_file
from uep.ui.paging import Sort, page_of

MOST_LISTED = 50  # people to be asked for their money back, on a page; the workbook has all of them
LOOK_AGAIN = 5  # seconds between two looks at a paper that is being made ready to be signed
SORTS = {
    "terbaru": Sort("Terbaru disusun", ("-drafted_at", "-pk")),
    "tanggal": Sort("Terbaru ditetapkan", ("-date", "-pk")),
    "nomor": Sort("Nomor", ("number", "pk")),
}


@reads("decrees.view")
def decrees(request):
    search, filters = request.GET.get("cari", "").strip(), DecreeFilter(request.GET)
    filters.fields["program"].queryset = Programme.objects.visible_to(request.user)
    chosen = filters.chosen()
    rows = queries.decrees(request.user, search=search, stage=chosen.get("tahap", ""), programme=chosen.get("program"))
    page = page_of(request, rows, sorts=SORTS)
    sizes = queries.sizes_of(page.rows)
    revoked = queries.revoked_among(page.rows)
    page.rows = [(decree, sizes[decree.pk], decree.pk in revoked) for decree in page.rows]
    waiting = []
    if granted(request.user, "decrees.draft"):
        programmes = queries.programmes_with_eligible()
        rooms = queries.rooms_of(programmes)
        waiting = [(programme, rooms[programme.pk]) for programme in programmes]
    context = {"page": page, "search": search, "filters": filters, "programmes": waiting}
    context["may_see_wordings"] = granted(request.user, "decrees.view_wordings")
    return render(request, "decrees/list.html", context)


@reads("decrees.view")
def decree(request, ref):
    rows = Decree.objects.visible_to(request.user).select_related(
        "programme__bank", "drafted_by", "amends", "signed_by", "scan"
    )
    decree = get_object_or_404(rows, ref=ref)
    search = request.GET.get("cari", "").strip()
    lines, order = _lines(decree, search)
    page = page_of(request, lines, order=order)
    comes_for = queries.stands_in_for(decree) if decree.is_amendment else {}
    for line in page:
        line.worth = line.amount if decree.is_signed else line.amount_requested
        line.comes_for = comes_for.get(line.proposal_id if decree.is_signed else line.pk)
    manuscript = None
    if decree.is_open and queries.method_of(decree).is_electronic and granted(request.user, "decrees.preview"):
        manuscript = queries.manuscript_of(decree)
    acts = queries.acts_at(decree)
    if manuscript and not manuscript.is_failed and queries.fits(manuscript, decree, request.user):
        acts = [act for act in acts if act != "decrees.prepare"]  # it is prepared: one button leads on
    context = {
        "decree": decree,
        "manuscript": manuscript,
        "waiting": _scan_to_show(decree, request.user),
        "set_aside": decree.signed_scans.filter(outcome="aside").select_related("decided_by"),
        "held": numbering.held_for(decree) if decree.is_open else None,
        "totals": queries.totals(decree),
        "in_force": queries.still_in_force(decree) if decree.is_signed else None,
        "room": queries.room_of(decree.programme, own=decree) if decree.is_open else None,
        "villages": queries.totals_by_village(decree),
        "page": page,
        "search": search,
        "leaving": queries.leaving(decree) if decree.is_amendment else [],
        "corrections": queries.corrections(decree) if decree.is_amendment else [],
        **_revoking(decree),
        "list_title": "Penerima baru" if decree.is_amendment else "Daftar penerima",
        "scan_url": reverse("decrees:scan", args=[ref]) if decree.scan_id else "",
        "amendments": decree.amendments.visible_to(request.user).filter(kind=Decree.Kind.AMENDMENT).order_by("pk"),
        "acts": acts,
        "documents": documents_of(decree),
        "may_open_households": granted(request.user, "proposals.view"),
        "may_preview": decree.is_open and granted(request.user, "decrees.preview"),
        "turn": queries.turn(decree, request.user),
        "stale": queries.stale_on(decree) if granted(request.user, "decrees.recheck_social") else [],
        **_inner_affairs(decree, request.user),
    }
    response = render(request, "decrees/decree.html", context)
    waiting = context["waiting"]
    if (manuscript and manuscript.is_being_made) or (waiting and waiting.is_being_read):
        response["Refresh"] = str(LOOK_AGAIN)
    return response


def _scan_to_show(decree, user):
    """The scan that waits, for whom the house's affairs are; a refusal says what is doubted before the page is opened."""
    if not (decree.is_open and granted(user, "decrees.preview")):
        return None
    if waiting := queries.waiting_scan(decree):
        waiting.faults = (
            [] if waiting.is_being_read else [*queries.objections_to(waiting), *queries.doubts_about(waiting)]
        )
    return waiting


def _revoking(decree) -> dict:
    """Of a revocation what it takes off and what stays to be recovered; of any other decree what revokes it."""
    if decree.is_revocation:
        return {
            "freed": queries.set_free(decree).count(),
            "recovery": queries.recovery(decree),
            "to_recover": queries.to_recover(decree)[:MOST_LISTED],
        }
    if not decree.is_signed:
        return {}
    revocation = queries.revocation_of(decree)
    lost = queries.recovery(revocation) if revocation else None
    return {"revocation": revocation, "lost": lost, "extracts": bool(queries.extracts_of(decree))}


def _lines(decree, search: str):
    if decree.is_signed:
        lines, order = queries.signed_lines(decree), ("position", "pk")
    else:
        lines, order = queries.drafted(decree), queries.ANNEX_ORDER
    if search:
        lines = lines.filter(Q(name__icontains=search) | Q(village__name__icontains=search))
    return lines, order


def _inner_affairs(decree, user) -> dict:
    """Initials, notes and what changed: for the house, not for the bank."""
    if not granted(user, "oversight.report"):
        return {}
    return {
        "endorsements": (endorsements := list(decree.endorsements.select_related("by"))),
        "way": queries.way_up(decree, endorsements) if decree.is_open else [],
        "notes": queries.journey(decree),
        "changes": queries.changes_since_return(decree) if decree.is_open else None,
    }


def _draft_or_404(request, ref) -> Decree:
    rows = Decree.objects.visible_to(request.user).select_related("programme__bank", "amends", "wording")
    decree = get_object_or_404(rows, ref=ref)
    if not decree.is_open:
        raise Http404("no draft to preview")
    return decree


@reads("decrees.preview")
def preview(request, ref):
    """The draft as PDF, exactly as it will be; number and date are still open."""
    decree = _draft_or_404(request, ref)
    return respond_with_paper(decree.paper, decree)


@reads("decrees.preview")
def for_ink(request, ref):
    """The draft to be signed on paper: room for number, date and ink instead of the electronic mark."""
    decree = _draft_or_404(request, ref)
    if not queries.by_ink(decree):
        raise Http404("this one is signed online only")
    decree.for_ink = True
    return respond_with_paper(decree.paper, decree, download=True)


@reads("decrees.preview")
def manuscript(request, ref):
    """The bytes that wait for the electronic signature, exactly."""
    decree = _draft_or_404(request, ref)
    row = queries.manuscript_of(decree)
    if row is None or not row.file:
        raise Http404("no paper waits for a signature")
    try:
        content = signing.content_of(row)
    except ValidationError:
        shown = {"number": row.number, "title": str(decree), "get_absolute_url": decree.get_absolute_url()}
        return render(request, "documents/damaged.html", {"document": shown}, status=500)
    return pdf_response(content, f"{row.paper}-{row.ref}.pdf")


@reads("decrees.view_scan")
def scan(request, ref):
    rows = Decree.objects.visible_to(request.user).signed().exclude(scan=None).select_related("scan")
    return respond_with_file(get_object_or_404(rows, ref=ref).scan, request=request)


@reads("decrees.preview")
def waiting_scan(request, ref):
    """The scan that waits for its second person."""
    waiting = queries.waiting_scan(_draft_or_404(request, ref))
    if waiting is None:
        raise Http404("no scan waits")
    return respond_with_file(waiting.scan, request=request)


# Pages of acts --------------------------------------------------------------------------------------------------------


@method_decorator(sensitive_post_parameters("password", "passphrase"), name="dispatch")
class DecisionPage(ActPage):
    """Asks for a decision with what it rests on above the button: count, sum, room, who came and went, the PDF."""

    def render(self, form=None, errors=(), status=200):
        response, decree = super().render(form, errors, status), self.subject
        response.context_data |= {
            "decree": decree,
            "totals": queries.totals(decree),
            "each": queries.amount_of_each(decree),
            "room": queries.room_of(decree.programme, own=decree),
            "held": numbering.held_for(decree),
            "villages": queries.totals_by_village(decree),
            "changes": queries.changes_for(decree, self.request.user),
            "leaving": queries.leaving(decree) if decree.is_amendment else [],
            "corrections": queries.corrections(decree) if decree.is_amendment else [],
            "concerns": queries.concerns_of(decree),
            "way": queries.way_up(decree, list(queries.valid_endorsements(decree))),
            **_revoking(decree),
            "may_preview": granted(self.request.user, "decrees.preview"),
        }
        if self.act == "decrees.confirm_signature":
            waiting = queries.waiting_scan(decree)
            response.context_data |= {"waiting": waiting, "doubts": queries.doubts_about(waiting)}
        if self.act in {"decrees.endorse", "decrees.sign", "decrees.prepare"}:
            response.context_data |= queries.capacity(decree, self.request.user)
        method = queries.method_of(decree)
        if self.act == "decrees.sign" and method.is_electronic:
            response.context_data |= {
                "manuscript": queries.manuscript_of(decree),
                "self_made": method is signing.Method.CERTIFICATE and not settings.SIGNING_TRUST,
            }
            if self.request.method == "GET":  # before anyone types a passphrase
                response.context_data["certificate"] = queries.certificate_of(decree, self.request.user)
        return response


class SettlingPage(ActPage):
    """Asks what is to become of a paper that may be signed; it stands above the question."""

    def render(self, form=None, errors=(), status=200):
        response = super().render(form, errors, status)
        response.context_data |= {"decree": self.subject, "manuscript": queries.manuscript_of(self.subject)}
        return response


class PickPage(ActPage):
    """Ticks rows of a list that may be long: a page at a time, with a search; `source` answers rows and their order."""

    source = None

    def render(self, form=None, errors=(), status=200):
        response = super().render(form, errors, status)
        response.template_name = "decrees/pick.html"
        search = self.request.GET.get("cari", "").strip()
        rows, order, amount = self.source(self.subject)
        if search:
            rows = rows.filter(Q(name__icontains=search) | Q(village__name__icontains=search))
        page = page_of(self.request, rows, order=order, size=ONE_PAGE)
        ticked = form.ticked
        page.rows = [
            {
                "ref": row.ref,
                "name": row.name,
                "place": f"{row.village.name}, {row.village.parent.name}",
                "business": row.business,
                "amount": getattr(row, amount),
                "ticked": row.ref in ticked,
            }
            for row in page.rows
        ]
        response.context_data |= {"page": page, "search": search, "pick": form.pick}
        return response


def _eligible(subject):
    programme = subject.programme if isinstance(subject, Decree) else subject
    return queries.eligible_for(programme), ("moved_at", "pk"), "amount_requested"


class EligiblePage(PickPage):
    source = staticmethod(_eligible)


class StrikePage(PickPage):
    source = staticmethod(lambda decree: (queries.drafted(decree), queries.ANNEX_ORDER, "amount_requested"))


class RemovePage(PickPage):
    source = staticmethod(lambda decree: (queries.removable(decree), ("position", "pk"), "amount"))


class KeepPage(PickPage):
    source = staticmethod(lambda decree: (queries.removed(decree), ("position", "pk"), "amount"))
