"""Visits to the business after the money came."""

import pghistory
import pgtrigger
from django.db import models
from django.urls import reverse
from django.utils import timezone

from decrees.models import Recipient
from distribution.models.handover import HandoverQuerySet
from uep.registry.fields import RefField


@pghistory.track()
class MentoringVisit(models.Model):
    """How the business stood on one day, what was advised."""

    class Condition(models.TextChoices):
        GROWING = "growing", "Berkembang"
        RUNNING = "running", "Berjalan"
        CHANGED = "changed", "Ganti usaha"
        STOPPED = "stopped", "Berhenti"
        SOLD = "sold", "Aset dijual"

        @property
        def tone(self) -> str:
            return {"growing": "success", "running": "success", "changed": "info"}.get(self.value, "danger")

    ref = RefField()
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="mentoring_visits")
    visited_on = models.DateField("tanggal kunjungan")
    condition = models.CharField("keadaan usaha", max_length=10, choices=Condition.choices)
    turnover = models.PositiveBigIntegerField("omzet per bulan (Rp)", null=True, blank=True)
    use_matches_plan = models.BooleanField("pemakaian sesuai RAB", null=True)
    goods = models.CharField("barang yang masih ada", max_length=300, blank=True)
    advice = models.TextField("saran yang diberikan")
    photo = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("dicatat pada", default=timezone.now)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = "kunjungan pendampingan"
        ordering = ["-visited_on", "-pk"]
        constraints = [models.UniqueConstraint(name="one_mentoring_visit_a_day", fields=["recipient", "visited_on"])]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.recipient} {self.visited_on:%d-%m-%Y}"

    def get_absolute_url(self):
        return reverse("distribution:recipient", args=[self.recipient.ref])

    @property
    def state(self) -> "MentoringVisit.Condition":
        return self.Condition(self.condition)
