"""The technical agreement between office and bank (SOP step 4)."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from decrees.models import Decree
from distribution import queries
from distribution.actions.accounts import release_agreed
from distribution.models import Confirmation, DisbursementAgreement
from distribution.rules import side_of
from uep.access.access import require
from uep.documents.actions import issue


@transaction.atomic
def propose_agreement(decree, *, by, **terms) -> DisbursementAgreement:
    """A version of the terms by either side; proposing it confirms it for that side, the other one answers.

    A newer version leaves the older ones as they were, without force.
    """
    decree = Decree.objects.select_for_update().get(pk=decree.pk)
    require(by, "distribution.propose_agreement", decree)
    if terms["ends"] < terms["starts"]:
        raise ValidationError({"ends": "Tanggal selesai tidak boleh sebelum tanggal mulai."})
    former = queries.agreement_of(decree)
    agreement = DisbursementAgreement.objects.create(
        decree=decree, version=former.version + 1 if former else 1, proposed_by=by, **terms
    )
    _confirm(agreement, by=by)
    return agreement


@transaction.atomic
def confirm_agreement(agreement, *, by) -> DisbursementAgreement:
    """The second yes puts the version in force, issues the paper, and lets households with a right account go on."""
    decree = Decree.objects.select_for_update().get(pk=agreement.decree_id)
    agreement = DisbursementAgreement.objects.get(pk=agreement.pk)
    require(by, "distribution.confirm_agreement", agreement)
    _confirm(agreement, by=by)
    if agreement.confirmations.count() == len(Confirmation.Side.values):
        agreement.agreed_at = timezone.now()
        agreement.save(update_fields=["agreed_at"])
        issue("kesepakatan", agreement, by=by)
        release_agreed(decree, by=by)
    return agreement


def _confirm(agreement, *, by) -> None:
    post, _ = by.post_title("distribution.confirm_agreement", timezone.localdate())
    try:
        with transaction.atomic():
            Confirmation.objects.create(agreement=agreement, side=side_of(by), by=by, post=post)
    except IntegrityError as error:
        raise ValidationError("Pihak Anda sudah menyetujui versi ini.") from error
