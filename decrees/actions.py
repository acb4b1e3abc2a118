"""Step 3: drafted within budget and quota, endorsed on the way up, signed, changed only by an amending decree."""

from datetime import date as Date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from decrees import queries
from decrees.models import Decree, DecreeNote, Endorsement, Recipient
from proposals.flow import State
from proposals.models import Programme, Proposal
from proposals.moves import move_all
from uep.access.access import require
from uep.access.roles import Role
from uep.documents.actions import issue, supersede
from uep.documents.queries import documents_of
from uep.files.actions import take_in
from uep.office import queries as office
from uep.ui.indonesian import rupiah

Stage = Decree.Stage


def _locked(decree) -> Decree:
    return Decree.objects.select_for_update().get(pk=decree.pk)


def _note(decree, act, *, by, note="") -> None:
    post, _ = by.post_title(act, timezone.localdate())
    DecreeNote.objects.create(decree=decree, act=act, by=by, post=post, note=note)


def _void_endorsements(decree, reason: str) -> None:
    decree.endorsements.filter(voided_at__isnull=True).update(voided_at=timezone.now(), void_reason=reason)


def _put_on(decree, proposals, act, *, by) -> None:
    """Move eligible households onto the draft. ValidationError when budget or quota does not hold them."""
    programme = Programme.objects.select_for_update().get(pk=decree.programme_id)  # two drafts share one budget
    chosen = Proposal.objects.filter(pk__in=[p.pk for p in proposals], programme=programme)
    rows = list(chosen.select_for_update().values_list("state", "amount_requested"))
    if not rows:
        raise ValidationError("Pilih sedikitnya satu usulan layak.")
    if any(state != State.ELIGIBLE for state, _ in rows):
        raise ValidationError("Sebagian usulan tidak lagi berstatus layak. Muat ulang halaman, lalu pilih lagi.")
    room, asked = queries.room_of(programme), sum(amount for _, amount in rows)
    if asked > room.amount:
        raise ValidationError(
            f"Melebihi anggaran: dipilih {rupiah(asked)}, sisa anggaran {rupiah(max(0, room.amount))}."
        )
    if len(rows) > room.count:
        raise ValidationError(f"Melebihi kuota: dipilih {len(rows)} penerima, sisa kuota {max(0, room.count)}.")
    decree.proposals.add(*chosen)
    move_all(chosen, act, by=by, note=decree.title)


@transaction.atomic
def draft(programme, *, by, title, considerations, proposals) -> Decree:
    """A draft naming eligible households, within budget and quota (SOP step 3)."""
    require(by, "decrees.draft", programme)
    decree = Decree.objects.create(programme=programme, title=title, considerations=considerations, drafted_by=by)
    _put_on(decree, proposals, "decrees.draft", by=by)
    _note(decree, "decrees.draft", by=by)
    return decree


@transaction.atomic
def edit(decree, *, by, title, considerations) -> Decree:
    """Change the words; any endorsement that was given is void."""
    decree = _locked(decree)
    require(by, "decrees.edit", decree)
    decree.title, decree.considerations = title, considerations
    decree.save(update_fields=["title", "considerations"])
    _void_endorsements(decree, "Teks draf diubah.")
    return decree


@transaction.atomic
def add(decree, *, by, proposals) -> Decree:
    decree = _locked(decree)
    require(by, "decrees.add", decree)
    _put_on(decree, proposals, "decrees.add", by=by)
    _void_endorsements(decree, "Daftar penerima diubah.")
    return decree


@transaction.atomic
def strike(decree, *, by, proposals, reason) -> Decree:
    """Take households off the draft; they are eligible again."""
    decree = _locked(decree)
    require(by, "decrees.strike", decree)
    chosen = list(decree.proposals.filter(pk__in=[p.pk for p in proposals]).values_list("pk", flat=True))
    if not chosen:
        raise ValidationError("Pilih sedikitnya satu usulan.")
    move_all(Proposal.objects.filter(pk__in=chosen), "decrees.strike", by=by, note=reason)
    decree.proposals.remove(*chosen)
    _void_endorsements(decree, "Daftar penerima diubah.")
    return decree


@transaction.atomic
def cancel(decree, *, by, reason) -> Decree:
    decree = _locked(decree)
    require(by, "decrees.cancel", decree)
    move_all(Proposal.objects.filter(decrees=decree, state=State.IN_DECREE), "decrees.strike", by=by, note=reason)
    decree.proposals.clear()
    decree.stage = Stage.CANCELLED
    decree.save(update_fields=["stage"])
    _void_endorsements(decree, "Draf dibatalkan.")
    _note(decree, "decrees.cancel", by=by, note=reason)
    return decree


@transaction.atomic
def send_up(decree, *, by, note="") -> Decree:
    """Kabid hands the draft to the secretary. ValidationError names what the paper would lack."""
    decree = _locked(decree)
    require(by, "decrees.send_up", decree)
    _refuse_unsignable(decree)
    decree.stage = Stage.GOING_UP
    decree.save(update_fields=["stage"])
    _note(decree, "decrees.send_up", by=by, note=note)
    return decree


def _refuse_unsignable(decree) -> None:
    faults = []
    try:
        office.signatory(decree.programme.signatory, timezone.localdate())
    except ValidationError as error:
        faults += error.messages
    if not decree.considerations.strip():
        faults.append("Bagian Menimbang masih kosong.")
    if faults:
        raise ValidationError(faults)


@transaction.atomic
def recall(decree, *, by, reason) -> Decree:
    decree = _locked(decree)
    require(by, "decrees.recall", decree)
    return _back_to_drafter(decree, "decrees.recall", by=by, reason=reason)


@transaction.atomic
def return_draft(decree, *, by, reason) -> Decree:
    """Back to Kabid with a note; endorsements given so far are void."""
    decree = _locked(decree)
    require(by, "decrees.return_draft", decree)
    return _back_to_drafter(decree, "decrees.return_draft", by=by, reason=reason)


def _back_to_drafter(decree, act, *, by, reason) -> Decree:
    decree.stage = Stage.DRAFT
    decree.save(update_fields=["stage"])
    _void_endorsements(decree, reason)
    _note(decree, act, by=by, note=reason)
    return decree


@transaction.atomic
def endorse(decree, *, by, note="") -> Decree:
    """Initials, bound to the draft as it stands. Secretary first; for a Bupati's decree the head of office after that."""
    decree = _locked(decree)
    require(by, "decrees.endorse", decree)
    secretary = decree.stage == Stage.GOING_UP
    role = Role.SECRETARY if secretary else Role.OFFICE_HEAD
    try:
        with transaction.atomic():
            Endorsement.objects.create(
                decree=decree,
                by=by,
                signatory=office.signatory(role, timezone.localdate(), by).as_dict(),
                draft_hash=queries.draft_hash(decree),
                note=note,
            )
    except IntegrityError as error:
        raise ValidationError("Anda sudah memaraf draf ini; paraf berikutnya harus dari orang lain.") from error
    decree.stage = Stage.ENDORSED if secretary else Stage.AT_REGENT
    decree.save(update_fields=["stage"])
    _note(decree, "decrees.endorse", by=by, note=note)
    return decree


@transaction.atomic
def sign(decree, *, by) -> Decree:
    """Sign online: the list is frozen, the number taken, the paper ordered, every household moved; all or nothing.

    A fixed number of queries whatever the number of recipients. ValidationError when an endorsement was given to a
    draft that has changed since.
    """
    decree = _locked(decree)
    require(by, "decrees.sign", decree)
    return _put_in_force(decree, "decrees.sign", by=by, on=timezone.localdate())


@transaction.atomic
def record_signature(decree, *, by, number, date: Date, scan) -> Decree:
    """The Bupati signed on paper: number and date from the legal bureau's register, and the signed scan."""
    decree = _locked(decree)
    require(by, "decrees.record_signature", decree)
    if date > timezone.localdate():
        raise ValidationError({"date": "Tanggal penetapan tidak boleh setelah hari ini."})
    if Decree.objects.filter(number=number.strip()).exists():
        raise ValidationError({"number": "Nomor ini sudah dipakai SK lain."})
    decree.scan = take_in(scan, by=by, accept=frozenset({"pdf", "image"}))
    return _put_in_force(decree, "decrees.record_signature", by=by, on=date, number=number.strip())


def _put_in_force(decree, act, *, by, on: Date, number: str | None = None) -> Decree:
    _refuse_changed_since_endorsed(decree)
    signer = by if act == "decrees.sign" else None  # on paper it is whoever held the post on the day of signing
    decree.signatory = office.signatory(decree.programme.signatory, on, signer).as_dict()
    decree.date, decree.signed_by, decree.signed_at = on, by, timezone.now()
    _freeze_recipients(decree)
    document = issue("sk_perubahan" if decree.amends_id else "sk", decree, by=by, on=on, number=number)
    decree.number, decree.stage = document.number, Stage.SIGNED
    decree.save()
    note = f"SK {decree.number}"
    move_all(Proposal.objects.filter(decrees=decree, state=State.IN_DECREE), act, by=by, note=note)
    if decree.amends_id:
        _release(decree, document, by=by, note=note)
    _note(decree, act, by=by, note=decree.number)
    return decree


def _refuse_changed_since_endorsed(decree) -> None:
    now = queries.draft_hash(decree)
    endorsements = list(queries.valid_endorsements(decree))
    if not endorsements or any(endorsement.draft_hash != now for endorsement in endorsements):
        raise ValidationError("Draf berubah setelah diparaf. Kembalikan ke Kabid agar diparaf ulang.")


def _freeze_recipients(decree) -> None:
    Recipient.objects.bulk_create(
        Recipient(
            decree=decree,
            proposal=proposal,
            position=position,
            village_id=proposal.village_id,
            name=proposal.name,
            nik=proposal.nik,
            kk_number=proposal.kk_number,
            address=_address(proposal),
            business=proposal.business,
            amount=proposal.amount_requested,
        )
        for position, proposal in enumerate(queries.drafted(decree), 1)
    )


def _address(proposal) -> str:
    block = f"RT {proposal.rt or '-'}/RW {proposal.rw or '-'}" if proposal.rt or proposal.rw else ""
    return ", ".join(part for part in (proposal.address, block) if part)


def _release(decree, document, *, by, note: str) -> None:
    """What an amending decree takes off leaves the flow, and the amended paper says so behind its QR code."""
    leaving = Recipient.objects.filter(removed_by=decree, removed_at__isnull=True)
    households = list(leaving.values_list("proposal_id", flat=True))
    leaving.update(removed_at=decree.signed_at)
    move_all(Proposal.objects.filter(pk__in=households), "decrees.release", by=by, note=note)
    for former in documents_of(decree.amends):
        if former.status == former.Status.CURRENT:
            supersede(former, document, by=by, reason=f"Diubah dengan {note}")


@transaction.atomic
def amend(decree, *, by, title, considerations) -> Decree:
    """Start an amending decree; what it removes and adds is chosen on its own page."""
    decree = _locked(decree)
    require(by, "decrees.amend", decree)
    amendment = Decree.objects.create(
        programme=decree.programme,
        kind=Decree.Kind.AMENDMENT,
        amends=decree,
        title=title,
        considerations=considerations,
        drafted_by=by,
    )
    _note(amendment, "decrees.amend", by=by)
    return amendment


@transaction.atomic
def remove(decree, *, by, recipients) -> Decree:
    """The amending draft takes exactly these recipients off; none of them may be paid yet."""
    decree = _locked(decree)
    require(by, "decrees.remove", decree)
    allowed = set(queries.removable(decree).values_list("pk", flat=True))
    chosen = {recipient.pk for recipient in recipients}
    if chosen - allowed:
        raise ValidationError("Sebagian penerima sudah menerima dana dan tidak dapat dikeluarkan.")
    decree.removes.set(chosen)
    _void_endorsements(decree, "Daftar yang dikeluarkan diubah.")
    return decree
