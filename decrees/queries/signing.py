"""How a decree is signed, and the paper that waits for its electronic signature."""

import hashlib
import json
from datetime import date as Date

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from decrees.queries.rising import seen_hash
from uep.documents import numbering, signing
from uep.documents.models import HeldNumber, Signing
from uep.documents.papers import PAPERS
from uep.documents.queries import subject_key
from uep.office import queries as office


def method_of(decree) -> signing.Method:
    """How the post that signs this decree does it: a setting of the office."""
    return signing.method_of(decree.signatory_role)


def manuscript_of(decree) -> Signing | None:
    """The paper that waits for its signature, whatever has changed since it was prepared."""
    return signing.live(decree.paper, decree)


def day_of_signing(decree) -> Date:
    """The day that the paper will bear: today, unless its number was taken by hand for another day."""
    held = numbering.held_for(decree)
    return held.date if held else timezone.localdate()


def numbers_at_hand(decree) -> QuerySet[HeldNumber]:
    """Numbers taken by hand that this decree may bear: free ones, and its own."""
    series = PAPERS[decree.paper].series
    mine = Q(subject_pk="") | Q(**subject_key(decree))
    return HeldNumber.objects.free().filter(mine, series__code=series).order_by("date", "sequence", "suffix")


def binding(decree, signatory: dict) -> str:
    """What a prepared paper is bound to: every word of the draft, and the capacity in which it is signed."""
    packed = json.dumps([seen_hash(decree), signatory], sort_keys=True)
    return hashlib.sha256(packed.encode()).hexdigest()


def fits(manuscript: Signing, decree, user) -> bool:
    """Would this person, today, put the signature on this paper? Not when draft, day or capacity are others."""
    day = day_of_signing(decree)
    return manuscript.date == day and manuscript.method == method_of(decree) and is_bound(manuscript, decree, user)


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
