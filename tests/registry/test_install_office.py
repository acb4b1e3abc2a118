import pytest
from django.core.management import CommandError, call_command

from uep.office import queries as office
from uep.office.models import Post, Profile
from uep.registry import queries
from uep.registry.actions import region_rows

pytestmark = pytest.mark.usefixtures("country", "db")


def said(capsys, code):
    call_command("install_office", code)
    return capsys.readouterr().out.rstrip("\n")


def test_install_office_and_again(capsys):
    expected = "Terpasang untuk Kabupaten Lamandau, Kalimantan Tengah (62.09): 8 kecamatan, 88 desa/kelurahan."
    assert said(capsys, "62.09") == expected
    profile, posts = office.profile(), Post.objects.count()
    assert (profile.regency_code, profile.regency_name, profile.province_name) == (
        "62.09",
        "Kabupaten Lamandau",
        "Kalimantan Tengah",
    )
    assert (queries.regency().code, queries.districts().count(), queries.villages().count()) == ("62.09", 8, 88)
    Profile.objects.update(address="Jalan Baru 1")
    assert said(capsys, "62.09") == expected
    assert (office.profile().address, Post.objects.count()) == ("Jalan Baru 1", posts)


def test_before_the_install_there_is_no_place():
    assert queries.regency() is None
    assert list(queries.villages()) == []
    assert queries.totals() == {"districts": 0, "desa": 0, "kelurahan": 0}


@pytest.mark.parametrize("code", ["11.01", "31.71", "91.03", "65.71", "96.71"])
def test_install_office_for_any_regency(code, capsys):
    assert f"({code})" in said(capsys, code)
    assert queries.regency().code == code
    assert queries.villages().exists()


def test_another_office_in_the_same_database_is_refused(capsys):
    said(capsys, "62.09")
    with pytest.raises(CommandError, match=r"Basis data ini sudah dipasang untuk 62\.09 Kabupaten Lamandau"):
        said(capsys, "62.07")
    assert queries.regency().code == "62.09"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "6209",
            (
                "Tulis kode Kemendagri dengan titik: 62.09 adalah Kabupaten Lamandau. Kode BPS tidak dipakai di sini; "
                "angkanya mirip, tetapi menunjuk tempat lain."
            ),
        ),
        (
            "6299",
            (
                "Tulis kode Kemendagri dengan titik: 62.99 juga tidak dikenal. Kode BPS tidak dipakai di sini; "
                "angkanya mirip, tetapi menunjuk tempat lain."
            ),
        ),
        (
            "62",
            "62 adalah Provinsi Kalimantan Tengah. Kantor dipasang untuk satu kabupaten/kota: empat angka, misalnya 62.01.",
        ),
        (
            "62.09.03",
            "62.09.03 adalah Kec. Bulik. Kantor dipasang untuk satu kabupaten/kota: empat angka, misalnya 62.09.",
        ),
        (
            "Lamandau",
            (
                '"Lamandau" bukan kode Kemendagri kabupaten/kota. Bentuknya 12.34, seperti enam angka pertama NIK tanpa dua '
                "angka terakhirnya. Kode BPS tidak dipakai di sini."
            ),
        ),
    ],
)
def test_unknown_codes_are_refused_with_a_sentence(code, sentence, capsys):
    with pytest.raises(CommandError) as refusal:
        said(capsys, code)
    assert str(refusal.value) == sentence
    assert queries.regency() is None


def test_the_files_hold_every_regency_that_can_be_installed():
    assert len([code for code, _, level, *_ in region_rows() if level == "regency"]) == 514
