"""Who of a team stands by the minutes of its visits, on which bytes (SOP step 2)."""

import pgtrigger
from django.db import models
from django.utils import timezone

from verification.models.field import Minutes


class MinutesConfirmation(models.Model):
    """A member of the team read these minutes and stands by them. It holds for exactly these bytes of the paper."""

    minutes = models.ForeignKey(
        Minutes, verbose_name="berita acara", on_delete=models.PROTECT, related_name="confirmations"
    )
    document = models.ForeignKey(
        "documents.OfficialDocument", verbose_name="naskah", on_delete=models.PROTECT, related_name="+"
    )
    sha256 = models.CharField("sidik SHA-256 yang dibaca", max_length=64)
    by = models.ForeignKey(
        "accounts.User", verbose_name="dikonfirmasi oleh", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("dikonfirmasi pada", default=timezone.now)

    class Meta:
        verbose_name = "konfirmasi berita acara"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_confirmation_per_person_and_paper", fields=["document", "sha256", "by"]),
            models.CheckConstraint(name="a_confirmation_names_what_was_read", condition=~models.Q(sha256="")),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.by}: {self.minutes}"
