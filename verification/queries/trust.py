"""What in a visit does not fit together: said to Kabid, never decided."""

import math
from collections.abc import Collection
from datetime import timedelta

from django.utils import timezone

from uep.registry import queries as registry
from uep.ui.indonesian import angka, tanggal, waktu
from verification.models import FieldVisit, PlannedVisit, VisitPhoto
from verification.queries.likeness import used_elsewhere

ROAD = 1_000  # metres outside a village that say nothing: boundaries are drawn roughly, phones err in valleys
STEPS = 500  # metres between the visit and one of its photos: a business may lie a little off the house
HOURS = timedelta(hours=12)  # between the visit and one of its photos
EARTH = 6_371_000  # metres


def doubts(visit: FieldVisit, photos: Collection[VisitPhoto]) -> list[str]:
    """Sentences about place, time and photos of a visit. Four queries; none where there is nothing to compare."""
    return [
        *_of_place(visit),
        *_of_day(visit),
        *(sentence for photo in photos for sentence in _of_photo(visit, photo)),
        *_of_likeness(visit, photos),
    ]


def _of_place(visit):
    if visit.latitude is None:
        yield "Kunjungan ini tanpa koordinat."
        return
    village = visit.proposal.village
    away = registry.distance_to(village.pk, visit.latitude, visit.longitude)
    if away is not None and away > ROAD + (visit.accuracy or 0):
        yield f"Posisi kunjungan {far(away)} di luar batas {village.label}."


def _of_day(visit):
    plan = PlannedVisit.objects.standing().filter(assignment=visit.assignment_id, proposal=visit.proposal_id).first()
    day = timezone.localdate(visit.visited_at)
    if plan and plan.day != day:
        yield f"Direncanakan {tanggal(plan.day)}, dikunjungi {tanggal(day)}."


def _of_photo(visit, photo):
    file = photo.file
    if file.taken_at and abs(file.taken_at - visit.visited_at) > HOURS:
        yield f"Foto {photo.get_subject_display().lower()} diambil {waktu(file.taken_at)}, bukan pada waktu kunjungan."
    if file.latitude is not None and visit.latitude is not None:
        apart = metres_between((visit.latitude, visit.longitude), (file.latitude, file.longitude))
        if apart > STEPS + (visit.accuracy or 0) + (file.accuracy or 0):
            yield f"Foto {photo.get_subject_display().lower()} diambil {far(apart)} dari posisi kunjungan."


def _of_likeness(visit, photos):
    for photo in used_elsewhere(visit.proposal, photos):
        yield f"Foto {photo.get_subject_display().lower()} sama atau sangat mirip dengan foto pada usulan lain."


def metres_between(one, other) -> float:
    """Along the sphere (haversine)."""
    (lat1, lon1), (lat2, lon2) = ([math.radians(float(degree)) for degree in place] for place in (one, other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(half))


def far(metres: float) -> str:
    return f"{angka(round(metres / 1000))} km" if metres >= 10_000 else f"{metres / 1000:.1f} km".replace(".", ",")
