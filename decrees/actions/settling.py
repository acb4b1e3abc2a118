"""A signature that a service was asked for and never confirmed: taken up, or given up with a reason."""

from django.db import transaction

from decrees import queries
from decrees.actions.drafting import locked, write_note
from decrees.actions.signing import put_in_force
from decrees.models import Decree
from uep.access.access import require
from uep.documents import signing
from uep.documents.models import Signing


def take_up(decree, *, by, reason, file=None) -> Decree:
    """The paper was signed after all: the signed bytes put the decree in force, on the day of the paper.

    They are those in `file`, where the signatory got hold of them, else what came back from the service and was stored,
    else what the service still holds. ValidationError when they are not exactly this paper, soundly signed; it then
    stays unclear.
    """
    with transaction.atomic():
        decree, row = _unclear(decree, "decrees.take_up", by=by)
        claim = signing.hold(row)
    stored = ""
    try:
        content = signing.content_of(row)
        signed = file.read() if file else signing.result_of(row)
        stored, facts = signing.store_signed(row, content, signed)
        if file:
            signing.refuse_doubtful(signed)
        with transaction.atomic():
            decree = locked(decree)
            decree = put_in_force(
                decree,
                "decrees.sign",
                by=by,
                on=row.date,
                paper=lambda: signing.finish(
                    row, claim, by=by, subject=decree, signed=signed, file=stored, signature=facts
                ),
            )
            write_note(decree, "decrees.take_up", by=by, note=reason)
            return decree
    except Exception as error:
        signing.release(row, claim, error, stored)
        raise


@transaction.atomic
def start_anew(decree, *, by, reason) -> Decree:
    """Nobody knows of a signature, or it cannot be had: the paper is void for good, and another takes over its number."""
    decree, row = _unclear(decree, "decrees.start_anew", by=by)
    signing.abandon(row, reason=reason)
    write_note(decree, "decrees.start_anew", by=by, note=reason)
    return decree


def _unclear(decree, act: str, *, by) -> tuple[Decree, Signing]:
    decree = locked(decree)
    require(by, act, decree)
    row = Signing.objects.select_for_update(of=("self",)).get(pk=queries.manuscript_of(decree).pk)
    return decree, row
