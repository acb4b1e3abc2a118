"""The same photo used for two households is shown to who decides, both beside each other."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

import proposals.actions as proposal_acts
import verification.actions as acts
from proposals.flow import State
from tests.files.test_prints import CHANGES, jpeg, scene
from verification.models import FieldVisit, PlannedVisit
from verification.queries import likeness
from verification.queries.trust import doubts

pytestmark = pytest.mark.django_db


def photo(seed: int, change="written anew"):
    return SimpleUploadedFile("foto.jpg", (CHANGES[change] if change else jpeg)(scene(seed)))


@pytest.fixture
def visited(walk, cast):
    """Call it with households and the photos of their visits: assigned together, visited, photographed, handed in."""

    def visit(**photos):
        rows = walk.proposals_at(State.COMPLETE, len(photos))
        walk.assigned(rows)
        # Also where today is no working day, so that the plan says another one.
        PlannedVisit.objects.filter(proposal__in=rows).update(day=timezone.localdate())
        for row, uploads in zip(rows, photos.values(), strict=True):
            seen = acts.record_visit(
                row, by=cast.staff, visited_at=timezone.now(), found=FieldVisit.Found.FOUND, met="Siti",
                identity_matches=True, lives_there=True, business_exists=True, recommendation="eligible",
                reason="Usaha berjalan.", indicators={"walls": True, "light": True}, latitude="-2.1", longitude="111.2",
            )  # fmt: skip
            acts.photograph(seen, by=cast.staff, **uploads)
            acts.assess(row, by=cast.staff)
        return rows

    return visit


def told(proposal, user):
    return [
        (pair.mine.label, pair.other.proposal, pair.other.label, pair.other.is_seen)
        for pair in likeness.pairs_of(proposal, user)
    ]


def test_a_photo_of_two_visits_is_shown_to_kabid_beside_the_other(visited, cast, client):
    one, other = visited(one={"business": [photo(1)], "house": [photo(3)]}, other={"business": [photo(1, "darker")]})
    expected = [("Foto kunjungan: tempat usaha", other, "Foto kunjungan: tempat usaha", True)]
    assert told(one, cast.kabid) == expected
    visit = one.visits.get()
    assert doubts(visit, list(visit.photos.all())) == [
        "Foto tempat usaha sama atau sangat mirip dengan foto pada usulan lain."
    ]
    client.force_login(cast.kabid)
    page = client.get(reverse("verification:validate", args=[one.ref])).content.decode()
    for row in (one, other):
        shot = row.visits.get().photos.get(subject="business")
        assert page.count(f"{reverse('verification:photo', args=[shot.ref])}?kecil") >= 1
    assert other.name in page


def test_a_paper_of_the_village_is_compared_too_of_whatever_year(visited, walk, cast):
    earlier = walk.draft(walk.programme(year=timezone.localdate().year - 1))
    requirement = earlier.programme.requirements.get(code="foto_usaha")
    proposal_acts.attach(earlier, by=cast.alice, requirement=requirement, uploads=[photo(1)])
    (one,) = visited(one={"business": [photo(1, "shrunk")]})
    # A draft is the village's own: the office hears that there is one, and no more.
    label = f"Berkas: {requirement.label.lower()}"
    assert told(one, cast.kabid) == [("Foto kunjungan: tempat usaha", earlier, label, False)]


def test_who_may_not_see_the_other_is_not_told_who_it_is(visited, walk, cast, client):
    earlier = walk.draft(walk.programme(name="UEP lain"), name="Rahasia Benar")
    requirement = earlier.programme.requirements.get(code="foto_usaha")
    proposal_acts.attach(earlier, by=cast.alice, requirement=requirement, uploads=[photo(1)])
    shot = earlier.attachments.filter(requirement=requirement).latest("pk")
    (one,) = visited(one={"business": [photo(1, "shrunk")]})
    client.force_login(cast.kabid)
    page = client.get(reverse("verification:validate", args=[one.ref])).content.decode()
    assert "dengan foto sebuah usulan yang tidak dapat Anda buka" in page
    assert (shot.ref in page, "Rahasia Benar" in page) == (False, False)


def test_what_is_no_doubt(visited, cast):
    """Another photo, the same household's own, a signature, a photo put aside, a blank one."""
    one, other = visited(
        one={"business": [photo(1)], "house": [photo(1, "darker")], "signature": [photo(5)], "other": [photo(6)]},
        other={"business": [photo(2)], "signature": [photo(5, "shrunk")], "thumb": [photo(1)]},
    )
    assert (told(one, cast.kabid), told(other, cast.kabid)) == ([], [])


def test_a_discarded_photo_is_not_held_against_anybody(walk, cast):
    rows = walk.proposals_at(State.COMPLETE, 2)
    walk.assigned(rows)
    for row in rows:
        visit = acts.record_visit(row, by=cast.staff, visited_at=timezone.now(), found="found")
        acts.photograph(visit, by=cast.staff, business=[photo(1)])
    assert [len(told(row, cast.kabid)) for row in rows] == [1, 1]
    acts.discard_photo(rows[1].visits.get().photos.get(), by=cast.staff)
    assert [told(row, cast.kabid) for row in rows] == [[], []]


def test_five_queries_however_many_photos(visited, cast, django_assert_num_queries):
    photos = [photo(seed) for seed in range(1, 6)]
    one, _, _ = visited(
        one={"business": photos}, other={"business": [photo(1), photo(2)]}, third={"business": [photo(1), photo(4)]}
    )
    with django_assert_num_queries(5):
        pairs = likeness.pairs_of(one, cast.kabid)
    assert [pair.more for pair in sorted(pairs, key=lambda pair: pair.mine.file)] == [1, 0, 0]
