"""Re-verification: visits are drawn by lot, another team sees them, and Kabid concludes (SOP step 2)."""

import secrets

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from proposals.models import Programme
from proposals.moves import tell
from uep.access.access import require
from uep.files.actions import take_in
from uep.ui.indonesian import tanggal
from verification import queries
from verification.actions.desk import reasoned
from verification.actions.field import IMAGES, PHOTOS, answers_of
from verification.models import (
    CheckWord,
    SampleDraw,
    SecondCheck,
    SecondPhoto,
    SecondTeam,
    SecondVisit,
)
from verification.queries import second

State, Outcome, Kind = SecondCheck.State, SecondCheck.Outcome, CheckWord.Kind
ASK = "ask"  # what Kabid may say beside the outcomes


# The lot ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def draw_sample(
    programme, *, by, reason, share=None, count=None, assignment=None, since=None, until=None, holds=False, seen=None
) -> SampleDraw:
    """Draw `share` per cent, or `count`, of the visits that may be drawn. The seed is the server's own; nobody chooses it.

    `holds`: nothing is decided over those drawn before their second check is concluded. `seen`: how many draws of the
    programme were there when the form was opened, so that a form that is sent twice draws once.
    """
    programme = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    require(by, "verification.draw_sample", programme)
    if (share is None) == (count is None):
        raise ValidationError({"share": "Isi salah satu: bagian dalam persen, atau jumlah kunjungan."})
    if seen is not None and seen != programme.draws.count():
        raise ValidationError(
            "Undian lain baru saja dibuat di program ini. Buka halaman ini lagi bila memang perlu satu lagi."
        )
    rows = {visit.ref: visit for visit in second.pool_of(by, programme, assignment, since, until)}
    if not rows:
        raise ValidationError("Tidak ada kunjungan dalam batas ini yang dapat diundi.")
    draw = SampleDraw.objects.create(
        programme=programme,
        assignment=assignment,
        since=since,
        until=until,
        share=share,
        count=count,
        seed=secrets.token_hex(16),
        pool=sorted(rows),
        holds=holds,
        reason=reasoned(reason),
        by=by,
    )
    for ref in draw.drawn:
        SecondCheck.objects.create(draw=draw, first=rows[ref])
    return draw


@transaction.atomic
def assign_second_team(draw, *, by, checks, leader, members, planned_on) -> SampleDraw:
    """Send another team to drawn households, or yet another one where no second visit was begun.

    ValidationError names people who were there before, and people who do not work in the area.
    """
    draw = SampleDraw.objects.get(pk=draw.pk)
    keys = [task.pk for task in checks]
    rows = list(SecondCheck.objects.select_for_update(of=("self",)).filter(draw=draw, pk__in=keys).order_by("pk"))
    require(by, "verification.assign_second_team", draw)
    open_keys = set(second.to_assign(draw).values_list("pk", flat=True))
    rows = [row for row in rows if row.pk in open_keys]
    if not rows or len(rows) != len(set(keys)):
        raise ValidationError({"checks": "Pilih rumah tangga yang belum dikunjungi tim kedua."})
    people = [leader, *(member for member in members if member.pk != leader.pk)]
    if planned_on < timezone.localdate():
        raise ValidationError({"planned_on": "Rencana kunjungan tidak boleh sebelum hari ini."})
    households = [row.first.proposal for row in rows]
    if blind := queries.unseeing(people, households):
        names = ", ".join(str(person) for person in blind)
        raise ValidationError(f"Wilayah kerja {names} tidak mencakup semua rumah tangga yang dipilih.")
    for household in households:
        if known := second.were_there(people, household):
            names = ", ".join(str(person) for person in known)
            raise ValidationError(f"{names} sudah ikut mengunjungi {household.name}; pilih orang lain.")
    team = SecondTeam.objects.create(draw=draw, leader=leader, planned_on=planned_on, by=by)
    team.members.set(people[1:])
    for row in rows:
        row.team, row.state = team, State.ASSIGNED
        row.save(update_fields=["team", "state"])
    tell(
        [household.pk for household in households],
        "verification.assign_second_team",
        by=by,
        url=reverse("verification:second_checks"),
        team={person.pk for person in people},
    )
    return draw


# The second visit ------------------------------------------------------------------------------------------------------


@transaction.atomic
def record_second_visit(task, *, by, **facts) -> SecondCheck:
    """Write down what the other team sees, or change it until it is handed in; by the instrument of the first visit."""
    task = _locked(task)
    require(by, "verification.record_second_visit", task)
    facts.pop("instrument", None)
    visit = second.visit_of(task) or SecondVisit(task=task, instrument=task.first.instrument)
    if "indicators" in facts:
        facts["indicators"] = answers_of(visit.instrument, facts["indicators"])
    if facts["visited_at"] > timezone.now():
        raise ValidationError({"visited_at": "Waktu kunjungan tidak boleh setelah sekarang."})
    if facts["visited_at"] <= task.first.visited_at:
        first = tanggal(timezone.localdate(task.first.visited_at))
        raise ValidationError({"visited_at": f"Kunjungan kedua tidak boleh sebelum kunjungan pertama ({first})."})
    visit.by, visit.entered_at = by, timezone.now()
    for name, value in facts.items():
        setattr(visit, name, value)
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError as error:
        if "a_second_position_has_both_coordinates" not in str(error):
            raise
        raise ValidationError({"longitude": "Koordinat harus lengkap: lintang dan bujur."}) from error
    return task


@transaction.atomic
def photograph_second(task, *, by, **photos) -> SecondCheck:
    """Add photos to a second visit that is not handed in yet, each list under its subject; position and time are kept."""
    task = _locked(task)
    require(by, "verification.photograph_second", task)
    visit = second.visit_of(task)
    added = [(SecondPhoto.Subject(subject), upload) for subject, uploads in photos.items() for upload in uploads]
    if not added:
        raise ValidationError("Pilih sedikitnya satu foto.")
    if visit.photos.current().count() + len(added) > PHOTOS:
        raise ValidationError(f"Satu kunjungan memuat paling banyak {PHOTOS} foto. Sisihkan yang tidak perlu.")
    SecondPhoto.objects.bulk_create(
        SecondPhoto(visit=visit, subject=subject, file=take_in(upload, by=by, accept=IMAGES, keep_position=True), by=by)
        for subject, upload in added
    )
    return task


@transaction.atomic
def discard_second_photo(photo, *, by) -> SecondCheck:
    """Put a photo aside that does not belong here; it is kept, but no longer shown. Twice changes nothing."""
    task = _locked(photo.visit.task)
    photo = SecondPhoto.objects.select_for_update().get(pk=photo.pk)
    require(by, "verification.discard_second_photo", photo)
    if photo.discarded_at is None:
        photo.discarded_at, photo.discarded_by = timezone.now(), by
        photo.save(update_fields=["discarded_at", "discarded_by"])
    return task


@transaction.atomic
def hand_in_second_visit(task, *, by) -> SecondCheck:
    """The second visit can no longer be changed; Kabid concludes."""
    task = _locked(task)
    require(by, "verification.hand_in_second_visit", task)
    visit = second.visit_of(task)
    visit.submitted_at = timezone.now()
    visit.save(update_fields=["submitted_at"])
    task.state = State.VISITED
    task.save(update_fields=["state"])
    tell([task.first.proposal_id], "verification.hand_in_second_visit", by=by, url=task.get_absolute_url())
    return task


# What comes of it ------------------------------------------------------------------------------------------------------


@transaction.atomic
def conclude_second_check(task, *, by, verdict, reason) -> SecondCheck:
    """Kabid: the first visit stands, the second one counts in its place, the check is dropped, or the first team is asked.

    Asking leaves the check open. ValidationError where there is no second visit to judge by.
    """
    task = _locked(task)
    require(by, "verification.conclude_second_check", task)
    reason = reasoned(reason)
    if verdict != Outcome.DROPPED and task.state not in {State.VISITED, State.ASKED}:
        raise ValidationError(
            {"verdict": "Kunjungan kedua belum diajukan; verifikasi ulang ini hanya dapat dibatalkan."}
        )
    if verdict == ASK:
        CheckWord.objects.create(task=task, kind=Kind.ASKED, text=reason, by=by)
        task.state = State.ASKED
        team = {person.pk for person in queries.team_of(task.first.assignment)}
        tell(
            [task.first.proposal_id],
            "verification.conclude_second_check",
            by=by,
            url=task.get_absolute_url(),
            team=team,
        )
    else:
        CheckWord.objects.create(task=task, kind=Kind.CONCLUDED, text=reason, by=by)
        task.state, task.outcome = State.CONCLUDED, Outcome(verdict)
    task.save(update_fields=["state", "outcome"])
    return task


@transaction.atomic
def answer_second_check(task, *, by, answer) -> SecondCheck:
    """The first team says why the two visits differ; then it is Kabid's turn again."""
    task = _locked(task)
    require(by, "verification.answer_second_check", task)
    CheckWord.objects.create(task=task, kind=Kind.ANSWERED, text=reasoned(answer), by=by)
    task.state = State.VISITED
    task.save(update_fields=["state"])
    tell([task.first.proposal_id], "verification.answer_second_check", by=by, url=task.get_absolute_url())
    return task


def _locked(task) -> SecondCheck:
    rows = SecondCheck.objects.select_for_update(of=("self",))
    return rows.select_related("team", "first__proposal__programme", "first__assignment", "first__instrument").get(
        pk=task.pk
    )
