"""The pages of steps 4 to 6: who sees which, and at what cost."""

from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import distribution.actions as acts
from distribution import queries
from tests.distribution.conftest import fresh
from tests.distribution.test_layouts import facts as layout_facts
from tests.walk import upload
from uep.access.access import RULES


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
        "receipts": [told["decree"].ref, told["good"].village_id],
        "village_invitation": [told["session"].ref, told["good"].village_id],
    }[name]


# Staff of another kecamatan see that there is a decree, never who is on it.
OUTSIDER = dict.fromkeys(READS, 200) | {"recipient": 404, "nominative_xlsx": 403, "payment_list_xlsx": 403}


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
        "outsider": OUTSIDER[name],
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


PROOFS = ["handover_file", "visit_photo", "receipt", "receipts", "handover_roll", "village_invitation", "session_photo"]


@pytest.mark.parametrize("name", PROOFS)
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
    ("name", "own"),
    [
        ("handover_file", 200),
        ("visit_photo", 200),
        ("receipt", 200),
        ("receipts", 200),
        ("village_invitation", 200),
        ("session_photo", 404),
    ],
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


def test_every_act_opens_for_the_role_that_owns_it(office_at_work, get):
    """One page for each act that can be done, with the form that it needs; and not for the role beside it."""
    office, cast = office_at_work, office_at_work.cast
    new, agreed = office.decree(2), office.agreed(office.decree(2))
    planned, listed = office.planned(agreed), office.listed(office.decree(4))
    paid, failed, open_line, _ = listed.payments.all()
    acts.pay(listed, by=cast.bank, payments=[paid], paid_on=timezone.localdate())
    office.failed(failed, "bank")
    done = office.listed(office.decree(1))
    office.paid(done)
    office.handed_over(done.payments.get().recipient)
    sealed = acts.send_list(office.briefed(office.decree(1)), by=cast.kabid)
    copy = acts.take_list(listed, by=cast.bank)
    layout = acts.add_layout(cast.kabid, by=cast.kabid, **layout_facts(cast.bank.bank))
    waiting, ready = office.agreed(office.decree(1)), office.briefed(office.decree(1))
    pages = {
        ("reveal_accounts", new.ref): ("bank", "kabid"),
        ("accept_accounts", new.ref): ("bank", "staff"),
        ("check_account", new.recipients.first().ref): ("bank", "alice"),
        ("correct_account", new.recipients.first().ref): ("alice", "bank"),
        ("propose_agreement", new.ref): ("kabid", "staff"),
        ("confirm_agreement", office.proposed(new).ref): ("bank", "secretary"),
        ("plan_session", waiting.ref): ("staff", "bank"),
        ("record_session", planned.ref): ("staff", "kabid"),
        ("cancel_session", planned.ref): ("kabid", "bank"),
        ("add_paper", open_line.recipient.ref): ("staff", "bank"),
        ("send_list", ready.ref): ("kabid", "staff"),
        ("release_list", sealed.ref): ("secretary", "kabid"),
        ("recall_list", sealed.ref): ("kabid", "bank"),
        ("reverse_payment", paid.ref): ("bank", "kabid"),
        ("return_funds", listed.decree.ref): ("kabid", "bank"),
        ("take_list", listed.ref): ("bank", "kabid"),
        ("show_password", copy.ref): ("bank", "kabid"),
        ("edit_layout", layout.ref): ("kabid", "bank"),
        ("record_sp2d", listed.ref): ("kabid", "bank"),
        ("pay", listed.ref): ("bank", "kabid"),
        ("fail_payment", open_line.ref): ("bank", "staff"),
        ("read_results", listed.ref): ("bank", "kabid"),
        ("retry", failed.recipient.ref): ("staff", "alice"),
        ("hand_over", paid.recipient.ref): ("staff", "kabid"),
        ("visit", done.payments.get().recipient.ref): ("staff", "auditor"),
    }
    answers = {
        name: tuple(get(getattr(cast, who), name, ref).status_code for who in people)
        for (name, ref), people in pages.items()
    }
    answers["add_layout"] = tuple(get(user, "add_layout").status_code for user in (cast.kabid, cast.bank))
    assert answers == dict.fromkeys(answers, (200, 403))
    acts_of_the_app = {name.removeprefix("distribution.") for name in RULES if name.startswith("distribution.")}
    assert set(answers) == acts_of_the_app - {"view", "view_proof", "view_layouts"}


@pytest.mark.parametrize("name", ["reveal_accounts", "accept_accounts", "propose_agreement", "pay", "read_results"])
def test_the_pages_of_another_banks_acts_are_not_there(office_at_work, get, post, name):
    disbursement = office_at_work.listed(office_at_work.decree(1))
    ref = disbursement.ref if name in {"pay", "read_results"} else disbursement.decree.ref
    assert get(office_at_work.cast.charlie, name, ref).status_code == 404
    assert post(office_at_work.cast.charlie, name, ref, {}).status_code == 404


def test_all_that_a_filter_finds_is_accepted_and_the_rest_is_not(office_at_work, post):
    decree = office_at_work.decree(3)
    sent = post(office_at_work.cast.bank, "accept_accounts", decree.ref, {"which": "all"}, "?cari=0002")
    assert (sent.status_code, sent.url) == (303, reverse("distribution:decree", args=[decree.ref]))
    assert queries.account_counts(decree) == {"valid": 1, "wrong": 0, "unchecked": 2, "absent": 0}


def test_ticked_rows_are_accepted_and_ticking_none_is_a_fault(office_at_work, post):
    decree = office_at_work.decree(3)
    bank = office_at_work.cast.bank
    empty = post(bank, "accept_accounts", decree.ref, {"which": "chosen"})
    assert empty.status_code == 422
    assert "Centang sedikitnya satu baris" in empty.content.decode()
    data = {"which": "chosen", "rows": [decree.recipients.first().pk]}
    assert post(bank, "accept_accounts", decree.ref, data).status_code == 303
    again = post(bank, "accept_accounts", decree.ref, data)  # the same form once more
    assert again.status_code == 422
    assert queries.account_counts(decree) == {"valid": 1, "wrong": 0, "unchecked": 2, "absent": 0}


def test_a_row_of_another_decree_cannot_be_ticked(office_at_work, post):
    decree, other = office_at_work.decree(1), office_at_work.decree(1)
    data = {"which": "chosen", "rows": [other.recipients.get().pk]}
    assert post(office_at_work.cast.bank, "accept_accounts", decree.ref, data).status_code == 422
    assert queries.account_counts(other)["unchecked"] == 1


def test_payments_are_confirmed_with_date_and_reference(office_at_work, post):
    disbursement = office_at_work.listed(office_at_work.decree(3))
    rows = [line.pk for line in disbursement.payments.all()[:2]]
    data = {"which": "chosen", "rows": rows, "paid_on": f"{timezone.localdate():%Y-%m-%d}", "reference": "TRX-77"}
    sent = post(office_at_work.cast.bank, "pay", disbursement.ref, data)
    assert (sent.status_code, sent.url) == (303, disbursement.get_absolute_url())
    assert list(disbursement.payments.values_list("status", "bank_reference")) == [
        ("paid", "TRX-77"),
        ("paid", "TRX-77"),
        ("waiting", ""),
    ]


def test_a_refused_act_says_why_and_changes_nothing(office_at_work, post):
    decree = office_at_work.decree(1)
    answer = post(office_at_work.cast.kabid, "send_list", decree.ref)
    assert answer.status_code == 403
    assert "Kesepakatan penyaluran belum disetujui kedua pihak." in answer.content.decode()


def test_a_long_list_is_paged_and_a_long_choice_is_cut(office_at_work, get, monkeypatch):
    monkeypatch.setattr("distribution.forms.choosing.SHOWN", 10)
    decree = office_at_work.decree(60)
    first = get(office_at_work.cast.bank, "recipients", decree.ref)
    second = get(
        office_at_work.cast.bank, "recipients", decree.ref, **dict(parse_qsl(first.context["page"].next_url[1:]))
    )
    assert [line["row"].position for line in second.context["lines"]] == list(range(26, 51))
    choice = get(office_at_work.cast.bank, "accept_accounts", decree.ref)
    assert "Ditampilkan 10 dari 60." in choice.content.decode()


def test_what_is_wrong_with_an_account_reaches_the_village(office_at_work, client):
    recipient = office_at_work.decree(1).recipients.get()
    office_at_work.judged(recipient, why="Nama di bank SITI AMINAH")
    client.force_login(office_at_work.cast.alice, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(recipient.proposal.get_absolute_url()).content.decode()
    assert "Nama di bank SITI AMINAH" in page
    url = reverse("distribution:correct_account", args=[recipient.ref])
    assert url in page
    sent = client.post(url, {"account_number": "1250 0777 7777", "account_name": " Siti  Aminah "})
    assert (sent.status_code, sent.url) == (303, recipient.proposal.get_absolute_url())
    account = fresh(recipient).proposal
    assert (account.account_number, account.account_name) == ("125007777777", "Siti Aminah")


def test_staff_of_another_area_read_no_names_and_invite_nobody(office_at_work, get):
    decree = office_at_work.listed(office_at_work.decree(2)).decree
    for name in ("recipients", "disbursement"):
        ref = decree.ref if name == "recipients" else decree.disbursements.get().ref
        assert "Siti Uji" not in get(office_at_work.cast.outsider, name, ref).content.decode()
    waiting = office_at_work.agreed(office_at_work.decree(1))
    page = get(office_at_work.cast.outsider, "plan_session", waiting.ref)
    assert (page.status_code, page.context["form"].count) == (200, 0)
