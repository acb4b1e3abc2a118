"""An amending decree, while it is a draft: who leaves, who comes in instead."""

from django.core.exceptions import ValidationError
from django.db import transaction

from decrees import queries
from decrees.actions.drafting import hold_budget, locked, void_endorsements, write_note
from decrees.actions.wordings import refuse_faults, wording_for
from decrees.models import Decree, Removal
from proposals.models import Proposal
from uep.access.access import require


@transaction.atomic
def amend(decree, *, by, title, considerations) -> Decree:
    """Start an amending decree, to be signed by whoever's decree it amends; its lists are chosen on its own page."""
    root = locked(queries.root_of(decree))  # first of its family: whoever revokes it waits here, too
    decree = root if decree.pk == root.pk else locked(decree)
    require(by, "decrees.amend", decree)
    refuse_faults(Decree.Kind.AMENDMENT, {"considerations": considerations})
    amendment = Decree.objects.create(
        programme=decree.programme,
        kind=Decree.Kind.AMENDMENT,
        amends=decree,
        signatory_role=decree.signatory_role,
        wording=wording_for(Decree.Kind.AMENDMENT, decree.signatory_role, by=by),
        title=title,
        considerations=considerations,
        drafted_by=by,
    )
    write_note(amendment, "decrees.amend", by=by)
    return amendment


@transaction.atomic
def remove(decree, *, by, recipients, cause) -> Decree:
    """The amending draft takes these recipients off, too; none of them may be paid yet (asked again at signing)."""
    decree = locked(decree)
    require(by, "decrees.remove", decree)
    chosen = {recipient.pk for recipient in recipients}
    if not chosen:
        raise ValidationError("Pilih sedikitnya satu penerima.")
    households = Proposal.objects.filter(recipients__in=chosen).order_by("pk").select_for_update(of=("self",))
    list(households.values_list("pk", flat=True))  # nobody is paid between this look and the commit
    if chosen - set(queries.removable(decree).values_list("pk", flat=True)):
        raise ValidationError("Sebagian penerima sudah menerima dana atau sudah dikeluarkan. Muat ulang halaman.")
    Removal.objects.bulk_create(Removal(decree=decree, recipient_id=pk, cause=cause) for pk in sorted(chosen))
    return _changed(decree, "decrees.remove", by=by, note=f"{len(chosen)} penerima: {Removal.Cause(cause).label}")


@transaction.atomic
def keep(decree, *, by, recipients) -> Decree:
    """These recipients stay on the old decree after all. ValidationError when those who came in then exceed the budget."""
    decree = locked(decree)
    require(by, "decrees.keep", decree)
    programme = hold_budget(decree.programme_id)
    kept, _ = decree.removals.filter(recipient__in=[recipient.pk for recipient in recipients]).delete()
    if not kept:
        raise ValidationError("Pilih sedikitnya satu penerima yang masih ada di daftar ini.")
    if faults := queries.over_budget(decree, queries.room_of(programme, own=decree)):
        raise ValidationError([*faults, "Coret lebih dahulu penggantinya dari draf."])
    return _changed(decree, "decrees.keep", by=by, note=f"{kept} penerima")


@transaction.atomic
def replace(decree, *, by, successors: dict[int, Proposal | None]) -> Decree:
    """Who replaces whom: recipient's key -> household of this draft, or None for a place that stays empty."""
    decree = locked(decree)
    require(by, "decrees.replace", decree)
    removals = {removal.recipient_id: removal for removal in decree.removals.all()}
    incoming = set(decree.lines.values_list("proposal_id", flat=True))
    named = [successor.pk for successor in successors.values() if successor]
    if set(successors) - set(removals) or set(named) - incoming:
        raise ValidationError("Daftar draf ini sudah berubah. Muat ulang halaman, lalu pilih lagi.")
    if len(named) != len(set(named)):
        raise ValidationError("Satu pengganti hanya dapat menggantikan satu penerima.")
    # Cleared first, so that two may swap under the constraint that one replaces one.
    decree.removals.filter(recipient__in=successors).update(replaced_by=None)
    for recipient, successor in successors.items():
        removals[recipient].replaced_by = successor
    Removal.objects.bulk_update([removals[recipient] for recipient in successors], ["replaced_by"])
    return _changed(decree, "decrees.replace", by=by, note=f"{len(named)} pengganti")


def _changed(decree, act, *, by, note: str) -> Decree:
    void_endorsements(decree, "Daftar yang dikeluarkan diubah.")
    write_note(decree, act, by=by, note=note)
    return decree
