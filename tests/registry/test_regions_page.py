import re

import pytest
from django.urls import reverse

from uep.access.roles import GRANTS, Role
from uep.accounts.models import User
from uep.office import seeds
from uep.office.models import Bank
from uep.registry.models import Region

pytestmark = pytest.mark.usefixtures("country", "db")


def install(code):
    regency = Region.objects.get(pk=code)
    seeds.seed(code, regency_name=regency.name, province_name=regency.parent.name)


def user_of(role):
    return User.objects.create(
        username=f"siti.{role}",
        role=role,
        must_change_password=False,
        village=Region.objects.get(pk="62.09.03.1005") if role == Role.VILLAGE else None,
        bank=Bank.objects.first() if role == Role.BANK else None,
    )


@pytest.fixture
def admin(client):
    install("62.09")
    client.force_login(user_of(Role.ADMIN))
    return client


def rows(response):
    """(title, district, code) of each row on the page."""
    cells = re.findall(r"<t[hd] (?:scope=\"row\"|data-label=[^>]*)>([^<]*)</t[hd]>", response.content.decode())
    return list(zip(cells[::3], cells[1::3], cells[2::3], strict=True))


def test_every_village_of_the_installed_regency_is_listed(admin):
    listed = rows(admin.get(reverse("registry:regions")))
    assert len(listed) == 88
    assert listed[0] == ("Kelurahan Tapin Bini", "Lamandau", "62.09.01.1012")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"cari": "NANGA bul"}, ["62.09.03.1005"]),
        ({"cari": "62.09.03.1005"}, ["62.09.03.1005"]),
        ({"cari": "bulik", "kecamatan": "62.09.01"}, []),
        ({"cari": "%"}, []),
        ({"cari": "<script>"}, []),
    ],
)
def test_the_list_is_narrowed(admin, query, expected):
    response = admin.get(reverse("registry:regions"), query)
    assert [code for *_, code in rows(response)] == expected
    assert ("Tidak ada desa atau kelurahan yang cocok." in response.content.decode()) == (expected == [])
    assert b"<script>alert" not in response.content


def test_a_district_of_another_regency_is_no_choice(admin):
    everything = admin.get(reverse("registry:regions"), {"kecamatan": "62.01.01"})
    assert len(rows(everything)) == 88
    assert len(rows(admin.get(reverse("registry:regions"), {"kecamatan": "62.09.03"}))) == 14


def test_a_large_regency_is_paged(client):
    install("11.08")  # Aceh Utara: 852 villages
    client.force_login(user_of(Role.ADMIN))
    first = client.get(reverse("registry:regions"))
    assert len(rows(first)) == 100
    following = re.search(r'href="(\?[^"]*)" rel="next"', first.content.decode())[1].replace("&amp;", "&")
    second = client.get(reverse("registry:regions") + following)
    assert len(rows(second)) == 100
    assert rows(first)[-1][2] < rows(second)[0][2]


@pytest.mark.parametrize("query", [{}, {"cari": "bulik"}, {"kecamatan": "62.09.03"}])
def test_the_page_costs_the_same_for_one_row_and_for_all(admin, query, django_assert_num_queries):
    admin.get(reverse("registry:regions"))
    with django_assert_num_queries(10 if "kecamatan" in query else 9):
        admin.get(reverse("registry:regions"), query)


@pytest.mark.parametrize("role", list(Role))
def test_only_who_is_granted_sees_it(client, role):
    install("62.09")
    client.force_login(user_of(role))
    expected = 200 if "registry.view_regions" in GRANTS[role] else 403
    assert client.get(reverse("registry:regions")).status_code == expected


def test_strangers_are_sent_to_sign_in(client):
    response = client.get(reverse("registry:regions"))
    assert response.status_code == 302
    assert response.url.startswith(reverse("accounts:sign_in"))


def test_without_an_office_the_page_says_what_to_run(client):
    client.force_login(user_of(Role.ADMIN))
    assert "manage.py install_office" in client.get(reverse("registry:regions")).content.decode()
