"""Where a visit and its photos were, against the village: in words, and as points of a map."""

from collections.abc import Collection
from typing import NamedTuple

from uep.registry import geometry
from uep.registry import queries as registry
from uep.registry.models import Boundary, Region
from verification.models import FieldVisit, VisitPhoto
from verification.queries.trust import ROAD, STEPS, far, metres_between

KILOMETRE = 1_000


class Spot(NamedTuple):
    """A position with what is to be said of it. `mark` stands on the map and in the list beside it."""

    mark: str
    label: str
    words: str
    tone: str
    latitude: float
    longitude: float

    @property
    def at(self) -> tuple[float, float]:
        return self.longitude, self.latitude


class Places(NamedTuple):
    spots: list[Spot]  # the visit first
    area: list[dict]  # the village as `area_map` draws it; empty while its boundary is not loaded
    missing: list[str]  # what has no position

    @property
    def drawn(self) -> list[Spot]:
        """As they are drawn one over the other: the visit uppermost."""
        return self.spots[::-1]


def places_of(visit: FieldVisit, photos: Collection[VisitPhoto]) -> Places:
    """The visit is K, its photos are numbered as they are shown. One query."""
    village = visit.proposal.village
    boundary = registry.boundary_of(village.pk)
    spots, missing = [], []
    if visit.latitude is None:
        missing.append("Kunjungan")
    else:
        spots.append(_of_visit(visit, village, boundary))
    for number, photo in enumerate(photos, 1):
        if photo.file.latitude is None:
            missing.append(f"Foto {number}")
        else:
            spots.append(_of_photo(number, photo, visit))
    area = [_area(village, boundary)] if boundary and spots else []
    return Places(spots, area, missing)


def _of_visit(visit, village: Region, boundary: Boundary | None) -> Spot:
    place = float(visit.latitude), float(visit.longitude)
    words, tone = f"batas {village.label} belum dimuat", "info"
    if boundary:
        away = geometry.distance(boundary.polygons, (place[1], place[0]))
        words = f"{apart(away)} di luar batas {village.label}" if away else f"di dalam batas {village.label}"
        tone = "danger" if away > ROAD + (visit.accuracy or 0) else "success"
    return Spot("K", "Kunjungan", words, tone, *place)


def _of_photo(number: int, photo, visit) -> Spot:
    file, label = photo.file, f"Foto {number}, {photo.get_subject_display().lower()}"
    place = float(file.latitude), float(file.longitude)
    if visit.latitude is None:
        return Spot(str(number), label, "kunjungan tanpa koordinat", "info", *place)
    metres = metres_between((visit.latitude, visit.longitude), place)
    is_far = metres > STEPS + (visit.accuracy or 0) + (file.accuracy or 0)
    return Spot(str(number), label, f"{apart(metres)} dari posisi kunjungan", "warning" if is_far else "info", *place)


def apart(metres: float) -> str:
    """As people say it: metres below a kilometre, to the ten of them where a phone cannot tell better."""
    if metres < KILOMETRE - 5:
        return f"{round(metres) if metres < 20 else round(metres / 10) * 10} m"
    return far(metres)


def _area(village: Region, boundary: Boundary) -> dict:
    return {
        "label": village.label,
        "tone": "neutral",
        "outline": boundary.polygons,
        "at": (boundary.inner_longitude, boundary.inner_latitude),
    }
