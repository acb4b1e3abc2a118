"""The SOP and the laws that papers cite."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from uep.office.models.kept import NEVER_DELETED, OfficeQuerySet, OfficeRecord


@pghistory.track()
class Sop(OfficeRecord, models.Model):
    page = "rules"
    section = "sop"

    number = models.CharField("nomor", max_length=80, blank=True)
    title = models.CharField("nama", max_length=200)
    made_on = models.DateField("dibuat tanggal", null=True, blank=True)
    revised_on = models.DateField("direvisi tanggal", null=True, blank=True)
    effective_on = models.DateField("berlaku efektif tanggal", null=True, blank=True)
    approved_by = models.CharField("disahkan oleh", max_length=160, blank=True)
    in_force = models.BooleanField("berlaku", default=False)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = "SOP"
        triggers = [NEVER_DELETED]
        constraints = [
            models.UniqueConstraint(name="one_sop_in_force", fields=["in_force"], condition=Q(in_force=True)),
        ]

    def __str__(self):
        return self.title


@pghistory.track()
class SopStep(OfficeRecord, models.Model):
    page = "rules"
    section = "sop"

    class Unit(models.TextChoices):
        MINUTES = "minutes", "menit kerja"
        DAYS = "days", "hari kerja"

    sop = models.ForeignKey(Sop, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField("langkah")
    title = models.CharField("kegiatan", max_length=160)
    requirements = models.TextField("kelengkapan", blank=True)
    norm_amount = models.PositiveSmallIntegerField("waktu baku", validators=[MinValueValidator(1)])
    norm_unit = models.CharField("satuan", max_length=7, choices=Unit.choices)
    output = models.CharField("keluaran", max_length=200, blank=True)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = "langkah SOP"
        ordering = ["number"]
        triggers = [NEVER_DELETED]
        constraints = [
            models.UniqueConstraint(name="one_step_of_a_number_per_sop", fields=["sop", "number"]),
            models.CheckConstraint(name="an_sop_has_six_steps", condition=Q(number__range=(1, 6))),
            models.CheckConstraint(
                name="a_norm_is_some_minutes_or_days",
                condition=Q(norm_amount__gte=1, norm_unit__in=["minutes", "days"]),
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"


@pghistory.track()
class LegalBasis(OfficeRecord, models.Model):
    """A law as papers cite it. Dated: a paper cites what was in force on its own day."""

    page = "rules"
    section = "dasar-hukum"

    class Use(models.TextChoices):
        DECREE = "sk", "SK (Mengingat)"
        ASSIGNMENT = "surat_tugas", "Surat tugas (Dasar)"
        MINUTES = "ba_verifikasi", "Berita acara verifikasi"
        AGREEMENT = "kesepakatan", "Kesepakatan penyaluran"
        HANDOVER = "bast", "BAST"

    short_name = models.CharField("sebutan singkat", max_length=60, unique=True)
    text = models.TextField("bunyi seperti tercetak")
    kinds = ArrayField(models.CharField(max_length=40), verbose_name="dipakai dalam", default=list, blank=True)
    order = models.PositiveSmallIntegerField("urutan", default=0)
    in_force_from = models.DateField("berlaku sejak")
    in_force_to = models.DateField("berlaku sampai", null=True, blank=True)
    note = models.CharField("catatan", max_length=300, blank=True)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = "dasar hukum"
        ordering = ["order", "in_force_from", "pk"]
        triggers = [NEVER_DELETED]
        constraints = [
            models.CheckConstraint(
                name="a_law_ends_after_it_starts",
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gte=F("in_force_from")),
                violation_error_message="Tanggal berakhir mendahului tanggal mulai berlaku.",
            )
        ]

    def __str__(self):
        return self.short_name

    @property
    def used_in(self) -> list[str]:
        """The papers that cite it, as people call them."""
        labels = dict(self.Use.choices)
        return [labels.get(kind, kind) for kind in self.kinds]

    def is_in_force(self, day) -> bool:
        return self.in_force_from <= day and (self.in_force_to is None or self.in_force_to >= day)
