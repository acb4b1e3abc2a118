"""A village's own list: read, shown with its faults, and brought in as drafts (SOP step 1)."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from proposals.actions.drafts import FIELDS
from proposals.actions.freezing import fill, freeze, is_neighbour
from proposals.eligibility.facts import Household, gather
from proposals.eligibility.levels import Finding, Level
from proposals.eligibility.versions import Version, answers, default_rules, in_force
from proposals.models import ListImport, Origin, Programme, Proposal
from proposals.moves import begin
from proposals.queries.proposals import holders
from proposals.spreadsheet import Fault, ProgrammeLimits, Row, Sheet, read
from proposals.spreadsheet.faults import ERROR, WARNING
from proposals.spreadsheet.registered import doubts, known_of
from uep.access.access import require
from uep.files.actions import take_in_sheet
from uep.office.locks import hold
from uep.registry import queries as registry
from uep.social.models import Extract, Person
from uep.social.queries import extract_in_force, find_people

SETTLED = "Ada usulan lain yang masuk pada saat yang sama. Muat ulang halaman ini, periksa, lalu masukkan lagi."
PLEAD = "Kabid dapat mengecualikannya: mohonkan di halaman usulan setelah baris ini masuk, atau usulkan keluarga lain."
# Of rules: the column that they are about where it is not the NIK, the code of what they find where it is not theirs,
# and what the list itself has said already.
COLUMNS = {"business": "business_years", "one_per_kk": "kk_number", "kinship": "note"}
CODES = {"business": "new_business", "one_per_kk": "kk_taken", "earlier": "aided_before"}
SAID = {
    "age": {"too_old", "too_young", "birth_date_impossible"},
    "one_per_kk": {"kk_taken", "kk_elsewhere", "nik_elsewhere"},
}


@dataclass
class Examined:
    """A list beside what is known already. Rows that only the database knows to be faulty are among `sheet.faulty`."""

    sheet: Sheet
    new: list[Row]
    already: list[tuple[Row, Proposal]]
    extract: Extract | None = None  # what the social registry was asked in; None: nothing is in force
    people: dict[str, Person] = field(default_factory=dict)  # whom it knows, by NIK


@transaction.atomic
def read_list(programme, *, by, upload) -> ListImport:
    """Keep a village's workbook as it came. ValidationError (Unreadable) when it holds no list of candidates."""
    require(by, "proposals.read_list", programme)
    _read(upload.content, programme)
    stored = take_in_sheet(upload, by=by)
    return ListImport.objects.create(programme=programme, village_id=by.village_id, file=stored, by=by)


@transaction.atomic
def import_list(list_import, *, by) -> ListImport:
    """Make drafts of the rows that are right and new, all or none. The same list twice adds nothing.

    One import of a village and programme at a time. ValidationError when a household came in elsewhere meanwhile.
    """
    list_import = (
        ListImport.objects.select_for_update(of=("self",)).select_related("programme", "file").get(pk=list_import.pk)
    )
    require(by, "proposals.import_list", list_import)
    hold(f"import:{list_import.programme_id}:{list_import.village_id}")
    examined = examine(list_import)
    now = timezone.now()
    drafts = [_draft_of(row, list_import, examined, by=by, now=now) for row in examined.new]
    try:
        with transaction.atomic():
            Proposal.objects.bulk_create(drafts)
    except IntegrityError as error:
        raise ValidationError(SETTLED) from error
    if drafts:
        begin(drafts, "proposals.draft", by=by, note=f"Dari daftar {list_import.file.original_name}")
    list_import.imported_at = now
    list_import.added, list_import.already_there = len(drafts), len(examined.already)
    list_import.faulty = len(examined.sheet.faulty)
    list_import.save(update_fields=["imported_at", "added", "already_there", "faulty"])
    return list_import


def examine(list_import) -> Examined:
    """Read the stored list again and compare it with what is known; the same queries however long it is."""
    with list_import.file.open() as file:
        return judge(file, list_import.programme, list_import.village_id)


def judge(stream, programme: Programme, village_id: str) -> Examined:
    """A village's list beside the social registry, the programme's proposals and its rules. Changes nothing."""
    sheet = _read(stream, programme)
    extract, people = _ask_registry(sheet, village_id)
    rows = sheet.good
    taken = holders(
        programme, niks=[row.values["nik"] for row in rows], kks=[row.values["kk_number"] for row in rows]
    ) if programme.pk else []  # fmt: skip
    persons = {str(proposal.nik): proposal for proposal in taken}
    households = {str(proposal.kk_number): proposal for proposal in taken}
    new, already = [], []
    for row in rows:
        person, household = persons.get(row.values["nik"]), households.get(row.values["kk_number"])
        if person and person.village_id == village_id:
            already.append((row, person))
        elif person:
            _blame(row, sheet, "nik", "nik_elsewhere", "NIK di {cell} sudah diusulkan oleh desa/kelurahan lain di program ini. "
                   "Hubungi Dinas Sosial bila orang ini warga desa Anda.")  # fmt: skip
        elif household and household.village_id == village_id:
            _blame(row, sheet, "kk_number", "kk_taken", f"Nomor KK di {{cell}} sudah diusulkan atas nama {household.name}. "
                   "Satu keluarga cukup satu usulan: pilih salah satu.")  # fmt: skip
        elif household:
            _blame(row, sheet, "kk_number", "kk_elsewhere", "Nomor KK di {cell} sudah diusulkan oleh desa/kelurahan lain di "
                   "program ini. Hubungi Dinas Sosial bila keluarga ini warga desa Anda.")  # fmt: skip
        else:
            new.append(row)
    known = {row.number for row, _ in already}
    _ask_rules([row for row in sheet.rows if row.number not in known], sheet, programme, village_id, extract, people)
    return Examined(sheet, [row for row in new if row.ok], already, extract, people)


def _ask_rules(rows: list[Row], sheet: Sheet, programme: Programme, village_id: str, extract, people) -> None:
    """Tell each row with a sound NIK what the programme's rules say, as far as a row, the registry and earlier aid tell it.

    Where Kabid may make an exception the row comes in: the village pleads for it on the household's own page.
    """
    sound = [row for row in rows if row.values["nik"] and not _is_out(row)]
    today = timezone.localdate()
    candidates = [_candidate(row, programme, village_id, extract, people, today) for row in sound]
    for row, candidate in zip(sound, candidates, strict=True):
        candidate.pk = -row.number  # of no proposal there is: the facts are gathered by it
    version = in_force(programme) if programme.pk else Version(default_rules(programme))
    households = gather(candidates, {programme.pk: programme})
    for row, candidate in zip(sound, candidates, strict=True):
        household, told = households[candidate.pk], {fault.code for fault in row.faults}
        for finding in answers(version, household):
            if (
                finding.level == Level.PASS
                or _is_the_offices(finding, household)
                or told & SAID.get(finding.code, set())
            ):
                continue
            name, code = _place_and_code(finding, household, version)
            if finding.level == Level.WARN:
                if code != "registry":  # what the registry does not know is told as such
                    _tell(row, sheet, name, WARNING, code, finding.sentence)
            elif finding.may_be_overridden:
                _tell(row, sheet, name, WARNING, code, f"{finding.sentence} {PLEAD}")
            else:
                _tell(row, sheet, name, ERROR, code, finding.sentence)


def _is_the_offices(finding: Finding, household: Household) -> bool:
    """What the registry knows of people of another village; this one hears that they live there, and no more."""
    person = household.person
    return (
        finding.code in {"dead", "payroll", "social"} and bool(person) and not is_neighbour(household.proposal, person)
    )


def _place_and_code(finding: Finding, household: Household, version: Version) -> tuple[str, str]:
    """The column of the list that it is about, and the code of what is wrong."""
    rule, proposal = version.rule(finding.code), household.proposal
    if finding.code == "age":
        return "birth_date", "too_old" if proposal.age_on(rule.on) > rule.max_age else "too_young"
    if finding.code == "social":
        return "nik", "desil" if (household.desil or 0) > rule.max_desil else "registry"
    return COLUMNS.get(finding.code, "nik"), CODES.get(finding.code, finding.code)


def _ask_registry(sheet: Sheet, village_id: str) -> tuple[Extract | None, dict[str, Person]]:
    """Tell each row with a sound NIK where the social registry says else. Two queries; nothing where none is in force."""
    extract = extract_in_force()
    if extract is None:
        return None, {}
    sound = [row for row in sheet.rows if row.values["nik"] and not _is_out(row)]
    people = find_people([row.values["nik"] for row in sound])
    for row in sound:
        person = people.get(row.values["nik"])
        known = known_of(person) if person else None
        for name, doubt in doubts(row.values, known, village=village_id):
            _tell(row, sheet, name, *doubt)
    return extract, people


def _read(stream, programme: Programme) -> Sheet:
    limits = ProgrammeLimits(
        max_amount=programme.amount, min_age=programme.min_age, max_age=programme.max_age, age_on=programme.age_on
    )
    return read(stream, year=programme.year, known_districts=registry.known_districts(), programme_limits=limits)


def _is_out(row: Row) -> bool:
    """A NIK with a fault names nobody; and of two rows that exclude each other the second is not asked about further."""
    return any(fault.field == "nik" or fault.code == "kk_twice" for fault in row.errors)


def _blame(row: Row, sheet: Sheet, name: str, code: str, wording: str) -> None:
    _tell(row, sheet, name, ERROR, code, wording)


def _tell(row: Row, sheet: Sheet, name: str, level: str, code: str, wording: str) -> None:
    """Errors stand before warnings, as the reader of rows leaves them."""
    cell = f"{sheet.columns[name].letter}{row.number}" if name in sheet.columns else ""
    row.faults.insert(0 if level == ERROR else len(row.faults), Fault(cell, name, level, code, wording))


def _candidate(row: Row, programme: Programme, village_id: str, extract, people, today) -> Proposal:
    """The row as a proposal: what the list says, then what the social registry knows for what it leaves empty."""
    facts = {name: row.values[name] for name in FIELDS if row.values.get(name) not in (None, "")}
    if hamlet := row.values["hamlet"]:
        facts["address"] = ", ".join(filter(None, [facts.get("address", ""), f"Dusun {hamlet}"]))[:200]
    proposal = Proposal(
        programme=programme,
        village_id=village_id,
        origins={name: Origin.LIST.value for name, value in facts.items() if value is not False},
        **facts,
    )
    person = people.get(row.values["nik"])
    freeze(proposal, person, extract, today)
    if person is not None:
        fill(proposal, person)
    return proposal


def _draft_of(row: Row, list_import, examined: Examined, *, by, now) -> Proposal:
    """The row as a draft of the village."""
    today = timezone.localdate(now)
    draft = _candidate(row, list_import.programme, list_import.village_id, examined.extract, examined.people, today)
    draft.created_by, draft.edited_at, draft.moved_at = by, now, now
    return draft
