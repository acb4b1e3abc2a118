"""A paper that waits for its signature: number and bytes first, then the signature over exactly these bytes.

prepare (in the caller's transaction) -> render (a job) -> claim (committed before the key is touched) -> the signer, no
transaction open -> store_signed (bytes flushed to disk) -> finish (in the transaction of the act that it proves). A death
between any two of them leaves the row as it was, or a claim that grows old; a signature whose bytes were never stored
in `finish` is none, and the number is the row's from the beginning (docs/decisions/0015). Where a service signs outside,
see uep.documents.signing.unclear.
"""

from datetime import date, datetime, timedelta
from hashlib import sha256
from io import BytesIO

import pikepdf
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from procrastinate.contrib.django import app

from uep.documents import numbering
from uep.documents import render as renderer
from uep.documents.models import OfficialDocument, Signing
from uep.documents.papers import PAPERS
from uep.documents.queries import subject_key
from uep.documents.signing.reading import Unreadable, read
from uep.ui.indonesian import tanggal

State = Signing.State
MAX_TRIES = 5
OUTSIDE = 0  # the sequence of a signing whose number was taken by hand
LOCKED = timedelta(minutes=15)
BUSY = "Naskah ini sedang ditandatangani. Tunggu sebentar, lalu muat ulang halaman."
UNSETTLED = "Hasil penandatanganan sebelumnya belum jelas; selesaikan lebih dahulu."


def live(paper_code: str, subject) -> Signing | None:
    """The signing of this paper that is neither done nor void."""
    rows = Signing.objects.filter(paper=paper_code, **subject_key(subject))
    return rows.exclude(state__in=[State.SIGNED, State.VOID]).first()


def prepare(paper_code: str, subject, *, by, on: date, binds_to: str, method: str, facts: dict) -> Signing:
    """Take the number, fix the facts, have it rendered after the commit; in the caller's transaction.

    A signing under way for the same draft and day is returned as it is (a failed one is rendered again); one of another
    draft or day is void, and the new one takes over its place in the series.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a paper is prepared only in the transaction of its act")
    former = live(paper_code, subject)
    if former and (former.binds_to, former.date, former.method) == (binds_to, on, method):
        if former.is_failed:
            former.state, former.error = State.QUEUED, ""
            former.save(update_fields=["state", "error"])
            _enqueue(former)
        return former
    if former:
        void(former, reason="Disiapkan ulang.")
    paper = PAPERS[paper_code]
    series = numbering.series_of(paper.series)
    if (
        held := numbering.held_for(subject) if paper.number_by_hand else None
    ):  # its place is counted already, and no void signing frees it
        series, sequence, number = held.series, OUTSIDE, held.number
    else:
        sequence = _freed(paper_code, subject, series, on) or numbering.next_of(series, on)
        number = numbering.fill(series.pattern, sequence, on, unit=series.unit_code)
    try:
        with transaction.atomic():
            signing = Signing.objects.create(
                paper=paper_code,
                title=paper.describe(subject),
                number=number,
                number_series=series,
                sequence=sequence,
                date=on,
                **subject_key(subject),
                binds_to=binds_to,
                facts={
                    **paper.facts(subject),
                    **facts,
                    "sheet": renderer.sheet_of(paper),
                    "number": number,
                    "date": on.isoformat(),
                    "public": [list(pair) for pair in paper.public_facts(subject)],
                },
                method=method,
                prepared_by=by,
                prepared_at=timezone.now(),
            )
    except IntegrityError as error:
        raise ValidationError(f"Nomor {number} sudah dipakai pada {paper.title} lain.") from error
    _enqueue(signing)
    return signing


def _freed(paper_code, subject, series, on) -> int | None:
    """The place in the series that a void signing of the same subject left behind, so that the series has no gap."""
    rows = Signing.objects.filter(paper=paper_code, state=State.VOID, number_series=series, date__year=on.year)
    rows = rows.filter(**subject_key(subject)).exclude(sequence=OUTSIDE)
    return rows.values_list("sequence", flat=True).first()


def _enqueue(signing: Signing) -> None:
    app.configure_task("documents.render_for_signing", lock=f"documents.signing:{signing.pk}").defer(
        signing_id=signing.pk
    )


def void(signing: Signing, *, reason: str, settled: bool = False) -> None:
    """The draft went back or another day began: nobody signs these bytes any more. Its number stays readable here.

    ValidationError while a service may be signing it, unless whoever calls has `settled` that.
    """
    if signing.sent_at and signing.state in {State.UNDER_WAY, State.UNCLEAR} and not settled:
        raise ValidationError(UNSETTLED if signing.is_unclear else BUSY)
    signing.state, signing.void_reason, signing.claim = State.VOID, reason[:300], ""
    signing.save(update_fields=["state", "void_reason", "claim"])


def render(signing_id: int) -> None:
    """Render the paper that is to be signed, once, however often this is called or killed midway (design, law 8)."""
    signing = Signing.objects.get(pk=signing_id)
    if not signing.is_being_made:
        return
    try:
        subject = apps.get_model(signing.subject_type).objects.get(pk=signing.subject_pk)
        content = renderer.pdf(PAPERS[signing.paper], subject, as_document(signing))
        name = keep(content, "naskah-konsep", signing)
        with pikepdf.open(BytesIO(content)) as opened:
            pages = len(opened.pages)
        with transaction.atomic():
            row = Signing.objects.select_for_update().get(pk=signing_id)
            if row.is_being_made:
                row.state, row.error, row.file, row.pages = State.WAITING, "", name, pages
                row.sha256, row.size = sha256(content).hexdigest(), len(content)
                row.save()
    except Exception as error:
        words = (
            " ".join(error.messages)
            if isinstance(error, ValidationError)
            else f"Naskah belum dapat disusun karena kesalahan pada sistem ({type(error).__name__})."
        )
        Signing.objects.filter(pk=signing_id, state=State.QUEUED).update(state=State.FAILED, error=words[:500])
        raise


def as_document(signing: Signing) -> OfficialDocument:
    """The document that the signing becomes, not saved: what the paper is drawn from."""
    return OfficialDocument(
        ref=signing.ref,
        code=signing.code,
        paper=signing.paper,
        title=signing.title,
        number=signing.number,
        number_series_id=signing.number_series_id,
        subject_type=signing.subject_type,
        subject_pk=signing.subject_pk,
        facts=signing.facts,
        issued_by_id=signing.prepared_by_id,
        issued_at=signing.prepared_at,
    )


def content_of(signing: Signing) -> bytes:
    """The bytes to be signed; ValidationError when the disk no longer has those that were hashed."""
    with default_storage.open(signing.file) as stored:
        content = stored.read()
    if sha256(content).hexdigest() != signing.sha256:
        raise ValidationError("Naskah pada simpanan tidak utuh lagi. Hubungi administrator.")
    return content


def why_locked(signing: Signing) -> str:
    """A sentence while too many wrong tries are fresh, else empty."""
    if signing.wrong_tries >= MAX_TRIES and signing.tried_at and timezone.now() - signing.tried_at < LOCKED:
        return f"Kata sandi atau frasa sandi {MAX_TRIES} kali keliru. Tunggu 15 menit, lalu coba lagi."
    return ""


def wrong_try(signing: Signing) -> None:
    """Count a wrong password or passphrase, whoever typed it; kept though the act itself is refused."""
    fresh = signing.tried_at and timezone.now() - signing.tried_at < LOCKED
    signing.wrong_tries = (signing.wrong_tries if fresh else 0) + 1
    signing.tried_at = timezone.now()
    signing.save(update_fields=["wrong_tries", "tried_at"])


def claim(signing: Signing) -> str:
    """Take the paper to sign it, alone; the claim is committed before any key is touched. ValidationError when taken."""
    if signing.state == State.UNDER_WAY and signing.is_claimed:
        raise ValidationError(BUSY)
    if signing.is_unclear:
        raise ValidationError(UNSETTLED)
    if signing.state not in {State.WAITING, State.UNDER_WAY}:
        raise ValidationError("Naskah ini tidak sedang menunggu tanda tangan.")
    signing.state, signing.claim, signing.claimed_at = State.UNDER_WAY, get_random_string(32), timezone.now()
    signing.save(update_fields=["state", "claim", "claimed_at"])
    return signing.claim


def give_back(signing: Signing, claim: str, file: str = "") -> None:
    """The signer did not sign after all: the paper waits again, unless the claim has passed to somebody else.

    `file` is what was stored of a signature that does not count; it goes.
    """
    if file and not OfficialDocument.objects.filter(file=file).exists():
        default_storage.delete(file)
    mine = Signing.objects.filter(pk=signing.pk, claim=claim, state=State.UNDER_WAY)
    mine.update(state=State.WAITING, claim="", sent_at=None, service_name="")


def store_signed(signing: Signing, manuscript: bytes, signed: bytes) -> tuple[str, dict]:
    """Check that this is our paper, signed and whole; keep the bytes; their name and what the signature says.

    ValidationError when the signer returned another file, a broken one, one that shows other content than ours, or one
    whose signature does not hold or whose certificate is not valid today.
    """
    wrong = "Hasil penandatanganan tidak memuat tanda tangan yang sah atas naskah ini; tidak ada yang disimpan."
    if not signed.startswith(manuscript):
        raise ValidationError(wrong)
    try:
        found = read(signed, added_to=len(manuscript))
    except Unreadable as error:
        raise ValidationError(wrong) from error
    if len(found) != 1 or not (found[0]["intact"] and found[0]["whole"] and found[0]["only_signed"]):
        raise ValidationError(wrong)
    begins, ends = (datetime.fromisoformat(found[0][name]) for name in ("valid_from", "valid_until"))
    if not begins <= timezone.now() <= ends:
        raise ValidationError(f"Sertifikat penanda tangan tidak berlaku hari ini (sampai {tanggal(ends.date())}).")
    return keep(signed, "naskah", signing), found[0]


def keep(content: bytes, folder: str, signing: Signing) -> str:
    """Store the bytes under a name made of the paper and of them; their name."""
    digest = sha256(content).hexdigest()
    name = f"{folder}/{signing.prepared_at:%Y}/{signing.ref}-{digest[:16]}.pdf"
    default_storage.delete(name)  # of an earlier run that died while writing
    return default_storage.save(name, ContentFile(content))


def finish(signing: Signing, claim: str, *, by, subject, signed: bytes, file: str, signature: dict) -> OfficialDocument:
    """The signed bytes are the document, ready and in force; in the transaction of the act.

    ValidationError when the claim has passed to somebody else meanwhile: their signature is the one that counts.
    """
    row = Signing.objects.select_for_update().get(pk=signing.pk)
    if row.state not in {State.UNDER_WAY, State.UNCLEAR} or row.claim != claim:
        raise ValidationError(BUSY)
    now = timezone.now()
    with pikepdf.open(BytesIO(signed)) as opened:
        pages = len(opened.pages)
    document = as_document(row)
    document.subject_ref = getattr(subject, "ref", "")
    for name, value in PAPERS[row.paper].scope(subject).items():
        setattr(document, name, value)
    document.issued_by, document.issued_at, document.rendered_at = by, now, now
    document.state, document.progress, document.file = OfficialDocument.State.READY, 100, file
    document.sha256, document.size, document.pages = sha256(signed).hexdigest(), len(signed), pages
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(f"Nomor {row.number} sudah dipakai pada naskah lain.") from error
    row.state, row.document, row.signer, row.signed_at, row.signature = State.SIGNED, document, by, now, signature
    row.error = ""
    row.save()
    if row.sequence == OUTSIDE and (held := numbering.held_for(subject)):
        held.document = document
        held.save(update_fields=["document"])
    return document
