"""A scan or photo that belongs to a proposal or to a letter. Earlier versions stay (design, law 5)."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from proposals.flow import State
from proposals.models.letter import CoverLetter
from proposals.models.programme import Requirement
from proposals.models.proposal import Proposal
from uep.accounts.scopes import NOTHING, area
from uep.registry.fields import RefField


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever sees the proposal or the letter sees its papers. Joins, since a subquery would read every proposal."""
        if not user.is_authenticated:
            return self.filter(NOTHING)
        of_proposals = area(user, "proposal__village") & Q(proposal__isnull=False)
        of_letters = area(user, "letter__village") & Q(letter__isnull=False)
        if not user.village_id:
            of_proposals &= ~Q(proposal__state=State.DRAFT) & Q(proposal__register_number__isnull=False)
            of_letters &= Q(letter__submitted_at__isnull=False)
        return self.filter(of_proposals | of_letters)

    def current(self):
        return self.filter(removed_at__isnull=True)


@pghistory.track()
class Attachment(models.Model):
    ref = RefField()
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="attachments")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="attachments")
    letter = models.ForeignKey(CoverLetter, on_delete=models.PROTECT, null=True, blank=True, related_name="attachments")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "berkas"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="an_attachment_belongs_to_one_proposal_or_one_letter",
                condition=Q(proposal__isnull=False, letter__isnull=True)
                | Q(proposal__isnull=True, letter__isnull=False),
            ),
            models.CheckConstraint(
                name="a_removed_attachment_says_who_and_when",
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"{self.requirement}"

    def get_absolute_url(self):
        return (self.proposal or self.letter).get_absolute_url()


class ListImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(area(user))


@pghistory.track()
class ListImport(models.Model):
    """A village's spreadsheet, kept as it came; the rows it brought point to nothing but the proposals they became."""

    ref = RefField()
    programme = models.ForeignKey("proposals.Programme", on_delete=models.PROTECT, related_name="+")
    village = models.ForeignKey("registry.Region", on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    imported_at = models.DateTimeField(null=True, blank=True)
    added = models.PositiveIntegerField("usulan baru", default=0)
    already_there = models.PositiveIntegerField("sudah ada", default=0)
    faulty = models.PositiveIntegerField("perlu diperbaiki", default=0)

    objects = ListImportQuerySet.as_manager()

    class Meta:
        verbose_name = "impor daftar usulan"

    def __str__(self):
        return self.file.original_name

    def get_absolute_url(self):
        return reverse("proposals:list_import", args=[self.ref])
