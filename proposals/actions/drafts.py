"""One household's proposal while its village writes it (SOP step 1)."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from proposals.actions.freezing import FILLED, MATCH, THE_REGISTRYS, fill, freeze
from proposals.models import BudgetLine, Origin, Proposal
from proposals.moves import begin
from uep.access.access import require
from uep.accounts.actions import disclose
from uep.accounts.models import Disclosure
from uep.social.queries import extract_in_force, find_people, find_person

# What an operator fills in; nothing else of a proposal can be edited.
FIELDS = (
    "name", "nik", "kk_number", "birth_place", "birth_date", "sex", "address", "rt", "rw", "phone", "phone_is_borrowed",
    "occupation", "social_data", "social_id", "desil", "social_period", "is_not_public_payroll", "kinship", "business",
    "business_address", "business_years", "monthly_turnover", "amount_requested", "account_number", "account_name",
    "unlisted_reason",
)  # fmt: skip
SEALED = ("nik", "kk_number", "account_number")

TAKEN = {
    "one_live_proposal_per_household_and_programme": (
        "kk_number",
        "Rumah tangga (nomor KK) ini sudah diusulkan di program ini. Satu keluarga cukup satu usulan.",
    ),
    "one_live_proposal_per_person_and_programme": ("nik", "NIK ini sudah diusulkan di program ini."),
}
LINES = 40  # of an RAB; five million are spent on a page of goods


@transaction.atomic
def draft(programme, *, by, name) -> Proposal:
    """Begin a proposal of the operator's village; everything but the name may come later."""
    require(by, "proposals.draft", programme)
    proposal = Proposal.objects.create(programme=programme, village_id=by.village_id, name=name.strip(), created_by=by)
    begin([proposal], "proposals.draft", by=by)
    return proposal


@transaction.atomic
def edit(proposal, *, by, **facts) -> Proposal:
    """Change some of FIELDS; while the proposal is returned only those that a defect names.

    Another NIK is looked up in the social registry, and who is found is frozen. ValidationError on the field when the
    household or the person already has a live proposal in the programme, or the field is the registry's own to say.
    """
    proposal = locked(proposal)
    require(by, "proposals.edit", proposal)
    if unknown := set(facts) - set(FIELDS):
        raise TypeError(f"not for an operator to edit: {', '.join(sorted(unknown))}")
    changed = [name for name, value in facts.items() if getattr(proposal, name) != value]
    refuse_closed(proposal, changed)
    if not changed:
        return proposal
    for name in changed:
        if name in THE_REGISTRYS and proposal.origins.get(name) == Origin.REGISTRY:
            raise ValidationError({name: "Isian ini dari data sosial; hanya berubah bila NIK-nya lain."})
        setattr(proposal, name, facts[name])
    proposal.origins = {name: origin for name, origin in proposal.origins.items() if name not in changed}
    if "nik" in changed:
        match(proposal)
    save_edited(proposal, *changed, *MATCH)
    return proposal


@transaction.atomic
def fill_from_registry(proposal, *, by, **facts) -> Proposal:
    """Save what was typed, then fill what is still empty from the social registry. `person` is None where it has nobody."""
    require(by, "proposals.fill_from_registry", proposal)
    proposal = locked(edit(proposal, by=by, **facts))
    if not proposal.nik:
        raise ValidationError({"nik": "Ketik NIK lebih dahulu; data sosial dicari dengan NIK."})
    person = match(proposal)
    if person is not None:
        Disclosure.objects.create(
            by=by, subject=f"proposals.proposal:{proposal.ref}", field="data sosial", reason="Isi dari data sosial"
        )
        fill(proposal, person, opened=proposal.open_fields)
    save_edited(proposal, *MATCH, *FILLED)
    return proposal


@transaction.atomic
def recheck_social(proposal, *, by) -> Proposal:
    """Ask the social registry anew about a proposal under way; what it says now replaces what was frozen."""
    proposal = locked(proposal)
    require(by, "proposals.recheck_social", proposal)
    match(proposal)
    proposal.save(update_fields=MATCH)
    return proposal


def match(proposal):
    """Freeze what the extract in force says of the proposal's NIK; the person, or None. The caller saves."""
    extract = extract_in_force() if proposal.nik else None
    person = find_person(proposal.nik) if extract else None
    freeze(proposal, person, extract, timezone.localdate())
    return person


def match_all(proposals) -> None:
    """Freeze a fresh match on those that have none of the extract in force, and save it. Three queries at most."""
    extract = extract_in_force()
    if extract is not None:
        match_anew([p for p in proposals if p.social_checked_on is None or p.social_as_of != extract.as_of])


def match_anew(proposals) -> None:
    """Freeze what the extract in force says of each, and save it: three queries. Without one nothing changes."""
    extract, today = extract_in_force(), timezone.localdate()
    asked = [proposal for proposal in proposals if proposal.nik] if extract else []
    people = find_people([proposal.nik for proposal in asked])
    for proposal in asked:
        freeze(proposal, people.get(str(proposal.nik)), extract, today)
    if asked:
        Proposal.objects.bulk_update(asked, MATCH)


def save_edited(proposal, *names) -> None:
    proposal.edited_at = timezone.now()
    try:
        with transaction.atomic():
            proposal.save(update_fields={*names, "edited_at"})
    except IntegrityError as error:
        raise taken(error) from error


@transaction.atomic
def budget(proposal, *, by, lines) -> Proposal:
    """Replace the RAB. `lines`: description, quantity, unit, unit_price (Rupiah); the totals are computed here.

    That the sum equals the amount asked is demanded when it is sent (proposals.eligibility), not while it is written.
    """
    proposal = locked(proposal)
    require(by, "proposals.budget", proposal)
    refuse_closed(proposal, ["budget"])
    if len(lines) > LINES:
        raise ValidationError(f"RAB paling banyak {LINES} baris. Gabungkan barang yang sejenis.")
    BudgetLine.objects.bulk_create(
        [
            BudgetLine(proposal=proposal, position=position, total=round(line["quantity"] * line["unit_price"]), **line)
            for position, line in enumerate(lines, 1)
        ],
        update_conflicts=True,
        unique_fields=["proposal", "position"],
        update_fields=["description", "quantity", "unit", "unit_price", "total"],
    )
    proposal.budget_lines.filter(position__gt=len(lines)).delete()
    proposal.edited_at = timezone.now()
    proposal.save(update_fields=["edited_at"])
    return proposal


@transaction.atomic
def reveal(proposal, *, by, field, reason, address=None) -> str:
    """The full number behind a mask, after the look was recorded (design, law 6)."""
    require(by, "proposals.reveal", proposal)
    if field not in SEALED:
        raise ValidationError({"field": "Pilih nomor yang ingin dilihat."})
    return disclose(proposal, field, by=by, reason=reason, address=address)


@transaction.atomic
def print_papers(proposals, *, by, title, address=None) -> None:
    """Record that forms with full NIK and KK are printed for these households: a look like any other (design, law 6)."""
    for proposal in proposals:
        require(by, "proposals.print_papers", proposal)
    Disclosure.objects.bulk_create(
        Disclosure(
            by=by,
            subject=f"{proposal._meta.label_lower}:{proposal.ref}",  # noqa: SLF001
            field="nik, kk_number",
            reason=f"Cetak formulir: {title}",
            address=address,
        )
        for proposal in proposals
    )


def locked(proposal) -> Proposal:
    """The proposal as it is now, held until the transaction ends."""
    return Proposal.objects.select_for_update().get(pk=proposal.pk)


def taken(error: IntegrityError) -> ValidationError:
    """The sentence for the constraint that was hit; raises the error itself when it is another one."""
    for constraint, (field, sentence) in TAKEN.items():
        if constraint in str(error):
            return ValidationError({field: sentence})
    raise error


def refuse_closed(proposal, names) -> None:
    """While returned, only what a defect names may change."""
    if proposal.open_fields is not None and set(names) - proposal.open_fields:
        raise ValidationError("Hanya bagian yang disebut dalam kekurangan yang dapat diubah.")
