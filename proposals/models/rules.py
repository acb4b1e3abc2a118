"""A programme's eligibility rules as data, versioned; and Kabid's written exceptions."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from proposals.models.programme import Programme
from proposals.models.proposal import Proposal
from uep.access.access import granted
from uep.accounts.scopes import area
from uep.registry.fields import RefField

SENTENCE = 300  # characters of a rule's answer, as exceptions keep it


class RuleSetQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever sees the programme; what is still a draft only the office, for nobody is bound by it."""
        rows = self.filter(programme__in=Programme.objects.visible_to(user))
        return rows if granted(user, "proposals.try_rules") else rows.exclude(stage=RuleSet.Stage.DRAFT)


@pghistory.track()
class RuleSet(models.Model):
    """One version of a programme's rules. A proposal keeps the version by which it was judged."""

    class Stage(models.TextChoices):
        DRAFT = "draft", "Rancangan"
        IN_FORCE = "in_force", "Berlaku"
        RETIRED = "retired", "Tidak berlaku lagi"

        @property
        def tone(self) -> str:
            return {"draft": "warning", "in_force": "success", "retired": "neutral"}[self.value]

    ref = RefField()
    programme = models.ForeignKey(Programme, verbose_name="program", on_delete=models.PROTECT, related_name="rule_sets")
    number = models.PositiveSmallIntegerField("versi")
    stage = models.CharField("tahap", max_length=10, choices=Stage.choices, default=Stage.DRAFT)
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

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = "versi aturan"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="rule_versions_do_not_repeat", fields=["programme", "number"]),
            models.UniqueConstraint(
                name="one_version_in_force_per_programme", fields=["programme"], condition=Q(stage="in_force")
            ),
            models.CheckConstraint(
                name="a_version_in_force_says_since_when",
                condition=Q(stage="draft", in_force_at=None, in_force_by=None)
                | (~Q(stage="draft") & Q(in_force_at__isnull=False, in_force_by__isnull=False)),
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"Aturan versi {self.number}"

    def get_absolute_url(self):
        return reverse("proposals:rule_set", args=[self.ref])

    @property
    def tone(self) -> str:
        return self.Stage(self.stage).tone


@pghistory.track()
class RuleSetting(models.Model):
    """One rule in one version: is it on, with which parameters, how hard, and may Kabid make an exception."""

    class Level(models.TextChoices):
        FAIL = "fail", "menolak"
        WARN = "warn", "memperingatkan"

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="settings")
    code = models.CharField("aturan", max_length=40)  # of a class in proposals.eligibility
    is_on = models.BooleanField("dipakai", default=True)
    level = models.CharField("bila tidak terpenuhi", max_length=4, choices=Level.choices, default=Level.FAIL)
    may_be_overridden = models.BooleanField("boleh dikecualikan oleh Kabid", default=False)
    parameters = models.JSONField("ketentuan", default=dict, blank=True)

    class Meta:
        verbose_name = "aturan"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="one_setting_per_rule_and_version", fields=["rule_set", "code"])]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self):
        return self.code


class ExceptionPleaQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(area(user, "proposal__village"))


@pghistory.track()
class ExceptionPlea(models.Model):
    """A village asks for an exception from one rule, with its reason; only then may it send the household along."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="pleas")
    code = models.CharField("aturan", max_length=40)
    sentence = models.CharField("yang tidak terpenuhi", max_length=SENTENCE)  # the rule's answer at that moment
    reason = models.CharField("alasan desa", max_length=300)
    by = models.ForeignKey("accounts.User", verbose_name="oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("pada", default=timezone.now)

    objects = ExceptionPleaQuerySet.as_manager()

    class Meta:
        verbose_name = "permohonan pengecualian"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="one_plea_per_answer_of_a_rule", fields=["proposal", "code", "sentence"]),
            models.CheckConstraint(name="a_plea_has_a_reason", condition=~Q(reason="")),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.code}: {self.reason}"

    def get_absolute_url(self):
        return self.proposal.get_absolute_url()


class RuleOverrideQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(area(user, "proposal__village"))


@pghistory.track()
class RuleOverride(models.Model):
    """Kabid's written exception for one household and one rule; it prints in the minutes."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="overrides")
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="+")
    code = models.CharField("aturan", max_length=40)
    sentence = models.CharField("yang tidak terpenuhi", max_length=SENTENCE)  # the rule's answer at that moment
    reason = models.CharField("alasan pengecualian", max_length=300)
    by = models.ForeignKey("accounts.User", verbose_name="oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("pada", default=timezone.now)

    objects = RuleOverrideQuerySet.as_manager()

    class Meta:
        verbose_name = "pengecualian aturan"
        ordering = ["pk"]
        constraints = [
            # What the rule says may change; then it takes another exception.
            models.UniqueConstraint(name="one_exception_per_answer_of_a_rule", fields=["proposal", "code", "sentence"]),
            models.CheckConstraint(name="an_exception_has_a_reason", condition=~Q(reason="")),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.code}: {self.reason}"

    def get_absolute_url(self):
        return self.proposal.get_absolute_url()
