"""Reads over accounts."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from uep.access.roles import GRANTS
from uep.accounts.models import Disclosure, User


def users(search: str = "", role: str = "") -> QuerySet[User]:
    """Accounts by name, for the administrator's list."""
    rows = User.objects.select_related("village", "bank").order_by("full_name", "pk")
    if search:
        rows = rows.filter(Q(full_name__icontains=search) | Q(username__icontains=search))
    return rows.filter(role=role) if role else rows


def may_do(act: str) -> QuerySet[User]:
    """Active people whose own role is granted `act`."""
    return User.objects.filter(is_active=True, role__in=[role for role, acts in GRANTS.items() if act in acts])


def disclosures_of(subject: str) -> QuerySet[Disclosure]:
    """Who looked at the unmasked numbers of one record, newest first."""
    return Disclosure.objects.filter(subject=subject).select_related("by").order_by("-at")


def disclosures_today(user) -> int:
    """How many unmasked numbers this person opened today."""
    return user.disclosures.filter(at__date=timezone.localdate()).count()
