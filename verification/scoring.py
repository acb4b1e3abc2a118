"""Who comes first when there is not enough for all: signs, points, ties, and what quota and budget hold. Pure.

Kepmensos 262/HUK/2022 names signs of poverty and sets no pass mark; so a score here only puts households in an order, it
never turns one away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from uep.ui.indonesian import angka, rupiah
from verification.questions import DEFAULT, Question

NO_CUTOFF = "Kepmensos 262/HUK/2022 tidak menetapkan nilai lulus. Skor hanya mengurutkan calon bila kuota atau anggaran tidak cukup."
WHOLE = 100  # per cent


class Group(StrEnum):
    POVERTY = "poverty"
    PROSPECTS = "prospects"
    READINESS = "readiness"

    @property
    def label(self) -> str:
        return {"poverty": "Kemiskinan", "prospects": "Prospek usaha", "readiness": "Kesiapan"}[self.value]


class Facts(NamedTuple):
    """What a score is read from: the last finished visit and the proposal as it stands. What is not known counts nothing."""

    signs: Mapping[str, int] = MappingProxyType({})  # how much of each question's weight the answers earn, per cent
    found: bool = False
    visits: int = 0  # which visit it was that found them
    business_exists: bool = False
    business_years: int = 0
    turnover: int = 0  # Rupiah a month, as the village wrote
    turnover_seen: int = 0  # as the team saw
    has_equipment: bool = False
    has_need: bool = False
    returns: int = 0  # how often it was sent back to its village
    budget: int = 0  # Rupiah, sum of the RAB
    amount: int = 0  # Rupiah asked for
    has_account: bool = False
    has_phone: bool = False
    phone_is_borrowed: bool = False
    desil: int | None = None


class Criterion(NamedTuple):
    """One sign: what it is worth unless the office says otherwise, and in words how it is read."""

    code: str
    group: Group
    label: str
    points: int
    reading: str


# The group of poverty is what the instrument asks (verification.questions); these are read from the rest.
OTHERS = (
    Criterion("business_runs", Group.PROSPECTS, "Usaha ada dan berjalan", 12, "menurut kunjungan"),
    Criterion("business_age", Group.PROSPECTS, "Lama usaha", 10, "seperlima tiap tahun; penuh mulai 5 tahun"),
    Criterion(
        "turnover",
        Group.PROSPECTS,
        "Omzet terlihat",
        8,
        "penuh bila sedikitnya separuh omzet yang ditulis; selain itu separuh",
    ),
    Criterion("equipment", Group.PROSPECTS, "Modal atau peralatan terlihat", 4, "menurut kunjungan"),
    Criterion("need", Group.PROSPECTS, "Kebutuhan jelas", 6, "tercatat saat kunjungan"),
    Criterion(
        "papers", Group.READINESS, "Berkas benar sejak pertama", 6, "separuh bila dikembalikan sekali; nol bila lebih"
    ),
    Criterion("budget", Group.READINESS, "RAB lengkap", 4, "jumlahnya sama dengan yang diminta"),
    Criterion("account", Group.READINESS, "Rekening sudah ada", 4, "nomor rekening terisi"),
    Criterion("phone", Group.READINESS, "Dapat dihubungi", 3, "nomor HP terisi; separuh bila milik orang lain"),
    Criterion(
        "attends", Group.READINESS, "Dapat ditemui", 3, "pada kunjungan pertama; separuh bila perlu dikunjungi lagi"
    ),
)
BY_CODE = {criterion.code: criterion for criterion in OTHERS}
OTHER_DEFAULTS = {criterion.code: criterion.points for criterion in OTHERS}


def criteria_of(questions: Iterable[Question]) -> tuple[Criterion, ...]:
    """All signs where these questions are asked: theirs first, each that has a weight."""
    asked = (Criterion(q.code, Group.POVERTY, q.label, q.weight, q.reading) for q in questions if q.weight)
    return (*asked, *OTHERS)


CRITERIA = criteria_of(DEFAULT)  # of the instrument with which a programme begins
DEFAULTS = {criterion.code: criterion.points for criterion in CRITERIA}


def group_of(code: str) -> Group:
    return BY_CODE[code].group if code in BY_CODE else Group.POVERTY


# In this order, when scores are the same. Register numbers do not repeat, so the last one always decides.
TIES = (
    ("desil", "desil yang lebih rendah"),
    ("poverty", "nilai bagian kemiskinan yang lebih tinggi"),
    ("business_years", "usaha yang lebih lama"),
    ("register", "nomor register yang lebih awal"),
)
TIE_ORDER = [code for code, _ in TIES]


def tie_sentence(codes: Iterable[str] = TIE_ORDER) -> str:
    """The tie rule as a sentence for pages and papers."""
    labels = dict(TIES)
    *first, last = [labels[code] for code in codes]
    return f"Bila skor sama, didahulukan {', lalu '.join([*first, last])}."


# Scores ---------------------------------------------------------------------------------------------------------------


class Score(NamedTuple):
    total: int
    breakdown: dict[str, int]  # code -> points that count

    def of(self, group: Group) -> int:
        return sum(points for code, points in self.breakdown.items() if group_of(code) == group)


def graded(facts: Facts) -> dict[str, int]:
    """How much of each sign is there, per cent."""
    half = WHOLE // 2
    seen_enough = 2 * facts.turnover_seen >= facts.turnover
    rest = {
        "business_runs": WHOLE * facts.business_exists,
        "business_age": min(facts.business_years, 5) * WHOLE // 5,
        "turnover": (WHOLE if seen_enough else half) if facts.turnover_seen else 0,
        "equipment": WHOLE * facts.has_equipment,
        "need": WHOLE * facts.has_need,
        "papers": {0: WHOLE, 1: half}.get(facts.returns, 0),
        "budget": WHOLE * (0 < facts.amount == facts.budget),
        "account": WHOLE * facts.has_account,
        "phone": (half if facts.phone_is_borrowed else WHOLE) if facts.has_phone else 0,
        "attends": (WHOLE if facts.visits == 1 else half) if facts.found else 0,
    }
    return {**facts.signs} | rest


def score(facts: Facts, weights: Mapping[str, int] = DEFAULTS) -> Score:
    """Whole points; a part of a point does not count, so that sum and breakdown agree to the last digit."""
    there = graded(facts)
    breakdown = {code: points * there.get(code, 0) // WHOLE for code, points in weights.items()}
    return Score(sum(breakdown.values()), breakdown)


def parts_of(its: Score, criteria: Iterable[Criterion] = CRITERIA) -> list[tuple[str, int, list[tuple[str, int]]]]:
    """The breakdown by group: what it is called, its points, and each sign with its own."""
    return [
        (group.label, its.of(group), [(c.label, its.breakdown.get(c.code, 0)) for c in criteria if c.group == group])
        for group in Group
    ]


def by_group(
    weights: Mapping[str, int], criteria: Iterable[Criterion] = CRITERIA
) -> list[tuple[str, list[tuple[str, int]]]]:
    """Weights as pages and papers print them."""
    return [(group.label, [(c.label, weights.get(c.code, 0)) for c in criteria if c.group == group]) for group in Group]


# Order ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """A household that competes."""

    pk: int
    register: tuple[int, int]  # year, number
    village: str  # codes of regions
    district: str
    facts: Facts
    shown: Mapping = field(default_factory=dict, compare=False)  # what pages print; nothing here reads it

    @property
    def amount(self) -> int:
        return self.facts.amount


def tie_key(entry: Entry, its: Score) -> tuple:
    """TIES as a sort key; who is in no desil comes after those who are."""
    facts = entry.facts
    desil = facts.desil if facts.desil is not None else 99
    return desil, -its.of(Group.POVERTY), -facts.business_years, entry.register


def ordered(entries: Iterable[Entry], weights: Mapping[str, int] = DEFAULTS) -> list[tuple[Entry, Score]]:
    """Highest score first, ties by TIES. Total: no two households ever stand at one place."""
    scored = [(entry, score(entry.facts, weights)) for entry in entries]
    return sorted(scored, key=lambda pair: (-pair[1].total, tie_key(*pair), pair[0].pk))


# Room -----------------------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    ELIGIBLE = "eligible"
    WAITING = "waiting"


class Terms(NamedTuple):
    """What a ranking is made by."""

    quota: int
    budget: int  # Rupiah
    weights: Mapping[str, int] = DEFAULTS
    shares: Mapping[str, int] = {}  # code of a district or village -> how many at most


class Taken(NamedTuple):
    """Places that are given already, by village."""

    village: str
    district: str
    count: int
    amount: int  # Rupiah


@dataclass
class Room:
    """What is left while places are given away, one after the other."""

    terms: Terms
    names: Mapping[str, str]  # code of a region -> how it is called
    count: int = 0
    amount: int = 0
    used: dict[str, int] = field(default_factory=dict)
    full_at: int | None = None  # the position that first met the end of the budget

    def take(self, village: str, district: str, amount: int, count: int = 1) -> None:
        self.count += count
        self.amount += amount
        for code in (village, district):
            self.used[code] = self.used.get(code, 0) + count

    def left_in(self, code: str) -> int | None:
        """Places left of a region's share; None where it has no share."""
        share = self.terms.shares.get(code)
        return None if share is None else share - self.used.get(code, 0)

    def give(self, position: int, entry: Entry) -> str:
        """Give the next place to this one if there is any; else the sentence of what is used up."""
        why = self._used_up(entry)
        if not why and self.amount + entry.amount > self.terms.budget:
            self.full_at = position
            rest = max(self.terms.budget - self.amount, 0)
            why = f"Anggaran tidak cukup: sisa {rupiah(rest)}, diminta {rupiah(entry.amount)}."
        if not why:
            self.take(entry.village, entry.district, entry.amount)
        return why

    def _used_up(self, entry: Entry) -> str:
        if self.count >= self.terms.quota:
            return f"Kuota program habis ({angka(self.terms.quota)} tempat)."
        # Nobody passes by a household for which the money was too short, only because they ask for less.
        if self.full_at is not None:
            return f"Anggaran habis pada peringkat {self.full_at}."
        for code in (entry.district, entry.village):
            left = self.left_in(code)
            if left is not None and left <= 0:
                return f"Kuota {self.names.get(code, code)} habis ({angka(self.terms.shares[code])} tempat)."
        return ""


def room(terms: Terms, taken: Iterable[Taken], names: Mapping[str, str]) -> Room:
    """The room that is left when these places are given."""
    left = Room(terms, names)
    for row in taken:
        left.take(row.village, row.district, row.amount, row.count)
    return left


class Placed(NamedTuple):
    """Where a household comes, and why it gets a place or waits."""

    position: int
    entry: Entry
    score: Score
    outcome: Outcome
    why: str


def rank(entries: Iterable[Entry], terms: Terms, taken: Sequence[Taken], names: Mapping[str, str]) -> list[Placed]:
    """Everyone in order; places go from the top as far as quota, shares and budget reach."""
    left, placed = room(terms, taken, names), []
    for position, (entry, its) in enumerate(ordered(entries, terms.weights), 1):
        why = left.give(position, entry)
        outcome = Outcome.WAITING if why else Outcome.ELIGIBLE
        sentence = why or f"Tempat ke-{angka(left.count)} dari {angka(terms.quota)}."
        placed.append(Placed(position, entry, its, outcome, sentence))
    return placed


# Shares ---------------------------------------------------------------------------------------------------------------


def faults_of(quota: int, given: Mapping[str, int], names: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with shares, by region ("" for the whole); code of a district is the beginning of its villages'."""
    faults = {}
    districts = {code: share for code, share in given.items() if code.count(".") == 2}
    villages = {code: share for code, share in given.items() if code.count(".") == 3}
    loose = sum(share for code, share in villages.items() if _district(code) not in districts)
    if (total := sum(districts.values()) + loose) > quota:
        faults[""] = f"Jumlah kuota wilayah {angka(total)}, melebihi kuota program {angka(quota)}."
    for code, share in districts.items():
        if (inside := sum(part for village, part in villages.items() if _district(village) == code)) > share:
            faults[code] = (
                f"Kuota desa/kelurahan di {names.get(code, code)} berjumlah {angka(inside)}, melebihi {angka(share)}."
            )
    return faults


def _district(village: str) -> str:
    return village.rsplit(".", 1)[0]
