"""A move cannot be silent, and a rolled-back move cannot be told."""

import pytest
from django.db import transaction

from notices import actions
from notices.audience import AUDIENCE
from notices.models import Notice
from proposals import actions as proposal_acts
from proposals.flow import State, edges
from proposals.models import StepRecord
from tests.decrees.test_rising import stands_in
from uep.access.roles import Role

pytestmark = pytest.mark.django_db


def told():
    return list(Notice.objects.order_by("user__username", "pk").values_list("user__username", "sentence"))


def test_every_act_of_the_flow_has_its_audience():
    moves_nobody = {"proposals.draft", "verification.give_time"}  # but both are in the journey
    assert set(AUDIENCE) == {edge.act for edge in edges()} | moves_nobody


def test_a_sent_letter_is_told_once_to_those_who_dispose(walk, run_jobs):
    walk.proposals_at(State.SUBMITTED, 3)
    run_jobs()
    assert told() == [
        ("kadis", "3 usulan Nanga Bulik masuk dan menunggu disposisi."),
        ("sekretaris", "3 usulan Nanga Bulik masuk dan menunggu disposisi."),
    ]
    assert StepRecord.objects.filter(announced_at=None).count() == 0


def test_announcing_again_tells_nobody_twice(walk):
    walk.proposals_at(State.SUBMITTED)
    actions.announce()
    before = told()
    assert (actions.announce(), told()) == (0, before)


def test_a_move_that_was_rolled_back_is_not_told(walk, cast):
    [proposal] = walk.proposals_at(State.SUBMITTED)
    actions.announce()
    before = told()
    with transaction.atomic():
        proposal_acts.send_back(proposal, by=cast.secretary, note="KTP tidak terbaca, foto ulang.")
        transaction.set_rollback(True)
    assert (actions.announce(), told()) == (0, before)


def test_a_village_hears_of_its_own_households_only(walk, cast):
    walk.proposals_at(State.RETURNED)
    actions.announce()
    assert Notice.objects.filter(user=cast.bob).count() == 0
    assert Notice.objects.filter(user=cast.alice).first().sentence == "Siti Uji 1 perlu diperbaiki."


def test_nobody_is_told_what_they_did_themselves(walk, cast):
    walk.proposals_at(State.RETURNED)
    actions.announce()
    assert Notice.objects.filter(user=cast.staff, act="verification.return_for_correction").count() == 0


def test_a_signature_is_told_once_however_many_villages_it_names(walk, cast):
    programme = walk.programme()
    rows = walk.proposals_at(State.ELIGIBLE, 2, programme=programme)
    [other] = walk.proposals_at(State.ELIGIBLE, programme=programme, by=cast.bob)
    draft = walk.drafted([*rows, other])
    while actions.announce():
        pass
    Notice.objects.all().delete()
    walk.signed(draft)
    actions.announce()
    assert told() == [
        ("alice", f"2 usulan {cast.alice.village} ditetapkan sebagai penerima."),
        ("bank", "SK baru memuat 3 usulan dari 2 desa/kelurahan; periksa rekeningnya."),
        ("bob", f"{other.name} ditetapkan sebagai penerima."),
        ("kabid", "SK untuk 3 usulan dari 2 desa/kelurahan ditandatangani."),
    ]


def test_who_stands_in_for_a_post_hears_what_its_holder_hears(walk, cast):
    stands_in(cast.kabid, Role.OFFICE_HEAD)
    walk.proposals_at(State.SUBMITTED)
    actions.announce()
    assert {name for name, _ in told()} == {"kadis", "kabid", "sekretaris"}


def test_reading_all_marks_only_ones_own(client, walk, cast):
    walk.proposals_at(State.SUBMITTED)
    actions.announce()
    client.force_login(cast.secretary)
    assert client.post("/pemberitahuan/dibaca/").status_code == 303
    unread = Notice.objects.unread().values_list("user__username", flat=True)
    assert list(unread) == ["kadis"]


def test_the_page_shows_what_is_new_and_offers_to_put_it_aside(client, walk, cast):
    walk.proposals_at(State.SUBMITTED)
    actions.announce()
    client.force_login(cast.secretary)
    page = client.get("/pemberitahuan/")
    assert [notice.sentence for notice in page.context["page"]] == ["Siti Uji 1 masuk dan menunggu disposisi."]
    assert (page.context["unread"], "Tandai semua sudah dibaca" in page.content.decode()) == (1, True)
    client.post("/pemberitahuan/dibaca/")
    page = client.get("/pemberitahuan/")
    assert (page.context["unread"], "Tandai semua sudah dibaca" in page.content.decode()) == (0, False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_makes_the_same_number_of_queries_for_any_number(client, walk, cast, count, django_assert_num_queries):
    [proposal] = walk.proposals_at(State.SUBMITTED)
    for _ in range(count - 1):
        walk.proposals_at(State.SUBMITTED, programme=proposal.programme)
    actions.announce()
    client.force_login(cast.secretary)
    with django_assert_num_queries(6):
        assert len(client.get("/pemberitahuan/").context["page"].rows) == count
