"""When the office works: hours of each weekday, and days off."""

import pghistory
from django.db import models
from django.db.models import F, Q

from uep.office.models.kept import NEVER_DELETED, OfficeQuerySet, OfficeRecord


@pghistory.track()
class OfficeHours(OfficeRecord, models.Model):
    """The hours of one weekday; a weekday without a row is free."""

    page = "hours"
    section = "kalender"

    class Weekday(models.IntegerChoices):
        MONDAY = 1, "Senin"
        TUESDAY = 2, "Selasa"
        WEDNESDAY = 3, "Rabu"
        THURSDAY = 4, "Kamis"
        FRIDAY = 5, "Jumat"

    weekday = models.PositiveSmallIntegerField("hari", choices=Weekday.choices, unique=True)
    opens = models.TimeField("masuk")
    break_starts = models.TimeField("istirahat mulai")
    break_ends = models.TimeField("istirahat selesai")
    closes = models.TimeField("pulang")

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = "jam kerja"
        ordering = ["weekday"]
        triggers = [NEVER_DELETED]
        constraints = [
            models.CheckConstraint(name="working_days_are_monday_to_friday", condition=Q(weekday__range=(1, 5))),
            models.CheckConstraint(
                name="office_hours_follow_each_other",
                condition=Q(opens__lt=F("break_starts"), break_starts__lte=F("break_ends"), break_ends__lt=F("closes")),
                violation_error_message="Urutannya: masuk, istirahat mulai, istirahat selesai, pulang.",
            ),
        ]

    def __str__(self):
        return self.get_weekday_display()


# The only row here that may go: a joint leave that the government takes back. History keeps it.
@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Holiday(OfficeRecord, models.Model):
    page = "hours"
    section = "kalender"

    class Kind(models.TextChoices):
        NATIONAL = "national", "Libur nasional"
        JOINT_LEAVE = "joint_leave", "Cuti bersama"
        REGIONAL = "regional", "Libur daerah"
        OFFICE = "office", "Libur kantor"

    date = models.DateField("tanggal", unique=True)
    name = models.CharField("nama", max_length=160)
    kind = models.CharField("jenis", max_length=11, choices=Kind.choices)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = "hari libur"
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(
                name="a_holiday_has_a_known_kind",
                condition=Q(kind__in=["national", "joint_leave", "regional", "office"]),
            )
        ]

    def __str__(self):
        return f"{self.date:%Y-%m-%d} {self.name}"
