"""What step 2 shows on the page of a proposal. The village sees its defects and the outcome, not the working."""

from django.urls import reverse

from proposals.flow import State
from proposals.queries.rules import overrides_of
from proposals.sections import offer, section
from uep.access.access import granted
from uep.documents.queries import documents_of_many
from verification import queries
from verification.models import FieldVisit


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
