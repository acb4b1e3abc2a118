"""Lets the real actions happen on past days.

Everything of ours asks django.utils.timezone for the time, defaults of models included, and that asks the class
`datetime` of its own module. While a Clock goes, this class is one that answers with the clock's moment. Nothing but
make_demo uses it, in a process of its own.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone


class Clock:
    """The moment it is in the demo. It only goes forward, and never past the real time."""

    def __init__(self, start: dt.datetime):
        self.end = timezone.now()
        self.moment = start

    def go_to(self, moment: dt.datetime) -> None:
        self.moment = min(max(self.moment, moment), self.end)

    def tick(self, minutes: int) -> None:
        self.go_to(self.moment + dt.timedelta(minutes=minutes))

    @contextmanager
    def going(self) -> Iterator[None]:
        clock = self

        class Told(dt.datetime):
            @classmethod
            def now(cls, tz=None):
                return clock.moment.astimezone(tz)

        before, timezone.datetime = timezone.datetime, Told
        try:
            yield
        finally:
            timezone.datetime = before
