"""Drafting within budget and quota (SOP step 3), by Kabid alone, and two at once."""

from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from decrees import actions, queries
from decrees.models import Decree, DraftChange
from proposals.flow import State
from proposals.models import Programme, Proposal, StepRecord
from tests.decrees.conftest import again
from tests.walk import AMOUNT
from uep.access.access import NOT_YOURS, Refused
from uep.access.roles import Role

STALE = "Sebagian usulan tidak lagi berstatus layak. Muat ulang halaman, lalu pilih lagi."


def states(proposals) -> list[str]:
    return list(
        Proposal.objects.filter(pk__in=[p.pk for p in proposals]).order_by("pk").values_list("state", flat=True)
    )


@pytest.mark.django_db
def test_draft_puts_the_chosen_on_it_and_leaves_the_others(house):
    programme = house.programme()
    rows = house.eligible(programme, 5)
    decree = house.draft(rows[:3])
    assert set(decree.proposals.all()) == set(rows[:3])
    assert states(rows) == ["in_decree"] * 3 + ["eligible"] * 2
    assert queries.totals(decree) == (3, 3 * AMOUNT)
    assert queries.room_of(programme) == (97 * AMOUNT, 97)
    records = StepRecord.objects.filter(act="decrees.draft")
    assert set(records.values_list("by", "source", "target", "note")) == {
        (house.cast.kabid.pk, "eligible", "in_decree", "")
    }
    assert records.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    "budget, quota, message",
    [
        (2 * AMOUNT + 1, 100, "Melebihi anggaran: dipilih Rp15.000.000, sisa anggaran Rp10.000.001."),
        (100 * AMOUNT, 2, "Melebihi kuota: dipilih 3 penerima, sisa kuota 2."),
    ],
)
def test_draft_beyond_budget_or_quota_is_refused_whole(house, budget, quota, message):
    rows = house.eligible(house.programme(budget=budget, quota=quota), 3)
    with pytest.raises(ValidationError) as refused:
        house.draft(rows)
    assert refused.value.messages == [message]
    assert (states(rows), Decree.objects.count()) == (["eligible"] * 3, 0)
    assert queries.totals(house.draft(rows[:2])) == (2, 2 * AMOUNT)


@pytest.mark.django_db
def test_draft_of_another_programmes_household_is_refused(house):
    rows, strangers = house.eligible(house.programme(), 1), house.eligible(house.programme(), 1)
    with pytest.raises(ValidationError, match=STALE):
        house.draft([*rows, *strangers])
    assert states([*rows, *strangers]) == ["eligible", "eligible"]


@pytest.mark.django_db
def test_draft_of_one_who_is_not_eligible_is_refused(house):
    rows = house.eligible(house.programme(), 2)
    waiting = house.eligible(rows[0].programme, 1, state=State.WAITLISTED)
    with pytest.raises(ValidationError, match=STALE):
        house.draft([*rows, *waiting])
    assert states([*rows, *waiting]) == ["eligible", "eligible", "waitlisted"]


@pytest.mark.django_db
def test_the_same_draft_sent_twice_makes_one(house):
    rows = house.eligible(house.programme(), 2)
    house.eligible(rows[0].programme, 1)
    house.draft(rows)
    with pytest.raises(ValidationError, match=STALE):
        house.draft(rows)
    assert Decree.objects.count() == 1


@pytest.mark.django_db
def test_draft_is_for_kabid_alone(house):
    rows = house.eligible(house.programme(), 1)
    for user in house.cast:
        if user.role != Role.DIVISION_HEAD:
            with pytest.raises(Refused, match=NOT_YOURS):
                house.draft(rows, by=user)
    assert Decree.objects.count() == 0


@pytest.mark.django_db
def test_draft_with_nobody_eligible_says_so(house):
    programme = house.programme()
    with pytest.raises(Refused, match=r"Belum ada usulan layak di program ini\."):
        actions.draft(programme, by=house.cast.kabid, title="X", considerations="", proposals=[])


@pytest.mark.django_db
def test_changes_of_a_draft_are_kept_with_who_and_why(house):
    rows = house.eligible(house.programme(), 4)
    decree = house.draft(rows[:2])
    actions.add(decree, by=house.cast.kabid, proposals=rows[2:])
    actions.strike(decree, by=house.cast.kabid, proposals=rows[:1], reason="Pindah ke Kotawaringin")
    actions.edit(decree, by=house.cast.kabid, title="Judul baru", considerations="bahwa baru;")
    assert states(rows) == ["eligible", "in_decree", "in_decree", "in_decree"]
    changes = DraftChange.objects.order_by("pk").values_list("proposal", "kind", "reason")
    assert list(changes) == [
        (rows[2].pk, "added", ""),
        (rows[3].pk, "added", ""),
        (rows[0].pk, "struck", "Pindah ke Kotawaringin"),
    ]
    assert list(decree.notes.order_by("pk").values_list("act", "note")) == [
        ("decrees.draft", "2 usulan"),
        ("decrees.add", "2 usulan"),
        ("decrees.strike", "1 usulan: Pindah ke Kotawaringin"),
        ("decrees.edit", ""),
    ]


@pytest.mark.django_db
def test_strike_of_one_who_is_not_on_the_draft_is_refused(house):
    rows = house.eligible(house.programme(), 2)
    decree = house.draft(rows[:1])
    with pytest.raises(ValidationError, match="Pilih sedikitnya satu usulan yang masih ada di draf ini"):
        actions.strike(decree, by=house.cast.kabid, proposals=rows[1:], reason="Salah pilih")


@pytest.mark.django_db
def test_cancel_frees_everyone_and_the_budget(house):
    rows = house.eligible(house.programme(), 3)
    decree = house.draft(rows)
    actions.cancel(decree, by=house.cast.kabid, reason="Anggaran bergeser")
    assert (states(rows), Decree.objects.get().stage) == (["eligible"] * 3, "cancelled")
    assert queries.room_of(rows[0].programme) == (100 * AMOUNT, 100)
    assert queries.totals(house.draft(rows)) == (3, 3 * AMOUNT)


@pytest.mark.django_db
def test_a_programme_cut_after_the_draft_stops_it(house):
    decree = house.draft(house.eligible(house.programme(), 3))
    Programme.objects.update(budget=2 * AMOUNT, quota=2)
    with pytest.raises(Refused, match=r"Melebihi anggaran program sebesar Rp5\.000\.000\."):
        actions.send_up(again_decree(decree), by=house.cast.kabid)


def again_decree(decree) -> Decree:
    return Decree.objects.get(pk=decree.pk)


@pytest.mark.django_db(transaction=True)
def test_two_drafts_at_once_share_one_budget(house):
    programme = house.programme(budget=5 * AMOUNT)
    rows = house.eligible(programme, 6)
    together, outcomes = Barrier(2), []

    def draft(part):
        try:
            kabid = again(house.cast.kabid)
            together.wait(10)
            outcomes.append(house.draft(part, by=kabid).lines.count())
        except ValidationError as error:
            outcomes.append(error.messages[0])
        finally:
            connection.close()

    threads = [Thread(target=draft, args=(part,)) for part in (rows[:3], rows[3:])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes, key=str) == [3, "Melebihi anggaran: dipilih Rp15.000.000, sisa anggaran Rp10.000.000."]
    assert sorted(states(rows)) == ["eligible"] * 3 + ["in_decree"] * 3
    assert queries.room_of(programme) == (2 * AMOUNT, 97)
