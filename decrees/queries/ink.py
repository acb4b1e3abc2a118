"""The paper that is signed with ink: the code on each of its pages, its scan, and what keeps the scan from counting."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from decrees.models import DecreeNote, SignedScan
from decrees.queries.rising import WRITING, draft_hash
from uep.access.access import granted

MARK = "UEP-SK"
HASH_SHOWN = 24  # hexadecimal digits, 96 bits: no two drafts share them, and the QR stays coarse


class Code(NamedTuple):
    """What the QR code on a printed draft says."""

    ref: str
    draft: str


def code_of(decree) -> str:
    """What the QR code on each page of the print says: which decree, and which wording of it."""
    return f"{MARK} {decree.ref} {draft_hash(decree)[:HASH_SHOWN]}"


def read_code(text: str) -> Code | None:
    """The code back from its text; None for a code that is not of a draft for ink."""
    parts = text.split(" ")
    return Code(*parts[1:]) if len(parts) == 3 and parts[0] == MARK else None


def waiting_scan(decree) -> SignedScan | None:
    """The scan that waits for its second person."""
    return decree.signed_scans.waiting().select_related("scan", "by").first()


def is_of_this_draft(scan: SignedScan) -> bool:
    """Was the paper printed from the draft as it stands?"""
    return scan.draft_hash == draft_hash(scan.decree)


def objections_to(scan: SignedScan) -> list[str]:
    """What nobody can overrule: pages of another paper, or a draft that has changed since."""
    faults = []
    if scan.pages_foreign:
        faults.append(f"{scan.pages_foreign} halaman pindaian ini berkode naskah lain. Sisihkan dan unggah yang benar.")
    if not is_of_this_draft(scan):
        faults.append("Draf berubah sejak naskahnya dipindai. Sisihkan pindaian ini.")
    return faults


def doubts_about(scan: SignedScan) -> list[str]:
    """What the machine could not make sure of; the second person looks and says in writing why it is right."""
    if scan.reading == SignedScan.Reading.FAILED:
        return [scan.error or "Pindaian tidak dapat dibaca mesin."]
    if scan.is_being_read:
        return []
    doubts = []
    if scan.pages != scan.pages_expected:
        doubts.append(f"Pindaian {scan.pages} halaman, naskahnya {scan.pages_expected} halaman.")
    if not scan.pages_matching:
        doubts.append("Tidak ada kode draf ini yang terbaca pada pindaian.")
    elif scan.pages_matching < scan.pages:
        doubts.append(f"Kode draf ini terbaca pada {scan.pages_matching} dari {scan.pages} halaman.")
    return doubts


def to_confirm(user) -> QuerySet[SignedScan]:
    """Scans that wait for this person: neither scanned by them nor of a draft that they wrote."""
    if not granted(user, "decrees.confirm_signature"):
        return SignedScan.objects.none()
    wrote = DecreeNote.objects.filter(decree=OuterRef("decree"), by=user, act__in=WRITING)
    rows = SignedScan.objects.visible_to(user).waiting().exclude(by=user).exclude(decree__drafted_by=user)
    return rows.exclude(Exists(wrote)).select_related("decree").order_by("at")
