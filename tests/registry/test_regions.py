import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Lower

from uep.registry import queries
from uep.registry.models import Region

pytestmark = pytest.mark.usefixtures("country", "db")


def test_lamandau_by_kemendagri_code():
    regency = Region.objects.get(pk="62.09")
    villages = queries.villages("62.09")
    assert (regency.name, regency.parent.name) == ("Kabupaten Lamandau", "Kalimantan Tengah")
    assert [district.name for district in queries.districts("62.09")] == [
        "Lamandau",
        "Delang",
        "Bulik",
        "Bulik Timur",
        "Menthobi Raya",
        "Sematu Jaya",
        "Belantikan Raya",
        "Batang Kawa",
    ]
    assert (villages.filter(kind="desa").count(), villages.filter(kind="kelurahan").count()) == (85, 3)
    assert [v.label for v in villages.filter(kind="kelurahan")] == [
        "Kelurahan Tapin Bini, Kec. Lamandau",
        "Kelurahan Kudangan, Kec. Delang",
        "Kelurahan Nanga Bulik, Kec. Bulik",
    ]


def test_titles_and_path():
    village = Region.objects.get(pk="62.09.03.1005")
    assert [region.title for region in queries.path(village)] == [
        "Provinsi Kalimantan Tengah",
        "Kabupaten Lamandau",
        "Kec. Bulik",
        "Kelurahan Nanga Bulik",
    ]
    assert Region.objects.get(pk="91.03.01.3007").title == "Desa Adat Yoboi"
    assert Region.objects.get(pk="62.09.03").dotless == "620903"


def test_within_takes_every_depth_and_nothing_beside():
    assert Region.objects.within("62.09").count() == 8 + 88
    assert Region.objects.within("62.09.03").count() == 14
    assert Region.objects.within("62.09.03.1005").count() == 0
    assert Region.objects.within("62.0").count() == 0
    assert queries.villages("62.09.03").count() == 14


def test_places_are_found_by_word_or_code():
    villages = Region.objects.within("62.09").villages()
    assert [v.name for v in villages.matching("  BULIK ")] == ["Nanga Bulik"]
    assert [v.name for v in villages.matching("nanga  bul")] == ["Nanga Bulik"]
    assert [v.name for v in villages.matching("62.09.03.1005")] == ["Nanga Bulik"]
    assert list(villages.matching("ulik")) == []
    assert list(villages.matching("%")) == []


def test_lists_of_villages_take_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len([village.label for village in queries.villages("62.09")]) == 88
    with django_assert_num_queries(1):
        assert len(queries.path(Region(code="62.09.03.1005"))) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "6209", "level": "regency", "parent_id": "62"},
        {"code": "62.99", "level": "district", "parent_id": "62"},
        {"code": "62.09.03.9999", "level": "village", "parent_id": "62.09.03", "kind": ""},
        {"code": "62.98", "level": "regency", "parent_id": "62", "kind": "desa"},
        {"code": "62.98", "level": "regency", "parent_id": None},
    ],
)
def test_a_region_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.create(name="Salah", **wrong)


def test_search_by_name_uses_the_index():
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE registry_region")
    plan = Region.objects.annotate(lower_name=Lower("name")).filter(lower_name__startswith="nanga b").explain()
    assert "region_by_name" in plan
