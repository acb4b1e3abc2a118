"""Questions about places; without a code they mean the regency that the office is installed for."""

from functools import lru_cache

from django.db.models import Count, Q

from uep.office import queries as office
from uep.registry import geometry
from uep.registry.models import Boundary, Region, RegionQuerySet


def regency() -> Region | None:
    """The regency or city of this office; None while no office is installed."""
    return Region.objects.filter(pk=office.profile().regency_code).first()


def districts(code: str | None = None) -> RegionQuerySet:
    """The districts within `code`, by code."""
    return Region.objects.districts().within(_or_own(code)).order_by("code")


def villages(code: str | None = None) -> RegionQuerySet:
    """The villages within `code` (a regency or a district), by code, each with its district at hand."""
    return Region.objects.villages().within(_or_own(code)).select_related("parent").order_by("code")


def totals(code: str | None = None) -> dict[str, int]:
    """How many districts, desa (desa adat included) and kelurahan lie within `code`; one query."""
    kinds = Region.Kind
    return (
        Region.objects.within(_or_own(code))
        .order_by()
        .aggregate(
            districts=Count("pk", filter=Q(level=Region.Level.DISTRICT)),
            desa=Count("pk", filter=Q(kind__in=[kinds.DESA, kinds.CUSTOMARY])),
            kelurahan=Count("pk", filter=Q(kind=kinds.KELURAHAN)),
        )
    )


def path(region: Region) -> list[Region]:
    """From the province down to the region itself; one query."""
    blocks = region.code.split(".")
    return list(Region.objects.filter(pk__in=[".".join(blocks[: n + 1]) for n in range(len(blocks))]).order_by("code"))


def known_districts() -> frozenset[str]:
    """Every district of the country as it stands in a NIK ("620903"), for registry.nik. Empty until they are loaded."""
    known = _known_districts()
    if not known:
        _known_districts.cache_clear()  # a process that was started before the regions were loaded
    return known


@lru_cache(maxsize=1)
def _known_districts() -> frozenset[str]:
    return frozenset(code.replace(".", "") for code in Region.objects.districts().values_list("code", flat=True))


def outlines(code: str, level: str) -> dict[str, Boundary]:
    """What a small map of `code` draws: code of a region of the level within it -> its outline. One query."""
    rows = Boundary.objects.filter(region__level=level, region__in=Region.objects.within(code)).defer("polygons")
    return {row.region_id: row for row in rows}


def boundary_of(code: str) -> Boundary | None:
    """None while the office has not loaded it. One query."""
    return Boundary.objects.filter(pk=code).first()


def distance_to(region_code: str, latitude: float, longitude: float) -> float | None:
    """Metres from a position to a region; 0.0 inside, None while the office has not loaded its boundary. One query.

    True to the 25 metres by which boundaries are simplified; what the file itself is worth, only its maker knows.
    """
    polygons = Boundary.objects.filter(pk=region_code).values_list("polygons", flat=True).first()
    return None if polygons is None else geometry.distance(polygons, (float(longitude), float(latitude)))


def _or_own(code: str | None) -> str:
    # With no office there is no place: "-" is before every code, so nothing is within it.
    return code or office.profile().regency_code or "-"
