"""The only code that moves: what it records, and by when the next one is due (office hours of the seeded calendar)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

import proposals.actions as village
import verification.actions as verification
from proposals.flow import WAITS_FOR, State, edges
from proposals.models import CoverLetter, Proposal, StepRecord
from proposals.moves import FlowError, begin, give_time, move, move_all, move_of
from uep.office import queries as office

pytestmark = pytest.mark.django_db
SET_QUERIES = 8  # whatever the size: post and norm, calendar, lock, update, insert, notice
WIB = ZoneInfo("Asia/Pontianak")


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of March 2026. The 2nd is a Monday, the week has no day off."""
    return datetime(2026, 3, day, hour, minute, tzinfo=WIB)


@pytest.fixture
def clock():
    """Stands still until it is moved: clock.move_to(at(3))."""
    with time_machine.travel(at(2), tick=False) as traveller:
        yield traveller


def now_of(proposal) -> Proposal:
    return Proposal.objects.get(pk=proposal.pk)


# By when ---------------------------------------------------------------------------------------------------------------


def test_sending_starts_five_working_minutes(clock, walk):
    proposal = walk.draft(walk.programme())
    assert proposal.due_at is None
    clock.move_to(at(2, 14))
    walk.submitted([proposal])
    assert now_of(proposal).due_at == at(2, 14, 5)


def test_what_comes_in_after_hours_is_due_the_next_morning(clock, walk):
    proposal = walk.draft(walk.programme())
    clock.move_to(at(2, 20))
    walk.submitted([proposal])
    opens = office.calendar().add_minutes(at(2, 20), 5)
    assert now_of(proposal).due_at == opens
    assert timezone.localtime(opens).date() == at(3).date()


def test_disposition_starts_the_two_days_of_step_2(clock, walk):
    proposal = walk.draft(walk.programme())
    walk.submitted([proposal])
    clock.move_to(at(2, 15))
    walk.disposed(now_of(proposal).letter)
    assert now_of(proposal).due_at == end_of(4)


def end_of(day: int) -> datetime:
    """The end of office hours of a day of March 2026."""
    close = office.calendar().hours[at(day).isoweekday()][-1][1]
    return at(day, close.hour, close.minute)


def test_a_norm_over_the_weekend_counts_working_days(clock, walk):
    proposal = walk.draft(walk.programme())
    walk.submitted([proposal])
    clock.move_to(at(6, 10))  # Friday
    walk.disposed(now_of(proposal).letter)
    assert now_of(proposal).due_at == end_of(10)


def test_inside_a_step_the_clock_goes_on(clock, walk):
    proposal = walk.proposals_at(State.ASSIGNED)[0]
    clock.move_to(at(3, 11))
    walk.completed([proposal])
    assert [(step.target, step.due_at) for step in proposal.steps.order_by("pk")][-2:] == [
        ("assigned", end_of(4)),
        ("complete", end_of(4)),
    ]
    assert now_of(proposal).due_at == end_of(4)


def test_the_next_step_starts_its_own_clock(clock, walk, cast):
    proposal = walk.proposals_at(State.ASSESSED)[0]
    clock.move_to(at(4, 9))
    verification.approve(proposal, by=cast.kabid, reason="Sesuai hasil kunjungan.")
    assert now_of(proposal).due_at == end_of(9)  # three days of step 3: Thursday, Friday, Monday


def test_where_nobody_is_waited_for_nothing_is_due(clock, walk, cast):
    proposal = walk.proposals_at(State.ASSESSED)[0]
    verification.waitlist(proposal, by=cast.kabid, reason="Kuota penuh.")
    assert now_of(proposal).due_at is None
    clock.move_to(at(9, 9))
    verification.promote(proposal, by=cast.kabid, reason="Ada yang mundur.")
    assert now_of(proposal).due_at == end_of(12)


# The clock stands still in the village ---------------------------------------------------------------------------------


def returned(walk, cast, clock, moment) -> Proposal:
    proposal = walk.proposals_at(State.ASSIGNED)[0]  # on the 2nd at 9: due at the end of the 4th
    walk.check_all(proposal, wrong={"rekening": "Nama berbeda."})
    clock.move_to(moment)
    verification.return_for_correction(proposal, by=cast.staff)
    return now_of(proposal)


def test_what_was_left_before_is_left_afterwards(clock, walk, cast):
    proposal = returned(walk, cast, clock, at(3, 10))
    left = office.calendar().elapsed(at(3, 10), end_of(4))
    assert proposal.due_at is None
    clock.move_to(at(16, 10))  # two weeks later: the village's time counts for nobody
    village.answer_defects(proposal, by=cast.alice)
    due = now_of(proposal).due_at
    assert due == office.calendar().add_minutes(at(16, 10), left) == end_of(17)
    assert office.calendar().elapsed(at(16, 10), due) == left


def test_what_was_late_stays_late(clock, walk, cast):
    proposal = returned(walk, cast, clock, at(6, 10))  # two days over the time
    clock.move_to(at(9, 10))
    village.answer_defects(proposal, by=cast.alice)
    assert now_of(proposal).due_at == at(9, 10)


def test_a_second_return_leaves_what_is_left_then(clock, walk, cast):
    proposal = returned(walk, cast, clock, at(3, 10))
    clock.move_to(at(16, 10))
    village.answer_defects(proposal, by=cast.alice)
    clock.move_to(at(16, 13))
    verification.check(proposal, by=cast.staff, verdicts={"rekening": ("wrong", "Masih berbeda.")})
    verification.return_for_correction(proposal, by=cast.staff)
    left = office.calendar().elapsed(at(16, 13), end_of(17))
    clock.move_to(at(25, 9))
    village.answer_defects(now_of(proposal), by=cast.alice)
    assert now_of(proposal).due_at == office.calendar().add_minutes(at(25, 9), left)


def test_a_return_before_disposition_leaves_the_minutes_of_the_leadership(clock, walk, cast):
    proposal = walk.draft(walk.programme())
    walk.submitted([proposal])
    clock.move_to(at(2, 9, 2))
    village.send_back(proposal, by=cast.secretary, note="Periksa ejaan nama.")
    clock.move_to(at(5, 10))
    village.resubmit(now_of(proposal), by=cast.alice)
    assert now_of(proposal).due_at == at(5, 10, 3)


# What is recorded ------------------------------------------------------------------------------------------------------


def test_a_move_is_recorded_with_person_post_and_step(proposal_at, cast):
    proposal = proposal_at(State.SUBMITTED)
    village.send_back(proposal, by=cast.secretary, note="Periksa ejaan nama.")
    step = proposal.steps.first()
    assert (step.step, step.act, step.source, step.target, step.by, step.note, step.announced_at) == (
        1, "proposals.send_back", "submitted", "returned", cast.secretary, "Periksa ejaan nama.", None,
    )  # fmt: skip
    assert step.post == "Sekretaris Dinas Sosial Kabupaten Lamandau"
    assert now_of(proposal).moved_at == step.at


def test_an_act_from_elsewhere_is_refused_and_nothing_is_written(proposal_at, cast):
    proposal = proposal_at(State.SUBMITTED)
    before = proposal.steps.count()
    with pytest.raises(FlowError, match=r"is submitted; verification.approve cannot take it"):
        move(proposal, "verification.approve", by=cast.kabid)
    assert (now_of(proposal).state, proposal.steps.count()) == (State.SUBMITTED, before)


def test_an_act_that_moves_nothing_is_named():
    with pytest.raises(LookupError, match=r"proposals\.edit moves nothing"):
        move_of("proposals.edit")


@pytest.mark.parametrize("act", sorted({edge.act for edge in edges()}))
def test_an_act_has_one_target(act):
    assert {edge.target for edge in edges() if edge.act == act} == {move_of(act).target.value}


def test_a_record_is_neither_changed_nor_deleted(proposal_at):
    proposal = proposal_at(State.SUBMITTED)
    for change in (lambda rows: rows.update(note="Lain"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(StepRecord.objects.filter(proposal=proposal))
    assert StepRecord.objects.filter(proposal=proposal).update(announced_at=timezone.now()) == 2


# Many at once ----------------------------------------------------------------------------------------------------------


def drafts(walk, cast, count: int) -> list[Proposal]:
    """Bare drafts in a letter, numbered, ready to be moved as a set."""
    programme = Proposal.objects.first().programme if Proposal.objects.exists() else walk.programme()
    letter = CoverLetter.objects.create(
        programme=programme, village=cast.alice.village, number=f"400/{count}", date=timezone.localdate(),
        signed_by="Rahmat", signed_title="Lurah", created_by=cast.alice,
    )  # fmt: skip
    first = Proposal.objects.count() + 1
    return Proposal.objects.bulk_create(
        Proposal(
            programme=programme,
            village=cast.alice.village,
            letter=letter,
            name=f"Rumah {number}",
            register_year=2026,
            register_number=number,
            created_by=cast.alice,
        )
        for number in range(first, first + count)
    )


def those(rows):
    return Proposal.objects.filter(pk__in=[row.pk for row in rows])


def test_one_and_150_take_the_same_number_of_queries(walk, cast, django_assert_num_queries):
    begin(drafts(walk, cast, 1), "proposals.draft", by=cast.alice)
    for count in (1, 150):
        rows = drafts(walk, cast, count)
        with django_assert_num_queries(SET_QUERIES):
            assert move_all(those(rows), "proposals.submit", by=cast.alice, note="Surat 400/1") == count
        assert those(rows).filter(state=State.SUBMITTED, due_at__isnull=False).count() == count
        assert StepRecord.objects.filter(proposal__in=rows, act="proposals.submit", note="Surat 400/1").count() == count


def test_a_set_moves_wholly_or_not_at_all(walk, cast):
    rows = drafts(walk, cast, 3)
    move_all(those(rows[:1]), "proposals.submit", by=cast.alice)
    with pytest.raises(FlowError, match=r"1 of 3 cannot take proposals\.submit: \{'submitted': 1\}"):
        move_all(those(rows), "proposals.submit", by=cast.alice)
    assert sorted(those(rows).values_list("state", flat=True)) == ["draft", "draft", "submitted"]
    assert StepRecord.objects.filter(proposal__in=rows).count() == 1


def test_an_empty_set_moves_nothing(walk, cast):
    assert move_all(Proposal.objects.none(), "proposals.submit", by=cast.alice) == 0
    assert not StepRecord.objects.exists()


def test_a_set_starts_the_clock_of_a_new_step_and_keeps_that_of_the_same(clock, walk, cast):
    rows = drafts(walk, cast, 2)
    move_all(those(rows), "proposals.submit", by=cast.alice)
    assert set(those(rows).values_list("due_at", flat=True)) == {at(2, 9, 5)}
    clock.move_to(at(2, 10))
    move_all(those(rows), "proposals.dispose", by=cast.secretary)
    assert set(those(rows).values_list("due_at", flat=True)) == {end_of(4)}
    clock.move_to(at(3, 10))
    move_all(those(rows[:1]), "verification.pass_on", by=cast.staff)
    assert those(rows[:1]).get().due_at == end_of(4)
    assert StepRecord.objects.get(act="verification.pass_on").due_at == end_of(4)


def test_each_of_a_set_keeps_its_own_running_clock(clock, walk, cast):
    rows = drafts(walk, cast, 2)
    for row, hour in zip(rows, (9, 11), strict=True):
        clock.move_to(at(2, hour))
        move_all(those([row]), "proposals.submit", by=cast.alice)
        clock.move_to(at(2 if hour == 9 else 3, hour + 1))
        move_all(those([row]), "proposals.dispose", by=cast.secretary)
    move_all(those(rows), "verification.pass_on", by=cast.staff)
    assert list(those(rows).order_by("pk").values_list("due_at", flat=True)) == [end_of(4), end_of(5)]


def test_a_clock_that_resumes_is_not_moved_as_a_set(proposal_at, cast):
    proposal = proposal_at(State.RETURNED)
    with pytest.raises(FlowError, match="resumes a clock: one by one"):
        move_all(those([proposal]), "proposals.answer_defects", by=cast.alice)


def test_returned_ones_may_be_withdrawn_as_a_set(proposal_at, cast):
    proposal = proposal_at(State.RETURNED)
    assert move_all(those([proposal]), "proposals.withdraw", by=cast.kabid) == 1
    assert now_of(proposal).due_at is None


def test_the_clock_stands_still_in_exactly_these_states():
    assert {state for state, wait in WAITS_FOR.items() if not wait.clock} == {
        State.DRAFT, State.RETURNED, State.WAITLISTED, State.HANDED_OVER, State.INELIGIBLE, State.WITHDRAWN,
    }  # fmt: skip


def test_a_notice_is_asked_for_in_the_same_transaction(walk, cast, run_jobs):
    rows = drafts(walk, cast, 2)
    run_jobs()
    with transaction.atomic():
        move_all(those(rows), "proposals.submit", by=cast.alice)
        transaction.set_rollback(True)
    assert run_jobs() == []
    move_all(those(rows), "proposals.submit", by=cast.alice)
    assert "notices.announce" in run_jobs()
    assert timedelta(0) < timezone.now() - StepRecord.objects.latest("pk").at < timedelta(minutes=5)


# More time ------------------------------------------------------------------------------------------------------------


def test_more_time_changes_the_due_time_and_nothing_else(clock, walk, cast):
    rows = walk.proposals_at(State.COMPLETE, 2)
    before = {row.pk: now_of(row) for row in rows}
    clock.move_to(at(3))
    chosen, act = Proposal.objects.filter(pk=rows[0].pk), "verification.give_time"
    assert give_time(chosen, act, by=cast.kabid, later=lambda due: due + timedelta(days=1), note="Bukit.") == 1
    given, other = (now_of(row) for row in rows)
    was = before[given.pk]
    assert (given.state, given.moved_at, given.due_at) == (was.state, was.moved_at, was.due_at + timedelta(days=1))
    assert (other.due_at, other.steps.filter(act=act).exists()) == (before[other.pk].due_at, False)
    step = given.steps.first()
    assert (step.act, step.source, step.target, step.due_at, step.note) == (
        act, State.COMPLETE, State.COMPLETE, given.due_at, "Bukit.",
    )  # fmt: skip


def test_time_is_given_and_never_taken(walk, cast):
    rows = Proposal.objects.filter(pk__in=[row.pk for row in walk.proposals_at(State.COMPLETE)])
    with pytest.raises(FlowError, match="would bring a due time forward"), transaction.atomic():
        give_time(rows, "verification.give_time", by=cast.kabid, later=lambda due: due - timedelta(days=1), note="")
    assert give_time(rows, "verification.give_time", by=cast.kabid, later=lambda due: due, note="") == 0


def test_a_clock_that_does_not_run_is_given_no_time(walk, cast):
    rows = Proposal.objects.filter(pk__in=[row.pk for row in walk.proposals_at(State.RETURNED)])
    assert (
        give_time(rows, "verification.give_time", by=cast.kabid, later=lambda due: due + timedelta(days=1), note="")
        == 0
    )
