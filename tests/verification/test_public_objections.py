"""What everyone meets: the list of a village, the form, the answer. No account, no script, no puzzle."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from proposals.flow import State
from tests.security.leaks import clear, numbers
from uep.ui.indonesian import nama_tersamar
from verification import actions
from verification.models import Objection, Publication

pytestmark = pytest.mark.django_db
WHY = "Calon sudah mempunyai toko besar di pasar."
NANGA_BULIK = "62.09.03.1005"


@pytest.fixture(autouse=True)
def nobody_was_here():
    cache.clear()


@pytest.fixture
def publication(with_results, cast):
    rows = with_results(phone="081234567890")
    actions.publish(rows[State.ELIGIBLE].programme, by=cast.kabid, villages=[NANGA_BULIK], days=5)
    return Publication.objects.get()


def address(publication, number=1) -> str:
    return reverse("announcement:object", args=[publication.code, number])


def opened(client, url) -> str:
    """The token of a form that was opened just now."""
    return re.search(r'name="token" value="([^"]+)"', client.get(url).content.decode())[1]


def sent(client, url, *, after=60, token=None, **fields):
    """The form, opened and sent so many seconds later."""
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        token = opened(client, url) if token is None else token
    with time_machine.travel(now + timedelta(seconds=after), tick=False):
        return client.post(url, {"kind": "against", "reason": WHY, "token": token, "situs": ""} | fields)


def test_the_list_shows_masked_names_and_no_more(publication, client, django_assert_num_queries):
    url = reverse("announcement:list", args=[publication.code.lower()])
    client.get(url)
    with django_assert_num_queries(3):
        page = client.get(url).content.decode()
    for row in publication.names.select_related("proposal"):
        assert row.shown_name in page
        secrets = (row.proposal.name, row.proposal.address, row.proposal.phone, row.proposal.ref, row.proposal.register)
        assert [secret for secret in secrets if secret in page] == []
    assert not clear(page, numbers())
    assert len(page.encode()) < 20_000


def test_the_names_go_when_the_window_is_over(publication, client):
    Publication.objects.update(
        opens_on=timezone.localdate() - timedelta(days=9), closes_on=timezone.localdate() - timedelta(days=1)
    )
    page = client.get(reverse("announcement:list", args=[publication.code])).content.decode()
    assert "Masa sanggah sudah selesai" in page
    assert [row.shown_name for row in publication.names.all() if row.shown_name in page] == []
    assert client.get(address(publication)).status_code == 302


def test_anyone_objects_and_reads_the_answer_by_its_number(publication, cast, client):
    answer = sent(client, address(publication), objector="Darmaji", contact="0811")
    objection = Objection.objects.get()
    line = publication.names.get(number=1)
    assert (answer.status_code, answer["Location"]) == (303, reverse("announcement:answer", args=[objection.ref]))
    assert (objection.proposal, objection.publication, objection.kind, objection.reason, objection.channel) == (
        line.proposal, publication, "against", WHY, "public",
    )  # fmt: skip
    assert (objection.objector, objection.contact, objection.entered_by) == ("Darmaji", "0811", None)
    page = client.get(answer["Location"]).content.decode()
    assert objection.ref in page
    assert [word for word in (line.proposal.name, line.shown_name, "Darmaji", "0811", WHY) if word in page] == []
    cast.outsider.districts.clear()
    judge = type(cast.outsider).objects.get(pk=cast.outsider.pk)
    actions.decide_objection(objection, by=judge, decision="dismissed", answer="Toko itu milik kakaknya.")
    assert "Toko itu milik kakaknya." in client.get(answer["Location"]).content.decode()
    by_number = client.get(reverse("announcement:list", args=[publication.code]), {"nomor": objection.ref.lower()})
    assert by_number["Location"] == answer["Location"]


def test_sending_twice_is_one_objection(publication, client):
    token = opened(client, address(publication))
    answers = [sent(client, address(publication), token=token)["Location"] for _ in range(2)]
    assert (len(set(answers)), Objection.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"situs": "https://murah.example"}, "kosongkan kolom tersembunyi"),
        ({"after": 1}, "Tunggu beberapa detik"),
        ({"after": 4 * 60 * 60}, "terlalu lama terbuka"),
        ({"token": "1.1:abc:def"}, "terlalu lama terbuka"),
        ({"token": ""}, "terlalu lama terbuka"),
        ({"reason": "jelek"}, "Pastikan nilai ini"),
        ({"reason": "   \n   \t       "}, "Alasan belum diisi"),
        ({"kind": "for"}, "Isi sanggahan"),
        ({"kind": ""}, "Isi sanggahan belum dipilih"),
    ],
)
def test_what_a_program_or_a_slip_sends_is_refused_and_kept(publication, client, facts, sentence):
    answer = sent(client, address(publication), **facts)
    page = answer.content.decode()
    assert (answer.status_code, Objection.objects.count()) == (422, 0)
    assert sentence in page
    if "reason" not in facts:
        assert WHY in page


def test_a_token_is_good_for_its_own_line_alone(publication, client):
    token = opened(client, address(publication, 1))
    answer = sent(client, address(publication, 2), token=token)
    assert (answer.status_code, Objection.objects.count()) == (422, 0)


def test_a_form_that_was_too_quick_is_sent_again_as_it_stands(publication, client):
    url = address(publication)
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        token = opened(client, url)
        page = client.post(url, {"kind": "against", "reason": WHY, "token": token}).content.decode()
    assert f'value="{token}"' in page
    with time_machine.travel(now + timedelta(seconds=10), tick=False):
        assert client.post(url, {"kind": "against", "reason": WHY, "token": token}).status_code == 303


def test_the_trap_is_out_of_sight_and_out_of_the_way_of_the_keyboard(publication, client):
    page = client.get(address(publication)).content.decode()
    assert re.search(r'<div class="trap" aria-hidden="true">', page)
    assert re.search(r'<input[^>]*name="situs"[^>]*tabindex="-1"', page)
    assert re.search(r'<input[^>]*name="situs"[^>]*autocomplete="off"', page)


def test_a_line_whose_result_has_changed_takes_no_objection(publication, cast, client):
    number = publication.names.get(outcome=State.WAITLISTED).number
    actions.promote(publication.names.get(number=number).proposal, by=cast.kabid, reason="Ada sisa kuota.")
    answer = sent(client, address(publication, number))
    assert "sedang diperiksa kembali" in answer.content.decode()
    assert Objection.objects.count() == 0


def test_a_withdrawn_list_takes_no_objection(publication, cast, client):
    token = opened(client, address(publication))
    actions.withdraw_publication(publication, by=cast.kabid, reason="Keliru mengumumkan.")
    answer = sent(client, address(publication), token=token)
    assert (answer.status_code, Objection.objects.count()) == (302, 0)


def test_one_list_takes_so_many_an_hour_and_no_more(publication, client, monkeypatch):
    monkeypatch.setattr("verification.actions.objections.PER_HOUR", 2)
    statuses = [sent(client, address(publication), reason=f"{WHY} {n}").status_code for n in range(3)]
    assert (statuses, Objection.objects.count()) == ([303, 303, 422], 2)


def test_one_address_sends_and_reads_so_often_and_no_more(publication, client, monkeypatch):
    monkeypatch.setattr("verification.views.public.SENT_PER_HOUR", 2)
    statuses = [sent(client, address(publication), reason=f"{WHY} {n}").status_code for n in range(3)]
    assert statuses == [303, 303, 429]
    monkeypatch.setattr("verification.views.public.READS_PER_MINUTE", 1)
    cache.clear()
    url = reverse("announcement:list", args=[publication.code])
    with time_machine.travel(timezone.now().replace(second=1), tick=False):
        answers = [client.get(url) for _ in range(2)]
        elsewhere = client.get(url, REMOTE_ADDR="10.0.0.9")
    assert ([answer.status_code for answer in answers], answers[1]["Retry-After"]) == ([200, 429], "60")
    assert elsewhere.status_code == 200


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("list", ["00000000"]), ("answer", ["000000000000"]), ("object", ["00000000", 1]), ("list", ["<script>"])],
)
def test_what_is_not_there_is_said_to_be_unknown(publication, client, name, arguments):
    answer = client.get(reverse(f"announcement:{name}", args=arguments))
    assert (answer.status_code, "<script>" in answer.content.decode().replace("<script src", "")) == (404, False)


def test_a_number_that_no_line_has_is_not_found(publication, client):
    assert client.get(address(publication, 99)).status_code == 404


def test_the_names_of_the_list_are_those_of_the_mask(publication):
    assert [row.shown_name for row in publication.names.select_related("proposal")] == [
        nama_tersamar(row.proposal.name) for row in publication.names.select_related("proposal")
    ]
