"""By which way a programme's decrees go up: versions, of which one is in force."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from decrees.routing import ENDORSE, SIGN, Band, Step
from proposals.models import Programme
from uep.access.access import granted
from uep.access.roles import Role
from uep.registry.fields import RefField


class RouteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Configuration without personal data: whoever reads decrees of the programme."""
        if not granted(user, "decrees.view"):
            return self.none()
        return self.filter(programme__in=Programme.objects.visible_to(user))


@pghistory.track()
class Route(models.Model):
    """One version of a programme's way up; a draft takes the one in force when it is sent up, and keeps it."""

    ref = RefField()
    programme = models.ForeignKey(Programme, verbose_name="program", on_delete=models.PROTECT, related_name="routes")
    number = models.PositiveSmallIntegerField("versi")
    reason = models.CharField("alasan", max_length=300, blank=True)
    laid_by = models.ForeignKey(
        "accounts.User", verbose_name="ditetapkan oleh", on_delete=models.PROTECT, related_name="+"
    )
    laid_at = models.DateTimeField("ditetapkan pada", default=timezone.now)
    retired_at = models.DateTimeField("diganti pada", null=True, blank=True)

    objects = RouteQuerySet.as_manager()

    class Meta:
        verbose_name = "jalur SK"
        ordering = ["programme", "-number"]
        constraints = [
            models.UniqueConstraint(name="one_route_of_a_number_per_programme", fields=["programme", "number"]),
            models.UniqueConstraint(
                name="one_route_in_force_per_programme", fields=["programme"], condition=Q(retired_at__isnull=True)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="only_retired", exclude=["retired_at"]),
            pgtrigger.Protect(
                name="retired_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__retired_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"Jalur SK {self.programme}, versi {self.number}"

    def get_absolute_url(self):
        return reverse("decrees:route", args=[self.programme.ref])

    @property
    def bands(self) -> list[Band]:
        """Lowest amount first; reads `rows`, which a query may have fetched before."""
        found: dict[int, list[Step]] = {}
        for row in self.rows.all():
            found.setdefault(row.from_amount, []).append(Step(row.role, row.does))
        return [Band(amount, tuple(steps)) for amount, steps in sorted(found.items())]


@pghistory.track(pghistory.InsertEvent())
class RouteStep(models.Model):
    """One post on a way, and what it does there."""

    class Does(models.TextChoices):
        ENDORSE = ENDORSE, "memaraf"
        SIGN = SIGN, "menandatangani"

    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="rows")
    from_amount = models.PositiveBigIntegerField("mulai dari (Rp)")
    position = models.PositiveSmallIntegerField("urutan")
    role = models.CharField("pejabat", max_length=20, choices=Role.choices)
    does = models.CharField("tugas", max_length=10, choices=Does.choices)

    class Meta:
        verbose_name = "langkah jalur SK"
        ordering = ["route", "from_amount", "position"]
        constraints = [
            models.UniqueConstraint(name="one_step_per_place", fields=["route", "from_amount", "position"]),
            models.UniqueConstraint(name="a_post_stands_once_on_a_way", fields=["route", "from_amount", "role"]),
            models.UniqueConstraint(
                name="one_signs_at_the_end_of_a_way", fields=["route", "from_amount"], condition=Q(does=SIGN)
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{Role(self.role).label} {self.get_does_display()}"
