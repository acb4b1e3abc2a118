"""Files that offices really send, and some that nobody means well: each gets a sentence, and nothing comes in by halves."""

import io
import struct
import zipfile
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from tests.social.conftest import BUDI, RATNA, SARI, TITLES, csv_of, xlsx_of
from uep.files.intake import MAX_BYTES
from uep.files.models import StoredFile
from uep.files.sheets import REGISTER
from uep.files.uploading import limit_for
from uep.social.models import Extract, ExtractFault, Person
from uep.social.spreadsheet import find_header, lines_of
from uep.social.spreadsheet.cells import day

Stage = Extract.Stage
pytestmark = pytest.mark.django_db


def born(extract) -> list:
    return list(Person.objects.filter(extract=extract).order_by("pk").values_list("birth_date", flat=True))


def names(extract) -> list[str]:
    return list(Person.objects.filter(extract=extract).order_by("pk").values_list("name", flat=True))


def row(**facts) -> list:
    return [facts.get(title, value) for title, value in zip(TITLES, RATNA, strict=True)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_encoding_is_read(read, encoding):
    extract = read(csv_of(row(nama="SÉPTI NÚR’AINI"), encoding=encoding))
    assert (extract.stage, names(extract)) == (Stage.READ, ["SÉPTI NÚR’AINI"])


def test_a_letter_that_was_lost_is_told(read):
    data = csv_of(row(nama="S@PTI"), SARI).read().replace(b"@", b"\x81")
    extract = read(SimpleUploadedFile("dtsen.csv", data))
    assert (names(extract), [fault.sentences for fault in extract.faults.all()]) == (
        ["SARI LESTARI"],
        [["Nama memuat huruf yang tidak terbaca. Simpan berkasnya sebagai CSV UTF-8, lalu unggah lagi."]],
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_is_read(read, delimiter):
    extract = read(csv_of(RATNA, row(nik=SARI[1], alamat="Jl. A, B; C | D"), delimiter=delimiter))
    assert (extract.stage, extract.persons, extract.faulty) == (Stage.READ, 2, 0)


def test_an_encoding_without_its_mark_is_refused(bring):
    text = csv_of(RATNA).read().decode().encode("utf-16-le")
    with pytest.raises(ValidationError, match="Isi berkas ini bukan buku kerja Excel atau CSV"):
        bring(SimpleUploadedFile("dtsen.csv", text))


def nothing_came_in():
    return (
        Extract.objects.count(),
        StoredFile.objects.count(),
        Person.objects.count(),
        ExtractFault.objects.count(),
    ) == (0,) * 4


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (csv_of(RATNA, titles=[*TITLES, *(f"k{n}" for n in range(182))]), "Berkas ini punya lebih dari 100 kolom."),
        (xlsx_of(RATNA, titles=[*TITLES, *(f"k{n}" for n in range(182))]), "Berkas ini punya lebih dari 100 kolom."),
        (csv_of(RATNA, SARI, titles=None), "Judul kolom tidak ditemukan."),
        (xlsx_of(RATNA, SARI, titles=None), "Judul kolom tidak ditemukan."),
        (csv_of(), "Tidak ada baris di bawah judul kolom."),
        (SimpleUploadedFile("a.csv", b""), "Berkas ini kosong"),
        (SimpleUploadedFile("a.csv", b"halo dunia"), "Isi berkas ini bukan buku kerja Excel atau CSV."),
        (SimpleUploadedFile("a.xlsx", b"PK\x03\x04" + b"\0" * 300), "rusak"),
        (SimpleUploadedFile("a.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le") * 9), "dikunci dengan kata sandi"),
    ],
    ids=["200 columns", "200 columns in Excel", "no header", "no header in Excel", "no rows", "empty", "no table", "damaged",
         "password"],
)  # fmt: skip
def test_what_is_no_register_is_refused_at_once(bring, upload, said):
    with pytest.raises(ValidationError, match=said):
        bring(upload)
    assert nothing_came_in()


def bomb(claimed: int | None = None, real: int = 0) -> SimpleUploadedFile:
    """A workbook whose sheet claims a size, or really inflates to one."""
    source, target = io.BytesIO(xlsx_of(RATNA).read()), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            data = old.read(member)
            new.writestr(member, data + b" " * real if member.endswith("sheet1.xml") else data)
    data = bytearray(target.getvalue())
    if claimed:
        with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
            size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
        directory = data.rindex(b"xl/worksheets/sheet1.xml") - 46
        assert struct.unpack_from("<I", data, directory + 24)[0] == size
        struct.pack_into("<I", data, directory + 24, claimed)
    return SimpleUploadedFile("bom.xlsx", bytes(data))


def test_a_workbook_that_claims_a_gigabyte_is_refused_without_unpacking(bring):
    with pytest.raises(ValidationError, match="Buku kerja ini terlalu besar setelah dibuka"):
        bring(bomb(claimed=1024**3))
    assert nothing_came_in()


def test_a_workbook_that_lies_about_its_size_is_refused(bring):
    with pytest.raises(ValidationError, match="rusak atau tidak utuh"):
        bring(bomb(claimed=100))
    assert nothing_came_in()


def test_entities_are_not_expanded(bring, run_jobs):
    source, target = io.BytesIO(xlsx_of(RATNA).read()), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.namelist():
            data = old.read(member)
            if member.endswith("sharedStrings.xml"):
                data = data.replace(b"<sst", b'<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><sst', 1)
            new.writestr(member, data)
    with pytest.raises(ValidationError, match="Buku kerja Excel ini rusak atau tidak utuh"):
        bring(SimpleUploadedFile("bom.xlsx", target.getvalue()))
    assert nothing_came_in()


def test_a_row_with_a_formula_is_told_and_the_others_come_in(read):
    def dress(_, page):
        page.write_formula(1, 1, "=A2", None, "")
        page.write_formula(2, 2, '="RATNA "&"DEWI"', None, "RATNA DEWI")

    extract = read(xlsx_of(RATNA, SARI, dress=dress))
    assert (extract.persons, names(extract)) == (1, ["RATNA DEWI"])
    assert [fault.sentences for fault in extract.faults.all()] == [
        ["NIK berisi rumus atau kesalahan rumus. Ketik isinya langsung, tanpa rumus."]
    ]


def test_a_formula_in_a_text_is_no_name(read):
    extract = read(csv_of(RATNA, row(nik=SARI[1], nama="=cmd|' /C calc'!A0"), row(nik=f'="{BUDI[1]}"')))
    assert (extract.persons, [fault.row for fault in extract.faults.all()]) == (2, [3])


def test_merged_cells_below_the_titles_stop_the_reading(read):
    def dress(book, page):
        page.merge_range("A2:A3", RATNA[0], book.add_format())

    extract = read(xlsx_of(RATNA, BUDI, dress=dress))
    assert (extract.stage, Person.objects.count(), ExtractFault.objects.count()) == (Stage.FAILED, 0, 0)
    assert extract.error.startswith("Ada sel gabungan (merge) di A2:A3, sehingga isi barisnya tidak pasti.")


def test_merged_titles_do_no_harm(read):
    titles = [["DAFTAR DTSEN KABUPATEN", *[""] * (len(TITLES) - 1)], TITLES]
    merged = xlsx_of(
        *titles, RATNA, titles=None, dress=lambda book, page: page.merge_range("A1:R1", "DTSEN", book.add_format())
    )
    extract = read(merged)
    assert (extract.stage, extract.persons) == (Stage.READ, 1)


@pytest.mark.parametrize(
    "text",
    [
        "1985-03-04",
        "04-03-1985",
        "4/3/1985",
        "4 Maret 1985",
        "04.03.1985",
        "19850304",
        "1985-03-04 00:00:00",
        "4-Mar-1985",
    ],
)
def test_dates_as_text_are_read_in_any_shape(read, text):
    assert born(read(csv_of(row(tanggal_lahir=text)))) == [date(1985, 3, 4)]


def test_dates_as_excel_keeps_them(read):
    def dress(book, page):
        page.write_datetime(1, 5, date(1985, 3, 4), book.add_format({"num_format": "dd/mm/yyyy"}))

    assert born(read(xlsx_of(RATNA, dress=dress))) == [date(1985, 3, 4)]
    assert day(31110.0) == date(1985, 3, 4)


@pytest.mark.parametrize("text", ["31-02-1985", "04/03/85", "kemarin", "03-14-1985", "11111111", "0001-01-01"])
def test_a_date_that_is_none_is_a_fault_of_its_row(read, text):
    extract = read(csv_of(row(tanggal_lahir=text), SARI))
    assert (extract.persons, [fault.sentences for fault in extract.faults.all()]) == (
        1,
        [[f"Tanggal lahir ({text}) tidak terbaca. Tulis tanggal-bulan-tahun, misalnya 04-03-1985."]],
    )


@pytest.mark.parametrize("value", ["6,20903E+15", "6.20903E+15", 6.20903440385e15])
def test_a_nik_in_scientific_notation_has_lost_its_end(read, value):
    extract = read(xlsx_of(row(nik=value), SARI))
    assert (extract.persons, names(extract)) == (1, ["SARI LESTARI"])
    assert [fault.sentences[0][:75] for fault in extract.faults.all()] == [
        "NIK tersimpan sebagai angka sehingga angka terakhirnya hilang (tampak sepert"[:75]
    ]


def test_a_quote_that_never_ends_stops_the_reading(read):
    """Also where the first rows, which are looked at when the file comes, are in order."""
    rows = [row(nik=f"62090344038500{number:02}", nama=f"RATNA {number}") for number in range(1, 60)]
    data = csv_of(*rows).read().decode()
    extract = read(SimpleUploadedFile("dtsen.csv", data.replace("RATNA 50", '"RATNA 50').encode()))
    assert (extract.stage, Person.objects.count()) == (Stage.FAILED, 0)
    assert extract.error.startswith("Baris 51 tidak terbaca: tanda kutip")
    with pytest.raises(ValidationError, match="Baris 3 tidak terbaca"):
        read(SimpleUploadedFile("dtsen.csv", data.replace("RATNA 2", '"RATNA 2').encode()))


def test_a_larger_upload_is_let_in_only_where_an_act_asks_for_it_and_to_who_holds_it(cast, dtsen):
    def asked(path, user):
        request = RequestFactory().post(path)
        request.user = user
        return limit_for(request)

    here = f"/data-sosial/sumber/{dtsen.ref}/unggah/"
    assert [asked(here, user) for user in (cast.staff, cast.alice, cast.auditor)] == [
        REGISTER.received,
        MAX_BYTES,
        MAX_BYTES,
    ]
    assert asked("/usulan/", cast.staff) == asked("/tidak/ada/", cast.staff) == MAX_BYTES


def test_rows_of_a_workbook_are_those_of_excel(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx_of(RATNA, dress=lambda _, page: page.write_row(4, 1, ["x", 1.5, True])).read())
    with path.open("rb") as file:
        header = find_header(file, {})
        with lines_of(file, header=header.number) as lines:
            rows = [(line.number, line.cells[:4]) for line in lines]
    assert rows == [(1, TITLES[:4]), (2, RATNA[:4]), (5, ["", "x", 1.5, True])]
