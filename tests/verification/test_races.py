"""Two at once, each on a connection of its own: one wins, the other reads the rule's sentence."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from proposals.flow import State
from proposals.models import Proposal
from uep.access.access import Refused
from uep.access.roles import Role
from uep.documents.models import OfficialDocument
from verification import actions
from verification.models import Assignment, Minutes, SecondCheck

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable) -> list:
    """What each call returned or raised; all begin together."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=20)
            return call()
        except (Refused, ValidationError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def refusals(results) -> list[str]:
    return [
        " ".join(result.messages) if isinstance(result, ValidationError) else str(result)
        for result in results
        if isinstance(result, Exception)
    ]


def test_two_decide_about_the_same_household(proposal_at, cast, stand_in):
    proposal = proposal_at(State.ASSESSED)
    acting = stand_in(cast.outsider, Role.DIVISION_HEAD)
    results = at_once(
        lambda: actions.approve(proposal, by=cast.kabid, reason="Sesuai hasil kunjungan."),
        lambda: actions.decline(proposal, by=acting, reason="Tidak sesuai hasil kunjungan."),
    )
    assert refusals(results) == ["Usulan ini tidak sedang menunggu validasi."]
    assert proposal.steps.filter(source=State.ASSESSED).count() == 1
    assert Proposal.objects.get(pk=proposal.pk).state == proposal.steps.first().target


def test_two_at_the_desk_send_the_same_proposal_on_and_back(proposal_at, walk, cast):
    proposal = proposal_at(State.ASSIGNED)
    walk.check_all(proposal)
    results = at_once(
        lambda: actions.pass_on(proposal, by=cast.staff),
        lambda: actions.reject(proposal, by=cast.colleague, reason="Pensiunan PNS."),
    )
    assert refusals(results) == ["Usulan ini tidak sedang diperiksa berkasnya."]


def test_two_check_the_same_item(proposal_at, cast):
    proposal = proposal_at(State.ASSIGNED)
    results = at_once(
        lambda: actions.check(proposal, by=cast.staff, verdicts={"ktp": ("right", "")}),
        lambda: actions.check(proposal, by=cast.colleague, verdicts={"ktp": ("wrong", "Buram.")}),
    )
    assert refusals(results) == []
    assert proposal.desk_checks.count() == 1


def test_two_send_a_team_to_the_same_household(walk, cast, stand_in):
    first, second = walk.proposals_at(State.COMPLETE, 2)
    acting = stand_in(cast.outsider, Role.DIVISION_HEAD)
    today = timezone.localdate()

    def send(by, leader, households):
        return lambda: actions.assign_team(
            first.programme, by=by, proposals=households, leader=leader, members=[], starts=today, ends=today,
            purpose="Verifikasi",
        )  # fmt: skip

    results = at_once(send(cast.kabid, cast.staff, [first]), send(acting, cast.colleague, [first, second]))
    assert len(refusals(results)) == 1
    assert Assignment.objects.count() == 1
    numbers = list(OfficialDocument.objects.filter(paper="surat_tugas").values_list("number", flat=True))
    assert [number.split("/")[1] for number in numbers] == ["1"]  # the loser's number was given back


def test_two_draw_up_minutes_of_the_same_visits(walk, cast):
    rows = walk.proposals_at(State.COMPLETE, 2)
    assignment = walk.assigned(rows)
    for proposal in rows:
        walk.visited(proposal)
    today = timezone.localdate()
    results = at_once(
        lambda: actions.draw_up_minutes(assignment, by=cast.staff, date=today),
        lambda: actions.draw_up_minutes(assignment, by=cast.kabid, date=today),
    )
    assert refusals(results) == ["Semua kunjungan sudah masuk berita acara."]
    assert [row.visits.count() for row in Minutes.objects.all()] == [2]


def test_the_same_post_twice_decides_once(proposal_at, cast, client):
    proposal = proposal_at(State.ASSESSED)
    client.force_login(cast.kabid)
    url = reverse("verification:approve", args=[proposal.ref])
    answers = [client.post(url, {"reason": "Sesuai hasil kunjungan."}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 403]
    assert "Usulan ini tidak sedang menunggu validasi." in answers[1].content.decode()
    assert proposal.steps.filter(act="verification.approve").count() == 1


def test_the_same_visit_posted_twice_is_one_visit(walk, cast, client):
    proposal = walk.proposals_at(State.COMPLETE)[0]
    walk.assigned([proposal])
    client.force_login(cast.staff)
    url = reverse("verification:record_visit", args=[proposal.ref])
    data = {"visited_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "found": "found", "met": "Siti"}
    assert [client.post(url, data).status_code for _ in range(2)] == [303, 303]
    assert proposal.visits.count() == 1


def test_two_draw_at_once_from_the_same_page(walk, cast, stand_in):
    rows = walk.proposals_at(State.ASSESSED, 2)
    acting = stand_in(cast.outsider, Role.DIVISION_HEAD)
    programme = rows[0].programme
    results = at_once(*(
        lambda by=by: actions.draw_sample(programme, by=by, count=1, seen=0, reason="Uji petik.")
        for by in (cast.kabid, acting)
    ))  # fmt: skip
    assert [sentence.split(".")[0] for sentence in refusals(results)] == ["Undian lain baru saja dibuat di program ini"]
    assert SecondCheck.objects.count() == 1


def test_two_conclude_at_once(walk, cast, stand_in):
    (proposal,) = walk.proposals_at(State.ASSESSED)
    acting = stand_in(cast.outsider, Role.DIVISION_HEAD)
    draw = actions.draw_sample(proposal.programme, by=cast.kabid, share=100, reason="Uji petik.")
    task = draw.checks.get()
    results = at_once(*(
        lambda by=by: actions.conclude_second_check(task, by=by, verdict="dropped", reason="Rumahnya kosong.")
        for by in (cast.kabid, acting)
    ))  # fmt: skip
    assert refusals(results) == ["Verifikasi ulang ini sudah disimpulkan."]
    assert task.words.count() == 1
