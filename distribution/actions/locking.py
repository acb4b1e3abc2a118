"""In which order rows are locked: decree, households by key, then the rest; the same as when a decree is signed.

An amending decree takes people off in that order, too, so that nobody waits for each other in a circle.
"""

from decrees.models import Recipient
from proposals.models import Proposal


def hold_households(pks) -> None:
    """Lock these households until the transaction ends; what is read of them afterwards stays true."""
    rows = Proposal.objects.filter(pk__in=list(pks)).order_by("pk").select_for_update(of=("self",))
    list(rows.values_list("pk", flat=True))


def held(recipient) -> tuple[Recipient, Proposal]:
    """The recipient as it is now, with its household locked."""
    proposal = Proposal.objects.select_for_update().get(pk=recipient.proposal_id)
    row = Recipient.objects.select_related("decree__programme__bank", "village").get(pk=recipient.pk)
    row.proposal = proposal
    return row, proposal
