"""What the rules judge by: gathered once, with the same number of queries for one household and for thousands."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from proposals import requirements
from proposals.flow import State
from proposals.models import Programme, Proposal
from proposals.queries.proposals import AIDED, GIVEN_UP
from uep.registry.fields import normalise
from uep.social.models import PastAidList, Person
from uep.social.queries import earlier_aids, find_people, members_of


@dataclass(frozen=True)
class Aid:
    """The household was aided once: in which year, by whom."""

    year: int
    giver: str
    is_ours: bool  # UEP of this office, in this system or before it


@dataclass
class Household:
    """One proposal and what is known around it."""

    proposal: Proposal
    year: int  # of the programme
    person: Person | None = None  # the line of the applicant in the extract in force today
    matched: Person | None = None  # the line on which the proposal rests; the one of today until it is frozen
    members: list[Person] = field(default_factory=list)  # the others on the family card
    rivals: list[Proposal] = field(default_factory=list)  # proposed in the same programme from the same family card
    aids: list[Aid] = field(default_factory=list)
    # Papers due by its state: code -> label of those that are there and those that are not. None: nobody could bring any yet.
    held: dict[str, str] | None = None
    lacking: dict[str, str] | None = None

    @property
    def desil(self) -> int | None:
        """What the registry says weighs more than what was typed."""
        return self.matched.desil if self.matched and self.matched.desil is not None else self.proposal.desil


def gather(proposals: Iterable[Proposal], programmes: dict[int, Programme]) -> dict[int, Household]:
    """The households by pk of their proposals; at most eleven queries however many they are."""
    proposals = list(proposals)
    people = find_people([str(p.nik) for p in proposals if p.nik])
    matched = Person.objects.in_bulk({p.person_id for p in proposals if p.person_id})
    cards = _cards(proposals, people)
    relatives = members_of({card for held in cards.values() for card in held})
    found = {}
    for p in proposals:
        own = _plain(p.nik)
        members = [row for card in cards[p.pk] for row in relatives.get(card, []) if _plain(row.nik) != own]
        person = people.get(own)
        found[p.pk] = Household(
            p,
            programmes[p.programme_id].year,
            person=person,
            matched=matched.get(p.person_id, person),
            members=list({row.pk: row for row in members}.values()),
        )
    _add_rivals(found, cards)
    _add_aids(found)
    _add_papers(found)
    return found


def _plain(number) -> str:
    return normalise(str(number)) if number else ""


def _cards(proposals, people) -> dict[int, list[str]]:
    """The family cards of each: the one on the proposal, and the one that the registry has the person on."""
    cards = {}
    for p in proposals:
        person = people.get(_plain(p.nik))
        held = [_plain(p.kk_number), _plain(person.kk_number) if person else ""]
        cards[p.pk] = list(dict.fromkeys(card for card in held if card))
    return cards


def _add_rivals(found, cards) -> None:
    """Other proposals of the programme that count, of a member of the family or with the same card."""
    niks = {pk: {_plain(row.nik) for row in household.members} for pk, household in found.items()}
    every_nik = {nik for held in niks.values() for nik in held}
    every_card = {card for held in cards.values() for card in held}
    if not (every_nik or every_card):
        return
    rows = Proposal.objects.filter(programme__in={h.proposal.programme_id for h in found.values()})
    rows = rows.exclude(state__in=GIVEN_UP).filter(Q(nik__in=every_nik) | Q(kk_number__in=every_card))
    by_nik: dict[str, list[Proposal]] = {}
    by_card: dict[str, list[Proposal]] = {}
    for row in rows.only("programme", "village", "name", "state", "nik", "kk_number").order_by("pk"):
        by_nik.setdefault(_plain(row.nik), []).append(row)
        by_card.setdefault(_plain(row.kk_number), []).append(row)
    for pk, household in found.items():
        others = [row for card in cards[pk] for row in by_card.get(card, [])]
        others += [row for nik in niks[pk] for row in by_nik.get(nik, [])]
        found_ones = {row.pk: row for row in others if row.pk != pk and _counts_against(row, household.proposal)}
        household.rivals = sorted(found_ones.values(), key=lambda row: row.pk)


def _counts_against(other: Proposal, proposal: Proposal) -> bool:
    """Of the same programme; a draft stands only in the way of drafts, so that nobody is stopped by what was only typed."""
    is_sent = proposal.register_number is not None
    return other.programme_id == proposal.programme_id and not (is_sent and other.state == State.DRAFT)


def _add_aids(found) -> None:
    """Aid up to the programme's year, by person or by the card on the proposal; newest first."""
    numbers = {pk: _numbers(household.proposal) for pk, household in found.items()}
    niks = {number for held in numbers.values() for kind, number in held if kind == "nik"}
    kks = {number for held in numbers.values() for kind, number in held if kind == "kk"}
    if not (niks or kks):
        return
    known: dict[tuple[str, str], set[tuple[int | None, Aid]]] = {}
    aided = Proposal.objects.filter(Q(nik__in=niks) | Q(kk_number__in=kks), state__in=AIDED).select_related("programme")
    for row in aided:
        aid = Aid(row.programme.year, str(row.programme), is_ours=True)
        for number in _numbers(row):
            known.setdefault(number, set()).add((row.programme_id, aid))
    for row in earlier_aids(niks=niks, kks=kks):
        aid = Aid(row.year, row.list.programme, is_ours=row.list.giver == PastAidList.Giver.OWN)
        for number in _numbers(row):
            known.setdefault(number, set()).add((None, aid))
    for pk, household in found.items():
        rows = {row for number in numbers[pk] for row in known.get(number, ())}
        own = household.proposal.programme_id
        aids = {aid for programme_id, aid in rows if programme_id != own and aid.year <= household.year}
        household.aids = sorted(aids, key=lambda aid: (-aid.year, aid.giver))


def _add_papers(found) -> None:
    """Of those that are in the database; a row of a list has nothing to hang a paper on."""
    there = [household.proposal for pk, household in found.items() if pk and pk > 0]
    for pk, (held, lacking) in requirements.brought(there).items():
        found[pk].held, found[pk].lacking = held, lacking


def _numbers(record) -> set[tuple[str, str]]:
    held = {("nik", _plain(record.nik)), ("kk", _plain(record.kk_number))}
    return {(kind, number) for kind, number in held if number}
