"""A village's own list: read, shown with its faults, and brought in as drafts (SOP step 1)."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from proposals.actions.drafts import FIELDS
from proposals.actions.freezing import fill, freeze
from proposals.models import ListImport, Origin, Programme, Proposal
from proposals.moves import begin
from proposals.queries.proposals import holders
from proposals.spreadsheet import Fault, ProgrammeLimits, Row, Sheet, read
from proposals.spreadsheet.registered import doubts, known_of
from uep.access.access import require
from uep.files.actions import take_in_sheet
from uep.office.locks import hold
from uep.registry import queries as registry
from uep.social.models import Extract, Person
from uep.social.queries import extract_in_force, find_people

SETTLED = "Ada usulan lain yang masuk pada saat yang sama. Muat ulang halaman ini, periksa, lalu masukkan lagi."


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
    """Read the stored list again and compare it with what is known; three queries besides reading."""
    with list_import.file.open() as file:
        return judge(file, list_import.programme, list_import.village_id)


def judge(stream, programme: Programme, village_id: str) -> Examined:
    """A village's list beside the social registry and the proposals of the programme. Changes nothing."""
    sheet = _read(stream, programme)
    extract, people = _ask_registry(sheet, programme, village_id)
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
    return Examined(sheet, new, already, extract, people)


def _ask_registry(sheet: Sheet, programme: Programme, village_id: str) -> tuple[Extract | None, dict[str, Person]]:
    """Tell each row with a sound NIK what the social registry knows against it. Two queries; nothing where none is in force."""
    extract = extract_in_force()
    if extract is None:
        return None, {}
    sound = [row for row in sheet.rows if row.values["nik"] and not _is_out(row)]
    people = find_people([row.values["nik"] for row in sound])
    for row in sound:
        person = people.get(row.values["nik"])
        known = known_of(person) if person else None
        for name, doubt in doubts(row.values, known, village=village_id, max_desil=programme.max_desil):
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
    _tell(row, sheet, name, "error", code, wording)


def _tell(row: Row, sheet: Sheet, name: str, level: str, code: str, wording: str) -> None:
    """Errors stand before warnings, as the reader of rows leaves them."""
    cell = f"{sheet.columns[name].letter}{row.number}" if name in sheet.columns else ""
    row.faults.insert(0 if level == "error" else len(row.faults), Fault(cell, name, level, code, wording))


def _draft_of(row: Row, list_import, examined: Examined, *, by, now) -> Proposal:
    """The row as a draft: what the list says, then what the social registry knows for what it leaves empty."""
    facts = {name: row.values[name] for name in FIELDS if row.values.get(name) not in (None, "")}
    if hamlet := row.values["hamlet"]:
        facts["address"] = ", ".join(filter(None, [facts.get("address", ""), f"Dusun {hamlet}"]))[:200]
    proposal = Proposal(
        programme=list_import.programme,
        village_id=list_import.village_id,
        created_by=by,
        edited_at=now,
        moved_at=now,
        origins={name: Origin.LIST.value for name, value in facts.items() if value is not False},
        **facts,
    )
    person = examined.people.get(row.values["nik"])
    freeze(proposal, person, examined.extract, timezone.localdate(now))
    if person is not None:
        fill(proposal, person)
    return proposal
