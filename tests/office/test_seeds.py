"""What an office starts with."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from uep.access.roles import Role
from uep.office import queries, seeds
from uep.office.calendar import Norm, Unit
from uep.office.models import (
    Bank,
    Holiday,
    LegalBasis,
    OfficeHours,
    Official,
    PaperSetting,
    Post,
    Profile,
    Sop,
    SopStep,
)

MODELS = [Bank, Holiday, LegalBasis, OfficeHours, Official, PaperSetting, Post, Profile, Sop, SopStep]


def test_lamandau_is_what_its_papers_say(office):
    profile, sop = queries.profile(), Sop.objects.get()
    assert (profile.letterhead_lines, profile.capital, profile.regency_code, profile.time_zone_label) == (
        ["Pemerintah Kabupaten Lamandau", "Dinas Sosial"],
        "Nanga Bulik",
        "62.09",
        "WIB",
    )
    assert (sop.number, sop.made_on, sop.revised_on, sop.effective_on, sop.approved_by, sop.in_force) == (
        "880/17.a/PMSOS.D/1/2023",
        date(2023, 1, 9),
        date(2023, 11, 30),
        None,
        "",
        True,
    )
    assert list(Bank.objects.values_list("code", "name")) == [
        ("002", "Bank BRI"),
        ("125", "Bank Kalteng"),
        ("POS", "Pos Indonesia"),
    ]
    assert list(Post.objects.values_list("title", "role", "parent__code")) == [
        ("Bupati Lamandau", Role.REGENT, None),
        ("Kepala Dinas Sosial Kabupaten Lamandau", Role.OFFICE_HEAD, "kepala_daerah"),
        ("Sekretaris Dinas Sosial Kabupaten Lamandau", Role.SECRETARY, "kepala_dinas"),
        ("Kepala Bidang Pemberdayaan Sosial dan Penanganan Fakir Miskin", Role.DIVISION_HEAD, "kepala_dinas"),
    ]
    assert not Official.objects.exists()  # people are recorded by the office, or invented by the demo


def test_the_norms_are_those_of_the_sop(office):
    assert [queries.norm_of(step) for step in range(1, 7)] == [
        Norm(5, Unit.MINUTES),
        Norm(2, Unit.DAYS),
        Norm(3, Unit.DAYS),
        Norm(1, Unit.DAYS),
        Norm(1, Unit.DAYS),
        Norm(1, Unit.DAYS),
    ]
    assert queries.step_titles()[4] == "Koordinasi dengan bank penyalur"


def test_another_regency_has_its_own_names_and_nothing_of_lamandau(db):
    seeds.seed("11.71", regency_name="Kota Banda Aceh", province_name="Aceh")
    profile = queries.profile()
    assert (profile.letterhead_lines, profile.capital, profile.app_title) == (
        ["Pemerintah Kota Banda Aceh", "Dinas Sosial"],
        "Banda Aceh",
        "UEP Banda Aceh",
    )
    assert list(Post.objects.values_list("title", flat=True))[:2] == [
        "Wali Kota Banda Aceh",
        "Kepala Dinas Sosial Kota Banda Aceh",
    ]
    sop = Sop.objects.get()
    assert (sop.number, sop.made_on, sop.steps.count()) == ("", None, 6)
    texts = [str(value) for model in MODELS for row in model.objects.values_list() for value in row]
    assert [text for text in texts if "Lamandau" in text or "Kalteng" in text or "62.09" in text] == []


def test_seeding_twice_changes_nothing_and_keeps_what_the_office_edited(office):
    Bank.objects.filter(code="125").update(branch="Pusat")
    Profile.objects.update(address="Jalan Bukit Hibul")
    before = {model: list(model.objects.order_by("pk").values()) for model in MODELS}
    seeds.seed("62.09", regency_name="Kabupaten Lamandau", province_name="Kalimantan Tengah")
    assert {model: list(model.objects.order_by("pk").values()) for model in MODELS} == before


def test_a_database_belongs_to_one_regency(office):
    with pytest.raises(ValidationError, match=r"sudah dipasang untuk 62\.09 Kabupaten Lamandau"):
        seeds.seed("62.01", regency_name="Kabupaten Kotawaringin Barat", province_name="Kalimantan Tengah")


def cited(day):
    return [law.short_name for law in queries.legal_bases(day, "sk")]


def test_a_decree_of_today_cites_only_what_is_in_force(office):
    assert cited(date(2026, 11, 23)) == [
        "UU 5/2002", "UU 11/2009", "UU 13/2011", "UU 23/2014", "Perpres 166/2014", "Permendagri 77/2020",
        "Permensos 3/2025", "Kepmensos 262/HUK/2022",
    ]  # fmt: skip


def test_an_older_paper_cites_what_was_in_force_then(office):
    assert cited(date(2019, 6, 1)) == [
        "UU 5/2002", "UU 11/2009", "UU 13/2011", "UU 23/2014", "Perpres 166/2014", "Permendagri 32/2011",
        "Kepmensos 146/HUK/2013",
    ]  # fmt: skip


def test_the_errors_of_the_sop_are_nowhere(office):
    texts = " ".join(LegalBasis.objects.values_list("text", flat=True))
    assert ["145 Tahun 2013" in texts, "145/HUK/2013" in texts, "Penanggulangan Sosial" in texts] == [
        False,
        False,
        False,
    ]


def test_a_law_is_cited_on_its_last_day_and_not_after(office):
    LegalBasis.objects.filter(short_name="UU 5/2002").update(in_force_to=date(2026, 11, 23))
    assert [("UU 5/2002" in cited(date(2026, 11, 23) + timedelta(days=i))) for i in (0, 1)] == [True, False]


def test_the_holidays_of_2026_are_17_and_8(office):
    Holiday.objects.filter(date__year=2026).delete()
    assert [seeds.seed_holidays(2026), seeds.seed_holidays(2026)] == [25, 0]
    counts = {kind: Holiday.objects.filter(date__year=2026, kind=kind).count() for kind in Holiday.Kind.values}
    assert counts == {"national": 17, "joint_leave": 8, "regional": 0, "office": 0}
    leave = Holiday.objects.filter(date__year=2026, kind="joint_leave").values_list("date", flat=True)
    assert [f"{day:%m-%d}" for day in leave] == ["02-16", "03-18", "03-20", "03-23", "03-24", "05-15", "05-28", "12-24"]


def test_the_years_around_now_are_filled(office):
    this_year = timezone.localdate().year
    assert queries.calendar().seeded_years == {this_year - 1, this_year, this_year + 1}
