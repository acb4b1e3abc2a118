"""A list in the form that a bank wants: written and read back the same, refused where it does not fit, taken on record."""

from datetime import timedelta
from io import BytesIO

import msoffcrypto
import pytest
import pyzipper
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

import distribution.actions as acts
from distribution import bank_layouts, exports, queries
from distribution.bank_layouts import CSV, FIELDS, FIXED, XLSX, Column, Control, Layout
from distribution.models import BankLayout, ListCopy
from tests.distribution.reading_back import read
from uep.access.access import Refused
from uep.accounts.models import Disclosure

WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ '.,;|-", max_size=20).map(lambda text: " ".join(text.split()))
NUMBERS = [name for name, (_, is_number) in FIELDS.items() if is_number]


@st.composite
def lists(draw):
    kind = draw(st.sampled_from([XLSX, CSV, FIXED]))
    others = draw(st.lists(st.sampled_from(sorted(set(FIELDS) - {"amount"})), max_size=8, unique=True))
    names = draw(st.permutations(["amount", *others]))  # every list says how much
    columns = tuple(Column(name, FIELDS[name][0], draw(st.integers(20, 40))) for name in names)
    layout = Layout(kind, columns, draw(st.booleans()), draw(st.booleans()), draw(st.sampled_from(";,|")))
    rows = [
        {name: draw(st.integers(0, 10**12)) if name in NUMBERS else draw(WORDS) for name in FIELDS}
        for _ in range(draw(st.integers(0, 6)))
    ]
    return layout, rows


@given(made=lists())
def test_what_is_written_is_read_back(made):
    layout, rows = made
    names = [column.field for column in layout.columns]
    found, control = read(layout, bank_layouts.write(layout, rows))
    assert found == [{name: row[name] for name in names} for row in rows]
    assert control == (Control(len(rows), sum(row["amount"] for row in rows)) if layout.has_control else None)


def row(**changes) -> dict:
    return dict.fromkeys(FIELDS, "") | {"position": 1, "amount": 5_000_000, "name": "SITI", "account": "0012"} | changes


def test_nothing_is_cut_and_no_letter_is_guessed():
    layout = Layout(FIXED, (Column("account", "Rekening", 4), Column("name", "Nama", 6)))
    with pytest.raises(ValidationError) as refused:
        bank_layouts.write(layout, [row(), row(name="SITI AMINAH"), row(name="SITI É")])
    assert refused.value.messages == [
        "Baris 2, Nama: 'SITI AMINAH' lebih panjang dari 6 huruf.",
        "Baris 3, Nama: 'SITI É' memuat huruf di luar ASCII.",
    ]


def test_an_account_keeps_its_zeros_and_a_name_is_never_a_formula():
    layout = Layout(XLSX, (Column("account", "Rekening", 16), Column("name", "Nama", 20)), has_heading=False)
    found, _ = read(layout, bank_layouts.write(layout, [row(account="0012", name='=HYPERLINK("http://x")')]))
    assert found == [{"account": "0012", "name": '=HYPERLINK("http://x")'}]


@pytest.mark.parametrize(
    "text, faults",
    [
        ("account | No | 16\namount | Jumlah | 15", None),
        ("account\namount", ["Baris 1: teks lebar tetap memerlukan lebar.", "Baris 2: teks lebar tetap memerlukan lebar."]),
        ("account | No | 16", ["Kolom yang wajib belum ada: amount."]),
        ("account | No | 0\naccount | a | b | c", [
            "Baris 1: tulis kolom | judul | lebar, dengan lebar 1 sampai 120.",
            "Baris 2: tulis kolom | judul | lebar, dengan lebar 1 sampai 120.",
        ]),
        ("amount | a | 5\namount | b | 5\naccount | c | 5", ["Baris 2: kolom 'amount' sudah ada di atas."]),
    ],
)  # fmt: skip
def test_columns_as_typed(text, faults):
    if faults is None:
        assert bank_layouts.parse_columns(text, "payment", FIXED) == [
            Column("account", "No", 16),
            Column("amount", "Jumlah", 15),
        ]
        return
    with pytest.raises(ValidationError) as refused:
        bank_layouts.parse_columns(text, "payment", FIXED)
    assert refused.value.messages == faults


@pytest.mark.parametrize("kind, name", [(XLSX, "daftar.xlsx"), (CSV, "daftar.csv")])
def test_a_protected_file_opens_with_its_password_and_no_other(kind, name):
    layout = Layout(kind, (Column("account", "Rekening", 16), Column("amount", "Jumlah", 15)))
    plain, password = bank_layouts.write(layout, [row()]), bank_layouts.new_password()
    content, ending = bank_layouts.protect(plain, kind, name, password)
    assert b"0012" not in content
    if kind == XLSX:
        opened, file = BytesIO(), msoffcrypto.OfficeFile(BytesIO(content))
        with pytest.raises(Exception, match="Key verification failed"):
            file.load_key(password="0" * 16, verify_password=True)
        file.load_key(password=password, verify_password=True)
        file.decrypt(opened)
        assert (read(layout, opened.getvalue())[0], ending) == ([{"account": "0012", "amount": 5_000_000}], "xlsx")
        return
    with pyzipper.AESZipFile(BytesIO(content)) as archive:
        with pytest.raises(RuntimeError):
            archive.read(name, pwd=b"0" * 16)
        assert (archive.read(name, pwd=password.encode()), ending) == (plain, "zip")


# Kept and taken ------------------------------------------------------------------------------------------------------------


def facts(bank, **changes) -> dict:
    columns = [
        Column("account", "REK", 16),
        Column("holder", "NAMA", 40),
        Column("amount", "NOMINAL", 15),
        Column("ref", "KODE", 12),
    ]
    return {
        "bank": bank, "purpose": "payment", "name": "Kalteng lama", "kind": "csv", "columns": columns, "has_heading": True,
        "has_control": True, "separator": "|", "active": True,
    } | changes  # fmt: skip


@pytest.mark.django_db
def test_the_bank_takes_the_list_in_its_own_layout(office_at_work):
    cast, decree = office_at_work.cast, office_at_work.decree(2)
    layout = acts.add_layout(cast.kabid, by=cast.kabid, **facts(decree.programme.bank))
    listed = office_at_work.listed(decree)
    copy = acts.take_list(listed, by=cast.bank, layout=layout, protect=False)
    found, control = read(bank_layouts.layout_of(layout), exports.list_content(listed, layout, by=cast.bank))
    assert found == [
        {"account": str(line.account_number), "holder": line.account_name, "amount": line.amount, "ref": line.ref}
        for line in queries.lines_of(listed)
    ]
    assert control == Control(listed.count, listed.total)
    assert (copy.password, Disclosure.objects.filter(by=cast.bank, field="account_number").count()) == (None, 2)


@pytest.mark.django_db
def test_a_password_is_shown_once_and_to_nobody_else(office_at_work, client):
    cast = office_at_work.cast
    listed = office_at_work.listed(office_at_work.decree(1))
    client.force_login(cast.bank)
    taken = client.post(
        reverse("distribution:take_list", args=[listed.ref]), {"layout": "", "protect": "on"}, follow=True
    )
    copy = ListCopy.objects.get()
    assert (taken.status_code, str(copy.password) in taken.content.decode()) == (200, False)
    file = client.get(reverse("distribution:list_copy_file", args=[copy.ref]))
    assert msoffcrypto.OfficeFile(BytesIO(file.content)).is_encrypted()
    show = reverse("distribution:show_password", args=[copy.ref])
    client.force_login(office_at_work.second_banker)
    assert client.post(show).status_code == 403
    assert client.get(reverse("distribution:list_copy_file", args=[copy.ref])).status_code == 403
    client.force_login(cast.bank)
    shown = client.post(show)
    grouped = "-".join(str(copy.password)[at : at + 4] for at in range(0, 16, 4))
    assert (shown.status_code, grouped in shown.content.decode()) == (200, True)
    assert client.post(show).status_code == 403
    assert grouped not in client.get(copy.get_absolute_url()).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert client.get(reverse("distribution:list_copy_file", args=[copy.ref])).status_code == 302


@pytest.mark.django_db
def test_who_may_not_take_a_list(office_at_work):
    cast = office_at_work.cast
    sealed = acts.send_list(office_at_work.briefed(office_at_work.decree(1)), by=cast.kabid)
    with pytest.raises(Refused, match="belum dilepas ke bank"):
        acts.take_list(sealed, by=cast.bank)
    released = acts.release_list(sealed, by=cast.secretary)
    for user in (cast.charlie, cast.kabid):
        with pytest.raises(Refused):
            acts.take_list(released, by=user)
    copy = acts.take_list(released, by=cast.bank)
    with pytest.raises(DatabaseError), transaction.atomic():
        ListCopy.objects.filter(pk=copy.pk).update(sha256="0" * 64)


@pytest.mark.django_db
def test_a_layout_is_tried_before_it_is_kept(office_at_work, client):
    cast = office_at_work.cast
    client.force_login(cast.kabid)
    sent = {
        "bank": cast.bank.bank_id, "purpose": "payment", "name": "Teks", "kind": "fixed", "separator": ";", "active": "on",
        "columns": "account | REK | 16\namount | NOMINAL | 15", "has_control": "on",
    }  # fmt: skip
    tried = client.post(reverse("distribution:add_layout"), sent | {"preview": "1"})
    assert (tried.status_code, BankLayout.objects.count()) == (200, 0)
    assert "0019900000017   000000005000000" in tried.content.decode()
    assert "T00000002000000000008500000" in tried.content.decode()
    wrong = client.post(reverse("distribution:add_layout"), sent | {"columns": "rekening"})
    assert (wrong.status_code, "tidak dikenal" in wrong.content.decode()) == (422, True)
    kept = client.post(reverse("distribution:add_layout"), sent, follow=True)
    layout = BankLayout.objects.get()
    assert "Susunan daftar disimpan." in kept.content.decode()
    changed = client.post(
        reverse("distribution:edit_layout", args=[layout.ref]), sent | {"name": "Teks baru"}, follow=True
    )
    assert "Teks baru" in changed.content.decode()
    again = client.post(reverse("distribution:add_layout"), sent | {"name": "teks BARU"})
    assert (again.status_code, "sudah punya susunan" in again.content.decode()) == (422, True)
    client.force_login(cast.charlie)
    assert client.get(layout.get_absolute_url()).status_code == 404
    assert "Teks baru" not in client.get(reverse("distribution:layouts")).content.decode()
