"""How a decree is signed, and the paper that waits for its electronic signature."""

import hashlib
import json

from django.core.exceptions import ValidationError
from django.utils import timezone

from decrees.queries.rising import draft_hash
from uep.documents import signing
from uep.documents.models import Signing
from uep.office import queries as office


def method_of(decree) -> signing.Method:
    """How the post that signs this decree does it: a setting of the office."""
    return signing.method_of(decree.signatory_role)


def manuscript_of(decree) -> Signing | None:
    """The paper that waits for its signature, whatever has changed since it was prepared."""
    return signing.live(decree.paper, decree)


def binding(decree, signatory: dict) -> str:
    """What a prepared paper is bound to: every word of the draft, and the capacity in which it is signed."""
    packed = json.dumps([draft_hash(decree), signatory], sort_keys=True)
    return hashlib.sha256(packed.encode()).hexdigest()


def fits(manuscript: Signing, decree, user) -> bool:
    """Would this person, today, put the signature on this paper? Not when draft, day or capacity are others."""
    today = timezone.localdate()
    return manuscript.date == today and manuscript.method == method_of(decree) and is_bound(manuscript, decree, user)


def is_bound(manuscript: Signing, decree, user) -> bool:
    """Is this paper of this very draft, with this person signing in the capacity that it names, on its own day?"""
    try:
        signatory = office.signatory(decree.signatory_role, manuscript.date, user).as_dict()
    except ValidationError:
        return False
    return manuscript.binds_to == binding(decree, signatory)


def certificate_of(decree, user) -> signing.Standing | None:
    """What the signing service says of the person's certificate, asked now; None where no service is asked."""
    return signing.standing_of(decree.signatory_role, user)
