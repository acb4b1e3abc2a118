"""Each of the team stands by the minutes, on the bytes that were read."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from oversight.queries import desk
from proposals.flow import State
from proposals.models import Proposal
from tests.papers.golden import words_of
from tests.verification.phone import shot
from uep.access.access import Refused, why_not
from uep.documents.actions import reissue
from uep.documents.queries import document_of, documents_of_many
from uep.ui.indonesian import tanggal
from verification import actions, queries
from verification.models import FieldVisit, MinutesConfirmation, VisitPhoto
from verification.queries.minutes import PAPER, for_annex, standings, to_confirm

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


def test_several_minutes_are_one_line_of_the_desk(walk, cast, run_jobs):
    rows = walk.proposals_at(State.ASSESSED)
    rows += walk.proposals_at(State.ASSESSED, programme=rows[0].programme)
    for row in rows:
        assignment = Proposal.objects.get(pk=row.pk).assignments.get()
        actions.draw_up_minutes(assignment, by=cast.staff, date=timezone.localdate())
    run_jobs()
    day = tanggal(timezone.localdate())
    lines = [(task.title, task.url) for task in desk.tasks(cast.staff) if task.title.startswith("Konfirmasi")]
    oldest = to_confirm(cast.staff).first()
    assert lines == [
        (f"Konfirmasi 2 berita acara, yang tertua {day}", reverse("verification:confirm_minutes", args=[oldest.ref]))
    ]


def test_anyone_reads_how_many_of_the_team_have_confirmed_and_not_who(minutes, cast, client):
    def said():
        page = client.get(document_of(PAPER, minutes).get_check_url()).content.decode()
        assert [user.full_name for user in (cast.staff, cast.colleague) if user.full_name in page] == []
        return [words for words in ("0 dari 2", "1 dari 2", "2 dari 2") if f"{words} anggota tim" in page]

    assert said() == ["0 dari 2"]
    confirm(minutes, cast.staff)
    assert said() == ["1 dari 2"]
    confirm(minutes, cast.colleague)
    assert said() == ["2 dari 2"]
    reissue(PAPER, minutes, by=cast.kabid, reason="Salah tulis.")
    assert said() == []  # the new paper is not drawn yet


# Which photos ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def photographed(walk, cast):
    """A visit that was handed in with five photos, in no minutes yet; one of them is the signature."""
    [proposal] = walk.proposals_at(State.COMPLETE)
    walk.assigned([proposal])
    proposal = Proposal.objects.get(pk=proposal.pk)
    visit = actions.record_visit(
        proposal, by=cast.staff, visited_at=timezone.now(), found="moved", met="Tetangga",
        recommendation="ineligible", reason="Pindah ke kota.",
    )  # fmt: skip
    subjects = ("signature", "house", "house", "business", "other")
    for number, subject in enumerate(subjects):
        upload = SimpleUploadedFile(f"{number}.jpg", shot(number))
        actions.photograph(visit, by=cast.staff, **{subject: [upload]})
    actions.assess(proposal, by=cast.staff)
    return FieldVisit.objects.get(pk=visit.pk)


def annexed(visit) -> list[str]:
    return [photo.subject for photo in for_annex(list(queries.photos_shown().filter(visit=visit)))]


def test_without_a_choice_the_annex_shows_the_first_two_pictures(photographed):
    assert annexed(photographed) == ["business", "house"]


def test_the_team_or_kabid_chooses_until_there_are_minutes(photographed, cast, client, who_may):
    assert who_may("verification.choose_photos", photographed) == {"staff", "colleague", "kabid"}
    url = reverse("verification:choose_photos", args=[photographed.ref])
    photos = {photo.subject: photo for photo in photographed.photos.all()}
    client.force_login(cast.staff)
    assert client.post(url, {"photos": [photos["other"].pk, photos["signature"].pk]}).status_code == 303
    assert annexed(photographed) == ["other", "signature"]
    assert client.post(url, {}).status_code == 303
    assert annexed(photographed) == ["business", "house"]
    actions.draw_up_minutes(photographed.assignment, by=cast.staff, date=timezone.localdate())
    assert why_not(cast.kabid, "verification.choose_photos", photographed) == "Kunjungan ini sudah masuk berita acara."


def test_a_choice_is_of_the_visits_own_photos_and_of_four_at_most(photographed, cast, walk):
    with pytest.raises(ValidationError, match="Pilih paling banyak 4 foto"):
        actions.choose_photos(photographed, by=cast.kabid, photos=list(photographed.photos.all()))
    walk.proposals_at(State.ASSESSED, programme=photographed.proposal.programme)
    foreign = VisitPhoto.objects.exclude(visit=photographed).first()
    with pytest.raises(ValidationError, match="1 foto tidak ada pada kunjungan ini"):
        actions.choose_photos(photographed, by=cast.kabid, photos=[foreign])
    assert VisitPhoto.objects.filter(is_for_minutes=True).count() == 0


def test_the_annex_says_how_many_photos_it_leaves_out(photographed, cast, run_jobs):
    actions.draw_up_minutes(photographed.assignment, by=cast.staff, date=timezone.localdate())
    run_jobs()
    document = document_of(PAPER, photographed.minutes.get())
    with default_storage.open(document.file) as stored:
        content = stored.read()
    assert "2 dari 5 foto; yang lain tersimpan pada usulan." in words_of(content)
