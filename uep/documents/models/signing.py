"""A paper on its way to an electronic signature."""

from datetime import timedelta

import pghistory
import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from uep.documents.models.document import NumberSeries, OfficialDocument, either_differs, verification_code
from uep.registry.fields import RefField

# Longer than signer, timestamp service and signing service may take together; a claim older than this is nobody's.
CLAIM_AGE = timedelta(minutes=5)
# A signing that nobody has finished: rendered, claimed by a signer, given back; what is signed or void stays so. Nothing
# leads from `unclear` back to `waiting`: what may be signed already is taken up or void, never signed again.
SIGNING_STAGES = [
    ("queued", "waiting"), ("queued", "failed"), ("failed", "queued"),
    ("waiting", "under_way"), ("under_way", "waiting"), ("under_way", "signed"),
    ("under_way", "unclear"), ("unclear", "signed"), ("unclear", "void"),
    ("queued", "void"), ("failed", "void"), ("waiting", "void"), ("under_way", "void"),
]  # fmt: skip


@pghistory.track(exclude=["facts"])
class Signing(models.Model):
    """A paper on its way to an electronic signature: number, date and bytes are fixed, but nothing is in force yet.

    Only when the signed bytes are stored does it become an OfficialDocument, in the transaction of the act that it
    proves; whatever dies before that leaves one number and at most one signature that counts (docs/decisions/0015).
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Sedang disusun"
        FAILED = "failed", "Gagal disusun"
        WAITING = "waiting", "Menunggu tanda tangan"
        UNDER_WAY = "under_way", "Sedang ditandatangani"
        UNCLEAR = "unclear", "Hasil tanda tangan belum jelas"
        SIGNED = "signed", "Ditandatangani"
        VOID = "void", "Batal"

    ref = RefField()
    code = models.CharField("kode verifikasi", max_length=16, unique=True, default=verification_code, editable=False)
    paper = models.CharField("jenis", max_length=40)
    title = models.CharField("judul", max_length=300)
    number = models.CharField("nomor", max_length=120)
    number_series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField("nomor urut")
    date = models.DateField("tanggal naskah")
    subject_type = models.CharField("jenis pokok", max_length=60)
    subject_pk = models.CharField("pokok", max_length=40)
    binds_to = models.CharField("sidik isi draf", max_length=64)
    facts = models.JSONField("fakta", encoder=DjangoJSONEncoder)
    method = models.CharField("cara", max_length=12)
    prepared_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField("disiapkan pada")
    state = models.CharField("keadaan", max_length=10, choices=State, default=State.QUEUED)
    error = models.CharField("kesalahan", max_length=500, blank=True)
    # The bytes that the signer is shown, and that the signature is put on.
    sha256 = models.CharField("sidik SHA-256 sebelum ditandatangani", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("ukuran (bita)", default=0)
    pages = models.PositiveIntegerField("halaman", default=0)
    file = models.CharField("nama simpanan", max_length=200, blank=True)
    # Whoever signs now; a claim that has grown old is nobody's.
    claim = models.CharField(max_length=32, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    wrong_tries = models.PositiveSmallIntegerField("percobaan keliru", default=0)
    tried_at = models.DateTimeField("percobaan keliru terakhir", null=True, blank=True)
    # With a service that signs outside: when the paper left for it, its name there, when the one download was tried,
    # and what came back, stored before anyone looked at it.
    sent_at = models.DateTimeField("diserahkan ke layanan", null=True, blank=True)
    service_name = models.CharField("nama pada layanan", max_length=100, blank=True)
    fetched_at = models.DateTimeField("diambil dari layanan", null=True, blank=True)
    received = models.CharField("nama simpanan hasil", max_length=200, blank=True)
    received_sha256 = models.CharField("sidik SHA-256 hasil", max_length=64, blank=True)
    # Set together, once.
    document = models.OneToOneField(
        OfficialDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="signing"
    )
    signer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField("ditandatangani pada", null=True, blank=True)
    signature = models.JSONField("fakta tanda tangan", null=True, blank=True)
    void_reason = models.CharField("alasan batal", max_length=300, blank=True)

    class Meta:
        verbose_name = "penandatanganan"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_live_signing_per_paper_and_subject",
                fields=["paper", "subject_type", "subject_pk"],
                condition=~models.Q(state__in=["signed", "void"]),
            ),
            models.UniqueConstraint(
                name="a_number_is_reserved_once", fields=["paper", "number"], condition=~models.Q(state="void")
            ),
            models.CheckConstraint(
                name="a_signed_paper_has_its_document_and_signature",
                condition=~models.Q(state="signed")
                | models.Q(
                    document__isnull=False, signer__isnull=False, signed_at__isnull=False, signature__isnull=False
                ),
            ),
            models.CheckConstraint(
                name="what_waits_for_a_signature_has_its_bytes",
                condition=~models.Q(state__in=["waiting", "under_way", "unclear", "signed"])
                | models.Q(sha256__regex=r"^[0-9a-f]{64}$", size__gt=0, pages__gt=0) & ~models.Q(file=""),
            ),
            models.CheckConstraint(
                name="only_what_was_sent_is_unclear",
                condition=~models.Q(state="unclear") | models.Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="what_came_back_has_its_fingerprint",
                condition=models.Q(received="", received_sha256="")
                | models.Q(received_sha256__regex=r"^[0-9a-f]{64}$") & ~models.Q(received=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="fixed_when_prepared",
                fields=["ref", "code", "paper", "title", "number", "number_series", "sequence", "date", "subject_type",
                        "subject_pk", "binds_to", "facts", "method", "prepared_by", "prepared_at"],
            ),
            pgtrigger.Protect(
                name="manuscript_stored_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__sha256="") & either_differs("sha256", "size", "pages", "file"),
            ),
            pgtrigger.Protect(
                name="fetched_once_and_received_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__received="") & either_differs("received", "received_sha256")
                | pgtrigger.Q(old__fetched_at__isnull=False) & either_differs("fetched_at"),
            ),
            pgtrigger.FSM(name="signed_by_the_table", field="state", transitions=SIGNING_STAGES),
            pgtrigger.Protect(
                name="signed_or_void_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="signed") | pgtrigger.Q(old__state="void"),
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.title} {self.number}"

    @property
    def status(self) -> "Signing.State":
        return self.State.UNCLEAR if self.is_unclear else self.State(self.state)

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def is_being_made(self) -> bool:
        return self.state == self.State.QUEUED

    @property
    def is_failed(self) -> bool:
        return self.state == self.State.FAILED

    @property
    def is_claimed(self) -> bool:
        """Is somebody at it right now? A claim that has grown old is nobody's."""
        return bool(self.claim and self.claimed_at and timezone.now() - self.claimed_at <= CLAIM_AGE)

    @property
    def is_unclear(self) -> bool:
        """Was it handed to a service that never answered, so that it may be signed already? Also after a death."""
        if self.state == self.State.UNDER_WAY:
            return bool(self.sent_at) and not self.is_claimed
        return self.state == self.State.UNCLEAR

    @property
    def can_be_fetched(self) -> bool:
        """Does the service hold what it signed, and has nobody taken its one download?"""
        return bool(self.service_name) and self.fetched_at is None and not self.received
