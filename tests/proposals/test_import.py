"""A village's own workbook, from upload to drafts, with the three lists that came with the product."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from proposals.actions import draft, edit, import_list, read_list
from proposals.actions.imports import examine
from proposals.flow import State
from proposals.models import ListImport, Proposal, StepRecord
from proposals.spreadsheet import read
from tests.walk import nik
from uep.access.access import Refused
from uep.files.models import StoredFile
from uep.files.sheets import prepare_sheet

VILLAGES = {"6209012001": "62.09.01.2001", "6209031005": "62.09.03.1005", "6209082009": "62.09.08.2009"}
COUNTS = {"6209012001": (20, 8), "6209031005": (21, 7), "6209082009": (21, 7)}


@pytest.fixture
def operator(cast):
    """Takes the code of a village; gives Alice, moved there."""

    def move(village):
        cast.alice.village_id = VILLAGES[village]
        cast.alice.save(update_fields=["village"])
        return cast.alice

    return move


def listed(programme, by, upload) -> ListImport:
    return read_list(programme, by=by, upload=prepare_sheet(upload))


@pytest.mark.parametrize("village", VILLAGES)
def test_a_villages_list_comes_in_once_through_the_pages(village, programme, operator, sample, sign_in):
    client = sign_in(operator(village))
    good, faulty = COUNTS[village]

    uploaded = client.post(f"/usulan/program/{programme.ref}/daftar/", {"upload": sample(village)})
    preview = client.get(uploaded["Location"])
    assert (preview.context["new_count"], preview.context["already_count"], preview.context["faulty_count"]) == (
        good,
        0,
        faulty,
    )
    assert Proposal.objects.count() == 0
    brought_in = client.post(f"{uploaded['Location']}masukkan/")
    assert (brought_in.status_code, Proposal.objects.filter(village=VILLAGES[village], state="draft").count()) == (
        303,
        good,
    )

    again = client.post(f"/usulan/program/{programme.ref}/daftar/", {"upload": sample(village)})
    preview = client.get(again["Location"])
    assert (preview.context["new_count"], preview.context["already_count"], preview.context["faulty_count"]) == (
        0,
        good,
        faulty,
    )
    client.post(f"{again['Location']}masukkan/")
    assert Proposal.objects.count() == good
    assert list(ListImport.objects.order_by("pk").values_list("added", "already_there", "faulty")) == [
        (good, 0, faulty),
        (0, good, faulty),
    ]
    # Long numbers in a file's name may be a NIK: uep.files masks them.
    assert set(StepRecord.objects.values_list("act", "note")) == {("proposals.draft", "Dari daftar usulan_••••.xlsx")}


def test_a_row_becomes_a_draft_as_it_was_written(programme, operator, sample):
    alice = operator("6209031005")
    import_list(listed(programme, alice, sample("6209031005")), by=alice)

    eko = Proposal.objects.get(name="Eko Saputra")
    values = next(
        row.values
        for row in read(sample("6209031005"), year=programme.year).rows
        if row.values["name"] == "Eko Saputra"
    )
    assert {
        name: getattr(eko, name) for name in ("nik", "kk_number", "birth_date", "business", "amount_requested", "phone")
    } == {name: values[name] for name in ("nik", "kk_number", "birth_date", "business", "amount_requested", "phone")}
    assert (eko.state, eko.created_by, eko.letter, eko.register_number) == ("draft", alice, None, None)


def test_preview_shows_no_whole_number(programme, operator, sample, sign_in):
    alice = operator("6209031005")
    listed_import = listed(programme, alice, sample("6209031005"))
    page = sign_in(alice).get(f"/usulan/daftar/{listed_import.ref}/").content.decode()
    niks = [row.values["nik"] for row in examine(listed_import).sheet.rows if row.values["nik"]]
    assert len(niks) == 27
    assert [number for number in niks if number in page] == []


def test_a_household_of_another_village_is_a_fault_and_tells_nothing_about_it(programme, operator, sample, cast):
    alice = operator("6209031005")
    rows = {row.values["name"]: row.values for row in read(sample("6209031005"), year=programme.year).good}
    other = draft(programme, by=cast.bob, name="Rahasia Desa Lain")
    edit(other, by=cast.bob, nik=rows["Eko Saputra"]["nik"])
    other = draft(programme, by=cast.bob, name="Rahasia Lain Lagi")
    edit(other, by=cast.bob, kk_number=rows["Karno Mihing"]["kk_number"])
    own = draft(programme, by=alice, name="Kakak Budi")
    edit(own, by=alice, kk_number=rows["Budi Ranying"]["kk_number"])

    examined = examine(listed(programme, alice, sample("6209031005")))

    told = {row.values["name"]: row.faults[0].sentence for row in examined.sheet.faulty}
    assert (len(examined.new), len(examined.sheet.faulty)) == (18, 10)
    assert {name: told[name] for name in ("Eko Saputra", "Karno Mihing", "Budi Ranying")} == {
        "Eko Saputra": "NIK di C7 sudah diusulkan oleh desa/kelurahan lain di program ini. Hubungi Dinas Sosial bila orang ini "
        "warga desa Anda.",
        "Karno Mihing": "Nomor KK di D8 sudah diusulkan oleh desa/kelurahan lain di program ini. Hubungi Dinas Sosial bila "
        "keluarga ini warga desa Anda.",
        "Budi Ranying": "Nomor KK di D9 sudah diusulkan atas nama Kakak Budi. Satu keluarga cukup satu usulan: pilih salah satu.",
    }


def test_faulty_rows_come_back_as_a_workbook_that_is_read_again(programme, operator, sample, sign_in):
    alice = operator("6209031005")
    listed_import = listed(programme, alice, sample("6209031005"))
    response = sign_in(alice).get(f"/usulan/daftar/{listed_import.ref}/perlu-diperbaiki.xlsx")
    sheet = read(response.content, year=programme.year)
    assert response["Content-Disposition"] == 'attachment; filename="perlu-diperbaiki-nanga-bulik.xlsx"'
    assert [row.values["name"] for row in sheet.rows] == [
        row.values["name"] for row in examine(listed_import).sheet.faulty
    ]


def test_the_empty_list_names_village_and_programme(programme, cast, sign_in):
    response = sign_in(cast.alice).get(f"/usulan/program/{programme.ref}/daftar-kosong.xlsx")
    name = f'attachment; filename="daftar-usulan-nanga-bulik-{programme.year}.xlsx"'
    assert (response.status_code, response["Content-Disposition"]) == (200, name)


def test_import_takes_the_same_queries_for_any_number_of_rows(programme, operator, sample):
    counts = {}
    for village in VILLAGES:
        alice = operator(village)
        listed_import = listed(programme, alice, sample(village))
        with CaptureQueriesContext(connection) as queries:
            import_list(listed_import, by=alice)
        counts[village] = len(queries)
    assert counts == dict.fromkeys(VILLAGES, 20)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("daftar.xlsx", b"", "Berkas ini kosong"),
        ("daftar.xlsx", b"bukan excel sama sekali", "Isi berkas ini bukan buku kerja Excel atau CSV."),
        ("daftar.csv", b"Nama;NIK\nRatna;6209\n", "Berkas ini CSV atau teks, bukan buku kerja Excel."),
        ("daftar.xlsx", b"PK\x03\x04" + b"\0" * 200, "rusak"),
    ],
)
def test_what_is_no_list_is_refused_and_not_kept(programme, cast, sign_in, name, data, sentence):
    response = sign_in(cast.alice).post(
        f"/usulan/program/{programme.ref}/daftar/", {"upload": SimpleUploadedFile(name, data)}
    )
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert (ListImport.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_another_village_neither_sees_nor_brings_in_a_list(programme, cast, sample, sign_in):
    listed_import = listed(programme, cast.alice, sample("6209031005"))
    client = sign_in(cast.bob)
    paths = ["", "perlu-diperbaiki.xlsx", "masukkan/"]
    assert [client.get(f"/usulan/daftar/{listed_import.ref}/{path}").status_code for path in paths] == [404, 404, 404]
    with pytest.raises(Refused, match="Daftar ini milik desa/kelurahan lain"):
        import_list(listed_import, by=cast.bob)


def test_a_list_is_brought_in_once(programme, cast, sample):
    listed_import = listed(programme, cast.alice, sample("6209031005"))
    import_list(listed_import, by=cast.alice)
    with pytest.raises(Refused, match="Daftar ini sudah dimasukkan"):
        import_list(listed_import, by=cast.alice)


def test_a_list_waits_no_longer_than_the_programme(programme, cast, sample):
    listed_import = listed(programme, cast.alice, sample("6209031005"))
    type(programme).objects.filter(pk=programme.pk).update(opens_on="2020-01-01", closes_on="2020-02-01")
    listed_import.refresh_from_db()
    with pytest.raises(Refused, match="Program ini sudah ditutup"):
        import_list(ListImport.objects.get(pk=listed_import.pk), by=cast.alice)


def test_a_household_withdrawn_meanwhile_comes_in_again(programme, cast, walk, sample):
    rows = read(sample("6209031005"), year=programme.year).good
    walk.proposals_at(
        State.WITHDRAWN, programme=programme, nik=rows[0].values["nik"], kk_number=rows[0].values["kk_number"]
    )
    import_list(listed(programme, cast.alice, sample("6209031005")), by=cast.alice)
    assert (
        Proposal.objects.filter(nik=rows[0].values["nik"]).order_by("pk").values_list("state", flat=True)[1] == "draft"
    )


def test_a_household_that_comes_in_between_reading_and_writing_stops_all(programme, cast, sample, monkeypatch):
    """The check of the database is the last word: simulated by a list that is examined before the other one commits."""
    listed_import = listed(programme, cast.alice, sample("6209031005"))
    examined = examine(listed_import)
    other = draft(programme, by=cast.bob, name="Lebih cepat")
    edit(other, by=cast.bob, nik=nik(1), kk_number=examined.new[3].values["kk_number"])
    monkeypatch.setattr("proposals.actions.imports.examine", lambda _: examined)

    with pytest.raises(ValidationError, match="Ada usulan lain yang masuk pada saat yang sama"):
        import_list(listed_import, by=cast.alice)
    assert Proposal.objects.filter(village=cast.alice.village).count() == 0


def test_the_workbook_is_kept_as_it_came(programme, cast, sample):
    listed_import = listed(programme, cast.alice, sample("6209031005"))
    with listed_import.file.open() as kept:
        assert kept.read() == io.BytesIO(sample("6209031005").read()).read()
