"""What step 2 shows on the page of a proposal. The village sees its defects and the outcome, not the working."""

from django.urls import reverse

from proposals.actions.programmes import when_opened
from proposals.flow import State
from proposals.queries.proposals import GIVEN_UP
from proposals.queries.rules import overrides_of
from proposals.sections import Place, offer, section
from uep.access.access import granted
from uep.documents.queries import documents_of_many
from verification import queries, scoring
from verification.actions.instruments import first_instrument
from verification.models import FieldVisit
from verification.queries import likeness, objections, ranking, reports, reserves, second, sheets
from verification.queries.instruments import in_force

# A new programme asks what the one before it asked, from its first day.
when_opened(first_instrument)

AFTER_THE_VISIT = [state for state in State if state in ranking.COMPETING + ranking.PLACED or state == State.INELIGIBLE]


@section(order=20, title="Kekurangan yang pernah disebut", template="verification/_defects.html")
def defects(proposal, user):
    rounds = queries.defects_of(proposal)
    return (
        {"rounds": rounds, "may_change": proposal.state == State.RETURNED and bool(user.village_id)} if rounds else None
    )


@section(order=22, title="Pemeriksaan berkas", template="verification/_verdicts.html")
def desk_check(proposal, user):
    if not granted(user, "verification.view"):
        return None
    looks = queries.desk(proposal)
    if not any(look.verdict or look.before for look in looks):
        return None
    return {"looks": looks}


@section(order=23, title="Pengecualian aturan", template="verification/_exceptions.html")
def exceptions(proposal, user):
    made = overrides_of([proposal]).get(proposal.pk, []) if proposal.register_number else []
    if not made:
        return None
    papers = documents_of_many(made)
    return {"rows": [(row, papers[row.pk]) for row in made]}


@section(order=24, title="Verifikasi lapangan", template="verification/_field.html")
def field(proposal, user):
    if not granted(user, "verification.view"):
        return None
    assignment = queries.current_assignment(proposal) if proposal.state == State.COMPLETE else None
    visits = list(queries.visits_of(proposal))
    if not (assignment or visits or proposal.state == State.COMPLETE):
        return None
    assign_url = ""
    if proposal.state == State.COMPLETE and not assignment and granted(user, "verification.assign_team"):
        assign_url = reverse("verification:assign_team", args=[proposal.programme.ref])
    return {
        "assignment": assignment,
        "assign_url": assign_url,
        "waits": proposal.state == State.COMPLETE,
        "visits": visits,
        "seen_elsewhere": queries.seen_elsewhere([photo for visit in visits for photo in visit.shown]),
    }


@section(order=25, title="Verifikasi ulang", template="verification/_second.html")
def second_look(proposal, user):
    """For the page of the proposal and that of validation: what another team saw."""
    if not granted(user, "verification.view"):
        return None
    rows = second.second_checks_of(proposal)
    if not rows:
        return None
    told = [(row, second.sentence_of(row), second.large_differences(row, user)) for row in rows]
    return {"rows": told}


@section(order=25, title="Laporan ponsel", template="verification/_reports.html", place=Place.DECISION)
def phone_reports_beside(proposal, user):
    return phone_reports(proposal, user)


@section(order=25, title="Laporan ponsel", template="verification/_reports.html")
def phone_reports(proposal, user):
    """What phones told of it, while it is no visit: those wait for a decision, or were set aside with a reason."""
    if not granted(user, "verification.view"):
        return None
    rows = [report for report in reports.reports_of(proposal) if report.visit is None]
    return {"reports": rows} if rows else None


@section(order=25, title="Lembar kertas", template="verification/_paper.html", place=Place.DECISION)
def paper_beside(proposal, user):
    """The sheet that a visit was typed over from, beside what was typed."""
    return paper(proposal, user)


@section(order=25, title="Lembar kertas", template="verification/_paper.html")
def paper(proposal, user):
    if not granted(user, "verification.view"):
        return None
    pages = sheets.pages_of(proposal)
    return {"visits": pages} if pages else None


@section(order=21, title="Foto yang mirip", template="verification/_alike.html", place=Place.DECISION)
def photos_alike(proposal, user):
    if not granted(user, "verification.view"):
        return None
    pairs = likeness.pairs_of(proposal, user)
    return {"pairs": pairs} if pairs else None


@section(order=26, title="Skor", template="verification/_score.html")
def score(proposal, user):
    """What the visit and the proposal are worth by the programme's weights; the office's working, not the village's."""
    if not granted(user, "verification.view") or proposal.state not in AFTER_THE_VISIT:
        return None
    return score_facts(proposal)


@section(order=28, title="Pengganti dari daftar cadangan", template="verification/_replacement.html")
def replacement(proposal, user):
    """Who comes in the place that a withdrawn household gave back."""
    if proposal.state not in GIVEN_UP or not granted(user, "verification.view_ranking"):
        return None
    row = reserves.replacement_of(proposal)
    return {"row": row} if row else None


def score_facts(proposal) -> dict | None:
    """For the section and the page of validation. None before a visit was handed in."""
    instrument = in_force(proposal.programme)
    its = ranking.score_of(proposal, instrument)
    if its is None:
        return None
    return {
        "total": its.total,
        "parts": scoring.parts_of(its, scoring.criteria_of(instrument.definition)),
        "line": ranking.place_in_last_run(proposal),
        "no_pass_mark": scoring.NO_CUTOFF,
    }


def _nobody_home(proposal) -> bool:
    visit = queries.open_visit(proposal)
    return visit is not None and visit.found == FieldVisit.Found.AWAY


offer("verification.check", during=[State.ASSIGNED])
offer("verification.pass_on", "verification.return_for_correction", "verification.reject")
# What is ready to be handed in comes before what could still be changed.
offer("verification.assess", when=lambda proposal: queries.open_visit(proposal) is not None)
offer("verification.visit_again", during=[State.COMPLETE], when=_nobody_home)
offer("verification.record_visit", during=[State.COMPLETE], when=lambda proposal: not _nobody_home(proposal))
offer("verification.validate", during=[State.ASSESSED])
offer("verification.promote", "verification.uphold_objection")


@section(order=28, title="Masa sanggah", template="verification/_objections.html")
def objection_window(proposal, user):
    """The village reads what was objected about its households, not who did."""
    if not granted(user, "verification.view_objections"):
        return None
    rows = list(proposal.objections.order_by("-at", "-pk"))
    published = objections.last_publication(proposal)
    return {"objections": rows, "publication": published} if rows or published else None


offer("verification.file_objection", during=objections.PUBLISHED, order=80)
