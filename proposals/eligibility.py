"""Does a household meet the programme's rules? Reasons, not booleans: each a sentence a village operator understands."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Sum

from proposals import requirements
from proposals.models import BudgetLine, Programme, Proposal, SocialData
from proposals.queries import duplicates
from uep.registry.nik import check_kk, check_nik
from uep.registry.queries import known_districts
from uep.ui.indonesian import rupiah, tanggal


class Level(StrEnum):
    PASS = "pass"  # noqa: S105 - a verdict, no password
    WARN = "warn"
    FAIL = "fail"

    @property
    def tone(self) -> str:
        return {"pass": "success", "warn": "warning", "fail": "danger"}[self.value]

    @property
    def label(self) -> str:
        return {"pass": "sesuai", "warn": "perlu dilihat", "fail": "belum sesuai"}[self.value]


@dataclass(frozen=True)
class Finding:
    code: str
    level: Level
    sentence: str


# What must be filled in before sending: field -> how it is called.
NEEDED = {
    "nik": "NIK",
    "kk_number": "nomor KK",
    "birth_place": "tempat lahir",
    "birth_date": "tanggal lahir",
    "sex": "jenis kelamin",
    "address": "alamat",
    "business": "jenis usaha",
    "business_years": "lama usaha",
    "amount_requested": "bantuan yang diminta",
    "social_data": "data sosial",
}


# What is checked while it is typed.
NUMBERS = duplicates.LABELS


def findings(
    proposal: Proposal, programme: Programme, *, budget_total: int, earlier: Collection[int] = ()
) -> list[Finding]:
    """Every rule's answer, in the order people read them. `budget_total` is the sum of the RAB in Rupiah.

    `earlier`: years in which the household was aided before (queries.earlier_aid); to be weighed, not a refusal.
    """
    return [
        *_completeness(proposal),
        *_numbers(proposal),
        *_age(proposal, programme),
        *_social(proposal, programme),
        *_business(proposal),
        *_money(proposal, programme, budget_total),
        *_account(proposal),
        *_contact(proposal),
        *_earlier(earlier),
    ]


def faults_of(proposals: Iterable[Proposal], programme: Programme) -> dict[int, list[str]]:
    """Everything that keeps households from being sent, missing papers included: pk -> sentences. Three queries."""
    proposals = list(proposals)
    lacking = requirements.missing(proposals, sending=True)
    totals = budget_totals(proposals)
    faults = {
        p.pk: [
            *[f.sentence for f in findings(p, programme, budget_total=totals.get(p.pk, 0)) if f.level == Level.FAIL],
            *[f"{requirement.label} belum diunggah." for requirement in lacking.get(p.pk, [])],
        ]
        for p in proposals
    }
    return {pk: sentences for pk, sentences in faults.items() if sentences}


def budget_totals(proposals: Iterable[Proposal]) -> dict[int, int]:
    """RAB totals in Rupiah by proposal pk; one query."""
    rows = BudgetLine.objects.filter(proposal__in=[p.pk for p in proposals]).order_by().values("proposal")
    return {row["proposal"]: row["total"] for row in rows.annotate(total=Sum("total"))}


def _completeness(proposal):
    empty = [label for field, label in NEEDED.items() if getattr(proposal, field) in (None, "")]
    if empty:
        yield Finding("incomplete", Level.FAIL, f"Belum diisi: {', '.join(empty)}.")
    if not proposal.is_not_public_payroll:
        yield Finding(
            "payroll",
            Level.FAIL,
            "Pernyataan bukan ASN/TNI/Polri/pensiunan/perangkat desa atau keluarga intinya belum dicentang.",
        )


def _numbers(proposal):
    found = []
    if proposal.nik:
        found += check_nik(str(proposal.nik), birth_date=proposal.birth_date, sex=proposal.sex or None)
    if proposal.kk_number:
        found += check_kk(str(proposal.kk_number))
    for finding in found:
        yield Finding(finding.code, Level.FAIL if finding.level == "error" else Level.WARN, finding.sentence)


def _age(proposal, programme):
    age = proposal.age_on(programme.age_on)
    if age is None:
        return
    if programme.min_age <= age <= programme.max_age:
        yield Finding("age", Level.PASS, f"Umur {age} tahun pada {tanggal(programme.age_on)}.")
    else:
        limits = f"{programme.min_age} sampai {programme.max_age} tahun"
        yield Finding(
            "age", Level.FAIL, f"Umur {age} tahun pada {tanggal(programme.age_on)}; program ini untuk umur {limits}."
        )


def _social(proposal, programme):
    if proposal.social_data == SocialData.NONE:
        sentence = "Belum terdata di DTSEN/DTKS; lampirkan berita acara musyawarah, dan Dinas akan memeriksanya."
        yield Finding("social", Level.WARN, sentence)
    elif proposal.social_data and proposal.desil is None:
        yield Finding("social", Level.WARN, f"Terdata di {proposal.get_social_data_display()}, desil belum diisi.")
    elif proposal.social_data and proposal.desil > programme.max_desil:
        yield Finding(
            "social",
            Level.FAIL,
            f"Desil {proposal.desil}; program ini untuk desil 1 sampai {programme.max_desil}.",
        )
    elif proposal.social_data:
        yield Finding("social", Level.PASS, f"{proposal.get_social_data_display()}, desil {proposal.desil}.")


def _business(proposal):
    if proposal.business:
        yield Finding("business", Level.PASS, f"Usaha: {proposal.business}.")


def _money(proposal, programme, budget_total):
    asked = proposal.amount_requested
    if not asked:
        return
    if asked > programme.amount:
        yield Finding(
            "amount", Level.FAIL, f"Diminta {rupiah(asked)}; paling banyak {rupiah(programme.amount)} per penerima."
        )
    if budget_total != asked:
        yield Finding(
            "budget",
            Level.FAIL,
            f"Jumlah RAB {rupiah(budget_total)} belum sama dengan bantuan yang diminta {rupiah(asked)}.",
        )
    elif asked <= programme.amount:
        yield Finding("budget", Level.PASS, f"RAB {rupiah(budget_total)} sama dengan bantuan yang diminta.")


def _account(proposal):
    if not proposal.account_number:
        yield Finding("account", Level.WARN, "Nomor rekening belum ada; bank memerlukannya setelah SK.")
    elif proposal.account_name and _plain(proposal.account_name) != _plain(proposal.name):
        yield Finding(
            "account",
            Level.WARN,
            f"Nama rekening ({proposal.account_name}) berbeda dengan nama di usulan; transfer dapat gagal karena satu huruf.",
        )


def _contact(proposal):
    if not proposal.phone:
        yield Finding("phone", Level.WARN, "Nomor HP belum ada; tim lapangan menghubungi lewat desa.")


def _earlier(years):
    if years:
        told = ", ".join(str(year) for year in years)
        yield Finding("earlier", Level.WARN, f"Rumah tangga ini sudah pernah menerima UEP ({told}).")


def checks_of_number(proposal: Proposal, field: str, number: str, *, typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """(tone, sentence) for a NIK or KK that is being typed: its own faults, and whether it is proposed already.

    `field` is one of NUMBERS, `typed` the other boxes of the form as they stand. Of another village's proposal it says
    that there is one, and nothing else.
    """
    if field in {"account_number", "phone"}:
        return duplicates.already_known(proposal, field, number, typed=typed)
    known = known_districts()
    if field == "nik":
        found = check_nik(
            number, birth_date=_day(typed.get("birth_date")), sex=typed.get("sex") or None, known_districts=known
        )
    else:
        found = check_kk(number, nik=typed.get("nik") or str(proposal.nik or ""), known_districts=known)
    told = [("danger" if finding.level == "error" else "warning", finding.sentence) for finding in found]
    if any(tone == "danger" for tone, _ in told):
        return told
    told += duplicates.already_known(proposal, field, number, typed=typed)
    return told or [("success", f"{NUMBERS[field]} terbaca baik. Cocokkan sekali lagi dengan aslinya.")]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _plain(name: str) -> str:
    return " ".join(name.upper().split())
