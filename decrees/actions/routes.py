"""Laying down by which way a programme's decrees go up."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from decrees import queries
from decrees.models import Route, RouteStep
from decrees.routing import Band, faults
from proposals.models import Programme
from uep.access.access import require


@transaction.atomic
def set_route(programme, *, by, bands: Sequence[Band], reason: str = "") -> Route | None:
    """Put a new version in force for drafts that are sent up from now on; what is under way keeps its own way.

    ValidationError when the bands are no route. The same bands again change nothing, and give the version in force.
    """
    programme = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    require(by, "decrees.set_route", programme)
    bands = sorted(Band(int(amount), tuple(steps)) for amount, steps in bands)
    if sentences := faults(bands):
        raise ValidationError(sentences)
    former = queries.route_in_force(programme)
    if (former is not None and former.bands == bands) or (former is None and queries.bands_of(programme) == bands):
        return former
    last = programme.routes.order_by("-number").values_list("number", flat=True).first() or 0
    programme.routes.filter(retired_at__isnull=True).update(retired_at=timezone.now())
    route = Route.objects.create(programme=programme, number=last + 1, reason=" ".join(reason.split()), laid_by=by)
    RouteStep.objects.bulk_create(
        RouteStep(route=route, from_amount=band.from_amount, position=position, role=step.role, does=step.does)
        for band in bands
        for position, step in enumerate(band.steps, 1)
    )
    return route
