"""Briefings and who came (SOP step 5)."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from decrees.models import Recipient
from distribution.models import Attendance, OutreachSession
from proposals.flow import State
from uep.access.roles import Role
from uep.accounts.models import User
from uep.registry.models import Region


def to_be_briefed(decree) -> QuerySet[Recipient]:
    """Agreed, not briefed, and not invited to a session that is still to be recorded."""
    invited = Attendance.objects.filter(
        recipient=OuterRef("pk"),
        came__isnull=True,
        session__recorded_at__isnull=True,
        session__cancelled_at__isnull=True,
    )
    rows = decree.recipients.in_force().filter(proposal__state=State.AGREED).exclude(Exists(invited))
    return rows.select_related("village__parent", "proposal").order_by("position")


def sessions(decree) -> QuerySet[OutreachSession]:
    """The decree's sessions, newest first, with how many were invited and came."""
    return decree.sessions.annotate(
        invited=Count("attendances"), came=Count("attendances", filter=Q(attendances__came=True))
    ).order_by("-starts_at", "-pk")


def attendance_rows(session) -> QuerySet[Attendance]:
    """Who was invited, in the annex's order."""
    rows = session.attendances.select_related("recipient__village__parent", "recipient__proposal", "companion")
    return rows.order_by("recipient__position", "pk")


def invited_by_village(session) -> list[dict]:
    """Per village how many are invited: the invitation's addressees."""
    return list(
        session.attendances.order_by()
        .values("recipient__village__parent__name", "recipient__village__name", "recipient__village__kind")
        .annotate(people=Count("pk"))
        .order_by("recipient__village__parent__name", "recipient__village__name")
    )


@dataclass(frozen=True)
class VillageSession:
    """Who of one village is invited to a session: subject of the invitation as it goes there."""

    session: OutreachSession
    village: Region

    @property
    def pk(self) -> str:
        """A printout names its file after its subject."""
        return f"{self.session.ref}-{self.village.pk}"


def invited_villages(session, user) -> QuerySet[Region]:
    """Villages of the user's scope with people who are invited, by name."""
    mine = Recipient.objects.visible_to(user).filter(attendances__session=session)
    return Region.objects.filter(pk__in=mine.values("village")).select_related("parent").order_by("name")


def companions() -> QuerySet[User]:
    """Who may accompany a recipient: active staff of the office."""
    return User.objects.filter(role=Role.STAFF, is_active=True).order_by("full_name", "pk")
