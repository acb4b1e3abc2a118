"""Who is on a team, and how papers print them."""

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from proposals.models import Proposal
from uep.accounts.models import User
from uep.office.models import Official
from verification.models import FieldVisit, SecondVisit


def on_the_team(user, assignment) -> bool:
    return assignment is not None and (
        assignment.leader_id == user.pk or assignment.members.filter(pk=user.pk).exists()
    )


def team_of(assignment) -> list[User]:
    """The leader first."""
    return [assignment.leader, *assignment.members.order_by("full_name", "pk")]


def team_facts(assignment, on: date) -> list[dict[str, str]]:
    """The team as papers print it; rank and NIP where the office recorded the person as an official. Three queries."""
    people = team_of(assignment)
    held = {row.user_id: row for row in Official.objects.on(on).filter(user__in=people).select_related("post")}
    return [
        {
            "name": held[person.pk].name if person.pk in held else person.full_name,
            "nip": held[person.pk].printed_nip if person.pk in held else "",
            "rank": held[person.pk].rank if person.pk in held else "",
            "post": held[person.pk].post.title if person.pk in held else person.get_role_display(),
            "task": "Ketua tim" if person.pk == assignment.leader_id else "Anggota",
        }
        for person in people
    ]


def unseeing(people: Collection[User], proposals: Collection[Proposal]) -> list[User]:
    """Those of `people` whose area does not hold all of these households. One or two queries a person."""
    keys = {proposal.pk for proposal in proposals}
    return [p for p in people if Proposal.objects.visible_to(p).filter(pk__in=keys).count() != len(keys)]


def visited_by(user, proposal) -> bool:
    """Was this person part of the field verification of this proposal, in whatever round? (four eyes, design law 2)"""
    return visited_in(user, Proposal.objects.filter(pk=proposal.pk)).exists()


def visited_in(user, proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Those of `proposals` whose field verification this person was part of: who wrote it down, and the whole team; of the
    first visits and of the second ones alike.
    """
    first = Q(by=user) | Q(assignment__leader=user) | Q(assignment__members=user)
    second = Q(by=user) | Q(task__team__leader=user) | Q(task__team__members=user)
    return proposals.filter(
        Exists(FieldVisit.objects.filter(first, proposal=OuterRef("pk")))
        | Exists(SecondVisit.objects.filter(second, task__first__proposal=OuterRef("pk")))
    )
