"""Make the demo: the office where none is installed, the rich core, and as many more proposals as are asked for."""

from collections.abc import Callable

from proposals.models import Programme, Proposal
from uep.accounts.models import User
from uep.demo.core import make_core
from uep.demo.multiply import multiply
from uep.office.models import Profile
from uep.registry.actions import install_office

REGENCY = "62.09"  # Kabupaten Lamandau


class NotEmpty(Exception):
    """The database holds people or programmes; a demo never goes over them."""


def is_empty() -> bool:
    """No account and no programme. An installed office counts as empty: it is what the demo stands on."""
    return not (User.objects.exists() or Programme.objects.exists())


def make(*, proposals: int = 0, seed: int = 1, say: Callable[[str], object] | None = None) -> int:
    """Fill the database; how many proposals there are then. NotEmpty, with a sentence, when there is something in it."""
    if not is_empty():
        raise NotEmpty("The database is not empty: the demo never goes over existing data. Take a new database.")
    profile = Profile.objects.first()
    regency = profile.regency_code if profile else install_office(REGENCY).pk
    make_core(regency, seed=seed)
    if proposals > Proposal.objects.count():
        multiply(proposals, seed=seed, say=say or (lambda sentence: None))
    return Proposal.objects.count()
