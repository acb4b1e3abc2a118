"""A decree that revokes another one: drafted whole, and what its signature does."""

from django.core.exceptions import ValidationError
from django.db import transaction

from decrees import queries
from decrees.actions.drafting import locked, write_note
from decrees.actions.wordings import refuse_faults, wording_for
from decrees.models import Decree, Recipient, Removal
from proposals.flow import ON_DECREE_UNPAID
from proposals.models import Proposal
from proposals.moves import move_all
from uep.access.access import require
from uep.documents.actions import revoke as revoke_document
from uep.documents.models import OfficialDocument
from uep.documents.queries import documents_of


@transaction.atomic
def revoke(decree, *, by, title, considerations, reason) -> Decree:
    """Draft the revocation of a decree with all that amends it: every line in force, paid or not. It goes the same way up."""
    decree = locked(decree)
    require(by, "decrees.revoke", decree)
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError({"reason": "Sebutkan alasan pencabutan."})
    refuse_faults(Decree.Kind.REVOCATION, {"considerations": considerations})
    lines = queries.lines_to_revoke(decree)
    revocation = Decree.objects.create(
        programme=decree.programme,
        kind=Decree.Kind.REVOCATION,
        amends=decree,
        signatory_role=decree.signatory_role,
        wording=wording_for(Decree.Kind.REVOCATION, decree.signatory_role, by=by),
        title=title,
        reason=reason,
        considerations=considerations,
        drafted_by=by,
    )
    Removal.objects.bulk_create(
        Removal(decree=revocation, recipient_id=pk, cause=Removal.Cause.REVOKED)
        for pk in lines.order_by("pk").values_list("pk", flat=True)
    )
    write_note(revocation, "decrees.revoke", by=by, note=reason)
    return revocation


def put_out_of_force(revocation, document, *, by, note: str) -> None:
    """Take off whoever is not paid, and mark every paper of the decree and of what amends it as revoked.

    The caller has locked the households. Who was paid keeps the line: the money is on the books until it comes back.
    """
    unpaid = Recipient.objects.filter(
        removals__decree=revocation, removed_at__isnull=True, proposal__state__in=ON_DECREE_UNPAID
    )
    households = list(unpaid.values_list("proposal_id", flat=True))
    Recipient.objects.filter(pk__in=list(unpaid.values_list("pk", flat=True))).update(removed_at=revocation.signed_at)
    move_all(Proposal.objects.filter(pk__in=households), "decrees.restore", by=by, note=note)
    reason = f"Dicabut dengan {note}: {revocation.reason}"[:300]
    for pk in sorted(queries.family_of(revocation.amends)):
        for former in documents_of(Decree(pk=pk)):
            _revoke(former, document, by=by, reason=reason)
    for former in queries.extracts_of(revocation.amends):
        _revoke(former, document, by=by, reason=reason)


def _revoke(former, document, *, by, reason: str) -> None:
    if former.status == OfficialDocument.Status.CURRENT:
        revoke_document(former, by=by, reason=reason, successor=document)
