"""Re-verification: a sample of visits drawn by lot, seen a second time by another team, and what Kabid concludes."""

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from proposals.models import Programme
from uep.access.access import granted
from uep.accounts.scopes import area
from uep.registry.fields import RefField
from uep.ui.indonesian import tanggal
from verification import sampling
from verification.models.facts import PhotoFacts, VisitFacts
from verification.models.field import Assignment, FieldVisit
from verification.models.instrument import Instrument


class SampleDrawQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office's working, for whoever sees the programme; of its households one sees those of the own area."""
        if not granted(user, "verification.view"):
            return self.none()
        return self.filter(programme__in=Programme.objects.visible_to(user))


class SampleDraw(models.Model):
    """One drawing of visits that another team sees again. Seed and pool are kept, so that anybody can repeat it."""

    ref = RefField()
    programme = models.ForeignKey(Programme, verbose_name="program", on_delete=models.PROTECT, related_name="draws")
    # What the pool was narrowed to.
    assignment = models.ForeignKey(
        Assignment, verbose_name="surat tugas", on_delete=models.PROTECT, null=True, blank=True, related_name="draws"
    )
    since = models.DateField("dikunjungi sejak", null=True, blank=True)
    until = models.DateField("dikunjungi sampai", null=True, blank=True)
    share = models.PositiveSmallIntegerField(
        "bagian (%)", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    count = models.PositiveSmallIntegerField("jumlah", null=True, blank=True, validators=[MinValueValidator(1)])
    seed = models.CharField("benih acak", max_length=32)
    pool = models.JSONField("kumpulan yang diundi")  # refs of the visits, sorted
    holds = models.BooleanField("keputusan ditahan sampai selesai", default=False)
    reason = models.CharField("alasan", max_length=300)
    by = models.ForeignKey("accounts.User", verbose_name="diundi oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("diundi pada", default=timezone.now)

    objects = SampleDrawQuerySet.as_manager()

    class Meta:
        verbose_name = "undian verifikasi ulang"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_draw_takes_a_share_or_a_count",
                condition=Q(share__range=(1, 100), count__isnull=True) | Q(share__isnull=True, count__gte=1),
            ),
            models.CheckConstraint(
                name="a_draw_keeps_its_seed_and_says_why", condition=~Q(reason="") & Q(seed__regex=r"^[0-9a-f]{32}$")
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"Undian {tanggal(self.at)}"

    def get_absolute_url(self):
        return reverse("verification:sample_draw", args=[self.ref])

    @property
    def drawn(self) -> list[str]:
        """References of the visits that were drawn, worked out anew."""
        number = sampling.number_of(len(self.pool), share=self.share, count=self.count)
        return sampling.drawn(self.seed, self.pool, number)

    @property
    def size_label(self) -> str:
        how = f"{self.share}%" if self.share else f"{self.count} kunjungan"
        return f"{len(self.drawn)} dari {len(self.pool)} kunjungan (diminta {how})"

    @property
    def progress_label(self) -> str:
        """For rows of queries.second.draws, which count what is still open."""
        return f"{self.open_count} belum selesai" if self.open_count else "selesai"

    @property
    def progress_tone(self) -> str:
        return "warning" if self.open_count else "success"

    @property
    def within_label(self) -> str:
        """What the pool was narrowed to, in words."""
        parts = [str(self.assignment)] if self.assignment else []
        parts += [f"sejak {tanggal(self.since)}"] if self.since else []
        parts += [f"sampai {tanggal(self.until)}"] if self.until else []
        return ", ".join(parts) or "semua kunjungan yang sudah diajukan"


class SecondTeam(models.Model):
    """Who sees drawn households again, and by when: none of them had a part in the first visit."""

    draw = models.ForeignKey(SampleDraw, verbose_name="undian", on_delete=models.PROTECT, related_name="teams")
    leader = models.ForeignKey("accounts.User", verbose_name="ketua tim", on_delete=models.PROTECT, related_name="+")
    members = models.ManyToManyField("accounts.User", verbose_name="anggota tim", related_name="second_teams")
    planned_on = models.DateField("rencana kunjungan")
    by = models.ForeignKey("accounts.User", verbose_name="ditugaskan oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("ditugaskan pada", default=timezone.now)

    class Meta:
        verbose_name = "tim verifikasi ulang"
        ordering = ["-at", "-pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"Tim {self.leader}"


class SecondCheckQuerySet(models.QuerySet):
    def visible_to(self, user):
        if not user.is_authenticated or user.village_id:
            return self.none()
        return self.filter(area(user, "first__proposal__village"))

    def open(self):
        return self.exclude(state=SecondCheck.State.CONCLUDED)


@pghistory.track()
class SecondCheck(models.Model):
    """One visit that was drawn: who sees its household again, and where that stands."""

    class State(models.TextChoices):
        DRAWN = "drawn", "Menunggu tim"
        ASSIGNED = "assigned", "Menunggu kunjungan kedua"
        VISITED = "visited", "Menunggu kesimpulan"
        ASKED = "asked", "Menunggu jawaban tim pertama"
        CONCLUDED = "concluded", "Selesai"

        @property
        def tone(self) -> str:
            return {"concluded": "success", "assigned": "info"}.get(self.value, "warning")

    class Outcome(models.TextChoices):
        FIRST = "first", "Kunjungan pertama tetap dipakai"
        SECOND = "second", "Kunjungan kedua yang dipakai"
        DROPPED = "dropped", "Dibatalkan tanpa kesimpulan"

    ref = RefField()
    draw = models.ForeignKey(SampleDraw, verbose_name="undian", on_delete=models.PROTECT, related_name="checks")
    first = models.OneToOneField(
        FieldVisit, verbose_name="kunjungan pertama", on_delete=models.PROTECT, related_name="second_check"
    )
    team = models.ForeignKey(
        SecondTeam, verbose_name="tim", on_delete=models.PROTECT, null=True, blank=True, related_name="checks"
    )
    state = models.CharField("keadaan", max_length=10, choices=State.choices, default=State.DRAWN)
    outcome = models.CharField("kesimpulan", max_length=10, choices=Outcome.choices, blank=True)

    objects = SecondCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "verifikasi ulang"
        ordering = ["draw_id", "pk"]
        indexes = [models.Index(fields=["draw"], name="second_checks_still_open", condition=~Q(state="concluded"))]
        constraints = [
            models.CheckConstraint(
                name="a_second_check_is_concluded_with_its_outcome",
                condition=Q(state="concluded", outcome__in=["first", "second", "dropped"])
                | (~Q(state="concluded") & Q(outcome="")),
            ),
            models.CheckConstraint(
                name="only_a_drawn_check_has_no_team",
                condition=Q(team__isnull=False) | Q(state__in=["drawn"]) | Q(state="concluded", outcome="dropped"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="what_was_drawn_stays", fields=["ref", "draw", "first"]),
            pgtrigger.Protect(
                name="what_was_concluded_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="concluded"),
            ),
        ]

    def __str__(self):
        return f"Verifikasi ulang {self.first.proposal.name}"

    def get_absolute_url(self):
        return reverse("verification:second_check", args=[self.ref])

    @property
    def proposal(self):
        return self.first.proposal

    @property
    def programme(self):
        """By whose instrument the form asks."""
        return self.first.proposal.programme

    @property
    def is_open(self) -> bool:
        return self.state != self.State.CONCLUDED

    @property
    def due(self):
        """By when the household is to be seen; None when it is nobody's turn to go there."""
        return self.team.planned_on if self.state == self.State.ASSIGNED else None

    @property
    def label(self) -> str:
        return self.get_outcome_display() if self.outcome else self.get_state_display()

    @property
    def tone(self) -> str:
        if self.outcome:
            return {"first": "success", "second": "warning", "dropped": "neutral"}[self.outcome]
        return self.State(self.state).tone


class CheckWord(models.Model):
    """What was said about a second check, in order: Kabid asks or concludes, the first team answers."""

    class Kind(models.TextChoices):
        ASKED = "asked", "Pertanyaan kepada tim pertama"
        ANSWERED = "answered", "Jawaban tim pertama"
        CONCLUDED = "concluded", "Kesimpulan"

    task = models.ForeignKey(
        SecondCheck, verbose_name="verifikasi ulang", on_delete=models.PROTECT, related_name="words"
    )
    kind = models.CharField("jenis", max_length=10, choices=Kind.choices)
    text = models.CharField("isi", max_length=1000)
    by = models.ForeignKey("accounts.User", verbose_name="oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("pada", default=timezone.now)

    class Meta:
        verbose_name = "catatan verifikasi ulang"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="a_word_on_a_second_check_says_something", condition=~Q(text=""))]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.text}"


class SecondVisitQuerySet(models.QuerySet):
    def visible_to(self, user):
        if not user.is_authenticated or user.village_id:
            return self.none()
        return self.filter(area(user, "task__first__proposal__village"))


@pghistory.track()
class SecondVisit(VisitFacts):
    """What the other team saw: by the instrument of the first visit, so that answers stand beside each other.

    A table of its own: whoever reads visits goes on reading first ones.
    """

    ref = RefField()
    task = models.OneToOneField(
        SecondCheck, verbose_name="verifikasi ulang", on_delete=models.PROTECT, related_name="visit"
    )
    by = models.ForeignKey(
        "accounts.User", verbose_name="petugas", on_delete=models.PROTECT, related_name="second_visits"
    )
    instrument = models.ForeignKey(
        Instrument, verbose_name="instrumen", on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = SecondVisitQuerySet.as_manager()

    class Meta:
        verbose_name = "kunjungan kedua"
        ordering = ["-visited_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_second_position_has_both_coordinates",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
            ),
            models.CheckConstraint(
                name="a_finished_second_visit_recommends_with_reason",
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
        return f"Kunjungan kedua: {self.task.first.proposal}"

    def get_absolute_url(self):
        return self.task.get_absolute_url()

    @property
    def round(self) -> int:
        """On which attempt the household was found: that of the first team, whose visit this one repeats."""
        return self.task.first.round


class SecondPhotoQuerySet(models.QuerySet):
    def current(self):
        return self.filter(discarded_at__isnull=True)

    def visible_to(self, user):
        if not user.is_authenticated or user.village_id:
            return self.none()
        return self.filter(area(user, "visit__task__first__proposal__village"))


@pghistory.track()
class SecondPhoto(PhotoFacts):
    ref = RefField()
    visit = models.ForeignKey(SecondVisit, on_delete=models.PROTECT, related_name="photos")

    objects = SecondPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = "foto kunjungan kedua"
        ordering = ["subject", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_discarded_second_photo_says_who_and_when",
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
