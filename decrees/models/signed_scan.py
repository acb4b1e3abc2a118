"""A decree that was signed with ink, as one person scanned it and a second one confirmed it."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from decrees.models.decree import Decree
from uep.registry.fields import RefField


class SignedScanQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(decree__in=Decree.objects.visible_to(user))

    def waiting(self):
        return self.filter(outcome=SignedScan.Outcome.WAITING)


@pghistory.track(exclude=["error"])
class SignedScan(models.Model):
    """The scan of a signed paper, with number and date; the decree is in force when a second person has confirmed it.

    What the machine read on it (pages, codes) is written once by a worker, what became of it once by a person.
    """

    class Reading(models.TextChoices):
        QUEUED = "queued", "Sedang dibaca"
        READ = "read", "Sudah dibaca"
        FAILED = "failed", "Tidak terbaca"

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Menunggu konfirmasi"
        CONFIRMED = "confirmed", "Dikonfirmasi"
        ASIDE = "aside", "Disisihkan"

    ref = RefField()
    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="signed_scans")
    number = models.CharField("nomor", max_length=120)
    date = models.DateField("tanggal penetapan")
    scan = models.ForeignKey(
        "files.StoredFile", verbose_name="pindaian bertanda tangan", on_delete=models.PROTECT, related_name="+"
    )
    draft_hash = models.CharField(max_length=64)  # of the draft that the print was made from
    by = models.ForeignKey("accounts.User", verbose_name="diunggah oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("diunggah pada", default=timezone.now)
    reading = models.CharField("pembacaan", max_length=10, choices=Reading.choices, default=Reading.QUEUED)
    error = models.CharField("kesalahan", max_length=300, blank=True)
    pages = models.PositiveIntegerField("halaman pindaian", null=True, blank=True)
    pages_expected = models.PositiveIntegerField("halaman naskah", null=True, blank=True)
    pages_matching = models.PositiveIntegerField("halaman berkode draf ini", null=True, blank=True)
    pages_foreign = models.PositiveIntegerField("halaman berkode naskah lain", null=True, blank=True)
    outcome = models.CharField("keadaan", max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    decided_by = models.ForeignKey(
        "accounts.User",
        verbose_name="diputuskan oleh",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField("diputuskan pada", null=True, blank=True)
    reason = models.CharField("keterangan", max_length=500, blank=True)

    objects = SignedScanQuerySet.as_manager()

    class Meta:
        verbose_name = "pindaian SK bertanda tangan"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_signed_scan_waits_per_decree", fields=["decree"], condition=Q(outcome="waiting")
            ),
            models.UniqueConstraint(
                name="one_signed_scan_counts_per_decree", fields=["decree"], condition=Q(outcome="confirmed")
            ),
            models.CheckConstraint(
                name="a_decided_scan_says_by_whom",
                condition=Q(outcome="waiting", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(outcome="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="who_scanned_does_not_confirm", condition=~Q(outcome="confirmed") | ~Q(decided_by=F("by"))
            ),
            models.CheckConstraint(
                name="a_scan_is_put_aside_with_a_reason", condition=~Q(outcome="aside") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="a_read_scan_has_its_counts",
                condition=~Q(reading="read")
                | Q(
                    pages__isnull=False,
                    pages_expected__isnull=False,
                    pages_matching__isnull=False,
                    pages_foreign__isnull=False,
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="facts_stay", fields=["ref", "decree", "number", "date", "scan", "draft_hash", "by", "at"]
            ),
            pgtrigger.Protect(
                name="decided_once", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__outcome="waiting")
            ),
            pgtrigger.Protect(
                name="read_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__reading="queued") & ~pgtrigger.Q(new__reading=pgtrigger.F("old__reading")),
            ),
        ]

    def __str__(self):
        return f"Pindaian SK {self.number}"

    def get_absolute_url(self):
        return reverse("decrees:decree", args=[self.decree.ref])

    @property
    def is_being_read(self) -> bool:
        return self.reading == self.Reading.QUEUED
