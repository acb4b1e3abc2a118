"""Shapes on the ground: inside, how far, a point within, fewer corners."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uep.registry import geometry

# About 11.1 km wide and high, at the latitude of Lamandau; the hole is its middle.
SQUARE = [(111.0, -2.0), (111.1, -2.0), (111.1, -2.1), (111.0, -2.1)]
HOLE = [(111.04, -2.04), (111.06, -2.04), (111.06, -2.06), (111.04, -2.06)]
ISLAND = [(111.3, -2.0), (111.31, -2.0), (111.31, -2.01), (111.3, -2.01)]
PLACE = [[SQUARE, HOLE], [ISLAND]]
DEGREE = 111_195  # metres of a degree of latitude


@pytest.mark.parametrize(
    "point, inside",
    [((111.02, -2.05), True), ((111.05, -2.05), False), ((111.305, -2.005), True), ((111.2, -2.05), False)],
)
def test_a_hole_is_outside_and_an_island_inside(point, inside):
    assert geometry.contains(PLACE, point) is inside


def test_inside_there_is_no_distance():
    assert geometry.distance(PLACE, (111.02, -2.05)) == 0.0


@pytest.mark.parametrize(
    "point, metres",
    [
        ((111.05, -2.11), 0.01 * DEGREE),  # south of an edge
        ((110.99, -2.05), 0.01 * DEGREE * math.cos(math.radians(2.05))),  # west of one
        ((111.05, -2.05), 0.01 * DEGREE * math.cos(math.radians(2.05))),  # in the middle of the hole
        ((110.99, -1.99), math.hypot(0.01 * DEGREE, 0.01 * DEGREE * math.cos(math.radians(1.99)))),  # off a corner
    ],
)
def test_distance_is_to_the_nearest_edge_in_metres(point, metres):
    assert geometry.distance(PLACE, point) == pytest.approx(metres, rel=1e-6)


def haversine(one, other) -> float:
    lon1, lat1, lon2, lat2 = map(math.radians, (*one, *other))
    a = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(a))


@given(st.floats(95, 141), st.floats(-11, 6), st.floats(0, 360), st.floats(100, 100_000))
def test_distance_to_a_far_small_place_is_that_of_the_great_circle(longitude, latitude, bearing, metres):
    """Against the sphere itself: a place of ten metres, up to 100 km away, in any direction, anywhere in Indonesia."""
    north = metres * math.cos(math.radians(bearing)) / DEGREE
    east = metres * math.sin(math.radians(bearing)) / (DEGREE * math.cos(math.radians(latitude)))
    far = (longitude + east, latitude + north)
    tiny = [[[far, (far[0] + 1e-5, far[1]), (far[0], far[1] + 1e-5)]]]
    assert geometry.distance(tiny, (longitude, latitude)) == pytest.approx(
        haversine((longitude, latitude), far), rel=5e-3, abs=3
    )


def star(radii, centre=(111.5, -2.0)) -> list:
    """A ring that does not cross itself, one corner in each direction."""
    step = 2 * math.pi / len(radii)
    return [
        (centre[0] + radius * math.cos(step * n), centre[1] + radius * math.sin(step * n))
        for n, radius in enumerate(radii)
    ]


@given(st.lists(st.floats(0.01, 0.2), min_size=4, max_size=60))
def test_the_point_inside_is_inside(radii):
    assert geometry.contains([[star(radii)]], geometry.point_inside([[star(radii)]]))


@given(st.lists(st.floats(0.01, 0.2), min_size=6, max_size=80), st.floats(1, 2_000))
def test_simplifying_keeps_corners_of_the_ring_and_moves_no_border_further_than_said(radii, tolerance):
    ring = star(radii)
    [[thin]] = geometry.simplified([[ring]], tolerance)
    assert set(thin) <= set(ring)
    assert len(thin) >= 3 or thin == ring
    edges = [[[*thin]]]
    for point in ring:
        near = min(
            geometry._to_segment(geometry._plane_at(point)(a), geometry._plane_at(point)(b))
            for a, b in geometry._edges(edges)
        )
        assert near <= tolerance * 1.01


def test_a_straight_border_needs_two_corners():
    dense = [(111 + n / 1000, -2.0) for n in range(100)] + [(111.1, -2.1), (111.0, -2.1)]
    [[thin]] = geometry.simplified([[dense]], 10)
    assert thin == [(111.0, -2.0), (111 + geometry.STRETCH / 1000, -2.0), (111.099, -2.0), (111.1, -2.1), (111.0, -2.1)]


def test_islets_smaller_than_the_tolerance_go_but_something_always_stays():
    islet = [(111.5, -2.0), (111.5001, -2.0), (111.5002, -2.0001), (111.5001, -2.0002), (111.5, -2.0002)]
    assert geometry.simplified([[SQUARE], [islet]], 500) == [[SQUARE]]
    assert geometry.simplified([[islet]], 500) == [[islet]]


def test_a_border_with_very_many_corners_needs_no_deep_stack():
    wave = [(111 + n / 200_000, -2 + 0.001 * (n % 2)) for n in range(20_000)]
    [[thin]] = geometry.simplified([[[*wave, (111.05, -2.5)]]], 10)
    assert 10_000 < len(thin) <= 20_001
