"""Issue a paper, amend or revoke one, change how numbers are written.

`issue`, `reissue`, `supersede` and `revoke` are parts of other apps' acts: they run in the caller's transaction, under
the caller's rule. The acts with rules of their own are `retry_render` and `edit_series`.
"""

from datetime import date, timedelta
from datetime import date as Date
from functools import partial
from hashlib import file_digest, sha256
from io import BytesIO

import pikepdf
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from uep.access.access import require
from uep.documents import numbering
from uep.documents import render as renderer
from uep.documents.models import HeldNumber, NumberCounter, NumberSeries, OfficialDocument, Signing
from uep.documents.papers import PAPERS
from uep.documents.queries import document_of, subject_key

# Papers in force, papers that wait for a signature, and what a signing service returned.
KEPT_IN = ("naskah", "naskah-konsep", "naskah-terima")


def issue(
    paper_code: str,
    subject,
    *,
    by,
    on: date | None = None,
    facts: dict | None = None,
    number: str | None = None,
    series: NumberSeries | None = None,
) -> OfficialDocument:
    """Issue the paper about the subject: take its number, freeze its facts, have it rendered after the commit.

    Must run inside the caller's transaction. Called again for the same subject it returns the current document and
    takes no number. `on` is the paper's date (default: today in WIB); `facts` adds to Paper.facts; `number` is one
    given by hand (a decree that the Bupati's registry numbered), for which no series is touched; `series` names the
    series in which the caller has placed it. A number held for the subject is used before the next one is taken.
    """
    paper = PAPERS[paper_code]
    if not paper.issued:
        raise ValueError(f"{paper_code} is a printout; it is not issued")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a paper is issued only in the transaction of the act that it proves")
    if existing := document_of(paper_code, subject):
        return existing
    on = on or timezone.localdate()
    try:
        with transaction.atomic():  # a savepoint: the loser of a race gives its number back
            document = _write(paper, subject, by, on, facts or {}, number, series)
    except IntegrityError as error:
        if "one_current_document_per_paper_and_subject" in str(error):
            return document_of(paper_code, subject)
        if "a_number_is_given_once" in str(error):
            raise ValidationError(f"Nomor {number or 'ini'} sudah dipakai pada {paper.title} lain.") from error
        raise
    _enqueue(document)
    return document


def _write(paper, subject, by, on, facts, number, series) -> OfficialDocument:
    held = numbering.held_for(subject) if paper.number_by_hand and number is None else None
    if held:
        series, number, on = held.series, held.number, held.date
    elif paper.series and number is None:
        series = numbering.series_of(paper.series)
        number = numbering.take_from(series, on)
    number = (number or "").strip()
    document = OfficialDocument.objects.create(
        paper=paper.code,
        title=paper.describe(subject),
        number=number,
        number_series=series,
        subject_ref=getattr(subject, "ref", ""),
        **subject_key(subject),
        **paper.scope(subject),
        facts={
            **paper.facts(subject),
            **facts,
            "sheet": renderer.sheet_of(paper),
            "number": number,
            "date": on.isoformat(),
            "public": [list(pair) for pair in paper.public_facts(subject)],
        },
        issued_by=by,
        issued_at=timezone.now(),
    )
    if held:
        held.document = document
        held.save(update_fields=["document"])
    return document


def _enqueue(document: OfficialDocument) -> None:
    """One rendering at a time per document: procrastinate's lock, given back when the reaper takes a dead job over."""
    app.configure_task("documents.render", lock=f"documents.render:{document.pk}").defer(document_id=document.pk)


def supersede(document: OfficialDocument, successor: OfficialDocument, *, by, reason: str) -> OfficialDocument:
    """Mark a current document as amended by another one (a decree by its amending decree)."""
    document = _lock_current(document, reason)
    document.status, document.superseded_by, document.reason = (
        OfficialDocument.Status.AMENDED,
        successor,
        reason.strip(),
    )
    document.save(update_fields=["status", "superseded_by", "reason"])
    return document


@transaction.atomic
def reissue(
    paper_code: str,
    subject,
    *,
    by,
    reason: str,
    on: date | None = None,
    facts: dict | None = None,
    number: str | None = None,
) -> OfficialDocument:
    """Issue the paper about the same subject anew, with a new number; the former one stays, marked as amended."""
    former = document_of(paper_code, subject)
    if former is None:
        return issue(paper_code, subject, by=by, on=on, facts=facts, number=number)
    former = _lock_current(former, reason)
    former.status, former.reason = OfficialDocument.Status.AMENDED, reason.strip()
    former.save(update_fields=["status", "reason"])
    document = issue(paper_code, subject, by=by, on=on, facts=facts, number=number)
    former.superseded_by = document
    former.save(update_fields=["superseded_by"])
    return document


def revoke(
    document: OfficialDocument, *, by, reason: str, successor: OfficialDocument | None = None
) -> OfficialDocument:
    """Mark a current document as revoked, for good, by a paper where there is one; its bytes and its page stay."""
    document = _lock_current(document, reason)
    document.status, document.reason = OfficialDocument.Status.REVOKED, reason.strip()
    document.superseded_by = successor
    document.save(update_fields=["status", "reason", "superseded_by"])
    return document


def _lock_current(document: OfficialDocument, reason: str) -> OfficialDocument:
    if not reason.strip():
        raise ValidationError("Sebutkan alasannya.")
    document = OfficialDocument.objects.select_for_update().get(pk=document.pk)
    if document.status != OfficialDocument.Status.CURRENT:
        raise ValidationError(f"{document} sudah tidak berlaku ({document.get_status_display().lower()}).")
    return document


@transaction.atomic
def retry_render(document: OfficialDocument, *, by) -> OfficialDocument:
    """Have a failed paper rendered again; number and facts stay as they were frozen."""
    document = OfficialDocument.objects.select_for_update().get(pk=document.pk)
    require(by, "documents.retry_render", document)
    document.state, document.progress, document.error = OfficialDocument.State.QUEUED, 0, ""
    document.attempts = 0
    document.save(update_fields=["state", "progress", "error", "attempts"])
    _enqueue(document)
    return document


def render(document_id: int) -> None:
    """Render a document and store it: once, however often this is called or killed midway (design, law 8).

    The bytes are stored first, the row after them; a run that finds the row ready leaves everything as it is. What
    goes wrong is kept in words on the document and raised again for the log of the queue.
    """
    document = _begin_rendering(document_id)
    if document is None:
        return
    try:
        subject = apps.get_model(document.subject_type).objects.get(pk=document.subject_pk)
        content = renderer.pdf(PAPERS[document.paper], subject, document, progress=partial(_tell, document.pk))
        _store(document, content)
    except Exception as error:
        _fail(document.pk, error)
        raise


@transaction.atomic
def _begin_rendering(document_id: int) -> OfficialDocument | None:
    document = OfficialDocument.objects.select_for_update().get(pk=document_id)
    if document.is_ready:
        return None
    document.state, document.progress, document.error = OfficialDocument.State.RENDERING, 0, ""
    document.attempts += 1
    document.save(update_fields=["state", "progress", "error", "attempts"])
    return document


def _tell(document_id: int, percent: int) -> None:
    OfficialDocument.objects.filter(pk=document_id, state=OfficialDocument.State.RENDERING).update(progress=percent)


def _store(document: OfficialDocument, content: bytes) -> None:
    digest = sha256(content).hexdigest()
    name = f"naskah/{document.issued_at:%Y}/{document.ref}-{digest[:16]}.pdf"
    if not _is_stored(name, digest):
        default_storage.delete(name)  # of an earlier run that died while writing
        name = default_storage.save(name, ContentFile(content))
    with pikepdf.open(BytesIO(content)) as opened:
        pages = len(opened.pages)
    with transaction.atomic():
        locked = OfficialDocument.objects.select_for_update().get(pk=document.pk)
        if locked.is_ready:  # another run was quicker; its bytes are the document
            return
        locked.state, locked.progress, locked.error = OfficialDocument.State.READY, 100, ""
        locked.sha256, locked.size, locked.pages, locked.file = digest, len(content), pages, name
        locked.rendered_at = timezone.now()
        locked.save()


def _is_stored(name: str, digest: str) -> bool:
    if not default_storage.exists(name):
        return False
    with default_storage.open(name) as stored:
        return file_digest(stored, "sha256").hexdigest() == digest


def _fail(document_id: int, error: Exception) -> None:
    words = (
        " ".join(error.messages)
        if isinstance(error, ValidationError)
        else f"Naskah belum dapat disusun karena kesalahan pada sistem ({type(error).__name__}). "
        "Coba susun ulang; bila terulang, hubungi administrator."
    )
    OfficialDocument.objects.filter(pk=document_id, state=OfficialDocument.State.RENDERING).update(
        state=OfficialDocument.State.FAILED, error=words[:500]
    )


def sweep_strays(*, older_than: timedelta = timedelta(days=1)) -> list[str]:
    """Remove stored papers that no row names: left by a run that died between storing and committing. Their names.

    Only old ones: what was stored just now may be named in a transaction that has not ended yet.
    """
    swept, until = [], timezone.now() - older_than
    for folder in KEPT_IN:
        for year in _listed(folder)[0]:
            names = [f"{folder}/{year}/{name}" for name in _listed(f"{folder}/{year}")[1]]
            for start in range(0, len(names), 500):
                part = names[start : start + 500]
                for name in sorted(set(part) - _named(part)):
                    if default_storage.get_modified_time(name) < until:
                        default_storage.delete(name)
                        swept.append(name)
    return swept


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """(folders, files) in it; nothing where there is no such folder yet."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _named(names: list[str]) -> set[str]:
    """Those that a row of ours names."""
    return {
        *OfficialDocument.objects.filter(file__in=names).values_list("file", flat=True),
        *Signing.objects.filter(file__in=names).values_list("file", flat=True),
        *Signing.objects.filter(received__in=names).values_list("received", flat=True),
    }


@transaction.atomic
def edit_series(series: NumberSeries, *, by, pattern: str, unit_code: str, last: int | None = None) -> None:
    """Change how the numbers of a series are written, and where this year's counting stands.

    `last` is the last number that the office's paper book has already used; it only ever goes up.
    """
    series = NumberSeries.objects.select_for_update().get(pk=series.pk)
    require(by, "documents.edit_series", series)
    numbering.check_pattern(pattern)
    series.pattern, series.unit_code = pattern.strip(), unit_code.strip()
    series.save(update_fields=["pattern", "unit_code"])
    if last is None:
        return
    year = timezone.localdate().year
    NumberCounter.objects.bulk_create([NumberCounter(series=series, year=year)], ignore_conflicts=True)
    counter = NumberCounter.objects.select_for_update().get(series=series, year=year)
    if last < counter.last:
        raise ValidationError(f"Nomor {counter.last} sudah terpakai tahun ini; nomor terakhir tidak dapat mundur.")
    counter.last = last
    counter.save(update_fields=["last"])


@transaction.atomic
def reserve_number(series: NumberSeries, *, by, date: Date, reason: str, number: str = "") -> HeldNumber:
    """Take a number by hand: the next one (`number` empty), or one that the records desk gave, such as 17.a.

    It is kept back for one paper, whose day is `date`; a day before today leaves its mark in the book of numbers.
    """
    series = NumberSeries.objects.select_for_update().get(pk=series.pk)
    require(by, "documents.reserve_number", series)
    if date > timezone.localdate():
        raise ValidationError({"date": "Tanggal naskah tidak boleh setelah hari ini."})
    number = " ".join(number.split())
    if not number:
        last = NumberCounter.objects.filter(series=series, year=date.year).values_list("last", flat=True).first() or 0
        number = numbering.write(series, numbering.Place(last + 1, ""), date)
    try:
        place = numbering.place_by_hand(series, number, date)
    except ValidationError as error:
        raise ValidationError({"number": error.messages}) from error
    return HeldNumber.objects.create(
        series=series, sequence=place.sequence, suffix=place.suffix, number=number, date=date, reason=reason, by=by
    )


@transaction.atomic
def release_number(held: HeldNumber, *, by, reason: str) -> HeldNumber:
    """Give up a number that no paper took; the book keeps it with the reason, which explains the gap."""
    held = HeldNumber.objects.select_for_update(of=("self",)).select_related("series").get(pk=held.pk)
    require(by, "documents.release_number", held)
    held.released_by, held.released_at, held.release_reason = by, timezone.now(), reason
    held.save(update_fields=["released_by", "released_at", "release_reason"])
    return held


def hold_for(subject, held: HeldNumber | None) -> None:
    """Have the paper about the subject bear this number, or the next one of its series (None); part of another act.

    ValidationError when the number is on a paper, given up, or kept for another subject.
    """
    for former in HeldNumber.objects.free().filter(**subject_key(subject)).select_for_update(of=("self",)):
        former.subject_type = former.subject_pk = ""
        former.save(update_fields=["subject_type", "subject_pk"])
    if held is None:
        return
    held = HeldNumber.objects.free().filter(pk=held.pk, subject_pk="").select_for_update(of=("self",)).first()
    if held is None:
        raise ValidationError("Nomor itu baru saja dipakai atau dilepas. Pilih nomor lain.")
    for name, value in subject_key(subject).items():
        setattr(held, name, value)
    held.save(update_fields=["subject_type", "subject_pk"])
