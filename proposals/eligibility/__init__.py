"""Does a household meet the programme's rules? Reasons, not booleans: each a sentence a village operator understands."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Sum

from proposals.eligibility.exceptions import with_exceptions
from proposals.eligibility.facts import gather
from proposals.eligibility.levels import Finding, Level
from proposals.eligibility.versions import Version, answers, versions_for
from proposals.models import BudgetLine, Programme, Proposal
from proposals.queries import duplicates
from uep.registry.nik import check_kk, check_nik
from uep.registry.queries import known_districts
from uep.ui.indonesian import rupiah

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


def findings(proposal: Proposal) -> list[Finding]:
    """Every rule's answer for one household: what is in the way first, then what to look at, then the rest."""
    hardest_first = [Level.FAIL, Level.WARN, Level.PASS]
    return sorted(judge([proposal])[proposal.pk], key=lambda row: hardest_first.index(row.level))


def judge(proposals: Iterable[Proposal], *, version: Version | None = None) -> dict[int, list[Finding]]:
    """Every rule's answer by pk, with Kabid's exceptions and the villages' pleas; the same queries however many.

    Each by its own version of the programme's rules, or all by `version`.
    """
    proposals = list(proposals)
    if not proposals:
        return {}
    programmes = programmes_of(proposals)
    versions = {p.pk: version for p in proposals} if version else versions_for(proposals, programmes)
    households = gather(proposals, programmes)
    totals = budget_totals(proposals)
    told = {
        p.pk: [
            *_completeness(p),
            *_numbers(p),
            *answers(versions[p.pk], households[p.pk]),
            *_money(p, programmes[p.programme_id], totals.get(p.pk, 0)),
            *_account(p),
            *_contact(p),
        ]
        for p in proposals
    }
    return with_exceptions(told)


def faults_of(
    proposals: Iterable[Proposal], programme: Programme, *, version: Version | None = None
) -> dict[int, list[str]]:
    """Everything that keeps households from being sent, missing papers included: pk -> sentences."""
    proposals = list(proposals)
    for proposal in proposals:
        proposal.programme = programme
    told = judge(proposals, version=version)
    faults = {pk: [row.sentence for row in rows if row.keeps_from_sending] for pk, rows in told.items()}
    return {pk: sentences for pk, sentences in faults.items() if sentences}


def in_the_way(proposals: Iterable[Proposal]) -> dict[int, list[Finding]]:
    """What keeps households from being found eligible: unmet rules without an exception. pk -> findings."""
    told = judge(proposals)
    found = {pk: [row for row in rows if row.is_in_the_way] for pk, rows in told.items()}
    return {pk: rows for pk, rows in found.items() if rows}


def programmes_of(proposals: Iterable[Proposal]) -> dict[int, Programme]:
    """By pk; a query only for those that no proposal has at hand."""
    state = "programme"
    held = {p.programme_id: p.programme for p in proposals if state in p._state.fields_cache}  # noqa: SLF001
    if left := {p.programme_id for p in proposals} - set(held):
        held |= Programme.objects.in_bulk(left)
    return held


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
            "declaration",
            Level.FAIL,
            "Pernyataan bukan ASN, TNI, Polri, pensiunan, atau perangkat desa, dan bukan keluarga inti mereka, "
            "belum dicentang.",
        )


def _numbers(proposal):
    found = []
    if proposal.nik:
        found += check_nik(str(proposal.nik), birth_date=proposal.birth_date, sex=proposal.sex or None)
    if proposal.kk_number:
        found += check_kk(str(proposal.kk_number))
    for finding in found:
        yield Finding(finding.code, Level.FAIL if finding.level == "error" else Level.WARN, finding.sentence)


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
