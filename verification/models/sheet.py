"""Field sheets that were filled in by hand, as they come back: scans, and the pages on them (SOP step 2)."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from proposals.models import Proposal
from uep.accounts.scopes import area
from uep.registry.fields import RefField
from verification.models.field import Assignment, FieldVisit


class SheetScanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own: before its pages are read nobody knows whose households are on them."""
        return self.filter(by=user) if user.is_authenticated and not user.village_id else self.none()


@pghistory.track()
class SheetScan(models.Model):
    """A photo or a PDF of filled field sheets. A worker reads the code of each page; reading it twice does no harm."""

    class Stage(models.TextChoices):
        QUEUED = "queued", "Menunggu dibaca"
        READING = "reading", "Sedang dibaca"
        READ = "read", "Sudah dibaca"
        FAILED = "failed", "Gagal dibaca"
        ASIDE = "aside", "Disisihkan"

    ref = RefField()
    file = models.ForeignKey("files.StoredFile", verbose_name="berkas", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField("SHA-256", max_length=64)  # of the file as it came
    by = models.ForeignKey("accounts.User", verbose_name="petugas", on_delete=models.PROTECT, related_name="scans")
    at = models.DateTimeField("diunggah pada", default=timezone.now)
    stage = models.CharField("tahap", max_length=10, choices=Stage.choices, default=Stage.QUEUED)
    error = models.CharField("kesalahan", max_length=300, blank=True)
    # It could not be read, and nobody is to try again: kept all the same.
    decided_at = models.DateTimeField("diputuskan pada", null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User",
        verbose_name="diputuskan oleh",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    reason = models.CharField("alasan", max_length=300, blank=True)

    objects = SheetScanQuerySet.as_manager()

    class Meta:
        verbose_name = "pindaian lembar"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["by"], name="scans_that_are_not_read", condition=~Q(stage="read"))]
        constraints = [
            models.UniqueConstraint(name="the_same_scan_comes_in_once", fields=["by", "sha256"]),
            models.CheckConstraint(name="a_failed_scan_says_why", condition=~Q(stage="failed") | ~Q(error="")),
            models.CheckConstraint(
                name="a_scan_put_aside_says_who_and_why",
                condition=(Q(stage="aside", decided_at__isnull=False, decided_by__isnull=False) & ~Q(reason=""))
                | (~Q(stage="aside") & Q(decided_at=None, decided_by=None, reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_scan_stays_what_it_is", exclude=["stage", "error", "decided_at", "decided_by", "reason"]
            ),
        ]

    def __str__(self):
        return self.file.original_name

    @staticmethod
    def get_absolute_url():
        return reverse("verification:sheets")

    @property
    def job_state(self) -> str:
        """As the component of a job calls it."""
        return {"reading": "running", "read": "done"}.get(self.stage, self.stage)


class SheetPageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What is attached is seen by whoever works in the household's area; the rest by who brought it."""
        if not user.is_authenticated or user.village_id:
            return self.none()
        attached = Q(state=SheetPage.State.ATTACHED) & area(user, "proposal__village")
        return self.filter(Q(scan__by=user) | attached)

    def untyped(self):
        """Attached to a household, and not written down as a visit yet."""
        return self.filter(state=SheetPage.State.ATTACHED, visit__isnull=True)


@pghistory.track()
class SheetPage(models.Model):
    """One page of a scan: attached to its household by its code or by hand, and from its recording on to the visit."""

    class State(models.TextChoices):
        LOOSE = "loose", "Belum dilekatkan"
        ATTACHED = "attached", "Dilekatkan"
        ASIDE = "aside", "Disisihkan"

    ref = RefField()
    scan = models.ForeignKey(SheetScan, on_delete=models.PROTECT, related_name="pages")
    number = models.PositiveSmallIntegerField("halaman")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(
        "SHA-256", max_length=64
    )  # of the page as it was drawn: the same page again is known by it
    version = models.PositiveIntegerField("versi instrumen pada lembar", null=True, blank=True)
    state = models.CharField("keadaan", max_length=10, choices=State.choices)
    trouble = models.CharField("yang menghalangi", max_length=300, blank=True)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="sheet_pages")
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, blank=True, related_name="sheet_pages"
    )
    visit = models.ForeignKey(FieldVisit, on_delete=models.PROTECT, null=True, blank=True, related_name="sheet_pages")
    decided_at = models.DateTimeField("diputuskan pada", null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User",
        verbose_name="diputuskan oleh",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    reason = models.CharField("alasan", max_length=300, blank=True)

    objects = SheetPageQuerySet.as_manager()

    class Meta:
        verbose_name = "lembar terpindai"
        ordering = ["scan_id", "number"]
        indexes = [
            models.Index(fields=["sha256"], name="the_same_page_again"),
            models.Index(
                fields=["scan"], name="pages_that_ask_for_a_person", condition=Q(visit=None) & ~Q(state="aside")
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="a_page_of_a_scan_is_read_once", fields=["scan", "number"]),
            models.CheckConstraint(
                name="an_attached_page_has_its_household",
                condition=Q(state="attached", proposal__isnull=False, assignment__isnull=False)
                | (~Q(state="attached") & Q(proposal=None, assignment=None, visit=None)),
            ),
            models.CheckConstraint(name="a_loose_page_says_why", condition=~Q(state="loose") | ~Q(trouble="")),
            models.CheckConstraint(
                name="a_page_put_aside_says_who_and_why",
                condition=~Q(state="aside") | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_page_stays_what_it_is", fields=["ref", "scan", "number", "file", "sha256", "version"]
            ),
        ]

    def __str__(self):
        return f"{self.scan}, halaman {self.number}"

    @staticmethod
    def get_absolute_url():
        return reverse("verification:sheets")
