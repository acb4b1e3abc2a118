"""What is seen at a household and photographed there, whoever the team is: shared by the first visit and the second one."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from verification.questions import Subject, Told, told


class VisitFacts(models.Model):
    """The facts of one visit to one household. Concrete visits say whose they are, by whom, and by which instrument."""

    class Found(models.TextChoices):
        FOUND = "found", "Ditemukan"
        AWAY = "away", "Tidak di tempat, perlu dikunjungi lagi"
        MOVED = "moved", "Pindah domisili"
        DIED = "died", "Meninggal dunia"
        UNKNOWN = "unknown", "Tidak dikenal di alamat itu"

    class Recommendation(models.TextChoices):
        ELIGIBLE = "eligible", "Layak"
        RESERVE = "reserve", "Cadangan"
        INELIGIBLE = "ineligible", "Tidak layak"

        @property
        def tone(self) -> str:
            return {"eligible": "success", "reserve": "info", "ineligible": "danger"}[self.value]

    class Position(models.TextChoices):
        DEVICE = "device", "Dari ponsel"
        HAND = "hand", "Diisi tangan"
        NONE = "none", "Tanpa koordinat"

    visited_at = models.DateTimeField("waktu kunjungan")
    entered_at = models.DateTimeField("dicatat pada", default=timezone.now)

    latitude = models.DecimalField(
        "lintang",
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-11), MaxValueValidator(6)],
    )
    longitude = models.DecimalField(
        "bujur",
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(95), MaxValueValidator(141)],
    )
    accuracy = models.PositiveIntegerField("ketelitian (m)", null=True, blank=True)
    position_from = models.CharField("asal koordinat", max_length=10, choices=Position.choices, default=Position.NONE)

    found = models.CharField("calon penerima", max_length=10, choices=Found.choices)
    met = models.CharField("ditemui", max_length=120, blank=True)
    identity_matches = models.BooleanField("identitas cocok dengan KTP/KK", null=True)
    lives_there = models.BooleanField("tinggal di alamat itu", null=True)
    business_exists = models.BooleanField("usaha ada dan berjalan", null=True)
    business_seen = models.CharField("usaha yang dilihat", max_length=200, blank=True)
    turnover_seen = models.PositiveBigIntegerField("omzet per bulan menurut kunjungan (Rp)", null=True, blank=True)
    capital_seen = models.CharField("modal dan peralatan", max_length=300, blank=True)
    need = models.CharField("yang dibutuhkan", max_length=300, blank=True)
    other_aid = models.CharField("bantuan lain yang diterima", max_length=200, blank=True)
    indicators = models.JSONField("jawaban instrumen", default=dict)  # code of a question -> answer (questions.py)
    remarks = models.TextField("catatan", blank=True)
    recommendation = models.CharField("rekomendasi", max_length=12, choices=Recommendation.choices, blank=True)
    reason = models.TextField("alasan rekomendasi", blank=True)
    submitted_at = models.DateTimeField("diajukan pada", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def answers(self) -> list[Told]:
        """What its version asked, with the answers in words."""
        return told(self.instrument.definition, self.indicators)

    @property
    def signs(self) -> list[str]:
        """What was seen, in one sentence each: signs that are there, and other answers with their question."""
        return [
            row.question.label if row.is_sign else f"{row.question.label}: {row.words}"
            for row in self.answers
            if row.words and not (row.is_sign and row.words == "Tidak")
        ]

    @property
    def progress_label(self) -> str:
        """Where the record of the visit stands, in a word."""
        if self.submitted_at:
            return "diajukan"
        return "tidak di tempat" if self.found == self.Found.AWAY else "belum diajukan"

    @property
    def progress_tone(self) -> str:
        return "success" if self.submitted_at else "warning"

    @property
    def was_found(self) -> bool:
        return self.found == self.Found.FOUND

    @property
    def is_entered_late(self) -> bool:
        """Written down on another day than it happened (no signal, a paper sheet)."""
        return timezone.localdate(self.entered_at) > timezone.localdate(self.visited_at)

    @property
    def tone(self) -> str:
        """Of the recommendation, for pills."""
        return self.Recommendation(self.recommendation).tone if self.recommendation else "neutral"


class PhotoFacts(models.Model):
    """One photo of a visit. Concrete photos say of which."""

    Subject = Subject

    subject = models.CharField("foto", max_length=12, choices=Subject.choices)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # Of the wrong house, or blurred: no longer shown, kept all the same (design, law 5).
    discarded_at = models.DateTimeField("disisihkan pada", null=True, blank=True)
    discarded_by = models.ForeignKey(
        "accounts.User",
        verbose_name="disisihkan oleh",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        abstract = True

    def __str__(self):
        return self.get_subject_display()
