"""The village's meeting: written down, matched to households, compared with what was sent."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from proposals import actions
from proposals.models import CoverLetter, Deliberation, Proposal, RankedName
from proposals.queries import deliberations as queries
from uep.access.access import Refused, why_not

pytestmark = pytest.mark.django_db
LETTER_PAGE = 11  # queries, one more than without minutes
NAMES = ["Siti Aminah", "Budi Santoso", "Sutrisno"]


@pytest.fixture
def letter(walk):
    """A letter with three drafts, entered in the order of NAMES."""
    programme = walk.programme()
    for name in NAMES:
        walk.draft(programme, name=name)
    return walk.letter(programme)


def record(letter, cast, names, *, by=None, **facts):
    told = {
        "held_on": timezone.localdate() - timedelta(days=3), "place": "Balai kelurahan", "chair": "Rahmat", "attended": 40,
        "women": 18,
    }  # fmt: skip
    return actions.record_deliberation(letter, by=by or cast.alice, names=names, **told | facts)


def compared(letter) -> tuple:
    letter = CoverLetter.objects.get(pk=letter.pk)
    found = queries.compare(letter, queries.names_of(letter.deliberation), list(letter.proposals.all()))
    return (
        [line.name for line in found.left_out], [row.name for row in found.added], [line.name for line in found.moved],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("names", "differences"),
    [
        (NAMES, ([], [], [])),
        (["SITI AMINAH", "Budi  Santosa", "Soetrisno"], ([], [], [])),
        ([*NAMES, "Orang Lain"], (["Orang Lain"], [], [])),
        (NAMES[:2], ([], ["Sutrisno"], [])),
        (["Sutrisno", "Siti Aminah", "Budi Santoso"], ([], [], ["Sutrisno"])),
        (["Orang Lain", "Budi Santoso", "Siti Aminah"], (["Orang Lain"], ["Sutrisno"], ["Budi Santoso"])),
    ],
)
def test_the_minutes_are_compared_with_the_letter(letter, cast, names, differences):
    record(letter, cast, names)
    left_out, added, moved = compared(letter)
    assert (left_out, added, len(moved)) == (differences[0], differences[1], len(differences[2]))
    if len(names) == 3 and differences[2] == ["Sutrisno"]:
        assert moved == ["Sutrisno"]


def test_a_household_that_withdraws_is_left_out(letter, walk, cast):
    record(letter, cast, NAMES)
    actions.submit(letter, by=cast.alice)
    actions.withdraw(Proposal.objects.get(name="Sutrisno"), by=cast.kabid, reason="Pindah domisili")
    assert compared(letter) == (["Sutrisno"], [], [])


def test_one_household_is_meant_by_one_line_the_best(letter, cast):
    record(letter, cast, ["Siti Amina", "Siti Aminah", "Budi Santoso", "Sutrisno"])
    meant = {line.name: line.proposal and line.proposal.name for line in RankedName.objects.select_related("proposal")}
    assert sorted(filter(None, meant.values())) == sorted(NAMES)
    assert meant["Siti Aminah"] == "Siti Aminah"


def test_only_the_own_village_writes_and_only_before_it_is_sent(letter, cast):
    assert {name for name, user in vars(cast).items() if why_not(user, "proposals.record_deliberation", letter) is None} == {"alice"}  # fmt: skip
    record(letter, cast, NAMES)
    record(letter, cast, NAMES[:2])
    assert (Deliberation.objects.count(), RankedName.objects.count()) == (1, 2)
    actions.submit(letter, by=cast.alice)
    with pytest.raises(Refused, match="sudah dicatat dan suratnya sudah dikirim"):
        record(letter, cast, NAMES)


def test_a_letter_that_was_sent_without_minutes_may_get_them_once(letter, cast):
    actions.submit(letter, by=cast.alice)
    record(letter, cast, NAMES)
    with pytest.raises(Refused, match="sudah dicatat"):
        record(CoverLetter.objects.get(pk=letter.pk), cast, NAMES)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"names": []}, "satu nama tiap baris"),
        ({"names": ["Siti", "Siti"]}, "Tertulis dua kali: Siti"),
        ({"names": ["A" * 121]}, "terlalu panjang"),
        ({"names": [f"Nama {n}" for n in range(301)]}, "Paling banyak 300"),
        ({"women": 41}, "tidak mungkin lebih banyak"),
        ({"held_on": timezone.localdate() + timedelta(days=1)}, "setelah hari ini"),
    ],
)
def test_slips_are_said_and_nothing_is_kept(letter, cast, facts, sentence):
    with pytest.raises(ValidationError, match=sentence):
        record(letter, cast, **{"names": NAMES} | facts)
    assert Deliberation.objects.count() == 0


def test_the_page_takes_a_copied_list_and_lets_a_match_be_changed(letter, cast, client):
    client.force_login(cast.alice)
    url = reverse("proposals:record_deliberation", args=[letter.ref])
    told = {
        "held_on": f"{timezone.localdate():%Y-%m-%d}", "place": "Balai", "chair": "Rahmat", "attended": "30",
        "names": "1. Siti Aminah\n2) Budi Santoso\n\n 3 - Mbah Tris\n",
    }  # fmt: skip
    assert client.post(url, told).status_code == 303
    lines = list(RankedName.objects.values_list("rank", "name", "proposal__name"))
    assert lines == [(1, "Siti Aminah", "Siti Aminah"), (2, "Budi Santoso", "Budi Santoso"), (3, "Mbah Tris", None)]
    page = client.get(url).content.decode()
    assert "3. Mbah Tris" in page
    refs = {row.name: row.ref for row in Proposal.objects.all()}
    chosen = {"usulan_1": refs["Siti Aminah"], "usulan_2": refs["Budi Santoso"], "usulan_3": refs["Sutrisno"]}
    assert client.post(url, told | chosen).status_code == 303
    assert compared(letter) == ([], [], [])
    twice = client.post(url, told | chosen | {"usulan_1": refs["Sutrisno"]})
    assert (twice.status_code, "dua nama musyawarah" in twice.content.decode()) == (422, True)


def test_a_household_of_another_letter_is_no_choice(letter, walk, cast, client):
    record(letter, cast, NAMES)
    foreign = walk.draft(letter.programme, by=cast.bob)
    client.force_login(cast.alice)
    url = reverse("proposals:record_deliberation", args=[letter.ref])
    told = {"held_on": "2026-01-02", "place": "Balai", "chair": "R", "attended": "3", "names": "\n".join(NAMES)}
    assert client.post(url, told | {"usulan_1": foreign.ref}).status_code == 422


def test_the_letter_and_the_proposal_show_it_to_both_sides(letter, cast, client, django_assert_num_queries):
    record(letter, cast, ["Budi Santoso", "Orang Lain"])
    actions.submit(CoverLetter.objects.get(pk=letter.pk), by=cast.alice)
    for name in ("alice", "staff", "kabid"):
        client.force_login(getattr(cast, name))
        page = client.get(letter.get_absolute_url()).content.decode()
        assert "tidak ada di surat ini (1)" in page
        assert "tidak disepakati musyawarah (2)" in page
        shown = {
            row.name: client.get(row.get_absolute_url()).content.decode() for row in Proposal.objects.order_by("name")
        }
        assert "Urutan ke-1 dari 2 nama dalam musyawarah" in shown["Budi Santoso"]
        assert "Tidak ada dalam daftar musyawarah" in shown["Sutrisno"]
    client.get(letter.get_absolute_url())
    with django_assert_num_queries(LETTER_PAGE):
        client.get(letter.get_absolute_url())


def test_the_meeting_has_one_day_everywhere(letter, cast, client):
    day = timezone.localdate() - timedelta(days=9)
    record(letter, cast, NAMES, held_on=day)
    letter = CoverLetter.objects.get(pk=letter.pk)
    assert (letter.meeting_day, letter.deliberated_on) == (day, None)
    client.force_login(cast.alice)
    url = reverse("proposals:edit_letter", args=[letter.ref])
    form = {"number": "1", "date": f"{timezone.localdate():%Y-%m-%d}", "signed_by": "R", "signed_title": "Lurah"}
    assert client.post(url, form | {"deliberated_on": "2020-01-01"}).status_code == 303
    assert CoverLetter.objects.get(pk=letter.pk).meeting_day == day
