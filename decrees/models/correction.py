"""What an amending decree puts right in a line that stays: the old words beside the new ones."""

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from decrees.models.decree import Decree, only_in_a_draft

# Whoever is wrong by NIK or KK is another person before the law: taken off, and proposed anew.
CORRECTABLE = ("name", "address", "business", "amount")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Correction(models.Model):
    """The words by which a line of the decree in force is replaced when the amending decree is signed.

    The line itself never changes: a new one takes its place (Recipient.corrects), and says exactly this.
    """

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="corrections")
    recipient = models.ForeignKey("decrees.Recipient", on_delete=models.PROTECT, related_name="corrections")
    name = models.CharField("nama", max_length=120)
    address = models.CharField("alamat", max_length=240)
    business = models.CharField("jenis usaha", max_length=120)
    amount = models.PositiveBigIntegerField("besaran (Rp)", validators=[MinValueValidator(1)])
    reason = models.CharField("alasan", max_length=300)

    class Meta:
        verbose_name = "perbaikan data penerima"
        ordering = ["recipient__position"]
        constraints = [
            models.UniqueConstraint(name="a_decree_corrects_a_line_once", fields=["decree", "recipient"]),
            models.CheckConstraint(name="a_corrected_amount_is_money", condition=Q(amount__gt=0)),
        ]
        triggers = [only_in_a_draft()]

    def __str__(self):
        return f"{self.recipient}: {self.name}"

    @property
    def differences(self) -> list[tuple[str, object, object]]:
        """(field, what is in force, what is to be) for each word that changes."""
        pairs = ((name, getattr(self.recipient, name), getattr(self, name)) for name in CORRECTABLE)
        return [(name, old, new) for name, old, new in pairs if old != new]
