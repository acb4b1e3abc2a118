"""Briefings: planned, invited, recorded (SOP step 5)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from decrees.models import Decree, Recipient
from distribution import queries
from distribution.actions.locking import held, hold_households
from distribution.models import Attendance, OutreachSession
from proposals.models import Attachment, Proposal, Requirement
from proposals.moves import move_all, tell
from uep.access.access import require
from uep.documents.actions import issue, revoke
from uep.documents.queries import document_of
from uep.files.actions import take_in

LARGEST_SESSION = 500  # more than any hall of a kecamatan holds; keeps the attendance page one page


@transaction.atomic
def plan_session(decree, *, by, starts_at, place, topics, recipients, speaker="") -> OutreachSession:
    """Invite recipients who are ready and not briefed yet; the invitation letter is issued."""
    decree = Decree.objects.select_for_update().get(pk=decree.pk)
    require(by, "distribution.plan_session", decree)
    if starts_at <= timezone.now():
        raise ValidationError({"starts_at": "Waktu sosialisasi harus setelah sekarang."})
    mine = Recipient.objects.visible_to(by).filter(pk__in=[recipient.pk for recipient in recipients])
    invited = list(queries.to_be_briefed(decree).filter(pk__in=mine.values("pk")))
    if not invited:
        raise ValidationError("Pilih sedikitnya satu penerima yang belum diundang.")
    if len(invited) > LARGEST_SESSION:
        raise ValidationError(
            f"Satu sosialisasi paling banyak {LARGEST_SESSION} penerima; Anda memilih {len(invited)}. "
            "Bagi menurut desa/kelurahan."
        )
    session = OutreachSession.objects.create(
        decree=decree, starts_at=starts_at, place=place, topics=topics, speaker=speaker, planned_by=by
    )
    Attendance.objects.bulk_create(Attendance(session=session, recipient=recipient) for recipient in invited)
    issue("undangan", session, by=by)
    _tell("distribution.plan_session", session, by=by)
    return session


def _tell(act, session, *, by) -> None:
    households = session.attendances.values_list("recipient__proposal_id", flat=True)
    tell(households, act, by=by)


@transaction.atomic
def cancel_session(session, *, by, reason) -> OutreachSession:
    """It does not take place: the invitation is revoked, its people can be invited again."""
    session = OutreachSession.objects.select_for_update().get(pk=session.pk)
    require(by, "distribution.cancel_session", session)
    session.cancelled_by, session.cancelled_at, session.cancel_reason = by, timezone.now(), reason.strip()
    session.save(update_fields=["cancelled_by", "cancelled_at", "cancel_reason"])
    if invitation := document_of("undangan", session):
        revoke(invitation, by=by, reason=reason)
    _tell("distribution.cancel_session", session, by=by)
    return session


@transaction.atomic
def record_session(session, *, by, came, represented, companions, minutes, photo) -> OutreachSession:
    """Who came, with proof. `came`: attendance pks; `represented`: pk -> name; `companions`: pk -> user or None.

    Those who came are briefed; absentees stay and can be invited again. ValidationError before the session was held,
    when nobody came, and naming who came and has no companion.
    """
    session = OutreachSession.objects.select_for_update().get(pk=session.pk)
    require(by, "distribution.record_session", session)
    if session.starts_at > timezone.now():
        raise ValidationError("Kehadiran dicatat setelah sosialisasi berlangsung.")
    rows = list(session.attendances.select_related("recipient"))
    present = [row for row in rows if row.pk in came]
    if not present:
        raise ValidationError(
            "Belum ada yang dicentang hadir. Bila tidak seorang pun datang, batalkan sosialisasi ini."
        )
    if alone := [row.recipient.name for row in present if companions.get(row.pk) is None]:
        raise ValidationError([f"{name}: pilih pendampingnya." for name in alone])
    session.photo = take_in(photo, by=by, accept=frozenset({"image"}))
    session.minutes, session.recorded_by, session.recorded_at = minutes, by, timezone.now()
    session.save(update_fields=["photo", "minutes", "recorded_by", "recorded_at"])
    for row in rows:
        row.came = row.pk in came
        row.represented_by = represented.get(row.pk, "").strip() if row.came else ""
        row.companion = companions.get(row.pk) if row.came else None
    Attendance.objects.bulk_update(rows, ["came", "represented_by", "companion"])
    # Someone taken off by an amending decree meanwhile may have come all the same; only those in force move on.
    hold_households(row.recipient.proposal_id for row in present)
    in_force = Recipient.objects.in_force().filter(pk__in=[row.recipient_id for row in present])
    briefed = list(in_force.values_list("proposal_id", flat=True))
    note = f"Sosialisasi {session.place}"
    move_all(Proposal.objects.filter(pk__in=briefed), "distribution.brief", by=by, note=note)
    issue("ba_sosialisasi", session, by=by)
    return session


@transaction.atomic
def add_paper(recipient, *, by, requirement, uploads) -> Recipient:
    """Staff put a paper that is due after the decree (pakta integritas) with the household; earlier versions stay."""
    recipient, _ = held(recipient)
    require(by, "distribution.add_paper", recipient)
    _refuse_other_papers(recipient, requirement, uploads)
    accept = frozenset({"image"}) if requirement.accepts == Requirement.Accepts.IMAGE else frozenset({"image", "pdf"})
    stored = [take_in(upload, by=by, accept=accept, keep_position=requirement.keeps_position) for upload in uploads]
    there = Attachment.objects.current().filter(requirement=requirement, proposal=recipient.proposal_id).order_by("-pk")
    surplus = list(there.values_list("pk", flat=True))[max(0, requirement.max_files - len(stored)) :]
    Attachment.objects.filter(pk__in=surplus).update(removed_at=timezone.now(), removed_by=by)
    Attachment.objects.bulk_create(
        Attachment(requirement=requirement, proposal_id=recipient.proposal_id, file=file, added_by=by)
        for file in stored
    )
    return recipient


def _refuse_other_papers(recipient, requirement, uploads) -> None:
    if requirement not in queries.papers_after_decree(recipient.decree.programme):
        raise ValidationError({"requirement": "Berkas ini bukan berkas sesudah SK."})
    if not 0 < len(uploads) <= requirement.max_files:
        raise ValidationError({"uploads": f"Pilih 1 sampai {requirement.max_files} berkas."})
