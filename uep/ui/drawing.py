"""A small map as drawn lines: outlines in degrees become paths of whole points. Pure; nothing here knows what a place is.

Corners are put on a grid of whole points, so that neighbours that share a border still share it, and a map of some hundred villages takes some ten kilobytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians

Outline = Sequence[Sequence[Sequence[tuple[float, float]]]]  # polygons of rings of (longitude, latitude)
MOST_TALL = 1.4  # a map that is taller is made narrower, so that it fits on a screen
MARGIN = 4


@dataclass(frozen=True)
class Canvas:
    """How degrees become points: equal distances east and north look equal in the middle of the map."""

    west: float
    north: float
    per_east: float
    per_north: float
    width: int
    height: int

    def at(self, longitude: float, latitude: float) -> tuple[int, int]:
        return (
            round(MARGIN + (longitude - self.west) * self.per_east),
            round(MARGIN + (self.north - latitude) * self.per_north),
        )

    def path(self, outline: Outline) -> str:
        """The `d` of an SVG path; empty for what is smaller than a point."""
        return "".join(filter(None, (self._ring(ring) for polygon in outline for ring in polygon)))

    def _ring(self, ring) -> str:
        points = [self.at(*point) for point in ring]
        steps: list[tuple[int, int]] = []
        here = points[0]
        for point in points[1:]:
            if point != here:
                _go(steps, (point[0] - here[0], point[1] - here[1]))
                here = point
        if len(steps) < 2:
            return ""
        return f"M{points[0][0]} {points[0][1]}l" + " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-") + "z"


def _go(steps: list[tuple[int, int]], step: tuple[int, int]) -> None:
    """One step on; a second one in the same direction makes the first longer."""
    if steps:
        (x, y), (dx, dy) = steps[-1], step
        if x * dy == y * dx and (x * dx > 0 or y * dy > 0):
            steps[-1] = (x + dx, y + dy)
            return
    steps.append(step)


def canvas(outlines: Iterable[Outline], *, width: int = 480) -> Canvas:
    """A canvas that holds all of them. ValueError without a point."""
    points = [point for outline in outlines for polygon in outline for ring in polygon for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    shrink = cos(radians((south + north) / 2))
    wide, tall = max((east - west) * shrink, 1e-6), max(north - south, 1e-6)
    scale = (width - 2 * MARGIN) / max(wide, tall / MOST_TALL)
    return Canvas(
        west=west,
        north=north,
        per_east=scale * shrink,
        per_north=scale,
        width=round(wide * scale) + 2 * MARGIN,
        height=round(tall * scale) + 2 * MARGIN,
    )


def laid_out(
    places: Iterable[Mapping],
    borders: Sequence[Outline] = (),
    *,
    points: Iterable[Mapping] = (),
    width: int = 480,
) -> dict:
    """What a template needs to draw a map: `width`, `height`, `borders` as one path, and the places, each with its
    `path` and where its mark stands (`x`, `y`) for `outline` and `at`. Places too small to be seen are left out.
    Points have `at` only, and are on the map however far they lie from the places.
    """
    rows, spots = [dict(place) for place in places], [dict(point) for point in points]
    alone = ([[[spot["at"]]]] for spot in spots)
    sheet = canvas([*(row["outline"] for row in rows), *borders, *alone], width=width)
    for row in rows:
        row["path"] = sheet.path(row.pop("outline"))
    for row in (*rows, *spots):
        row["x"], row["y"] = sheet.at(*row["at"])
    return {
        "width": sheet.width,
        "height": sheet.height,
        "places": [row for row in rows if row["path"]],
        "points": spots,
        "borders": "".join(sheet.path(outline) for outline in borders),
    }
