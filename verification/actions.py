"""Step 2: checked at the desk, seen in the field, validated."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from proposals.flow import State
from proposals.models import Proposal
from proposals.moves import move
from uep.access.access import require
from uep.documents.actions import issue
from uep.files.actions import take_in
from verification import queries
from verification.checklist import INDICATOR_CODES, opened_by
from verification.models import Assignment, Defect, DeskCheck, FieldVisit, Minutes, VisitPhoto


def _locked(proposal) -> Proposal:
    return Proposal.objects.select_for_update().get(pk=proposal.pk)


@transaction.atomic
def check(proposal, *, by, verdicts) -> Proposal:
    """Store verdicts of this round: {item code: (verdict, why)}; an item left out keeps what it had.

    ValidationError when a wrong item gives no reason. Who checks becomes the proposal's handler, so that
    corrections come back to the same desk.
    """
    proposal = _locked(proposal)
    require(by, "verification.check", proposal)
    known = {item.code: item.label for item in queries.items_of(proposal)}
    faults = [
        f"{known[code]}: tulis apa yang harus diperbaiki."
        for code, (verdict, why) in verdicts.items()
        if code in known and verdict == DeskCheck.Verdict.WRONG and not why.strip()
    ]
    if faults:
        raise ValidationError(faults)
    now = queries.round_of(proposal)
    for code, (verdict, why) in verdicts.items():
        if code in known:
            why = why.strip() if verdict == DeskCheck.Verdict.WRONG else ""
            DeskCheck.objects.update_or_create(
                proposal=proposal,
                round=now,
                item=code,
                defaults={"verdict": verdict, "why": why, "by": by, "at": timezone.now()},
            )
    proposal.handler = by
    proposal.save(update_fields=["handler"])
    return proposal


@transaction.atomic
def pass_on(proposal, *, by, note="") -> Proposal:
    """All papers are right: to the field (SOP step 2)."""
    proposal = _locked(proposal)
    require(by, "verification.pass_on", proposal)
    move(proposal, "verification.pass_on", by=by, note=note)
    return proposal


@transaction.atomic
def return_for_correction(proposal, *, by, note="") -> Proposal:
    """Back to its village, naming each defect; only what a defect names may be changed there (SOP step 2)."""
    proposal = _locked(proposal)
    require(by, "verification.return_for_correction", proposal)
    every = queries.items_of(proposal)
    labels = {item.code: item.label for item in every}
    wrong = queries.wrong_items(proposal)
    defects = Defect.objects.bulk_create(
        Defect(proposal=proposal, round=check.round, item=check.item, label=labels[check.item], sentence=check.why, by=by)
        for check in wrong
    )
    proposal.correctable = opened_by([check.item for check in wrong], every)
    proposal.handler = by
    proposal.save(update_fields=["correctable", "handler"])
    summary = "; ".join(str(defect) for defect in defects)
    move(proposal, "verification.return_for_correction", by=by, note=f"{summary}. {note}".strip())
    return proposal


@transaction.atomic
def reject(proposal, *, by, reason) -> Proposal:
    """The papers themselves rule it out."""
    proposal = _locked(proposal)
    require(by, "verification.reject", proposal)
    move(proposal, "verification.reject", by=by, note=reason)
    return proposal


@transaction.atomic
def assign_team(programme, *, by, proposals, leader, members, starts, ends, purpose, vehicle="") -> Assignment:
    """Send a team to households whose papers are complete; the letter of assignment is issued."""
    require(by, "verification.assign_team", programme)
    chosen = Proposal.objects.filter(pk__in=[proposal.pk for proposal in proposals], programme=programme)
    rows = list(chosen.select_for_update().order_by("pk"))
    if not rows:
        raise ValidationError("Pilih sedikitnya satu usulan.")
    if strays := [p.name for p in rows if p.state != State.COMPLETE]:
        raise ValidationError(f"Tidak lagi menunggu kunjungan: {', '.join(strays)}.")
    if leader.pk in {member.pk for member in members}:
        members = [member for member in members if member.pk != leader.pk]
    assignment = Assignment.objects.create(
        leader=leader, starts=starts, ends=ends, purpose=purpose, vehicle=vehicle, made_by=by
    )
    assignment.members.set(members)
    assignment.proposals.set(rows)
    issue("surat_tugas", assignment, by=by)
    return assignment


@transaction.atomic
def record_visit(proposal, *, by, **facts) -> FieldVisit:
    """Write down a visit, or change the one that is not handed in yet. Coordinates are degrees, accuracy metres."""
    proposal = _locked(proposal)
    require(by, "verification.record_visit", proposal)
    if unknown := set(facts.get("indicators", {})) - INDICATOR_CODES:
        raise ValidationError(f"Indikator tidak dikenal: {', '.join(sorted(unknown))}.")
    if facts["visited_at"] > timezone.now():
        raise ValidationError({"visited_at": "Waktu kunjungan tidak boleh setelah sekarang."})
    visit = queries.open_visit(proposal) or FieldVisit(proposal=proposal, round=proposal.visits.count() + 1)
    visit.assignment, visit.by, visit.entered_at = queries.current_assignment(proposal), by, timezone.now()
    for name, value in facts.items():
        setattr(visit, name, value)
    try:
        visit.save()
    except IntegrityError as error:
        raise ValidationError("Koordinat harus lengkap: lintang dan bujur.") from error
    return visit


@transaction.atomic
def photograph(visit, *, by, subject, upload) -> FieldVisit:
    """Add a photo to a visit that is not handed in yet; its position is kept as evidence."""
    visit = FieldVisit.objects.select_for_update().get(pk=visit.pk)
    require(by, "verification.photograph", visit)
    stored = take_in(upload, by=by, accept=frozenset({"image"}), keep_position=True)
    VisitPhoto.objects.create(visit=visit, subject=subject, file=stored, by=by)
    return visit


@transaction.atomic
def assess(proposal, *, by) -> Proposal:
    """Hand the visit in: it can no longer be changed, and Kabid validates."""
    proposal = _locked(proposal)
    require(by, "verification.assess", proposal)
    visit = queries.open_visit(proposal)
    visit.submitted_at = timezone.now()
    visit.save(update_fields=["submitted_at"])
    note = f"Rekomendasi: {visit.get_recommendation_display()}. {visit.reason}"
    move(proposal, "verification.assess", by=by, note=note)
    return proposal


@transaction.atomic
def draw_up_minutes(assignment, *, by, date) -> Assignment:
    """Berita acara verifikasi of the finished visits that are in no minutes yet."""
    assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
    require(by, "verification.draw_up_minutes", assignment)
    if date > timezone.localdate():
        raise ValidationError({"date": "Tanggal berita acara tidak boleh setelah hari ini."})
    visits = assignment.visits.filter(submitted_at__isnull=False, minutes__isnull=True)
    minutes = Minutes.objects.create(assignment=assignment, date=date, by=by)
    minutes.visits.set(visits)
    issue("ba_verifikasi", minutes, by=by, on=date)
    return assignment


def _decide(proposal, act, *, by, reason) -> Proposal:
    proposal = _locked(proposal)
    require(by, act, proposal)
    if len(reason.strip()) < 5:
        raise ValidationError("Tulis alasannya.")
    move(proposal, act, by=by, note=reason.strip())
    return proposal


@transaction.atomic
def approve(proposal, *, by, reason) -> Proposal:
    """Kabid: layak."""
    return _decide(proposal, "verification.approve", by=by, reason=reason)


@transaction.atomic
def waitlist(proposal, *, by, reason) -> Proposal:
    """Kabid: cadangan."""
    return _decide(proposal, "verification.waitlist", by=by, reason=reason)


@transaction.atomic
def decline(proposal, *, by, reason) -> Proposal:
    """Kabid: tidak layak."""
    return _decide(proposal, "verification.decline", by=by, reason=reason)


@transaction.atomic
def revisit(proposal, *, by, reason) -> Proposal:
    """Kabid: see it again."""
    return _decide(proposal, "verification.revisit", by=by, reason=reason)


@transaction.atomic
def promote(proposal, *, by, reason) -> Proposal:
    """Quota or budget has room again."""
    return _decide(proposal, "verification.promote", by=by, reason=reason)


@transaction.atomic
def uphold_objection(proposal, *, by, reason) -> Proposal:
    """The household objected and was right: examined again, by the same rules.

    ValidationError when another live proposal of the household took its place meanwhile.
    """
    try:
        with transaction.atomic():
            return _decide(proposal, "verification.uphold_objection", by=by, reason=reason)
    except IntegrityError as error:
        raise ValidationError("Rumah tangga ini sudah punya usulan lain yang berjalan di program ini.") from error
