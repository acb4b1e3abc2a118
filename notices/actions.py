"""Announce what was done, and let people put their notices aside."""

from collections.abc import Collection
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from notices.audience import AUDIENCE, NEWS, Tell, Who
from notices.models import Notice
from proposals.models import Proposal, StepRecord
from uep.access.access import require
from uep.access.roles import Role
from uep.accounts.models import User
from uep.office import queries as office

AT_ONCE = 2_000  # records announced in one transaction; a job goes on until none are left


@transaction.atomic
def read(user, *, by) -> None:
    """Mark all of the person's notices as read."""
    require(by, "notices.read", user)
    Notice.objects.visible_to(by).unread().update(read_at=timezone.now())


@transaction.atomic
def announce() -> int:
    """Tell people of the oldest moves not announced yet; returns how many were. Twice at once does no harm.

    One act on many households is one notice for each person, not one per household or village.
    """
    waiting = StepRecord.objects.filter(announced_at__isnull=True).order_by("pk")
    steps = list(waiting.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
    if not steps:
        return 0
    full = {
        step.pk: step
        for step in StepRecord.objects.filter(pk__in=[step.pk for step in steps]).select_related(
            "proposal__village", "proposal__programme", "proposal__handler", "proposal__letter"
        )
    }
    people = _people()
    notices = []
    for _, acted in groupby(sorted(full.values(), key=_act_key), key=_act_key):
        notices += _notices_of(list(acted), people)
    Notice.objects.bulk_create(notices)
    StepRecord.objects.filter(pk__in=full).update(announced_at=timezone.now())
    return len(steps)


@transaction.atomic
def tell(act: str, *, households: list[int], by: int, at: str, url: str, team: Collection[int] = ()) -> int:
    """Tell people of one act that moved nobody, one notice each; returns how many. Twice does no harm.

    `url` is the page where the work is; without one everybody goes to the own household or list. `team`: who goes there.
    """
    when = datetime.fromisoformat(at)
    if Notice.objects.filter(act=act, at=when).exists():  # the worker died after the telling
        return 0
    proposals = (
        Proposal.objects.filter(pk__in=households).select_related("village", "programme").order_by("village", "name")
    )
    groups = [list(group) for _, group in groupby(proposals, key=lambda proposal: proposal.village_id)]
    notices = []
    for person in _people():
        if person.pk == by:
            continue
        for told in NEWS[act]:
            if theirs := groups if Who.TEAM in told.to and person.pk in team else _meant_for(person, told, groups):
                sentence = told.sentence.format(what=_of_villages(theirs, _noun(act)))
                page = url or _own_page(theirs)
                notices.append(Notice(user=person, act=act, sentence=sentence, url=page, at=when))
    Notice.objects.bulk_create(notices)
    return len(notices)


def _people() -> list[User]:
    """Everyone who can be told, each with the roles held today, stand-ins included; three queries."""
    acting = office.everyones_acting_roles(timezone.localdate())
    people = list(User.objects.filter(is_active=True).prefetch_related("districts").order_by("pk"))
    for person in people:
        person.roles_today = frozenset({person.role}) | acting.get(person.pk, frozenset())
    return people


def _meant_for(person, told: Tell, groups) -> list[list]:
    """Those of the groups of proposals, each of one village, that this person is to hear of."""
    return [group for group in groups if any(_is_meant(who, person, group[0]) for who in told.to)]


def _own_page(groups) -> str:
    [first, *others] = [proposal for group in groups for proposal in group]
    return reverse("proposals:list") if others else first.get_absolute_url()


def _of_villages(groups, noun: str) -> str:
    """As "Siti Aminah", "3 penerima Kinipan" or "12 penerima dari 4 desa/kelurahan"."""
    count, [first, *_] = sum(len(group) for group in groups), groups[0]
    if count == 1:
        return first.name
    if len(groups) == 1:
        return f"{count} {noun} {first.village}"
    return f"{count} {noun} dari {len(groups)} desa/kelurahan"


def _noun(act: str) -> str:
    """Who is on a signed decree is a recipient, everybody else is proposed."""
    return "penerima" if act.startswith("distribution.") else "usulan"


def _act_key(step):
    return step.act, step.at, step.by_id


def _notices_of(steps, people) -> list[Notice]:
    """Of one act by one person on any number of households."""
    [first, *more] = sorted(steps, key=lambda step: (step.proposal.village_id, step.proposal.handler_id or 0, step.pk))
    proposals = [step.proposal for step in (first, *more)]
    groups = [
        list(group) for _, group in groupby(proposals, key=lambda proposal: (proposal.village_id, proposal.handler_id))
    ]
    note = first.note[:500] if not more or first.act == "proposals.dispose" else ""
    return [
        Notice(
            user=person,
            act=first.act,
            sentence=told.sentence.format(what=_of_villages(theirs, "usulan")),
            note=note,
            url=_url(theirs, person),
            at=first.at,
        )
        for told in AUDIENCE[first.act]
        for person in people
        # Nobody is told what they did themselves.
        if person.pk != first.by_id and (theirs := _meant_for(person, told, groups))
    ]


def _is_meant(who, person, proposal) -> bool:
    if who == Who.VILLAGE:
        return person.role == Role.VILLAGE and person.village_id == proposal.village_id
    if who == Who.HANDLER:
        return person.pk == proposal.handler_id
    if who == Who.BANK:
        return person.role == Role.BANK and person.bank_id == proposal.programme.bank_id
    if who == Who.TEAM:  # nobody by the household alone
        return False
    if who not in person.roles_today:
        return False
    if person.role == Role.STAFF:
        districts = {district.pk for district in person.districts.all()}
        return not districts or proposal.village.parent_id in districts
    return True


def _url(groups, person) -> str:
    [first, *others] = [proposal for group in groups for proposal in group]
    if person.role == Role.BANK:
        return reverse("distribution:list")
    if not others:
        return first.get_absolute_url()
    letters = {proposal.letter for proposal in (first, *others)}
    return first.letter.get_absolute_url() if first.letter and len(letters) == 1 else reverse("proposals:list")
