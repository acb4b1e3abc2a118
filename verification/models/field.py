"""What the office sees in the field: teams, visits, photos, minutes (SOP step 2)."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Exists, Q
from django.urls import reverse
from django.utils import timezone

from proposals.models import Proposal
from uep.accounts.scopes import area
from uep.registry.fields import RefField
from uep.ui.indonesian import tanggal
from verification.models.facts import PhotoFacts, VisitFacts
from verification.models.instrument import Instrument


class InAreaQuerySet(models.QuerySet):
    """Facts about a proposal are seen by whoever works in its area; the village sees the outcome, not the working."""

    def visible_to(self, user):
        return (
            self.none()
            if not user.is_authenticated or user.village_id
            else self.filter(area(user, "proposal__village"))
        )


class AssignmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Seen by whoever works in the area of one of its households."""
        if not user.is_authenticated or user.village_id:
            return self.none()
        households = Assignment.proposals.through.objects.filter(assignment=models.OuterRef("pk"))
        return _where_one_is_seen(self, households, area(user, "proposal__village"))

    def open(self):
        """Not called back by Kabid. (Whether a household is still to be visited is another question: queries.)"""
        return self.filter(ended_at__isnull=True)


def _where_one_is_seen(rows, parts, scope: Q):
    """Rows of which one part lies in `scope`; who sees everything is not made to look at the parts."""
    return rows.filter(Exists(parts.filter(scope))) if scope else rows


@pghistory.track()
class Assignment(models.Model):
    """A team sent to a set of households on given days (surat tugas)."""

    ref = RefField()
    leader = models.ForeignKey(
        "accounts.User", verbose_name="ketua tim", on_delete=models.PROTECT, related_name="leads"
    )
    members = models.ManyToManyField("accounts.User", verbose_name="anggota tim", related_name="assignments")
    proposals = models.ManyToManyField(Proposal, verbose_name="usulan", related_name="assignments")
    starts = models.DateField("mulai")
    ends = models.DateField("sampai")
    purpose = models.CharField("keperluan", max_length=200)
    vehicle = models.CharField("kendaraan", max_length=80, blank=True)
    made_by = models.ForeignKey(
        "accounts.User", verbose_name="ditugaskan oleh", on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("dibuat pada", default=timezone.now)
    # Called back: households that were not visited wait for another team.
    ended_at = models.DateTimeField("diakhiri pada", null=True, blank=True)
    ended_by = models.ForeignKey(
        "accounts.User", verbose_name="diakhiri oleh", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_reason = models.CharField("alasan diakhiri", max_length=300, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "surat tugas"
        ordering = ["-starts", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="an_assignment_ends_after_it_starts", condition=Q(ends__gte=models.F("starts"))
            ),
            models.CheckConstraint(
                name="an_ended_assignment_says_who_and_why",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"Tugas {self.leader}, {tanggal(self.starts)}"

    def get_absolute_url(self):
        return reverse("verification:assignment", args=[self.ref])

    class Progress(models.TextChoices):
        """Not stored: what the visits say."""

        ENDED = "ended", "diakhiri"
        DONE = "done", "selesai dikunjungi"
        UNDER_WAY = "under_way", "berjalan"

        @property
        def tone(self) -> str:
            return {"ended": "neutral", "done": "success", "under_way": "info"}[self.value]

    @property
    def progress(self) -> "Assignment.Progress":
        """For rows of queries.assignments, which count `households` and `visited`."""
        if self.ended_at:
            return self.Progress.ENDED
        return self.Progress.DONE if self.visited >= self.households else self.Progress.UNDER_WAY


@pghistory.track()
class FieldVisit(VisitFacts):
    """One visit to one household: who was met, what was seen, what is recommended.

    What is asked beside the fixed facts is the instrument's; there is no pass mark, so answers are shown and put
    households in an order, but are never summed to a verdict.
    """

    ref = RefField()
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="visits")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="visits")
    round = models.PositiveSmallIntegerField("kunjungan ke-", default=1)
    by = models.ForeignKey("accounts.User", verbose_name="petugas", on_delete=models.PROTECT, related_name="visits")
    instrument = models.ForeignKey(
        Instrument, verbose_name="instrumen", on_delete=models.PROTECT, related_name="visits", editable=False
    )

    objects = InAreaQuerySet.as_manager()

    class Meta:
        verbose_name = "kunjungan lapangan"
        ordering = ["-visited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="one_visit_per_proposal_and_round", fields=["proposal", "round"]),
            models.CheckConstraint(
                name="a_position_has_both_coordinates",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
            ),
            models.CheckConstraint(
                name="a_finished_visit_recommends_with_reason",
                condition=Q(submitted_at__isnull=True) | (~Q(recommendation="") & ~Q(reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="what_was_handed_in_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__submitted_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"Kunjungan ke-{self.round}: {self.proposal}"

    def get_absolute_url(self):
        return reverse("verification:visit", args=[self.ref])

    @property
    def visit_label(self) -> str:
        return f"Kunjungan ke-{self.round}, {tanggal(self.visited_at)}"


class VisitPhotoQuerySet(models.QuerySet):
    def current(self):
        return self.filter(discarded_at__isnull=True)

    def visible_to(self, user):
        if not user.is_authenticated or user.village_id:
            return self.none()
        return self.filter(area(user, "visit__proposal__village"))


@pghistory.track()
class VisitPhoto(PhotoFacts):
    ref = RefField()
    visit = models.ForeignKey(FieldVisit, on_delete=models.PROTECT, related_name="photos")
    # Chosen for the annex of the minutes; without a choice the first ones are taken (queries.minutes.for_annex).
    is_for_minutes = models.BooleanField("untuk lampiran berita acara", default=False)

    objects = VisitPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = "foto kunjungan"
        ordering = ["subject", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_discarded_photo_says_who_and_when",
                condition=Q(discarded_at__isnull=True, discarded_by__isnull=True)
                | Q(discarded_at__isnull=False, discarded_by__isnull=False),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_photo_stays_what_it_is", fields=["id", "ref", "visit", "subject", "file", "by", "at"]
            ),
        ]

    def get_absolute_url(self):
        return self.visit.get_absolute_url()


class MinutesQuerySet(models.QuerySet):
    def visible_to(self, user):
        if not user.is_authenticated or user.village_id:
            return self.none()
        visits = Minutes.visits.through.objects.filter(minutes=models.OuterRef("pk"))
        return _where_one_is_seen(self, visits, area(user, "fieldvisit__proposal__village"))


@pghistory.track()
class Minutes(models.Model):
    """Berita acara verifikasi of a batch of finished visits."""

    ref = RefField()
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="minutes")
    visits = models.ManyToManyField(FieldVisit, related_name="minutes")
    date = models.DateField("tanggal")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = "berita acara verifikasi"
        ordering = ["-date", "-pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"Berita acara {tanggal(self.date)}"

    def get_absolute_url(self):
        return self.assignment.get_absolute_url()
