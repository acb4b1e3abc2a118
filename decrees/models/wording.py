"""What decrees say, as data: versions of the wording of each kind of decree and signatory."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from decrees.tags import PARTS
from uep.access.access import granted
from uep.access.roles import Role
from uep.registry.fields import RefField


class WordingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office's own working; it names nobody."""
        return self if granted(user, "decrees.view_wordings") else self.none()

    def of(self, kind: str, signatory: str):
        return self.filter(kind=kind, signatory=signatory)


@pghistory.track()
class Wording(models.Model):
    """One version of what a kind of decree says when that post signs it. A decree keeps the version it was drafted by."""

    class Kind(models.TextChoices):
        """Values as those of Decree.Kind."""

        ORIGINAL = "original", "SK penetapan"
        AMENDMENT = "amendment", "SK perubahan"
        REVOCATION = "revocation", "SK pencabutan"

    class Stage(models.TextChoices):
        DRAFT = "draft", "Rancangan"
        IN_FORCE = "in_force", "Berlaku"
        RETIRED = "retired", "Tidak berlaku lagi"

        @property
        def tone(self) -> str:
            return {"draft": "warning", "in_force": "success", "retired": "neutral"}[self.value]

    ref = RefField()
    kind = models.CharField("jenis", max_length=10, choices=Kind.choices)
    signatory = models.CharField(
        "penanda tangan",
        max_length=20,
        choices=[(role.value, role.label) for role in (Role.OFFICE_HEAD, Role.REGENT)],
    )
    number = models.PositiveSmallIntegerField("versi")
    stage = models.CharField("tahap", max_length=10, choices=Stage.choices, default=Stage.DRAFT)
    # Paragraphs a line, in the language of decrees.tags; letters, numbers and KESATU, KEDUA are the paper's matter.
    title = models.TextField("tentang")
    considerations = models.TextField("menimbang", blank=True)
    legal = models.TextField("mengingat", blank=True)
    regarding = models.TextField("memperhatikan", blank=True)
    enacting = models.TextField("menetapkan")
    clauses = models.TextField("diktum", blank=True)
    copies = models.TextField("tembusan", blank=True)
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

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = "versi naskah SK"
        ordering = ["kind", "signatory", "-number"]
        constraints = [
            models.UniqueConstraint(name="wording_versions_do_not_repeat", fields=["kind", "signatory", "number"]),
            models.UniqueConstraint(
                name="one_wording_in_force_per_kind_and_signatory",
                fields=["kind", "signatory"],
                condition=Q(stage="in_force"),
            ),
            models.UniqueConstraint(
                name="one_drafted_wording_per_kind_and_signatory",
                fields=["kind", "signatory"],
                condition=Q(stage="draft"),
            ),
            models.CheckConstraint(
                name="a_wording_in_force_says_since_when",
                condition=Q(stage="draft", in_force_at=None, in_force_by=None)
                | (~Q(stage="draft") & Q(in_force_at__isnull=False, in_force_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_wording_is_of_a_known_kind_and_signatory",
                condition=Q(kind__in=["original", "amendment", "revocation"], signatory__in=["office_head", "regent"]),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="kind_and_number_stay", fields=["ref", "kind", "signatory", "number"]),
            pgtrigger.Protect(
                name="what_was_enacted_stays",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__stage="draft")
                & (
                    pgtrigger.Q(old__title__df=pgtrigger.F("new__title"))
                    | pgtrigger.Q(old__considerations__df=pgtrigger.F("new__considerations"))
                    | pgtrigger.Q(old__legal__df=pgtrigger.F("new__legal"))
                    | pgtrigger.Q(old__regarding__df=pgtrigger.F("new__regarding"))
                    | pgtrigger.Q(old__enacting__df=pgtrigger.F("new__enacting"))
                    | pgtrigger.Q(old__clauses__df=pgtrigger.F("new__clauses"))
                    | pgtrigger.Q(old__copies__df=pgtrigger.F("new__copies"))
                    | pgtrigger.Q(old__stage="retired", new__stage="in_force")
                    | pgtrigger.Q(new__stage="draft")
                ),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} oleh {self.get_signatory_display()}, versi {self.number}"

    def get_absolute_url(self):
        return reverse("decrees:wording", args=[self.ref])

    @property
    def is_draft(self) -> bool:
        return self.stage == self.Stage.DRAFT

    @property
    def tone(self) -> str:
        return self.Stage(self.stage).tone

    @property
    def texts(self) -> dict[str, str]:
        """Part -> its text, in the order of the paper."""
        return {part: getattr(self, part) for part in PARTS}
