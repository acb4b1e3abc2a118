"""The technical agreement between office and bank (SOP step 4)."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from decrees.models import Decree
from distribution import queries
from distribution.actions.accounts import release_agreed
from distribution.models import Confirmation, DisbursementAgreement
from distribution.rules import side_of
from proposals.moves import tell
from uep.access.access import require
from uep.documents.actions import issue, supersede
from uep.documents.queries import document_of


@transaction.atomic
def propose_agreement(decree, *, by, **terms) -> DisbursementAgreement:
    """A version of the terms by either side; proposing it confirms it for that side, the other one answers.

    A newer version leaves the older ones as they were; one in force governs until the newer one is agreed, too. The
    same terms again (a form sent twice) give the version back that is waiting.
    """
    decree = Decree.objects.select_for_update().get(pk=decree.pk)
    require(by, "distribution.propose_agreement", decree)
    if terms["ends"] < terms["starts"]:
        raise ValidationError({"ends": "Tanggal selesai tidak boleh sebelum tanggal mulai."})
    former = queries.agreement_of(decree)
    if former and former.agreed_at is None and all(getattr(former, name) == value for name, value in terms.items()):
        return former
    agreement = DisbursementAgreement.objects.create(
        decree=decree, version=former.version + 1 if former else 1, proposed_by=by, **terms
    )
    _confirm(agreement, by=by)
    _tell("distribution.propose_agreement", agreement, by=by)
    return agreement


@transaction.atomic
def confirm_agreement(agreement, *, by) -> DisbursementAgreement:
    """The second yes puts the version in force, issues the paper, and lets households with a right account go on."""
    decree = Decree.objects.select_for_update().get(pk=agreement.decree_id)
    agreement = DisbursementAgreement.objects.get(pk=agreement.pk)
    require(by, "distribution.confirm_agreement", agreement)
    _confirm(agreement, by=by)
    if agreement.confirmations.count() == len(Confirmation.Side.values):
        former = queries.agreement_in_force(decree)
        agreement.agreed_at = timezone.now()
        agreement.save(update_fields=["agreed_at"])
        document = issue("kesepakatan", agreement, by=by)
        if former and (paper := document_of("kesepakatan", former)):
            supersede(paper, document, by=by, reason=f"Diganti kesepakatan versi {agreement.version}")
        _tell("distribution.confirm_agreement", agreement, by=by)
        release_agreed(decree, by=by)
    return agreement


def _tell(act, agreement, *, by) -> None:
    households = agreement.decree.recipients.in_force().values_list("proposal_id", flat=True)
    tell(households, act, by=by, url=agreement.get_absolute_url())


def _confirm(agreement, *, by) -> None:
    post, _ = by.post_title("distribution.confirm_agreement", timezone.localdate())
    try:
        with transaction.atomic():
            Confirmation.objects.create(agreement=agreement, side=side_of(by), by=by, post=post)
    except IntegrityError as error:
        raise ValidationError("Anda atau pihak Anda sudah menyetujui versi ini.") from error
