"""In the field: who goes, what they saw, and the minutes of it (SOP step 2)."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from proposals.models import Proposal
from proposals.moves import move
from uep.access.access import require
from uep.documents.actions import issue
from uep.documents.queries import document_of
from uep.files.actions import take_in
from uep.ui.indonesian import tanggal
from verification import queries, questions
from verification.actions.desk import locked, reasoned
from verification.actions.instruments import first_instrument
from verification.actions.plans import send, tell_team, withdraw_papers
from verification.models import Assignment, FieldVisit, Instrument, Minutes, MinutesConfirmation, VisitPhoto
from verification.queries import instruments
from verification.queries.minutes import MOST_PHOTOS, PAPER

IMAGES = frozenset({"image"})
PHOTOS = 20  # of one visit


@transaction.atomic
def assign_team(programme, *, by, proposals, leader, members, starts, ends, purpose, vehicle="") -> Assignment:
    """Send a team to households whose papers are complete and to whom nobody is sent: days planned, letter issued.

    ValidationError names households that meanwhile wait for no team, and people who do not work in their area.
    """
    require(by, "verification.assign_team", programme)
    chosen = Proposal.objects.filter(pk__in=[proposal.pk for proposal in proposals], programme=programme)
    rows = list(chosen.select_for_update().order_by("pk"))
    if not rows:
        raise ValidationError({"proposals": "Pilih sedikitnya satu rumah tangga."})
    waiting = set(queries.waiting_for_assignment(by, within=chosen).values_list("pk", flat=True))
    if strays := [proposal.name for proposal in rows if proposal.pk not in waiting]:
        raise ValidationError({"proposals": f"Tidak lagi menunggu penugasan tim: {', '.join(strays)}."})
    assignment = send(
        rows, by=by, leader=leader, members=members, starts=starts, ends=ends, purpose=purpose, vehicle=vehicle
    )
    tell_team("verification.assign_team", assignment, [proposal.pk for proposal in rows], by=by)
    return assignment


@transaction.atomic
def end_assignment(assignment, *, by, reason) -> Assignment:
    """Call a team back: households it has not visited wait for another one. Without any visit the letter is revoked."""
    assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
    require(by, "verification.end_assignment", assignment)
    reason = reasoned(reason)
    assignment.ended_at, assignment.ended_by, assignment.end_reason = timezone.now(), by, reason
    assignment.save(update_fields=["ended_at", "ended_by", "end_reason"])
    withdraw_papers(assignment, by=by, reason=reason)
    return assignment


@transaction.atomic
def record_visit(proposal, *, by, instrument=None, **facts) -> FieldVisit:
    """Write down a visit, or change the one that is not handed in yet. Coordinates are degrees, accuracy metres.

    `indicators` are the answers to the questions of the instrument; answers to what is not asked are left out.
    `instrument` is the number of the version that was on the form or the sheet, else the one in force; a visit keeps
    the version by which it was begun.
    """
    proposal = locked(proposal)
    require(by, "verification.record_visit", proposal)
    visit = queries.open_visit(proposal)
    if visit and instrument not in {None, visit.instrument.number}:
        raise ValidationError(
            f"Formulir ini memakai instrumen versi {instrument}, sedangkan catatan kunjungan yang ada memakai versi "
            f"{visit.instrument.number}. Muat ulang halaman, lalu isi yang belum ada."
        )
    visit = visit or _next_visit(proposal, instrument, by)
    return _write_down(visit, queries.current_assignment(proposal), by, facts)


@transaction.atomic
def visit_again(proposal, *, by, instrument=None, **facts) -> FieldVisit:
    """Nobody was at home: that attempt stays as it was written down, and this is the next one."""
    proposal = locked(proposal)
    require(by, "verification.visit_again", proposal)
    return _write_down(_next_visit(proposal, instrument, by), queries.current_assignment(proposal), by, facts)


def adopt_visit(proposal, assignment, *, by, instrument=None, **facts) -> FieldVisit:
    """What a phone told becomes the next visit, by who told it; inside the caller's transaction, which asked the rule."""
    return _write_down(_next_visit(proposal, instrument, by), assignment, by, facts)


def _next_visit(proposal, instrument: int | None, by) -> FieldVisit:
    try:
        version = instruments.version_for(proposal.programme, instrument)
    except LookupError as error:
        raise ValidationError(f"Program ini tidak mempunyai instrumen versi {instrument}.") from error
    if version.pk is None:
        version = first_instrument(proposal.programme, by=by)
    return FieldVisit(proposal=proposal, round=proposal.visits.count() + 1, instrument=version)


def answers_of(instrument: Instrument, given: dict) -> dict:
    """What is kept of the answers. ValidationError names questions that the version does not ask, and wrong answers."""
    if faults := questions.faults_of_answers(instrument.definition, given):
        raise ValidationError({"indicators": list(faults.values())})
    return questions.kept(instrument.definition, given)


def _write_down(visit, assignment, by, facts) -> FieldVisit:
    if "indicators" in facts:
        facts["indicators"] = answers_of(visit.instrument, facts["indicators"])
    if facts["visited_at"] > timezone.now():
        raise ValidationError({"visited_at": "Waktu kunjungan tidak boleh setelah sekarang."})
    if timezone.localdate(facts["visited_at"]) < assignment.starts:
        raise ValidationError(
            {"visited_at": f"Kunjungan tidak boleh sebelum surat tugas berlaku ({tanggal(assignment.starts)})."}
        )
    visit.assignment, visit.by, visit.entered_at = assignment, by, timezone.now()
    for name, value in facts.items():
        setattr(visit, name, value)
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError as error:
        if "a_position_has_both_coordinates" not in str(error):
            raise
        raise ValidationError({"longitude": "Koordinat harus lengkap: lintang dan bujur."}) from error
    for page in visit.proposal.sheet_pages.untyped().filter(assignment=assignment):
        page.visit = visit
        page.save(update_fields=["visit"])
    return visit


@transaction.atomic
def photograph(visit, *, by, **photos) -> FieldVisit:
    """Add photos to a visit that is not handed in yet, each list under its subject (VisitPhoto.Subject).

    Their position and time are kept as evidence. ValidationError when there is none, or too many.
    """
    visit = FieldVisit.objects.select_for_update().get(pk=visit.pk)
    require(by, "verification.photograph", visit)
    added = [(VisitPhoto.Subject(subject), upload) for subject, uploads in photos.items() for upload in uploads]
    if not added:
        raise ValidationError("Pilih sedikitnya satu foto.")
    if visit.photos.current().count() + len(added) > PHOTOS:
        raise ValidationError(f"Satu kunjungan memuat paling banyak {PHOTOS} foto. Sisihkan yang tidak perlu.")
    VisitPhoto.objects.bulk_create(
        VisitPhoto(visit=visit, subject=subject, file=take_in(upload, by=by, accept=IMAGES, keep_position=True), by=by)
        for subject, upload in added
    )
    return visit


@transaction.atomic
def discard_photo(photo, *, by) -> FieldVisit:
    """Put a photo aside that does not belong here; it is kept, but no longer shown. Twice changes nothing."""
    photo = VisitPhoto.objects.select_for_update().get(pk=photo.pk)
    require(by, "verification.discard_photo", photo)
    if photo.discarded_at is None:
        photo.discarded_at, photo.discarded_by = timezone.now(), by
        photo.save(update_fields=["discarded_at", "discarded_by"])
    return photo.visit


@transaction.atomic
def assess(proposal, *, by) -> Proposal:
    """Hand the visit in: it can no longer be changed, and Kabid validates.

    The journey is read by the village too, so it does not say what the team recommends.
    """
    proposal = locked(proposal)
    require(by, "verification.assess", proposal)
    visit = queries.open_visit(proposal)
    visit.submitted_at = timezone.now()
    visit.save(update_fields=["submitted_at"])
    note = f"Kunjungan ke-{visit.round} tanggal {tanggal(visit.visited_at)}."
    move(proposal, "verification.assess", by=by, note=note)
    return proposal


@transaction.atomic
def choose_photos(visit, *, by, photos) -> FieldVisit:
    """Say which photos the annex of the minutes shows; none: the first ones. Until the visit is in minutes."""
    visit = FieldVisit.objects.select_for_update().get(pk=visit.pk)
    require(by, "verification.choose_photos", visit)
    chosen = {photo.pk for photo in photos}
    rows = list(visit.photos.current().select_for_update())
    if strays := chosen - {row.pk for row in rows}:
        raise ValidationError({"photos": f"{len(strays)} foto tidak ada pada kunjungan ini lagi."})
    if len(chosen) > MOST_PHOTOS:
        raise ValidationError({"photos": f"Pilih paling banyak {MOST_PHOTOS} foto."})
    for row in rows:
        if row.is_for_minutes != (row.pk in chosen):
            row.is_for_minutes = not row.is_for_minutes
            row.save(update_fields=["is_for_minutes"])
    return visit


@transaction.atomic
def draw_up_minutes(assignment, *, by, date) -> Assignment:
    """Berita acara verifikasi of the finished visits of this assignment that are in no minutes yet."""
    assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
    require(by, "verification.draw_up_minutes", assignment)
    if date > timezone.localdate():
        raise ValidationError({"date": "Tanggal berita acara tidak boleh setelah hari ini."})
    waiting = assignment.visits.filter(submitted_at__isnull=False, minutes__isnull=True).order_by("visited_at")
    visits = list(waiting.select_for_update(of=("self",)))  # photos are chosen before, or not at all
    last = timezone.localdate(visits[-1].visited_at)
    if date < last:
        raise ValidationError(
            {"date": f"Kunjungan terakhir pada {tanggal(last)}; berita acara tidak boleh sebelumnya."}
        )
    minutes = Minutes.objects.create(assignment=assignment, date=date, by=by)
    minutes.visits.set(visits)
    issue(PAPER, minutes, by=by, on=date)
    return assignment


@transaction.atomic
def confirm_minutes(minutes, *, by, sha256) -> Minutes:
    """One of the team stands by the minutes. `sha256` is of the bytes that were read.

    ValidationError when the paper has become another one since.
    """
    minutes = Minutes.objects.select_for_update(no_key=True).get(pk=minutes.pk)
    require(by, "verification.confirm_minutes", minutes)
    document = document_of(PAPER, minutes)
    if sha256 != document.sha256:
        raise ValidationError("Berita acara berubah sejak Anda membukanya. Baca lagi, lalu konfirmasi.")
    MinutesConfirmation.objects.create(minutes=minutes, document=document, sha256=sha256, by=by)
    return minutes
