"""Each of the team stands by the minutes, on the bytes that were read."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from oversight.queries import desk
from proposals.flow import State
from proposals.models import Proposal
from uep.access.access import Refused, why_not
from uep.documents.actions import reissue
from uep.documents.queries import document_of, documents_of_many
from uep.ui.indonesian import tanggal
from verification import actions, queries
from verification.models import MinutesConfirmation
from verification.queries.minutes import PAPER, standings, to_confirm

pytestmark = pytest.mark.django_db
NOT_ON_THE_TEAM = "Berita acara dikonfirmasi oleh anggota tim yang berkunjung, masing-masing dengan akunnya sendiri."


@pytest.fixture
def queued(walk, cast):
    """Minutes whose paper is not rendered yet."""
    [proposal] = walk.proposals_at(State.ASSESSED)
    assignment = Proposal.objects.get(pk=proposal.pk).assignments.get()
    actions.draw_up_minutes(assignment, by=cast.staff, date=timezone.localdate())
    return assignment.minutes.get()


@pytest.fixture
def minutes(queued, run_jobs):
    run_jobs()
    return queued


def confirm(minutes, by):
    return actions.confirm_minutes(minutes, by=by, sha256=document_of(PAPER, minutes).sha256)


def told(minutes) -> dict[str, bool]:
    rows = standings([minutes], documents_of_many([minutes]), queries.team_of(minutes.assignment))
    return {standing.person.username: standing.at is not None for standing in rows[minutes.pk]}


def test_only_the_team_confirms_and_only_what_is_there_to_be_read(queued, cast, who_may, run_jobs):
    assert who_may("verification.confirm_minutes", queued) == set()
    assert why_not(cast.staff, "verification.confirm_minutes", queued) == "Berita acara ini masih disusun."
    run_jobs()
    assert who_may("verification.confirm_minutes", queued) == {"staff", "colleague"}
    assert why_not(cast.outsider, "verification.confirm_minutes", queued) == NOT_ON_THE_TEAM


def test_each_confirms_once_for_themselves(minutes, cast):
    assert told(minutes) == {"sari": False, "tono": False}
    confirm(minutes, cast.colleague)
    assert told(minutes) == {"sari": False, "tono": True}
    with pytest.raises(Refused, match=r"Anda sudah mengonfirmasi berita acara ini\."):
        confirm(minutes, cast.colleague)
    confirm(minutes, cast.staff)
    assert told(minutes) == {"sari": True, "tono": True}


def test_other_bytes_than_were_read_are_not_confirmed(minutes, cast):
    with pytest.raises(ValidationError, match="berubah sejak Anda membukanya"):
        actions.confirm_minutes(minutes, by=cast.staff, sha256="0" * 64)
    assert not MinutesConfirmation.objects.exists()


def test_a_paper_that_takes_its_place_asks_everybody_again(minutes, cast, run_jobs):
    confirm(minutes, cast.staff)
    assert list(to_confirm(cast.staff)) == []
    reissue(PAPER, minutes, by=cast.kabid, reason="Salah ketik nama desa.")
    assert told(minutes) == {"sari": False, "tono": False}
    run_jobs()
    assert told(minutes) == {"sari": False, "tono": False}
    assert list(to_confirm(cast.staff)) == [minutes]
    confirm(minutes, cast.staff)
    assert told(minutes) == {"sari": True, "tono": False}
    assert MinutesConfirmation.objects.count() == 2


def test_what_was_confirmed_stays(minutes, cast):
    confirm(minutes, cast.staff)
    for change in (
        lambda: MinutesConfirmation.objects.update(by=cast.colleague),
        lambda: MinutesConfirmation.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()


def test_the_page_shows_what_is_confirmed_and_says_so_afterwards(minutes, cast, client):
    client.force_login(cast.staff)
    url, document = reverse("verification:confirm_minutes", args=[minutes.ref]), document_of(PAPER, minutes)
    page = client.get(url).content.decode()
    assert (document.get_download_url() in page, document.sha256 in page) == (True, True)
    assert client.post(url, {"sha256": document.sha256}).status_code == 422  # not read
    answer = client.post(url, {"sha256": document.sha256, "has_read": "on"})
    assert (answer.status_code, answer["Location"]) == (303, minutes.assignment.get_absolute_url())
    assert told(minutes) == {"sari": True, "tono": False}


def test_kabid_sees_who_has_not_confirmed(minutes, cast, client):
    confirm(minutes, cast.staff)
    client.force_login(cast.kabid)
    page = client.get(minutes.assignment.get_absolute_url()).content.decode()
    assert (page.count(">dikonfirmasi<"), page.count(">belum<")) == (1, 1)
    assert reverse("verification:confirm_minutes", args=[minutes.ref]) not in page


def test_it_waits_on_the_desk_of_each_of_the_team(minutes, cast):
    def waiting(user):
        return [
            task.url for task in desk.tasks(user) if task.title == f"Konfirmasi berita acara {tanggal(minutes.date)}"
        ]

    url = reverse("verification:confirm_minutes", args=[minutes.ref])
    assert [waiting(user) for user in (cast.staff, cast.colleague, cast.outsider, cast.kabid)] == [[url], [url], [], []]
    confirm(minutes, cast.staff)
    assert [waiting(user) for user in (cast.staff, cast.colleague)] == [[], [url]]


@pytest.mark.parametrize(("days", "asked"), [(59, True), (60, False)])
def test_after_two_months_nobody_is_asked_any_more(minutes, cast, days, asked):
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        assert list(to_confirm(cast.staff)) == ([minutes] if asked else [])
