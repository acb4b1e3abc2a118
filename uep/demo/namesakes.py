"""Somebody who was aided last year and comes again under another spelling and a number that is one slip away."""

from proposals.flow import State
from proposals.models import Proposal
from uep.demo.people import Household
from uep.demo.stage import Stage
from uep.registry.models import Region

OLD_SPELLING = str.maketrans({"u": "oe", "U": "Oe"})
SERIAL = "0987"  # no household of the demo has so high a one


def namesake(stage: Stage, programme, village: Region) -> Household:
    """A household like any other, but with the name in old spelling and the birth date of one that was aided."""
    aided = Proposal.objects.filter(village=village, state=State.HANDED_OVER, name__contains="u")
    old = aided.exclude(programme=programme).order_by("pk").first()
    person = stage.household(programme, village)
    if old is None:
        return person
    return person._replace(
        name=old.name.translate(OLD_SPELLING),
        nik=f"{str(old.nik)[:12]}{SERIAL}",
        birth_date=old.birth_date,
        birth_place=old.birth_place,
        sex=old.sex,
    )
