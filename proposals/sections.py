"""What stands on the page of a proposal besides its own facts. Each later app says so in its own sections.py:

    @section(order=20, title="Pemeriksaan berkas", template="verification/_desk_check.html")
    def desk_check(proposal, user) -> dict | None: ...       # None: nothing to show to this person now

    offer("verification.pass_on", "verification.reject")                  # moves: offered where the table allows them
    offer("verification.check", during=["assigned"])                      # the others: say in which states

The template of a section sees the dict as `facts`, beside `proposal` and `request`. Offers are acts whose subject is the
proposal itself; acts on a record of a section belong into the section's template (`{% act_buttons visit "..." %}`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from proposals.actions.drafts import FIELDS
from proposals.flow import edges
from proposals.queries import deliberations, duplicates
from proposals.rules import AFTER_DECREE, EDITABLE, was_disposed
from uep.access.access import granted


@dataclass(frozen=True)
class Section:
    """A part of the page: `order` from 1 on, steps 1 to 6 take 10 to 69 by their tens."""

    order: int
    title: str
    template: str
    facts: Callable[[Any, Any], dict | None]
    aside: bool  # in the narrow column beside the journey


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


def section(*, order: int, title: str, template: str, aside: bool = False):
    """Register a function (proposal, user) -> dict or None as a section of the page."""

    def register(facts):
        name = f"{facts.__module__.split('.')[0]}-{facts.__name__}".replace("_", "-")
        if name in SECTIONS:
            raise ValueError(f"two sections called {name}")
        SECTIONS[name] = Section(order, title, template, facts, aside)
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


def sections_of(proposal, user, *, aside: bool = False) -> list[Shown]:
    """The sections that have something to show to `user`, in their order. Queries: those of the sections."""
    chosen = sorted(((s.order, name, s) for name, s in SECTIONS.items() if s.aside == aside), key=lambda row: row[:2])
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
offer("proposals.withdraw", order=90)
