"""What a verifier's phone brings back from where there was no signal (SOP step 2)."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from proposals.models import Proposal
from uep.access.roles import Role
from uep.accounts.scopes import area
from uep.registry.fields import RefField
from uep.ui.indonesian import waktu
from verification.models.field import Assignment, FieldVisit, VisitPhoto


class FieldDeviceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own phones; who may shut out another's sees every phone (rule of the act)."""
        if not user.is_authenticated or user.village_id:
            return self.none()
        return self if Role.DIVISION_HEAD in user.roles_today else self.filter(user=user)

    def open(self):
        return self.filter(shut_out_at__isnull=True)


@pghistory.track(exclude=["seen_at"])
class FieldDevice(models.Model):
    """A phone that took assignments along. It proves itself by a random key, of which only the hash is kept."""

    ref = RefField()
    user = models.ForeignKey("accounts.User", verbose_name="pemakai", on_delete=models.PROTECT, related_name="devices")
    name = models.CharField("ponsel", max_length=80)
    key_hash = models.CharField("sidik kunci (SHA-256)", max_length=64, unique=True)
    registered_at = models.DateTimeField("didaftarkan pada", default=timezone.now)
    seen_at = models.DateTimeField("terakhir tersambung", default=timezone.now)
    # Lost or handed on: what it still holds it deletes when it next comes in, and it sends nothing any more.
    shut_out_at = models.DateTimeField("ditutup pada", null=True, blank=True)
    shut_out_by = models.ForeignKey(
        "accounts.User", verbose_name="ditutup oleh", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    shut_out_reason = models.CharField("alasan ditutup", max_length=300, blank=True)

    objects = FieldDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = "ponsel lapangan"
        ordering = ["-seen_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_shut_out_device_says_who_and_why",
                condition=Q(shut_out_at__isnull=True, shut_out_by__isnull=True, shut_out_reason="")
                | (Q(shut_out_at__isnull=False, shut_out_by__isnull=False) & ~Q(shut_out_reason="")),
            )
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return self.name

    @staticmethod
    def get_absolute_url():
        return reverse("verification:devices")


class FieldReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        if not user.is_authenticated or user.village_id:
            return self.none()
        return self.filter(area(user, "proposal__village"))

    def undecided(self):
        return self.filter(state=FieldReport.State.CONFLICT)


@pghistory.track()
class FieldReport(models.Model):
    """One visit as it was written down on a phone. It becomes a FieldVisit, or it is kept for Kabid to decide.

    `uid` is made by the phone, so that what is sent twice is one report. What the phone said never changes.
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", "Foto belum lengkap"
        FILED = "filed", "Menjadi kunjungan"
        CONFLICT = "conflict", "Menunggu keputusan"
        SET_ASIDE = "set_aside", "Disisihkan"

        @property
        def tone(self) -> str:
            return {"receiving": "info", "filed": "success", "conflict": "danger", "set_aside": "neutral"}[self.value]

    ref = RefField()
    uid = models.UUIDField("tanda dari ponsel", unique=True)
    device = models.ForeignKey(FieldDevice, verbose_name="ponsel", on_delete=models.PROTECT, related_name="reports")
    by = models.ForeignKey(
        "accounts.User", verbose_name="petugas", on_delete=models.PROTECT, related_name="field_reports"
    )
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="field_reports")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="field_reports")
    base = models.CharField("keadaan saat dibawa", max_length=80)  # queries.reports.base_of when it was taken along
    facts = models.JSONField("isian")  # names of the visit form -> list of texts, as a browser sends them
    sha256 = models.CharField("SHA-256 isian", max_length=64)
    finished_at = models.DateTimeField("selesai ditulis pada")  # by the phone's clock
    received_at = models.DateTimeField("diterima pada", default=timezone.now)
    state = models.CharField("keadaan", max_length=10, choices=State.choices, default=State.RECEIVING)
    trouble = models.CharField("yang menghalangi", max_length=600, blank=True)
    visit = models.OneToOneField(FieldVisit, on_delete=models.PROTECT, null=True, blank=True, related_name="report")
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

    objects = FieldReportQuerySet.as_manager()

    class Meta:
        verbose_name = "laporan ponsel"
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index("received_at", name="reports_to_decide", condition=Q(state="conflict"))]
        constraints = [
            models.CheckConstraint(
                name="a_filed_report_has_its_visit",
                condition=(Q(state="filed", visit__isnull=False) | (~Q(state="filed") & Q(visit__isnull=True))),
            ),
            models.CheckConstraint(name="a_conflict_says_why", condition=~Q(state="conflict") | ~Q(trouble="")),
            models.CheckConstraint(
                name="a_decided_report_says_who_and_why",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, reason="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="what_the_phone_said_stays",
                fields=["uid", "device", "by", "proposal", "assignment", "base", "facts", "sha256", "finished_at"],
            ),
        ]

    def __str__(self):
        return f"Laporan {self.by}, {waktu(self.finished_at)}"

    def get_absolute_url(self):
        return reverse("verification:report", args=[self.ref])

    @property
    def tone(self) -> str:
        return self.State(self.state).tone


class ReportPartQuerySet(models.QuerySet):
    def visible_to(self, user):
        if not user.is_authenticated or user.village_id:
            return self.none()
        return self.filter(area(user, "report__proposal__village"))


class ReportPart(models.Model):
    """A photo or a signature of a report. It comes in pieces; once whole, it is a stored file like any other."""

    ref = RefField()
    report = models.ForeignKey(FieldReport, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField("urutan")
    subject = models.CharField("foto", max_length=12, choices=VisitPhoto.Subject.choices)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("ukuran (bita)")
    taken_at = models.DateTimeField("diambil pada")
    latitude = models.DecimalField("lintang", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("bujur", max_digits=9, decimal_places=6, null=True, blank=True)
    accuracy = models.FloatField("ketelitian (m)", null=True, blank=True)
    received = models.BinaryField("yang sudah diterima", default=b"")  # empty again once it is a stored file
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    trouble = models.CharField("yang salah", max_length=300, blank=True)  # whole, but no picture that we take

    objects = ReportPartQuerySet.as_manager()

    class Meta:
        verbose_name = "foto laporan"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="one_part_per_number", fields=["report", "number"]),
            models.CheckConstraint(
                name="a_part_has_a_place_or_none",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
            ),
            models.CheckConstraint(name="a_part_is_not_empty", condition=Q(size__gt=0)),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="a_part_stays_what_it_is", exclude=["received", "file", "trouble"]),
        ]

    def __str__(self):
        return f"{self.get_subject_display()} {self.number}"

    @property
    def is_whole(self) -> bool:
        return self.file_id is not None or bool(self.trouble)
