"""Briefings: planned, invited, recorded (SOP step 5)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from decrees.models import Decree
from distribution import queries
from distribution.models import Attendance, OutreachSession
from proposals.models import Proposal
from proposals.moves import move_all
from uep.access.access import require
from uep.documents.actions import issue
from uep.files.actions import take_in


@transaction.atomic
def plan_session(decree, *, by, starts_at, place, topics, speaker, recipients) -> OutreachSession:
    """Invite recipients who are ready and not briefed yet; the invitation letter is issued."""
    decree = Decree.objects.select_for_update().get(pk=decree.pk)
    require(by, "distribution.plan_session", decree)
    if starts_at <= timezone.now():
        raise ValidationError({"starts_at": "Waktu sosialisasi harus setelah sekarang."})
    invited = list(queries.to_be_briefed(decree).filter(pk__in=[recipient.pk for recipient in recipients]))
    if not invited:
        raise ValidationError("Pilih sedikitnya satu penerima.")
    session = OutreachSession.objects.create(
        decree=decree, starts_at=starts_at, place=place, topics=topics, speaker=speaker, planned_by=by
    )
    Attendance.objects.bulk_create(Attendance(session=session, recipient=recipient) for recipient in invited)
    issue("undangan", session, by=by)
    return session


@transaction.atomic
def record_session(session, *, by, came, represented, companions, minutes, photo) -> OutreachSession:
    """Who came, with proof. `came`: attendance pks; `represented`: pk -> name; `companions`: pk -> user or None.

    Those who came are briefed; absentees stay and can be invited again. ValidationError when everyone stayed away
    but a name stands for one of them, when nobody is named a companion for someone who came.
    """
    session = OutreachSession.objects.select_for_update().get(pk=session.pk)
    require(by, "distribution.record_session", session)
    if session.starts_at > timezone.now():
        raise ValidationError("Kehadiran dicatat setelah sosialisasi berlangsung.")
    rows = list(session.attendances.select_related("recipient"))
    faults = [
        f"{row.recipient.name}: pilih pendampingnya." for row in rows if row.pk in came and companions.get(row.pk) is None
    ]
    if faults:
        raise ValidationError(faults)
    session.photo = take_in(photo, by=by, accept=frozenset({"image"}))
    session.minutes, session.recorded_by, session.recorded_at = minutes, by, timezone.now()
    session.save(update_fields=["photo", "minutes", "recorded_by", "recorded_at"])
    for row in rows:
        row.came = row.pk in came
        row.represented_by = represented.get(row.pk, "") if row.came else ""
        row.companion = companions.get(row.pk) if row.came else None
    Attendance.objects.bulk_update(rows, ["came", "represented_by", "companion"])
    # Someone taken off by an amending decree meanwhile may have come all the same; only those in force move on.
    briefed = [row.recipient.proposal_id for row in rows if row.came and row.recipient.removed_at is None]
    note = f"Sosialisasi {session.place}"
    move_all(Proposal.objects.filter(pk__in=briefed), "distribution.brief", by=by, note=note)
    issue("ba_sosialisasi", session, by=by)
    return session
