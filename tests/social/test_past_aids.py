"""Lists of earlier aid: read with their faults, brought in once, found by NIK and KK."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.social.conftest import RATNA, SARI, csv_of, xlsx_of
from tests.social.test_hostile import bomb
from uep.access.access import Refused
from uep.files.models import StoredFile
from uep.files.sheets import prepare_sheet
from uep.social import actions
from uep.social.models import PastAid, PastAidList
from uep.social.queries import earlier_aids

pytestmark = pytest.mark.django_db
TITLES = ["No", "Nama Penerima", "NIK", "No. KK", "Desa/Kelurahan", "Jenis Usaha", "Nilai Bantuan (Rp)", "Tahun"]
ROWS = [
    [1, "Ratna Dewi", RATNA[1], RATNA[0], "Nanga Bulik", "Warung", 5_000_000, 2022],
    [2, "Sari", "", "", "Sekoban", "Jahit", "Rp 5.000.000", "2021"],
    [3, "", "", "", "Sekoban", "", "", 2021],
    [4, "Budi", "62", "", "", "", "lima juta", 1922],
    ["", "JUMLAH", "", "", "", "", 10_000_000, ""],
]


@pytest.fixture
def bring(cast):
    def brought(upload, *, giver=PastAidList.Giver.OWN) -> PastAidList:
        return actions.bring_past_aid(
            cast.staff, by=cast.staff, giver=giver, programme="UEP 2020-2025", upload=prepare_sheet(upload)
        )

    return brought


@pytest.mark.parametrize("make", [xlsx_of, csv_of])
def test_a_list_comes_in_without_its_faulty_rows(bring, cast, make):
    listed = actions.import_past_aid(bring(make(*ROWS, titles=TITLES)), by=cast.staff)
    assert (listed.added, listed.faulty) == (2, 2)
    assert list(
        PastAid.objects.order_by("pk").values_list("year", "name", "village", "place", "business", "amount")
    ) == [
        (2022, "Ratna Dewi", "62.09.03.1005", "Nanga Bulik", "Warung", 5_000_000),
        (2021, "Sari", "62.09.01.2008", "Sekoban", "Jahit", 5_000_000),
    ]


def test_it_is_found_by_person_and_by_household_once_it_is_in(bring, cast, django_assert_num_queries):
    listed = bring(xlsx_of(*ROWS, titles=TITLES))
    assert earlier_aids(niks=[RATNA[1]]) == []
    actions.import_past_aid(listed, by=cast.staff)
    with django_assert_num_queries(1):
        found = earlier_aids(niks=[RATNA[1]])
    assert [(aid.name, aid.year) for aid in found] == [("Ratna Dewi", 2022)]
    assert (earlier_aids(kks=[RATNA[0]]), earlier_aids(niks=[SARI[1]])) == (found, [])


def test_the_same_file_twice_adds_nothing(bring, cast):
    first = bring(csv_of(*ROWS, titles=TITLES))
    second = bring(csv_of(*ROWS, titles=TITLES))
    actions.import_past_aid(first, by=cast.staff)
    with pytest.raises(Refused, match="Daftar ini sudah dimasukkan"):
        actions.import_past_aid(first, by=cast.staff)
    with pytest.raises(ValidationError, match="sudah dimasukkan sebagai daftar lain"):
        actions.import_past_aid(second, by=cast.staff)
    with pytest.raises(ValidationError, match="Berkas ini sudah dimasukkan oleh Sari Uji sebagai UEP 2020-2025"):
        bring(csv_of(*ROWS, titles=TITLES))
    assert PastAid.objects.count() == 2


def test_what_is_no_list_is_refused_and_not_kept(bring):
    with pytest.raises(ValidationError, match="Judul kolom Tahun tidak ditemukan"):
        bring(csv_of(["Ratna", RATNA[1]], titles=["Nama", "NIK"]))
    assert (PastAidList.objects.count(), StoredFile.objects.count()) == (0, 0)


MORE = [*TITLES, *(f"k{number}" for number in range(192))]
MERGE = "Ada sel gabungan (merge) di B2:B3, sehingga isi barisnya tidak pasti."
TOO_MANY = "Berkas ini punya lebih dari 100 kolom."
LOST = "NIK tersimpan sebagai angka sehingga angka terakhirnya hilang. Ubah kolomnya menjadi Teks, isi ulang."


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (csv_of(ROWS[0], titles=MORE), TOO_MANY),
        (xlsx_of(ROWS[0], titles=MORE), TOO_MANY),
        (csv_of(ROWS[0], titles=None), "Judul kolom Nama dan Tahun tidak ditemukan."),
        (csv_of(titles=TITLES), "Tidak ada penerima di bawah judul kolom."),
        (xlsx_of(ROWS[0], ROWS[1], titles=TITLES, dress=lambda _, page: page.merge_range(1, 1, 2, 1, "Ratna")), MERGE),
        (bomb(claimed=1 << 30), "Buku kerja ini terlalu besar setelah dibuka."),
        (SimpleUploadedFile("a.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le") * 9), "dikunci dengan kata sandi"),
        (SimpleUploadedFile("a.csv", ",".join(TITLES).encode("utf-16-le")), "Isi berkas ini bukan buku kerja Excel atau CSV."),
    ],
    ids=["200 columns", "200 columns in Excel", "no header", "no rows", "merged", "bomb", "password", "encoding"],
)  # fmt: skip
def test_bad_input_is_refused_with_what_to_do_and_not_kept(bring, upload, said):
    with pytest.raises(ValidationError, match=re.escape(said)):
        bring(upload)
    assert (PastAidList.objects.count(), StoredFile.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("upload", "faults"),
    [
        (csv_of(ROWS[0], titles=TITLES, delimiter=";"), []),
        (csv_of(ROWS[0], titles=TITLES, encoding="utf-16"), []),
        (csv_of([1, "Nuré", *ROWS[0][2:]], titles=TITLES, encoding="cp1252"), []),
        (csv_of([*ROWS[0][:2], "6.20903E+15", *ROWS[0][3:]], titles=TITLES), [LOST]),
        (xlsx_of([*ROWS[0][:2], 6.20903440385e15, *ROWS[0][3:]], titles=TITLES), [LOST]),
        (xlsx_of(ROWS[0], titles=TITLES, dress=lambda _, page: page.write_formula(1, 2, "=A1", None, "#N/A")),
         ["NIK berisi rumus atau kesalahan rumus. Ketik isinya langsung."]),
    ],
    ids=["semicolons", "UTF-16", "Windows", "scientific", "number", "formula"],
)  # fmt: skip
def test_what_can_be_read_is_read_and_what_is_lost_is_told_by_row(bring, upload, faults):
    [aid] = actions.past_aids.examine(bring(upload)).aids
    assert (aid.faults, aid.nik) == (faults, "" if faults else RATNA[1])


def test_through_the_pages(cast, sign_in):
    client = sign_in(cast.staff)
    upload = xlsx_of(*ROWS, titles=TITLES, name="penerima.xlsx")
    sent = client.post(
        "/data-sosial/bantuan-terdahulu/unggah/", {"giver": "province", "programme": "UEP Provinsi", "upload": upload}
    )
    page = client.get(sent["Location"]).content.decode()
    assert "Tahun (1922) harus empat angka, 2000 sampai" in page
    assert "Nilai bantuan (lima juta) tidak terbaca." in page
    assert RATNA[1] not in page
    workbook = client.get(f"{sent['Location']}perlu-diperbaiki.xlsx")
    assert workbook["Content-Disposition"] == 'attachment; filename="perlu-diperbaiki-bantuan-terdahulu.xlsx"'
    assert client.post(f"{sent['Location']}masukkan/").status_code == 303
    assert "UEP Provinsi" in client.get("/data-sosial/").content.decode()
    assert PastAid.objects.count() == 2


def test_villages_neither_see_nor_bring_lists(cast, sign_in, bring):
    listed = bring(xlsx_of(*ROWS, titles=TITLES))
    client = sign_in(cast.alice)
    for path in ("/data-sosial/", listed.get_absolute_url(), "/data-sosial/bantuan-terdahulu/unggah/"):
        assert client.get(path).status_code == 403
