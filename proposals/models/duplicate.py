"""Two records that may be one person: a question that people answer, never the system."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from proposals.models.proposal import Proposal
from uep.accounts.scopes import area
from uep.registry.fields import RefField


class DuplicateCaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office's, in the area of the household that raised it; a village is not shown other villages' people."""
        return self.none() if getattr(user, "village_id", None) else self.filter(area(user, "proposal__village"))

    def open(self):
        return self.filter(decision="")


@pghistory.track()
class DuplicateCase(models.Model):
    """A suspicion that `proposal` is the same person as another proposal, or as someone aided earlier."""

    class Decision(models.TextChoices):
        SAME = "same", "Orang yang sama"
        DIFFERENT = "different", "Orang yang berbeda"

    ref = RefField()
    proposal = models.ForeignKey(Proposal, verbose_name="usulan", on_delete=models.PROTECT, related_name="suspicions")
    other = models.ForeignKey(
        Proposal,
        verbose_name="usulan lain",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="suspected_by",
    )
    past_aid = models.ForeignKey(
        "social.PastAid",
        verbose_name="bantuan terdahulu",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="suspicions",
    )
    score = models.PositiveSmallIntegerField("kemiripan (0-100)")
    reasons = models.JSONField("sebab dicurigai", default=list)  # sentences, strongest first
    raised_at = models.DateTimeField("ditemukan pada", default=timezone.now)
    decision = models.CharField("keputusan", max_length=10, choices=Decision.choices, blank=True)
    why = models.CharField("alasan", max_length=300, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User",
        verbose_name="diputuskan oleh",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField("diputuskan pada", null=True, blank=True)

    objects = DuplicateCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "dugaan ganda"
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_case_per_pair_of_proposals", fields=["proposal", "other"], condition=Q(other__isnull=False)
            ),
            models.UniqueConstraint(
                name="one_case_per_proposal_and_past_aid",
                fields=["proposal", "past_aid"],
                condition=Q(past_aid__isnull=False),
            ),
            models.CheckConstraint(
                name="a_case_compares_with_one_record",
                condition=Q(other__isnull=False, past_aid=None) | Q(other=None, past_aid__isnull=False),
            ),
            models.CheckConstraint(name="nobody_is_compared_with_oneself", condition=~Q(proposal=F("other"))),
            models.CheckConstraint(
                name="a_decided_case_says_who_when_and_why",
                condition=Q(decision="", why="", decided_by=None, decided_at=None)
                | (~Q(decision="") & ~Q(why="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(name="open_cases", fields=["proposal"], condition=Q(decision=""))]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="a_decision_stays", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__decision="")
            ),
        ]

    def __str__(self):
        return f"Dugaan ganda {self.proposal}"

    def get_absolute_url(self):
        return reverse("proposals:duplicate_case", args=[self.ref])

    @property
    def title(self) -> str:
        return f"{self.proposal.name} dan {(self.other or self.past_aid).name}"

    @property
    def reasons_text(self) -> str:
        return ", ".join(self.reasons)

    @property
    def standing(self) -> str:
        return self.get_decision_display() or "Belum diputuskan"

    @property
    def tone(self) -> str:
        return {"": "warning", "same": "danger", "different": "success"}[self.decision]

    @property
    def next_step(self) -> str:
        """What people do with the decision; nothing follows by itself."""
        if self.decision != self.Decision.SAME:
            return ""
        if self.past_aid or self.other.programme_id != self.proposal.programme_id:
            return "Orang ini sudah tercatat sebelumnya; nyatakan usulan tidak layak bila aturan program melarang bantuan ulang."
        return "Satu orang diusulkan dua kali di program ini; nyatakan salah satu usulan tidak layak (Tidak layak di meja berkas)."
