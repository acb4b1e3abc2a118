"""Which household on which day, in which order: planning a journey before anyone has been there. Pure.

Where a village allows so many households a day (5 to 10 in the hills), one of them takes that part of a day. A journey is
filled day by day in the order of the road; when it does not fit, every day takes more than it should, evenly, and the
page says so: people may well decide to do it all the same.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

Stop = TypeVar("Stop")
USUAL = 10  # households a day where the office has set no other limit


def load_of(limits: Sequence[int]) -> Fraction:
    """How much of a day households take whose villages allow so many a day: 1 is a full day."""
    return sum((Fraction(1, limit) for limit in limits), Fraction(0))


def spread(stops: Sequence[Stop], limits: Sequence[int], days: int) -> list[int]:
    """The day (from 0 on) of each of `stops`, which are in the order of the road."""
    full = max(Fraction(1), load_of(limits) / days)
    so_far, chosen = Fraction(0), []
    for limit in limits:
        chosen.append(min(int(so_far / full), days - 1))
        so_far += Fraction(1, limit)
    return chosen


def in_order(places: Mapping[Stop, int], wanted: Mapping[Stop, int]) -> list[Stop]:
    """Stops by the numbers that somebody wrote beside them; who has no new number keeps the former one.

    Where two have the same number, the one that was moved gets it: whoever writes 1 beside the fifth means it, and whoever
    writes 3 beside the first means behind the one that is third now.
    """

    def key(stop: Stop) -> tuple[int, int, int]:
        now, then = wanted.get(stop, places[stop]), places[stop]
        return now, (now > then) - (now < then), then

    return sorted(places, key=key)
