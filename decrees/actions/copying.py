"""Petikan and salinan: what the secretary certifies as agreeing with the original."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from decrees import queries
from decrees.actions.drafting import locked, write_note
from decrees.models import Decree
from uep.access.access import require
from uep.access.roles import Role
from uep.documents.actions import issue
from uep.office import queries as office


@transaction.atomic
def issue_extracts(decree, *, by, village=None) -> Decree:
    """One extract for each recipient in force of a village, or of the whole decree; who has a valid one is left out.

    Each has its own code. ValidationError when there is none left to issue.
    """
    decree = locked(decree)
    require(by, "decrees.issue_extracts", decree)
    lines = queries.without_extract(decree)
    if village is not None:
        lines = [line for line in lines if line.village_id == village.pk]
    if not lines:
        raise ValidationError("Semua penerima yang dipilih sudah punya petikan yang berlaku.")
    facts = queries.facts_of_original(decree) | {"certified_by": _certifier(by)}
    for line in lines:
        line.decree = decree  # one object, so that each paper asks nothing about it again
        issue("petikan_sk", line, by=by, facts=facts)
    where = village.name if village is not None else "semua desa/kelurahan"
    write_note(decree, "decrees.issue_extracts", by=by, note=f"{len(lines)} petikan, {where}")
    return decree


@transaction.atomic
def certify_copy(decree, *, by) -> Decree:
    """The whole decree once more, in the words that were frozen, certified as agreeing with the original."""
    decree = locked(decree)
    require(by, "decrees.certify_copy", decree)
    issue("salinan_sk", decree, by=by, facts=queries.facts_of_original(decree) | {"certified_by": _certifier(by)})
    write_note(decree, "decrees.certify_copy", by=by)
    return decree


def _certifier(by) -> dict:
    """As what this person certifies today; ValidationError, a sentence, as nobody."""
    return office.signatory(Role.SECRETARY, timezone.localdate(), by).as_dict()
