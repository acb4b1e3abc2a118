"""Announce what was done, and let people put their notices aside."""

from itertools import groupby

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from notices.audience import AUDIENCE, TOLD, Tell, Who
from notices.models import Notice
from proposals.models import StepRecord
from uep.access.access import require
from uep.access.roles import Role
from uep.accounts.models import User
from verification.models import Objection, Publication

AT_ONCE = 2_000  # records announced in one transaction; a job goes on until none are left


@transaction.atomic
def read(user, *, by) -> None:
    """Mark all of the person's notices as read."""
    require(by, "notices.read", user)
    Notice.objects.visible_to(by).unread().update(read_at=timezone.now())


@transaction.atomic
def announce() -> int:
    """Tell people of the oldest moves not announced yet; returns how many were. Twice at once does no harm.

    One act on many households of a village is one notice for each person, not one per household.
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
    people = list(User.objects.filter(is_active=True).prefetch_related("districts"))
    notices = []
    for _, group in groupby(sorted(full.values(), key=_act_key), key=_act_key):
        notices += _notices_of(list(group), people)
    Notice.objects.bulk_create(notices)
    StepRecord.objects.filter(pk__in=full).update(announced_at=timezone.now())
    return len(steps)


@transaction.atomic
def tell(act: str, pk: int) -> int:
    """Tell people of an act that moved nothing (audience.TOLD); returns how many. Twice tells nobody twice."""
    record, at, by, what = _happened(act, pk)
    url = record.get_absolute_url()
    if Notice.objects.filter(act=act, url=url, at=at).exists():
        return 0
    people = list(User.objects.filter(is_active=True).prefetch_related("districts"))
    notices = [
        Notice(user=person, act=act, sentence=tell.sentence.format(what=what), url=url, at=at)
        for tell in TOLD[act]
        for person in people
        if person.pk != by and any(_is_meant(who, person, _place(record)) for who in tell.to)
    ]
    return len(Notice.objects.bulk_create(notices))


def _happened(act, pk):
    """(record, when, by whom, about what) of an act that moved nothing."""
    if act in {"verification.publish", "verification.withdraw_publication"}:
        record = Publication.objects.select_related("village", "programme").get(pk=pk)
        withdrawn = act == "verification.withdraw_publication"
        return (
            record,
            *((record.withdrawn_at, record.withdrawn_by_id) if withdrawn else (record.at, record.by_id)),
            record.village,
        )
    record = Objection.objects.select_related("proposal__village", "proposal__programme").get(pk=pk)
    answered = act == "verification.decide_objection"
    when = (record.decided_at, record.decided_by_id) if answered else (record.at, record.entered_by_id)
    return record, *when, record.proposal.name


def _place(record):
    """What knows village, programme and handler, as a proposal does."""
    return getattr(record, "proposal", record)


def _act_key(step):
    return step.act, step.at, step.by_id, step.proposal.village_id


def _notices_of(steps, people) -> list[Notice]:
    first = steps[0]
    return [
        Notice(
            user=person,
            act=first.act,
            sentence=tell.sentence.format(what=_what(steps)),
            note=first.note[:500] if len(steps) == 1 or first.act == "proposals.dispose" else "",
            url=_url(steps, person),
            at=first.at,
        )
        for tell in AUDIENCE[first.act]
        for person in _addressed(tell, first.proposal, people)
        if person.pk != first.by_id  # nobody is told what they did themselves
    ]


def _addressed(tell: Tell, proposal, people):
    for person in people:
        if any(_is_meant(who, person, proposal) for who in tell.to):
            yield person


def _is_meant(who, person, proposal) -> bool:
    if who == Who.VILLAGE:
        return person.role == Role.VILLAGE and person.village_id == proposal.village_id
    if who == Who.HANDLER:
        return person.pk == proposal.handler_id
    if who == Who.BANK:
        return person.role == Role.BANK and person.bank_id == proposal.programme.bank_id
    if person.role != who:
        return False
    if person.role == Role.STAFF:
        districts = {district.pk for district in person.districts.all()}
        return not districts or proposal.village.parent_id in districts
    return True


def _what(steps) -> str:
    if len(steps) == 1:
        return steps[0].proposal.name
    return f"{len(steps)} usulan {steps[0].proposal.village}"


def _url(steps, person) -> str:
    proposal = steps[0].proposal
    if person.role == Role.BANK:
        return reverse("distribution:list")
    if len(steps) == 1:
        return proposal.get_absolute_url()
    return proposal.letter.get_absolute_url() if proposal.letter else reverse("proposals:list")
