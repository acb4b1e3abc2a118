"""Bring in an extract of the registry and decide on it. It is a version: nothing of an earlier one is replaced."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from uep.access.access import require
from uep.accounts.models import Disclosure
from uep.files.actions import take_in_sheet
from uep.social.models import Extract, Source
from uep.social.queries import count_changes, extract_before, same_file
from uep.social.spreadsheet import FIELDS, IGNORED, NEEDED, faulty_rows_xlsx, find_header, folded, is_settled

Stage = Extract.Stage


@transaction.atomic
def bring_extract(source, *, by, period, as_of, upload) -> Extract:
    """Keep the file as it came and have it read by a worker; first its columns are asked for where they are not known.

    ValidationError when this very file was brought before, or holds no table of people.
    """
    source = Source.objects.select_for_update().get(pk=source.pk)
    require(by, "social.bring_extract", source)
    if as_of > timezone.localdate():
        raise ValidationError({"as_of": "Tanggal keadaan data tidak boleh sesudah hari ini."})
    if known := same_file(source, upload.sha256):
        raise ValidationError({
            "upload": f"Berkas ini sama persis dengan ekstrak {known.period} yang diunggah {known.by}; tidak ada yang diubah."
        })  # fmt: skip
    header = find_header(upload.content, source.columns)
    sha256 = upload.sha256
    stored = take_in_sheet(upload, by=by)
    settled = is_settled(header, source.columns)
    extract = Extract.objects.create(
        source=source,
        period=period,
        as_of=as_of,
        file=stored,
        sha256=sha256,
        columns=described(header),
        stage=Stage.QUEUED if settled else Stage.MAPPING,
        by=by,
    )
    if settled:
        enqueue(extract)
    return extract


def described(header) -> dict:
    """How the columns of an extract are kept: which row has the titles, what they are, and what each field was read from."""
    return {"header": header.number, "titles": [text[:80] for text in header.texts], "fields": header.columns}


@transaction.atomic
def map_columns(extract, *, by, fields) -> Extract:
    """Say which column holds what (field -> index); the source remembers it by the titles, also what holds nothing of ours."""
    extract = _locked(extract)
    require(by, "social.map_columns", extract)
    if missing := [FIELDS[name].label for name in NEEDED if name not in fields]:
        raise ValidationError(f"Kolom {' dan '.join(missing)} harus ditunjuk.")
    if len(set(fields.values())) < len(fields):
        raise ValidationError("Satu kolom hanya dapat dipakai untuk satu isian.")
    titles = extract.columns["titles"]
    meanings = {index: name for name, index in fields.items()}
    source = Source.objects.select_for_update().get(pk=extract.source_id)
    source.columns = source.columns | {
        folded(title): meanings.get(index, IGNORED) for index, title in enumerate(titles) if title
    }
    source.save(update_fields=["columns"])
    extract.columns = extract.columns | {"fields": fields}
    extract.stage = Stage.QUEUED
    extract.save(update_fields=["columns", "stage"])
    enqueue(extract)
    return extract


@transaction.atomic
def retry_extract(extract, *, by) -> Extract:
    """Read the kept file again from its beginning."""
    extract = _locked(extract)
    require(by, "social.retry_extract", extract)
    extract.stage, extract.progress, extract.error = Stage.QUEUED, 0, ""
    try:
        with transaction.atomic():
            extract.save(update_fields=["stage", "progress", "error"])
    except IntegrityError as error:
        raise ValidationError("Berkas yang sama sudah diunggah lagi sebagai ekstrak lain.") from error
    enqueue(extract)
    return extract


@transaction.atomic
def accept_extract(extract, *, by, reason="") -> Extract:
    """From now on it counts (queries.extract_in_force), on the word of a second person."""
    return _decide(extract, "social.accept_extract", Stage.ACCEPTED, by=by, reason=reason)


@transaction.atomic
def refuse_extract(extract, *, by, reason) -> Extract:
    """It never counts; what was read stays as a record."""
    return _decide(extract, "social.refuse_extract", Stage.REFUSED, by=by, reason=reason)


def _decide(extract, act, stage, *, by, reason) -> Extract:
    extract = _locked(extract)
    require(by, act, extract)
    extract.stage, extract.decided_by, extract.decided_at, extract.reason = stage, by, timezone.now(), reason
    extract.save(update_fields=["stage", "decided_by", "decided_at", "reason"])
    return extract


@transaction.atomic
def compare_again(extract, *, by) -> Extract:
    """Count the differences anew, against what is in force now."""
    extract = _locked(extract)
    require(by, "social.compare_again", extract)
    compare(extract)
    extract.save(update_fields=["compared_with", "new", "gone", "desil_changed"])
    return extract


def compare(extract) -> None:
    """Set the differences to the version before; the caller saves."""
    before = extract_before(extract)
    extract.compared_with = before
    extract.new, extract.gone, extract.desil_changed = count_changes(extract, before) or (None, None, None)


@transaction.atomic
def take_faulty_rows(extract, *, by, address=None) -> bytes:
    """The rows that could not come in, to mend and send again. They hold full numbers, so the look is recorded."""
    require(by, "social.take_faulty_rows", extract)
    Disclosure.objects.create(
        by=by,
        subject=f"social.extract:{extract.ref}",
        field="nik, kk_number",
        reason="Unduh baris ekstrak yang salah",
        address=address,
    )
    faults = dict(extract.faults.values_list("row", "sentences"))
    with extract.file.open() as file:
        return faulty_rows_xlsx(file, extract.columns["header"], faults)


def enqueue(extract) -> None:
    """One reading at a time for each extract; the job is given back to the queue when its worker dies."""
    app.configure_task("social.read_extract", lock=f"social.read_extract:{extract.pk}").defer(extract_id=extract.pk)


def _locked(extract) -> Extract:
    return Extract.objects.select_for_update(of=("self",)).select_related("source", "file").get(pk=extract.pk)
