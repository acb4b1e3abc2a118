"""The working calendar: when a norm of the SOP is due, and how much working time has passed. Pure, no ORM.

Days count from the day after: a matter that comes in at 15.55 gets as many full working days as one that comes in at
07.30, and "due" is a moment everyone can see on the wall clock, the end of office hours of the last day. The SOP says
only "2 hari"; working days are meant, since nobody visits a village on a holiday (domain, 3.8). Minutes are working
minutes: the clock stands still in the break, at night and on days off.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

Span = tuple[time, time]
LONGEST_PAUSE = 366  # days without one working day; more is a calendar that was filled in wrongly
DAY = timedelta(days=1)


class Unit(StrEnum):
    MINUTES = "minutes"
    DAYS = "days"


@dataclass(frozen=True)
class Norm:
    """A norm time of the SOP: so many working minutes or working days."""

    amount: int
    unit: Unit

    def __post_init__(self):
        if self.amount < 1:
            raise ValueError("a norm is at least 1")

    def __str__(self):
        return f"{self.amount} {'menit' if self.unit == Unit.MINUTES else 'hari'} kerja"


@dataclass(frozen=True)
class WorkingCalendar:
    """Office hours by ISO weekday (1 is Monday; a missing one is free) and days off, in one time zone.

    All moments given must be aware; those that come back are in `zone`. ValueError for hours that run backwards, and
    where no working day can be found within a year.
    """

    hours: Mapping[int, tuple[Span, ...]]
    holidays: frozenset[date]
    zone: str
    seeded_years: frozenset[int] = field(default_factory=frozenset)  # those whose national holidays are known

    def __post_init__(self):
        for spans in self.hours.values():
            edges = [edge for span in spans for edge in span]
            if not edges or edges != sorted(edges) or any(start >= end for start, end in spans):
                raise ValueError("office hours run backwards")

    def is_working_day(self, day: date) -> bool:
        """Has the day office hours, and is it no day off?"""
        return day.isoweekday() in self.hours and day not in self.holidays

    def due_at(self, start: datetime, norm: Norm) -> datetime:
        """When what came in at `start` is due: see the module's words on days and minutes."""
        if norm.unit == Unit.MINUTES:
            return self.add_minutes(start, norm.amount)
        day = self._local(start).date()
        for _ in range(norm.amount):
            day = self._working_day_from(day + DAY)
        return self._at(day, self.hours[day.isoweekday()][-1][1])

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        """The moment, inside office hours, at which so many working minutes have passed since `start`.

        0 gives `start`, or the next opening when `start` is outside office hours.
        """
        if minutes < 0:
            raise ValueError("minutes run forward")
        now, left = self._local(start), timedelta(minutes=minutes)
        day = self._working_day_from(now.date())
        while True:
            for opens, closes in self._spans(day):
                begin = max(opens, now)
                if begin <= closes and left <= closes - begin:
                    return begin + left
                left -= max(closes - begin, timedelta())
            day = self._working_day_from(day + DAY)

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Whole working minutes from `start` to `end`; 0 when `end` is not later."""
        start, end = self._local(start), self._local(end)
        if end <= start:
            return 0
        if start.date() == end.date():
            return self._within(start, end) // timedelta(minutes=1)
        first, last = start.date(), end.date()
        total = self._within(start, self._at(first + DAY, time.min)) + self._within(self._at(last, time.min), end)
        return (total + self._whole_days(first + DAY, last)) // timedelta(minutes=1)

    def missing_years(self, first: date, last: date) -> list[int]:
        """Years touched by the period whose holidays nobody has entered: due times there may fall on a day off."""
        return [year for year in range(first.year, last.year + 1) if year not in self.seeded_years]

    def _local(self, moment: datetime) -> datetime:
        if moment.utcoffset() is None:
            raise ValueError("a moment without a time zone")
        return moment.astimezone(self._zone)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self._zone)

    def _spans(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.is_working_day(day):
            return []
        return [(self._at(day, opens), self._at(day, closes)) for opens, closes in self.hours[day.isoweekday()]]

    def _within(self, start: datetime, end: datetime) -> timedelta:
        """Working time between two moments of one day."""
        spans = self._spans(start.date())
        return sum((max(min(closes, end) - max(opens, start), timedelta()) for opens, closes in spans), timedelta())

    def _working_day_from(self, day: date) -> date:
        for offset in range(LONGEST_PAUSE):
            if self.is_working_day(day + offset * DAY):
                return day + offset * DAY
        raise ValueError(f"no working day within a year from {day}")

    @cached_property
    def _length(self) -> dict[int, timedelta]:
        """Working time of each weekday; datetime subtraction, as times cannot be subtracted."""
        monday = date(2024, 1, 1)
        length = {}
        for weekday in range(1, 8):
            day = monday + (weekday - 1) * DAY
            spans = self.hours.get(weekday, ())
            length[weekday] = sum((self._at(day, end) - self._at(day, start) for start, end in spans), timedelta())
        return length

    @cached_property
    def _sorted_holidays(self) -> list[date]:
        return sorted(self.holidays)

    def _whole_days(self, first: date, last: date) -> timedelta:
        """Working time from the start of `first` to the start of `last`, by whole weeks, so that years cost nothing."""
        weeks, rest = divmod((last - first).days, 7)
        total = weeks * sum(self._length.values(), timedelta())
        total += sum((self._length[(first + i * DAY).isoweekday()] for i in range(rest)), timedelta())
        off = self._sorted_holidays[
            bisect_left(self._sorted_holidays, first) : bisect_left(self._sorted_holidays, last)
        ]
        return total - sum((self._length[day.isoweekday()] for day in off), timedelta())
