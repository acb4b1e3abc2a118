"""Shapes on the ground: is a point inside, how far is it, how much of an outline does a small map need. Pure.

A polygon is a list of rings, the first its border, the others holes; a ring is a list of (longitude, latitude) in
degrees of WGS 84, its first point not repeated at the end. Distances are metres on a plane that touches the earth at the
point asked about: right to a few in a thousand within some hundred kilometres, which is what a village needs.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import cos, hypot, inf, radians
from typing import NamedTuple

Point = tuple[float, float]  # longitude, latitude
Ring = Sequence[Point]
Polygon = Sequence[Ring]
STRETCH = 64  # points among which corners are looked for at once
METRES = 111_195.0  # in a degree of a great circle, for the mean radius of the earth (6,371,008.8 m)


class Box(NamedTuple):
    """The smallest upright rectangle around something."""

    west: float
    south: float
    east: float
    north: float


def box_of(polygons: Sequence[Polygon]) -> Box:
    """ValueError when there is no point in them."""
    points = [point for polygon in polygons for ring in polygon for point in ring]
    longitudes, latitudes = [point[0] for point in points], [point[1] for point in points]
    return Box(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def union(boxes: Sequence[Box]) -> Box:
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return Box(min(wests), min(souths), max(easts), max(norths))


def contains(polygons: Sequence[Polygon], point: Point) -> bool:
    """Does the point lie inside? By even and odd, so holes and rings that cross themselves need no repair."""
    return any(sum(_is_in_ring(ring, point) for ring in polygon) % 2 for polygon in polygons)


def distance(polygons: Sequence[Polygon], point: Point) -> float:
    """Metres from the point to the nearest edge; 0.0 inside."""
    if contains(polygons, point):
        return 0.0
    to_plane = _plane_at(point)
    return min(
        (_to_segment(to_plane(start), to_plane(end)) for start, end in _edges(polygons)),
        default=inf,
    )


def point_inside(polygons: Sequence[Polygon]) -> Point:
    """A point inside the largest part, well away from its edges: the middle of the widest stretch on one of some lines."""
    largest = max(polygons, key=lambda polygon: _area(polygon[0]))
    west, south, _, north = box_of([largest])
    best, width = largest[0][0], -1.0
    for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.45, 0.55):
        latitude = south + (north - south) * share + 1e-9  # off the vertices, which often lie on round numbers
        crossings = sorted(_crossings(largest, latitude))
        for start, end in zip(crossings[::2], crossings[1::2], strict=False):
            if end - start > width * 1.1:  # the first line wins unless another is clearly wider
                best, width = ((start + end) / 2, latitude), end - start
    return best if width >= 0 else (west, south)


def simplified(polygons: Sequence[Polygon], tolerance: float) -> list[list[list[Point]]]:
    """The outline with no point further than `tolerance` metres from where it was (Douglas and Peucker).

    Parts and holes smaller than the tolerance go, but never the largest part.
    """
    middle = box_of(polygons)
    to_plane = _plane_at(((middle.west + middle.east) / 2, (middle.south + middle.north) / 2))
    largest = max(polygons, key=lambda polygon: _area(polygon[0]))
    kept = []
    for polygon in polygons:
        rings = [_thinned(ring, to_plane, tolerance) for ring in polygon]
        if len(rings[0]) >= 3:
            kept.append([rings[0], *(ring for ring in rings[1:] if len(ring) >= 3)])
        elif polygon is largest:
            kept.append([list(polygon[0])])
    return kept


def _plane_at(origin: Point):
    longitude, latitude = origin
    east = METRES * cos(radians(latitude))
    return lambda point: ((point[0] - longitude) * east, (point[1] - latitude) * METRES)


def _pairs(ring: Ring) -> Iterator[tuple[Point, Point]]:
    """Its edges, the closing one included."""
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def _edges(polygons: Sequence[Polygon]) -> Iterator[tuple[Point, Point]]:
    return (edge for polygon in polygons for ring in polygon for edge in _pairs(ring))


def _is_in_ring(ring: Ring, point: Point) -> bool:
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in _pairs(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def _crossings(polygon: Polygon, latitude: float) -> list[float]:
    """Where a line of latitude meets the edges of a polygon."""
    return [
        x1 + (latitude - y1) * (x2 - x1) / (y2 - y1)
        for (x1, y1), (x2, y2) in _edges([polygon])
        if (y1 > latitude) != (y2 > latitude)
    ]


def _area(ring: Ring) -> float:
    """In square degrees, to compare."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _pairs(ring))) / 2


def _to_segment(start: Point, end: Point) -> float:
    """From the origin of the plane to a segment."""
    (x1, y1), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
    length = dx * dx + dy * dy
    along = min(1.0, max(0.0, -(x1 * dx + y1 * dy) / length)) if length else 0.0
    return hypot(x1 + along * dx, y1 + along * dy)


def _thinned(ring: Ring, to_plane, tolerance: float) -> list[Point]:
    """A ring opened at its first point and at the point furthest from it, each half thinned on its own.

    Half of the tolerance is spent on crowded points, half on corners. Stretches are short, since the search for corners is
    quadratic where a border zigzags, and a file may hold millions of points.
    """
    if len(ring) <= 4:
        return list(ring)
    flat = [to_plane(point) for point in ring]
    apart = [0]
    for n in range(1, len(flat)):
        if hypot(flat[n][0] - flat[apart[-1]][0], flat[n][1] - flat[apart[-1]][1]) > tolerance / 2:
            apart.append(n)
    points = [flat[n] for n in apart]
    far = max(range(len(points)), key=lambda n: hypot(points[n][0] - points[0][0], points[n][1] - points[0][1]))
    ends = sorted({*range(0, len(points), STRETCH), far, len(points)})
    closed = [*points, points[0]]
    keep = {n for start, end in pairwise(ends) for n in (start, *_corners(closed, start, end, tolerance / 2))}
    return [ring[apart[n]] for n in sorted(keep)]


def _corners(points: list[Point], first: int, last: int, tolerance: float) -> set[int]:
    """Which points between two must stay; with a stack of its own, since a coast is longer than Python's."""
    keep, open_parts = set(), [(first, last)]
    while open_parts:
        start, end = open_parts.pop()
        if end - start < 2:
            continue
        far, worst = start, tolerance
        for n in range(start + 1, end):
            x, y = points[n]
            away = _to_segment((points[start][0] - x, points[start][1] - y), (points[end][0] - x, points[end][1] - y))
            if away > worst:
                far, worst = n, away
        if far != start:
            keep.add(far)
            open_parts += [(start, far), (far, end)]
    return keep
