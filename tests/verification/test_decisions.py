"""Kabid's word, four eyes by person, and the ways back."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from proposals.flow import State
from proposals.models import Proposal
from uep.access.access import Refused, why_not
from uep.access.roles import Role
from verification import actions, queries
from verification.models import FieldVisit

pytestmark = pytest.mark.django_db
DECISIONS = {
    "approve": State.ELIGIBLE,
    "waitlist": State.WAITLISTED,
    "decline": State.INELIGIBLE,
    "revisit": State.COMPLETE,
}
VALIDATE_PAGE = 52  # queries: four for the room of the programme, three each for the neighbours and a second look, two for the choice of photos
FOUR_EYES = "Anda ikut memverifikasi di lapangan; validasi harus oleh orang lain."


@pytest.fixture
def assessed(proposal_at):
    """Visited by staff, with colleague on the team."""
    return proposal_at(State.ASSESSED)


@pytest.mark.parametrize(("verb", "target"), DECISIONS.items())
def test_a_decision_moves_it_and_keeps_its_reason(assessed, cast, client, verb, target):
    client.force_login(cast.kabid)
    url = reverse(f"verification:{verb}", args=[assessed.ref])
    assert client.post(url, {"reason": "ya"}).status_code == 422
    answer = client.post(url, {"reason": "Sesuai hasil kunjungan."})
    step = assessed.steps.first()
    assert (answer.status_code, answer["Location"]) == (303, assessed.get_absolute_url())
    assert (step.act, step.target, step.note, step.by) == (
        f"verification.{verb}", target, "Sesuai hasil kunjungan.", cast.kabid,
    )  # fmt: skip
    assert Proposal.objects.get(pk=assessed.pk).state == target


@pytest.mark.parametrize("verb", DECISIONS)
def test_a_decision_without_reason_is_refused_by_the_action_too(assessed, cast, verb):
    with pytest.raises(ValidationError, match="Tulis alasannya"):
        getattr(actions, verb)(assessed, by=cast.kabid, reason="  ")
    assert Proposal.objects.get(pk=assessed.pk).state == State.ASSESSED


@pytest.mark.parametrize("verb", [*DECISIONS, "validate"])
def test_only_kabid_decides(assessed, who_may, verb):
    assert who_may(f"verification.{verb}", assessed) == {"kabid"}


@pytest.mark.parametrize("verb", DECISIONS)
def test_only_what_was_assessed_is_decided(proposal_at, cast, verb):
    proposal = proposal_at(State.COMPLETE)
    with pytest.raises(Refused, match=r"Usulan ini tidak sedang menunggu validasi\."):
        getattr(actions, verb)(proposal, by=cast.kabid, reason="Sesuai hasil kunjungan.")


@pytest.mark.parametrize("verb", DECISIONS)
@pytest.mark.parametrize("name", ["staff", "colleague"])
def test_who_was_on_the_team_does_not_validate_even_standing_in_as_kabid(assessed, cast, stand_in, verb, name):
    acting = stand_in(getattr(cast, name), Role.DIVISION_HEAD)
    assert why_not(acting, f"verification.{verb}", assessed) == FOUR_EYES
    with pytest.raises(Refused, match="validasi harus oleh orang lain"):
        getattr(actions, verb)(assessed, by=acting, reason="Sesuai hasil kunjungan.")


def test_who_was_on_an_earlier_team_does_not_validate_either(assessed, walk, cast, stand_in):
    """The second team has other people; the first one has seen the household all the same."""
    actions.revisit(assessed, by=cast.kabid, reason="Lihat gudangnya.")
    cast.outsider.districts.clear()
    today = timezone.localdate()
    actions.assign_team(
        assessed.programme, by=cast.kabid, proposals=[assessed], leader=cast.outsider, members=[],
        starts=today, ends=today, purpose="Kunjungan ulang",
    )  # fmt: skip
    visit = actions.record_visit(
        assessed, by=cast.outsider, visited_at=timezone.now(), found=FieldVisit.Found.MOVED, met="Ketua RT",
        recommendation="ineligible", reason="Sudah pindah.",
    )  # fmt: skip
    visit.photos.create(subject="house", file=assessed.attachments.first().file, by=cast.outsider)
    actions.assess(assessed, by=cast.outsider)
    assert why_not(stand_in(cast.colleague, Role.DIVISION_HEAD), "verification.approve", assessed) == FOUR_EYES


def test_someone_else_standing_in_as_kabid_validates_on_that_letter(assessed, cast, stand_in):
    acting = stand_in(cast.outsider, Role.DIVISION_HEAD)
    actions.approve(assessed, by=acting, reason="Sesuai hasil kunjungan.")
    step = assessed.steps.first()
    assert step.by == cast.outsider
    assert step.post.startswith("Plh. ")
    assert "SPT No. 800/12/BKPSDM/2026" in step.acting_basis


def test_the_page_of_validation_shows_all_of_it_and_offers_four_ways(assessed, cast, client):
    client.force_login(cast.kabid)
    page = client.get(reverse("verification:validate", args=[assessed.ref])).content.decode()
    told = [
        "Usaha berjalan dan modal terbatas.",
        "Warung sembako di depan rumah",
        "DTSEN, desil 2.",
        "SPTJM calon penerima",
    ]
    assert [text for text in told if text not in page] == []
    for verb in DECISIONS:
        assert f'formaction="{reverse(f"verification:{verb}", args=[assessed.ref])}"' in page
    assert str(assessed.nik) not in page


def test_the_page_of_validation_asks_a_fixed_number_of_queries(assessed, cast, client, django_assert_num_queries):
    client.force_login(cast.kabid)
    url = reverse("verification:validate", args=[assessed.ref])
    client.get(url)
    with django_assert_num_queries(VALIDATE_PAGE):
        client.get(url)


def test_the_page_of_validation_tells_a_team_member_why_not(assessed, cast, stand_in, client):
    client.force_login(stand_in(cast.staff, Role.DIVISION_HEAD))
    page = client.get(reverse("verification:validate", args=[assessed.ref])).content.decode()
    assert FOUR_EYES in page
    assert "formaction" not in page


def test_the_page_of_validation_is_kabids(assessed, statuses):
    found = statuses(reverse("verification:validate", args=[assessed.ref]))
    assert (found[200], set(found)) == ({"kabid"}, {200, 403})


def test_a_waitlisted_household_is_promoted(proposal_at, cast, who_may):
    proposal = proposal_at(State.WAITLISTED)
    assert who_may("verification.promote", proposal) == {"kabid"}
    assert actions.promote(proposal, by=cast.kabid, reason="Satu penerima mundur.").state == State.ELIGIBLE
    with pytest.raises(Refused, match="tidak ada di daftar cadangan"):
        actions.promote(proposal, by=cast.kabid, reason="Satu penerima mundur.")


def test_an_objection_that_is_upheld_brings_it_back_to_the_desk(proposal_at, cast, who_may):
    proposal = proposal_at(State.INELIGIBLE)
    assert who_may("verification.uphold_objection", proposal) == {"kabid"}
    assert actions.uphold_objection(proposal, by=cast.kabid, reason="Data lama keliru.").state == State.ASSIGNED


def test_an_objection_fails_when_the_household_was_proposed_anew(proposal_at, walk, cast):
    proposal = proposal_at(State.INELIGIBLE)
    walk.draft(proposal.programme, nik=str(proposal.nik), kk_number=str(proposal.kk_number))
    with pytest.raises(ValidationError, match="sudah punya usulan lain"):
        actions.uphold_objection(proposal, by=cast.kabid, reason="Data lama keliru.")
    assert Proposal.objects.get(pk=proposal.pk).state == State.INELIGIBLE


def test_visited_by_knows_the_whole_team_and_nobody_else(assessed, cast):
    seen = {name for name, user in vars(cast).items() if queries.visited_by(user, assessed)}
    assert seen == {"staff", "colleague"}


def test_the_norm_runs_on_within_the_step(assessed, cast):
    """A revisit starts no new two days: the SOP gives them to the whole of step 2."""
    due = assessed.due_at
    assert due > timezone.now() - timedelta(minutes=1)
    assert actions.revisit(assessed, by=cast.kabid, reason="Lihat gudangnya.").due_at == due
