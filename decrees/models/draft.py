"""What happens to a draft on its way: initials, notes, households added and struck, recipients taken off."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from decrees.models.decree import Decree, only_in_a_draft
from proposals.models import Proposal
from uep.access.roles import Role


@pghistory.track()
class Endorsement(models.Model):
    """Initials on the way up; bound to the draft as it was, so any change of the draft voids them."""

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="endorsements")
    role = models.CharField("sebagai", max_length=20, choices=Role.choices)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    signatory = models.JSONField("pejabat")
    draft_hash = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = "paraf"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_valid_endorsement_per_post", fields=["decree", "role"], condition=Q(voided_at__isnull=True)
            )
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="only_voided", exclude=["voided_at", "void_reason"]),
            pgtrigger.Protect(
                name="void_for_good", operation=pgtrigger.Update, condition=pgtrigger.Q(old__voided_at__isnull=False)
            ),
        ]

    def __str__(self):
        return f"Paraf {self.by}"


class DecreeNote(models.Model):
    """Who did what to the decree, and why it came back: its own journey."""

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="notes")
    act = models.CharField(max_length=60)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=120)
    acting_basis = models.CharField("dasar Plt./Plh.", max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = "jejak SK"
        ordering = ["-at", "-pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.act} {self.at:%Y-%m-%d %H:%M}"


class DraftChange(models.Model):
    """A household added to an existing draft or struck off it, for whoever has to look at the draft again."""

    class Kind(models.TextChoices):
        ADDED = "added", "ditambahkan"
        STRUCK = "struck", "dicoret"

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="changes")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = "perubahan draf SK"
        ordering = ["at", "pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.proposal_id} {self.kind}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Removal(models.Model):
    """A recipient whom an amending decree takes off, why, and who comes in instead; of a revocation each line in force.

    A revocation ends every line, but only of those who were not paid by then is `removed_at` set: money that has gone
    out stays on the books until it comes back.
    """

    class Cause(models.TextChoices):
        DIED = "died", "meninggal dunia"
        MOVED = "moved", "pindah domisili"
        RESIGNED = "resigned", "mengundurkan diri"
        INELIGIBLE = "ineligible", "tidak lagi memenuhi syarat"
        REVOKED = "revoked", "SK dicabut"

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="removals")
    recipient = models.ForeignKey("decrees.Recipient", on_delete=models.PROTECT, related_name="removals")
    cause = models.CharField("sebab", max_length=12, choices=Cause.choices)
    replaced_by = models.ForeignKey(
        Proposal,
        verbose_name="digantikan oleh",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
    )

    class Meta:
        verbose_name = "penerima yang dikeluarkan"
        ordering = ["recipient__position"]
        constraints = [
            models.UniqueConstraint(name="a_decree_takes_a_recipient_off_once", fields=["decree", "recipient"]),
            models.UniqueConstraint(name="one_replaces_one", fields=["decree", "replaced_by"]),
        ]
        triggers = [only_in_a_draft()]

    def __str__(self):
        return f"{self.recipient} {self.get_cause_display()}"
