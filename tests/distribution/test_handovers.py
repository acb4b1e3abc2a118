"""SOP step 6: the handover with the recipient's own proof, and the visits after it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

import distribution.actions as acts
from distribution.models import Handover, MentoringVisit
from proposals.flow import State
from proposals.models import Requirement
from tests.distribution.conftest import fresh, states
from tests.distribution.test_agreements import at_once
from tests.walk import upload
from uep.access.access import Refused
from uep.documents.models import OfficialDocument
from uep.documents.queries import document_of


@pytest.fixture
def paid(office_at_work):
    """A decree whose recipients have their money."""
    decree = office_at_work.decree(2)
    office_at_work.paid(office_at_work.listed(decree))
    return decree


def test_a_handover_issues_its_minutes_for_the_village_to_see(office_at_work, paid):
    handover = office_at_work.handed_over(paid.recipients.first())
    assert states(paid) == [State.HANDED_OVER, State.PAID]
    paper = document_of("bast", handover)
    assert (paper.village, paper.facts["date"]) == (office_at_work.cast.alice.village, str(handover.date))
    assert paper in OfficialDocument.objects.visible_to(office_at_work.cast.alice)
    assert paper not in OfficialDocument.objects.visible_to(office_at_work.cast.bob)
    assert paper not in OfficialDocument.objects.visible_to(office_at_work.cast.bank)


def test_a_handover_waits_for_the_money(office_at_work):
    decree = office_at_work.briefed(office_at_work.decree(1))
    with pytest.raises(Refused, match="setelah dana tersalur"):
        office_at_work.handed_over(decree.recipients.get())


def test_a_handover_is_recorded_once(office_at_work, paid):
    recipient = paid.recipients.first()
    office_at_work.handed_over(recipient)
    with pytest.raises(Refused, match="setelah dana tersalur"):
        office_at_work.handed_over(recipient)
    assert Handover.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"date": timezone.localdate() + timedelta(days=2)}, "setelah hari ini"),
        ({"date": timezone.localdate() - timedelta(days=3)}, "sebelum dana tersalur"),
        ({"identity_checked": False}, "Periksa KTP"),
        ({"proxy_name": "Budi"}, "Unggah surat kuasa"),
    ],
)
def test_an_odd_handover_is_refused(office_at_work, paid, changes, sentence):
    with pytest.raises(ValidationError, match=sentence):
        office_at_work.handed_over(paid.recipients.first(), **changes)
    assert states(paid) == [State.PAID, State.PAID]


def test_a_proxy_brings_a_letter(office_at_work, paid):
    handover = office_at_work.handed_over(paid.recipients.first(), proxy_name="Budi", proxy_letter=upload("kuasa.jpg"))
    assert (handover.proxy_name, handover.proxy_letter.content_type) == ("Budi", "image/jpeg")


def test_a_handover_never_changes(office_at_work, paid):
    handover = office_at_work.handed_over(paid.recipients.first())
    with pytest.raises(Exception, match="append_only"):
        Handover.objects.filter(pk=handover.pk).update(witness="Orang lain")


def test_a_paper_that_is_due_with_the_handover_is_asked_for(office_at_work, paid):
    office_at_work.programme.requirements.create(
        code="rencana", label="Rencana usaha", needed_from=State.HANDED_OVER, owner=Requirement.Owner.HOUSEHOLD
    )
    with pytest.raises(ValidationError, match="Rencana usaha belum diunggah"):
        office_at_work.handed_over(paid.recipients.first())


@pytest.mark.parametrize("who", ["alice", "bank", "kabid", "secretary", "head", "auditor", "regent", "admin"])
def test_only_staff_hand_over(office_at_work, paid, who):
    with pytest.raises(Refused, match="Peran Anda"):
        acts.hand_over(
            fresh(paid.recipients.first()),
            by=getattr(office_at_work.cast, who),
            date=timezone.localdate(),
            place="-",
            identity_checked=True,
            witness="-",
            witness_title="-",
            photo=upload(),
            signature=upload(),
        )


def test_the_page_takes_photo_and_signature(office_at_work, paid, client):
    recipient = paid.recipients.first()
    client.force_login(office_at_work.cast.staff, backend="django.contrib.auth.backends.ModelBackend")
    url = f"/penyaluran/penerima/{recipient.ref}/serah-terima/"
    data = {
        "date": f"{timezone.localdate():%Y-%m-%d}",
        "place": "Balai desa",
        "identity_checked": "on",
        "witness": "Rahmat",
        "witness_title": "Lurah",
    }
    assert client.post(url, data).status_code == 422
    answer = client.post(url, data | {"photo": upload(), "signature": upload("ttd.jpg")})
    assert answer.status_code == 303
    assert Handover.objects.get().place == "Balai desa"


def visited(office, recipient, day=None):
    return acts.visit(
        fresh(recipient),
        by=office.cast.staff,
        visited_on=day or timezone.localdate(),
        condition=MentoringVisit.Condition.GROWING,
        advice="Lanjutkan.",
        photo=upload(),
    )


def test_visits_begin_after_the_handover_and_once_a_day(office_at_work, paid):
    first, second = paid.recipients.all()
    with pytest.raises(Refused, match="setelah serah terima"):
        visited(office_at_work, second)
    office_at_work.handed_over(first)
    visited(office_at_work, first)
    for day, sentence in (
        (None, "sudah dicatat"),
        (timezone.localdate() + timedelta(days=1), "setelah hari ini"),
        (timezone.localdate() - timedelta(days=1), "setelah serah terima"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            visited(office_at_work, first, day)
    assert MentoringVisit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_handovers_at_once_are_one(office_at_work):
    decree = office_at_work.decree(1)
    office_at_work.paid(office_at_work.listed(decree))
    recipient = decree.recipients.get()
    told = at_once(lambda: office_at_work.handed_over(recipient), lambda: office_at_work.handed_over(recipient))
    assert sorted(told) == ["", "Serah terima dicatat setelah dana tersalur."]
    assert OfficialDocument.objects.filter(paper="bast").count() == 1
