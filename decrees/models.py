"""The decree that names the recipients (SOP step 3), and its frozen list."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from proposals.models import Programme, Proposal
from uep.access.access import granted
from uep.access.roles import Role
from uep.accounts.scopes import EVERYWHERE
from uep.registry.fields import BlindIndex, RefField, SealedField, mask


class DecreeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office all; regent what has come up to the regent; bank the signed ones of its own programmes."""
        if not user.is_authenticated or not granted(user, "decrees.view"):
            return self.none()
        if user.roles_today & EVERYWHERE:
            return self
        if user.role == Role.REGENT:
            return self.filter(programme__signatory=Role.REGENT).exclude(stage=Decree.Stage.DRAFT)
        if user.role == Role.BANK:
            return self.filter(programme__bank=user.bank_id, stage=Decree.Stage.SIGNED)
        return self.none()

    def signed(self):
        return self.filter(stage=Decree.Stage.SIGNED)


@pghistory.track()
class Decree(models.Model):
    """A draft that goes up, and once signed the list that governs (design, law 3)."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", "Penetapan"
        AMENDMENT = "amendment", "Perubahan"

    class Stage(models.TextChoices):
        DRAFT = "draft", "Draf Kabid"
        GOING_UP = "going_up", "Menunggu paraf Sekretaris"
        ENDORSED = "endorsed", "Menunggu Kepala Dinas"
        AT_REGENT = "at_regent", "Menunggu Bupati"
        SIGNED = "signed", "Ditetapkan"
        CANCELLED = "cancelled", "Dibatalkan"

        @property
        def tone(self) -> str:
            return {"draft": "neutral", "signed": "success", "cancelled": "neutral"}.get(self.value, "warning")

    ref = RefField()
    programme = models.ForeignKey(Programme, verbose_name="program", on_delete=models.PROTECT, related_name="decrees")
    kind = models.CharField("jenis", max_length=10, choices=Kind.choices, default=Kind.ORIGINAL)
    amends = models.ForeignKey(
        "self", verbose_name="mengubah", on_delete=models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    stage = models.CharField("tahap", max_length=12, choices=Stage.choices, default=Stage.DRAFT)
    title = models.CharField("tentang", max_length=250)
    considerations = models.TextField("menimbang", blank=True)  # one paragraph a line; the paper letters them a. b. c.
    proposals = models.ManyToManyField(Proposal, verbose_name="usulan dalam draf", blank=True, related_name="decrees")
    removes = models.ManyToManyField(
        "decrees.Recipient", verbose_name="penerima yang dikeluarkan", blank=True, related_name="removed_by"
    )
    drafted_by = models.ForeignKey("accounts.User", verbose_name="penyusun", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField("disusun pada", default=timezone.now)
    # Set together at signing.
    number = models.CharField("nomor", max_length=120, blank=True)
    date = models.DateField("tanggal penetapan", null=True, blank=True)
    signed_by = models.ForeignKey(
        "accounts.User",
        verbose_name="ditetapkan oleh",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    signed_at = models.DateTimeField("ditetapkan pada", null=True, blank=True)
    signatory = models.JSONField(
        "pejabat penanda tangan", null=True, blank=True
    )  # office.Signatory.as_dict() of that day
    scan = models.ForeignKey(
        "files.StoredFile",
        verbose_name="pindaian bertanda tangan",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = DecreeQuerySet.as_manager()

    class Meta:
        verbose_name = "SK"
        ordering = ["-drafted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_signed_decree_has_number_date_and_signatory",
                condition=~Q(stage="signed")
                | (
                    ~Q(number="")
                    & Q(date__isnull=False, signed_by__isnull=False, signed_at__isnull=False, signatory__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="an_amendment_names_what_it_amends",
                condition=Q(kind="original", amends__isnull=True) | Q(kind="amendment", amends__isnull=False),
            ),
            models.UniqueConstraint(name="a_decree_number_is_given_once", fields=["number"], condition=~Q(number="")),
            models.UniqueConstraint(
                name="one_amendment_under_way_per_decree",
                fields=["amends"],
                condition=Q(kind="amendment") & ~Q(stage__in=["signed", "cancelled"]),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="signed_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__stage="signed")
                & (
                    pgtrigger.Q(new__stage__df=pgtrigger.F("old__stage"))
                    | pgtrigger.Q(new__number__df=pgtrigger.F("old__number"))
                    | pgtrigger.Q(new__date__df=pgtrigger.F("old__date"))
                    | pgtrigger.Q(new__signatory__df=pgtrigger.F("old__signatory"))
                    | pgtrigger.Q(new__title__df=pgtrigger.F("old__title"))
                ),
            ),
        ]

    def __str__(self):
        return f"SK {self.number}" if self.number else f"Draf SK {self.title}"

    def get_absolute_url(self):
        return reverse("decrees:decree", args=[self.ref])

    @property
    def status(self) -> "Decree.Stage":
        return self.Stage(self.stage)


@pghistory.track()
class Endorsement(models.Model):
    """Initials on the way up; bound to the draft as it was, so any change of the draft voids them."""

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="endorsements")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    signatory = models.JSONField("pejabat")
    draft_hash = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "paraf"
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                name="one_valid_endorsement_per_person", fields=["decree", "by"], condition=Q(voided_at__isnull=True)
            )
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"Paraf {self.by}"


class DecreeNote(models.Model):
    """Why a draft came back, who sent it up: the decree's own journey."""

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="notes")
    act = models.CharField(max_length=60)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = "jejak SK"
        ordering = ["-at", "-pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.act} {self.at:%Y-%m-%d %H:%M}"


class RecipientQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Recipients of the decrees one sees; a village sees its own."""
        if not user.is_authenticated:
            return self.none()
        if user.village_id:
            return self.filter(village=user.village_id)
        return self.filter(decree__in=Decree.objects.visible_to(user))

    def in_force(self):
        """Named by a signed decree and not taken off by an amending one."""
        return self.filter(removed_at__isnull=True)


@pghistory.track()
class Recipient(models.Model):
    """One line of a signed decree's annex, frozen at signing; lists of payment and handover come from here only.

    `removed_at` is set when an amending decree takes the person off; everything else never changes.
    """

    ref = RefField()
    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="recipients")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="recipients")
    position = models.PositiveIntegerField("nomor urut")
    village = models.ForeignKey("registry.Region", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("nama", max_length=120)
    nik = SealedField("NIK", kind="nik")
    kk_number = SealedField("nomor KK", kind="kk")
    address = models.CharField("alamat", max_length=240)
    business = models.CharField("jenis usaha", max_length=120)
    amount = models.PositiveBigIntegerField("besaran (Rp)")
    removed_at = models.DateTimeField("dikeluarkan pada", null=True, blank=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = "penerima"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="one_line_per_position", fields=["decree", "position"]),
            models.UniqueConstraint(
                name="a_proposal_stands_on_one_decree_in_force",
                fields=["proposal"],
                condition=Q(removed_at__isnull=True),
            ),
        ]
        indexes = [models.Index(BlindIndex("nik"), name="recipient_by_nik")]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="frozen_at_signing",
                operation=pgtrigger.Update,
                # Sealed columns have no comparison of their own, so the rows are compared whole.
                condition=pgtrigger.Condition(
                    "to_jsonb(OLD) - 'removed_at' IS DISTINCT FROM to_jsonb(NEW) - 'removed_at'"
                ),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return self.proposal.get_absolute_url()

    @property
    def masked_nik(self) -> str:
        return mask(self.nik)
