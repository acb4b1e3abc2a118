"""The village's own meeting: who was there, whom it ranked, to be compared with what was sent (musyawarah)."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from proposals.models.letter import CoverLetter
from proposals.models.proposal import Proposal
from uep.accounts.scopes import area
from uep.registry.fields import RefField


class DeliberationQuerySet(models.QuerySet):
    def visible_to(self, user):
        rows = self.filter(area(user, "letter__village"))
        return rows if user.village_id else rows.filter(letter__submitted_at__isnull=False)


@pghistory.track()
class Deliberation(models.Model):
    """The minutes of the musyawarah behind one cover letter. A village that held none sends its SPTJM instead."""

    ref = RefField()
    letter = models.OneToOneField(CoverLetter, on_delete=models.PROTECT, related_name="deliberation")
    held_on = models.DateField("tanggal musyawarah")
    place = models.CharField("tempat", max_length=120)
    chair = models.CharField("pemimpin musyawarah", max_length=120)
    attended = models.PositiveSmallIntegerField("jumlah yang hadir")
    women = models.PositiveSmallIntegerField("di antaranya perempuan", null=True, blank=True)
    attended_by = models.CharField("unsur yang hadir", max_length=300, blank=True)  # Pemdes, BPD, tokoh masyarakat
    note = models.TextField("catatan", blank=True)
    by = models.ForeignKey("accounts.User", verbose_name="dicatat oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("dicatat pada", default=timezone.now)

    objects = DeliberationQuerySet.as_manager()

    class Meta:
        verbose_name = "musyawarah"
        constraints = [
            models.CheckConstraint(
                name="no_more_women_than_people", condition=Q(women=None) | Q(women__lte=models.F("attended"))
            )
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"Musyawarah {self.letter.village}"

    def get_absolute_url(self):
        return self.letter.get_absolute_url()


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RankedName(models.Model):
    """A line of the list that the meeting agreed on, as the minutes write it."""

    deliberation = models.ForeignKey(Deliberation, on_delete=models.PROTECT, related_name="names")
    rank = models.PositiveSmallIntegerField("urutan")
    name = models.CharField("nama", max_length=120)
    # Which household that is; empty for a person who was not proposed in this letter.
    proposal = models.ForeignKey(
        Proposal, verbose_name="usulan", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "urutan musyawarah"
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(name="a_rank_is_given_once", fields=["deliberation", "rank"]),
            models.UniqueConstraint(
                name="a_household_is_ranked_once",
                fields=["deliberation", "proposal"],
                condition=Q(proposal__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.rank}. {self.name}"
