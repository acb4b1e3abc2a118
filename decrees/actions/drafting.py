"""What Kabid does with a draft; and what every act on a decree begins and ends with."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from decrees import queries
from decrees.actions.wordings import refuse_faults, wording_for
from decrees.models import Decree, DecreeNote, DraftChange
from proposals.actions.drafts import match_anew
from proposals.flow import State
from proposals.models import Programme, Proposal
from proposals.moves import move_all
from uep.access.access import require
from uep.documents.actions import hold_for
from uep.documents.models import HeldNumber
from uep.ui.indonesian import rupiah
from verification.queries.objections import disputes

MOST_NAMED = 20  # households of which a refusal says why; the rest follows when these are left out
CHANGED = "Sebagian usulan tidak lagi berstatus layak. Muat ulang halaman, lalu pilih lagi."


def locked(decree) -> Decree:
    """The decree as it is now, nobody else's until the end of the transaction.

    Locks are always taken in this order: decree, programme, proposals, number.
    """
    rows = Decree.objects.select_related("programme__bank", "amends", "wording").select_for_update(of=("self",))
    return rows.get(pk=decree.pk)


def hold_budget(programme_id: int) -> Programme:
    """Two drafts share one budget: whoever changes what is promised waits for the other."""
    return Programme.objects.select_for_update(no_key=True).get(pk=programme_id)


def write_note(decree, act, *, by, note="") -> None:
    """A line of the decree's own journey, with the post held at that moment."""
    post, basis = by.post_title(act, timezone.localdate())
    DecreeNote.objects.create(decree=decree, act=act, by=by, post=post, acting_basis=basis, note=note)


def void_endorsements(decree, reason: str) -> None:
    """Initials were given to another draft than this one."""
    decree.endorsements.filter(voided_at__isnull=True).update(voided_at=timezone.now(), void_reason=reason)


def write_changes(decree, households: Iterable[int], kind: DraftChange.Kind, *, by, reason="") -> None:
    DraftChange.objects.bulk_create(
        DraftChange(decree=decree, proposal_id=pk, kind=kind, by=by, reason=reason) for pk in households
    )


def _put_on(decree, proposals, act, *, by) -> list[int]:
    """Move eligible households onto the draft. ValidationError when budget or quota does not hold them."""
    programme = hold_budget(decree.programme_id)
    wanted = {proposal.pk for proposal in proposals}
    if not wanted:
        raise ValidationError("Pilih sedikitnya satu usulan layak.")
    chosen = Proposal.objects.filter(pk__in=wanted, programme=programme)
    rows = list(chosen.order_by("pk").select_for_update().values_list("pk", "state", "amount_requested"))
    if len(rows) != len(wanted) or any(state != State.ELIGIBLE for _, state, _ in rows):
        raise ValidationError(CHANGED)
    if held := disputes(chosen):
        raise ValidationError([sentence for _, sentence in held[:MOST_NAMED]])
    room, asked = queries.room_of(programme, own=decree), sum(amount for *_, amount in rows)
    if asked > room.amount:
        raise ValidationError(
            f"Melebihi anggaran: dipilih {rupiah(asked)}, sisa anggaran {rupiah(max(0, room.amount))}."
        )
    if len(rows) > room.count:
        raise ValidationError(f"Melebihi kuota: dipilih {len(rows)} penerima, sisa kuota {max(0, room.count)}.")
    households = [pk for pk, *_ in rows]
    decree.proposals.add(*households)
    move_all(chosen, act, by=by)  # without a word of the draft: the journey is read by the village, too
    return households


@transaction.atomic
def draft(programme, *, by, title, considerations, proposals) -> Decree:
    """A draft naming eligible households, within budget and quota (SOP step 3)."""
    programme = hold_budget(programme.pk)
    require(by, "decrees.draft", programme)
    refuse_faults(Decree.Kind.ORIGINAL, {"considerations": considerations})
    decree = Decree.objects.create(
        programme=programme,
        signatory_role=programme.signatory,
        wording=wording_for(Decree.Kind.ORIGINAL, programme.signatory, by=by),
        title=title,
        considerations=considerations,
        drafted_by=by,
    )
    households = _put_on(decree, proposals, "decrees.draft", by=by)
    if (signs := queries.due_signatory(decree)) != programme.signatory:  # by the sum, which is known only now
        decree.signatory_role, decree.wording = signs, wording_for(decree.kind, signs, by=by)
        decree.save(update_fields=["signatory_role", "wording"])
    write_note(decree, "decrees.draft", by=by, note=f"{len(households)} usulan")
    return decree


@transaction.atomic
def edit(decree, *, by, title, considerations, clauses=None, renew=False) -> Decree:
    """Change the words; any endorsement that was given is void.

    `clauses` are the decree's own ("" or those of its version: as its version has them; None: as they are). `renew`
    takes the version in force for whoever signs it now. ValidationError by part for what cannot be printed.
    """
    decree = locked(decree)
    require(by, "decrees.edit", decree)
    before = (decree.title, decree.considerations, decree.clauses, decree.wording_id)
    if renew or decree.wording is None:
        decree.wording = wording_for(decree.kind, queries.due_signatory(decree), by=by)
    decree.title, decree.considerations = title, considerations
    if clauses is not None:
        decree.clauses = "" if clauses == decree.wording.clauses else clauses
    refuse_faults(decree.kind, {"considerations": decree.considerations, "clauses": decree.clauses})
    if before == (title, considerations, decree.clauses, decree.wording_id):
        return decree
    decree.save(update_fields=["title", "considerations", "clauses", "wording"])
    void_endorsements(decree, "Teks draf diubah.")
    write_note(decree, "decrees.edit", by=by)
    return decree


@transaction.atomic
def add(decree, *, by, proposals) -> Decree:
    """More eligible households onto the draft, within budget and quota."""
    decree = locked(decree)
    require(by, "decrees.add", decree)
    households = _put_on(decree, proposals, "decrees.add", by=by)
    write_changes(decree, households, DraftChange.Kind.ADDED, by=by)
    void_endorsements(decree, "Daftar penerima diubah.")
    write_note(decree, "decrees.add", by=by, note=f"{len(households)} usulan")
    return decree


@transaction.atomic
def strike(decree, *, by, proposals, reason) -> Decree:
    """Take households off the draft; they are eligible again. Whoever they were to replace has no successor then."""
    decree = locked(decree)
    require(by, "decrees.strike", decree)
    chosen = list(decree.proposals.filter(pk__in=[p.pk for p in proposals]).values_list("pk", flat=True))
    if not chosen:
        raise ValidationError("Pilih sedikitnya satu usulan yang masih ada di draf ini.")
    move_all(Proposal.objects.filter(pk__in=chosen), "decrees.strike", by=by, note=reason)
    decree.removals.filter(replaced_by__in=chosen).update(replaced_by=None)
    decree.proposals.remove(*chosen)
    write_changes(decree, chosen, DraftChange.Kind.STRUCK, by=by, reason=reason)
    void_endorsements(decree, "Daftar penerima diubah.")
    write_note(decree, "decrees.strike", by=by, note=f"{len(chosen)} usulan: {reason}")
    return decree


@transaction.atomic
def set_number(decree, *, by, number: HeldNumber | None) -> Decree:
    """Have the decree bear a number that was taken by hand, and its day; None for the next number of the series."""
    decree = locked(decree)
    require(by, "decrees.set_number", decree)
    hold_for(decree, number)
    void_endorsements(decree, "Nomor draf diubah.")
    write_note(decree, "decrees.set_number", by=by, note=number.number if number else "Nomor berikutnya")
    return decree


@transaction.atomic
def recheck_social(decree, *, by) -> Decree:
    """Ask the social registry anew about the households whose match has grown old; none is struck off by it."""
    decree = locked(decree)
    require(by, "decrees.recheck_social", decree)
    due = [proposal.pk for proposal, _ in queries.stale_on(decree)]
    match_anew(Proposal.objects.select_for_update().filter(pk__in=due))
    write_note(decree, "decrees.recheck_social", by=by, note=f"{len(due)} usulan")
    return decree


@transaction.atomic
def cancel(decree, *, by, reason) -> Decree:
    """The draft is given up; its households are eligible again."""
    decree = locked(decree)
    require(by, "decrees.cancel", decree)
    move_all(Proposal.objects.filter(decrees=decree, state=State.IN_DECREE), "decrees.strike", by=by, note=reason)
    decree.removals.update(replaced_by=None)
    decree.proposals.clear()
    hold_for(decree, None)
    decree.stage = Decree.Stage.CANCELLED
    decree.save(update_fields=["stage"])
    void_endorsements(decree, "Draf dibatalkan.")
    write_note(decree, "decrees.cancel", by=by, note=reason)
    return decree
