"""What is looked at: the items of the desk check, and the indicators of the visit. Pure."""

from collections.abc import Iterable
from typing import NamedTuple


class Item(NamedTuple):
    """One thing to check: a required paper (its code) or a group of the form's fields."""

    code: str
    label: str
    opens: tuple[str, ...]  # what the village may change when this item is sent back


# The groups of the proposal's form that staff compare with the papers; `opens` are names of its fields.
DATA_ITEMS = (
    Item(
        "identitas",
        "Isian identitas sesuai KTP dan KK",
        ("name", "nik", "kk_number", "birth_place", "birth_date", "sex", "address", "rt", "rw", "phone", "occupation"),
    ),
    Item(
        "data_sosial",
        "Data sosial (DTSEN/DTKS), desil, dan hubungan dengan aparat",
        ("social_data", "social_id", "desil", "social_period", "is_not_public_payroll", "kinship"),
    ),
    Item("usaha", "Isian usaha", ("business", "business_address", "business_years", "monthly_turnover")),
    Item("rab", "RAB sesuai bantuan yang diminta", ("budget", "amount_requested")),
    Item("rekening", "Nomor dan nama rekening", ("account_number", "account_name")),
)

# Kepmensos 262/HUK/2022: signs of poverty, joined by "dan/atau", without a pass mark.
INDICATORS = (
    ("no_work", "Kepala keluarga/pengurus tidak bekerja"),
    ("food_worry", "Pernah khawatir tidak makan atau tidak makan dalam setahun terakhir"),
    ("food_share", "Belanja makan lebih dari separuh seluruh belanja"),
    ("no_clothes", "Tidak membeli pakaian dalam setahun terakhir"),
    ("floor", "Lantai sebagian besar tanah atau plesteran"),
    ("walls", "Dinding sebagian besar bambu, papan, terpal, rumbia, seng, atau tembok tanpa plester"),
    ("toilet", "Tidak punya jamban sendiri"),
    ("light", "Listrik 450 VA atau bukan listrik"),
)
INDICATOR_CODES = frozenset(code for code, _ in INDICATORS)


def items(requirements: Iterable) -> list[Item]:
    """All items of one proposal: its programme's papers first, in their order, then the groups of data."""
    papers = [Item(r.code, r.label, (r.code,)) for r in requirements]
    return [*papers, *DATA_ITEMS]


def opened_by(codes: Iterable[str], every: Iterable[Item]) -> list[str]:
    """Field names and requirement codes that may be changed when these items are sent back."""
    chosen = set(codes)
    return sorted({name for item in every if item.code in chosen for name in item.opens})
