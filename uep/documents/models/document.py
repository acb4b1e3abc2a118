"""Papers that the office issued, and the series their numbers come from.

What may never change again, the database refuses to change (design, law 4): number, facts and code from the first
moment, the bytes' fingerprint from the moment they are stored. Nothing here can be deleted.
"""

import pghistory
import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.crypto import get_random_string

from uep.access.roles import Role
from uep.accounts.scopes import area
from uep.registry.fields import RefField

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def verification_code() -> str:
    """80 random bits, written so that a person can type them from paper (no I, L, O, U)."""
    return get_random_string(16, CROCKFORD)


def either_differs(*fields: str) -> pgtrigger.Q:
    """Trigger condition: any of the fields is about to change."""
    condition = pgtrigger.Q()
    for field in fields:
        condition |= pgtrigger.Q(**{f"old__{field}__df": pgtrigger.F(f"new__{field}")})
    return condition


class NumberSeriesQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Configuration without personal data: whoever is granted the act sees all of it."""
        return self


@pghistory.track()
class NumberSeries(models.Model):
    """One row of numbers, such as that of the decrees. It starts again at 1 each calendar year (tata naskah dinas)."""

    ref = RefField()
    code = models.SlugField("kode", max_length=40, unique=True)
    title = models.CharField("nama", max_length=120)
    pattern = models.CharField("pola nomor", max_length=120)
    unit_code = models.CharField("kode unit", max_length=40, default="DINSOS")

    objects = NumberSeriesQuerySet.as_manager()

    class Meta:
        verbose_name = "deret nomor"
        ordering = ["code"]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="code_stays", fields=["code", "ref"]),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("documents:series")


@pghistory.track()
class NumberCounter(models.Model):
    """The last number given in one series in one year; the row lock on it makes numbers gapless and repeat-free."""

    series = models.ForeignKey(
        NumberSeries, verbose_name="deret nomor", on_delete=models.PROTECT, related_name="counters"
    )
    year = models.PositiveSmallIntegerField("tahun")
    last = models.PositiveIntegerField("nomor terakhir", default=0)

    class Meta:
        verbose_name = "nomor terakhir"
        ordering = ["series", "-year"]
        constraints = [
            models.UniqueConstraint(name="one_counter_per_series_and_year", fields=["series", "year"]),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="row_stays", fields=["series", "year"]),
            pgtrigger.Protect(
                name="never_counts_back",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__last__lt=pgtrigger.F("old__last")),
            ),
        ]

    def __str__(self):
        return f"{self.series} {self.year}: {self.last}"


class OfficialDocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office and the auditor: all (staff: of their area); village and bank: their own; regent: decrees."""
        if not user.is_authenticated:
            return self.none()
        roles = user.roles_today
        seen = area(user)
        if not seen:  # an empty Q: everywhere; joined by "or" it would vanish
            return self
        if Role.STAFF in roles:
            seen |= models.Q(village__isnull=True)
        if Role.BANK in roles and user.bank_id:
            seen |= models.Q(bank=user.bank_id)
        if Role.REGENT in roles:
            seen |= models.Q(paper="sk") | models.Q(paper__startswith="sk_")
        return self.filter(seen)

    def current(self):
        return self.filter(status=OfficialDocument.Status.CURRENT)


# Written once: at birth the one group, when the bytes are stored the other.
BORN_WITH = [
    "ref", "code", "paper", "title", "number", "number_series", "subject_type", "subject_pk", "subject_ref",
    "village", "bank", "facts", "issued_by", "issued_at",
]  # fmt: skip
BYTES = ["state", "sha256", "size", "pages", "file", "rendered_at"]


@pghistory.track(exclude=["facts", "progress"])
class OfficialDocument(models.Model):
    """A paper the system issued: rendered once, numbered, hashed, verifiable behind its QR code."""

    class Status(models.TextChoices):
        CURRENT = "current", "Berlaku"
        AMENDED = "amended", "Diubah"
        REVOKED = "revoked", "Dicabut"

        @property
        def tone(self) -> str:
            return {"current": "success", "amended": "warning", "revoked": "danger"}[self.value]

    class State(models.TextChoices):
        QUEUED = "queued", "Menunggu giliran disusun"
        RENDERING = "rendering", "Sedang disusun"
        READY = "ready", "Siap diunduh"
        FAILED = "failed", "Gagal disusun"

    ref = RefField()
    code = models.CharField("kode verifikasi", max_length=16, unique=True, default=verification_code, editable=False)
    paper = models.CharField("jenis", max_length=40)
    title = models.CharField("judul", max_length=300)
    number = models.CharField("nomor", max_length=120, blank=True)
    number_series = models.ForeignKey(
        NumberSeries, verbose_name="deret nomor", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    subject_type = models.CharField("jenis pokok", max_length=60)  # "decrees.decree"
    subject_pk = models.CharField("pokok", max_length=40)
    subject_ref = models.CharField("rujukan pokok", max_length=20, blank=True)
    village = models.ForeignKey(
        "registry.Region",
        verbose_name="desa/kelurahan",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    bank = models.ForeignKey(
        "office.Bank", verbose_name="bank", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField("keberlakuan", max_length=10, choices=Status, default=Status.CURRENT)
    superseded_by = models.ForeignKey(
        "self", verbose_name="diubah dengan", on_delete=models.PROTECT, null=True, blank=True, related_name="supersedes"
    )
    reason = models.CharField("alasan", max_length=300, blank=True)
    state = models.CharField("penyusunan", max_length=10, choices=State, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField("kemajuan (%)", default=0)
    error = models.CharField("kesalahan", max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField("percobaan", default=0)
    facts = models.JSONField("fakta", encoder=DjangoJSONEncoder)
    sha256 = models.CharField("sidik SHA-256", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("ukuran (bita)", default=0)
    pages = models.PositiveIntegerField("halaman", default=0)
    file = models.CharField("nama simpanan", max_length=200, blank=True)
    issued_by = models.ForeignKey(
        "accounts.User", verbose_name="diterbitkan oleh", on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField("diterbitkan")
    rendered_at = models.DateTimeField("selesai disusun", null=True, blank=True)

    objects = OfficialDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "naskah dinas"
        ordering = ["-issued_at", "-pk"]
        indexes = [
            models.Index(name="documents_of_a_subject", fields=["subject_type", "subject_pk"]),
            models.Index(name="documents_of_a_village", fields=["village", "-issued_at"]),
            models.Index(name="documents_of_a_bank", fields=["bank", "-issued_at"]),
            models.Index(name="documents_by_fingerprint", fields=["sha256"]),
            models.Index(name="documents_in_the_making", fields=["issued_at"], condition=~models.Q(state="ready")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_current_document_per_paper_and_subject",
                fields=["paper", "subject_type", "subject_pk"],
                condition=models.Q(status="current"),
            ),
            models.UniqueConstraint(
                name="a_number_is_given_once", fields=["paper", "number"], condition=~models.Q(number="")
            ),
            models.CheckConstraint(
                name="a_ready_document_has_its_bytes",
                condition=~models.Q(state="ready")
                | models.Q(sha256__regex=r"^[0-9a-f]{64}$", size__gt=0, pages__gt=0, rendered_at__isnull=False)
                & ~models.Q(file=""),
            ),
            models.CheckConstraint(
                name="a_changed_status_has_a_reason", condition=models.Q(status="current") | ~models.Q(reason="")
            ),
            models.CheckConstraint(
                name="a_current_document_has_no_successor",
                condition=~models.Q(status="current") | models.Q(superseded_by__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="frozen_at_birth", fields=BORN_WITH),
            pgtrigger.Protect(
                name="bytes_stored_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__sha256="") & either_differs(*BYTES),
            ),
            pgtrigger.Protect(
                name="amended_or_revoked_for_good",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__status="current") & either_differs("status", "reason"),
            ),
            pgtrigger.Protect(
                name="one_successor",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__superseded_by__isnull=False) & either_differs("superseded_by"),
            ),
        ]

    def __str__(self):
        return f"{self.title} {self.number}".strip()

    def get_absolute_url(self):
        return reverse("documents:progress", args=[self.ref])

    def get_download_url(self):
        return reverse("documents:download", args=[self.ref])

    def get_check_url(self):
        """The public page behind the QR code (a path; papers print settings.PUBLIC_URL before it)."""
        return reverse("documents:check", args=[self.code])

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    @property
    def is_failed(self) -> bool:
        return self.state == self.State.FAILED

    @property
    def job_state(self) -> str:
        """The rendering in the words of the `progress` component."""
        return {"queued": "queued", "rendering": "running", "ready": "done", "failed": "failed"}[self.state]

    @property
    def status_tone(self) -> str:
        return self.Status(self.status).tone

    @property
    def changed_label(self) -> str:
        """What its successor did to it."""
        return "Dicabut dengan" if self.status == self.Status.REVOKED else "Diubah dengan"
