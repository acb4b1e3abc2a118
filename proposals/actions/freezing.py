"""What the social registry says of a proposal's person, written onto the proposal: frozen, with where each field came from.

No query and no saving here. A register of another village says nothing to this one: such a match is frozen for the
office, and fills nothing.
"""

from datetime import date

from proposals.models import Origin, Proposal
from uep.social.models import Extract, Person

# What is the registry's own to say; nobody types over it while the person is found there.
THE_REGISTRYS = ("social_data", "social_id", "desil", "social_period")
MATCH = ("person", "social_as_of", "social_checked_on", "origins", *THE_REGISTRYS)
# What an operator would otherwise copy from KTP and KK; filled only where the box is empty.
FILLED = ("kk_number", "birth_place", "birth_date", "sex", "address", "rt", "rw", "occupation")
EMPTY = (None, "")


def freeze(proposal: Proposal, person: Person | None, extract: Extract | None, today: date) -> None:
    """Remember who was found, of which extract, and on which day it was asked; `extract` None: nothing could be asked."""
    registrys = [name for name in THE_REGISTRYS if proposal.origins.get(name) == Origin.REGISTRY]
    for name in registrys:  # of the person who was found before
        setattr(proposal, name, None if name == "desil" else "")
    origins = {name: origin for name, origin in proposal.origins.items() if name not in registrys}
    proposal.person = person
    proposal.social_as_of = extract.as_of if person and extract else None
    proposal.social_checked_on = today if extract else None
    if person and is_neighbour(proposal, person):
        facts = {
            "social_data": extract.source.code.upper()[:10],
            "social_id": person.social_id,
            "desil": person.desil,
            "social_period": extract.period,
        }
        for name, value in facts.items():
            setattr(proposal, name, value)
        origins |= dict.fromkeys(facts, Origin.REGISTRY.value)
    proposal.origins = origins


def fill(proposal: Proposal, person: Person, *, opened: frozenset[str] | None = None) -> list[str]:
    """Fill empty fields from the registry, and mark them; the names of those that were filled. `opened`: only these."""
    if not is_neighbour(proposal, person):
        return []
    filled = []
    for name in FILLED:
        value = getattr(person, name)
        if getattr(proposal, name) in EMPTY and value not in EMPTY and (opened is None or name in opened):
            setattr(proposal, name, value)
            filled.append(name)
    proposal.origins = proposal.origins | dict.fromkeys(filled, Origin.REGISTRY.value)
    return filled


def is_neighbour(proposal: Proposal, person: Person) -> bool:
    """Does the registry have the person in the proposing village, or in none that is known?"""
    return person.village_id in (None, proposal.village_id)
