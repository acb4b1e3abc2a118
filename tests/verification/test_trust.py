"""What does not fit together in a visit is said to Kabid, with figures."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

import verification.actions as acts
from proposals.flow import State
from proposals.models import Proposal
from tests.verification.phone import shot
from uep.files.actions import take_in
from uep.files.photo_facts import Position
from uep.registry.actions import load_boundaries
from uep.ui.indonesian import tanggal, waktu
from verification.models import PlannedVisit, VisitPhoto
from verification.queries.trust import doubts

pytestmark = pytest.mark.django_db
HERE = (Decimal("-2.012345"), Decimal("111.212345"))


@pytest.fixture
def household(walk):
    (proposal,) = walk.proposals_at(State.COMPLETE)
    walk.assigned([proposal])
    PlannedVisit.objects.filter(proposal=proposal).update(
        day=timezone.localdate()
    )  # also where today is no working day
    return Proposal.objects.get(pk=proposal.pk)


@pytest.fixture
def visited(household, cast):
    """Call it with where (and when) the visit was."""

    def visit(place=HERE, **facts):
        latitude, longitude = place
        given = {
            "visited_at": timezone.now(),
            "found": "found",
            "latitude": latitude,
            "longitude": longitude,
            "accuracy": 10,
        }
        return acts.record_visit(household, by=cast.staff, **given | facts)

    return visit


@pytest.fixture
def village_at(household):
    """Call it with west and south of the square of a tenth of a degree that the village is."""

    def load(west, south):
        east, north = west + 0.1, south + 0.1
        square = [[[west, south], [east, south], [east, north], [west, north], [west, south]]]
        feature = {
            "type": "Feature",
            "properties": {"kode": household.village_id, "nama": ""},
            "geometry": {"type": "Polygon", "coordinates": square},
        }
        load_boundaries(json.dumps({"type": "FeatureCollection", "features": [feature]}).encode())

    return load


def photo(visit, cast, *, taken_at, place, accuracy=10.0) -> VisitPhoto:
    file = take_in(
        SimpleUploadedFile("rumah.jpg", shot(30)),
        by=cast.staff,
        accept=frozenset({"image"}),
        keep_position=True,
        position=Position(*place, accuracy),
        taken_at=taken_at,
    )
    return VisitPhoto.objects.create(visit=visit, subject="house", file=file, by=cast.staff)


def test_a_visit_in_its_village_on_its_day_raises_no_doubt(visited, village_at, cast):
    village_at(111.2, -2.1)
    visit = visited()
    assert doubts(visit, [photo(visit, cast, taken_at=visit.visited_at, place=HERE)]) == []


@pytest.mark.parametrize(
    ("west", "sentence"),
    [
        (111.215, []),  # 300 metres: boundaries are rough
        (111.30, ["Posisi kunjungan 9,7 km di luar batas Kelurahan Nanga Bulik, Kec. Bulik."]),
        (111.40, ["Posisi kunjungan 21 km di luar batas Kelurahan Nanga Bulik, Kec. Bulik."]),
    ],
)
def test_far_from_the_village_is_said_with_the_distance(visited, village_at, west, sentence):
    village_at(west, -2.1)
    assert doubts(visited(), []) == sentence


def test_without_boundaries_nothing_is_said_of_the_village_and_without_a_place_that(visited):
    assert doubts(visited(), []) == []
    bare = visited((None, None), accuracy=None)
    assert doubts(bare, []) == ["Kunjungan ini tanpa koordinat."]


def test_another_day_than_planned_is_said(visited, household):
    visit = visited()
    planned = timezone.localdate() + timedelta(days=1)
    PlannedVisit.objects.filter(proposal=household).update(day=planned)
    assert doubts(visit, []) == [f"Direncanakan {tanggal(planned)}, dikunjungi {tanggal(timezone.localdate())}."]


def test_photos_of_another_time_and_place_are_said(visited, cast):
    visit = visited()
    before = visit.visited_at - timedelta(hours=13)
    elsewhere = (HERE[0] + Decimal("0.02"), HERE[1])
    assert doubts(visit, [photo(visit, cast, taken_at=before, place=elsewhere)]) == [
        f"Foto rumah tampak depan diambil {waktu(before)}, bukan pada waktu kunjungan.",
        "Foto rumah tampak depan diambil 2,2 km dari posisi kunjungan.",
    ]


def test_kabid_reads_it_where_the_decision_is_made(visited, household, cast, client):
    visit = visited((None, None), accuracy=None, met="Siti", identity_matches=True, lives_there=True, business_exists=True,
                    recommendation="eligible", reason="Usaha berjalan.")  # fmt: skip
    acts.photograph(visit, by=cast.staff, house=[SimpleUploadedFile("rumah.jpg", shot(31))])
    acts.assess(household, by=cast.staff)
    client.force_login(cast.kabid)
    page = client.get(f"/verifikasi/{household.ref}/validasi/").content.decode()
    assert "Kunjungan ini tanpa koordinat." in page
