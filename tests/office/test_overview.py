"""The pages of the office, and what they warn of."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from uep.office import queries
from uep.office.models import ActingAppointment, Holiday, LegalBasis, Official, Post, Profile, Sop

DAY = date(2026, 11, 23)


@pytest.fixture
def complete(held):
    """Nothing to warn of."""
    Official.objects.create(
        post=Post.objects.get(code="kepala_bidang"),
        name="SITI, S.Sos.",
        nip="198505052008032001",
        user=held[0].user,
        starts=date(2024, 1, 1),
    )
    Profile.objects.update(address="Jl. Bukit Hibul")
    Sop.objects.update(effective_on=date(2023, 12, 1))
    Holiday.objects.filter(name__contains="perkiraan").delete()
    return held


def warnings(day=DAY):
    return [warning.text for warning in queries.overview(day)["warnings"]]


CREST = "Kop naskah belum lengkap: lambang."


def test_a_complete_office_lacks_only_its_crest(complete):
    assert warnings() == [CREST]


def test_a_new_office_is_told_everything(office):
    Holiday.objects.all().delete()
    assert warnings() == [
        "Kop naskah belum lengkap: alamat, lambang.",
        "Kepala Dinas Sosial Kabupaten Lamandau belum ada pejabatnya: lembar disposisi dan SK tidak dapat ditandatangani.",
        "Sekretaris Dinas Sosial Kabupaten Lamandau belum ada pejabatnya: SK tidak dapat diparaf.",
        "Kepala Bidang Pemberdayaan Sosial dan Penanganan Fakir Miskin belum ada pejabatnya: draf SK tidak ada yang menyusun.",
        "Tanggal efektif SOP masih kosong, seperti pada naskahnya.",
        "Libur nasional 2026 belum diisi; batas waktu dapat jatuh pada hari libur.",
        "Libur nasional 2027 belum diisi; batas waktu dapat jatuh pada hari libur.",
    ]


def test_an_empty_database_says_how_to_install(db):
    assert warnings() == ["Kantor ini belum dipasang. Jalankan: manage.py install_office KODE."]


def test_an_official_without_nip_or_account_is_named(complete):
    Official.objects.filter(pk=complete[1].pk).update(nip="", user=None)
    assert warnings() == [CREST, "NIP Drs. YUSUP belum diisi.", "Drs. YUSUP belum terhubung dengan akun."]


@pytest.mark.parametrize(
    "ends, said",
    [
        (DAY + timedelta(days=8), []),
        (
            DAY + timedelta(days=7),
            ["Plh. Kepala Dinas Sosial Kabupaten Lamandau (Drs. YUSUP) berakhir 30 November 2026."],
        ),
        (DAY, ["Plh. Kepala Dinas Sosial Kabupaten Lamandau (Drs. YUSUP) berakhir 23 November 2026."]),
        (
            DAY - timedelta(days=1),
            ["Plh. Kepala Dinas Sosial Kabupaten Lamandau (Drs. YUSUP) sudah berakhir 22 November 2026."],
        ),
        (DAY - timedelta(days=31), []),
    ],
)
def test_an_appointment_is_named_shortly_before_and_after_its_end(complete, ends, said):
    ActingAppointment.objects.create(
        post=complete[0].post,
        official=complete[1],
        kind="plh",
        letter_number="1",
        letter_date=date(2026, 1, 1),
        starts=date(2026, 1, 1),
        ends=ends,
    )
    assert warnings() == [CREST, *said]


def test_the_next_year_is_asked_for_from_october(complete):
    Holiday.objects.filter(date__year=2027).delete()
    asked = "Libur nasional 2027 belum diisi; batas waktu dapat jatuh pada hari libur."
    assert (asked in warnings(date(2026, 9, 30)), asked in warnings(date(2026, 10, 1))) == (False, True)


def test_a_year_without_joint_leave_is_named(complete):
    Holiday.objects.filter(kind="joint_leave", date__year=2026).delete()
    assert warnings() == [CREST, "Cuti bersama 2026 belum diisi."]


def test_estimated_feasts_are_counted(complete):
    Holiday.objects.create(date=date(2026, 12, 30), name="Hari Raya (perkiraan)", kind="national")
    assert warnings() == [CREST, "1 hari libur 2026 masih perkiraan; cocokkan dengan SKB."]


PAGES = {
    "overview": (10, ["Pemerintah Kabupaten Lamandau", "62.09 Kabupaten Lamandau", "WIB", CREST]),
    "people": (7, ["RAHMAWATI, S.Sos., M.AP", "19781211 200604 1 006", "Sekretaris Dinas Sosial Kabupaten Lamandau"]),
    "rules": (7, ["880/17.a/PMSOS.D/1/2023", "5 menit kerja", "Kepmensos 262/HUK/2022"]),
    "hours": (6, ["07.30 – 16.00", "Jumat, 25 Desember 2026", "Hari Raya Natal"]),
    "settings": (6, ["Bank Kalteng Nanga Bulik", "8 – 16 angka", "Surat Keputusan", "Sepadan Bookman Old Style"]),
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_shows_its_part_in_a_fixed_number_of_queries(
    complete, admin, client, name, django_assert_num_queries
):
    client.force_login(admin)
    count, words = PAGES[name]
    with django_assert_num_queries(count):
        page = client.get(reverse(f"office:{name}"), {"tahun": "2026"}).content.decode()
    assert [word for word in words if word not in page] == []
    Official.objects.create(post=Post.objects.get(code="kepala_daerah"), name="BUPATI", starts=date(2025, 1, 1))
    LegalBasis.objects.create(short_name="Baru", text="Baru", in_force_from=DAY)
    Holiday.objects.create(date=date(2026, 12, 30), name="Hari jadi", kind="regional")
    with django_assert_num_queries(count):
        client.get(reverse(f"office:{name}"), {"tahun": "2026"})


def test_a_warning_leads_to_the_page_where_it_is_mended(office):
    assert [warning.url for warning in queries.overview(DAY)["warnings"]][:2] == [
        "/kantor/#profil",
        "/kantor/pejabat/#pejabat",
    ]


@pytest.mark.parametrize(
    "year, shown", [("2025", 2025), ("abc", DAY.year), ("9999", DAY.year), ("²²²²", DAY.year), ("", DAY.year)]
)
def test_the_year_of_the_holidays_is_chosen(office, admin, client, year, shown, monkeypatch):
    monkeypatch.setattr("uep.office.views.timezone.localdate", lambda: DAY)
    client.force_login(admin)
    assert client.get(reverse("office:hours"), {"tahun": year}).context["year"] == shown
