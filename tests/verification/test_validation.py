"""The page on which Kabid decides: places in words and on a map, and from one household to the next."""

from decimal import Decimal

import pytest
from django.urls import reverse

from proposals.flow import State
from proposals.models import Proposal
from tests.verification.test_trust import HERE, household, photo, village_at, visited  # noqa: F401 - fixtures
from verification import actions, queries
from verification.queries.places import apart, places_of

pytestmark = pytest.mark.django_db
VILLAGE = "Kelurahan Nanga Bulik, Kec. Bulik"


@pytest.fixture
def three(walk):
    """Three households that wait, in the order of the queue."""
    rows = walk.proposals_at(State.ASSESSED, 3)
    return sorted(rows, key=lambda row: (row.due_at, row.pk))


def page_of(client, proposal) -> str:
    return client.get(reverse("verification:validate", args=[proposal.ref])).content.decode()


def decide(client, proposal, **facts):
    url = reverse("verification:approve", args=[proposal.ref])
    return client.post(url, {"reason": "Sesuai hasil kunjungan."} | facts)


def test_neighbours_are_those_of_the_queue_and_after_the_last_comes_the_first(three, cast):
    first, second, third = three
    found = [queries.neighbours_in_queue(cast.kabid, row) for row in three]
    assert found == [(None, second), (first, third), (second, first)]


def test_a_household_alone_has_no_neighbours_and_one_that_does_not_wait_only_the_first(three, cast):
    first, second, third = three
    for row in (second, third):
        actions.waitlist(row, by=cast.kabid, reason="Kuota terbatas.")
    assert queries.neighbours_in_queue(cast.kabid, first) == (None, None)
    assert queries.neighbours_in_queue(cast.kabid, Proposal.objects.get(pk=third.pk)) == (None, first)


def test_whoever_has_no_due_time_comes_last(three, cast):
    first, second, third = (Proposal.objects.get(pk=row.pk) for row in three)
    Proposal.objects.filter(pk__in=[first.pk, second.pk]).update(due_at=None)
    late = sorted((first, second), key=lambda row: row.pk)
    rows = [Proposal.objects.get(pk=row.pk) for row in (third, *late)]
    found = [queries.neighbours_in_queue(cast.kabid, row) for row in rows]
    assert found == [(None, late[0]), (third, late[1]), (late[0], third)]


def test_the_page_leads_to_both_neighbours(three, cast, client):
    first, second, third = three
    client.force_login(cast.kabid)
    page = page_of(client, second)
    assert f'href="{reverse("verification:validate", args=[first.ref])}" data-key="b"' in page
    assert f'href="{reverse("verification:validate", args=[third.ref])}" data-key="n"' in page
    assert f'name="lanjut" value="{third.ref}" checked' in page


def test_after_a_decision_one_goes_on_to_the_next_household(three, cast, client):
    first, second, third = three
    client.force_login(cast.kabid)
    answer = decide(client, first, lanjut=second.ref)
    assert (answer.status_code, answer["Location"]) == (303, reverse("verification:validate", args=[second.ref]))
    assert f"{first.name}: Usulan dinyatakan layak." in page_of(client, second)
    actions.waitlist(third, by=cast.kabid, reason="Kuota terbatas.")
    # Somebody else has decided over it meanwhile: on to whatever waits, then to the empty queue.
    answer = decide(client, second, lanjut=third.ref)
    assert answer["Location"] == reverse("verification:list") + "?antrean=validasi"


def test_a_decision_goes_on_to_households_of_the_queue_only(three, cast, client):
    first, second, _ = three
    client.force_login(cast.kabid)
    assert decide(client, first, lanjut="//evil.example")["Location"] == reverse(
        "verification:validate", args=[second.ref]
    )


def test_a_visit_in_its_village_and_its_photos_are_told_in_words(visited, village_at, cast):  # noqa: F811
    village_at(111.2, -2.1)
    visit = visited()
    near = photo(visit, cast, taken_at=visit.visited_at, place=(HERE[0] + Decimal("0.0004"), HERE[1]))
    off = photo(visit, cast, taken_at=visit.visited_at, place=(HERE[0] + Decimal("0.02"), HERE[1]))
    places = places_of(visit, [near, off])
    assert [(spot.mark, spot.label, spot.words, spot.tone) for spot in places.spots] == [
        ("K", "Kunjungan", f"di dalam batas {VILLAGE}", "success"),
        ("1", "Foto 1, rumah tampak depan", "40 m dari posisi kunjungan", "info"),
        ("2", "Foto 2, rumah tampak depan", "2,2 km dari posisi kunjungan", "warning"),
    ]
    assert ([row["label"] for row in places.area], places.missing) == ([VILLAGE], [])


def test_far_outside_is_red_and_a_little_outside_is_not(visited, village_at):  # noqa: F811
    village_at(111.30, -2.1)
    [spot] = places_of(visited(), []).spots
    assert (spot.words, spot.tone) == (f"9,7 km di luar batas {VILLAGE}", "danger")
    village_at(111.215, -2.1)
    [spot] = places_of(visited(), []).spots
    assert (spot.words, spot.tone) == (f"300 m di luar batas {VILLAGE}", "success")


def test_without_a_boundary_there_are_words_and_no_map_without_a_position_that(visited, cast):  # noqa: F811
    visit = visited()
    places = places_of(visit, [])
    assert ([spot.words for spot in places.spots], places.area) == ([f"batas {VILLAGE} belum dimuat"], [])
    bare = visited((None, None), accuracy=None)
    assert places_of(bare, []) == ([], [], ["Kunjungan"])


def test_the_map_stands_on_the_page_with_the_same_words(visited, village_at, household, cast, client):  # noqa: F811
    village_at(111.2, -2.1)
    visit = visited(met="Siti", identity_matches=True, lives_there=True, business_exists=True,
                    recommendation="eligible", reason="Usaha berjalan.")  # fmt: skip
    photo(visit, cast, taken_at=visit.visited_at, place=HERE)
    actions.assess(household, by=cast.staff)
    client.force_login(cast.kabid)
    page = page_of(client, household)
    assert page.count("<circle ") == 2
    for words in (f"Kunjungan: di dalam batas {VILLAGE}", "Foto 1, rumah tampak depan: 0 m dari posisi kunjungan"):
        assert words in page


@pytest.mark.parametrize(
    ("metres", "words"),
    [(0.0, "0 m"), (7.6, "8 m"), (44.0, "40 m"), (994.9, "990 m"), (996, "1,0 km"), (12_400, "12 km")],
)
def test_distances_read_as_people_say_them(metres, words):
    assert apart(metres) == words
