"""Does a household meet the rules? Every sentence, with the case that yields it."""

from datetime import date

import pytest

from proposals.eligibility import Level, faults_of, findings
from proposals.flow import State
from proposals.models import Programme, Proposal
from proposals.queries.proposals import earlier_aid
from tests.walk import nik

PROGRAMME = Programme(amount=5_000_000, min_age=18, max_age=59, age_on=date(2026, 6, 30), max_desil=4, year=2026)
GOOD = {
    "name": "Ratna Mihing",
    "nik": nik(1),
    "kk_number": "6209030101200001",
    "birth_place": "Nanga Bulik",
    "birth_date": date(1985, 3, 4),
    "sex": "P",
    "address": "Jl. Melati 4",
    "phone": "+6281234567890",
    "social_data": "DTSEN",
    "desil": 2,
    "is_not_public_payroll": True,
    "business": "Warung",
    "business_years": 4,
    "amount_requested": 5_000_000,
    "account_number": "12500001",
    "account_name": "RATNA  MIHING",
}


def told(*, total=5_000_000, earlier=(), **changes):
    rows = findings(Proposal(**GOOD | changes), PROGRAMME, budget_total=total, earlier=earlier)
    return {(row.level.value, row.sentence) for row in rows if row.level != Level.PASS}


def test_a_household_that_meets_every_rule():
    rows = findings(Proposal(**GOOD), PROGRAMME, budget_total=5_000_000)
    assert [(row.level.value, row.sentence) for row in rows] == [
        ("pass", "Umur 41 tahun pada 30 Juni 2026."),
        ("pass", "DTSEN, desil 2."),
        ("pass", "Usaha: Warung."),
        ("pass", "RAB Rp5.000.000 sama dengan bantuan yang diminta."),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"business": ""}, {("fail", "Belum diisi: jenis usaha.")}),
        ({"nik": None, "sex": ""}, {("fail", "Belum diisi: NIK, jenis kelamin.")}),
        (
            {"is_not_public_payroll": False},
            {
                (
                    "fail",
                    (
                        "Pernyataan bukan ASN, TNI, Polri, pensiunan, atau perangkat desa, "
                        "dan bukan keluarga inti mereka, belum dicentang."
                    ),
                )
            },
        ),
        ({"nik": "6209034403850000"}, {("fail", ("Empat angka terakhir NIK tidak mungkin 0000; nomor urut mulai 0001. Bila "
            "disalin dari lembar kerja, angka terakhirnya mungkin hilang. Cocokkan dengan KTP."))}),
        ({"sex": "L"}, {("warn", ("Menurut NIK pemiliknya perempuan, sedangkan isian laki-laki. Cocokkan jenis kelamin dan NIK "
            "dengan KTP."))}),
        ({"social_data": "none", "desil": None}, {("warn", ("Belum terdata di DTSEN/DTKS; lampirkan berita acara musyawarah, dan "
            "Dinas akan memeriksanya."))}),
        ({"desil": None}, {("warn", "Terdata di DTSEN, desil belum diisi.")}),
        ({"desil": 5}, {("fail", "Desil 5; program ini untuk desil 1 sampai 4.")}),
        ({"account_number": None}, {("warn", "Nomor rekening belum ada; bank memerlukannya setelah SK.")}),
        ({"account_name": "RATNA M"}, {("warn", ("Nama rekening (RATNA M) berbeda dengan nama di usulan; transfer dapat gagal "
            "karena satu huruf."))}),
        ({"phone": ""}, {("warn", "Nomor HP belum ada; tim lapangan menghubungi lewat desa.")}),
        ({"total": 4_999_999}, {("fail", "Jumlah RAB Rp4.999.999 belum sama dengan bantuan yang diminta Rp5.000.000.")}),
        ({"amount_requested": 5_000_001, "total": 5_000_001}, {("fail", ("Diminta Rp5.000.001; paling banyak Rp5.000.000 per "
            "penerima."))}),
        ({"earlier": [2024, 2025]}, {("warn", "Rumah tangga ini sudah pernah menerima UEP (2024, 2025).")}),
    ],
)  # fmt: skip
def test_each_rule_says_why(changes, expected):
    assert told(**changes) == expected


@pytest.mark.parametrize(
    ("born", "level"),
    [
        (date(2008, 6, 30), "pass"),  # 18 on the day
        (date(2008, 7, 1), "fail"),  # one day too young
        (date(1966, 7, 1), "pass"),  # 59 still
        (date(1966, 6, 30), "fail"),  # 60 on the day
    ],
)
def test_age_is_counted_on_the_programmes_day(born, level):
    [age] = [
        row for row in findings(Proposal(**GOOD | {"birth_date": born}), PROGRAMME, budget_total=0) if row.code == "age"
    ]
    assert age.level == level


def test_faults_name_papers_too_and_complete_households_are_left_out(programme, walk, django_assert_num_queries):
    from_walk = [walk.draft(programme) for _ in range(3)]
    bare = walk.draft(programme, business="")
    bare.attachments.filter(requirement__code="kk").update(removed_at="2026-11-01T00:00Z", removed_by=walk.cast.alice)
    proposals = list(Proposal.objects.filter(pk__in=[p.pk for p in [*from_walk, bare]]))
    with django_assert_num_queries(3):
        found = faults_of(proposals, programme)
    assert found == {bare.pk: ["Belum diisi: jenis usaha.", "Belum diunggah: Kartu Keluarga."]}


def test_earlier_aid_is_found_by_person_and_by_household(walk, programme):
    before = walk.programme(name="UEP lama", year=2025)
    aided = walk.proposals_at(State.PAID, 2, programme=before)
    same_person = walk.draft(programme, nik=aided[0].nik)
    same_household = walk.draft(programme, kk_number=aided[1].kk_number)
    stranger = walk.draft(programme)
    assert [earlier_aid(p) for p in (same_person, same_household, stranger)] == [[2025], [2025], []]
