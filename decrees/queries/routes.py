"""By which way a decree goes up: what the programme lays down, and what a decree on its way keeps."""

from django.utils import timezone

from decrees.models import Decree, Route
from decrees.queries.budget import in_force_of_family, totals
from decrees.routing import ENDORSE, Band, Step, band_for, higher, signatory_of, usual
from uep.access.roles import Role
from uep.accounts.models import User
from uep.office import queries as office

Stage = Decree.Stage
DESKS = {Role.SECRETARY: Stage.GOING_UP, Role.OFFICE_HEAD: Stage.ENDORSED, Role.REGENT: Stage.AT_REGENT}
HOLDERS = {stage: role for role, stage in DESKS.items()}


def route_in_force(programme) -> Route | None:
    """The version that was laid down last, with its steps; None where the office never laid down one. Two queries."""
    return programme.routes.filter(retired_at__isnull=True).select_related("laid_by").prefetch_related("rows").first()


def bands_of(programme, route: Route | None = None) -> list[Band]:
    """The ways of a programme, lowest amount first: as laid down, else through every desk up to its signatory."""
    route = route or route_in_force(programme)
    return route.bands if route else [Band(0, usual(programme.signatory))]


def routes_of(programme) -> list[Route]:
    """Every version, newest first. Two queries."""
    return list(programme.routes.select_related("laid_by").prefetch_related("rows").order_by("-number"))


def due_route(decree) -> tuple[Step, ...]:
    """The way that a draft takes when it is sent up now.

    A change goes the way of the decree it changes, or a higher one when the sum then in force asks for it: nobody
    passes the Bupati by with a small decree that an amendment makes large.
    """
    if not decree.amends_id:
        return band_for(bands_of(decree.programme), totals(decree).amount).steps
    taken = route_of(decree.amends)
    if decree.is_revocation:
        return taken
    return higher(taken, band_for(bands_of(decree.programme), in_force_of_family(decree)).steps)


def route_of(decree) -> tuple[Step, ...]:
    """The way of a decree: of a draft what is due, else what it kept; one sent up before routes were kept went the usual way."""
    if decree.stage == Stage.DRAFT:
        return due_route(decree)
    return decree.steps or usual(decree.signatory_role)


def step_at(decree) -> Step | None:
    """What is to be done at the desk where the decree lies now; None on no desk of its way."""
    holder = HOLDERS.get(decree.stage)
    return next((step for step in route_of(decree) if step.role == holder), None) if holder else None


def due_signatory(decree) -> str:
    """The role that signs: of an amendment that of the decree it amends, else what the programme's route says now."""
    return signatory_of(due_route(decree))


def holders_of(desk: str) -> list[int]:
    """Keys of the people who hold a desk today, stand-ins included. Two queries."""
    role = HOLDERS[desk]
    own = User.objects.filter(role=role, is_active=True).values_list("pk", flat=True)
    acting = office.everyones_acting_roles(timezone.localdate())
    return sorted({*own, *(user for user, roles in acting.items() if role in roles)})


def way_up(decree, endorsements) -> list[dict]:
    """Each step with what became of it, for the page: `role`, `does`, `done` (a valid endorsement) and `here`."""
    given = {endorsement.role: endorsement for endorsement in endorsements if endorsement.voided_at is None}
    return [
        {
            "role": Role(step.role).label,
            "does": "Paraf" if step.does == ENDORSE else "Tanda tangan",
            "done": given.get(step.role) if step.does == ENDORSE else None,
            "here": HOLDERS.get(decree.stage) == step.role,
        }
        for step in route_of(decree)
    ]
