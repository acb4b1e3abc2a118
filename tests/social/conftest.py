"""What the tests of the registry share: small sheets as they are uploaded, and extracts that are read and accepted."""

import csv
import io
from datetime import date

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from uep.files.sheets import REGISTER, prepare_sheet
from uep.social import actions
from uep.social.models import Extract, Source

TITLES = ["no_kk", "nik", "nama", "jenis_kelamin", "tempat_lahir", "tanggal_lahir", "hubungan", "pekerjaan", "status_hidup",
          "alamat", "rt", "rw", "kode_desa", "desa", "desil", "pkh", "sembako", "padan_dukcapil"]  # fmt: skip
RATNA = ["6209030101200001", "6209034403850001", "RATNA DEWI", "P", "Nanga Bulik", "1985-03-04", "Istri", "Pedagang", "HIDUP",
         "Jl. Melati No. 4", "003", "001", "62.09.03.1005", "Nanga Bulik", "2", "Y", "T", "Y"]  # fmt: skip
BUDI = ["6209030101200001", "6209030507830002", "BUDI SANTOSO", "L", "Sampit", "1983-07-05", "Suami", "Petani", "HIDUP",
        "Jl. Melati No. 4", "003", "001", "62.09.03.1005", "Nanga Bulik", "2", "Y", "T", "Y"]  # fmt: skip
SARI = ["6209010101200003", "6209014212900003", "SARI LESTARI", "P", "Kudangan", "1990-12-02", "Kepala keluarga", "PNS",
        "HIDUP", "Dusun Hulu", "001", "", "62.09.01.2001", "Sekoban", "6", "T", "T", "T"]  # fmt: skip


def csv_of(*rows, titles=TITLES, delimiter=",", encoding="utf-8", name="dtsen.csv") -> SimpleUploadedFile:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([titles, *rows] if titles else rows)
    return SimpleUploadedFile(name, text.getvalue().encode(encoding))


def xlsx_of(*rows, titles=TITLES, dress=None, name="dtsen.xlsx") -> SimpleUploadedFile:
    """A workbook with each cell as its Python type; `dress(book, page)` may add to it."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet()
    for number, row in enumerate([titles, *rows] if titles else rows):
        page.write_row(number, 0, row)
    if dress:
        dress(book, page)
    book.close()
    return SimpleUploadedFile(name, target.getvalue())


@pytest.fixture
def dtsen(db) -> Source:
    return Source.objects.get(code="dtsen")


@pytest.fixture
def bring(cast, dtsen):
    """Takes an upload; gives the extract as it was brought in by staff, not read yet."""

    def brought(upload, *, by=None, period="Triwulan III 2026", as_of=date(2026, 9, 30), source=None) -> Extract:
        upload = prepare_sheet(upload, REGISTER)
        return actions.bring_extract(source or dtsen, by=by or cast.staff, period=period, as_of=as_of, upload=upload)

    return brought


@pytest.fixture
def read(bring, run_jobs):
    """The same, read by the worker."""

    def done(upload, **how) -> Extract:
        extract = bring(upload, **how)
        run_jobs()
        return Extract.objects.get(pk=extract.pk)

    return done


@pytest.fixture
def accepted(read, cast):
    """The same, accepted by Kabid."""

    def counted(upload, **how) -> Extract:
        return actions.accept_extract(read(upload, **how), by=cast.kabid)

    return counted


@pytest.fixture
def sign_in():
    """Takes a user; gives a browser in which that person is signed in."""

    def enter(user) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter
