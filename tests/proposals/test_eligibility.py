"""Does a household meet the rules? Every sentence, with the case that yields it."""

from datetime import date

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from proposals.eligibility import Level, faults_of, findings, judge
from proposals.eligibility.facts import Aid, Household
from proposals.eligibility.households import (
    CATALOGUE,
    Age,
    Alive,
    Business,
    EarlierAid,
    Kinship,
    OnePerFamily,
    PublicPayroll,
    RegistryBasis,
    RequiredPapers,
    public_group,
    shifted,
)
from proposals.eligibility.versions import Version, default_rules
from proposals.flow import State
from proposals.models import Programme, Proposal
from proposals.queries.proposals import earlier_aid
from tests.proposals.registry import past_aid, person, registry
from tests.walk import nik
from uep.social.models import PastAidList, Person

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


def rule(kind, **values):
    """A rule with its defaults, some of them changed."""
    return kind({p.name: p.default_for(PROGRAMME) for p in kind.parameters} | values)


def household(*, person=None, members=(), rivals=(), aids=(), held=None, lacking=None, **changes):
    proposal = Proposal(village_id="62.09.03.1005", **GOOD | changes)
    return Household(
        proposal,
        2026,
        person=person,
        matched=person,
        members=list(members),
        rivals=list(rivals),
        aids=list(aids),
        held=held,
        lacking=lacking,
    )


def of(name, occupation, village="62.09.03.1005"):
    return Person(name=name, occupation=occupation, village_id=village)


PAPERS = rule(RequiredPapers, papers={"ktp": "KTP", "kk": "Kartu Keluarga"})
OTHER = {"village_id": "62.09.01.2001", "name": "Sari"}
HERE = {"village_id": "62.09.03.1005", "name": "Sari"}
FAMILY = "satu keluarga cukup satu usulan."
CLAIMED = "Menurut isian terdata di DTSEN, tetapi tidak ditemukan di data sosial"
BARRED = "Program ini bukan untuk mereka dan keluarga intinya."


@pytest.mark.parametrize(
    ("asked", "told", "expected"),
    [
        (rule(Age), household(), ("pass", "Umur 41 tahun pada 30 Juni 2026.")),
        (rule(Age, min_age=42), household(),
         ("fail", "Umur 41 tahun pada 30 Juni 2026; program ini untuk umur 42 sampai 59 tahun.")),
        (rule(Age), household(birth_date=None), None),
        (rule(RegistryBasis), household(), ("pass", "DTSEN, desil 2.")),
        (rule(RegistryBasis), household(desil=5), ("fail", "Desil 5; program ini untuk desil 1 sampai 4.")),
        (rule(RegistryBasis), household(desil=None), ("warn", "Terdata di DTSEN, desil belum diisi.")),
        (rule(RegistryBasis), household(person=Person(desil=6)),
         ("fail", "Desil 6 menurut data sosial (di isian: 2); program ini untuk desil 1 sampai 4.")),
        (rule(RegistryBasis), household(person=Person(desil=3)),
         ("warn", "DTSEN, desil 3 menurut data sosial (di isian: 2).")),
        (rule(RegistryBasis), household(person=Person(desil=2)), ("pass", "DTSEN, desil 2.")),
        (rule(RegistryBasis), household(desil=None, person=Person(desil=3)), ("pass", "DTSEN, desil 3.")),
        # Whom the registry has in another village: no number of theirs is told to this one.
        (rule(RegistryBasis), household(person=Person(desil=6, village_id="62.09.01.2001")),
         ("fail", "Menurut data sosial desilnya di atas 4, batas program ini.")),
        (rule(RegistryBasis), household(person=Person(desil=3, village_id="62.09.01.2001")),
         ("pass", "DTSEN, desil paling tinggi 4.")),
        (rule(RegistryBasis, sources=("DTSEN",)), household(social_data="DTKS"),
         ("fail", "Terdata di DTKS; program ini memakai DTSEN.")),
        (rule(RegistryBasis), household(social_data="none", desil=None), ("warn",
         "Belum terdata di DTSEN/DTKS; lampirkan berita acara musyawarah, dan Dinas akan memeriksanya.")),
        (rule(RegistryBasis), household(social_data="none", unlisted_reason="Pindah."),
         ("warn", "Belum terdata di DTSEN/DTKS. Alasan desa: Pindah.")),
        (rule(RegistryBasis, unlisted=False, sources=("DTSEN", "DTKS")), household(social_data="none"),
         ("fail", "Belum terdata di DTSEN/DTKS; program ini hanya untuk yang terdata di DTSEN/DTKS.")),
        # The village says that they are listed; the register was asked and does not know them.
        (rule(RegistryBasis), household(social_checked_on=date(2026, 11, 2)),
         ("warn", f"{CLAIMED}; lampirkan berita acara musyawarah, dan Dinas akan memeriksanya.")),
        (rule(RegistryBasis), household(social_checked_on=date(2026, 11, 2), unlisted_reason="Pindah."),
         ("warn", f"{CLAIMED}. Alasan desa: Pindah.")),
        (rule(RegistryBasis, unlisted=False, sources=("DTSEN",)), household(social_checked_on=date(2026, 11, 2)),
         ("fail", f"{CLAIMED}; program ini hanya untuk yang terdata di DTSEN.")),
        (rule(RegistryBasis), household(social_checked_on=date(2026, 11, 2), person=Person(desil=2)),
         ("pass", "DTSEN, desil 2.")),
        (rule(RegistryBasis), household(social_data=""), None),
        (rule(Business), household(), ("pass", "Usaha: Warung.")),
        (rule(Business, min_years=4), household(), ("pass", "Usaha: Warung.")),
        (rule(Business, min_years=5), household(),
         ("fail", "Usaha: Warung, baru 4 tahun; program ini untuk usaha sedikitnya 5 tahun.")),
        (rule(Business), household(business=""), None),
        (rule(OnePerFamily), household(), ("pass", "Satu-satunya usulan dari keluarga ini.")),
        (rule(OnePerFamily), household(rivals=[Proposal(**HERE)]),
         ("fail", f"Anggota keluarga yang sama sudah diusulkan di program ini atas nama Sari; {FAMILY}")),
        (rule(OnePerFamily), household(rivals=[Proposal(**OTHER)]),
         ("fail", f"Anggota keluarga yang sama sudah diusulkan di program ini oleh desa/kelurahan lain; {FAMILY}")),
        (rule(OnePerFamily), household(kk_number=None), None),
        (rule(EarlierAid), household(), ("pass", "Belum tercatat pernah menerima UEP.")),
        (rule(EarlierAid), household(aids=[Aid(2023, "UEP", True)]),
         ("fail", "Rumah tangga ini sudah pernah menerima UEP (2023).")),
        (rule(EarlierAid), household(aids=[Aid(2022, "UEP", True)]),
         ("pass", "Terakhir menerima UEP lebih dari 3 tahun lalu (2022).")),
        (rule(EarlierAid), household(aids=[Aid(2025, "UEP", True), Aid(2021, "UEP", True), Aid(2024, "PKH", False)]),
         ("fail", "Rumah tangga ini sudah pernah menerima UEP (2021, 2025). Juga menerima bantuan lain: PKH (2024).")),
        (rule(EarlierAid), household(aids=[Aid(2024, "UEP Provinsi", False)]),
         ("warn", "Rumah tangga ini pernah menerima bantuan lain: UEP Provinsi (2024).")),
        (rule(EarlierAid, years=0), household(aids=[Aid(2026, "UEP Perempuan", True)]),
         ("fail", "Rumah tangga ini sudah pernah menerima UEP (2026).")),
        (rule(PublicPayroll), household(occupation="Petani"),
         ("pass", "Menurut pernyataan dan data sosial bukan penerima gaji negara atau keluarga intinya.")),
        (rule(PublicPayroll), household(occupation="Guru PNS"), ("fail", f"Pekerjaan calon: Guru PNS. {BARRED}")),
        (rule(PublicPayroll), household(person=of("Ratna", "TNI")),
         ("fail", f"Pekerjaan calon menurut data sosial: TNI. {BARRED}")),
        (rule(PublicPayroll), household(members=[of("Adi", "POLRI"), of("Ana", "Pelajar")]),
         ("fail", f"Anggota keluarga: Adi, POLRI (data sosial). {BARRED}")),
        (rule(PublicPayroll), household(members=[of("Adi", "POLRI", "62.09.01.2001")]),
         ("fail", f"Anggota keluarga: termasuk yang dikecualikan (data sosial). {BARRED}")),
        (rule(PublicPayroll, family=False), household(members=[of("Adi", "POLRI")]),
         ("pass", "Menurut pernyataan dan data sosial bukan penerima gaji negara atau keluarga intinya.")),
        (rule(PublicPayroll, groups=("tni",), family=False), household(occupation="Tentara"),
         ("fail", "Pekerjaan calon: Tentara. Program ini bukan untuk mereka.")),
        (rule(PublicPayroll, groups=("tni",)), household(occupation="PNS"),
         ("pass", "Menurut pernyataan dan data sosial bukan penerima gaji negara atau keluarga intinya.")),
        (rule(PublicPayroll), household(is_not_public_payroll=False), None),
        (rule(Kinship), household(), None),
        (rule(Kinship), household(kinship="keponakan kepala desa"),
         ("fail", "Hubungan keluarga dengan aparat desa: keponakan kepala desa.")),
        (rule(Alive), household(), None),
        (rule(Alive), household(person=Person(is_alive=True)), ("pass", "Masih hidup menurut data sosial.")),
        (rule(Alive), household(person=Person(is_alive=False)),
         ("fail", "Menurut data sosial calon sudah meninggal; bila keliru, perbaiki dahulu di Dukcapil.")),
        (PAPERS, household(), None),  # a row of a list
        (PAPERS, household(held={"ktp": "KTP"}, lacking={"kk": "Kartu Keluarga"}),
         ("fail", "Belum diunggah: Kartu Keluarga.")),
        (PAPERS, household(held={"ktp": "KTP", "kk": "Kartu Keluarga"}, lacking={"sku": "SKU"}),
         ("pass", "Berkas wajib sudah ada: KTP, Kartu Keluarga.")),
        (PAPERS, household(held={}, lacking={"sku": "SKU"}), None),  # of a year in which nobody was asked for them
        (rule(RequiredPapers, papers={}), household(held={}, lacking={"ktp": "KTP"}), None),
    ],
)  # fmt: skip
def test_each_rule_says_how_it_stands(asked, told, expected):
    answer = asked.answer(told)
    assert (answer and (answer[0].value, answer[1])) == expected


def test_how_hard_a_rule_is_and_whether_it_may_be_overridden_is_the_programmes_matter():
    known = household(kinship="anak kades")
    values = {}
    levels = [
        Kinship(values, level=level, may_be_overridden=may).finding(known)
        for level, may in (("", None), ("warn", True), ("fail", True), ("fail", False))
    ]
    assert [(row.level.value, row.may_be_overridden) for row in levels] == [
        ("warn", False),
        ("warn", False),
        ("fail", True),
        ("fail", False),
    ]


def test_what_the_rules_say_before_anyone_is_proposed():
    assert Version(default_rules(PROGRAMME)).said() == [
        "Berumur 18 sampai 59 tahun pada 30 Juni 2026.",
        (
            "Keluarga miskin atau rentan: terdata di DTSEN/DTKS/P3KE, desil 1 sampai 4; "
            "yang belum terdata boleh dengan berita acara musyawarah."
        ),
        "Memiliki usaha yang sudah berjalan.",
        "Satu usulan untuk satu keluarga (satu nomor KK).",
        "Belum menerima UEP dalam 3 tahun terakhir.",
        "Bukan pensiunan ASN/TNI/Polri, ASN, TNI, Polri, pegawai BUMN/BUMD, perangkat desa, atau keluarga intinya.",
        "Hubungan keluarga dengan aparat desa disebutkan, supaya dapat ditimbang.",
        "Calon masih hidup menurut data sosial.",
        "Berkas lengkap: KTP, Kartu Keluarga, SPTJM calon penerima, Surat Keterangan Usaha, Foto usaha.",
    ]
    assert [rule(Business, min_years=2).says(), rule(EarlierAid, years=0).says(), rule(Age, max_age=64).says()] == [
        "Memiliki usaha yang sudah berjalan sedikitnya 2 tahun.",
        "Belum menerima UEP di tahun yang sama.",
        "Berumur 18 sampai 64 tahun pada 30 Juni 2026.",
    ]
    assert rule(RequiredPapers, papers={}).says() == "Tidak ada berkas yang diwajibkan."


def test_rules_have_codes_of_their_own_and_parameters_that_may_be_what_they_are():
    assert [kind.code for kind in CATALOGUE] == [
        "age", "social", "business", "one_per_kk", "earlier", "payroll", "kinship", "dead", "papers",
    ]  # fmt: skip
    for asked in default_rules(PROGRAMME):
        assert [p.fault(getattr(asked, p.name)) for p in asked.parameters] == [""] * len(asked.parameters)
        again = type(asked)({p.name: p.read(asked.stored()[p.name]) for p in asked.parameters})
        assert again.values() == asked.values()


@pytest.mark.parametrize(
    ("occupation", "group"),
    [
        ("PNS", "asn"), ("P.N.S.", "asn"), ("Pegawai Negeri Sipil", "asn"), ("Guru (PPPK)", "asn"), ("CPNS", "asn"),
        ("TNI AD", "tni"), ("Anggota POLRI", "polri"), ("Pensiunan", "pensioner"), ("Pensiunan PNS", "pensioner"),
        ("Purnawirawan TNI", "pensioner"), ("Pensiunan karyawan swasta", ""), ("Perangkat Desa", "village"),
        ("Kaur Umum", "village"),
        ("Pegawai BUMN", "bumn"), ("Karyawan BUMD", "bumn"), ("Pensiunan BUMN", ""),
        ("Kepala Desa", "village"), ("Mantan kepala desa", ""), ("eks TNI", ""),
        ("Pedagang kecil", ""), ("Penyadap karet", ""), ("", ""), ("Tukang kayu", ""), ("Karyawan honorer", ""),
    ],
)  # fmt: skip
def test_occupations_as_they_are_written(occupation, group):
    assert public_group(occupation) == group


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
    assert rule(Age).answer(household(birth_date=born))[0] == level


@given(born=st.dates(date(1920, 1, 1), date(2020, 12, 31)), low=st.integers(0, 60), more=st.integers(0, 60))
def test_who_has_the_age_has_had_the_birthday_of_it(born, low, more):
    """Against counting birthdays one by one, 28 February standing in for the 29th."""
    day = date(2026, 6, 30)
    birthdays = sum(shifted(born, n) <= day for n in range(1, 120))
    expected = Level.PASS if low <= birthdays <= low + more and born <= day else Level.FAIL
    asked = rule(Age, min_age=low, max_age=low + more)
    assert asked.answer(household(birth_date=born))[0] == expected


@given(years=st.integers(0, 10), aided=st.lists(st.integers(2010, 2026), max_size=4))
def test_earlier_aid_counts_back_from_the_programmes_year(years, aided):
    level, _ = rule(EarlierAid, years=years).answer(household(aids=[Aid(year, "UEP", True) for year in aided]))
    assert (level == Level.FAIL) == any(2026 - year <= years for year in aided)


# With the database -------------------------------------------------------------------------------------------------------


def told(programme, walk, *, budget=None, **changes):
    """Everything but what passes, of a household that lacks no paper."""
    proposal = walk.draft(programme, phone="+6281234567890")
    Proposal.objects.filter(pk=proposal.pk).update(**changes)
    if budget is not None:
        proposal.budget_lines.update(total=budget)
    rows = findings(Proposal.objects.get(pk=proposal.pk))
    return {(row.level.value, row.sentence) for row in rows if row.level != Level.PASS}


def test_a_household_that_meets_every_rule(programme, walk):
    proposal = walk.draft(programme, phone="+6281234567890")
    year = programme.year
    assert [(row.code, row.level.value, row.sentence) for row in findings(proposal)] == [
        ("age", "pass", f"Umur {year - 1985} tahun pada 30 Juni {year}."),
        ("social", "pass", "DTSEN, desil 2."),
        ("business", "pass", "Usaha: Warung sembako."),
        ("one_per_kk", "pass", "Satu-satunya usulan dari keluarga ini."),
        ("earlier", "pass", "Belum tercatat pernah menerima UEP."),
        ("payroll", "pass", "Menurut pernyataan dan data sosial bukan penerima gaji negara atau keluarga intinya."),
        (
            "papers",
            "pass",
            "Berkas wajib sudah ada: KTP, Kartu Keluarga, SPTJM calon penerima, Surat Keterangan Usaha, Foto usaha.",
        ),
        ("budget", "pass", "RAB Rp5.000.000 sama dengan bantuan yang diminta."),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"business": ""}, {("fail", "Belum diisi: jenis usaha.")}),
        ({"nik": None, "sex": ""}, {("fail", "Belum diisi: NIK, jenis kelamin.")}),
        (
            {"is_not_public_payroll": False},
            {("fail", ("Pernyataan bukan ASN, TNI, Polri, pensiunan, atau perangkat desa, dan bukan keluarga inti mereka, "
            "belum dicentang."))},
        ),
        ({"nik": "6209034403850000"}, {("fail", ("Empat angka terakhir NIK tidak mungkin 0000; nomor urut mulai 0001. Bila "
            "disalin dari lembar kerja, angka terakhirnya mungkin hilang. Cocokkan dengan KTP."))}),
        ({"sex": "L"}, {("warn", ("Menurut NIK pemiliknya perempuan, sedangkan isian laki-laki. Cocokkan jenis kelamin dan NIK "
            "dengan KTP."))}),
        ({"account_number": None}, {("warn", "Nomor rekening belum ada; bank memerlukannya setelah SK.")}),
        ({"account_name": "RATNA M"}, {("warn", ("Nama rekening (RATNA M) berbeda dengan nama di usulan; transfer dapat gagal "
            "karena satu huruf."))}),
        ({"phone": ""}, {("warn", "Nomor HP belum ada; tim lapangan menghubungi lewat desa.")}),
        ({"budget": 4_999_999}, {("fail", "Jumlah RAB Rp4.999.999 belum sama dengan bantuan yang diminta Rp5.000.000.")}),
        ({"amount_requested": 5_000_001, "budget": 5_000_001}, {("fail", ("Diminta Rp5.000.001; paling banyak Rp5.000.000 per "
            "penerima."))}),
        ({"kinship": "ipar kaur"}, {("warn", "Hubungan keluarga dengan aparat desa: ipar kaur.")}),
    ],
)  # fmt: skip
def test_each_check_says_why(programme, walk, changes, expected):
    assert told(programme, walk, **changes) == expected


def test_faults_name_papers_too_and_complete_households_are_left_out(programme, walk, django_assert_num_queries):
    from_walk = [walk.draft(programme) for _ in range(3)]
    bare = walk.draft(programme, business="")
    bare.attachments.filter(requirement__code="kk").update(removed_at="2026-11-01T00:00Z", removed_by=walk.cast.alice)
    proposals = list(Proposal.objects.filter(pk__in=[p.pk for p in [*from_walk, bare]]))
    with django_assert_num_queries(10):
        found = faults_of(proposals, programme)
    assert found == {bare.pk: ["Belum diisi: jenis usaha.", "Belum diunggah: Kartu Keluarga."]}


def test_what_is_known_around_households_is_gathered_with_the_same_queries(programme, walk, django_assert_num_queries):
    """Each fact comes to its own household and to no other."""
    dead, wed, aided, official, fine = (walk.draft(programme) for _ in range(5))
    card = str(official.kk_number)
    registry([
        person(str(dead.nik), kk=str(dead.kk_number), is_alive=False),
        person(str(wed.nik), kk=str(fine.kk_number)),  # entered with another card, but a member of this family
        person(str(fine.nik), kk=str(fine.kk_number)),
        person("6209031212800001", kk=card, name="Adi", occupation="PNS", village_id="62.09.03.1005"),
        person(str(official.nik), kk=card, desil=9),
    ])  # fmt: skip
    year = programme.year
    past_aid(PastAidList.Giver.OWN, "UEP lama", nik=str(aided.nik), year=year - 1)
    past_aid(PastAidList.Giver.PROVINCE, "UEP Provinsi", kk_number=str(fine.kk_number), year=year - 2)
    past_aid(PastAidList.Giver.OWN, "UEP lama", nik=str(dead.nik), year=year + 1)  # later than the programme's year
    ours = [dead, wed, aided, official, fine]
    proposals = list(Proposal.objects.filter(pk__in=[p.pk for p in ours]).select_related("programme"))
    with django_assert_num_queries(14):
        found = judge(proposals)
    codes = {"social", "one_per_kk", "earlier", "payroll", "dead"}
    unmet = {
        pk: [(row.code, row.level.value, row.sentence) for row in rows if row.code in codes and row.level != Level.PASS]
        for pk, rows in found.items()
    }
    one = "Anggota keluarga yang sama sudah diusulkan di program ini atas nama"
    assert unmet == {
        dead.pk: [
            ("dead", "fail", "Menurut data sosial calon sudah meninggal; bila keliru, perbaiki dahulu di Dukcapil.")
        ],
        wed.pk: [
            ("one_per_kk", "fail", f"{one} {fine.name}; {FAMILY}"),
        ],
        aided.pk: [("earlier", "fail", f"Rumah tangga ini sudah pernah menerima UEP ({year - 1}).")],
        official.pk: [
            ("social", "fail", "Desil 9 menurut data sosial (di isian: 2); program ini untuk desil 1 sampai 4."),
            ("payroll", "fail", f"Anggota keluarga: Adi, PNS (data sosial). {BARRED}"),
        ],
        fine.pk: [
            ("one_per_kk", "fail", f"{one} {wed.name}; {FAMILY}"),
            ("earlier", "warn", f"Rumah tangga ini pernah menerima bantuan lain: UEP Provinsi ({year - 2})."),
        ],
    }


def test_a_mere_draft_of_a_relative_stops_nobody_who_was_sent(programme, walk):
    [sent] = walk.proposals_at(State.SUBMITTED, 1, programme=programme)
    draft, foreign = walk.draft(programme), walk.draft(programme, by=walk.cast.bob)
    registry([person(str(row.nik), kk="6209030101990009") for row in (sent, draft, foreign)])
    rivals = f"Anggota keluarga yang sama sudah diusulkan di program ini atas nama {sent.name}; {FAMILY}"
    elsewhere = f"Anggota keluarga yang sama sudah diusulkan di program ini oleh desa/kelurahan lain; {FAMILY}"
    found = judge([sent, draft, foreign])
    assert {pk: next((r.level.value, r.sentence) for r in rows if r.code == "one_per_kk") for pk, rows in found.items()} == {
        sent.pk: ("pass", "Satu-satunya usulan dari keluarga ini."),
        draft.pk: ("fail", rivals),
        foreign.pk: ("fail", elsewhere),
    }  # fmt: skip


def test_earlier_aid_is_found_by_person_and_by_household(walk, programme):
    before = walk.programme(name="UEP lama", year=timezone.localdate().year - 1)
    aided = walk.proposals_at(State.PAID, 2, programme=before)
    same_person = walk.draft(programme, nik=aided[0].nik)
    same_household = walk.draft(programme, kk_number=aided[1].kk_number)
    stranger = walk.draft(programme)
    ours = (same_person, same_household, stranger)
    assert [earlier_aid(p) for p in ours] == [[before.year], [before.year], []]
    told = judge(ours)
    levels = [next(row.level.value for row in told[p.pk] if row.code == "earlier") for p in ours]
    assert levels == ["fail", "fail", "pass"]
