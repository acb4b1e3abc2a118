"""Lists of earlier aid: read, shown with their faults, brought in once."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from uep.access.access import require
from uep.accounts.models import Disclosure
from uep.files.actions import take_in_sheet
from uep.social.models import PastAid, PastAidList
from uep.social.queries import own_villages
from uep.social.spreadsheet import PastAids, faulty_rows_xlsx, read_past_aids


@transaction.atomic
def bring_past_aid(_user, *, by, giver, programme, upload) -> PastAidList:
    """Keep a list as it came; nothing of it counts yet. ValidationError when this very file came in before."""
    require(by, "social.bring_past_aid", None)
    known = PastAidList.objects.filter(sha256=upload.sha256, imported_at__isnull=False).select_related("by").first()
    if known:
        raise ValidationError({"upload": f"Berkas ini sudah dimasukkan oleh {known.by} sebagai {known.programme}."})
    _read(upload.content)
    sha256 = upload.sha256
    stored = take_in_sheet(upload, by=by)
    return PastAidList.objects.create(giver=giver, programme=programme, file=stored, sha256=sha256, by=by)


@transaction.atomic
def import_past_aid(past_list, *, by) -> PastAidList:
    """The rows that are right become history, all at once; the same file twice adds nothing."""
    past_list = PastAidList.objects.select_for_update(of=("self",)).select_related("file").get(pk=past_list.pk)
    require(by, "social.import_past_aid", past_list)
    read = examine(past_list)
    past_list.imported_at = timezone.now()
    past_list.added, past_list.faulty = len(read.good), len(read.faulty)
    try:
        with transaction.atomic():
            past_list.save(update_fields=["imported_at", "added", "faulty"])
    except IntegrityError as error:
        raise ValidationError("Berkas yang sama sudah dimasukkan sebagai daftar lain.") from error
    PastAid.objects.bulk_create(
        (
            PastAid(
                list=past_list,
                year=aid.year,
                name=aid.name,
                nik=aid.nik or None,
                kk_number=aid.kk_number or None,
                birth_date=aid.birth_date,
                village_id=aid.village,
                place=aid.place,
                business=aid.business,
                amount=aid.amount,
            )
            for aid in read.good
        ),
        batch_size=2_000,
    )
    return past_list


def examine(past_list) -> PastAids:
    """Read the kept list again."""
    with past_list.file.open() as file:
        return _read(file)


def _read(file) -> PastAids:
    return read_past_aids(file, own_villages(), last_year=timezone.localdate().year)


@transaction.atomic
def take_faulty_aids(past_list, *, by, address=None) -> bytes:
    """The rows that cannot come in, to mend and send again. They hold full numbers, so the look is recorded."""
    require(by, "social.take_faulty_aids", past_list)
    Disclosure.objects.create(
        by=by,
        subject=f"social.pastaidlist:{past_list.ref}",
        field="nik, kk_number",
        reason="Unduh baris daftar bantuan yang salah",
        address=address,
    )
    read = examine(past_list)
    with past_list.file.open() as file:
        return faulty_rows_xlsx(file, read.header, {aid.row: aid.faults for aid in read.faulty})
