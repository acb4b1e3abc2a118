"""The draft's way up: sent, initialled, returned."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from decrees import queries
from decrees.actions.drafting import locked, void_endorsements, write_note
from decrees.actions.scans import put_aside
from decrees.models import Decree, Endorsement
from decrees.routing import after, signatory_of
from proposals.moves import tell
from uep.access.access import require
from uep.access.roles import Role
from uep.documents import signing
from uep.office import queries as office

Stage = Decree.Stage


@transaction.atomic
def send_up(decree, *, by, note="") -> Decree:
    """Kabid hands the draft to the first desk; its whole way is settled here. The rule names what it still lacks."""
    decree = locked(decree)
    require(by, "decrees.send_up", decree)
    steps = queries.due_route(decree)
    decree.route, decree.signatory_role = [list(step) for step in steps], signatory_of(steps)
    decree.stage = queries.DESKS[Role(steps[0].role)]
    decree.save(update_fields=["stage", "signatory_role", "route"])
    write_note(decree, "decrees.send_up", by=by, note=note)
    _tell(decree, "decrees.send_up", by=by)
    return decree


@transaction.atomic
def recall(decree, *, by, reason) -> Decree:
    """Kabid takes the draft back, from whatever desk it lies on; also when the regent returned the paper itself."""
    decree = locked(decree)
    require(by, "decrees.recall", decree)
    return _back_to_drafter(decree, "decrees.recall", by=by, reason=reason)


@transaction.atomic
def return_draft(decree, *, by, reason) -> Decree:
    """Back to Kabid with a note; endorsements given so far are void."""
    decree = locked(decree)
    require(by, "decrees.return_draft", decree)
    _tell(decree, "decrees.return_draft", by=by)
    return _back_to_drafter(decree, "decrees.return_draft", by=by, reason=reason)


def _tell(decree, act, *, by) -> None:
    """The next desk hears of it; the households stay where they are, and their villages hear nothing yet."""
    team = queries.holders_of(decree.stage) if act != "decrees.return_draft" else ()
    tell(queries.concerned(decree), act, by=by, url=decree.get_absolute_url(), team=team)


def _back_to_drafter(decree, act, *, by, reason) -> Decree:
    decree.stage = Stage.DRAFT
    decree.save(update_fields=["stage"])
    if manuscript := queries.manuscript_of(decree):
        signing.void(manuscript, reason=reason)
    put_aside(decree, by=by, reason=reason)
    void_endorsements(decree, reason)
    write_note(decree, act, by=by, note=reason)
    return decree


def refuse_unseen(decree, seen: str) -> str:
    """The draft's hash now; ValidationError when the page that the person decided on showed something else."""
    if seen and seen != queries.seen_hash(decree):
        raise ValidationError("Draf berubah sejak halaman ini dibuka. Periksa isinya lagi sebelum memutuskan.")
    return queries.draft_hash(decree)


@transaction.atomic
def endorse(decree, *, by, note="", seen="") -> Decree:
    """Initials at the desk where the draft lies, bound to it as it stands; then on to the next desk of its way.

    `seen` is the hash of the draft that the person looked at, where a page shows one.
    """
    decree = locked(decree)
    require(by, "decrees.endorse", decree)
    role = queries.step_at(decree).role
    Endorsement.objects.create(
        decree=decree,
        role=role,
        by=by,
        signatory=office.signatory(role, timezone.localdate(), by).as_dict(),
        draft_hash=refuse_unseen(decree, seen),
        note=note,
    )
    decree.stage = queries.DESKS[Role(after(queries.route_of(decree), role).role)]
    decree.save(update_fields=["stage"])
    write_note(decree, "decrees.endorse", by=by, note=note)
    _tell(decree, "decrees.endorse", by=by)
    return decree
