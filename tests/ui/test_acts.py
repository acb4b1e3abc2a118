"""What a page offers to its reader: buttons, links, the rail."""

import re

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse

from tests.cast import *  # noqa: F403 - fixtures
from uep.access.access import RULES
from uep.access.navigation import NAVIGATION, sections_for
from uep.access.roles import GRANTS, Role

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.ui.urls")]


def render(source, reader, **context):
    request = RequestFactory().get("/pengguna/")
    request.user = reader
    return re.sub(r"\s+", " ", Template(source).render(Context({"request": request, **context}))).strip()


def test_act_buttons_link_to_the_page_of_the_act(cast):
    page = render('{% act_buttons user "accounts.edit_user" "accounts.close_user" %}', cast.admin, user=cast.alice)
    assert re.findall(r'class="btn btn-(\w+)" href="([^"]+)">([^<]+)<', page) == [
        ("quiet", f"/pengguna/{cast.alice.ref}/ubah/", "Ubah"),
        ("danger", f"/pengguna/{cast.alice.ref}/tutup/", "Tutup akun"),
    ]


def test_act_buttons_say_why_an_act_is_not_possible_now(cast):
    page = render('{% act_buttons user "accounts.close_user" %}', cast.admin, user=cast.admin)
    assert "<a " not in page
    described = re.search(r'disabled aria-describedby="([^"]+)"', page)[1]
    assert f'<li id="{described}"><strong>Tutup akun:</strong> Anda tidak dapat menutup akun sendiri.</li>' in page


def test_act_buttons_hide_what_the_role_does_not_hold(cast):
    for person in cast:
        page = render('{% act_buttons user "accounts.close_user" %}', person, user=cast.alice)
        assert bool(page) == (person == cast.admin)


def test_act_buttons_without_a_record(cast):
    page = render('{% act_buttons None "accounts.add_user" %}', cast.admin)
    assert '<a class="btn btn-primary" href="/pengguna/tambah/">Tambah pengguna</a>' in page


def test_act_link_shows_only_what_is_possible(cast):
    source = '{% act_link user "accounts.close_user" about="akun Alice" %}'
    assert render(source, cast.admin, user=cast.admin) == ""
    assert render(source, cast.alice, user=cast.bob) == ""
    page = render(source, cast.admin, user=cast.alice)
    assert (
        f'href="/pengguna/{cast.alice.ref}/tutup/">Tutup akun<span class="visually-hidden"> akun Alice</span></a>'
        in page
    )


def test_granted_and_possible_answer_for_the_reader(cast):
    source = (
        '{% granted "accounts.close_user" as may %}{% possible "accounts.close_user" user as now %}{{ may }} {{ now }}'
    )
    assert render(source, cast.admin, user=cast.alice) == "True True"
    assert render(source, cast.admin, user=cast.admin) == "True False"
    assert render(source, cast.kabid, user=cast.alice) == "False False"


@pytest.mark.parametrize(
    "source",
    [
        '{% act_buttons None "accounts.nothing" %}',
        '{% act_link None "a.b" %}',
        '{% granted "a.b" %}',
        '{% possible "a.b" None %}',
    ],
)
def test_an_act_that_does_not_exist_is_a_mistake(cast, source):
    with pytest.raises(ValueError, match="no such act"):
        render(source, cast.admin)


def test_act_tags_are_strict():
    with pytest.raises(TemplateSyntaxError):
        Template('{% act_link None "a.b" size="xl" %}')


def test_the_rail_shows_what_the_role_holds_and_where_one_is(cast):
    entries = {person: [entry.label for entry in sections_for(person, "/")] for person in (cast.admin, cast.staff)}
    assert entries == {cast.admin: ["Meja kerja", "Pengguna"], cast.staff: ["Meja kerja"]}  # the pages of these tests
    current = {
        path: [entry.label for entry in sections_for(cast.admin, path) if entry.current]
        for path in ("/", "/pengguna/", "/pengguna/tambah/", "/akun/")
    }
    assert current == {"/": ["Meja kerja"], "/pengguna/": ["Pengguna"], "/pengguna/tambah/": ["Pengguna"], "/akun/": []}


def test_every_section_is_guarded_by_an_act_that_some_role_holds():
    held = set().union(*GRANTS.values())
    assert [section.act for section in NAVIGATION if section.act not in RULES or section.act not in held] == []
    assert [role for role in Role if not any(section.act in GRANTS[role] for section in NAVIGATION)] == []


@pytest.mark.urls("uep.urls")
@pytest.mark.parametrize("section", NAVIGATION, ids=lambda section: section.url_name)
def test_every_section_has_its_page(section):
    try:
        address = reverse(section.url_name)
    except NoReverseMatch:
        pytest.fail(f"{section.url_name} stands in the rail, but has no address")
    assert address.startswith("/")


def test_the_frame_covers_no_name_of_the_page(cast):
    page = render(
        '{% extends "base.html" %}{% block content %}<p>{{ entries }} {{ name }}</p>{% endblock %}',
        cast.admin,
        entries="isi",
        name="siapa",
    )
    assert "<p>isi siapa</p>" in page


def test_the_head_names_the_reader_and_signs_out_by_post(cast, client):
    client.force_login(cast.staff)
    page = client.get("/").content.decode()
    assert page.count("Sari Uji") == 2  # in the bar, and in the menu of a phone
    assert page.count("Staf/Jafung") == 2
    assert page.count('<form method="post" action="/keluar/" data-sign-out>') == 2
    assert "Kepala Dinas" not in page


def test_the_page_of_an_act_asks_and_offers_a_way_back(cast, client):
    client.force_login(cast.admin)
    page = re.sub(r"\s+", " ", client.get(f"/pengguna/{cast.alice.ref}/tutup/").content.decode())
    assert "<h1>Tutup akun</h1>" in page
    assert "Pengguna tidak dapat masuk lagi. Catatan yang dibuatnya tetap tersimpan." in page
    assert 'enctype="multipart/form-data"' in page
    assert '<button type="submit" class="btn btn-danger">Tutup akun</button>' in page
    assert f'<a class="btn btn-quiet" href="/pengguna/{cast.alice.ref}/">Batal</a>' in page


def test_the_page_of_an_act_keeps_what_was_typed_and_names_each_fault(cast, client):
    client.force_login(cast.admin)
    response = client.post("/pengguna/tambah/", {"full_name": "Rahmat Hidayat"})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="Rahmat Hidayat"' in page
    assert '<a href="#id_username">Nama pengguna belum diisi.</a>' in page
    assert "<title>Perlu diperbaiki: Tambah pengguna" in page
    assert '<a class="btn btn-quiet" href="/">Batal</a>' in page


def test_refusals_and_strangers_get_a_page_of_their_own(cast, client):
    client.force_login(cast.admin)
    refused = client.get(f"/pengguna/{cast.admin.ref}/tutup/")
    assert refused.status_code == 403
    assert "Anda tidak dapat menutup akun sendiri." in refused.content.decode()
    missing = client.get("/tidak-ada/")
    assert missing.status_code == 404
    assert "Alamat ini tidak ada" in missing.content.decode()
    client.raise_request_exception = False
    broken = client.get("/gangguan/")
    assert broken.status_code == 500
    assert "Terjadi gangguan" in broken.content.decode()
