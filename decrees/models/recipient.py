"""The frozen list of a signed decree."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from decrees.models.decree import Decree
from proposals.models import Proposal
from uep.accounts.scopes import EVERYWHERE, area
from uep.registry.fields import BlindIndex, RefField, SealedField, mask


class RecipientQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Recipients of the decrees one sees, in one's own area; a village sees its own."""
        if not user.is_authenticated:
            return self.none()
        if user.village_id:
            return self.filter(village=user.village_id)
        rows = self.filter(decree__in=Decree.objects.visible_to(user))
        # Regent and bank have no area: their scope is the decree.
        return rows.filter(area(user)) if user.roles_today & EVERYWHERE else rows

    def in_force(self):
        """Named by a signed decree and not taken off by an amending or revoking one."""
        return self.filter(removed_at__isnull=True)

    def named(self):
        """Lines of people whom their decree names itself, without those that only put an older line right."""
        return self.filter(corrects__isnull=True)


@pghistory.track()
class Recipient(models.Model):
    """One line of a signed decree's annex, frozen at signing; lists of payment and handover come from here only.

    `removed_at` is set when an amending decree takes the person off, puts the line right by another one, or when the
    decree is revoked before the person was paid; everything else never changes.
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

    corrects = models.OneToOneField(
        "self",
        verbose_name="memperbaiki baris",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
    )

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
            # One look for all the lines of an INSERT: 5,000 of them come at once. A line that puts another one right
            # comes after the signature, when the old one may be taken off; it says what the correction says.
            pgtrigger.Trigger(
                name="named_by_the_signature_only",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_lines"),
                func="""
                    IF EXISTS (
                        SELECT 1 FROM new_lines line JOIN decrees_decree decree ON decree.id = line.decree_id
                        WHERE NOT (decree.stage IN ('endorsed', 'at_regent') AND line.corrects_id IS NULL)
                          AND NOT (decree.stage = 'signed' AND EXISTS (
                              SELECT 1 FROM decrees_correction right_words
                              WHERE right_words.decree_id = line.decree_id AND right_words.recipient_id = line.corrects_id
                                AND (right_words.name, right_words.address, right_words.business, right_words.amount)
                                  = (line.name, line.address, line.business, line.amount)
                          ))
                    ) THEN
                        RAISE EXCEPTION 'uep: recipients are named only while their decree is being signed';
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="taken_off_by_a_signed_decree",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__removed_at__df=pgtrigger.F("new__removed_at")),
                func="""
                    IF OLD.removed_at IS NOT NULL OR NOT EXISTS (
                        SELECT 1 FROM decrees_removal removal JOIN decrees_decree decree ON decree.id = removal.decree_id
                        WHERE removal.recipient_id = NEW.id AND decree.stage = 'signed'
                    ) AND NOT EXISTS (
                        SELECT 1 FROM decrees_correction right_words
                        JOIN decrees_decree decree ON decree.id = right_words.decree_id
                        WHERE right_words.recipient_id = NEW.id AND decree.stage = 'signed'
                    ) THEN
                        RAISE EXCEPTION 'uep: only a signed amending decree takes a recipient off, and for good';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return self.proposal.get_absolute_url()

    @property
    def masked_nik(self) -> str:
        return mask(self.nik)

    @property
    def masked_kk(self) -> str:
        return mask(self.kk_number)
