"""Lists of steps 4 to 6 as workbooks: the rows and totals of the pages and papers, from the same queries.

Numbers that name people or accounts are text in text cells; nothing is ever written as a formula. Each sheet says who
took it and when (design, law 6).
"""

from typing import Any

from distribution import bank_layouts, queries
from distribution.models import AccountCheck, Payment
from uep.registry.fields import mask
from uep.ui.indonesian import tanggal
from uep.ui.workbook import Column, workbook

RESULTS = ("Tersalur", "Gagal")

NO = Column("No.", 5)
NAME = Column("Nama", 28)
VILLAGE = Column("Desa/Kelurahan", 22)
DISTRICT = Column("Kecamatan", 18)
AMOUNT = Column("Jumlah", 15, is_money=True)
ACCOUNT = Column("Nomor rekening", 20)
HOLDER = Column("Nama pemilik rekening", 28)


def nominative_xlsx(decree, rows, *, by, opened: frozenset[int] | set[int] = frozenset()) -> bytes:
    """Daftar nominatif. Account numbers stand in full for the recipients in `opened`, masked for all others."""
    columns = [NO, NAME, Column("NIK", 20), VILLAGE, DISTRICT, ACCOUNT, HOLDER, Column("Pemeriksaan bank", 20), AMOUNT]
    lines = (
        [
            row.position,
            row.name,
            row.masked_nik,
            str(row.village),
            row.village.parent.name,
            account_text(row.proposal.account_number, is_open=row.pk in opened),
            row.proposal.account_name,
            verdict_of(row),
            row.amount,
        ]
        for row in rows
    )
    return workbook(f"Daftar nominatif {decree}", columns, lines, by=by, total=sum(row.amount for row in rows))


def payment_list_xlsx(disbursement, lines, *, by, opened: frozenset[int] | set[int] = frozenset()) -> bytes:
    """The payment list as sent, with the columns that the bank fills in and sends back."""
    columns = [
        NO, Column("Kode", 16), NAME, VILLAGE, ACCOUNT, HOLDER, AMOUNT, Column("Hasil", 12), Column("Tanggal salur", 14),
        Column("Nomor referensi", 22), Column("Sebab gagal", 36),
    ]  # fmt: skip
    cells = (
        [
            line.position,
            line.ref,
            line.recipient.name,
            str(line.recipient.village),
            account_text(line.account_number, is_open=line.recipient_id in opened),
            line.account_name,
            line.amount,
            *_outcome(line),
        ]
        for line in lines
    )
    return workbook(
        f"{disbursement}, {disbursement.decree}",
        columns,
        cells,
        by=by,
        total=sum(line.amount for line in lines),
        note=f"Isi kolom Hasil dengan {' atau '.join(RESULTS)}. Sidik daftar (SHA-256): {disbursement.seal}",
        choices=("Hasil", RESULTS),
    )


def reconciliation_xlsx(decree, found, *, by) -> bytes:
    """Each village and the sum: people and Rupiah of each part, and what the parts leave unexplained (0)."""
    heads = ("Ditetapkan", "Tersalur", "Gagal", "Menunggu", "Mundur/diganti", "Disetor ke kas daerah")
    columns = [VILLAGE, DISTRICT]
    for head in heads:
        columns += [Column(f"{head}: orang", 11), Column(f"{head}: Rp", 17, is_money=True)]
    columns.append(Column("Selisih: Rp", 14, is_money=True))

    def cells(row) -> list[Any]:
        parts = (row.decreed, row.paid, row.failed, row.waiting, row.withdrawn, row.returned)
        numbers = [number for part in parts for number in (part.count, part.amount)]
        return [row.village, row.district, *numbers, row.difference]

    return workbook(
        f"Rekonsiliasi penyaluran {decree}", columns, [cells(row) for row in [*found.rows, found.total]], by=by
    )


def list_content(disbursement, layout, *, by) -> bytes:
    """The list with full account numbers in a bank's layout; None: the workbook with columns for the result.

    ValidationError when a value does not fit the layout.
    """
    lines = list(queries.lines_of(disbursement).select_related("recipient__decree__programme"))
    if layout is None:
        return payment_list_xlsx(disbursement, lines, by=by, opened={line.recipient_id for line in lines})
    return bank_layouts.write(bank_layouts.layout_of(layout), [payment_row(line) for line in lines])


def payment_row(line) -> dict:
    """One line of a payment list in the words of bank_layouts.FIELDS."""
    proposal = line.recipient.proposal
    return {
        "position": line.position,
        "ref": line.ref,
        "account": str(line.account_number or ""),
        "holder": line.account_name,
        "amount": line.amount,
        "note": f"UEP {line.recipient.decree.programme.year} {line.ref}",
        **_person(line.recipient, proposal),
    }


def opening_row(recipient) -> dict:
    """One recipient of the list for collective opening of accounts (burekol)."""
    proposal = recipient.proposal
    return {
        "position": recipient.position,
        "ref": recipient.ref,
        "account": "",
        "holder": "",
        "amount": recipient.amount,
        "note": "",
        **_person(recipient, proposal),
    }


def _person(recipient, proposal) -> dict:
    return {
        "name": recipient.name,
        "village": recipient.village.name,
        "district": recipient.village.parent.name,
        "nik": str(recipient.nik or ""),
        "kk": str(recipient.kk_number or ""),
        "birth_place": proposal.birth_place,
        "birth_date": f"{proposal.birth_date:%d-%m-%Y}" if proposal.birth_date else "",
        "address": recipient.address,
        "phone": str(proposal.phone or ""),
    }


def _outcome(line) -> list[str]:
    if line.status == Payment.Status.PAID:
        return ["Tersalur", f"{line.paid_on:%d-%m-%Y}", line.bank_reference, ""]
    if line.status == Payment.Status.FAILED:
        return ["Gagal", "", "", line.failure_note or line.get_failure_display()]
    return ["", "", "", ""]


def recipients_xlsx(decree, rows, *, by) -> bytes:
    """The list of recipients as the page shows it, with its filter."""
    columns = [
        NO,
        NAME,
        Column("NIK", 20),
        VILLAGE,
        DISTRICT,
        Column("Keadaan", 20),
        ACCOUNT,
        Column("Pemeriksaan bank", 20),
        AMOUNT,
    ]
    lines = (
        [
            row.position,
            row.name,
            row.masked_nik,
            str(row.village),
            row.village.parent.name,
            row.proposal.status.label,
            row.proposal.masked_account,
            verdict_of(row),
            row.amount,
        ]
        for row in rows
    )
    return workbook(f"Penerima {decree}", columns, lines, by=by, total=sum(row.amount for row in rows))


def decrees_xlsx(decrees, *, by) -> bytes:
    """The list of decrees that are being paid out."""
    columns = [
        Column("Nomor SK", 30), Column("Tanggal", 18), Column("Program", 28), Column("Bank", 24), Column("Penerima", 10),
        Column("Selesai", 10), AMOUNT,
    ]  # fmt: skip
    lines = (
        [
            row.number,
            tanggal(row.date),
            str(row.programme),
            str(row.programme.bank),
            row.people,
            row.done or 0,
            row.amount,
        ]
        for row in decrees
    )
    return workbook("Penyaluran", columns, lines, by=by, total=sum(row.amount for row in decrees))


def refusals_xlsx(result_file, rows: dict[int, dict[str, str]], *, by) -> bytes:
    """The refused rows as the bank wrote them, each with its reason: mended, the file can be uploaded as it is."""
    columns = [
        Column("Baris", 7), Column("Kode", 16), ACCOUNT, Column("Jumlah", 15), Column("Hasil", 12),
        Column("Tanggal salur", 14), Column("Nomor referensi", 22), Column("Sebab gagal", 30), Column("Ditolak karena", 60),
    ]  # fmt: skip
    names = ("ref", "account", "amount", "result", "date", "reference", "cause")
    lines = (
        [refusal["row"], *(rows.get(refusal["row"], {}).get(name, "") for name in names), refusal["why"]]
        for refusal in result_file.refused
    )
    title = f"Baris yang ditolak, {result_file.disbursement}"
    return workbook(title, columns, lines, by=by, note="Perbaiki barisnya, lalu unggah berkas ini lagi.")


def account_text(number, *, is_open: bool) -> str:
    """The account number for a cell: in full only where a recorded look has opened it."""
    return str(number or "") if is_open else mask(number)


def verdict_of(row) -> str:
    """The bank's word on the account, or that there is none yet."""
    if row.account_verdict:
        return AccountCheck.Verdict(row.account_verdict).label
    return "Belum diperiksa" if row.proposal.account_number else "Belum diisi"
