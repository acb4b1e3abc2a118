"""What a person is told inside the application."""

from django.db import models
from django.utils import timezone

from uep.registry.fields import RefField


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(user=user.pk)

    def unread(self):
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """One sentence for one person, about one act; written by notices.tasks from the StepRecords that are the outbox."""

    ref = RefField()
    user = models.ForeignKey("accounts.User", verbose_name="untuk", on_delete=models.CASCADE, related_name="notices")
    act = models.CharField("tindakan", max_length=60)
    sentence = models.CharField("isi", max_length=300)
    note = models.CharField("catatan", max_length=500, blank=True)
    url = models.CharField("halaman", max_length=200)
    at = models.DateTimeField("waktu", default=timezone.now)
    read_at = models.DateTimeField("dibaca pada", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "pemberitahuan"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(name="notices_of_a_person", fields=["user", "-at", "-id"]),
            models.Index(name="unread_notices", fields=["user"], condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self):
        return self.sentence

    def get_absolute_url(self):
        return self.url
