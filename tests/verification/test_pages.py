"""Pages that only read: the queues, assignments, visits, and what stands on the page of a proposal."""

import pytest
from django.urls import reverse
from django.utils import timezone

from proposals.flow import State
from proposals.models import Proposal
from proposals.sections import offers_for
from verification import actions, queries
from verification.models import Assignment, DeskCheck

pytestmark = pytest.mark.django_db
OFFICE = {"staff", "colleague", "outsider", "kabid", "secretary", "head", "auditor"}
REST = {"alice", "bob", "regent", "bank", "charlie", "admin"}
LIST = "/verifikasi/"
QUERIES = {"berkas": 9, "tim": 10, "kunjungan": 10, "validasi": 10, "assignment": 25, "assignments": 7}


@pytest.fixture
def queues(walk):
    """One household in each queue of step 2: at the desk, without a team, with one, before Kabid."""
    programme = walk.programme()
    rows = [walk.draft(programme) for _ in range(4)]
    walk.disposed(walk.submitted(rows))
    rows = list(Proposal.objects.order_by("pk"))
    walk.completed(rows[1:])
    walk.assigned(rows[2:])
    walk.visited(rows[3])
    return dict(zip(["berkas", "tim", "kunjungan", "validasi"], rows, strict=True))


def names_on(client, user, query) -> list[str]:
    client.force_login(user)
    return [proposal.name for proposal in client.get(f"{LIST}?{query}").context["page"]]


def test_each_household_waits_in_its_own_queue(queues, cast, client):
    assert queries.waiting(cast.kabid) == dict.fromkeys(queues, 1)
    for queue, proposal in queues.items():
        assert names_on(client, cast.kabid, f"antrean={queue}") == [proposal.name]


def test_the_office_sees_the_queues_of_its_area_only(queues, cast, statuses, client):
    assert statuses(LIST) == {200: OFFICE, 403: REST}
    assert queries.waiting(cast.outsider) == dict.fromkeys(queues, 0)
    assert [names_on(client, cast.outsider, f"antrean={queue}") for queue in queues] == [[], [], [], []]


@pytest.mark.parametrize(
    ("name", "queue"), [("staff", "berkas"), ("kabid", "tim"), ("auditor", "berkas"), ("outsider", "berkas")]
)
def test_without_a_choice_the_own_queue_is_shown(queues, cast, client, name, queue):
    client.force_login(getattr(cast, name))
    assert client.get(LIST).context["queue"] == queue


def test_at_the_desk_mine_come_first_then_those_of_nobody(walk, cast, client):
    programme = walk.programme()
    rows = [walk.draft(programme) for _ in range(3)]
    walk.disposed(walk.submitted(rows), to=cast.kabid)
    rows = list(Proposal.objects.order_by("pk"))
    for proposal, person in ((rows[0], cast.colleague), (rows[2], cast.staff)):
        actions.check(proposal, by=person, verdicts={"ktp": (DeskCheck.Verdict.RIGHT, "")})
    assert names_on(client, cast.staff, "antrean=berkas") == [rows[2].name, rows[1].name, rows[0].name]
    assert names_on(client, cast.colleague, "antrean=berkas") == [rows[0].name, rows[1].name, rows[2].name]


def test_in_the_field_my_team_comes_first(walk, cast, client):
    first, second = walk.proposals_at(State.COMPLETE, 2)
    today = timezone.localdate()
    for proposal, leader in ((first, cast.colleague), (second, cast.staff)):
        actions.assign_team(
            proposal.programme, by=cast.kabid, proposals=[proposal], leader=leader, members=[],
            starts=today, ends=today, purpose="Verifikasi",
        )  # fmt: skip
    assert names_on(client, cast.staff, "antrean=kunjungan") == [second.name, first.name]


def test_queues_are_searched_and_narrowed(queues, walk, cast, client):
    other = walk.proposals_at(State.ASSIGNED, programme=walk.programme(name="UEP Barang"), by=cast.bob)[0]
    mine = queues["berkas"]
    assert names_on(client, cast.kabid, "antrean=berkas") == [mine.name, other.name]
    for query, found in (
        (f"cari={other.name}", [other.name]),
        (f"program={mine.programme.ref}", [mine.name]),
        (f"wilayah={other.village.parent_id}", [other.name]),
        (f"wilayah={mine.village_id}", [mine.name]),
        ("wilayah=99.99", [mine.name, other.name]),
        ("cari=zzz", []),
    ):
        assert names_on(client, cast.kabid, f"antrean=berkas&{query}") == found


@pytest.mark.parametrize("queue", ["berkas", "tim", "kunjungan", "validasi"])
def test_a_queue_asks_the_same_number_of_queries_for_one_and_for_three(
    queues, walk, cast, client, django_assert_num_queries, queue
):
    state = {"berkas": State.ASSIGNED, "tim": State.COMPLETE, "kunjungan": State.COMPLETE, "validasi": State.ASSESSED}[
        queue
    ]
    client.force_login(cast.kabid)
    url = f"{LIST}?antrean={queue}"
    client.get(url)
    with django_assert_num_queries(QUERIES[queue]):
        client.get(url)
    more = walk.proposals_at(state, 2, programme=queues["tim"].programme)
    if queue == "kunjungan":
        walk.assigned(more)
    with django_assert_num_queries(QUERIES[queue]):
        assert len(client.get(url).context["page"]) == 3


def test_kabid_is_offered_a_journey_by_district(queues, cast, client):
    client.force_login(cast.kabid)
    page = client.get(f"{LIST}?antrean=tim").content.decode()
    programme = queues["tim"].programme
    assert f"{reverse('verification:assign_team', args=[programme.ref])}?kecamatan=62.09.03" in page
    assert "Kecamatan Bulik: 1 rumah tangga" in page
    client.force_login(cast.staff)
    assert "Kecamatan Bulik: 1 rumah tangga" not in client.get(f"{LIST}?antrean=tim").content.decode()


# Assignments and visits -----------------------------------------------------------------------------------------------


def test_an_assignment_is_seen_by_the_office_of_its_area(queues, statuses, cast, client):
    assignment = Assignment.objects.get()
    seen = {200: OFFICE - {"outsider"}, 404: {"outsider"}, 403: REST}
    assert statuses(assignment.get_absolute_url()) == seen
    assert statuses(reverse("verification:field_sheet", args=[assignment.ref])) == seen
    assert statuses(reverse("verification:assignments")) == {200: OFFICE, 403: REST}
    client.force_login(cast.outsider)
    assert list(client.get(reverse("verification:assignments")).context["page"]) == []


def test_an_assignment_shows_its_route_and_how_far_it_is(queues, cast, client):
    client.force_login(cast.staff)
    context = client.get(Assignment.objects.get().get_absolute_url()).context
    assert [
        (row.name, visit and visit.submitted_at is not None) for day in context["days"] for row, visit, _ in day.stops
    ] == [
        (queues["kunjungan"].name, None),
        (queues["validasi"].name, True),
    ]
    assert (context["visited"], [str(person) for person in context["team"]]) == (1, ["Sari Uji", "Tono Uji"])


def test_pages_of_an_assignment_ask_the_same_for_two_and_for_four(
    queues, walk, cast, client, django_assert_num_queries
):
    client.force_login(cast.staff)
    assignment = Assignment.objects.get()
    counts = []
    for _ in range(2):
        client.get(assignment.get_absolute_url())
        with django_assert_num_queries(QUERIES["assignment"]):
            client.get(assignment.get_absolute_url())
        with django_assert_num_queries(QUERIES["assignments"]):
            counts.append(
                [(a.visited, a.households) for a in client.get(reverse("verification:assignments")).context["page"]]
            )
        assignment.proposals.add(*walk.proposals_at(State.COMPLETE, 2, programme=queues["tim"].programme))
    assert counts == [[(1, 2)], [(1, 4)]]


def test_a_visit_is_seen_by_the_office_of_its_area(queues, statuses):
    visit = queues["validasi"].visits.get()
    assert statuses(visit.get_absolute_url()) == {200: OFFICE - {"outsider"}, 404: {"outsider"}, 403: REST}


# On the page of a proposal --------------------------------------------------------------------------------------------


def sections(client, user, proposal) -> list[str]:
    client.force_login(user)
    return [section.title for section in client.get(proposal.get_absolute_url()).context["sections"]]


def test_the_village_sees_its_defects_and_no_working(proposal_at, cast, client):
    proposal = proposal_at(State.RETURNED)
    assert sections(client, cast.alice, proposal) == ["Kekurangan yang pernah disebut"]
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert "Belum bermeterai." in page
    assert "Hanya bagian yang disebut pada pemeriksaan terakhir yang dapat diubah." in page
    assert sections(client, cast.staff, proposal)[:2] == ["Kekurangan yang pernah disebut", "Pemeriksaan berkas"]


def test_the_office_sees_desk_and_field_on_the_page_of_a_proposal(queues, cast, client):
    proposal = queues["validasi"]
    assert sections(client, cast.auditor, proposal)[:2] == ["Pemeriksaan berkas", "Verifikasi lapangan"]
    assert "Usaha berjalan dan modal terbatas." in client.get(proposal.get_absolute_url()).content.decode()
    assert sections(client, cast.alice, proposal) == []
    assert "Usaha berjalan dan modal terbatas." not in client.get(proposal.get_absolute_url()).content.decode()


def test_acts_are_offered_where_they_make_sense(queues, walk, cast):
    def offered(proposal):
        return [act for act in offers_for(proposal) if act.startswith("verification.")]

    assert {queue: offered(proposal_now(p)) for queue, p in queues.items()} == {
        "berkas": [
            "verification.check",
            "verification.pass_on",
            "verification.return_for_correction",
            "verification.reject",
        ],
        "tim": ["verification.record_visit"],
        "kunjungan": ["verification.record_visit"],
        "validasi": ["verification.validate"],
    }


def proposal_now(proposal):
    return Proposal.objects.get(pk=proposal.pk)
