"""What the visit asks, as data: the versions of a programme's instrument."""

from functools import cached_property

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from proposals.models import Programme
from uep.access.access import granted
from uep.registry.fields import RefField
from verification.questions import Question, read


class InstrumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office's working, for whoever sees the programme; villages see the outcome."""
        if not granted(user, "verification.view"):
            return self.none()
        return self.filter(programme__in=Programme.objects.visible_to(user))

    def told(self):
        """Those by which something was or is asked: no drafts, discarded or not."""
        return self.exclude(stage__in=[Instrument.Stage.DRAFT, Instrument.Stage.DISCARDED])


@pghistory.track()
class Instrument(models.Model):
    """One version of the questions of a programme's visits. A visit keeps the version by which it was begun."""

    class Stage(models.TextChoices):
        DRAFT = "draft", "Rancangan"
        IN_FORCE = "in_force", "Berlaku"
        RETIRED = "retired", "Tidak berlaku lagi"
        DISCARDED = "discarded", "Dibuang"

        @property
        def tone(self) -> str:
            return {"draft": "warning", "in_force": "success", "retired": "neutral", "discarded": "neutral"}[self.value]

    ref = RefField()
    programme = models.ForeignKey(
        Programme, verbose_name="program", on_delete=models.PROTECT, related_name="instruments"
    )
    number = models.PositiveSmallIntegerField("versi")
    stage = models.CharField("tahap", max_length=10, choices=Stage.choices, default=Stage.DRAFT)
    questions = models.JSONField("pertanyaan", default=list)  # verification.questions.stored
    basis = models.CharField("dasar", max_length=200, blank=True)
    note = models.CharField("apa yang berubah", max_length=300, blank=True)
    made_by = models.ForeignKey(
        "accounts.User", verbose_name="disusun oleh", on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("disusun pada", default=timezone.now)
    in_force_at = models.DateTimeField("berlaku sejak", null=True, blank=True)
    in_force_by = models.ForeignKey(
        "accounts.User",
        verbose_name="diberlakukan oleh",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    discarded_at = models.DateTimeField("dibuang pada", null=True, blank=True)
    discarded_by = models.ForeignKey(
        "accounts.User",
        verbose_name="dibuang oleh",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        verbose_name = "versi instrumen"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="instrument_versions_do_not_repeat", fields=["programme", "number"]),
            models.UniqueConstraint(
                name="one_instrument_in_force_per_programme", fields=["programme"], condition=Q(stage="in_force")
            ),
            models.UniqueConstraint(
                name="one_drafted_instrument_per_programme", fields=["programme"], condition=Q(stage="draft")
            ),
            models.CheckConstraint(
                name="an_instrument_in_force_says_since_when",
                condition=Q(stage__in=["draft", "discarded"], in_force_at=None, in_force_by=None)
                | (~Q(stage__in=["draft", "discarded"]) & Q(in_force_at__isnull=False, in_force_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_discarded_instrument_says_who_and_when",
                condition=Q(stage="discarded", discarded_at__isnull=False, discarded_by__isnull=False)
                | (~Q(stage="discarded") & Q(discarded_at=None, discarded_by=None)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="what_was_enacted_stays",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__stage="draft")
                & (
                    pgtrigger.Q(old__questions__df=pgtrigger.F("new__questions"))
                    | pgtrigger.Q(old__number__df=pgtrigger.F("new__number"))
                    | pgtrigger.Q(old__programme_id__df=pgtrigger.F("new__programme_id"))
                    | pgtrigger.Q(old__basis__df=pgtrigger.F("new__basis"))
                    | pgtrigger.Q(new__stage="draft")
                ),
            ),
            pgtrigger.Protect(
                name="what_was_discarded_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__stage="discarded"),
            ),
        ]

    def __str__(self):
        return f"Instrumen versi {self.number}"

    def get_absolute_url(self):
        return reverse("verification:instrument", args=[self.ref])

    @cached_property
    def definition(self) -> tuple[Question, ...]:
        return read(self.questions)

    def question(self, code: str) -> Question | None:
        return next((question for question in self.definition if question.code == code), None)

    @property
    def is_draft(self) -> bool:
        return self.stage == self.Stage.DRAFT

    @property
    def is_discarded(self) -> bool:
        return self.stage == self.Stage.DISCARDED

    @property
    def tone(self) -> str:
        return self.Stage(self.stage).tone

    @property
    def size_label(self) -> str:
        weight = sum(question.weight for question in self.definition)
        return f"{len(self.definition)} pertanyaan, bobot {weight}"
