"""Scans and photos of a proposal. A file that is taken off stays in the store and in the history (design, law 5)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from proposals.actions.drafts import refuse_closed
from proposals.flow import State
from proposals.models import Attachment, CoverLetter, Proposal, Requirement
from uep.access.access import require
from uep.files.actions import take_in


@transaction.atomic
def attach(proposal, *, by, requirement, uploads) -> Proposal:
    """Put files with the proposal. Beyond the number allowed, the oldest give way, and stay as earlier versions."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    require(by, "proposals.attach", proposal)
    _refuse_foreign(requirement, proposal, Requirement.Owner.HOUSEHOLD)
    refuse_closed(proposal, [requirement.code])
    if proposal.state not in (State.DRAFT, State.RETURNED) and requirement.needed_from == State.SUBMITTED:
        raise ValidationError("Setelah dikirim, hanya berkas sesudah SK yang dapat ditambah.")
    _put(requirement, uploads, by=by, proposal=proposal)
    return proposal


@transaction.atomic
def attach_to_letter(letter, *, by, requirement, upload) -> CoverLetter:
    """Put a scan with the letter."""
    letter = CoverLetter.objects.select_for_update().get(pk=letter.pk)
    require(by, "proposals.attach_to_letter", letter)
    _refuse_foreign(requirement, letter, Requirement.Owner.LETTER)
    _put(requirement, [upload], by=by, letter=letter)
    return letter


@transaction.atomic
def detach(attachment, *, by) -> Attachment:
    """Take a file off; it is kept as an earlier version."""
    attachment = Attachment.objects.select_for_update().get(pk=attachment.pk)
    require(by, "proposals.detach", attachment)
    if attachment.removed_at:
        return attachment
    if attachment.proposal:
        refuse_closed(attachment.proposal, [attachment.requirement.code])
    attachment.removed_at, attachment.removed_by = timezone.now(), by
    attachment.save(update_fields=["removed_at", "removed_by"])
    return attachment


def _refuse_foreign(requirement, record, owner) -> None:
    if requirement.programme_id != record.programme_id or requirement.owner != owner:
        raise ValidationError("Berkas ini tidak diminta program ini.")


def _put(requirement, uploads, *, by, **owner) -> None:
    if not uploads:
        raise ValidationError({"uploads": "Pilih berkas yang akan diunggah."})
    if len(uploads) > requirement.max_files:
        raise ValidationError({"uploads": f"Paling banyak {requirement.max_files} berkas untuk {requirement.label}."})
    images = requirement.accepts == Requirement.Accepts.IMAGE
    accept = frozenset({"image"}) if images else frozenset({"image", "pdf"})
    stored = [take_in(upload, by=by, accept=accept, keep_position=requirement.keeps_position) for upload in uploads]
    held = Attachment.objects.current().filter(requirement=requirement, **owner).order_by("-pk").values_list("pk", flat=True)
    surplus = list(held)[max(0, requirement.max_files - len(stored)) :]
    Attachment.objects.filter(pk__in=surplus).update(removed_at=timezone.now(), removed_by=by)
    Attachment.objects.bulk_create(
        Attachment(requirement=requirement, file=file, added_by=by, **owner) for file in stored
    )
