"""Accounts checked by the bank, and the technical agreement between office and bank (SOP step 4)."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from decrees.models import Decree, Recipient
from uep.registry.fields import RefField, SealedField, mask


class OfDecreeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(decree__in=Decree.objects.visible_to(user))


class AccountCheckQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(recipient__in=Recipient.objects.visible_to(user))


@pghistory.track()
class AccountCheck(models.Model):
    """The bank's word on one recipient's account as it stood then; the newest one counts."""

    class Verdict(models.TextChoices):
        VALID = "valid", "Rekening benar"
        WRONG = "wrong", "Rekening salah"

        @property
        def tone(self) -> str:
            return {"valid": "success", "wrong": "danger"}[self.value]

    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="account_checks")
    account_number = SealedField("nomor rekening", kind="account")
    account_name = models.CharField("nama pemilik rekening", max_length=120)
    verdict = models.CharField("hasil", max_length=10, choices=Verdict.choices)
    why = models.CharField("sebab", max_length=300, blank=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = AccountCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "pemeriksaan rekening"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(name="a_wrong_account_says_why", condition=Q(verdict="valid") | ~Q(why=""))
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.recipient}: {self.get_verdict_display()}"

    @property
    def masked_account(self) -> str:
        return mask(self.account_number)


@pghistory.track()
class DisbursementAgreement(models.Model):
    """Schedule, place, method and fees for one decree; both sides confirm the same version."""

    class Method(models.TextChoices):
        TRANSFER = "transfer", "Transfer ke rekening penerima"
        COUNTER = "counter", "Tunai di loket bank"

    ref = RefField()
    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="agreements")
    version = models.PositiveSmallIntegerField("versi", default=1)
    method = models.CharField("cara penyaluran", max_length=10, choices=Method.choices, default=Method.TRANSFER)
    starts = models.DateField("penyaluran mulai")
    ends = models.DateField("penyaluran selesai")
    place = models.CharField("tempat/kantor cabang", max_length=200)
    fee = models.PositiveBigIntegerField("biaya administrasi per penerima (Rp)", default=0)
    fee_borne_by = models.CharField("biaya ditanggung oleh", max_length=80, default="Bank penyalur")
    contact = models.CharField("narahubung bank", max_length=120)
    failed_handling = models.TextField("penanganan gagal salur")
    proposed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    agreed_at = models.DateTimeField("disepakati pada", null=True, blank=True)

    objects = OfDecreeQuerySet.as_manager()

    class Meta:
        verbose_name = "kesepakatan penyaluran"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(name="one_agreement_per_version", fields=["decree", "version"]),
            models.CheckConstraint(name="payment_ends_after_it_starts", condition=Q(ends__gte=models.F("starts"))),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="agreed_is_frozen", operation=pgtrigger.Update, condition=pgtrigger.Q(old__agreed_at__isnull=False)
            ),
        ]

    def __str__(self):
        return f"Kesepakatan penyaluran {self.decree} versi {self.version}"

    def get_absolute_url(self):
        return reverse("distribution:decree", args=[self.decree.ref])


@pghistory.track()
class Confirmation(models.Model):
    """One side's yes to one version."""

    class Side(models.TextChoices):
        OFFICE = "office", "Dinas"
        BANK = "bank", "Bank"

    agreement = models.ForeignKey(DisbursementAgreement, on_delete=models.PROTECT, related_name="confirmations")
    side = models.CharField(max_length=10, choices=Side.choices)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "persetujuan"
        constraints = [
            models.UniqueConstraint(name="one_confirmation_per_side", fields=["agreement", "side"]),
            models.UniqueConstraint(name="the_two_sides_are_two_people", fields=["agreement", "by"]),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.get_side_display()}: {self.by}"
