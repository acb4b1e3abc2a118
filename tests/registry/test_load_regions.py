from pathlib import Path

from django.core.management import call_command

from uep.registry import queries
from uep.registry.actions import DATA, Loaded, load_regions, region_rows
from uep.registry.models import Region

COUNTRY = 38 + 514 + 7285 + 83762


def test_files_hold_the_country():
    rows = list(region_rows())
    assert len(rows) == COUNTRY
    assert len({code for code, *_ in rows}) == len(rows)
    parents = {code for code, *_ in rows}
    assert all(parent == code.rpartition(".")[0] and parent in parents for code, *_, parent in rows if parent)
    assert rows[0] == ("11", "Aceh", "province", "", None)
    assert [name for _, name, *_ in rows if '"' in name or name != name.strip() or not name] == []


def test_data_carry_their_licence():
    notice = (Path(DATA) / "README.md").read_text()
    assert "Open Database License (ODbL) 1.0" in notice


def test_load_regions_and_again(db, capsys):
    assert load_regions() == Loaded(regions=91599, added=91599, changed=0)
    call_command("load_regions")
    assert capsys.readouterr().out == "91599 wilayah: 0 baru, 0 berubah.\n"


def test_load_regions_mends_what_differs_and_keeps_the_rest(db):
    load_regions()
    Region.objects.filter(pk="62.09.03.1005").update(name="Nangabulik", kind="desa", bps_code="6207030009")
    Region.objects.create(code="62.09.03.2099", name="Lama", level="village", kind="desa", parent_id="62.09.03")
    assert load_regions() == Loaded(regions=91599, added=0, changed=1)
    mended = Region.objects.get(pk="62.09.03.1005")
    assert (mended.name, mended.kind, mended.bps_code) == ("Nanga Bulik", "kelurahan", "6207030009")
    assert Region.objects.filter(pk="62.09.03.2099").exists()


def test_known_districts_are_remembered_once_there_are_any(db, django_assert_num_queries):
    queries._known_districts.cache_clear()
    assert queries.known_districts() == frozenset()
    load_regions()
    with django_assert_num_queries(1):
        assert "620903" in queries.known_districts()
        assert len(queries.known_districts()) == 7285
    queries._known_districts.cache_clear()
