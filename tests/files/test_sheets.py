import struct
import zipfile
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError

from tests.files import made
from uep.files import sheets

TAIL = "Simpan sebagai Buku Kerja Excel (.xlsx) atau CSV, lalu unggah lagi."
TOO_BIG_INSIDE = (
    "Buku kerja ini terlalu besar setelah dibuka. Hapus lembar, gambar, dan baris kosong yang tidak perlu, "
    "lalu unggah lagi."
)


def refusal(data: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        sheets.prepare_sheet(made.upload(data, "usulan.xlsx"))
    return "".join(refused.value.messages)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (made.workbook(xl__sheet1_xml=b"<worksheet/>"), sheets.XLSX),
        (b"nama;jumlah\nBudi;5000000\n", sheets.CSV),
        ("\ufeffnama,jumlah\r\nBudi,5000000".encode(), sheets.CSV),
        ("nama\tjumlah\nBudi\t5000000".encode("utf-16"), sheets.CSV),
        ("nama|jumlah\nBéatrice|5000000".encode("latin-1"), sheets.CSV),
    ],
)
def test_sheet_is_kept_as_it_came(data, content_type):
    prepared = sheets.prepare_sheet(made.upload(data, "apa saja.jpg"))
    assert (prepared.content.read(), prepared.content_type, prepared.unchanged) == (data, content_type, True)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (made.photo(), f"Isi berkas ini bukan buku kerja Excel atau CSV. {TAIL}"),
        (made.pdf(), f"Isi berkas ini bukan buku kerja Excel atau CSV. {TAIL}"),
        (b"<table><tr><td>a,b</td></tr></table>", f"Isi berkas ini bukan buku kerja Excel atau CSV. {TAIL}"),
        (b"a,b\0c", f"Isi berkas ini bukan buku kerja Excel atau CSV. {TAIL}"),
        (b"   \n", f"Isi berkas ini bukan buku kerja Excel atau CSV. {TAIL}"),
        (b"halo", f"Isi berkas ini bukan buku kerja Excel atau CSV. {TAIL}"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), f"Buku kerja ini dikunci dengan kata sandi atau berformat Excel lama (.xls). {TAIL}"),
        (made.workbook(xl__vbaProject_bin=b"x"), f"Buku kerja ini memuat makro. {TAIL}"),
        (made.workbook()[:-30], f"Buku kerja Excel ini rusak atau tidak utuh. {TAIL}"),
        (b"", "Berkas ini kosong (0 bita). Periksa berkas di perangkat Anda, lalu unggah lagi."),
    ],
)  # fmt: skip
def test_other_content_is_refused(data, sentence):
    assert refusal(data) == sentence


def test_archive_that_is_no_workbook_is_refused():
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("surat.txt", "halo")
    assert refusal(buffer.getvalue()) == f"Berkas ini bukan buku kerja Excel. {TAIL}"


def test_zip_bomb_is_refused():
    assert refusal(made.workbook(xl__sheet1_xml=bytes(sheets.MAX_INFLATED + 1))) == TOO_BIG_INSIDE
    assert (
        refusal(made.workbook(**{f"xl__sheet{n}_xml": bytes(30 * sheets.MEGABYTE) for n in range(4)})) == TOO_BIG_INSIDE
    )
    assert refusal(made.workbook(**{f"xl__sheet{n}_xml": b"" for n in range(sheets.MAX_MEMBERS)})) == TOO_BIG_INSIDE


def test_zip_bomb_that_claims_to_be_small_is_refused():
    size = 120 * sheets.MEGABYTE
    lying = made.workbook(xl__sheet1_xml=bytes(size)).replace(struct.pack("<I", size), struct.pack("<I", 1000))
    with zipfile.ZipFile(BytesIO(lying)) as archive:
        assert archive.getinfo("xl/sheet1.xml").file_size == 1000
    assert refusal(lying) == TOO_BIG_INSIDE


def test_oversized_sheet_is_refused():
    assert refusal(b"a,b\n" * 2_000_000) == (
        "Ukuran berkas 7,6 MB; paling besar 5 MB. Foto ulang dengan mutu lebih rendah, "
        "atau pindai dengan resolusi 150-200 dpi, lalu unggah lagi."
    )
