"""Field sheets that were filled in by hand: taken in, read page by page, attached to their households.

Whatever happens midway, reading a scan again ends with the same pages: each is kept once, in a transaction of its own.
"""

import hashlib
from collections.abc import Collection
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from proposals.models import Proposal
from uep.access.access import require, why_not
from uep.files.actions import take_in
from uep.files.codes import codes_on, pages_of
from uep.files.intake import Prepared
from verification import queries
from verification.actions.desk import locked, reasoned
from verification.actions.field import IMAGES
from verification.models import FieldVisit, SheetPage, SheetScan
from verification.queries import sheets

Stage, State = SheetScan.Stage, SheetPage.State
PASSING = (OperationalError, OSError)  # a lost database, a full disk: may be back in a minute
OUT_OF_ORDER = "Lembar ini tidak dapat dibaca karena gangguan di server. Coba baca lagi."
UNREADABLE = "Kode pada lembar tidak terbaca."
NO_SHEET = "Kode pada halaman ini bukan kode lembar kunjungan."
SEVERAL = "Halaman ini memuat lembar beberapa rumah tangga. Foto setiap lembar sendiri."
UNKNOWN = "Rumah tangga pada lembar ini tidak ada di wilayah kerja Anda."
AGAIN = "Halaman yang sama sudah dilekatkan ke {name}."
WRITTEN = "Kunjungan ke {name} sudah dicatat tanpa lembar ini. Lekatkan sendiri bila lembar ini miliknya."


# Taking in -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def bring_sheets(user, *, by, uploads: Collection[Prepared]) -> list[SheetScan]:
    """Keep each photo or PDF and have it read; what this person brought before changes nothing and is left out."""
    require(by, "verification.bring_sheets", user)
    return [scan for upload in uploads if (scan := _bring(upload, by))]


def _bring(upload: Prepared, by) -> SheetScan | None:
    sha256 = upload.received_sha256
    if SheetScan.objects.filter(by=by, sha256=sha256).exists():
        upload.close()
        return None
    try:
        with transaction.atomic():
            scan = SheetScan.objects.create(file=take_in(upload, by=by), sha256=sha256, by=by)
    except IntegrityError:  # the same file over another connection, a moment ago; its bytes are swept
        return None
    _enqueue(scan)
    return scan


def _enqueue(scan) -> None:
    app.configure_task("verification.read_sheets", lock=f"verification.read_sheets:{scan.pk}").defer(scan_id=scan.pk)


@transaction.atomic
def read_again(scan, *, by) -> SheetScan:
    """Have a scan read that failed; pages that were read stay as they are."""
    scan = SheetScan.objects.select_for_update(of=("self",)).get(pk=scan.pk)
    require(by, "verification.read_again", scan)
    scan.stage, scan.error = Stage.QUEUED, ""
    scan.save(update_fields=["stage", "error"])
    _enqueue(scan)
    return scan


@transaction.atomic
def set_aside_scan(scan, *, by, reason) -> SheetScan:
    """It could not be read, and nobody is to try again: kept with the reason. Pages that were read stay as they are."""
    scan = SheetScan.objects.select_for_update(of=("self",)).get(pk=scan.pk)
    require(by, "verification.set_aside_scan", scan)
    scan.stage, scan.reason = Stage.ASIDE, reasoned(reason)[:300]
    scan.decided_at, scan.decided_by = timezone.now(), by
    scan.save(update_fields=["stage", "reason", "decided_at", "decided_by"])
    return scan


# Reading ---------------------------------------------------------------------------------------------------------------


def read_sheets(scan_id: int) -> None:
    """Read a scan page by page: once, however often this is called or killed midway (design, law 8)."""
    scan = _begin(scan_id)
    if scan is None:
        return
    try:
        with pages_of(scan.file) as pages:
            for number, page in enumerate(pages, 1):
                _read_page(scan, number, page)
    except PASSING:  # the queue tries again
        raise
    except ValidationError as error:
        _finish(scan_id, Stage.FAILED, " ".join(error.messages))
    except Exception:
        _finish(scan_id, Stage.FAILED, OUT_OF_ORDER)
        raise
    else:
        _finish(scan_id, Stage.READ)


@transaction.atomic
def _begin(scan_id: int) -> SheetScan | None:
    scan = SheetScan.objects.select_for_update(of=("self",)).select_related("file", "by").get(pk=scan_id)
    if scan.stage not in {Stage.QUEUED, Stage.READING}:
        return None
    scan.stage = Stage.READING
    scan.save(update_fields=["stage"])
    return scan


@transaction.atomic
def _finish(scan_id: int, stage: Stage, error: str = "") -> None:
    scan = SheetScan.objects.select_for_update().get(pk=scan_id)
    if scan.stage == Stage.READING:
        scan.stage, scan.error = stage, error[:300]
        scan.save(update_fields=["stage", "error"])


def _read_page(scan, number: int, picture: Path) -> None:
    """Keep one page and attach it where its code leads. A page that is there already stays as it is."""
    if scan.pages.filter(number=number).exists():
        return
    codes = codes_on(picture)
    drawn = hashlib.sha256(picture.read_bytes()).hexdigest()
    # A photo is its own page.
    sha256 = scan.file.received_sha256 if scan.file.is_image else drawn
    with transaction.atomic():
        SheetScan.objects.select_for_update().get(pk=scan.pk)  # a second worker waits here
        if scan.pages.filter(number=number).exists():
            return
        page = SheetPage(scan=scan, number=number, sha256=sha256, file=scan.file if scan.file.is_image else None)
        _place(page, codes)
        if page.file_id is None:
            with picture.open("rb") as file:
                page.file = take_in(File(file, name=f"lembar-{number}.jpg"), by=scan.by, accept=IMAGES)
        page.save()


def _place(page: SheetPage, codes: list[str]) -> None:
    """Attach the page to the household that its code names, or say what stands in the way."""
    told = [read for code in codes if (read := sheets.read_code(code))]
    refs = {read.proposal for read in told}
    page.state = State.LOOSE
    if not refs:
        page.trouble = NO_SHEET if codes else UNREADABLE
        return
    if len(refs) > 1:
        page.trouble = SEVERAL
        return
    page.version = told[0].version
    by = page.scan.by
    proposal = Proposal.objects.visible_to(by).filter(ref=told[0].proposal).first()
    if proposal is None:
        page.trouble = UNKNOWN
        return
    proposal = locked(
        proposal
    )  # of two pages of one sheet, or a visit that is being written, one comes after the other
    page.trouble = _in_the_way(page, proposal, by)[:300]
    if not page.trouble:
        _attach(page, proposal)


def _in_the_way(page, proposal, by) -> str:
    if twin := sheets.same_page(page.sha256):
        return AGAIN.format(
            name=twin.proposal if Proposal.objects.visible_to(by).filter(pk=twin.proposal_id) else "rumah tangga lain"
        )
    if refused := why_not(by, "verification.record_visit", proposal):
        return f"{proposal}: {refused}"
    visit = _open_visit(proposal)
    if visit and not visit.sheet_pages.exists():
        return WRITTEN.format(name=proposal)
    return ""


def _open_visit(proposal) -> FieldVisit | None:
    """The visit that is being written; an attempt that met nobody is over, so a sheet belongs to the next one."""
    visit = queries.open_visit(proposal)
    return visit if visit and visit.found != FieldVisit.Found.AWAY else None


def _attach(page, proposal) -> None:
    page.state, page.trouble, page.proposal = State.ATTACHED, "", proposal
    page.assignment, page.visit = queries.current_assignment(proposal), _open_visit(proposal)


# By hand ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def attach_sheet(page, *, by, proposal) -> SheetPage:
    """Say whose sheet it is: a household that the person may record a visit to now."""
    proposal = locked(proposal)
    page = _decided(page, "verification.attach_sheet", by)
    require(by, "verification.record_visit", proposal)
    if twin := sheets.same_page(page.sha256, but=page):
        raise ValidationError({"proposal": AGAIN.format(name=twin.proposal)})
    _attach(page, proposal)
    page.reason = ""
    page.save()
    return page


@transaction.atomic
def set_aside_sheet(page, *, by, reason) -> SheetPage:
    """It belongs to nobody, or says nothing: kept with the reason."""
    page = _decided(page, "verification.set_aside_sheet", by)
    page.state, page.reason = State.ASIDE, reasoned(reason)[:300]
    page.proposal = page.assignment = page.visit = None
    page.save()
    return page


def _decided(page, act: str, by) -> SheetPage:
    rows = SheetPage.objects.select_for_update(of=("self",)).select_related("scan", "visit", "assignment", "file")
    page = rows.get(pk=page.pk)
    require(by, act, page)
    page.decided_at, page.decided_by = timezone.now(), by
    return page
