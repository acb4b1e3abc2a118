"""Where a person may look: the base of every `visible_to` (design, 5)."""

from django.db.models import Q

from uep.access.roles import Role

EVERYWHERE = frozenset({Role.STAFF, Role.DIVISION_HEAD, Role.SECRETARY, Role.OFFICE_HEAD, Role.AUDITOR})
NOTHING = Q(pk__in=[])


def area(user, village: str = "village") -> Q:
    """Rows of the user's area; `village` is the lookup path to the village. Staff without districts see all of them.

    Roles outside the household's file (regent, bank, admin) get nothing here; their pages have scopes of their own.
    """
    if not user.is_authenticated:
        return NOTHING
    if user.roles_today & (EVERYWHERE - {Role.STAFF}):
        return Q()
    if user.role == Role.STAFF:
        districts = list(user.districts.values_list("pk", flat=True))
        return Q(**{f"{village}__parent__in": districts}) if districts else Q()
    if user.role == Role.VILLAGE:
        return Q(**{village: user.village_id})
    return NOTHING
