"""Workbooks: the rows and totals of page and paper, numbers as text, formulas never, and who took it."""

import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook

import distribution.actions as acts
from distribution import queries
from tests.walk import AMOUNT


@pytest.fixture
def download(client):
    """The rows of the workbook that this address gives that user; a number cell is a float, a text cell a str."""

    def fetch(user, address):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(address)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
            assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")  # no formula, whatever people are called
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)

    return fetch


def table(page) -> list[dict]:
    """Rows under the header; the last one is the total."""
    header = next(row for row in page if row[0] in {"No.", "Nomor SK"})
    return [dict(zip(header, row, strict=True)) for row in page[page.index(header) + 1 :]]


def test_the_nominative_list_has_the_rows_and_the_total_of_the_books(office_at_work, download):
    decree = office_at_work.accepted(office_at_work.decree(3))
    page = download(office_at_work.cast.kabid, f"/penyaluran/{decree.ref}/nominatif.xlsx")
    *rows, total = table(page)
    assert [row["Nama"] for row in rows] == [row.name for row in queries.nominative_list(decree)]
    assert total["Jumlah"] == queries.books(decree).decreed.amount == 3 * AMOUNT
    assert {row["Nomor rekening"] for row in rows} == {"125••••••01", "125••••••02", "125••••••03"}
    assert {(type(row["NIK"]), type(row["Nomor rekening"]), type(row["Jumlah"])) for row in rows} == {(str, str, float)}
    assert page[1][0].startswith("Diunduh oleh Kabid Uji pada ")


def test_accounts_are_in_full_for_the_officer_who_opened_them_alone(office_at_work, download):
    decree = office_at_work.decree(1)
    address = f"/penyaluran/{decree.ref}/nominatif.xlsx"
    bank = office_at_work.cast.bank
    assert table(download(bank, address))[0]["Nomor rekening"] == "125••••••01"
    acts.reveal_accounts(decree, by=bank, reason="Unggah ke sistem bank")
    assert table(download(bank, address))[0]["Nomor rekening"] == "12500000001"
    for other in (office_at_work.second_banker, office_at_work.cast.kabid, office_at_work.cast.auditor):
        assert table(download(other, address))[0]["Nomor rekening"] == "125••••••01"


def test_a_name_that_looks_like_a_formula_stays_text(office_at_work, download):
    decree = office_at_work.decree(1)
    recipient = decree.recipients.get()
    acts.correct_account(
        recipient,
        by=office_at_work.cast.alice,
        account_number="125000000009",
        account_name='=HYPERLINK("http://x","y")',
    )
    cell = table(download(office_at_work.cast.kabid, f"/penyaluran/{decree.ref}/nominatif.xlsx"))[0][
        "Nama pemilik rekening"
    ]
    assert cell == '=HYPERLINK("http://x","y")'


def test_the_payment_list_has_the_lines_and_the_total_of_the_list(office_at_work, download):
    disbursement = office_at_work.listed(office_at_work.decree(2))
    page = download(office_at_work.cast.bank, f"/penyaluran/daftar/{disbursement.ref}/daftar-pembayaran.xlsx")
    *rows, total = table(page)
    assert [row["Kode"] for row in rows] == list(disbursement.payments.values_list("ref", flat=True))
    assert total["Jumlah"] == queries.line_totals(disbursement)["all"].amount == disbursement.total
    assert {row["Hasil"] for row in rows} == {""}
    assert disbursement.seal in page[1][0]


def test_the_list_of_recipients_keeps_its_filter(office_at_work, download):
    decree = office_at_work.decree(3)
    office_at_work.judged(decree.recipients.first())
    page = download(office_at_work.cast.kabid, f"/penyaluran/{decree.ref}/penerima/?rekening=wrong&format=xlsx")
    *rows, total = table(page)
    assert [row["Nama"] for row in rows] == ["Siti Uji 0001"]
    assert total["Jumlah"] == AMOUNT


def test_the_list_of_decrees_is_exported(office_at_work, download):
    decree = office_at_work.decree(2)
    *rows, total = table(download(office_at_work.cast.kabid, "/penyaluran/?format=xlsx"))
    assert [(row["Nomor SK"], row["Penerima"]) for row in rows] == [(decree.number, 2)]
    assert total["Jumlah"] == 2 * AMOUNT
