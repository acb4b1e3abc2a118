"""What stands on the page of a proposal besides its own facts. Each later app says so in its own sections.py:

    @section(order=20, title="Pemeriksaan berkas", template="verification/_desk_check.html")
    def desk_check(proposal, user) -> dict | None: ...       # None: nothing to show to this person now

    offer("verification.pass_on", "verification.reject")                  # moves: offered where the table allows them
    offer("verification.check", during=["assigned"])                      # the others: say in which states

The template of a section sees the dict as `facts`, beside `proposal` and `request`. A `flow.Wait` in it under "wait" says
whose turn it is where the section knows that more exactly than the state. Offers are acts whose subject is the
proposal itself; acts on a record of a section belong into the section's template (`{% act_buttons visit "..." %}`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils import timezone

from proposals.actions.drafts import FIELDS
from proposals.actions.freezing import is_neighbour
from proposals.flow import edges
from proposals.queries import deliberations, duplicates
from proposals.queries.registered import why_stale
from proposals.rules import AFTER_DECREE, EDITABLE, RECHECKED, was_disposed
from proposals.spreadsheet.faults import CELL, ERROR
from proposals.spreadsheet.registered import doubts, known_of
from uep.access.access import granted
from uep.social.queries import extract_in_force


class Place(Enum):
    PAGE = "page"
    ASIDE = "aside"  # in the narrow column beside the journey
    DECISION = "decision"  # not on the proposal's page, but where Kabid decides over it


@dataclass(frozen=True)
class Section:
    """A part of the page: `order` from 1 on, steps 1 to 6 take 10 to 69 by their tens."""

    order: int
    title: str
    template: str
    facts: Callable[[Any, Any], dict | None]
    place: Place


@dataclass(frozen=True)
class Offer:
    """When an act makes sense at all, before its rule is asked."""

    order: int
    states: frozenset[str]
    when: Callable[[Any], bool] | None


@dataclass(frozen=True)
class Shown:
    """A section with something to show to this reader."""

    title: str
    template: str
    facts: dict
    anchor: str


SECTIONS: dict[str, Section] = {}
OFFERS: dict[str, "Offer"] = {}


def section(*, order: int, title: str, template: str, place: Place = Place.PAGE):
    """Register a function (proposal, user) -> dict or None as a section of the page."""

    def register(facts):
        name = f"{facts.__module__.split('.')[0]}-{facts.__name__}".replace("_", "-")
        if name in SECTIONS:
            raise ValueError(f"two sections called {name}")
        SECTIONS[name] = Section(order, title, template, facts, place)
        return facts

    return register


def offer(*acts: str, during: Iterable[str] = (), when: Callable[[Any], bool] | None = None, order: int = 50) -> None:
    """Show buttons of these acts: those of a lower `order` first, of the same in the order of their offering.

    `during` is needed for acts that move nothing; `when` (a predicate of the proposal) leaves out one of two ways.
    """
    for act in acts:
        states = frozenset(during) or frozenset(edge.source for edge in edges() if edge.act == act)
        if not states:
            raise ValueError(f"{act} moves nothing: say during which states it is offered")
        OFFERS[act] = Offer(order, states, when)


def sections_of(proposal, user, place: Place = Place.PAGE) -> list[Shown]:
    """The sections of a place that have something to show to `user`, in their order. Queries: those of the sections."""
    chosen = sorted(((s.order, name, s) for name, s in SECTIONS.items() if s.place == place), key=lambda row: row[:2])
    shown = ((name, s, s.facts(proposal, user)) for _, name, s in chosen)
    return [Shown(s.title, s.template, facts, name) for name, s, facts in shown if facts is not None]


def offers_for(proposal) -> list[str]:
    """Names of the acts that make sense in the proposal's state; who may is the rules' matter."""
    fitting = [
        (act, offered)
        for act, offered in OFFERS.items()
        if proposal.state in offered.states and (not offered.when or offered.when(proposal))
    ]
    return [act for act, offered in sorted(fitting, key=lambda row: row[1].order)]


@section(order=6, title="Musyawarah", template="proposals/_rank.html")
def deliberation(proposal, user):
    return deliberations.rank_of(proposal)


@section(order=8, title="Dugaan ganda", template="proposals/_cases.html")
def duplicate_cases(proposal, user):
    """For the office: a village is not shown other villages' people."""
    if user.village_id or not granted(user, "proposals.view_cases"):
        return None
    cases = list(duplicates.cases_of(proposal))
    return {"cases": cases, "twin": duplicates.twin(proposal) if cases else None} if cases else None


def _opens(proposal, *names: str) -> bool:
    """May its village change any of these, as far as the named defects go?"""
    return proposal.open_fields is None or bool(proposal.open_fields & set(names))


offer("proposals.resubmit", when=lambda proposal: not was_disposed(proposal))
offer("proposals.answer_defects", when=was_disposed)
offer("proposals.edit", during=EDITABLE, when=lambda proposal: _opens(proposal, *FIELDS))
offer("proposals.budget", during=EDITABLE, when=lambda proposal: _opens(proposal, "budget"))
offer("proposals.attach", during=[*EDITABLE, *AFTER_DECREE])
offer("proposals.send_back")
offer("proposals.recheck_social", during=RECHECKED, order=80)
offer("proposals.withdraw", order=90)


@section(order=8, title="Data sosial", template="proposals/_registered.html", place=Place.ASIDE)
def registered(proposal, user):
    """How the person stands in the social registry. A village is told nothing of who lives in another one."""
    if proposal.social_checked_on is None:
        return None
    person = proposal.person
    elsewhere = person is not None and not is_neighbour(proposal, person)
    tells = person is not None and not (elsewhere and user.village_id)
    against = doubts_of(proposal, person) if tells and not elsewhere else []
    return {
        "person": person,
        "elsewhere": elsewhere,
        "tells": tells,
        "against": against,
        "stale": "" if user.village_id else why_stale(proposal, extract_in_force(), timezone.localdate()),
    }


def doubts_of(proposal, person) -> list[tuple[str, str]]:
    """(tone, sentence) for what the registry says against this proposal."""
    values = {"name": proposal.name, "kk_number": str(proposal.kk_number or "")}
    found = doubts(values, known_of(person), village=proposal.village_id)
    return [
        ("danger" if doubt.level == ERROR else "warning", doubt.wording.replace(f" di {CELL}", ""))
        for _, doubt in found
    ]
