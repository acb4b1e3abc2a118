"""Accounts: made, changed, closed by the administrator; passwords shown once."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from tests.cast import PASSWORD
from uep.access.access import Refused
from uep.access.roles import Role
from uep.accounts import actions
from uep.accounts.models import User

pytestmark = pytest.mark.django_db

NOBODY = {"village": None, "districts": [], "bank": None, "phone": ""}


def add(by, **facts):
    return actions.add_user(
        None, by=by, **({"username": "baru", "full_name": "Orang Baru", "role": Role.STAFF} | NOBODY | facts)
    )


def test_add_user_gives_a_password_that_works_once_and_must_be_changed(cast, client):
    user = add(cast.admin)
    assert (user.must_change_password, user.check_password(user.issued_password)) == (True, True)
    client.post("/masuk/", {"username": "baru", "password": user.issued_password})
    assert client.get("/").headers["Location"] == "/akun/kata-sandi/"
    form = {"current": user.issued_password, "password": "perahu-hijau-12", "again": "perahu-hijau-12"}
    assert client.post("/akun/kata-sandi/", form).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert not hasattr(User.objects.get(pk=user.pk), "issued_password")


def test_the_first_administrator_comes_from_the_command_line_and_is_the_only_one_who_does(office, client, capsys):
    call_command("first_administrator", "admin", "Bayu Saputra")
    user = User.objects.get(username="admin")
    told = capsys.readouterr().out.splitlines()
    password = told[0].removeprefix("Akun admin dibuat. Kata sandi sementara: ")
    assert (user.role, user.must_change_password, user.check_password(password)) == (Role.ADMIN, True, True)
    with pytest.raises(CommandError, match="Sudah ada administrator"):
        call_command("first_administrator", "admin2", "Orang Lain")
    assert User.objects.count() == 1


def test_add_user_page_shows_the_password_once(cast, client):
    client.force_login(cast.admin)
    response = client.post("/pengguna/tambah/", {"username": "desa.baru", "full_name": "Desa Baru", "role": "staff"})
    password = response.context_data["account"].issued_password
    assert (response.status_code, password in response.content.decode()) == (200, True)
    assert password not in client.get("/pengguna/").content.decode()


@pytest.mark.parametrize("name", ["alice", "staff", "kabid", "secretary", "head", "regent", "bank", "auditor"])
def test_add_user_by_anyone_but_the_administrator_is_refused(cast, name):
    with pytest.raises(Refused, match="Peran Anda tidak mencakup tindakan ini"):
        add(getattr(cast, name))


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"role": Role.VILLAGE}, "Operator desa memerlukan desa/kelurahan."),
        ({"role": Role.BANK}, "Petugas bank memerlukan bank."),
        ({"username": "ALICE"}, "Nama pengguna ini sudah dipakai. Pilih nama lain."),
    ],
)
def test_add_user_says_what_is_wrong(cast, facts, sentence):
    with pytest.raises(ValidationError) as refusal:
        add(cast.admin, **facts)
    assert refusal.value.messages == [sentence]


def test_the_last_administrator_cannot_be_closed_or_changed(cast):
    second = add(cast.admin, username="admin2", role=Role.ADMIN)
    actions.close_user(cast.admin, by=second)
    with pytest.raises(Refused, match="akun sendiri"):
        actions.close_user(second, by=second)
    with pytest.raises(ValidationError, match="administrator terakhir"):
        actions.edit_user(second, by=second, full_name="X", role=Role.STAFF, **NOBODY)


def test_a_closed_account_cannot_sign_in_until_it_is_reopened(cast, client):
    actions.close_user(cast.staff, by=cast.admin)
    assert client.post("/masuk/", {"username": "sari", "password": PASSWORD}).status_code == 200
    actions.reopen_user(User.objects.get(pk=cast.staff.pk), by=cast.admin)
    response = client.post("/masuk/", {"username": "sari", "password": PASSWORD})
    assert response.headers["Location"] == "/"


def test_reset_password_ends_the_old_one(cast):
    user = actions.reset_password(cast.staff, by=cast.admin)
    assert (user.check_password(PASSWORD), user.check_password(user.issued_password)) == (False, True)


@pytest.mark.parametrize(
    ("form", "faults"),
    [
        ({"current": "salah", "password": "perahu-hijau-12", "again": "perahu-hijau-12"}, {"current"}),
        ({"current": PASSWORD, "password": "pendek", "again": "pendek"}, {"password"}),
        ({"current": PASSWORD, "password": "perahu-hijau-12", "again": "lain"}, {"again"}),
        ({"current": PASSWORD, "password": PASSWORD, "again": PASSWORD}, {"password"}),
    ],
)
def test_change_password_refuses_with_the_field_that_is_wrong(cast, client, form, faults):
    client.force_login(cast.alice)
    response = client.post("/akun/kata-sandi/", form)
    assert (response.status_code, set(response.context_data["form"].errors)) == (422, faults)


def test_users_list_is_searched_and_paged_in_a_fixed_number_of_queries(cast, client, django_assert_num_queries):
    client.force_login(cast.admin)
    client.get("/pengguna/")
    with django_assert_num_queries(5):
        page = client.get("/pengguna/?cari=ali").context["page"]
    assert [user.username for user in page] == ["alice"]
