"""Putting right what a line of a decree says, by an amending decree; and what its signature does."""

from django.core.exceptions import ValidationError
from django.db import transaction

from decrees import queries
from decrees.actions.drafting import hold_budget, locked, void_endorsements, write_note
from decrees.models import CORRECTABLE, Correction, Decree, Recipient
from proposals.models import Proposal
from uep.access.access import require
from uep.ui.indonesian import rupiah


@transaction.atomic
def correct(recipient, *, by, name, address, business, amount: int, reason) -> Decree:
    """Put these words into the open amending draft, in place of what the line says now; returns the draft.

    ValidationError when nothing differs, when the amount is above the programme's, or when the budget does not hold it.
    """
    draft, recipient = _draft_and_line(recipient, by=by, act="decrees.correct")
    words = {"name": name, "address": address, "business": business}
    words = {field: " ".join(value.split()) for field, value in words.items()} | {"amount": amount}
    if empty := [field for field in ("name", "business") if not words[field]]:
        raise ValidationError(dict.fromkeys(empty, "Isian ini wajib."))
    if all(getattr(recipient, field) == words[field] for field in CORRECTABLE):
        raise ValidationError("Belum ada yang berbeda dari data di SK yang berlaku.")
    programme = hold_budget(draft.programme_id)
    if not 0 < amount <= programme.amount:
        raise ValidationError({"amount": f"Besaran paling banyak {rupiah(programme.amount)} menurut program."})
    Correction.objects.update_or_create(
        decree=draft, recipient=recipient, defaults=words | {"reason": " ".join(reason.split())}
    )
    if faults := queries.over_budget(draft, queries.room_of(programme, own=draft)):
        raise ValidationError(faults)
    return _changed(draft, "decrees.correct", by=by, position=recipient.position)


@transaction.atomic
def drop_correction(recipient, *, by) -> Decree:
    """The line stays as it is after all; returns the draft. ValidationError when the budget needs the correction."""
    draft, recipient = _draft_and_line(recipient, by=by, act="decrees.drop_correction")
    programme = hold_budget(draft.programme_id)
    draft.corrections.filter(recipient=recipient).delete()
    if faults := queries.over_budget(draft, queries.room_of(programme, own=draft)):
        raise ValidationError(faults)
    return _changed(draft, "decrees.drop_correction", by=by, position=recipient.position)


def _draft_and_line(recipient, *, by, act: str) -> tuple[Decree, Recipient]:
    """Both as they are under the lock on the draft and on the household, which nobody agrees on or pays meanwhile."""
    found = queries.draft_that_corrects(recipient)
    draft = locked(found) if found else None
    list(Proposal.objects.filter(recipients=recipient.pk).select_for_update(of=("self",)).values_list("pk"))
    recipient = Recipient.objects.select_related("proposal").get(pk=recipient.pk)
    require(by, act, recipient)
    return draft, recipient


def _changed(draft, act, *, by, position: int) -> Decree:
    void_endorsements(draft, "Perbaikan data penerima diubah.")
    write_note(draft, act, by=by, note=f"penerima nomor {position}")
    return draft


def freeze_corrections(amendment) -> list[Recipient]:
    """Take the old lines off and put the right ones in their place, behind those whom the decree names itself.

    The households stay where they are in the flow. Only once the decree is signed: the database asks for it.
    """
    rows = list(amendment.corrections.select_related("recipient").order_by("recipient__position"))
    old = [row.recipient for row in rows]
    Recipient.objects.filter(pk__in=[line.pk for line in old]).update(removed_at=amendment.signed_at)
    first = amendment.recipients.count() + 1
    return Recipient.objects.bulk_create(
        Recipient(
            decree=amendment,
            proposal_id=line.proposal_id,
            position=position,
            village_id=line.village_id,
            nik=line.nik,
            kk_number=line.kk_number,
            corrects=line,
            **{field: getattr(row, field) for field in CORRECTABLE},
        )
        for position, (row, line) in enumerate(zip(rows, old, strict=True), first)
    )
