"""How each bank wants its lists, and who took which list along."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from distribution.models.payment import Disbursement
from uep.access.roles import Role
from uep.office.models import Bank
from uep.registry.fields import RefField, SealedField


class BankLayoutQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Configuration: whoever is granted its acts sees all; a bank its own."""
        if user.is_authenticated and user.role == Role.BANK:
            return self.filter(bank=user.bank_id)
        return self


@pghistory.track()
class BankLayout(models.Model):
    """The columns of a list for one bank: which, in what order, under what heading, how wide; and what stands around."""

    class Kind(models.TextChoices):
        XLSX = "xlsx", "Excel (.xlsx)"
        CSV = "csv", "CSV"
        FIXED = "fixed", "Teks lebar tetap"

    class Purpose(models.TextChoices):
        PAYMENT = "payment", "Daftar pembayaran"
        OPENING = "opening", "Pembukaan rekening kolektif (burekol)"

    ref = RefField()
    bank = models.ForeignKey(Bank, verbose_name="bank", on_delete=models.PROTECT, related_name="layouts")
    purpose = models.CharField("untuk", max_length=10, choices=Purpose.choices, default=Purpose.PAYMENT)
    name = models.CharField("nama", max_length=80)
    kind = models.CharField("jenis berkas", max_length=6, choices=Kind.choices, default=Kind.XLSX)
    columns = models.JSONField("kolom")  # [[field, heading, width], ...] in their order
    has_heading = models.BooleanField("baris judul kolom", default=True)
    has_control = models.BooleanField("baris kontrol: jumlah baris dan jumlah uang", default=False)
    separator = models.CharField("pemisah CSV", max_length=1, default=";")
    active = models.BooleanField("dipakai", default=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("diubah pada", default=timezone.now)

    objects = BankLayoutQuerySet.as_manager()

    class Meta:
        verbose_name = "susunan daftar bank"
        ordering = ["bank__name", "purpose", "name"]
        constraints = [models.UniqueConstraint(name="a_layout_has_its_own_name", fields=["bank", "purpose", "name"])]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"{self.bank}: {self.name}"

    def get_absolute_url(self):
        return reverse("distribution:layout", args=[self.ref])


class ListCopyQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(disbursement__in=Disbursement.objects.visible_to(user))


@pghistory.track(exclude=["password"])
class ListCopy(models.Model):
    """That somebody took a payment list along, in full: who, when, in which form, and the fingerprint of its content."""

    ref = RefField()
    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="copies")
    layout = models.ForeignKey(BankLayout, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField("sidik isi (SHA-256)", max_length=64)  # before the password is put on it
    password = SealedField("kata sandi", kind="password", null=True, blank=True)
    password_shown_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey("accounts.User", verbose_name="diambil oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("diambil pada", default=timezone.now)

    objects = ListCopyQuerySet.as_manager()

    class Meta:
        verbose_name = "salinan daftar pembayaran"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="only_a_password_that_exists_is_shown",
                condition=Q(password_shown_at__isnull=True) | Q(password__isnull=False),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="taken_is_kept", fields=["ref", "disbursement", "layout", "sha256", "by", "at"]),
            pgtrigger.Protect(
                name="shown_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__password_shown_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.disbursement} diambil {self.by}"

    def get_absolute_url(self):
        return reverse("distribution:list_copy", args=[self.ref])
