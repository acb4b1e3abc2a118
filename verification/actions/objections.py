"""The objection window (masa sanggah): a list is published, anyone may object, somebody else than the judges answers."""

from collections.abc import Collection
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from proposals.flow import WAITS_FOR, State
from proposals.models import Programme, Proposal
from proposals.moves import move, tell
from uep.access.access import require
from uep.access.roles import Role
from uep.office import queries as office
from uep.office.calendar import Norm, Unit
from uep.ui.indonesian import nama_tersamar
from verification.actions.desk import locked, reasoned
from verification.models import Objection, Publication, PublishedName
from verification.queries import objections as queries

LONGEST = 30  # working days of a window
PER_HOUR = 20  # objections to one list over its public page; a village has some tens of households on it
Channel, Decision = Objection.Channel, Objection.Decision


@transaction.atomic
def publish(programme, *, by, villages: Collection[str], days: int) -> Programme:
    """Show everyone, for so many working days, what was decided in these villages: a list for each of them.

    Named are the households whose result no standing list shows yet. The window opens today and closes at the end of
    the last of its days (uep.office.calendar). ValidationError for a village in which there is nothing to show.
    """
    programme = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    require(by, "verification.publish", programme)
    if not 1 <= days <= LONGEST:
        raise ValidationError({"days": f"Masa sanggah 1 sampai {LONGEST} hari kerja."})
    wanted = set(villages)
    if not wanted:
        raise ValidationError({"villages": "Pilih sedikitnya satu desa/kelurahan."})
    rows = list(
        Proposal.objects.filter(pk__in=queries.to_publish(programme).filter(village__in=wanted).values("pk"))
        .select_for_update()
        .order_by("pk")
    )
    by_village: dict[str, list[Proposal]] = {}
    for row in rows:
        by_village.setdefault(row.village_id, []).append(row)
    if wanted - set(by_village):
        raise ValidationError({"villages": "Di sebagian desa tidak ada lagi hasil yang belum diumumkan. Pilih lagi."})
    for village in sorted(by_village):
        _publish(programme, village, by_village[village], by=by, days=days)
    return programme


def _publish(programme, village, rows, *, by, days) -> None:
    today = timezone.localdate()
    closes = office.calendar().due_at(timezone.now(), Norm(days, Unit.DAYS)).date()
    try:
        with transaction.atomic():
            publication = Publication.objects.create(
                programme=programme, village_id=village, opens_on=today, closes_on=closes, days=days, by=by
            )
    except IntegrityError as error:
        if "one_list_per_village_and_opening" not in str(error):
            raise
        raise ValidationError(
            {"villages": "Sebagian desa sudah diumumkan hari ini. Tarik pengumumannya dahulu, atau umumkan besok."}
        ) from error
    rows.sort(key=lambda row: (queries.PUBLISHED.index(row.state), row.name.casefold(), row.pk))
    PublishedName.objects.bulk_create(
        PublishedName(
            publication=publication,
            number=number,
            proposal=row,
            shown_name=nama_tersamar(row.name),
            business=row.business,
            outcome=row.state,
        )
        for number, row in enumerate(rows, 1)
    )
    _tell("verification.publish", publication, by=by)


@transaction.atomic
def withdraw_publication(publication, *, by, reason) -> Publication:
    """Take a list back that was wrong; its address then says so. What was objected meanwhile is still answered."""
    publication = Publication.objects.select_for_update().get(pk=publication.pk)
    require(by, "verification.withdraw_publication", publication)
    publication.withdrawn_at, publication.withdrawn_by = timezone.now(), by
    publication.withdraw_reason = reasoned(reason)
    publication.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_reason"])
    _tell("verification.withdraw_publication", publication, by=by)
    return publication


@transaction.atomic
def file_objection(proposal, *, by, kind, reason, objector="", contact="") -> Objection:
    """Write down what someone says who came to the office, or what a village says for one of its households."""
    proposal = locked(proposal)
    require(by, "verification.file_objection", proposal)
    channel = Channel.VILLAGE if by.role == Role.VILLAGE else Channel.OFFICE
    if channel == Channel.VILLAGE and kind != Objection.Kind.FOR:
        raise ValidationError({"kind": "Desa menyampaikan sanggahan bagi warganya sendiri: seharusnya layak."})
    return _take(
        proposal, queries.last_publication(proposal), kind=kind, reason=reason, objector=objector, contact=contact,
        channel=channel, entered_by=by,
    )  # fmt: skip


@transaction.atomic
def object_publicly(line: PublishedName, *, kind, reason, objector="", contact="") -> Objection:
    """What anyone says on the public page about one line of a list. Sent twice it is one objection.

    ValidationError when the window is not open, the result is no longer the one shown, or too many came in.
    """
    proposal = locked(line.proposal)
    publication = Publication.objects.get(pk=line.publication_id)
    if publication.standing != Publication.Standing.OPEN:
        raise ValidationError("Masa sanggah daftar ini sudah selesai.")
    if proposal.state != line.outcome:
        raise ValidationError("Hasil untuk baris ini sedang diperiksa kembali oleh Dinas.")
    if queries.received_since(publication, timezone.now() - timedelta(hours=1)) >= PER_HOUR:
        raise ValidationError(
            "Terlalu banyak sanggahan masuk untuk daftar ini dalam satu jam. Coba lagi nanti, atau sampaikan di kantor."
        )
    return _take(
        proposal, publication, kind=kind, reason=reason, objector=objector, contact=contact, channel=Channel.PUBLIC,
        entered_by=None,
    )  # fmt: skip


def _take(proposal, publication, *, kind, reason, objector, contact, channel, entered_by) -> Objection:
    if kind not in queries.KINDS[State(proposal.state)]:
        raise ValidationError({"kind": "Isi sanggahan tidak sesuai dengan hasil rumah tangga ini."})
    reason = reasoned(reason)
    if twice := queries.same_words(proposal, kind=kind, reason=reason, channel=channel):
        return twice
    now = timezone.now()
    objection = Objection.objects.create(
        publication=publication,
        proposal=proposal,
        kind=kind,
        reason=reason,
        objector=objector.strip(),
        contact=contact.strip(),
        channel=channel,
        entered_by=entered_by,
        at=now,
        due_at=office.calendar().due_at(now, office.norm_of(WAITS_FOR[State.ASSESSED].step)),
    )
    _tell("verification.file_objection", objection, by=entered_by)
    return objection


@transaction.atomic
def decide_objection(objection, *, by, decision, answer) -> Objection:
    """Answer an objection. One that is upheld opens the household's result again.

    Against an eligible or waitlisted household, or for a waitlisted one: Kabid validates anew. For an ineligible one:
    it is examined from the desk on. Where the household has left that state meanwhile, the answer alone is kept.
    """
    proposal = locked(objection.proposal)
    objection = Objection.objects.select_for_update().get(pk=objection.pk)
    require(by, "verification.decide_objection", objection)
    if len(answer.strip()) < 5:
        raise ValidationError({"answer": "Tulis jawabannya, sedikitnya beberapa kata."})
    objection.decision, objection.answer = Decision(decision), answer.strip()
    objection.decided_by, objection.decided_at = by, timezone.now()
    objection.save(update_fields=["decision", "answer", "decided_by", "decided_at"])
    if objection.decision == Decision.UPHELD:
        _reopen(proposal, by=by, note=f"Sanggahan diterima: {objection.answer}")
    _tell("verification.decide_objection", objection, by=by)
    return objection


def _reopen(proposal, *, by, note) -> None:
    if proposal.state in {State.ELIGIBLE, State.WAITLISTED}:
        move(proposal, "verification.reopen", by=by, note=note)
    elif proposal.state == State.INELIGIBLE:
        try:
            with transaction.atomic():
                move(proposal, "verification.uphold_objection", by=by, note=note)
        except IntegrityError as error:
            raise ValidationError("Rumah tangga ini sudah punya usulan lain yang berjalan di program ini.") from error


def _tell(act, record, *, by) -> None:
    """Of a list all its households, of an objection the one it is about; whoever hears of it lands on its page."""
    households = record.names.values_list("proposal", flat=True) if hasattr(record, "names") else [record.proposal_id]
    tell(households, act, by=by, url=record.get_absolute_url())
