"""Loading boundaries: what comes in, what is refused with which words, that it is all or nothing."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from uep.registry import geojson, queries
from uep.registry.actions import Bounded, load_boundaries
from uep.registry.models import Boundary, Region

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).resolve().parents[3] / "shared/data/boundaries"
NANGA_BULIK, KUJAN = "62.09.03.1005", "62.09.03.2007"


def square(west=111.0, south=-2.1, size=0.1) -> list:
    east, north = west + size, south + size
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def feature(code, name="", coordinates=None, kind="Polygon", **properties):
    given = {"kode": code, "nama": name} | properties
    return {
        "type": "Feature",
        "properties": given,
        "geometry": {"type": kind, "coordinates": square() if coordinates is None else coordinates},
    }


def file_of(*features) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


@pytest.fixture(autouse=True)
def _installed(office):
    """Lamandau."""


def names() -> dict:
    return dict(Region.objects.filter(pk__in=[NANGA_BULIK, KUJAN]).values_list("pk", "name"))


def test_boundaries_come_in_with_a_box_and_a_point_inside():
    west = square(111.2)
    done = load_boundaries(
        file_of(feature(NANGA_BULIK, "Nanga Bulik"), feature("6209032007", "", [west], "MultiPolygon"))
    )
    assert done == Bounded(loaded=2, removed=0, unknown=(), elsewhere=0, misnamed=(), without=86)
    row = Boundary.objects.get(pk=NANGA_BULIK)
    assert (row.west, row.south, row.east, row.north) == (111.0, -2.1, 111.1, -2.0)
    assert row.polygons == row.outline == [[[[111.0, -2.1], [111.1, -2.1], [111.1, -2.0], [111.0, -2.0]]]]
    assert (round(row.inner_longitude, 3), round(row.inner_latitude, 3)) == (111.05, -2.05)


def test_loading_again_replaces_the_same_level_and_leaves_others():
    load_boundaries(file_of(feature(NANGA_BULIK), feature(KUJAN)))
    load_boundaries(file_of(feature("62.09.03", "Bulik")))
    done = load_boundaries(file_of(feature(KUJAN, coordinates=square(112.0))))
    assert (done.loaded, done.removed) == (1, 1)
    assert list(Boundary.objects.order_by("pk").values_list("pk", "west")) == [("62.09.03", 111.0), (KUJAN, 112.0)]


def test_codes_that_are_no_region_and_regions_of_others_are_told():
    done = load_boundaries(file_of(feature(NANGA_BULIK), feature("62.09.03.9999"), feature("62.01.01.2001")))
    assert (done.loaded, done.unknown, done.elsewhere) == (1, ("62.09.03.9999",), 1)


def test_spellings_may_differ_and_other_names_are_told():
    done = load_boundaries(
        file_of(feature("62.09.08", "Batangkawa"), feature("62.09.03", "BULIK"), feature("62.09.02", "Delang Hulu"))
    )
    assert done.misnamed == ("62.09.02 Delang Hulu",)


def test_codes_of_another_numbering_are_noticed_by_the_names():
    """BPS numbers other places alike (domain, 3.3)."""
    with pytest.raises(Exception, match=r"2 dari 2 nama tidak sesuai .* Apakah ini kode BPS\?"):
        load_boundaries(file_of(feature("62.09.03", "Kamipang"), feature("62.09.02", "Mendawai")))
    assert not Boundary.objects.exists()


def test_properties_of_other_names_are_found_when_named():
    rows = file_of({**feature(""), "properties": {"WADMKD": "Nanga Bulik", "KDEPUM": "62.09.03.1005", "x": 1}})
    assert load_boundaries(rows).loaded == 1  # a usual name, whatever its case
    odd = file_of({**feature(""), "properties": {"nomor": NANGA_BULIK, "sebutan": "Nanga Bulik"}})
    assert load_boundaries(odd, code_name="nomor", label_name="sebutan").loaded == 1


RING = square()[0]
REFUSED = {
    "no json": (b"{", "Berkas ini bukan JSON yang utuh."),
    "no text": (b"\xff\xfe\x00", "Berkas ini bukan teks UTF-8."),
    "another thing": (b'{"type": "Topology"}', "Berkas ini bukan GeoJSON FeatureCollection."),
    "a list": (b"[]", "Berkas ini bukan GeoJSON FeatureCollection."),
    "empty": (file_of(), "Berkas ini tidak memuat satu wilayah pun."),
    "deep": (b"[" * 200_000, "Isi berkas ini bersarang terlalu dalam."),
    "no number": (file_of(feature(KUJAN)).replace(b"111.0", b"NaN"), "Berkas memuat NaN, yang bukan angka JSON."),
    "twice": (file_of(feature(KUJAN), feature(KUJAN)), f"Kode {KUJAN} ada dua kali dalam berkas."),
    "no code": (
        file_of(feature("", "Kujan")),
        "Wilayah ke-1: kode Kemendagri tidak ditemukan. Nama keterangan dalam berkas: kode, nama.",
    ),
    "no properties": (file_of({"type": "Feature"}), "Wilayah ke-1 tidak memuat keterangan (properties)."),
    "a line": (file_of(feature(KUJAN, kind="LineString")), f"Wilayah {KUJAN}: batas harus Polygon atau MultiPolygon."),
    "nothing in it": (file_of(feature(KUJAN, coordinates=[])), f"Wilayah {KUJAN}: satu bagian batasnya kosong."),
    "no parts": (
        file_of(feature(KUJAN, coordinates=[], kind="MultiPolygon")), f"Wilayah {KUJAN}: batasnya kosong.",
    ),
    "short": (
        file_of(feature(KUJAN, coordinates=[RING[:3]])),
        f"Wilayah {KUJAN}: satu garis batas kurang dari empat titik.",
    ),
    "open": (file_of(feature(KUJAN, coordinates=[RING[:4]])), f"Wilayah {KUJAN}: satu garis batas tidak tertutup."),
    "words": (
        file_of(feature(KUJAN, coordinates=[[["a", "b"]] * 4])),
        f"Wilayah {KUJAN}: ada titik yang bukan pasangan bujur dan lintang.",
    ),
    "turned": (
        file_of(feature(KUJAN, coordinates=[[[y, x] for x, y in RING]])),
        f"Wilayah {KUJAN}: bujur dan lintang tertukar. GeoJSON menulis bujur dahulu.",
    ),
    "metres": (
        file_of(feature(KUJAN, coordinates=[[[x * 1e5, y * 1e5] for x, y in RING]])),
        f"Wilayah {KUJAN}: titik di luar Indonesia. Koordinat harus derajat WGS 84 (EPSG:4326), bujur lalu lintang.",
    ),
    "endless": (
        file_of(feature(KUJAN)).replace(b"111.0", b"1" + b"0" * 400),
        f"Wilayah {KUJAN}: titik di luar Indonesia. Koordinat harus derajat WGS 84 (EPSG:4326), bujur lalu lintang.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_used_says_why(case):
    content, sentence = REFUSED[case]
    with pytest.raises(geojson.Unreadable) as refused:
        load_boundaries(content)
    assert str(refused.value) == sentence


def test_a_fault_at_the_end_leaves_everything_as_it_was(tmp_path):
    load_boundaries(file_of(feature(NANGA_BULIK)))
    file = tmp_path / "batas.geojson"
    file.write_bytes(file_of(feature(KUJAN), feature("62.09.03.2008", coordinates=[RING[:4]])))
    with pytest.raises(CommandError, match="tidak tertutup"):
        call_command("load_boundaries", file)
    assert list(Boundary.objects.values_list("pk", flat=True)) == [NANGA_BULIK]


def test_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(geojson, "MOST_POINTS", 9)
    with pytest.raises(geojson.Unreadable, match="lebih dari 9 titik"):
        load_boundaries(file_of(feature(KUJAN), feature(NANGA_BULIK)))
    monkeypatch.setattr(geojson, "MOST_BYTES", 10)
    with pytest.raises(geojson.Unreadable, match="Berkas terlalu besar"):
        load_boundaries(file_of(feature(KUJAN)))


def test_a_file_of_another_regency_is_refused():
    with pytest.raises(Exception, match=r"Tidak satu pun dari 1 wilayah dalam berkas ini terletak di 62\.09"):
        load_boundaries(file_of(feature("62.01.01.2001")))


def test_the_command_says_what_it_did(tmp_path, capsys):
    file = tmp_path / "batas.geojson"
    file.write_bytes(file_of(feature(NANGA_BULIK, "Nanga Bulik"), feature("62.09.03.9999"), feature("62.01.01.2001")))
    call_command("load_boundaries", str(file))
    assert capsys.readouterr().out.splitlines() == [
        "1 batas wilayah dimuat, 0 batas lama dihapus.",
        "1 wilayah di luar kabupaten ini dilewati.",
        "1 kode tidak dikenal dan dilewati: 62.09.03.9999.",
        "87 desa/kelurahan belum memiliki batas.",
    ]


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="tidak dapat dibaca: No such file"):
        call_command("load_boundaries", str(tmp_path / "tidak-ada.geojson"))


def test_without_an_office_nothing_is_loaded(db):
    from uep.office.models import Profile  # noqa: PLC0415 - only here

    Profile.objects.update(regency_code="00.00")
    with pytest.raises(Exception, match=r"terletak di 00\.00"):
        load_boundaries(file_of(feature(KUJAN)))


def test_how_far_a_position_is_from_a_region():
    assert queries.distance_to(NANGA_BULIK, -2.05, 111.05) is None
    load_boundaries(file_of(feature(NANGA_BULIK)))
    assert queries.distance_to(NANGA_BULIK, -2.05, 111.05) == 0.0
    assert queries.distance_to(NANGA_BULIK, -2.11, 111.05) == pytest.approx(1111.95, abs=0.01)


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample is not part of the project")
def test_the_sample_of_lamandau_loads_whole():
    villages = load_boundaries((SAMPLE / "lamandau_desa.geojson").read_bytes())
    districts = load_boundaries((SAMPLE / "lamandau_kecamatan.geojson").read_bytes())
    assert (villages.loaded, villages.unknown, villages.misnamed, villages.without) == (88, (), (), 0)
    assert (districts.loaded, districts.removed, districts.unknown) == (8, 0, ())
    for row in Boundary.objects.all():
        assert queries.distance_to(row.pk, row.inner_latitude, row.inner_longitude) == 0.0
