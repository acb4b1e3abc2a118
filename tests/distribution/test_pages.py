"""The pages of steps 4 to 6: who sees which, and at what cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import distribution.actions as acts
from tests.distribution.conftest import fresh
from tests.walk import upload


@pytest.fixture
def get(client):
    """The page as that user, signed in: call it with the user, the page's name, its arguments and its query."""

    def fetch(user, name, *args, **query):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(reverse(f"distribution:{name}", args=args), query)
        if answer.streaming:
            answer.body = b"".join(answer.streaming_content)
        return answer

    return fetch


@pytest.fixture
def post(client):
    def send(user, name, ref, data=None, query=""):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client.post(reverse(f"distribution:{name}", args=[ref]) + query, data or {})

    return send


@pytest.fixture
def told(office_at_work):
    """A decree on which everything has happened: one handed over and visited, one failed."""
    office = office_at_work
    decree = office.decree(2)
    disbursement = office.listed(decree)
    good, bad = disbursement.payments.all()
    acts.pay(disbursement, by=office.cast.bank, payments=[good], paid_on=timezone.localdate(), reference="TRX-9")
    office.failed(bad)
    handover = office.handed_over(good.recipient)
    visit = acts.visit(
        fresh(good.recipient),
        by=office.cast.staff,
        visited_on=timezone.localdate(),
        condition="running",
        advice="Catat belanja.",
        photo=upload(),
    )
    return {
        "decree": decree,
        "disbursement": disbursement,
        "session": decree.sessions.get(),
        "good": good.recipient,
        "bad": bad.recipient,
        "handover": handover,
        "visit": visit,
    }


READS = ["list", "decree", "recipients", "recipient", "session", "disbursement", "nominative_xlsx", "payment_list_xlsx"]


def arguments(told, name):
    return {
        "list": [],
        "decree": [told["decree"].ref],
        "recipients": [told["decree"].ref],
        "nominative_xlsx": [told["decree"].ref],
        "nominative_pdf": [told["decree"].ref],
        "recipient": [told["good"].ref],
        "receipt": [told["good"].ref],
        "session": [told["session"].ref],
        "attendance_sheet": [told["session"].ref],
        "session_photo": [told["session"].ref],
        "disbursement": [told["disbursement"].ref],
        "payment_list_xlsx": [told["disbursement"].ref],
        "handover_file": [told["handover"].ref, "foto"],
        "visit_photo": [told["visit"].ref],
        "handover_roll": [told["decree"].ref, told["good"].village_id],
    }[name]


@pytest.mark.parametrize("name", READS)
def test_pages_open_for_the_office_and_the_paying_bank_alone(told, office_at_work, get, name):
    cast = office_at_work.cast
    answers = {who: get(getattr(cast, who), name, *arguments(told, name)).status_code for who in vars(cast)}
    foreign = 200 if name == "list" else 404
    assert answers == {
        "alice": 403,
        "bob": 403,
        "staff": 200,
        "colleague": 200,
        "outsider": answers["outsider"],
        "kabid": 200,
        "secretary": 200,
        "head": 200,
        "regent": 403,
        "bank": 200,
        "charlie": foreign,
        "auditor": 200,
        "admin": 403,
    }


def test_the_list_of_another_bank_is_empty(told, office_at_work, get):
    page = get(office_at_work.cast.charlie, "list")
    assert list(page.context["page"]) == []


@pytest.mark.parametrize("name", ["handover_file", "visit_photo", "receipt", "handover_roll", "session_photo"])
def test_proofs_open_for_the_office_never_for_the_bank(told, office_at_work, get, name):
    cast = office_at_work.cast
    answers = {
        who: get(getattr(cast, who), name, *arguments(told, name)).status_code
        for who in ("staff", "kabid", "auditor", "bank", "charlie", "admin", "regent")
    }
    assert answers == {
        "staff": 200,
        "kabid": 200,
        "auditor": 200,
        "bank": 403,
        "charlie": 403,
        "admin": 403,
        "regent": 403,
    }


@pytest.mark.parametrize(
    ("name", "own"), [("handover_file", 200), ("visit_photo", 200), ("receipt", 200), ("session_photo", 404)]
)
def test_a_village_sees_the_proofs_of_its_own_recipients(told, office_at_work, get, name, own):
    cast = office_at_work.cast
    assert get(cast.alice, name, *arguments(told, name)).status_code == own
    assert get(cast.bob, name, *arguments(told, name)).status_code == 404


def test_the_village_reads_the_story_on_the_page_of_the_proposal(told, office_at_work, client):
    client.force_login(office_at_work.cast.alice, backend="django.contrib.auth.backends.ModelBackend")
    good = client.get(told["good"].proposal.get_absolute_url()).content.decode()
    assert "Serah terima" in good
    assert "Catat belanja." in good
    bad = client.get(told["bad"].proposal.get_absolute_url()).content.decode()
    assert "Nama berbeda satu huruf" in bad
    assert reverse("distribution:correct_account", args=[told["bad"].ref]) in bad


NUMBER = "12500000001"


@pytest.mark.parametrize("name", ["recipients", "recipient", "disbursement", "decree"])
def test_no_page_shows_an_account_number_that_was_not_opened(told, office_at_work, get, name):
    for who in ("staff", "kabid", "auditor", "bank"):
        assert NUMBER not in get(getattr(office_at_work.cast, who), name, *arguments(told, name)).content.decode()


def test_opened_numbers_stand_on_the_officers_pages_alone(told, office_at_work, get, post):
    cast = office_at_work.cast
    answer = post(cast.bank, "reveal_accounts", told["decree"].ref, {"reason": "Pemeriksaan rekening"})
    assert (answer.status_code, answer.url) == (303, reverse("distribution:recipients", args=[told["decree"].ref]))
    page = get(cast.bank, "recipients", told["decree"].ref)
    assert NUMBER in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    assert NUMBER in get(cast.bank, "disbursement", told["disbursement"].ref).content.decode()
    for other in (office_at_work.second_banker, cast.staff, cast.auditor):
        assert NUMBER not in get(other, "recipients", told["decree"].ref).content.decode()


def test_a_page_costs_the_same_for_two_recipients_and_for_two_hundred(office_at_work, get):
    few, many = (office_at_work.listed(office_at_work.decree(count)) for count in (2, 200))
    for user in (office_at_work.cast.bank, office_at_work.cast.kabid):
        for name in ("list", "decree", "recipients", "session", "disbursement"):
            costs = [cost_of(get, user, name, disbursement) for disbursement in (few, many)]
            assert costs[0] == costs[1], (user.role, name, costs)


def cost_of(get, user, name, disbursement) -> int:
    decree = disbursement.decree
    refs = {"list": [], "disbursement": [disbursement.ref], "session": [decree.sessions.get().ref]}
    arguments = refs.get(name, [decree.ref])
    get(user, name, *arguments)
    with CaptureQueriesContext(connection) as found:
        assert get(user, name, *arguments).status_code == 200
    return len(found)
