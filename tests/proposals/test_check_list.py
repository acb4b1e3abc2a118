"""`manage.py check_list` on the three sample lists against the sample registry: exactly what their maker planted."""

import csv
import gzip
import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from proposals.actions import draft_rules, edit_rules, enact_rules
from proposals.actions.imports import PLEAD, judge
from proposals.models import ListImport, Proposal, RuleSetting
from proposals.queries.rules import fingerprint
from tests import maker
from tests.maker import needs_maker
from tests.social.conftest import BUDI, RATNA, SARI, csv_of
from uep.files.actions import take_in_sheet
from uep.files.models import StoredFile
from uep.files.sheets import REGISTER, prepare_sheet
from uep.registry import queries
from uep.registry.models import Region
from uep.social import actions as social
from uep.social.models import PastAid, PastAidList, Source

DATA = Path(__file__).parents[1] / "data"
CODES = {
    "older than 59": ("fail", "too_old"),
    "NIK stored as a number: last digit lost": ("fail", "nik_number"),
    "NIK one digit short": ("fail", "nik_length"),
    "no business named": ("fail", "no_business"),
    "second row for the same person": ("fail", "duplicate_row"),
    "second person of the same KK": ("fail", "same_kk"),
    "desil above 4": ("fail", "desil"),
    "dead in the registry": ("fail", "dead"),
    "on the public payroll": ("fail", "payroll"),
    # No refusal: a NIK outlives corrections of a birth date, registers lag behind new cards and are never complete.
    "NIK day disagrees with birth date": ("warn", "nik_birth"),
    "sex disagrees with NIK": ("warn", "nik_sex"),
    "person not in the registry": ("warn", "not_in_registry"),
    "KK of another household": ("warn", "kk_mismatch"),
}
pytestmark = pytest.mark.django_db


def in_force(cast, upload, as_of=date(2026, 9, 30)):
    """An extract of DTSEN that counts."""
    upload = prepare_sheet(upload, REGISTER)
    source = Source.objects.get(code="dtsen")
    extract = social.bring_extract(source, by=cast.staff, period="Triwulan III 2026", as_of=as_of, upload=upload)
    social.read_extract(extract.pk)
    extract.refresh_from_db()
    return social.accept_extract(extract, by=cast.kabid)


@pytest.fixture
def whole_country(office):
    """Every district of the country, as an installed office has them: who moved here has a NIK of elsewhere."""
    regions = Path(__file__).parents[2] / "uep/registry/data/regions"
    for name, level in (("provinces", "province"), ("regencies", "regency"), ("districts", "district")):
        with (regions / f"{name}.csv").open(newline="") as file:
            Region.objects.bulk_create(
                (
                    Region(
                        code=line["code"],
                        name=line["name"],
                        level=level,
                        parent_id=line["code"].rpartition(".")[0] or None,
                    )
                    for line in csv.DictReader(file)
                ),
                ignore_conflicts=True,
            )
    queries._known_districts.cache_clear()
    yield
    queries._known_districts.cache_clear()


def check(path, village, **options) -> list[dict]:
    out = StringIO()
    call_command("check_list", str(path), village=village, stdout=out, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def rows_of(path) -> list[dict]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def planted_in(folder) -> list[tuple]:
    """(village, row, level, code) of each mistake that truth.csv tells of."""
    return sorted(
        (line["kode_desa"], int(line["row"]), *CODES[label])
        for line in rows_of(folder / "truth.csv")
        for label in filter(None, line["wrong"].split("; "))
    )


def found_in(folder, programme) -> list[tuple]:
    """(village, row, level, code) of each finding in the lists of that folder."""
    return sorted(
        (village, finding["row"], finding["level"], finding["code"])
        for village in sorted({line["kode_desa"] for line in rows_of(folder / "truth.csv")})
        for finding in check(folder / f"usulan_{village.replace('.', '')}.xlsx", village, programme=str(programme.pk))
    )


def test_findings_equal_the_truth_row_for_row(whole_country, cast, programme):
    in_force(cast, SimpleUploadedFile("registry.csv", gzip.decompress((DATA / "registry.csv.gz").read_bytes())))
    before = (Proposal.objects.count(), ListImport.objects.count(), StoredFile.objects.count())
    assert found_in(DATA, programme) == planted_in(DATA) != []
    assert (Proposal.objects.count(), ListImport.objects.count(), StoredFile.objects.count()) == before


@needs_maker
@pytest.mark.parametrize("seed", [2, 3])
def test_findings_equal_the_truth_of_other_people_too(whole_country, cast, programme, tmp_path, monkeypatch, seed):
    """Lists and registry that nobody looked at while the rules were written."""
    arguments = {
        "--regency": "62.09",
        "--households": "3000",
        "--seed": str(seed),
        "--lists": "2",
        "--out": str(tmp_path),
    }
    monkeypatch.setattr("sys.argv", ["make_people.py", *(word for pair in arguments.items() for word in pair)])
    maker.load().main()
    villages = {line["kode_desa"] for line in rows_of(tmp_path / "truth.csv")}
    Region.objects.bulk_create(
        (Region(code=code, name=code, level="village", kind="desa", parent_id=code[:8]) for code in villages),
        ignore_conflicts=True,
    )
    in_force(cast, SimpleUploadedFile("registry.csv", (tmp_path / "registry.csv").read_bytes()))
    assert found_in(tmp_path, programme) == planted_in(tmp_path) != []


def test_a_finding_says_what_the_page_says(whole_country, cast, programme):
    path = DATA / "usulan_6209031005.xlsx"
    found = check(path, "62.09.03.1005", programme=programme.ref)
    rows = {row.number - 4: row for row in judge(path.read_bytes(), programme, "62.09.03.1005").sheet.rows}
    assert found[0] == {
        "row": 2,
        "nik": rows[2].values["nik"],
        "level": "warn",
        "code": "nik_birth",
        "message": rows[2].faults[0].sentence,
    }
    assert next(line["nik"] for line in found if line["code"] == "nik_number").endswith("?")


def test_without_an_extract_or_a_programme_the_list_itself_is_checked(whole_country, cast):
    codes = {finding["code"] for finding in check(DATA / "usulan_6209031005.xlsx", "62.09.03.1005")}
    assert codes == {
        "nik_number",
        "nik_length",
        "nik_birth",
        "nik_sex",
        "no_business",
        "duplicate_row",
        "same_kk",
        "too_old",
    }


@pytest.mark.parametrize(
    ("path", "village", "options", "said"),
    [
        (DATA / "truth.csv", "62.09.03.1005", {}, "Berkas ini CSV atau teks"),
        (DATA / "nowhere.xlsx", "62.09.03.1005", {}, "Cannot read"),
        (DATA / "usulan_6209031005.xlsx", "62.09.03", {}, "No village has the code 62.09.03"),
        (DATA / "usulan_6209031005.xlsx", "62.09.03.1005", {"programme": "99"}, "There is no programme 99"),
    ],
)
def test_what_cannot_be_checked_is_said(cast, path, village, options, said):
    with pytest.raises(CommandError, match=said):
        check(path, village, **options)


@pytest.mark.parametrize(
    ("registry", "codes"),
    [
        (RATNA, []),
        ([*RATNA[:14], "5", *RATNA[15:]], ["desil"]),
        ([*RATNA[:8], "MENINGGAL", *RATNA[9:]], ["dead"]),
        ([*RATNA[:7], "Pegawai Negeri Sipil (PNS)", *RATNA[8:]], ["payroll"]),
        (["6209030101200099", *RATNA[1:]], ["kk_mismatch"]),
        ([*RATNA[:2], "JOKO WIDIANTO", *RATNA[3:]], ["name_mismatch"]),
        (BUDI, ["not_in_registry"]),
        # Of somebody of another village nothing else is told, neither the job nor the desil.
        ([*RATNA[:7], "PNS", *RATNA[8:12], "62.09.01.2001", "Sekoban", "9", *RATNA[15:]], ["other_village"]),
    ],
)
def test_what_the_registry_says_of_one_row(cast, programme, registry, codes, tmp_path):
    in_force(cast, csv_of(registry, SARI))
    found = check(one_row(tmp_path), "62.09.03.1005", programme=programme.ref)
    assert [finding["code"] for finding in found] == codes


def one_row(folder):
    path = folder / "satu.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(
            0, 0, ["Nama", "NIK", "No. KK", "Tanggal Lahir", "L/P", "Jenis Usaha", "Kebutuhan Modal", "Lama Usaha"]
        )
        page.write_row(1, 0, ["Ratna Dewi", RATNA[1], RATNA[0], "04-03-1985", "P", "Warung", 2_000_000, "2 tahun"])
    return path


ADI = ["6209030101200001", "6209030503830002", "ADI PUTRA", *RATNA[3:5], "1983-03-05", "Suami", "TNI", *RATNA[8:]]
TO_PLEAD = f" {PLEAD}"
AIDED = "Rumah tangga ini sudah pernah menerima UEP (2025)."
TOO_NEW = "Usaha: Warung, baru 2 tahun; program ini untuk usaha sedikitnya 3 tahun."
OLDER = "Umur 41 tahun pada 30 Juni 2026; program ini untuk umur 18 sampai 40 tahun."
NOT_LISTED = "Belum terdata di DTSEN/DTKS; program ini hanya untuk yang terdata di DTSEN."
BARRED = "Program ini bukan untuk mereka dan keluarga intinya."


@pytest.mark.parametrize(
    ("setting", "people", "told"),
    [
        ({}, [RATNA], []),
        ({"code": "business", "parameters": {"min_years": 3}}, [RATNA], [("fail", "new_business", TOO_NEW)]),
        ({"code": "business", "parameters": {"min_years": 3}, "may_be_overridden": True}, [RATNA],
         [("warn", "new_business", TOO_NEW + TO_PLEAD)]),
        ({"code": "business", "parameters": {"min_years": 3}, "level": "warn"}, [RATNA],
         [("warn", "new_business", TOO_NEW)]),
        ({"code": "business", "parameters": {"min_years": 3}, "is_on": False}, [RATNA], []),
        # What kept every row out whatever the programme says, is the programme's to say.
        ({"code": "payroll"}, [RATNA, ADI], [("fail", "payroll", f"Anggota keluarga: ADI PUTRA, TNI (data sosial). {BARRED}")]),
        ({"code": "payroll", "is_on": False}, [[*RATNA[:7], "PNS", *RATNA[8:]]], []),
        ({"code": "dead", "is_on": False}, [[*RATNA[:8], "MENINGGAL", *RATNA[9:]]], []),
        ({"code": "social", "level": "warn"}, [[*RATNA[:14], "5", *RATNA[15:]]],
         [("warn", "desil", "Desil 5 menurut data sosial; program ini untuk desil 1 sampai 4.")]),
    ],
)  # fmt: skip
def test_a_row_is_told_what_the_rules_of_the_programme_say(cast, programme, setting, people, told, tmp_path):
    RuleSetting.objects.filter(rule_set__programme=programme, code=setting.get("code")).update(**setting)
    in_force(cast, csv_of(*people, SARI))
    found = check(one_row(tmp_path), "62.09.03.1005", programme=programme.ref)
    assert [(finding["level"], finding["code"], finding["message"]) for finding in found] == told


def test_a_row_is_told_of_earlier_aid_and_comes_in_for_a_plea(cast, programme, tmp_path):
    past = PastAidList.objects.create(giver="own", programme="UEP", file=stored(cast), sha256="0" * 64, by=cast.staff,
                                      imported_at=timezone.now())  # fmt: skip
    PastAid.objects.create(list=past, year=programme.year - 1, name="RATNA DEWI", kk_number=RATNA[0])
    found = check(one_row(tmp_path), "62.09.03.1005", programme=programme.ref)
    assert [(finding["level"], finding["code"], finding["message"]) for finding in found] == [
        ("warn", "aided_before", AIDED.replace("2025", str(programme.year - 1)) + TO_PLEAD)
    ]


def test_an_age_that_may_be_excepted_is_a_warning(cast, programme, tmp_path):
    rules = draft_rules(programme, by=cast.kabid, note="")
    seen = fingerprint(rules)
    age = {"is_on": True, "level": "fail", "may_be_overridden": True, "parameters": {"max_age": 40}}
    edit_rules(rules, by=cast.kabid, note="", seen=seen, rules={"age": age})
    enact_rules(rules, by=cast.kabid)
    found = check(one_row(tmp_path), "62.09.03.1005", programme=programme.ref)
    age_told = OLDER.replace("2026", str(programme.year)).replace("41", str(programme.year - 1985))
    assert [(finding["level"], finding["code"], finding["message"]) for finding in found] == [
        ("warn", "too_old", age_told + TO_PLEAD)
    ]


def test_a_row_of_nobody_in_the_register_stays_out_where_the_programme_says_so(cast, programme, tmp_path):
    setting = RuleSetting.objects.filter(rule_set__programme=programme, code="social")
    setting.update(parameters={"sources": ["DTSEN"], "max_desil": 4, "unlisted": False})
    in_force(cast, csv_of(SARI))
    path = tmp_path / "satu.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Nama", "NIK", "No. KK", "Tanggal Lahir", "Jenis Usaha", "Kebutuhan Modal", "DTSEN"])
        page.write_row(1, 0, ["Ratna Dewi", RATNA[1], RATNA[0], "04-03-1985", "Warung", 2_000_000, "Belum"])
    found = check(path, "62.09.03.1005", programme=programme.ref)
    assert [(finding["level"], finding["code"]) for finding in found] == [
        ("fail", "registry"), ("warn", "not_in_registry"),
    ]  # fmt: skip
    assert found[0]["message"] == NOT_LISTED


def stored(cast) -> StoredFile:
    return take_in_sheet(prepare_sheet(csv_of(SARI), REGISTER), by=cast.staff)
