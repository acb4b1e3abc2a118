"""The handover of one recipient, with proof from the recipient's own side (SOP step 6)."""

import pghistory
import pgtrigger
from django.db import models
from django.urls import reverse
from django.utils import timezone

from decrees.models import Recipient
from uep.registry.fields import RefField


class HandoverQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(recipient__in=Recipient.objects.visible_to(user))


@pghistory.track()
class Handover(models.Model):
    """Proof from the recipient's own side that the aid arrived in full; written once."""

    ref = RefField()
    recipient = models.OneToOneField(Recipient, on_delete=models.PROTECT, related_name="handover")
    date = models.DateField("tanggal serah terima")
    place = models.CharField("tempat", max_length=200)
    identity_checked = models.BooleanField("KTP diperiksa")
    proxy_name = models.CharField("diwakili oleh", max_length=120, blank=True)
    proxy_letter = models.ForeignKey(
        "files.StoredFile",
        verbose_name="surat kuasa",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    witness = models.CharField("saksi", max_length=120)
    witness_title = models.CharField("jabatan saksi", max_length=80)
    photo = models.ForeignKey(
        "files.StoredFile", verbose_name="foto penyerahan", on_delete=models.PROTECT, related_name="+"
    )
    signature = models.ForeignKey(
        "files.StoredFile", verbose_name="pindaian tanda tangan", on_delete=models.PROTECT, related_name="+"
    )
    signatory = models.JSONField("pejabat yang menyerahkan")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField("catatan", blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = "serah terima"
        constraints = [
            models.CheckConstraint(name="identity_is_checked_at_handover", condition=models.Q(identity_checked=True)),
            models.CheckConstraint(
                name="a_proxy_brings_a_letter",
                condition=models.Q(proxy_name="") | models.Q(proxy_letter__isnull=False),
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"Serah terima {self.recipient}"

    def get_absolute_url(self):
        return reverse("distribution:handover", args=[self.ref])
