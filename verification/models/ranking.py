"""Who comes first when there is not enough for all: weights, shares of the quota, and rankings that were made."""

import pghistory
import pgtrigger
from django.db import models
from django.urls import reverse
from django.utils import timezone

from proposals.models import Programme, Proposal
from uep.access.access import granted
from uep.registry.fields import RefField
from verification.models.instrument import Instrument
from verification.scoring import Criterion, Score, criteria_of


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ScoreWeight(models.Model):
    """What one sign is worth in a programme. Kepmensos 262/HUK/2022 sets no pass mark: the office sets the weights."""

    programme = models.ForeignKey(Programme, verbose_name="program", on_delete=models.PROTECT, related_name="weights")
    code = models.CharField("unsur", max_length=40)  # of verification.scoring.OTHERS; questions carry their own weight
    points = models.PositiveSmallIntegerField("bobot")

    class Meta:
        verbose_name = "bobot skor"
        constraints = [models.UniqueConstraint(name="one_weight_per_sign_and_programme", fields=["programme", "code"])]

    def __str__(self):
        return f"{self.code}: {self.points}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class QuotaShare(models.Model):
    """How many of the programme's quota one district or village may take at most. Without shares all compete together."""

    programme = models.ForeignKey(Programme, verbose_name="program", on_delete=models.PROTECT, related_name="shares")
    region = models.ForeignKey("registry.Region", verbose_name="wilayah", on_delete=models.PROTECT, related_name="+")
    quota = models.PositiveIntegerField("kuota")

    class Meta:
        verbose_name = "kuota wilayah"
        constraints = [
            models.UniqueConstraint(name="one_share_per_region_and_programme", fields=["programme", "region"])
        ]

    def __str__(self):
        return f"{self.region}: {self.quota}"


class RankingRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if granted(user, "verification.view_ranking") else self.none()


@pghistory.track()
class RankingRun(models.Model):
    """A ranking of a programme's assessed households by the weights, quota and budget of that moment.

    Simulations are computed on the page and not kept; a run is kept when it is applied.
    """

    ref = RefField()
    programme = models.ForeignKey(Programme, verbose_name="program", on_delete=models.PROTECT, related_name="rankings")
    quota = models.PositiveIntegerField("kuota")
    budget = models.PositiveBigIntegerField("anggaran (Rp)")
    instrument = models.ForeignKey(
        Instrument, verbose_name="instrumen", on_delete=models.PROTECT, related_name="rankings"
    )
    weights = models.JSONField("bobot", default=dict)  # code -> points
    shares = models.JSONField("kuota wilayah", default=dict)  # region code -> quota
    tie_order = models.JSONField("urutan bila skor sama", default=list)  # codes of verification.scoring.TIES
    note = models.CharField("catatan", max_length=300, blank=True)
    by = models.ForeignKey("accounts.User", verbose_name="diterapkan oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("diterapkan pada", default=timezone.now)

    objects = RankingRunQuerySet.as_manager()

    class Meta:
        verbose_name = "pemeringkatan"
        ordering = ["-at", "-pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"Pemeringkatan {self.programme}"

    def get_absolute_url(self):
        return reverse("verification:ranking_run", args=[self.ref])

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The signs that were weighed, in the words of that day."""
        return criteria_of(self.instrument.definition)

    @property
    def size_label(self) -> str:
        """For rows of queries.ranking.runs_of, which count `households`."""
        return f"{self.households} rumah tangga"


class RankingLine(models.Model):
    """Where a household came in a run, and why."""

    class Outcome(models.TextChoices):
        ELIGIBLE = "eligible", "Layak"
        WAITING = "waiting", "Cadangan"
        HELD = "held", "Ditahan"  # its place is kept until somebody has decided; the ranking does not move it

        @property
        def tone(self) -> str:
            return {"eligible": "success", "waiting": "info", "held": "warning"}[self.value]

    run = models.ForeignKey(RankingRun, on_delete=models.PROTECT, related_name="lines")
    proposal = models.ForeignKey(Proposal, verbose_name="usulan", on_delete=models.PROTECT, related_name="rankings")
    position = models.PositiveIntegerField("peringkat")
    score = models.PositiveIntegerField("skor")
    breakdown = models.JSONField("rincian skor", default=dict)  # code -> points that counted
    outcome = models.CharField("hasil", max_length=10, choices=Outcome.choices)
    why = models.CharField("sebab", max_length=200)

    class Meta:
        verbose_name = "baris pemeringkatan"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="a_position_is_given_once", fields=["run", "position"]),
            models.UniqueConstraint(name="a_household_is_placed_once", fields=["run", "proposal"]),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.position}. {self.proposal}"

    @property
    def its_score(self) -> Score:
        return Score(self.score, self.breakdown)

    @property
    def tone(self) -> str:
        """Of the outcome, for pills."""
        return self.Outcome(self.outcome).tone
