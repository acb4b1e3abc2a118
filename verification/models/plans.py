"""The days of a journey: who is seen on which day in which order, what was changed about that and why, who travels at whose cost."""

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from proposals.models import Proposal
from uep.registry.fields import RefField
from uep.ui.indonesian import hari_tanggal, tanggal
from verification.models.field import Assignment, _where_one_is_seen

MOST_A_DAY = 200


class PlannedVisitQuerySet(models.QuerySet):
    def standing(self):
        """Not handed to another team."""
        return self.filter(released_at__isnull=True)

    def released(self):
        return self.filter(released_at__isnull=False)


@pghistory.track()
class PlannedVisit(models.Model):
    """A household of an assignment on its day, at its place in that day's route. Its history keeps every former plan."""

    assignment = models.ForeignKey(
        Assignment, verbose_name="surat tugas", on_delete=models.PROTECT, related_name="planned"
    )
    proposal = models.ForeignKey(Proposal, verbose_name="usulan", on_delete=models.PROTECT, related_name="planned")
    day = models.DateField("hari")
    position = models.PositiveSmallIntegerField("urutan")
    # Handed to another team; this one no longer goes there.
    released_at = models.DateTimeField("dialihkan pada", null=True, blank=True)

    objects = PlannedVisitQuerySet.as_manager()

    class Meta:
        verbose_name = "rencana kunjungan"
        ordering = ["day", "position", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_plan_per_household_and_assignment", fields=["assignment", "proposal"])
        ]
        indexes = [models.Index(name="planned_on_a_day", fields=["day"], condition=Q(released_at__isnull=True))]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"{self.proposal}, {tanggal(self.day)}"


class PlanChange(models.Model):
    """What was changed about a journey, by whom and why; a line for each household, or one for the whole journey."""

    class Kind(models.TextChoices):
        POSTPONED = "postponed", "Hari dipindah"
        REASSIGNED = "reassigned", "Dialihkan ke tim lain"
        EXTENDED = "extended", "Masa tugas diperpanjang"
        TIME_GIVEN = "time_given", "Batas waktu diperpanjang"

    assignment = models.ForeignKey(
        Assignment, verbose_name="surat tugas", on_delete=models.PROTECT, related_name="changes"
    )
    proposal = models.ForeignKey(
        Proposal, verbose_name="usulan", on_delete=models.PROTECT, null=True, blank=True, related_name="plan_changes"
    )
    kind = models.CharField("perubahan", max_length=10, choices=Kind.choices)
    was = models.DateField("semula")
    now = models.DateField("menjadi")
    successor = models.ForeignKey(
        Assignment, verbose_name="surat tugas baru", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField("alasan", max_length=300)
    by = models.ForeignKey("accounts.User", verbose_name="oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("pada", default=timezone.now)

    class Meta:
        verbose_name = "perubahan rencana"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(name="a_change_of_plan_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="only_a_reassignment_has_a_successor",
                condition=Q(kind="reassigned", successor__isnull=False)
                | (~Q(kind="reassigned") & Q(successor__isnull=True)),
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return self.get_kind_display()

    @property
    def sentence(self) -> str:
        """What changed, in a few words."""
        if self.kind == self.Kind.REASSIGNED:
            return f"dari {hari_tanggal(self.was)} ke tim {self.successor.leader}, {hari_tanggal(self.now)}"
        return f"dari {hari_tanggal(self.was)} menjadi {hari_tanggal(self.now)}"


@pghistory.track()
class DayLimit(models.Model):
    """How many households a team can see in a day: of a district, a village, or (the regency's own row) everywhere else."""

    region = models.OneToOneField(
        "registry.Region", verbose_name="wilayah", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    # Empty: no limit of its own any more; the row stays, with its history.
    households = models.PositiveSmallIntegerField(
        "rumah tangga sehari",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_A_DAY)],
    )

    class Meta:
        verbose_name = "batas kunjungan sehari"
        constraints = [
            models.CheckConstraint(
                name="a_day_has_room_for_someone",
                condition=Q(households__isnull=True) | Q(households__range=(1, MOST_A_DAY)),
            )
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"{self.region_id}: {self.households}"


class TravelOrderQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Seen by whoever sees the journey."""
        seen = Assignment.objects.visible_to(user).filter(pk=models.OuterRef("assignment"))
        return _where_one_is_seen(self, seen, Q(pk__isnull=False))


@pghistory.track()
class TravelOrder(models.Model):
    """SPPD: the order by which one person of a team travels, and what is charged for it."""

    class Level(models.TextChoices):
        A = "A", "Tingkat A"
        B = "B", "Tingkat B"
        C = "C", "Tingkat C"
        D = "D", "Tingkat D"
        E = "E", "Tingkat E"

    ref = RefField()
    assignment = models.ForeignKey(
        Assignment, verbose_name="surat tugas", on_delete=models.PROTECT, related_name="travel_orders"
    )
    person = models.ForeignKey(
        "accounts.User", verbose_name="yang bepergian", on_delete=models.PROTECT, related_name="travel_orders"
    )
    level = models.CharField("tingkat biaya perjalanan dinas", max_length=1, choices=Level.choices)
    origin = models.CharField("tempat berangkat", max_length=80)
    destination = models.CharField("tempat tujuan", max_length=160)
    transport = models.CharField("alat angkutan", max_length=80)
    departs = models.DateField("tanggal berangkat")
    returns = models.DateField("tanggal kembali")
    charged_to = models.CharField("instansi pembeban anggaran", max_length=120)
    account = models.CharField("kode rekening", max_length=60)
    remarks = models.CharField("keterangan lain", max_length=200, blank=True)
    by = models.ForeignKey("accounts.User", verbose_name="dibuat oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("dibuat pada", default=timezone.now)

    objects = TravelOrderQuerySet.as_manager()

    class Meta:
        verbose_name = "SPPD"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="one_travel_order_per_person_and_journey", fields=["assignment", "person"]),
            models.CheckConstraint(name="one_returns_after_one_departs", condition=Q(returns__gte=models.F("departs"))),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"SPPD {self.person}"

    def get_absolute_url(self):
        return reverse("verification:assignment", args=[self.assignment.ref])

    @property
    def days(self) -> int:
        """Both days included, as a travel order counts them."""
        return (self.returns - self.departs).days + 1
