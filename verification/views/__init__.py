"""Pages of step 2: what waits, an assignment, a visit, the page on which Kabid decides."""

from functools import cached_property

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from proposals.eligibility import findings
from proposals.flow import State
from proposals.models import Proposal
from proposals.queries import proposals as proposal_queries
from proposals.sections import Place, registered, sections_of
from uep.access.access import RULES, granted, why_not
from uep.access.acts import ActPage, AutosavingPage, reads
from uep.documents.queries import documents_of, documents_of_many
from uep.documents.render import respond as respond_with_paper
from uep.files.serve import respond as respond_with_file
from uep.ui.indonesian import rupiah
from uep.ui.paging import page_of
from verification import queries
from verification.forms import QueueFilter, ReasonForm
from verification.models import Assignment, FieldVisit, Instrument, VisitPhoto
from verification.queries import minutes as minute_queries
from verification.queries import plans as plan_queries
from verification.queries import ranking as ranking_queries
from verification.queries import second as second_queries
from verification.queries import sheets as sheet_queries
from verification.queries import trust
from verification.queries.places import places_of
from verification.sections import score_facts, second_look

# name -> (title, what waits, columns of the order; the last is unique)
QUEUES = {
    "berkas": ("Pemeriksaan berkas", "menunggu staf", ("own", "due_at", "pk")),
    "tim": ("Penugasan tim", "menunggu Kabid", ("due_at", "pk")),
    "kunjungan": ("Kunjungan lapangan", "menunggu tim", ("own", "due_at", "pk")),
    "validasi": ("Validasi", "menunggu Kabid", ("due_at", "pk")),
}
PLAN_ACTS = (
    "verification.order_route", "verification.postpone", "verification.extend", "verification.reassign",
    "verification.give_time", "verification.order_travel",
)  # fmt: skip
DECISIONS = ("verification.approve", "verification.waitlist", "verification.decline", "verification.revisit")


@reads("verification.view")
def waiting(request):
    """The four queues of step 2, one at a time; without a choice the reader's own."""
    user = request.user
    asked = request.GET.get("antrean", "")
    counts = queries.waiting(user)
    queue = asked if asked in QUEUES else _own_queue(user, counts)
    filters = QueueFilter(request.GET, user=user)
    chosen = filters.chosen()
    search = request.GET.get("cari", "").strip()
    within = proposal_queries.proposals(
        user, search=search, programme=chosen.get("program"), place=chosen.get("wilayah")
    )
    rows = {
        "berkas": lambda: queries.at_the_desk(user, within),
        "tim": lambda: queries.waiting_for_assignment(user, within=within),
        "kunjungan": lambda: queries.to_visit(user, within),
        "validasi": lambda: queries.to_validate(within),
    }[queue]()
    page = page_of(request, rows, order=QUEUES[queue][2])
    for proposal in page if queue == "validasi" else ():
        proposal.recommendation_seen = FieldVisit.Recommendation(proposal.recommended)
    context = {
        "queue": queue,
        "title": QUEUES[queue][0],
        "queues": [(name, title, whose, counts[name]) for name, (title, whose, _) in QUEUES.items()],
        "page": page,
        "filters": filters,
        "search": search,
        "to_rank": ranking_queries.to_rank(user)
        if queue == "validasi" and granted(user, "verification.view_ranking")
        else [],
        "shows_devices": granted(user, "verification.shut_out_device"),
        "shows_sheets": granted(user, "verification.bring_sheets"),
        "to_assign": queries.to_assign(user) if queue == "tim" and granted(user, "verification.assign_team") else [],
    }
    return render(request, "verification/list.html", context)


def _own_queue(user, counts) -> str:
    """Where the reader has something to do, the fullest of those; else the first that is not empty."""
    acts = {"berkas": "check", "tim": "assign_team", "kunjungan": "record_visit", "validasi": "validate"}
    own = [name for name in QUEUES if granted(user, f"verification.{acts[name]}") and counts[name]]
    return next(iter(own), next((name for name in QUEUES if counts[name]), "berkas"))


@reads("verification.view")
def assignments(request):
    page = page_of(request, queries.assignments(request.user), order=("-starts", "-pk"))
    return render(request, "verification/assignments.html", {"page": page})


@reads("verification.view")
def assignment(request, ref):
    """One assignment: team, route with progress, papers."""
    assignment = get_object_or_404(queries.assignments(request.user).select_related("made_by", "ended_by"), ref=ref)
    days = plan_queries.days_of(assignment)
    households = [stop.proposal for day in days for stop in day.stops]
    orders = list(plan_queries.travel_orders(assignment))
    order_papers = documents_of_many(orders)
    minutes = queries.minutes_of(assignment)
    papers = documents_of_many(minutes)
    team = queries.team_of(assignment)
    confirmed = minute_queries.standings(minutes, papers, team)
    context = {
        "assignment": assignment,
        "team": team,
        "days": days,
        "households": len(households),
        "visited": sum(any(visit.submitted_at for visit in row.team_visits) for row in households),
        "changes": list(plan_queries.changes_of(assignment)),
        "came_from": plan_queries.came_from(assignment),
        "orders": [(order, order_papers[order.pk]) for order in orders],
        "plan_acts": [act for act in PLAN_ACTS if why_not(request.user, act, assignment) is None],
        "minutes": [(row, papers[row.pk], confirmed[row.pk]) for row in minutes],
        "documents": documents_of(assignment),
        "to_type": sheet_queries.by_household(sheet_queries.to_type(request.user).filter(assignment=assignment)),
    }
    return render(request, "verification/assignment.html", context)


@reads("verification.view")
def field_sheet(request, ref):
    """Sheets to fill in by hand, one a household, for villages without a signal."""
    assignment = get_object_or_404(Assignment.objects.visible_to(request.user), ref=ref)
    return respond_with_paper("lembar_kunjungan", assignment)


@reads("verification.view")
def visit(request, ref):
    """One visit with its photos, and what its team may still do with it."""
    rows = FieldVisit.objects.visible_to(request.user)
    rows = rows.select_related(
        "proposal__village__parent", "proposal__programme", "assignment__leader", "by", "instrument"
    )
    visit = get_object_or_404(rows, ref=ref)
    photos = list(queries.photos_shown().filter(visit=visit))
    is_open = visit == queries.open_visit(visit.proposal)
    context = {
        "visit": visit,
        "photos": photos,
        "seen_elsewhere": queries.seen_elsewhere(photos),
        "is_open": is_open,
        "offer_discard": is_open,
        "scans": sheet_queries.pages_of_visit(visit),
        "doubts": trust.doubts(visit, photos),
        "lacking": queries.lacking(visit) if visit.submitted_at is None and visit.found != visit.Found.AWAY else [],
    }
    return render(request, "verification/visit.html", context)


@reads("verification.view")
def photo(request, ref):
    """A photo of a visit; `?kecil` is the small one."""
    photo = get_object_or_404(VisitPhoto.objects.visible_to(request.user).select_related("file"), ref=ref)
    variant = "thumb" if "kecil" in request.GET else "full"
    return respond_with_file(photo.file, variant=variant, download="unduh" in request.GET, request=request)


@reads("verification.validate")
def validate(request, ref):
    """Everything Kabid weighs, on one page: visit, photos, desk, what the registers say, the programme's rules."""
    proposal = get_object_or_404(proposal_queries.whole(request.user), ref=ref)
    visits = [visit for visit in queries.visits_of(proposal) if visit.submitted_at]
    visit, *former = visits or [None]
    photos = visit.shown if visit else []
    total = proposal_queries.budget_total(proposal)
    told = findings(proposal)
    before, after = queries.neighbours_in_queue(request.user, proposal)
    context = {
        "proposal": proposal,
        "before": before,
        "after": after,
        "places": places_of(visit, photos) if visit else None,
        "registered": registered(proposal, request.user),
        "visit": visit,
        "former": former,
        "photos": photos,
        "seen_elsewhere": queries.seen_elsewhere(photos) if photos else set(),
        "doubts": trust.doubts(visit, photos) if visit else [],
        "desk": {"looks": queries.desk(proposal)},
        "findings": told,
        "unmet": [row for row in told if row.is_in_the_way] if proposal.state == State.ASSESSED else [],
        "money_rows": [("Diminta", rupiah(proposal.amount_requested or 0)), ("Jumlah RAB", rupiah(total))],
        "beside": sections_of(proposal, request.user, Place.DECISION),
        "score": score_facts(proposal),
        "second_look": second_look(proposal, request.user),
        "held": second_queries.HELD if second_queries.is_held(proposal) else "",
        "why": why_not(request.user, "verification.validate", proposal),
        "form": ReasonForm(subject=proposal, by=request.user),
        "acts": [
            {"label": RULES[act].label, "tone": RULES[act].tone, "url_name": act.replace(".", ":")} for act in DECISIONS
        ],
    }
    return render(request, "verification/validate.html", context)


class DecisionPage(ActPage):
    """Asked to go on (`lanjut`, a household that waits), one comes to that household, else to whatever still waits."""

    def after(self, proposal):
        asked = self.request.POST.get("lanjut")
        if not asked:
            return super().after(proposal)
        messages.success(self.request, f"{proposal.name}: {RULES[self.act].done}")
        waiting = queries.to_validate(Proposal.objects.visible_to(self.request.user))
        following = waiting.filter(ref=asked).first() or waiting.order_by("due_at", "pk").first()
        url = (
            reverse("verification:validate", args=[following.ref])
            if following
            else reverse("verification:list") + "?antrean=validasi"
        )
        return HttpResponseRedirect(url, status=303)


class CheckPage(ActPage):
    """One stays at the papers until they are passed on or sent back."""

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        looks = response.context_data["form"].looks
        told = [look.verdict for look in looks if look.verdict]
        wrong = sum(check.verdict == check.Verdict.WRONG for check in told)
        response.context_data |= {
            "budget": list(self.subject.budget_lines.all()),
            "findings": findings(self.subject),
            "left": len(looks) - len(told),
            "wrong": wrong,
            "right": len(told) - wrong,
        }
        return response

    def after(self, proposal):
        super().after(proposal)
        return HttpResponseRedirect(reverse("verification:check", args=[proposal.ref]), status=303)


class ReturnPage(ActPage):
    """Shows what goes back, before it goes."""

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        labels = {item.code: item.label for item in queries.items_of(self.subject)}
        wrong = [check for check in queries.wrong_items(self.subject) if check.item in labels]
        response.context_data["defects"] = [(labels[check.item], check.why) for check in wrong]
        response.context_data["back_url"] = reverse("verification:check", args=[self.subject.ref])
        return response


class VersionedPage(ActPage):
    """The form of a visit, by the instrument that the sheet in the hand was printed from: `?versi=`."""

    def form(self, *data):
        asked = self.request.GET.get("versi", "")
        version = int(asked) if asked.isdecimal() and len(asked) < 5 else None
        printed = next((page.version for page in self.scans if page.version), None)
        form = self.form_class(*data, subject=self.subject, by=self.request.user, version=version or printed)
        if self.scans and not form.visit:
            form.fields["visited_at"].initial = None
            form.fields["visited_at"].help_text = "Hari dan jam yang tertulis di lembar."
        return form

    @cached_property
    def scans(self):
        """Sheets of this household that were filled in by hand, to type over from."""
        assignment = queries.current_assignment(self.subject)
        return sheet_queries.beside(self.subject, self.begun(), assignment)

    def begun(self):
        return None

    def render(self, *args, **kwargs):
        """Only a visit that is not begun yet may still choose."""
        response = super().render(*args, **kwargs)
        form = response.context_data["form"]
        told = [] if form.visit else Instrument.objects.told().filter(programme=self.subject.programme_id)
        response.context_data["other_versions"] = [row for row in told if row.number != form.version.number]
        response.context_data["scans"] = self.scans
        return response


class VisitPage(VersionedPage, AutosavingPage):
    """Saved while one writes; the phone keeps the words where the line is lost."""

    needed = frozenset({"visited_at", "found"})

    def begun(self):
        return queries.open_visit(self.subject)


class VisitAgainPage(VersionedPage):
    """Not saved while one writes: each saving would be another visit."""


class AssessPage(ActPage):
    """Handed in: on to the next household of the same assignment."""

    def dispatch(self, request, *args, **kwargs):
        self.assignment = None
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, **kwargs):
        self.assignment = queries.current_assignment(self.subject)
        return super().post(request, **kwargs)

    def after(self, result):
        super().after(result)
        return HttpResponseRedirect((self.assignment or result).get_absolute_url(), status=303)


class PromotePage(ActPage):
    """With what the decision is weighed against, as on the page of validation."""

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        response.context_data["beside"] = sections_of(self.subject, self.request.user, Place.DECISION)
        return response
