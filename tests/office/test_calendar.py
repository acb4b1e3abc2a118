"""The working calendar against office hours of Perpres 21/2023 and the holidays of November and December 2026."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uep.office.calendar import Norm, Unit, WorkingCalendar

ZONE = ZoneInfo("Asia/Pontianak")
NORMAL = ((time(7, 30), time(12)), (time(13), time(16)))
FRIDAY = ((time(7, 30), time(11, 30)), (time(13), time(16, 30)))
CALENDAR = WorkingCalendar(
    hours={1: NORMAL, 2: NORMAL, 3: NORMAL, 4: NORMAL, 5: FRIDAY},
    holidays=frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1), date(2026, 11, 28)}),
    zone="Asia/Pontianak",
    seeded_years=frozenset({2026}),
)
TWO_DAYS, FIVE_MINUTES = Norm(2, Unit.DAYS), Norm(5, Unit.MINUTES)


def at(day, clock="09:00"):
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    "start, due",
    [
        (at("2026-11-23"), at("2026-11-25", "16:00")),  # Monday morning: end of Wednesday
        (at("2026-11-23", "15:55"), at("2026-11-25", "16:00")),  # late on Monday: the same
        (at("2026-11-26"), at("2026-11-30", "16:00")),  # Thursday: Friday, Monday
        (at("2026-11-25"), at("2026-11-27", "16:30")),  # due on a Friday: its own closing time
        (at("2026-11-28"), at("2026-12-01", "16:00")),  # Saturday: Monday, Tuesday
        (at("2026-12-23"), at("2026-12-29", "16:00")),  # over Christmas and the weekend
        (at("2026-11-23", "00:00").astimezone(UTC), at("2026-11-25", "16:00")),  # the day is that of the office's zone
    ],
)
def test_two_days_are_due_at_the_end_of_the_second_working_day_after(start, due):
    assert CALENDAR.due_at(start, TWO_DAYS) == due


@pytest.mark.parametrize(
    "start, due",
    [
        (at("2026-11-23", "09:00"), at("2026-11-23", "09:05")),
        (at("2026-11-23", "11:58"), at("2026-11-23", "13:03")),  # over the break
        (at("2026-11-23", "11:55"), at("2026-11-23", "12:00")),  # full to the brim
        (at("2026-11-23", "15:58"), at("2026-11-24", "07:33")),  # over night
        (at("2026-11-27", "16:28"), at("2026-11-30", "07:33")),  # over the weekend
        (at("2026-11-29", "10:00"), at("2026-11-30", "07:35")),  # came in on a Sunday
    ],
)
def test_minutes_run_only_in_office_hours(start, due):
    assert CALENDAR.due_at(start, FIVE_MINUTES) == due


@pytest.mark.parametrize(
    "start, end, minutes",
    [
        (at("2026-11-23", "07:30"), at("2026-11-23", "16:00"), 450),
        (at("2026-11-27", "07:30"), at("2026-11-27", "16:30"), 450),
        (at("2026-11-23", "00:00"), at("2026-11-30", "00:00"), 5 * 450),  # 37 hours and a half a week
        (at("2026-12-21", "00:00"), at("2026-12-28", "00:00"), 3 * 450),
        (at("2026-11-23", "12:00"), at("2026-11-23", "13:00"), 0),
        (at("2026-11-28"), at("2026-11-29"), 0),
        (at("2026-11-24"), at("2026-11-23"), 0),
    ],
)
def test_elapsed_counts_working_minutes(start, end, minutes):
    assert CALENDAR.elapsed(start, end) == minutes


def test_working_days_and_days_off():
    week = [date(2026, 12, 21) + timedelta(days=i) for i in range(7)]
    assert [CALENDAR.is_working_day(day) for day in week] == [True, True, True, False, False, False, False]


def test_missing_years_names_those_nobody_filled_in():
    assert CALENDAR.missing_years(date(2026, 12, 30), date(2028, 1, 2)) == [2027, 2028]


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="without a time zone"):
        CALENDAR.due_at(datetime(2026, 11, 23, 9), TWO_DAYS)  # noqa: DTZ001


@pytest.mark.parametrize(
    "hours",
    [{1: ()}, {1: ((time(9), time(9)),)}, {1: ((time(13), time(16)), (time(7), time(12)))}, {1: ((time(9), time(8)),)}],
)
def test_hours_that_run_backwards_are_refused(hours):
    with pytest.raises(ValueError, match="run backwards"):
        WorkingCalendar(hours=hours, holidays=frozenset(), zone="Asia/Pontianak")


def test_a_calendar_without_a_working_day_says_so_instead_of_running_for_ever():
    empty = WorkingCalendar(hours={}, holidays=frozenset(), zone="Asia/Pontianak")
    with pytest.raises(ValueError, match="no working day within a year"):
        empty.due_at(at("2026-11-23"), TWO_DAYS)


def test_a_norm_is_at_least_one():
    with pytest.raises(ValueError, match="at least 1"):
        Norm(0, Unit.DAYS)


def test_a_norm_reads_as_people_say_it():
    assert [str(FIVE_MINUTES), str(TWO_DAYS)] == ["5 menit kerja", "2 hari kerja"]


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(ZONE))  # noqa: DTZ001
norms = st.builds(Norm, st.integers(1, 600), st.just(Unit.MINUTES)) | st.builds(
    Norm, st.integers(1, 30), st.just(Unit.DAYS)
)


@st.composite
def calendars(draw):
    """Any week with at least one day of office hours, any days off."""
    clock = st.times(max_value=time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0))
    hours = {}
    for weekday in draw(st.sets(st.integers(1, 7), min_size=1)):
        edges = sorted(draw(st.sets(clock, min_size=4, max_size=4)))
        hours[weekday] = ((edges[0], edges[1]), (edges[2], edges[3]))
    holidays = draw(st.frozensets(st.dates(date(2025, 12, 1), date(2028, 6, 30)), max_size=30))
    return WorkingCalendar(hours=hours, holidays=holidays, zone="Asia/Pontianak")


@given(calendars(), moments, norms)
def test_due_is_always_inside_office_hours_and_never_before_the_start(calendar, start, norm):
    due = calendar.due_at(start, norm)
    assert due > start
    assert calendar.is_working_day(due.date())
    assert any(opens <= due.time() <= closes for opens, closes in calendar.hours[due.isoweekday()])


@given(calendars(), moments, moments, norms)
def test_what_comes_in_later_is_never_due_earlier(calendar, one, other, norm):
    first, second = sorted([one, other])
    assert calendar.due_at(first, norm) <= calendar.due_at(second, norm)


@given(calendars(), moments, st.integers(0, 5_000), st.integers(0, 5_000))
def test_more_minutes_end_later(calendar, start, one, other):
    assert (calendar.add_minutes(start, one) <= calendar.add_minutes(start, other)) == (one <= other)


@given(calendars(), moments, st.integers(0, 20_000))
def test_elapsed_is_the_inverse_of_adding(calendar, start, minutes):
    assert calendar.elapsed(start, calendar.add_minutes(start, minutes)) == minutes


@given(calendars(), st.lists(moments, min_size=3, max_size=3))
def test_elapsed_adds_up(calendar, points):
    a, b, c = sorted(points)
    whole = calendar.elapsed(a, c)
    assert whole - (calendar.elapsed(a, b) + calendar.elapsed(b, c)) in {0, 1}  # each part is cut to whole minutes
