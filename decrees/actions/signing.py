"""The signature: list frozen, number taken, paper ordered, every household moved; all or nothing."""

from datetime import date as Date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from decrees import queries
from decrees.actions.correcting import freeze_corrections
from decrees.actions.drafting import hold_budget, locked, write_note
from decrees.actions.revoking import put_out_of_force
from decrees.actions.rising import refuse_unseen
from decrees.models import Decree, Recipient
from proposals.flow import ON_DECREE_UNPAID, State
from proposals.models import Proposal
from proposals.moves import move_all
from uep.access.access import require
from uep.documents import signing
from uep.documents.actions import issue, revoke, supersede
from uep.documents.models import Signing
from uep.documents.queries import documents_of
from uep.documents.render import verification_url
from uep.office import queries as office

PAPERS = ("sk", "sk_perubahan", "salinan_sk")
TAKEN = "Nomor {} sudah dipakai SK lain."


@sensitive_variables("password", "passphrase")
def sign(decree, *, by, seen="", manuscript="", password="", passphrase="") -> Decree:
    """Sign online. A fixed number of queries whatever the number of recipients.

    `seen` is the hash of the draft that the signer looked at, where a page shows one. ValidationError when the draft
    changed after it was seen or endorsed, when the programme no longer holds it, or when someone to be taken off has
    been paid meanwhile. Where the post signs with a certificate, `manuscript` is the fingerprint of the prepared paper
    that the signer was shown, `password` the signer's own once more, `passphrase` that of the key.
    """
    if queries.method_of(decree).is_electronic:
        return _sign_the_file(decree, by=by, manuscript=manuscript, password=password, passphrase=passphrase)
    with transaction.atomic():
        decree = locked(decree)
        require(by, "decrees.sign", decree)
        return put_in_force(decree, "decrees.sign", by=by, on=queries.day_of_signing(decree), seen=seen)


@transaction.atomic
def prepare(decree, *, by) -> Decree:
    """Fix the paper that is to be signed: its number, its date, its words; a worker draws it."""
    decree = locked(decree)
    require(by, "decrees.prepare", decree)
    on = queries.day_of_signing(decree)
    _refuse_changed_since_endorsed(decree, queries.draft_hash(decree))
    # For the words of the paper only; the decree itself gets them when it is signed.
    decree.date, decree.signatory = on, office.signatory(decree.signatory_role, on, by).as_dict()
    signing.prepare(
        decree.paper,
        decree,
        by=by,
        on=on,
        binds_to=queries.binding(decree, decree.signatory),
        method=queries.method_of(decree),
        facts={"signed_with": str(queries.method_of(decree))},
    )
    return Decree.objects.get(pk=decree.pk)


@sensitive_variables("password", "passphrase")
def _sign_the_file(decree, *, by, manuscript, password, passphrase) -> Decree:
    """Claim the paper (committed), sign its bytes with no transaction open, then all or nothing puts it in force."""
    row, claim = _claim(decree, by=by, manuscript=manuscript, password=password)
    trace, file = signing.RowTrace(row, claim), ""
    try:
        content = signing.content_of(row)
        signer = signing.signer_for(decree.signatory_role, by)
        signed = signer.sign(content, passphrase=passphrase, trace=trace, **_said_in(row))
        file, facts = signing.store_signed(row, content, signed)
        with transaction.atomic():
            decree = locked(decree)
            require(by, "decrees.sign", decree)
            return put_in_force(
                decree,
                "decrees.sign",
                by=by,
                on=row.date,
                paper=lambda: signing.finish(
                    row, claim, by=by, subject=decree, signed=signed, file=file, signature=facts
                ),
            )
    except Exception as error:
        signing.fail(row, claim, trace, error, file)
        raise


def _said_in(row: Signing) -> dict:
    """What the signature says of itself in every reader of PDF."""
    signatory = row.facts["signatories"][0]
    return {
        "name": signatory["name"],
        "reason": f"Penetapan {row.title}, Nomor {row.number}",
        "location": office.profile().capital,
        "address": verification_url(signing.as_document(row)),
    }


@sensitive_variables("password")
def _claim(decree, *, by, manuscript: str, password: str) -> tuple[Signing, str]:
    with transaction.atomic():
        decree = locked(decree)
        require(by, "decrees.sign", decree)
        row = Signing.objects.select_for_update(of=("self",)).get(pk=queries.manuscript_of(decree).pk)
        if sentence := signing.why_locked(row):
            raise ValidationError(sentence)
        if manuscript != row.sha256:
            raise ValidationError("Naskah berubah sejak halaman ini dibuka. Periksa isinya lagi sebelum memutuskan.")
        _refuse_changed_since_endorsed(decree, queries.draft_hash(decree))
        if by.check_password(password):
            return row, signing.claim(row)
        signing.wrong_try(row)  # kept: the transaction ends well
    raise ValidationError({"password": "Kata sandi Anda keliru."})


def put_in_force(
    decree, act, *, by, on: Date, number: str | None = None, series=None, seen: str = "", paper=None, note: str = ""
) -> Decree:
    """The signature's effect, whichever way it was given; part of an act that holds the decree's lock.

    `paper` issues a paper that is signed already; without it one is issued, to be rendered after the commit: not while
    another may be signed by a service (ValidationError). `number` is one given by hand (in `series`, where it is one of
    ours); `note` is for the decree's own journey.
    """
    if paper is None and (waiting := queries.manuscript_of(decree)) and waiting.sent_at:
        raise ValidationError(signing.UNSETTLED if waiting.is_unclear else signing.BUSY)
    _hold_everything(decree)
    _refuse_changed_since_endorsed(decree, refuse_unseen(decree, seen))
    signer = by if act == "decrees.sign" else None  # on paper it is whoever held the post on the day of signing
    decree.signatory = office.signatory(decree.signatory_role, on, signer).as_dict()
    decree.date, decree.signed_by, decree.signed_at = on, by, timezone.now()
    _freeze_recipients(decree)
    decree.stage = Decree.Stage.SIGNED  # so that the paper's facts are read from the frozen list
    try:
        with transaction.atomic():
            document = paper() if paper else issue(decree.paper, decree, by=by, on=on, number=number, series=series)
            decree.number = document.number
            decree.save()
    except IntegrityError as error:
        if "a_decree_number_is_given_once" not in str(error):
            raise
        raise ValidationError(TAKEN.format(decree.number)) from error
    said = f"SK {decree.number}"
    move_all(Proposal.objects.filter(decrees=decree, state=State.IN_DECREE), act, by=by, note=said)
    if decree.is_amendment:
        freeze_corrections(decree)
        _release(decree, document, by=by, note=said)
    elif decree.is_revocation:
        put_out_of_force(decree, document, by=by, note=said)
    write_note(decree, act, by=by, note=note or decree.number)
    return decree


def _hold_everything(decree) -> None:
    """Lock what the signature rests on, and refuse what has changed underneath the draft since it went up."""
    room = queries.room_of(hold_budget(decree.programme_id), own=decree)
    if not decree.is_revocation and (faults := queries.over_budget(decree, room)):
        raise ValidationError(faults)
    named = Q(pk__in=decree.lines.values("proposal"))
    if decree.amends_id:
        named |= Q(pk__in=decree.removals.values("recipient__proposal"))
        named |= Q(pk__in=decree.corrections.values("recipient__proposal"))
    households = Proposal.objects.filter(named).order_by("pk").select_for_update(of=("self",))
    states = dict(households.values_list("pk", "state"))
    if not decree.is_amendment:
        return
    stays = [
        removal.recipient.name
        for removal in queries.leaving(decree)
        if removal.recipient.removed_at or states[removal.recipient.proposal_id] not in ON_DECREE_UNPAID
    ]
    if stays:
        raise ValidationError(
            f"Tidak dapat dikeluarkan lagi karena dananya sudah tersalur: {', '.join(stays)}. "
            "Kembalikan draf agar daftarnya diperbaiki."
        )
    late = [
        row.recipient.name
        for row in queries.corrections(decree)
        if row.recipient.removed_at or states[row.recipient.proposal_id] != State.DECREED
    ]
    if late:
        raise ValidationError(
            f"Datanya tidak dapat diperbaiki lagi karena penyalurannya sudah disepakati: {', '.join(late)}. "
            "Kembalikan draf agar daftarnya diperbaiki."
        )


def _refuse_changed_since_endorsed(decree, now: str) -> None:
    endorsements = list(queries.valid_endorsements(decree))
    if not endorsements or any(endorsement.draft_hash != now for endorsement in endorsements):
        raise ValidationError("Draf berubah setelah diparaf. Kembalikan ke Kabid agar diparaf ulang.")


def _freeze_recipients(decree) -> None:
    Recipient.objects.bulk_create(
        Recipient(
            decree=decree,
            proposal=proposal,
            position=position,
            village_id=proposal.village_id,
            name=proposal.name,
            nik=proposal.nik,
            kk_number=proposal.kk_number,
            address=queries.address_of(proposal),
            business=proposal.business,
            amount=proposal.amount_requested,
        )
        for position, proposal in enumerate(queries.drafted(decree), 1)
    )


def _release(decree, document, *, by, note: str) -> None:
    """What an amending decree takes off leaves the flow, and the amended papers say so behind their QR codes."""
    leaving = Recipient.objects.filter(removed_by=decree, removed_at__isnull=True)
    lines, households = list(leaving.values_list("pk", flat=True)), list(leaving.values_list("proposal_id", flat=True))
    leaving.update(removed_at=decree.signed_at)
    move_all(Proposal.objects.filter(pk__in=households), "decrees.release", by=by, note=note)
    for former in documents_of(decree.amends):
        if former.paper in PAPERS and former.status == former.Status.CURRENT:
            supersede(former, document, by=by, reason=f"Diubah dengan {note}")
    corrected = set(decree.corrections.values_list("recipient", flat=True))
    for former in queries.extracts_of(decree):
        if former.status != former.Status.CURRENT:
            continue
        if int(former.subject_pk) in lines:
            revoke(former, by=by, reason=f"Penerimanya dikeluarkan dengan {note}", successor=document)
        elif int(former.subject_pk) in corrected:
            supersede(former, document, by=by, reason=f"Datanya diperbaiki dengan {note}")
