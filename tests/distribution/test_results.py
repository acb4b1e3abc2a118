"""The bank's result file: row by row, hostile ones included."""

import io
from datetime import date

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

import distribution.actions as acts
from distribution import exports, queries, results
from distribution.models import Payment, ResultFile
from proposals.flow import State
from tests.distribution.conftest import states
from tests.distribution.test_payments import balanced
from tests.walk import AMOUNT
from uep.access.access import Refused
from uep.files.models import StoredFile
from uep.registry.fields import mask

SENT, TODAY = date(2026, 11, 20), date(2026, 11, 24)
HEADER = ["Kode", "Nomor rekening", "Jumlah", "Hasil", "Tanggal salur", "Nomor referensi", "Sebab gagal"]
LINES = {"AAA": results.Line("00125000000001", AMOUNT), "BBB": results.Line("125000000002", AMOUNT)}


def judged(*rows, settled=frozenset()):
    """(accepted, refused) of rows of cells in the order of HEADER, read from a CSV as a bank would write it."""
    text = ";".join(HEADER) + "\n" + "\n".join(";".join(row) for row in rows)
    read = results.read(text.encode())
    verdicts = results.judge(read, lines=LINES, settled=set(settled), sent_on=SENT, today=TODAY)
    return verdicts.accepted, [(refusal.row, refusal.why) for refusal in verdicts.refused]


def paid(ref, reference=""):
    return results.Accepted(ref, paid=True, paid_on=TODAY, reference=reference)


def test_a_paid_and_a_failed_row_are_taken():
    accepted, refused = judged(
        ["AAA", "00125000000001", "5000000", "Tersalur", "24-11-2026", "TRX-1", ""],
        ["BBB", "", "Rp 5.000.000,00", "GAGAL", "", "", "Nama pemilik berbeda"],
    )
    assert accepted == [
        paid("AAA", "TRX-1"),
        results.Accepted("BBB", paid=False, failure="name", note="Nama pemilik berbeda"),
    ]
    assert refused == []


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["ZZZ", "", "5000000", "Tersalur", "24-11-2026"], "Kode tidak ada di daftar pembayaran ini."),
        (["", "", "5000000", "Tersalur", "24-11-2026"], "Kode pembayaran kosong."),
        (["AAA", "", "4999999", "Tersalur", "24-11-2026"], "Jumlah tidak sama: daftar memuat Rp5.000.000, berkas memuat 4999999."),
        (["AAA", "", "", "Tersalur", "24-11-2026"], "Jumlah tidak sama: daftar memuat Rp5.000.000, berkas memuat kosong."),
        (["AAA", "", "-5000000", "Tersalur", "24-11-2026"], "Jumlah tidak sama: daftar memuat Rp5.000.000, berkas memuat -5000000."),
        (["AAA", "", "=5000000", "Tersalur", "24-11-2026"], "Jumlah tidak sama: daftar memuat Rp5.000.000, berkas memuat =5000000."),
        (["AAA", "999", "5000000", "Tersalur", "24-11-2026"], "Nomor rekening tidak sama dengan daftar yang dikirim."),
        (["AAA", "", "5000000", "Tersalur", ""], "Tanggal salur kosong atau tidak terbaca; tulis seperti 23-11-2026."),
        (["AAA", "", "5000000", "Tersalur", "25-11-2026"], "Tanggal salur harus antara 20 November 2026 (daftar dikirim) dan hari ini."),
        (["AAA", "", "5000000", "Tersalur", "19-11-2026"], "Tanggal salur harus antara 20 November 2026 (daftar dikirim) dan hari ini."),
        (["AAA", "", "5000000", "Mungkin", "24-11-2026"], "Hasil 'Mungkin' tidak dikenal; tulis Tersalur atau Gagal."),
        (["AAA", "", "5000000", "Gagal", ""], "Sebab gagal belum diisi."),
    ],
)  # fmt: skip
def test_a_wrong_row_is_refused_with_its_reason(row, why):
    assert judged(row) == ([], [(2, why)])


def test_what_stands_in_two_rows_settles_nothing():
    row = ["AAA", "", "5000000", "Tersalur", "24-11-2026"]
    assert judged(row, ["aaa", "", "5000000", "Gagal", "", "", "Tutup"]) == (
        [],
        [
            (2, "Kode ini ada di 2 baris; sisakan satu yang benar."),
            (3, "Kode ini ada di 2 baris; sisakan satu yang benar."),
        ],
    )


def test_a_settled_line_is_not_settled_again():
    row = ["AAA", "", "5000000", "Tersalur", "24-11-2026"]
    assert judged(row, settled={"AAA"}) == ([], [(2, "Pembayaran ini sudah dicatat sebelumnya.")])


def test_a_row_without_a_result_waits_for_a_later_file():
    assert judged(["AAA", "", "5000000", "", ""], ["BBB", "", "", "", ""]) == ([], [])


@pytest.mark.parametrize("account", ["125000000001", "00125000000001", mask("00125000000001"), "0012-5000-000001", ""])
def test_an_account_may_stand_without_zeros_masked_or_not_at_all(account):
    assert judged(["AAA", account, "5000000", "Tersalur", "24-11-2026"]) == ([paid("AAA")], [])


def test_numbers_of_people_do_not_come_back_in_a_reason():
    _, [(_, why)] = judged(["AAA", "", "6209031005850001", "Tersalur", "24-11-2026"])
    assert "6209031005850001" not in why
    [failed], _ = judged(["AAA", "", "5000000", "Gagal", "", "", "NIK 6209031005850001 tidak padan"])
    assert (failed.failure, failed.note) == ("identity", "NIK •••• tidak padan")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b,c\n1,2,3",
        b"\xff\xfe",
        "Kode;Jumlah\nAAA;1".encode("utf-16"),
        b'"' + b"x" * 200_000 + b"\nKode,Jumlah,Hasil",
    ],
    ids=["empty", "other columns", "only a mark", "utf-16 without result", "a huge field"],
)
def test_what_is_no_result_list_is_refused_as_a_whole(content):
    with pytest.raises(ValidationError):
        results.read(content)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content):
    try:
        rows = results.read(content)
    except ValidationError:
        return
    results.judge(rows, lines=LINES, settled=set(), sent_on=SENT, today=TODAY)


@given(st.lists(st.tuples(*[st.text(max_size=20)] * 7), max_size=6))
def test_no_text_settles_a_line_it_does_not_name(rows):
    cells = [results.Row(n, dict(zip(results.COLUMNS, row, strict=True))) for n, row in enumerate(rows, 2)]
    verdicts = results.judge(cells, lines=LINES, settled=set(), sent_on=SENT, today=TODAY)
    assert {one.ref for one in verdicts.accepted} <= set(LINES)
    assert len({one.ref for one in verdicts.accepted}) == len(verdicts.accepted)


# Through the act ---------------------------------------------------------------------------------------------------------


def workbook(rows) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        for at, row in enumerate([["Bank Kalteng"], [], HEADER, *rows]):
            for column, value in enumerate(row):
                (page.write_formula if str(value).startswith("==") else page.write)(
                    at, column, value[1:] if str(value).startswith("==") else value
                )
    return target.getvalue()


def sheet(rows, name="hasil.xlsx"):
    return SimpleUploadedFile(name, workbook(rows))


def rows_for(lines, result="Tersalur", day="", cause=""):
    return [[line.ref, str(line.account_number), line.amount, result, day, "TRX", cause] for line in lines]


def test_a_workbook_settles_the_good_rows_and_keeps_the_others(office_at_work, today):
    decree = office_at_work.decree(4)
    disbursement = office_at_work.listed(decree)
    first, second, third, fourth = disbursement.payments.all()
    day = f"{today:%d-%m-%Y}"
    rows = [
        *rows_for([first], day=day),
        *rows_for([second], result="Gagal", cause="Rekening pasif"),
        ["TIDAKADA", "", AMOUNT, "Tersalur", day],
        [third.ref, "", 1, "Tersalur", day],
        [fourth.ref, "", "==1+1", "Tersalur", day],
    ]
    file = acts.read_results(disbursement, by=office_at_work.cast.bank, upload=sheet(rows))
    assert (file.accepted, [refusal["row"] for refusal in file.refused]) == (2, [6, 7, 8])
    assert states(decree) == [State.PAID, State.PAYMENT_FAILED, State.BRIEFED, State.BRIEFED]
    assert list(disbursement.payments.values_list("status", "bank_reference", "failure")) == [
        ("paid", "TRX", ""),
        ("failed", "", "closed"),
        ("waiting", "", ""),
        ("waiting", "", ""),
    ]
    balanced(decree)


def test_the_same_file_twice_changes_nothing(office_at_work, today):
    disbursement = office_at_work.listed(office_at_work.decree(2))
    content = workbook(rows_for(disbursement.payments.all()[:1], day=f"{today:%d-%m-%Y}"))
    files = [
        acts.read_results(disbursement, by=office_at_work.cast.bank, upload=SimpleUploadedFile(name, content))
        for name in ("hasil.xlsx", "hasil (1).xlsx")
    ]
    assert files[0] == files[1]
    assert (
        ResultFile.objects.count(),
        StoredFile.objects.filter(received_sha256=files[0].file.received_sha256).count(),
    ) == (1, 1)


def test_a_file_of_another_list_settles_nothing_here(office_at_work, today):
    mine, other = (office_at_work.listed(office_at_work.decree(1)) for _ in range(2))
    rows = rows_for(other.payments.all(), day=f"{today:%d-%m-%Y}")
    file = acts.read_results(mine, by=office_at_work.cast.bank, upload=sheet(rows))
    assert (file.accepted, file.refused) == (0, [{"row": 4, "why": "Kode tidak ada di daftar pembayaran ini."}])
    assert Payment.objects.exclude(status="waiting").count() == 0


def test_who_was_taken_off_meanwhile_is_refused_by_row(office_at_work, today):
    decree = office_at_work.decree(2)
    disbursement = office_at_work.listed(decree)
    gone = disbursement.payments.first()
    office_at_work.amended(decree, gone.recipient)
    rows = rows_for(disbursement.payments.all(), day=f"{today:%d-%m-%Y}")
    file = acts.read_results(disbursement, by=office_at_work.cast.bank, upload=sheet(rows))
    assert (file.accepted, [refusal["row"] for refusal in file.refused]) == (1, [4])
    balanced(decree)


@pytest.mark.parametrize("name", ["hasil.xlsx", "hasil.csv"])
def test_a_file_that_is_no_sheet_is_refused(office_at_work, name):
    disbursement = office_at_work.listed(office_at_work.decree(1))
    with pytest.raises(ValidationError):
        acts.read_results(disbursement, by=office_at_work.cast.bank, upload=SimpleUploadedFile(name, b"%PDF-1.7 bukan"))
    assert ResultFile.objects.count() == 0


def test_a_bomb_ends_in_a_sentence(office_at_work):
    """One cell far down and far right: a few kilobytes that a careless reader lays out as gigabytes."""
    disbursement = office_at_work.listed(office_at_work.decree(1))
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER)
        page.write(1_000_000, 16_000, "x")
    with pytest.raises(ValidationError):
        acts.read_results(
            disbursement, by=office_at_work.cast.bank, upload=SimpleUploadedFile("bom.xlsx", target.getvalue())
        )


@pytest.mark.parametrize("who", ["alice", "staff", "kabid", "auditor"])
def test_only_the_bank_uploads_results(office_at_work, who):
    disbursement = office_at_work.listed(office_at_work.decree(1))
    with pytest.raises(Refused, match="Peran Anda"):
        acts.read_results(disbursement, by=getattr(office_at_work.cast, who), upload=sheet([]))


def grid(content) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_our_own_list_filled_in_comes_back(office_at_work, today):
    """The sent list as a workbook, masked as the office takes it: the bank fills the result columns and uploads it."""
    decree = office_at_work.decree(2)
    disbursement = office_at_work.listed(decree)
    lines = list(queries.lines_of(disbursement))
    rows = grid(exports.payment_list_xlsx(disbursement, lines, by=office_at_work.cast.kabid))
    header = next(at for at, row in enumerate(rows) if "Kode" in row)
    places = {title: at for at, title in enumerate(rows[header])}
    for row in rows[header + 1 : header + 3]:
        row[places["Hasil"]], row[places["Tanggal salur"]] = "Tersalur", f"{today:%d-%m-%Y}"
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    upload = SimpleUploadedFile("terisi.xlsx", target.getvalue())
    file = acts.read_results(disbursement, by=office_at_work.cast.bank, upload=upload)
    assert (file.accepted, file.refused) == (2, [])
    assert states(decree) == [State.PAID, State.PAID]


def test_refused_rows_come_back_with_their_reasons_and_can_be_sent_again(office_at_work, client, today):
    disbursement = office_at_work.listed(office_at_work.decree(1))
    line = disbursement.payments.get()
    rows = [[line.ref, str(line.account_number), 1, "Tersalur", f"{today:%d-%m-%Y}", '=HYPERLINK("http://x")', ""]]
    file = acts.read_results(disbursement, by=office_at_work.cast.bank, upload=sheet(rows))
    client.force_login(office_at_work.cast.bank, backend="django.contrib.auth.backends.ModelBackend")
    back = grid(client.get(f"/penyaluran/hasil/{file.ref}/ditolak.xlsx").content)
    header = next(row for row in back if "Ditolak karena" in row)
    told = dict(zip(header, back[back.index(header) + 1], strict=True))
    assert told["Kode"] == line.ref
    assert told["Ditolak karena"] == "Jumlah tidak sama: daftar memuat Rp5.000.000, berkas memuat 1."
    assert told["Nomor referensi"] == '=HYPERLINK("http://x")'  # text, not a formula
    assert results.read(client.get(f"/penyaluran/hasil/{file.ref}/ditolak.xlsx").content)[0].cells["ref"] == line.ref
    client.force_login(office_at_work.cast.kabid, backend="django.contrib.auth.backends.ModelBackend")
    office_copy = grid(client.get(f"/penyaluran/hasil/{file.ref}/ditolak.xlsx").content)
    assert [cell for row in office_copy for cell in row if line.ref in str(cell)] == []
    assert client.get(f"/penyaluran/hasil/{file.ref}/asli/").status_code == 404
