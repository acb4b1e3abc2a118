"""The objection window (masa sanggah): a provisional list for everyone to see, and what people say against it."""

import secrets

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from proposals.flow import State
from proposals.models import Programme, Proposal
from uep.accounts.scopes import area
from uep.registry.fields import ALPHABET, RefField

CODE_LENGTH = 8  # of the public address: short enough to be typed from a notice on the village's board


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


class PublicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(area(user))

    def open_on(self, day):
        return self.filter(opens_on__lte=day, closes_on__gte=day, withdrawn_at__isnull=True)


@pghistory.track()
class Publication(models.Model):
    """The provisional list of one village, open to objections for some working days."""

    class Standing(models.TextChoices):
        """Not stored: what the dates say."""

        OPEN = "open", "Masa sanggah berjalan"
        OVER = "over", "Masa sanggah selesai"
        WITHDRAWN = "withdrawn", "Ditarik"

        @property
        def tone(self) -> str:
            return {"open": "warning", "over": "success", "withdrawn": "neutral"}[self.value]

    ref = RefField()
    code = models.CharField("kode", max_length=CODE_LENGTH, unique=True, editable=False, default=new_code)
    programme = models.ForeignKey(
        Programme, verbose_name="program", on_delete=models.PROTECT, related_name="publications"
    )
    village = models.ForeignKey("registry.Region", verbose_name="desa/kelurahan", on_delete=models.PROTECT)
    opens_on = models.DateField("dibuka tanggal")
    closes_on = models.DateField("ditutup tanggal")  # the last day on which one may object
    days = models.PositiveSmallIntegerField("lama (hari kerja)")
    by = models.ForeignKey("accounts.User", verbose_name="diumumkan oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("diumumkan pada", default=timezone.now)
    # Taken back because the list was wrong: the address then says so.
    withdrawn_at = models.DateTimeField("ditarik pada", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "accounts.User", verbose_name="ditarik oleh", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdraw_reason = models.CharField("alasan ditarik", max_length=300, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = "pengumuman sementara"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(name="a_window_closes_after_it_opens", condition=Q(closes_on__gte=F("opens_on"))),
            models.UniqueConstraint(
                name="one_list_per_village_and_opening",
                fields=["programme", "village", "opens_on"],
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="a_withdrawn_list_says_who_and_why",
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdraw_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdraw_reason="")),
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"Pengumuman {self.village}"

    def get_absolute_url(self):
        return reverse("verification:publication", args=[self.ref])

    @property
    def standing(self) -> Standing:
        if self.withdrawn_at:
            return self.Standing.WITHDRAWN
        return self.Standing.OVER if self.is_over else self.Standing.OPEN

    @property
    def is_over(self) -> bool:
        return self.closes_on < timezone.localdate()


class PublishedName(models.Model):
    """A line of the list as everyone sees it: part of the name, the outcome, nothing else."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="names")
    number = models.PositiveIntegerField("nomor")
    proposal = models.ForeignKey(Proposal, verbose_name="usulan", on_delete=models.PROTECT, related_name="published")
    shown_name = models.CharField("nama tersamar", max_length=120)
    business = models.CharField("jenis usaha", max_length=120, blank=True)
    outcome = models.CharField("hasil sementara", max_length=20)  # a State at that moment

    class Meta:
        verbose_name = "nama dalam pengumuman"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="a_published_number_is_given_once", fields=["publication", "number"]),
            models.UniqueConstraint(name="a_household_is_published_once", fields=["publication", "proposal"]),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return self.shown_name

    @property
    def result(self) -> State:
        return State(self.outcome)


class ObjectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office's in its area; a village reads the objections about its own households, without who objected."""
        return self.filter(area(user, "proposal__village"))

    def open(self):
        return self.filter(decision="")


@pghistory.track()
class Objection(models.Model):
    """What someone says against one household's place, or against its refusal. It blocks that household alone."""

    class Kind(models.TextChoices):
        AGAINST = "against", "Tidak pantas menerima"
        FOR = "for", "Seharusnya layak"

    class Channel(models.TextChoices):
        PUBLIC = "public", "halaman umum"
        OFFICE = "office", "di kantor"
        VILLAGE = "village", "lewat desa/kelurahan"

    class Decision(models.TextChoices):
        UPHELD = "upheld", "Diterima"
        DISMISSED = "dismissed", "Ditolak"

        @property
        def tone(self) -> str:
            return {"upheld": "success", "dismissed": "neutral"}[self.value]

    ref = RefField()
    publication = models.ForeignKey(
        Publication,
        verbose_name="pengumuman",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="objections",
    )
    proposal = models.ForeignKey(Proposal, verbose_name="usulan", on_delete=models.PROTECT, related_name="objections")
    kind = models.CharField("isi sanggahan", max_length=10, choices=Kind.choices)
    reason = models.TextField("alasan", max_length=2000)
    # Who objects need not say who they are.
    objector = models.CharField("nama penyanggah", max_length=120, blank=True)
    contact = models.CharField("kontak penyanggah", max_length=120, blank=True)
    channel = models.CharField("lewat", max_length=10, choices=Channel.choices, default=Channel.PUBLIC)
    entered_by = models.ForeignKey(
        "accounts.User", verbose_name="dicatat oleh", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField("diterima pada", default=timezone.now)
    due_at = models.DateTimeField("batas jawaban", null=True, blank=True)
    decision = models.CharField("keputusan", max_length=10, choices=Decision.choices, blank=True)
    answer = models.TextField("jawaban", blank=True)
    decided_by = models.ForeignKey(
        "accounts.User",
        verbose_name="diputuskan oleh",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField("diputuskan pada", null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = "sanggahan"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(name="an_objection_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="a_decided_objection_says_who_when_and_answers",
                condition=Q(decision="", answer="", decided_by=None, decided_at=None)
                | (~Q(decision="") & ~Q(answer="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(name="open_objections", fields=["proposal"], condition=Q(decision=""))]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="an_answer_stays", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__decision="")
            ),
        ]

    def __str__(self):
        return f"Sanggahan {self.proposal}"

    def get_absolute_url(self):
        return reverse("verification:objection", args=[self.ref])

    @property
    def standing(self) -> str:
        return self.get_decision_display() or "Menunggu jawaban"

    @property
    def tone(self) -> str:
        return self.Decision(self.decision).tone if self.decision else "warning"
