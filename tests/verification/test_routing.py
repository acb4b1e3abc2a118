"""Days and order of a journey, before anybody has travelled."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from verification import routing


def test_a_day_is_filled_before_the_next_begins():
    assert routing.spread("abcde", [2] * 5, days=3) == [0, 0, 1, 1, 2]


def test_hills_take_more_of_a_day():
    assert routing.spread("abcdef", [10, 10, 2, 2, 10, 10], days=2) == [0, 0, 0, 0, 1, 1]


def test_what_does_not_fit_is_shared_evenly():
    assert routing.spread("abcdefgh", [2] * 8, days=2) == [0, 0, 0, 0, 1, 1, 1, 1]


def test_one_day_takes_everybody():
    assert routing.spread("abc", [1, 1, 1], days=1) == [0, 0, 0]


@given(st.lists(st.integers(1, 20), min_size=1, max_size=60), st.integers(1, 12))
def test_nobody_is_left_out_nor_the_road_turned_back(limits, days):
    chosen = routing.spread(limits, limits, days)
    assert len(chosen) == len(limits)
    assert chosen == sorted(chosen)
    assert set(chosen) <= set(range(days))


@given(st.lists(st.integers(1, 20), min_size=1, max_size=60), st.integers(1, 12))
def test_a_day_holds_at_most_one_household_more_than_full(limits, days):
    full = max(Fraction(1), routing.load_of(limits) / days)
    chosen = routing.spread(limits, limits, days)
    for day in set(chosen):
        of_day = [limit for limit, where in zip(limits, chosen, strict=True) if where == day]
        assert routing.load_of(of_day[:-1]) < full or day == days - 1


def test_whoever_gets_a_number_stands_there():
    places = {name: number for number, name in enumerate("abcde", 1)}
    assert "".join(routing.in_order(places, places | {"e": 1})) == "eabcd"
    assert "".join(routing.in_order(places, places | {"a": 3})) == "bcade"
    assert "".join(routing.in_order(places, places | {"a": 2, "b": 1})) == "bacde"
    assert "".join(routing.in_order(places, {})) == "abcde"
