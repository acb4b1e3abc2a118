"""Scans and photos of a proposal or a letter. A file that is taken off stays in the store and in the history (law 5)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from proposals.actions.drafts import locked, refuse_closed
from proposals.models import Attachment, CoverLetter, Proposal, Requirement
from proposals.requirements import is_open_for
from uep.access.access import require
from uep.files.actions import take_in


@transaction.atomic
def attach(proposal, *, by, requirement, uploads, position=None) -> Proposal:
    """Put files with the proposal. Where one is allowed the new one takes its place; else there must be room.

    `uploads`: what UploadsField cleaned, or uploaded files; `position`: where the device says it is, kept only where the
    requirement asks for it. The replaced one stays as an earlier version.
    """
    proposal = locked(proposal)
    require(by, "proposals.attach", proposal)
    _refuse_foreign(requirement, proposal, Requirement.Owner.HOUSEHOLD)
    refuse_closed(proposal, [requirement.code])
    if not is_open_for(requirement, proposal.state):
        raise ValidationError(f"{requirement.label} tidak dapat ditambah setelah usulan dikirim.")
    keep = requirement.keeps_position and proposal.programme.keeps_position
    _put(requirement, uploads, by=by, keep_position=keep, position=position, proposal=proposal)
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
def detach(attachment, *, by) -> Proposal | CoverLetter:
    """Take a file off; it is kept as an earlier version. Doing it twice changes nothing."""
    attachment = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    require(by, "proposals.detach", attachment)
    owner = attachment.proposal or attachment.letter
    if attachment.removed_at is None:
        attachment.removed_at, attachment.removed_by = timezone.now(), by
        attachment.save(update_fields=["removed_at", "removed_by"])
    return owner


def _refuse_foreign(requirement, record, owner) -> None:
    if requirement.programme_id != record.programme_id or requirement.owner != owner:
        raise ValidationError("Berkas ini tidak diminta program ini.")


def _put(requirement, uploads, *, by, keep_position=False, position=None, **owner) -> None:
    if not uploads:
        raise ValidationError({"uploads": "Pilih berkas yang akan diunggah."})
    held = Attachment.objects.current().filter(requirement=requirement, **owner)
    if requirement.max_files == 1 == len(uploads):
        held.update(removed_at=timezone.now(), removed_by=by)
    elif held.count() + len(uploads) > requirement.max_files:
        raise ValidationError(
            f"{requirement.label}: paling banyak {requirement.max_files} berkas. Hapus yang tidak perlu, lalu unggah lagi."
        )
    accept = frozenset({"image"}) if requirement.accepts == Requirement.Accepts.IMAGE else frozenset({"image", "pdf"})
    Attachment.objects.bulk_create(
        Attachment(
            requirement=requirement,
            file=take_in(upload, by=by, accept=accept, keep_position=keep_position, position=position),
            added_by=by,
            **owner,
        )
        for upload in uploads
    )
