"""What the office checks at the desk: verdicts on papers and data, and the defects named (SOP step 2)."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from proposals.models import Proposal


@pghistory.track()
class DeskCheck(models.Model):
    """The verdict on one item of one proposal in one round; a returned proposal starts a new round."""

    class Verdict(models.TextChoices):
        RIGHT = "right", "Benar"
        WRONG = "wrong", "Perlu perbaikan"

        @property
        def tone(self) -> str:
            return {"right": "success", "wrong": "danger"}[self.value]

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="desk_checks")
    round = models.PositiveSmallIntegerField("putaran")
    item = models.CharField("yang diperiksa", max_length=40)  # a requirement's code, or one of checklist.DATA_ITEMS
    verdict = models.CharField("hasil", max_length=10, choices=Verdict.choices)
    why = models.CharField("kekurangan", max_length=300, blank=True)
    by = models.ForeignKey("accounts.User", verbose_name="oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("pada", default=timezone.now)

    class Meta:
        verbose_name = "pemeriksaan berkas"
        constraints = [
            models.UniqueConstraint(name="one_verdict_per_item_and_round", fields=["proposal", "round", "item"]),
            models.CheckConstraint(name="a_wrong_item_says_why", condition=Q(verdict="right") | ~Q(why="")),
        ]

    def __str__(self):
        return f"{self.item}: {self.get_verdict_display()}"

    @property
    def verdict_tone(self) -> str:
        return self.Verdict(self.verdict).tone


@pghistory.track()
class Defect(models.Model):
    """A fault named when a proposal went back to its village: what, why; it opens just that item for correction."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="defects")
    round = models.PositiveSmallIntegerField("putaran")
    item = models.CharField("yang kurang", max_length=40)
    label = models.CharField("nama", max_length=120)
    sentence = models.CharField("kekurangan", max_length=300)
    by = models.ForeignKey("accounts.User", verbose_name="oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("pada", default=timezone.now)

    class Meta:
        verbose_name = "kekurangan"
        ordering = ["pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.label}: {self.sentence}"
