"""The signature on paper: one person brings number, date and scan, a machine reads the codes, a second person confirms."""

from collections.abc import Iterable
from datetime import date as Date
from io import BytesIO

import pikepdf
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from decrees import queries
from decrees.actions.drafting import locked, write_note
from decrees.actions.rising import refuse_unseen
from decrees.actions.scans import decide, put_aside
from decrees.actions.signing import TAKEN, put_in_force
from decrees.models import Decree, SignedScan
from proposals.moves import tell
from uep.access.access import require
from uep.access.roles import Role
from uep.documents import numbering
from uep.documents import render as renderer
from uep.documents.papers import PAPERS
from uep.files.actions import take_in
from uep.files.codes import codes_on, pages_of
from uep.office import queries as office
from uep.ui.indonesian import tanggal

Outcome, Reading = SignedScan.Outcome, SignedScan.Reading
PASSING = (OperationalError, OSError)  # a lost database, a full disk: may be back in a minute
UNREADABLE = "Pindaian tidak dapat dibaca mesin karena gangguan di server."


@transaction.atomic
def record_signature(decree, *, by, number, date: Date, scan, seen="") -> Decree:
    """Keep what came back from the signatory: number and date as written on the paper, and its scan.

    Nothing is in force yet. The codes on the pages are read after the commit, then a second person confirms.
    """
    decree = locked(decree)
    require(by, "decrees.record_signature", decree)
    number = " ".join(number.split())
    if not number:
        raise ValidationError({"number": "Nomor SK belum diisi."})
    if date > timezone.localdate():
        raise ValidationError({"date": "Tanggal penetapan tidak boleh setelah hari ini."})
    if Decree.objects.filter(number__iexact=number).exists():
        raise ValidationError({"number": TAKEN.format(number)})
    if decree.signatory_role != Role.REGENT:
        _check_our_number(decree, number, date)
    office.signatory(decree.signatory_role, date)  # somebody must have held the post on that day
    row = SignedScan.objects.create(
        decree=decree,
        number=number,
        date=date,
        scan=take_in(scan, by=by, accept=frozenset({"pdf", "image"})),
        draft_hash=refuse_unseen(decree, seen),
        by=by,
    )
    write_note(decree, "decrees.record_signature", by=by, note=number)
    households = decree.proposals.order_by("pk").values_list("pk", flat=True)
    tell(households, "decrees.record_signature", by=by, url=decree.get_absolute_url())
    app.configure_task("decrees.read_signed_scan", lock=f"decrees.read_signed_scan:{row.pk}").defer(scan_id=row.pk)
    return decree


def _check_our_number(decree, number: str, on: Date) -> None:
    """A number of our own series: the one kept for this decree, else the next one or one split off another (17.a)."""
    if held := numbering.held_for(decree):
        if (number, on) != (held.number, held.date):
            raise ValidationError(
                {"number": f"Untuk draf ini sudah dipesan Nomor {held.number}, {tanggal(held.date)}."}
            )
        return
    try:
        numbering.check_by_hand(numbering.series_of(PAPERS[decree.paper].series), number, on)
    except ValidationError as error:
        raise ValidationError({"number": error.messages}) from error


@transaction.atomic
def confirm_signature(decree, *, by, scan: str, note="", seen="") -> Decree:
    """The second person's word that the scan is this decree; from here on it is in force.

    `scan` is the ref of the scan that the person looked at. What the machine doubts needs a `note` that says why it is
    right all the same.
    """
    decree = locked(decree)
    require(by, "decrees.confirm_signature", decree)
    row = decree.signed_scans.waiting().select_for_update(of=("self",)).get()
    if row.ref != scan:
        raise ValidationError("Pindaian lain diunggah sejak halaman ini dibuka. Periksa lagi sebelum memutuskan.")
    note = " ".join(note.split())
    if (doubts := queries.doubts_about(row)) and not note:
        raise ValidationError({"note": f"Jelaskan mengapa pindaian ini benar. {' '.join(doubts)}"})
    decide(row, Outcome.CONFIRMED, by=by, reason=note)
    decree.scan = row.scan
    number, series = row.number, None
    if numbering.held_for(decree):
        number = None  # the paper takes the one that is kept for it
    elif decree.signatory_role != Role.REGENT:
        series = numbering.series_of(PAPERS[decree.paper].series)
        numbering.place_by_hand(series, number, row.date)
    return put_in_force(
        decree,
        "decrees.confirm_signature",
        by=by,
        on=row.date,
        number=number,
        series=series,
        seen=seen,
        note=f"{row.number}. {note}" if note else row.number,
    )


@transaction.atomic
def put_aside_scan(decree, *, by, reason: str) -> Decree:
    """Not the right paper, or not readable: it stays kept, with the reason, and another one can be brought."""
    decree = locked(decree)
    require(by, "decrees.put_aside_scan", decree)
    put_aside(decree, by=by, reason=reason)
    write_note(decree, "decrees.put_aside_scan", by=by, note=reason)
    return decree


# Reading ---------------------------------------------------------------------------------------------------------------


def read_signed_scan(scan_id: int) -> None:
    """Read the codes of every page and count them against the draft's own; harmless to run again or to be killed."""
    row = SignedScan.objects.select_related("scan", "decree__programme__bank", "decree__amends").get(pk=scan_id)
    if not row.is_being_read or row.outcome != Outcome.WAITING:
        return
    try:
        with pages_of(row.scan) as pages:
            codes = [codes_on(page) for page in pages]
        facts = {"reading": Reading.READ, "pages_expected": _pages_of_print(row.decree), **counted(row, codes)}
    except PASSING:  # the queue tries again
        raise
    except ValidationError as error:
        facts = {"reading": Reading.FAILED, "error": " ".join(error.messages)[:300]}
    except Exception:
        _keep(row, {"reading": Reading.FAILED, "error": UNREADABLE})
        raise
    _keep(row, facts)


def counted(row: SignedScan, codes: Iterable[list[str]]) -> dict:
    """How many pages there are, with the code of this draft, with that of another paper (an older print included)."""
    ours = queries.Code(row.decree.ref, row.draft_hash[: queries.HASH_SHOWN])
    found = [{code for text in page if (code := queries.read_code(text))} for page in codes]
    return {
        "pages": len(found),
        "pages_matching": sum(ours in page for page in found),
        "pages_foreign": sum(bool(page) and ours not in page for page in found),
    }


def _pages_of_print(decree) -> int:
    decree.for_ink = True
    with pikepdf.open(BytesIO(renderer.pdf(PAPERS[decree.paper], decree))) as printed:
        return len(printed.pages)


@transaction.atomic
def _keep(row: SignedScan, facts: dict) -> None:
    row = SignedScan.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not row.is_being_read or row.outcome != Outcome.WAITING:  # another run was quicker, or it was put aside
        return
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))
