"""What phones bring back: the same report sent any number of times, in any order, is one visit, or one open question."""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from proposals.models import Proposal
from uep.access.access import require, why_not
from uep.files.actions import take_in
from uep.files.photo_facts import Position
from verification import queries
from verification.actions.desk import locked, reasoned
from verification.actions.field import IMAGES, PHOTOS, adopt_visit, assess, record_visit, visit_again
from verification.models import FieldDevice, FieldReport, FieldVisit, ReportPart, VisitPhoto
from verification.queries import reports

LARGEST_PART = 2_000_000  # bytes; a phone shrinks its photos to 300 KB, one without that ability may not
State = FieldReport.State
# Turns what a phone wrote (name of a box -> its texts) into facts of record_visit, or raises ValidationError.
Read = Callable[[Proposal, dict[str, list[str]]], dict]


@dataclass(frozen=True)
class Part:
    """A photo or a signature that is to come."""

    number: int
    subject: str
    sha256: str
    size: int
    taken_at: datetime
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    accuracy: float | None = None


@dataclass(frozen=True)
class Envelope:
    """One visit as a phone sends it."""

    uid: UUID
    proposal: str  # ref
    assignment: str  # ref
    base: str
    facts: dict[str, list[str]]
    finished_at: datetime
    parts: tuple[Part, ...] = field(default=())

    @property
    def sha256(self) -> str:
        plain = [str(self.uid), self.proposal, self.assignment, self.base, self.facts, self.finished_at.isoformat(),
                 [(p.number, p.subject, p.sha256, p.size) for p in self.parts]]  # fmt: skip
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


# The phone -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def take_along(user, *, by, key: str, name: str) -> tuple[FieldDevice, str]:
    """The phone that will carry the user's errands, and its key: known by its key, else registered with a new one.

    ValidationError when the phone was shut out.
    """
    require(by, "verification.take_along", user)
    device = reports.device_of(user, key)
    if device is None:
        key = secrets.token_urlsafe(32)
        return FieldDevice.objects.create(user=user, name=name[:80] or "Ponsel", key_hash=reports.hash_of(key)), key
    _let_in(device)
    _seen_now(device)
    return device, key


def _let_in(device) -> None:
    if device.shut_out_at:
        raise ValidationError("Ponsel ini sudah ditutup dan tidak dapat mengirim lagi.", code="shut_out")


def _seen_now(device) -> None:
    """Note that the phone came in; kept out of its history."""
    FieldDevice.objects.filter(pk=device.pk).update(seen_at=timezone.now())


@transaction.atomic
def shut_out_device(device, *, by, reason) -> FieldDevice:
    """Lost or handed on: it gets nothing and sends nothing any more."""
    device = FieldDevice.objects.select_for_update().get(pk=device.pk)
    require(by, "verification.shut_out_device", device)
    device.shut_out_at, device.shut_out_by, device.shut_out_reason = timezone.now(), by, reasoned(reason)
    device.save(update_fields=["shut_out_at", "shut_out_by", "shut_out_reason"])
    return device


# Receiving -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def send_report(user, *, by, key: str, envelope: Envelope, read: Read) -> FieldReport:
    """Take a report in and answer where it stands; sent again it changes nothing.

    Proposal.DoesNotExist when the household was never this person's errand. ValidationError for a phone that is unknown
    or shut out, for parts that no phone of ours sends, and for another content under a known `uid`.
    """
    require(by, "verification.send_report", user)
    device = _known(user, key)
    report = FieldReport.objects.select_for_update().filter(uid=envelope.uid).first() or _first(by, device, envelope)
    if (report.by_id, report.sha256) != (by.pk, envelope.sha256):
        raise ValidationError("Tanda laporan ini sudah dipakai laporan lain.", code="other_content")
    _seen_now(device)
    return _settle(report, read)


def _known(user, key: str) -> FieldDevice:
    device = reports.device_of(user, key)
    if device is None:
        raise ValidationError("Ponsel ini belum terdaftar. Ambil tugas lagi saat ada sinyal.", code="unknown_device")
    _let_in(device)
    return device


def _first(by, device, envelope) -> FieldReport:
    _judge_parts(envelope.parts)
    proposal = Proposal.objects.filter(ref=envelope.proposal).first()
    assignment = proposal and reports.went_there(by, proposal, envelope.assignment)
    if assignment is None:
        raise Proposal.DoesNotExist
    try:
        with transaction.atomic():
            report = FieldReport.objects.create(
                uid=envelope.uid,
                device=device,
                by=by,
                proposal=proposal,
                assignment=assignment,
                base=envelope.base,
                facts=envelope.facts,
                sha256=envelope.sha256,
                finished_at=envelope.finished_at,
            )
            ReportPart.objects.bulk_create(ReportPart(report=report, **vars(part)) for part in envelope.parts)
    except IntegrityError:  # the same report, over another connection, a moment ago
        return FieldReport.objects.select_for_update().get(uid=envelope.uid)
    return report


def _judge_parts(parts) -> None:
    numbers = [part.number for part in parts]
    fits = all(0 < part.size <= LARGEST_PART and part.subject in VisitPhoto.Subject.values for part in parts)
    if not fits or len(parts) > PHOTOS or numbers != sorted(set(numbers)):
        raise ValidationError(f"Satu laporan memuat paling banyak {PHOTOS} foto, masing-masing paling besar 2 MB.")


@transaction.atomic
def receive_part(user, *, by, key: str, uid: UUID, number: int, start: int, data: bytes, read: Read) -> ReportPart:
    """Add bytes of a photo that begin at `start`. What is there already is not written again; where bytes are missing
    before them they are left out: the answer's length says where to go on.

    ReportPart.DoesNotExist for a report that is not there (yet). When the last part is whole, the report is filed.
    """
    require(by, "verification.send_report", user)
    device = _known(user, key)
    report = FieldReport.objects.select_for_update().filter(uid=uid, by=by).first()
    part = report and report.parts.filter(number=number).first()
    if part is None:
        raise ReportPart.DoesNotExist
    if not part.is_whole:
        had = bytes(part.received)
        if start <= len(had) < start + len(data):
            part.received = (
                (had[:start] + data)[: part.size] if had[start:] == data[: len(had) - start] else had[:start]
            )
            part.save(update_fields=["received"])
        if len(part.received) == part.size:
            _finish(part, by)
    _seen_now(device)
    _settle(report, read)
    return part


def _finish(part, by) -> None:
    """All bytes are there: a picture, or bytes that went wrong on the way and are asked for once more."""
    content = bytes(part.received)
    if hashlib.sha256(content).hexdigest() != part.sha256:
        part.received = b""
        part.save(update_fields=["received"])
        return
    place = None if part.latitude is None else Position(part.latitude, part.longitude, part.accuracy)
    upload = ContentFile(content, name=f"{part.subject}-{part.number}.jpg")
    try:
        with transaction.atomic():
            part.file = take_in(
                upload, by=by, accept=IMAGES, keep_position=True, position=place, taken_at=part.taken_at
            )
    except ValidationError as error:
        part.trouble = " ".join(error.messages)[:300]
    part.received = b""
    part.save(update_fields=["received", "file", "trouble"])


# Filing ----------------------------------------------------------------------------------------------------------------


def _settle(report, read: Read) -> FieldReport:
    """Once every part is whole the report becomes its visit; where something stands in the way, Kabid decides."""
    if report.state != State.RECEIVING or not all(part.is_whole for part in reports.parts_of(report)):
        return report
    proposal = locked(report.proposal)
    if trouble := _trouble(report, proposal):
        return _ask_kabid(report, trouble)
    try:
        with transaction.atomic():
            write_down = visit_again if reports.is_again(proposal) else record_visit
            _file(report, write_down(proposal, by=report.by, **read(proposal, report.facts)))
    except ValidationError as error:
        return _ask_kabid(report, " ".join(error.messages))
    if why_not(report.by, "verification.assess", proposal) is None:
        assess(proposal, by=report.by)
    return report


def _trouble(report, proposal) -> str | None:
    """What changed since the phone took the errand along."""
    if refused := why_not(report.by, "verification.record_visit", proposal):
        return refused
    if queries.current_assignment(proposal) != report.assignment:
        return "Rumah tangga ini sekarang menjadi tugas tim lain."
    if reports.base_of(proposal) != report.base:
        return "Sementara ponsel di lapangan, kunjungan ke rumah tangga ini dicatat dengan cara lain."
    return None


def _ask_kabid(report, trouble: str) -> FieldReport:
    report.state, report.trouble = State.CONFLICT, trouble[:600]
    report.save(update_fields=["state", "trouble"])
    return report


def _file(report, visit: FieldVisit) -> None:
    """The photos follow; the moment of writing is the phone's, that of entry the office's."""
    VisitPhoto.objects.bulk_create(
        VisitPhoto(visit=visit, subject=part.subject, file=part.file, by=report.by)
        for part in reports.parts_of(report)
        if part.file_id
    )
    report.state, report.visit = State.FILED, visit
    report.save(update_fields=["state", "visit", "decided_at", "decided_by", "reason"])


# Deciding --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def adopt_report(report, *, by, reason, facts: dict) -> FieldVisit:
    """The report becomes the household's next visit, written by who sent it; the team still hands it in.

    What else was written down meanwhile stays as it is.
    """
    report = _to_decide(report, "verification.adopt_report", by, reason)
    proposal = locked(report.proposal)
    # It was written under the old letter of assignment; who is sent there now answers for it and hands it in.
    visit = adopt_visit(proposal, report.assignment, by=report.by, **facts)
    visit.assignment = queries.current_assignment(proposal)
    visit.save(update_fields=["assignment"])
    _file(report, visit)
    return visit


@transaction.atomic
def set_aside_report(report, *, by, reason) -> FieldReport:
    """It becomes no visit; it stays readable with the reason."""
    report = _to_decide(report, "verification.set_aside_report", by, reason)
    report.state = State.SET_ASIDE
    report.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    return report


def _to_decide(report, act: str, by, reason) -> FieldReport:
    report = FieldReport.objects.select_for_update().get(pk=report.pk)
    require(by, act, report)
    report.decided_at, report.decided_by, report.reason = timezone.now(), by, reasoned(reason)[:300]
    return report
