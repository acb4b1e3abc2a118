"""Reads over programmes."""

from datetime import date

from django.db.models import Count, QuerySet

from proposals.flow import BEFORE_DECREE, State
from proposals.models import Programme, Proposal, Requirement


def programmes(user) -> QuerySet[Programme]:
    """The programmes that a person sees, newest year first."""
    return Programme.objects.visible_to(user).select_related("bank").order_by("-year", "name", "pk")


def open_programmes(user, day: date) -> QuerySet[Programme]:
    """Those that take proposals on a day."""
    return programmes(user).open_on(day)


def standing(programme, user) -> dict[State, int]:
    """How many proposals of the programme stand where, in the order of the flow, within the user's scope. One query."""
    rows = Proposal.objects.visible_to(user).filter(programme=programme).order_by().values("state")
    counts = {row["state"]: row["households"] for row in rows.annotate(households=Count("pk"))}
    return {state: counts[state] for state in State if state in counts}


def has_decree(programme) -> bool:
    """Has a signed decree named a household of it? From then on its amount, bank and signatory stand."""
    after = [
        state for state in State if state not in (*BEFORE_DECREE, State.IN_DECREE, State.INELIGIBLE, State.WITHDRAWN)
    ]
    return Proposal.objects.filter(programme=programme, state__in=after).exists()


def requirements_of(programme) -> QuerySet[Requirement]:
    """Its papers, the households' first, in their order."""
    return programme.requirements.order_by("owner", "order", "pk")
