"""Reads of step 2."""

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from proposals.flow import State
from proposals.models import Proposal, Requirement
from uep.access.roles import Role
from uep.accounts.models import User
from verification.checklist import Item, items
from verification.models import Assignment, DeskCheck, FieldVisit


def round_of(proposal) -> int:
    """Which examination this is: one more than the times it was sent back to its village."""
    return proposal.steps.filter(target=State.RETURNED).count() + 1


def items_of(proposal) -> list[Item]:
    """What is checked at the desk for this proposal: papers needed by now, then its data."""
    wanted = proposal.programme.requirements.filter(
        owner=Requirement.Owner.HOUSEHOLD, needed_from__in=[State.SUBMITTED, State.COMPLETE]
    )
    return items(wanted)


def verdicts(proposal) -> dict[str, DeskCheck]:
    """The verdict that counts per item: this round's, or an earlier "right" that nothing has opened since."""
    now = round_of(proposal)
    newest: dict[str, DeskCheck] = {}
    for check in proposal.desk_checks.select_related("by").order_by("round", "at"):
        newest[check.item] = check
    return {code: check for code, check in newest.items() if check.round == now or check.verdict == DeskCheck.Verdict.RIGHT}


def unchecked(proposal) -> list[Item]:
    """Items without a verdict that counts."""
    done = verdicts(proposal)
    return [item for item in items_of(proposal) if item.code not in done]


def wrong_items(proposal) -> list[DeskCheck]:
    return [check for check in verdicts(proposal).values() if check.verdict == DeskCheck.Verdict.WRONG]


def team_choices(user) -> QuerySet[User]:
    """Staff who can be sent into the field, with the load each carries now."""
    return (
        User.objects.filter(role=Role.STAFF, is_active=True)
        .annotate(load=Count("assignments__proposals", filter=Q(assignments__proposals__state=State.COMPLETE)))
        .order_by("full_name")
    )


def waiting_for_assignment(user) -> QuerySet[Proposal]:
    """Complete papers, and nobody sent yet in this round: no assignment without a finished visit."""
    open_assignment = Assignment.objects.filter(proposals=OuterRef("pk")).exclude(
        visits__proposal=OuterRef("pk"), visits__submitted_at__isnull=False
    )
    rows = Proposal.objects.visible_to(user).filter(state=State.COMPLETE)
    return rows.exclude(Exists(open_assignment)).select_related("village__parent").order_by("due_at", "pk")


def current_assignment(proposal) -> Assignment | None:
    return proposal.assignments.order_by("-pk").first()


def open_visit(proposal) -> FieldVisit | None:
    return proposal.visits.filter(submitted_at__isnull=True).first()


def last_visit(proposal) -> FieldVisit | None:
    """The newest finished visit."""
    return proposal.visits.filter(submitted_at__isnull=False).order_by("-round").first()


def visits_of(proposal) -> QuerySet[FieldVisit]:
    return proposal.visits.select_related("by", "assignment").prefetch_related("photos__file").order_by("-round")


def assignments(user) -> QuerySet[Assignment]:
    """The user's assignments, newest first, with progress counts."""
    return (
        Assignment.objects.visible_to(user)
        .select_related("leader")
        .prefetch_related("members")
        .annotate(
            households=Count("proposals", distinct=True),
            visited=Count("visits", filter=Q(visits__submitted_at__isnull=False), distinct=True),
        )
    )


def household_rows(assignment) -> QuerySet[Proposal]:
    """The households of an assignment with their visits, in the order of the road: district, village, name."""
    return assignment.proposals.select_related("village__parent", "programme").prefetch_related(
        Prefetch("visits", queryset=FieldVisit.objects.filter(assignment=assignment).order_by("-round"), to_attr="team_visits")
    ).order_by("village__parent__name", "village__name", "name")


def visited_by(user, proposal) -> bool:
    """Was this person part of the field verification of this proposal? (four eyes, design law 2)"""
    return (
        proposal.visits.filter(by=user, submitted_at__isnull=False).exists()
        or proposal.assignments.filter(Q(members=user) | Q(leader=user), visits__proposal=proposal, visits__submitted_at__isnull=False).exists()
    )
