"""The list and the page of a household: who sees what, with how many queries, and that no number leaks."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from proposals.actions import draft, edit
from proposals.flow import State
from proposals.models import Proposal
from uep.accounts.models import Disclosure


def names(response):
    return [proposal.name for proposal in response.context["page"]]


def queries_of(client, url):
    client.get(url)  # what is fetched once per process or session
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize(("who", "expected"), [("alice", 7), ("staff", 9), ("kabid", 8)])
def test_the_list_costs_the_same_for_one_row_and_for_many(walk, programme, cast, sign_in, who, expected):
    client = sign_in(getattr(cast, who))
    walk.proposals_at(State.SUBMITTED, 1, programme=programme)
    one = queries_of(client, "/usulan/")
    walk.proposals_at(State.ASSIGNED, 3, programme=programme)
    assert (one, queries_of(client, "/usulan/")) == (expected, expected)


def test_the_village_sees_its_own_and_the_office_what_was_sent(walk, programme, cast, sign_in):
    walk.proposals_at(State.SUBMITTED, 1, programme=programme, name="Sudah Dikirim")
    draft(programme, by=cast.alice, name="Masih Draf")
    draft(programme, by=cast.bob, name="Desa Lain")
    seen = {
        who: sorted(names(sign_in(getattr(cast, who)).get("/usulan/"))) for who in ("alice", "bob", "staff", "outsider")
    }
    assert seen == {
        "alice": ["Masih Draf", "Sudah Dikirim"],
        "bob": ["Desa Lain"],
        "staff": ["Sudah Dikirim"],
        "outsider": [],
    }


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["Karno Ranying", "Siti Nurhaliza Ma'ruf"]),
        ("siti", ["Siti Nurhaliza Ma'ruf"]),
        ("nur sit", ["Siti Nurhaliza Ma'ruf"]),
        ("maruf", []),
        ("ma'ruf", ["Siti Nurhaliza Ma'ruf"]),
        ("SITI' | !karno", []),
        ("aliza", []),
        ("0001/{year}", ["Siti Nurhaliza Ma'ruf"]),
        ("0001/1999", []),
        ("':*&", []),
        ("%", []),
        ("\\", []),
    ],
)
def test_search_by_words_and_register_number(walk, programme, cast, sign_in, search, found):
    walk.proposals_at(State.SUBMITTED, 1, programme=programme, name="Siti Nurhaliza Ma'ruf")
    draft(programme, by=cast.alice, name="Karno Ranying")
    response = sign_in(cast.alice).get("/usulan/", {"cari": search.format(year=programme.year)})
    assert sorted(names(response)) == found


def test_a_number_is_looked_for_in_the_body_of_a_request_only(walk, programme, cast, sign_in):
    [proposal] = walk.proposals_at(State.SUBMITTED, 1, programme=programme)
    number = str(proposal.nik)
    client = sign_in(cast.staff)
    by_address = client.get("/usulan/", {"cari": number})
    assert (by_address.context["is_number"], "supaya nomornya tidak tertinggal" in by_address.content.decode()) == (
        True,
        True,
    )
    found = client.post("/usulan/cari/", {"nomor": f"{number[:6]} {number[6:]}"})
    by_kk = client.post("/usulan/cari/", {"nomor": str(proposal.kk_number)})
    assert [(r.status_code, r["Location"]) for r in (found, by_kk)] == [(303, f"/usulan/{proposal.ref}/")] * 2
    foreign = sign_in(cast.bob).post("/usulan/cari/", {"nomor": number})
    assert (foreign.status_code, foreign.context["found"]) == (200, [])
    assert client.post("/usulan/cari/", {"nomor": "6209"}).context["is_number"] is False


def test_filters_narrow_the_list(walk, programme, cast, sign_in):
    other = walk.programme(name="UEP lain")
    walk.proposals_at(State.ASSIGNED, 1, programme=programme, name="Satu")
    walk.proposals_at(State.SUBMITTED, 1, programme=other, name="Dua")
    walk.proposals_at(State.SUBMITTED, 1, programme=other, by=cast.bob, name="Tiga")
    Proposal.objects.filter(name="Dua").update(due_at="2020-01-01T00:00Z")
    client = sign_in(cast.staff)

    def rows(**query):
        return sorted(names(client.get("/usulan/", query)))

    assert rows(program=other.ref) == ["Dua", "Tiga"]
    assert rows(status="assigned") == ["Satu"]
    assert rows(wilayah="62.09.01") == ["Tiga"]
    assert rows(wilayah="62.09.03.1005") == ["Dua", "Satu"]
    assert rows(lewat_batas="on") == ["Dua"]
    assert rows(menunggu_saya="on") == ["Satu"]
    assert rows(program="tidak-ada", status="' OR 1=1", wilayah="99") == ["Dua", "Satu", "Tiga"]


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_its_page(proposal_at, cast, sign_in, state):
    proposal = proposal_at(state)
    pages = {
        who: sign_in(getattr(cast, who)).get(f"/usulan/{proposal.ref}/")
        for who in ("alice", "staff", "kabid", "auditor")
    }
    hidden = 404 if state == State.DRAFT else 200
    assert {who: page.status_code for who, page in pages.items()} == {
        "alice": 200, "staff": hidden, "kabid": hidden, "auditor": hidden,
    }  # fmt: skip
    assert state.label in pages["alice"].content.decode()


def test_the_page_shows_no_whole_number(proposal_at, cast, sign_in):
    proposal = proposal_at(State.ASSIGNED)
    for who in ("alice", "staff", "kabid", "auditor"):
        page = sign_in(getattr(cast, who)).get(f"/usulan/{proposal.ref}/").content.decode()
        assert "620903••••••••01" in page
        assert [n for n in (proposal.nik, proposal.kk_number, proposal.account_number) if str(n) in page] == []


@pytest.mark.parametrize(
    ("who", "status"), [("bob", 404), ("outsider", 404), ("bank", 403), ("regent", 403), ("admin", 403)]
)
def test_who_does_not_see_the_page(proposal_at, cast, sign_in, who, status):
    proposal = proposal_at(State.SUBMITTED)
    assert sign_in(getattr(cast, who)).get(f"/usulan/{proposal.ref}/").status_code == status


def test_the_page_costs_the_same_for_few_papers_and_many(walk, programme, cast, sign_in):
    plain, full = walk.proposals_at(State.SUBMITTED, 2, programme=programme)
    extra = full.attachments.get(requirement__code="foto_usaha")
    type(extra).objects.bulk_create(
        type(extra)(requirement=extra.requirement, proposal=full, file=extra.file, added_by=cast.alice)
        for _ in range(5)
    )
    for user in (cast.auditor, cast.alice):
        client = sign_in(user)
        assert queries_of(client, f"/usulan/{plain.ref}/") == queries_of(client, f"/usulan/{full.ref}/")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.DRAFT, ["now", "ahead", "ahead", "ahead", "ahead", "ahead"]),
        (State.COMPLETE, ["done", "now", "ahead", "ahead", "ahead", "ahead"]),
        (State.INELIGIBLE, ["done", "stopped", "ahead", "ahead", "ahead", "ahead"]),
        (State.HANDED_OVER, ["done"] * 6),
    ],
)
def test_the_steps_fill_as_the_household_walks(proposal_at, cast, sign_in, state, expected):
    page = sign_in(cast.alice).get(f"/usulan/{proposal_at(state).ref}/")
    assert [step["state"] for step in page.context["steps"]] == expected


def test_whose_turn_it_is(proposal_at, cast, sign_in):
    proposal = proposal_at(State.ASSIGNED)
    turns = {
        who: sign_in(getattr(cast, who)).get(f"/usulan/{proposal.ref}/").context["turn"] for who in ("alice", "staff")
    }
    assert {who: (turn["whose"], turn["text"]) for who, turn in turns.items()} == {
        "alice": ("Staf/Jafung", "Periksa berkas."),
        "staff": ("", "Periksa berkas."),
    }


def test_a_number_is_opened_once_with_its_reason(proposal_at, cast, sign_in):
    proposal = proposal_at(State.SUBMITTED)
    client = sign_in(cast.staff)
    url = f"/usulan/{proposal.ref}/nomor-lengkap/"
    no_reason = client.post(url, {"field": "nik", "reason": "x"})
    wrong_field = client.post(url, {"field": "name", "reason": "mencocokkan dengan KTP"})
    assert (no_reason.status_code, wrong_field.status_code, Disclosure.objects.count()) == (422, 422, 0)

    shown = client.post(url, {"field": "nik", "reason": "mencocokkan dengan KTP"}, REMOTE_ADDR="10.1.2.3")

    assert str(proposal.nik) in shown.content.decode()
    assert shown["Cache-Control"] == "private, no-store"
    assert str(proposal.nik) not in client.get(url).content.decode()
    look = Disclosure.objects.get()
    assert (look.by, look.subject, look.field, look.reason, look.address) == (
        cast.staff, f"proposals.proposal:{proposal.ref}", "nik", "mencocokkan dengan KTP", "10.1.2.3",
    )  # fmt: skip


def test_opening_a_number_of_another_village_finds_nothing(proposal_at, cast, sign_in):
    proposal = proposal_at(State.SUBMITTED)
    response = sign_in(cast.bob).post(
        f"/usulan/{proposal.ref}/nomor-lengkap/", {"field": "nik", "reason": "ingin tahu saja"}
    )
    assert (response.status_code, Disclosure.objects.count()) == (404, 0)


def test_names_are_escaped(programme, cast, sign_in):
    proposal = draft(programme, by=cast.alice, name="<script>alert(1)</script>")
    edit(proposal, by=cast.alice, business='"><img src=x onerror=alert(1)>')
    client = sign_in(cast.alice)
    pages = [
        client.get(url).content.decode()
        for url in ("/usulan/", f"/usulan/{proposal.ref}/", f"/usulan/{proposal.ref}/ubah/")
    ]
    assert [re.findall(r"<script>alert|<img src=x", page) for page in pages] == [[], [], []]
