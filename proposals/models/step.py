"""What was done: history, clock and outbox in one table."""

import pgtrigger
from django.db import models
from django.utils import timezone

from proposals.flow import State
from proposals.models.proposal import Proposal


class StepRecord(models.Model):
    """One move of one proposal, or more time where it is. The timeline, the register, the norm-time report and four eyes read this table alone.

    `announced_at` is the outbox: empty until the notice went out; it is the one column that may still change.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="steps")
    step = models.PositiveSmallIntegerField("langkah SOP")
    act = models.CharField("tindakan", max_length=60)
    source = models.CharField("dari", max_length=20, choices=State.choices, blank=True)
    target = models.CharField("menjadi", max_length=20, choices=State.choices)
    by = models.ForeignKey("accounts.User", verbose_name="oleh", on_delete=models.PROTECT, related_name="+")
    post = models.CharField("jabatan saat itu", max_length=120)
    acting_basis = models.CharField("dasar Plt./Plh.", max_length=200, blank=True)
    at = models.DateTimeField("waktu", default=timezone.now)
    note = models.TextField("catatan", blank=True)
    due_at = models.DateTimeField("batas waktu berikutnya", null=True, blank=True)
    announced_at = models.DateTimeField("diberitahukan pada", null=True, blank=True)

    class Meta:
        verbose_name = "jejak"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(name="journey_of_a_proposal", fields=["proposal", "-at"]),
            models.Index(name="not_yet_announced", fields=["id"], condition=models.Q(announced_at__isnull=True)),
            models.Index(name="acts_over_time", fields=["act", "at"]),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="only_the_announcement_changes", exclude=["announced_at"]),
        ]

    def __str__(self):
        return f"{self.act} {self.at:%Y-%m-%d %H:%M}"

    @property
    def gives_time(self) -> bool:
        """No move: only the due time of what was awaited already became another one."""
        return self.source == self.target
