"""The village's letter that carries a batch, and the leadership's routing of it (SOP step 1)."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from proposals.models.programme import Programme
from uep.accounts.scopes import area
from uep.registry.fields import RefField


class CoverLetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The village's own letters; the office sees them once they are sent."""
        rows = self.filter(area(user))
        return rows if user.village_id else rows.filter(submitted_at__isnull=False)


@pghistory.track()
class CoverLetter(models.Model):
    class Progress(models.TextChoices):
        """Not stored: what the dates say."""

        OPEN = "open", "Belum dikirim"
        SENT = "sent", "Menunggu disposisi"
        DISPOSED = "disposed", "Sudah didisposisi"

        @property
        def tone(self) -> str:
            return {"open": "neutral", "sent": "warning", "disposed": "success"}[self.value]

    ref = RefField()
    programme = models.ForeignKey(Programme, verbose_name="program", on_delete=models.PROTECT, related_name="letters")
    village = models.ForeignKey("registry.Region", verbose_name="desa/kelurahan", on_delete=models.PROTECT)
    number = models.CharField("nomor surat", max_length=80)
    date = models.DateField("tanggal surat")
    signed_by = models.CharField("ditandatangani oleh", max_length=120)
    signed_title = models.CharField("jabatan penanda tangan", max_length=80)
    deliberated_on = models.DateField("tanggal musyawarah", null=True, blank=True)
    created_by = models.ForeignKey(
        "accounts.User", verbose_name="dibuat oleh", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("dibuat pada", default=timezone.now)
    # Set together when the village sends it: the office's register (SOP, buku register pelayanan).
    submitted_at = models.DateTimeField("dikirim pada", null=True, blank=True)
    submitted_by = models.ForeignKey(
        "accounts.User", verbose_name="dikirim oleh", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agenda_year = models.PositiveSmallIntegerField("tahun agenda", null=True, blank=True)
    agenda_number = models.PositiveIntegerField("nomor agenda", null=True, blank=True)

    objects = CoverLetterQuerySet.as_manager()

    class Meta:
        verbose_name = "surat pengantar"
        constraints = [
            models.UniqueConstraint(name="agenda_numbers_do_not_repeat", fields=["agenda_year", "agenda_number"]),
            models.CheckConstraint(
                name="a_sent_letter_has_time_sender_and_agenda_number",
                condition=Q(
                    submitted_at__isnull=True,
                    submitted_by__isnull=True,
                    agenda_year__isnull=True,
                    agenda_number__isnull=True,
                )
                | Q(
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                    agenda_year__isnull=False,
                    agenda_number__isnull=False,
                ),
            ),
        ]
        indexes = [models.Index(fields=["village", "-created_at"]), models.Index(fields=["-submitted_at"])]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"Surat {self.number}"

    def get_absolute_url(self):
        return reverse("proposals:letter", args=[self.ref])

    @property
    def progress(self) -> "CoverLetter.Progress":
        if self.submitted_at is None:
            return self.Progress.OPEN
        return self.Progress.DISPOSED if hasattr(self, "disposition") else self.Progress.SENT

    @property
    def agenda(self) -> str:
        return f"{self.agenda_number:04d}/{self.agenda_year}" if self.agenda_number else ""

    @property
    def meeting_day(self):
        """When the village met: as its minutes say, where they were recorded; else as the letter says."""
        return self.deliberation.held_on if hasattr(self, "deliberation") else self.deliberated_on

    @property
    def agenda_label(self) -> str:
        return f"No. agenda {self.agenda}" if self.agenda else ""


@pghistory.track()
class Disposition(models.Model):
    """Lembar disposisi: what the leadership asks, of whom, by when."""

    class Nature(models.TextChoices):
        VERY_URGENT = "very_urgent", "Sangat segera"
        URGENT = "urgent", "Segera"
        ORDINARY = "ordinary", "Biasa"
        SECRET = "secret", "Rahasia"

    class Instruction(models.TextChoices):
        PROCESS = "process", "Proses lebih lanjut"
        ADVISE = "advise", "Tanggapan dan saran"
        COORDINATE = "coordinate", "Koordinasi/konfirmasikan"

    letter = models.OneToOneField(CoverLetter, on_delete=models.PROTECT, related_name="disposition")
    to = models.ForeignKey(
        "accounts.User", verbose_name="diteruskan kepada", on_delete=models.PROTECT, related_name="+"
    )
    nature = models.CharField("sifat", max_length=20, choices=Nature.choices, default=Nature.URGENT)
    instruction = models.CharField("dengan hormat harap", max_length=20, choices=Instruction.choices)
    note = models.TextField("catatan", blank=True)
    deadline = models.DateField("batas waktu", null=True, blank=True)
    by = models.ForeignKey("accounts.User", verbose_name="oleh", on_delete=models.PROTECT, related_name="+")
    by_signatory = models.JSONField("pejabat")  # office.Signatory.as_dict(): the person as of that day, not the profile
    at = models.DateTimeField("pada", default=timezone.now)

    class Meta:
        verbose_name = "disposisi"
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"Disposisi {self.letter}"
