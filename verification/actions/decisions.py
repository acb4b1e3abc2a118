"""Kabid's word on what the team saw, always with its reason; and the two ways back (SOP step 2)."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from proposals.models import Programme, Proposal
from proposals.moves import move
from uep.access.access import require
from verification.actions.desk import locked, reasoned


def _decide(proposal, act, *, by, reason) -> Proposal:
    proposal = locked(proposal)
    require(by, act, proposal)
    move(proposal, act, by=by, note=reasoned(reason))
    return proposal


def _give_place(proposal, act, *, by, reason) -> Proposal:
    """Places of a programme are given one after the other, so that two at once do not take the last one twice."""
    Programme.objects.select_for_update(no_key=True).get(pk=proposal.programme_id)
    return _decide(proposal, act, by=by, reason=reason)


@transaction.atomic
def approve(proposal, *, by, reason) -> Proposal:
    """Kabid: layak; as far as quota, shares and budget reach."""
    return _give_place(proposal, "verification.approve", by=by, reason=reason)


@transaction.atomic
def waitlist(proposal, *, by, reason) -> Proposal:
    """Kabid: cadangan."""
    return _decide(proposal, "verification.waitlist", by=by, reason=reason)


@transaction.atomic
def decline(proposal, *, by, reason) -> Proposal:
    """Kabid: tidak layak."""
    return _decide(proposal, "verification.decline", by=by, reason=reason)


@transaction.atomic
def revisit(proposal, *, by, reason) -> Proposal:
    """Kabid: see it again, by a team to be sent anew."""
    return _decide(proposal, "verification.revisit", by=by, reason=reason)


@transaction.atomic
def promote(proposal, *, by, reason) -> Proposal:
    """Quota or budget has room again."""
    return _give_place(proposal, "verification.promote", by=by, reason=reason)


@transaction.atomic
def uphold_objection(proposal, *, by, reason) -> Proposal:
    """The household objected and was right: examined again, every item anew.

    ValidationError when another live proposal of the household took its place meanwhile.
    """
    try:
        with transaction.atomic():
            return _decide(proposal, "verification.uphold_objection", by=by, reason=reason)
    except IntegrityError as error:
        raise ValidationError("Rumah tangga ini sudah punya usulan lain yang berjalan di program ini.") from error
