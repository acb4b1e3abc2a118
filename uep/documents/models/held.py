"""Numbers that a person took out of a series: kept back for a paper, split off another one, or dated back."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from uep.documents.models.document import NumberSeries, OfficialDocument
from uep.registry.fields import RefField


class HeldNumberQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Configuration without personal data: whoever is granted the act sees all of it."""
        return self

    def free(self):
        """Neither on a paper nor given up."""
        return self.filter(document__isnull=True, released_at__isnull=True)


@pghistory.track()
class HeldNumber(models.Model):
    """One number that the records desk took by hand, and what became of it; the book of numbers shows every one.

    A number given up stays in the book: it explains the gap, and is not given again but by hand.
    """

    ref = RefField()
    series = models.ForeignKey(NumberSeries, verbose_name="deret nomor", on_delete=models.PROTECT, related_name="held")
    sequence = models.PositiveIntegerField("nomor urut")
    suffix = models.CharField("sisipan", max_length=3, blank=True)  # "a" of 17.a
    number = models.CharField("nomor", max_length=120)
    date = models.DateField("tanggal naskah")
    reason = models.CharField("alasan", max_length=300)
    by = models.ForeignKey("accounts.User", verbose_name="dipesan oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("dipesan pada", default=timezone.now)
    subject_type = models.CharField("jenis pokok", max_length=60, blank=True)
    subject_pk = models.CharField("pokok", max_length=40, blank=True)
    document = models.OneToOneField(
        OfficialDocument,
        verbose_name="naskah",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="held_number",
    )
    released_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField("dilepas pada", null=True, blank=True)
    release_reason = models.CharField("alasan dilepas", max_length=300, blank=True)

    objects = HeldNumberQuerySet.as_manager()

    class Meta:
        verbose_name = "nomor yang dipesan"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="a_number_is_held_once", fields=["series", "number"], condition=Q(released_at__isnull=True)
            ),
            models.UniqueConstraint(
                name="one_held_number_per_subject",
                fields=["subject_type", "subject_pk"],
                condition=Q(document__isnull=True, released_at__isnull=True) & ~Q(subject_pk=""),
            ),
            models.CheckConstraint(
                name="a_number_is_used_or_released", condition=Q(document__isnull=True) | Q(released_at__isnull=True)
            ),
            models.CheckConstraint(
                name="a_released_number_says_why",
                condition=Q(released_at__isnull=True) | Q(released_by__isnull=False) & ~Q(release_reason=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="facts_stay",
                fields=["ref", "series", "sequence", "suffix", "number", "date", "reason", "by", "at"],
            ),
            pgtrigger.Protect(
                name="used_or_released_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__document__isnull=False) | pgtrigger.Q(old__released_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("documents:book", args=[self.series.ref])

    @property
    def is_back_dated(self) -> bool:
        """Does the paper bear an earlier day than the one on which its number was taken?"""
        return self.date < timezone.localtime(self.at).date()
