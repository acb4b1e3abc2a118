"""Money that could not be paid out and went back to the treasury (surat tanda setoran)."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from decrees.models import Recipient
from distribution.models.agreement import OfDecreeQuerySet
from uep.registry.fields import RefField


@pghistory.track()
class TreasuryReturn(models.Model):
    """One deposit slip (STS): what the bank could not pay out, deposited on the treasury's account; written once."""

    ref = RefField()
    decree = models.ForeignKey("decrees.Decree", on_delete=models.PROTECT, related_name="treasury_returns")
    number = models.CharField("nomor STS", max_length=80)
    date = models.DateField("tanggal setor")
    count = models.PositiveIntegerField("jumlah penerima")
    total = models.PositiveBigIntegerField("jumlah uang (Rp)")
    scan = models.ForeignKey(
        "files.StoredFile", verbose_name="pindaian STS", on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("dicatat pada", default=timezone.now)

    objects = OfDecreeQuerySet.as_manager()

    class Meta:
        verbose_name = "setoran kembali ke kas daerah"
        ordering = ["-date", "-pk"]
        constraints = [
            models.CheckConstraint(name="a_deposit_is_of_some_money", condition=Q(count__gt=0, total__gt=0)),
            models.UniqueConstraint(name="a_deposit_slip_is_recorded_once", fields=["number", "date"]),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"STS {self.number}"

    def get_absolute_url(self):
        return reverse("distribution:reconciliation", args=[self.decree.ref])


@pghistory.track()
class ReturnedAmount(models.Model):
    """One recipient's part of a deposit: never paid again by this decree."""

    deposit = models.ForeignKey(TreasuryReturn, on_delete=models.PROTECT, related_name="lines")
    recipient = models.OneToOneField(Recipient, on_delete=models.PROTECT, related_name="returned")
    amount = models.PositiveBigIntegerField("jumlah (Rp)")

    class Meta:
        verbose_name = "bagian setoran"
        ordering = ["recipient__position"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.recipient}: {self.amount}"
