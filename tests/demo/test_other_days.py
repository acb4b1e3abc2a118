"""The demo made on another day than today. A file of its own, because it starts from an office without it."""

from datetime import datetime

from django.utils import timezone

from tests.demo.test_demo import DESKS, on_the_desks, share_overdue
from uep.demo import check
from uep.demo.clock import Clock
from uep.demo.make import make


def test_most_work_is_in_time_when_made_in_the_first_hours_of_a_year(new_office):
    now = timezone.make_aware(datetime(2026, 1, 2, 7, 10))  # noqa: DTZ001 - in the office's zone
    with Clock(now).going(), new_office():
        make()
        assert (check.faults(), check.missing_states()) == ([], [])
        assert on_the_desks(now) == DESKS
        assert 0.1 < share_overdue(now) < 0.3
