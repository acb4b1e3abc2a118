"""Sessions and sign-in: who tries to walk around them stays outside."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils.http import urlencode

from tests.cast import PASSWORD
from uep.access.acts import PUBLIC
from uep.accounts import actions
from uep.accounts.models import User

pytestmark = pytest.mark.django_db

SIGN_IN, CHANGE = "/masuk/", "/akun/kata-sandi/"
NEW = "perahu-hijau-12"


def sign_in(username="sari", password=PASSWORD, *, client=None, to=SIGN_IN, **headers):
    client = client or Client()
    return client, client.post(to, {"username": username, "password": password}, **headers)


def addresses():
    """(address filled in with something, declared act) of every page of the site."""
    samples = {"str": "0" * 12, "int": "1", "slug": "nik"}

    def walk(resolver, prefix=""):
        for pattern in resolver.url_patterns:
            route = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern, route)
            else:
                yield "/" + re.sub(r"<(\w+):\w+>", lambda m: samples[m[1]], route), pattern.callback.act

    return list(walk(get_resolver()))


# The first password ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post", "head", "put", "delete"])
@pytest.mark.parametrize("headers", [{}, {"HTTP_HX_REQUEST": "true"}], ids=["page", "htmx"])
def test_a_first_password_opens_nothing_but_its_own_change(cast, client, method, headers):
    User.objects.update(must_change_password=True)
    for person in (cast.admin, cast.kabid):
        client.force_login(person)
        for address, act in addresses():
            if act in {PUBLIC, "accounts.change_password"}:
                continue
            response = getattr(client, method)(address, **headers)
            assert (response.status_code, response.headers["Location"]) == (302, CHANGE), address


def test_a_first_password_lets_no_act_through(cast, client):
    User.objects.filter(pk=cast.admin.pk).update(must_change_password=True)
    client.force_login(cast.admin)
    client.post("/pengguna/tambah/", {"username": "penyusup", "full_name": "Penyusup", "role": "admin"})
    client.post(f"/pengguna/{cast.kabid.ref}/tutup/")
    assert (User.objects.filter(username="penyusup").count(), User.objects.get(pk=cast.kabid.pk).is_active) == (0, True)


def test_a_first_password_cannot_be_kept(cast, client):
    User.objects.filter(pk=cast.staff.pk).update(must_change_password=True)
    client.force_login(cast.staff)
    client.post(CHANGE, {"current": PASSWORD, "password": PASSWORD, "again": PASSWORD})
    assert User.objects.get(pk=cast.staff.pk).must_change_password is True


# Guessing --------------------------------------------------------------------------------------------------------------


def guess(times, username="sari", **headers):
    for number in range(times):
        sign_in(username, f"salah-{number}", **headers)


@pytest.mark.parametrize(("guesses", "opens"), [(4, True), (5, False), (6, False)])
def test_the_fifth_wrong_password_locks_the_name_at_that_address(cast, guesses, opens):
    guess(guesses)
    client, response = sign_in()
    assert ("_auth_user_id" in client.session, response.status_code) == ((True, 302) if opens else (False, 429))


def test_a_locked_name_opens_from_another_address_and_another_name_from_this_one(cast):
    guess(5)
    assert "_auth_user_id" in sign_in(REMOTE_ADDR="10.0.0.7")[0].session
    assert "_auth_user_id" in sign_in("kabid")[0].session


def test_a_locked_name_sees_a_sentence(cast):
    guess(5)
    page = sign_in()[1].content.decode()
    assert "Coba lagi 15 menit lagi" in page


def test_forged_forwarding_headers_do_not_shake_off_the_lock(cast):
    for number in range(5):
        sign_in(password="salah", HTTP_X_FORWARDED_FOR=f"10.1.1.{number}", HTTP_X_REAL_IP=f"10.1.1.{number}")
    assert sign_in(HTTP_X_FORWARDED_FOR="10.1.1.99")[1].status_code == 429


def test_behind_a_proxy_each_user_has_the_address_that_the_proxy_saw(cast, settings):
    """One proxy in front of everyone must not make one address of everyone: its own entry of the header counts."""
    settings.BEHIND_PROXY = True
    guess(5, HTTP_X_FORWARDED_FOR="203.0.113.9, 10.20.0.1")
    assert (
        sign_in(HTTP_X_FORWARDED_FOR="198.51.100.4, 10.20.0.1")[1].status_code == 429
    )  # what the client wrote is noise
    assert "_auth_user_id" in sign_in(HTTP_X_FORWARDED_FOR="10.20.0.2")[0].session


def test_a_wrong_name_reads_like_a_wrong_password(cast):
    def faults(response):
        return re.sub(
            r"\s+", " ", re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0].split("csrf")[0]
        )

    wrong_name, wrong_password = sign_in("tidak.ada", "salah")[1], sign_in("sari", "salah")[1]
    assert faults(wrong_name) == faults(wrong_password)
    assert "tidak cocok" in wrong_password.content.decode()


# Sessions --------------------------------------------------------------------------------------------------------------


def test_closing_an_account_ends_the_power_of_its_open_session(cast):
    client, _ = sign_in()
    assert client.get("/usulan/").status_code == 200
    actions.close_user(cast.staff, by=cast.admin)
    response = client.get("/usulan/")
    assert (response.status_code, response.headers["Location"]) == (302, f"{SIGN_IN}?next=/usulan/")


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(cast):
    (here, _), (elsewhere, _) = sign_in(), sign_in()
    here.post(CHANGE, {"current": PASSWORD, "password": NEW, "again": NEW})
    assert (here.get("/usulan/").status_code, elsewhere.get("/usulan/").status_code) == (200, 302)


def test_resetting_the_password_ends_every_session(cast):
    client, _ = sign_in()
    actions.reset_password(cast.staff, by=cast.admin)
    assert client.get("/usulan/").headers["Location"] == f"{SIGN_IN}?next=/usulan/"


def test_losing_a_role_takes_its_power_from_an_open_session(cast):
    client, _ = sign_in("admin")
    assert client.get("/pengguna/").status_code == 200
    User.objects.filter(pk=cast.admin.pk).update(role="auditor")
    assert client.get("/pengguna/").status_code == 403


def test_signing_in_makes_a_new_session(cast):
    client = Client()
    client.get(SIGN_IN)
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = before = session.session_key
    sign_in(client=client)
    assert client.session.session_key != before


def test_signing_out_takes_a_post_and_ends_the_session(cast):
    client, _ = sign_in()
    assert client.get("/keluar/").status_code == 405
    assert client.get("/usulan/").status_code == 200
    client.post("/keluar/")
    assert client.get("/usulan/").status_code == 302


def test_the_session_cookie_is_for_the_server_alone(cast):
    client, _ = sign_in()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize(
    "target",
    ["https://jahat.example/", "//jahat.example/", "https:jahat.example", r"/\jahat.example", "javascript:alert(1)",
     "http://testserver.jahat.example/", "/\t/jahat.example", "https://testserver@jahat.example/", "\nhttps://jahat.example"],
)  # fmt: skip
def test_signing_in_sends_nobody_elsewhere(cast, target):
    client = Client()
    body = {"username": "sari", "password": PASSWORD, "next": target}
    response = client.post(SIGN_IN, body, QUERY_STRING="")
    assert response.headers["Location"] == "/"
    again = client.get(SIGN_IN, {"next": target})  # signed in already: straight on, but where to?
    assert again.headers["Location"] == "/"
    _, response = sign_in("kabid", to=f"{SIGN_IN}?{urlencode({'next': target})}")
    assert response.headers["Location"] == "/"


def test_signing_in_comes_back_to_the_page_that_was_asked_for(cast):
    _, response = sign_in(to=f"{SIGN_IN}?next=/usulan/surat/")
    assert response.headers["Location"] == "/usulan/surat/"


# Every answer ----------------------------------------------------------------------------------------------------------

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


def faults_of(response) -> list[str]:
    """What an answer lacks; files bring a stricter policy of their own."""
    policy = dict(
        part.strip().partition(" ")[::2] for part in response.headers.get("Content-Security-Policy", "").split(";")
    )
    found = [name for name, value in POLICY.items() if policy.get(name) != value]
    found += [
        f"{name}: {response.headers.get(name)}"
        for name, value in {
            "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
        }.items()
        if response.headers.get(name) != value
    ]
    if "text/html" in response.headers.get("Content-Type", "") and re.search(
        rb"<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"']|<style|\sstyle\s*=|javascript:", response.content
    ):
        found.append("inline script or style")
    return found


@pytest.mark.parametrize("name", ["nobody", "staff", "admin", "alice"])
def test_every_answer_carries_the_policies(cast, client, name):
    if name != "nobody":
        client.force_login(getattr(cast, name))
    found = {}
    for address, _ in [*addresses(), ("/tidak-ada/", None)]:
        response = client.get(address)
        if faults := faults_of(response):
            found[address] = faults
    assert found == {}


def test_a_refused_token_carries_the_policies(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.admin)
    response = client.post(reverse("accounts:add_user"), {})
    assert (response.status_code, faults_of(response)) == (403, [])


def test_what_a_signed_in_person_saw_is_kept_by_no_shared_cache(cast, client):
    client.force_login(cast.staff)
    found = {}
    for address in ("/", "/usulan/", "/akun/", "/pemberitahuan/"):
        response = client.get(address)
        cache = response.headers.get("Cache-Control", "")
        if "no-store" not in cache and not ("private" in cache or "Cookie" in response.headers.get("Vary", "")):
            found[address] = cache
    assert found == {}
