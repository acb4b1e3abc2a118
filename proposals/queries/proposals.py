"""Reads over proposals."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Lower

from proposals.flow import LIVE, WAITS_FOR, State
from proposals.models import Attachment, Proposal, RuleSetting, StepRecord
from uep.registry.fields import normalise

AIDED = (State.PAID, State.HANDED_OVER)
GIVEN_UP = (State.INELIGIBLE, State.WITHDRAWN)  # the household may be proposed again


def proposals(
    user,
    *,
    search: str = "",
    programme=None,
    state: str = "",
    place=None,
    mine: bool = False,
    late: datetime | None = None,
) -> QuerySet[Proposal]:
    """Proposals in the user's scope, for lists. Each comes with programme and village; numbers stay sealed.

    `search`: a NIK or KK (exact), a register number "0142/2026", or beginnings of words of the name. `place`: a district
    or village. `mine`: those that wait for a role the user holds today. `late`: those that were due before that moment.
    """
    rows = (
        Proposal.objects.visible_to(user)
        .select_related("programme", "village__parent")
        .annotate(lower_name=Lower("name"))
        .defer("nik", "kk_number", "account_number")
    )
    if search:
        rows = rows.filter(_matching(search))
    if programme:
        rows = rows.filter(programme=programme)
    if state:
        rows = rows.filter(state=state)
    if place:
        rows = rows.filter(Q(village=place) | Q(village__parent=place))
    if mine:
        rows = rows.filter(state__in=states_waiting_for(user.roles_today)).filter(
            Q(handler=None) | Q(handler=user) | ~Q(state=State.ASSIGNED)
        )
    if late:
        rows = rows.filter(state__in=LIVE, due_at__lt=late)
    return rows


def states_waiting_for(roles: Collection[str]) -> list[State]:
    return [state for state, wait in WAITS_FOR.items() if set(wait.roles) & set(roles)]


def _matching(search: str) -> Q:
    if found := re.fullmatch(r"\s*(\d{1,6})\s*/\s*(\d{4})\s*", search):
        return Q(register_number=int(found[1]), register_year=int(found[2]))
    digits = normalise(search)
    if digits.isdigit() and len(digits) == 16:
        return Q(nik=digits) | Q(kk_number=digits)
    words = re.findall(r"\w+", search)
    if not words:
        return Q(pk__in=[])
    by_beginnings = " & ".join(f"'{word}':*" for word in words)
    return Q(pk__in=Proposal.objects.annotate(words=SearchVector("name", config="simple")).filter(
        words=SearchQuery(by_beginnings, config="simple", search_type="raw")).values("pk"))  # fmt: skip


def whole(user) -> QuerySet[Proposal]:
    """Proposals as their own page reads them: with programme, place, letter, disposition and people."""
    return Proposal.objects.visible_to(user).select_related(
        "programme__bank",
        "village__parent",
        "letter__disposition",
        "handler",
        "created_by",
        "person__village",
        "rule_set",
    )


def journey(proposal) -> list[StepRecord]:
    """Its moves, newest first."""
    return list(proposal.steps.select_related("by"))


def papers_of(proposal, *, earlier: bool = False) -> QuerySet[Attachment]:
    """Its attachments with their files, oldest first; with `earlier` also those that gave way or were taken off."""
    rows = (
        Attachment.objects.filter(proposal=proposal)
        if earlier
        else Attachment.objects.current().filter(proposal=proposal)
    )
    return rows.select_related("file", "requirement").order_by("pk")


def requirements_with_papers(proposal, *, earlier: bool = False) -> list:
    """What the programme asks of a household, each with its `papers` for this one, in order.

    Whether it must bring them is told as by the version of the rules that it is judged by. Two queries, three once sent.
    """
    rows = list(proposal.programme.requirements.filter(owner="household").prefetch_related(
        Prefetch("attachments", queryset=papers_of(proposal, earlier=earlier), to_attr="papers")))  # fmt: skip
    for requirement in rows:
        for paper in requirement.papers:
            paper.proposal = proposal  # the rules ask for it; it is here
    if proposal.register_number is not None:
        required = required_papers(proposal)
        for requirement in rows:
            if requirement.is_under_the_rules:
                requirement.is_required = requirement.code in required
    return rows


def required_papers(proposal) -> set[str]:
    """Codes of the papers that the version by which a sent proposal is judged makes obligatory. One query."""
    version = Q(rule_set=proposal.rule_set_id)
    if proposal.rule_set_id is None:  # sent before there were versions
        version = Q(rule_set__programme=proposal.programme_id, rule_set__number=1)
    setting = RuleSetting.objects.filter(version, code="papers", is_on=True).first()
    return {code for code, _ in setting.parameters["papers"]} if setting else set()


def budget_total(proposal) -> int:
    """The sum of the RAB in Rupiah; 0 without lines."""
    return proposal.budget_lines.aggregate(total=Sum("total"))["total"] or 0


def holders(programme, *, niks: Iterable[str] = (), kks: Iterable[str] = (), but=None) -> list[Proposal]:
    """Who of these persons and households already has a proposal in the programme that counts, anywhere. One query."""
    niks, kks = [n for n in niks if n], [k for k in kks if k]
    if not (niks or kks):
        return []
    rows = Proposal.objects.filter(programme=programme).exclude(state__in=GIVEN_UP)
    rows = rows.filter(Q(nik__in=niks) | Q(kk_number__in=kks))
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    return list(rows.select_related("village").order_by("pk"))


def earlier_aid(proposal) -> list[int]:
    """Years in which this person or household was already aided by another programme here. One query."""
    known = Q()
    if proposal.nik:
        known |= Q(nik=proposal.nik)
    if proposal.kk_number:
        known |= Q(kk_number=proposal.kk_number)
    if not known:
        return []
    rows = Proposal.objects.filter(known, state__in=AIDED).exclude(programme=proposal.programme_id)
    return sorted(rows.order_by().values_list("programme__year", flat=True).distinct())
