"""A decree that nobody drafted, to look at a wording with; every name on it is made up."""

from datetime import date

from django.utils import timezone

from decrees.models import Decree, Wording
from decrees.queries.budget import Totals
from decrees.queries.facts import Material, Revoked, title_by, who_signs
from decrees.queries.wordings import wording_in_force
from proposals.models import Programme
from uep.office.models import Bank

EACH = 5_000_000  # Rupiah
PLACES = [("Desa Contoh Satu", "Kecamatan Contoh Timur"), ("Desa Contoh Dua", "Kecamatan Contoh Timur"),
          ("Kelurahan Contoh Tiga", "Kecamatan Contoh Barat")]  # fmt: skip
PEOPLE = ["Adinda Contoh", "Bagus Contoh", "Citra Contoh", "Darma Contoh", "Endang Contoh"]


def sample_decree(wording: Wording) -> Decree:
    """An unsaved decree of the wording's kind, with five recipients in three villages; a revocation has none."""
    today = timezone.localdate()
    programme = Programme(
        name="Usaha Ekonomi Produktif",
        year=today.year,
        bank=Bank.objects.filter(active=True).order_by("name").first() or Bank(name="Bank Contoh"),
        dpa_number="DPA/A.1/1.06/CONTOH",
        account_code="5.1.06.01.01.0001",
        signatory=wording.signatory,
    )
    decree = Decree(programme=programme, kind=wording.kind, signatory_role=wording.signatory, wording=wording)
    if wording.kind != Wording.Kind.ORIGINAL:
        decree.amends = _former(programme, wording.signatory)
        decree.reason = "Anggaran program dialihkan" if wording.kind == Wording.Kind.REVOCATION else ""
    rows = [] if wording.kind == Wording.Kind.REVOCATION else _rows()
    revoked = Revoked(Totals(5, 5 * EACH), 3, Totals(2, 2 * EACH))
    decree.material = Material(Totals(len(rows), len(rows) * EACH), EACH if rows else None, [], revoked=revoked)
    decree.rows = rows
    decree.minutes = [("800/007/BA-UEP/CONTOH", date(today.year, 1, 15))]
    decree.title = title_by(wording, decree)
    decree.considerations = wording.considerations
    return decree


def _former(programme, role) -> Decree:
    former = Decree(
        programme=programme, signatory_role=role, number="188.4/000/CONTOH", date=date(programme.year, 2, 1)
    )
    former.title = title_by(wording_in_force(former.kind, role), former)
    former.signatory = who_signs(former, former.date)
    return former


def _rows() -> list[dict]:
    return [
        {
            "position": index + 1,
            "name": name,
            "nik": "620903••••••••01",
            "kk": "620903••••••••02",
            "address": "RT 001/RW 001",
            "village": PLACES[index // 2][0].partition(" ")[2],
            "district": PLACES[index // 2][1].partition(" ")[2],
            "place": PLACES[index // 2][0],
            "area": PLACES[index // 2][1],
            "business": "Warung sembako",
            "amount": EACH,
            "instead_of": None,
        }
        for index, name in enumerate(PEOPLE)
    ]
