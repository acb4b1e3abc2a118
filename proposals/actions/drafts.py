"""One household's proposal while its village writes it (SOP step 1)."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from proposals.flow import State
from proposals.models import BudgetLine, Proposal
from proposals.moves import begin
from uep.access.access import require
from uep.accounts.actions import disclose

# What an operator fills in; nothing else of a proposal can be edited.
FIELDS = (
    "name", "nik", "kk_number", "birth_place", "birth_date", "sex", "address", "rt", "rw", "phone", "phone_is_borrowed",
    "occupation", "social_data", "social_id", "desil", "social_period", "is_not_public_payroll", "kinship", "business",
    "business_address", "business_years", "monthly_turnover", "amount_requested", "account_number", "account_name",
)  # fmt: skip

TAKEN = {
    "one_live_proposal_per_household_and_programme": ("kk_number", "Rumah tangga (nomor KK) ini sudah diusulkan di program ini."),
    "one_live_proposal_per_person_and_programme": ("nik", "NIK ini sudah diusulkan di program ini."),
}


@transaction.atomic
def draft(programme, *, by, name) -> Proposal:
    """Begin a proposal of the operator's village; everything but the name may come later."""
    require(by, "proposals.draft", programme)
    proposal = Proposal.objects.create(programme=programme, village_id=by.village_id, name=name.strip(), created_by=by)
    begin([proposal], "proposals.draft", by=by)
    return proposal


@transaction.atomic
def edit(proposal, *, by, **facts) -> Proposal:
    """Change fields of FIELDS; while the proposal is returned only those that a defect names.

    ValidationError on the field when the household or the person already has a live proposal in the programme.
    """
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    require(by, "proposals.edit", proposal)
    changed = [name for name, value in facts.items() if name in FIELDS and getattr(proposal, name) != value]
    refuse_closed(proposal, changed)
    if not changed:
        return proposal
    for name in changed:
        setattr(proposal, name, facts[name])
    proposal.edited_at = timezone.now()
    try:
        with transaction.atomic():
            proposal.save(update_fields=[*changed, "edited_at"])
    except IntegrityError as error:
        raise taken(error) from error
    return proposal


def taken(error: IntegrityError) -> ValidationError:
    """The sentence for the constraint that was hit; the error itself when it is another one."""
    for constraint, (field, sentence) in TAKEN.items():
        if constraint in str(error):
            return ValidationError({field: sentence})
    raise error


def refuse_closed(proposal, names) -> None:
    """While returned, only what a defect names may change."""
    if proposal.state != State.RETURNED or proposal.correctable is None:
        return
    if set(names) - set(proposal.correctable):
        raise ValidationError("Hanya bagian yang disebut dalam kekurangan yang dapat diubah.")


@transaction.atomic
def budget(proposal, *, by, lines) -> Proposal:
    """Replace the RAB. `lines`: description, quantity, unit, unit_price (Rupiah); the totals are computed here."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    require(by, "proposals.budget", proposal)
    refuse_closed(proposal, ["budget"])
    proposal.budget_lines.all().delete()
    BudgetLine.objects.bulk_create(
        BudgetLine(
            proposal=proposal,
            position=position,
            description=line["description"],
            quantity=line["quantity"],
            unit=line["unit"],
            unit_price=line["unit_price"],
            total=round(line["quantity"] * line["unit_price"]),
        )
        for position, line in enumerate(lines, 1)
    )
    proposal.edited_at = timezone.now()
    proposal.save(update_fields=["edited_at"])
    return proposal


@transaction.atomic
def reveal(proposal, *, by, field, reason) -> str:
    """The full number behind a mask, after the look was recorded (design, law 6)."""
    require(by, "proposals.reveal", proposal)
    return disclose(proposal, field, by=by, reason=reason)
