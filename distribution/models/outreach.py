"""Briefings for the recipients of a decree, and who came (SOP step 5)."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from decrees.models import Recipient
from distribution.models.agreement import OfDecreeQuerySet
from uep.registry.fields import RefField


@pghistory.track()
class OutreachSession(models.Model):
    """One briefing: rights, duties and use of the money."""

    class Progress(models.TextChoices):
        PLANNED = "planned", "Dijadwalkan"
        RECORDED = "recorded", "Terlaksana"
        CANCELLED = "cancelled", "Dibatalkan"

        @property
        def tone(self) -> str:
            return {"planned": "info", "recorded": "success", "cancelled": "neutral"}[self.value]

    ref = RefField()
    decree = models.ForeignKey("decrees.Decree", on_delete=models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField("waktu")
    place = models.CharField("tempat", max_length=200)
    topics = models.TextField("materi")
    speaker = models.CharField("narasumber", max_length=200, blank=True)
    planned_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField("dicatat pada", null=True, blank=True)
    minutes = models.TextField("notulen", blank=True)
    photo = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField("dibatalkan pada", null=True, blank=True)
    cancel_reason = models.CharField("sebab dibatalkan", max_length=300, blank=True)

    objects = OfDecreeQuerySet.as_manager()

    class Meta:
        verbose_name = "sosialisasi"
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_recorded_session_has_proof",
                condition=Q(recorded_at__isnull=True) | Q(recorded_by__isnull=False, photo__isnull=False),
            ),
            models.CheckConstraint(
                name="a_cancelled_session_says_why_and_has_no_record",
                condition=Q(cancelled_at__isnull=True)
                | Q(recorded_at__isnull=True, cancelled_by__isnull=False) & ~Q(cancel_reason=""),
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"Sosialisasi {self.place}"

    def get_absolute_url(self):
        return reverse("distribution:session", args=[self.ref])

    @property
    def progress(self) -> "OutreachSession.Progress":
        if self.cancelled_at:
            return self.Progress.CANCELLED
        return self.Progress.RECORDED if self.recorded_at else self.Progress.PLANNED


@pghistory.track()
class Attendance(models.Model):
    """One invited recipient of one session, and whether that person came."""

    session = models.ForeignKey(OutreachSession, on_delete=models.PROTECT, related_name="attendances")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="attendances")
    came = models.BooleanField("hadir", null=True)  # null until the session is recorded
    represented_by = models.CharField("diwakili oleh", max_length=120, blank=True)
    companion = models.ForeignKey(
        "accounts.User",
        verbose_name="pendamping",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="accompanies",
    )

    class Meta:
        verbose_name = "kehadiran"
        ordering = ["recipient__position"]
        constraints = [models.UniqueConstraint(name="invited_once_per_session", fields=["session", "recipient"])]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="recorded_once", operation=pgtrigger.Update, condition=pgtrigger.Q(old__came__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.recipient}"
