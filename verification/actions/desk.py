"""At the desk: item by item, then on to the field, back to the village, or out (SOP step 2)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from proposals.models import Proposal
from proposals.moves import move
from uep.access.access import require
from verification import queries
from verification.checklist import opened_by
from verification.models import Defect, DeskCheck

Verdict = DeskCheck.Verdict


@transaction.atomic
def check(proposal, *, by, verdicts) -> Proposal:
    """Store verdicts of this round: {item code: (verdict, why)}; an item left out, or told again, keeps what it had.

    ValidationError when a wrong item gives no reason. Who checks becomes the proposal's handler, so that corrections
    come back to the same desk.
    """
    proposal = locked(proposal)
    require(by, "verification.check", proposal)
    known = {item.code: item.label for item in queries.items_of(proposal)}
    given = {
        code: (Verdict(verdict), why.strip() if verdict == Verdict.WRONG else "")
        for code, (verdict, why) in verdicts.items()
        if code in known
    }
    faults = [
        f"{known[code]}: tulis apa yang harus diperbaiki."
        for code, (verdict, why) in given.items()
        if verdict == Verdict.WRONG and not why
    ]
    if faults:
        raise ValidationError(faults)
    _store(proposal, given, by)
    proposal.handler = by
    proposal.save(update_fields=["handler"])
    return proposal


def _store(proposal, given, by) -> None:
    """Two writes however many items. A verdict that stands already is not written again, so that it keeps its round."""
    standing = queries.verdicts(proposal)
    changed = {
        code: told
        for code, told in given.items()
        if code not in standing or (standing[code].verdict, standing[code].why) != told
    }
    now, moment = queries.round_of(proposal), timezone.now()
    checks = [
        DeskCheck(proposal=proposal, round=now, item=code, verdict=verdict, why=why, by=by, at=moment)
        for code, (verdict, why) in changed.items()
    ]
    DeskCheck.objects.bulk_create(
        checks,
        update_conflicts=True,
        unique_fields=["proposal", "round", "item"],
        update_fields=["verdict", "why", "by", "at"],
    )


@transaction.atomic
def pass_on(proposal, *, by, note="") -> Proposal:
    """All papers are right: to the field (SOP step 2)."""
    proposal = locked(proposal)
    require(by, "verification.pass_on", proposal)
    move(proposal, "verification.pass_on", by=by, note=note.strip())
    return proposal


@transaction.atomic
def return_for_correction(proposal, *, by, note="") -> Proposal:
    """Back to its village, naming each defect; only what a defect names may be changed there (SOP step 2)."""
    proposal = locked(proposal)
    require(by, "verification.return_for_correction", proposal)
    every = queries.items_of(proposal)
    labels = {item.code: item.label for item in every}
    # A paper that the programme no longer asks for is nobody's defect.
    wrong = [check for check in queries.wrong_items(proposal) if check.item in labels]
    now = queries.round_of(proposal)
    defects = Defect.objects.bulk_create(
        Defect(proposal=proposal, round=now, item=check.item, label=labels[check.item], sentence=check.why, by=by)
        for check in wrong
    )
    proposal.correctable = opened_by([check.item for check in wrong], every)
    proposal.handler = by
    proposal.save(update_fields=["correctable", "handler"])
    lines = [str(defect) for defect in defects] + ([note.strip()] if note.strip() else [])
    move(proposal, "verification.return_for_correction", by=by, note="\n".join(lines))
    return proposal


@transaction.atomic
def reject(proposal, *, by, reason) -> Proposal:
    """The papers themselves rule it out. ValidationError without a reason."""
    proposal = locked(proposal)
    require(by, "verification.reject", proposal)
    move(proposal, "verification.reject", by=by, note=reasoned(reason))
    return proposal


def locked(proposal) -> Proposal:
    """The proposal as it is now, held until the transaction ends."""
    return Proposal.objects.select_for_update().get(pk=proposal.pk)


def reasoned(reason: str) -> str:
    """A reason that says something; ValidationError otherwise."""
    if len(reason.strip()) < 5:
        raise ValidationError({"reason": "Tulis alasannya, sedikitnya beberapa kata."})
    return reason.strip()
