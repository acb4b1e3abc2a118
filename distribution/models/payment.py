"""The money: a payment list sent to the bank, and what became of each line (SOP step 6)."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from decrees.models import Recipient
from distribution.models.agreement import DisbursementAgreement, OfDecreeQuerySet
from uep.access.roles import Role
from uep.registry.fields import RefField, SealedField, mask


class DisbursementQuerySet(OfDecreeQuerySet):
    def visible_to(self, user):
        """The bank sees a list only when the office has released it."""
        rows = super().visible_to(user)
        return rows.released() if user.is_authenticated and user.role == Role.BANK else rows

    def released(self):
        return self.filter(released_at__isnull=False)

    def to_release(self):
        return self.filter(released_at__isnull=True, recalled_at__isnull=True)


@pghistory.track()
class Disbursement(models.Model):
    """One payment list of a decree: sealed by one person of the office, released to the bank by another, confirmed line
    by line by the bank. Before its release it can be recalled; then its people go on the next list.
    """

    ref = RefField()
    decree = models.ForeignKey("decrees.Decree", on_delete=models.PROTECT, related_name="disbursements")
    agreement = models.ForeignKey(DisbursementAgreement, on_delete=models.PROTECT, related_name="disbursements")
    position = models.PositiveSmallIntegerField("tahap ke-")
    sent_by = models.ForeignKey(
        "accounts.User", verbose_name="disusun oleh", on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField("disusun pada", default=timezone.now)
    count = models.PositiveIntegerField("jumlah penerima")
    total = models.PositiveBigIntegerField("jumlah uang (Rp)")
    seal = models.CharField("sidik daftar (SHA-256)", max_length=64)  # of the lines as sent
    released_by = models.ForeignKey(
        "accounts.User", verbose_name="dilepas oleh", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField("dilepas pada", null=True, blank=True)
    recalled_by = models.ForeignKey(
        "accounts.User", verbose_name="ditarik oleh", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recalled_at = models.DateTimeField("ditarik pada", null=True, blank=True)
    recall_reason = models.CharField("alasan ditarik", max_length=300, blank=True)
    sp2d_number = models.CharField("nomor SP2D", max_length=80, blank=True)
    sp2d_date = models.DateField("tanggal SP2D", null=True, blank=True)

    objects = DisbursementQuerySet.as_manager()

    class Meta:
        verbose_name = "daftar pembayaran"
        ordering = ["-position"]
        constraints = [
            models.UniqueConstraint(name="one_list_per_position", fields=["decree", "position"]),
            models.CheckConstraint(
                name="who_seals_a_list_does_not_release_it",
                # Lists from before a second person was asked have a time of release and no name.
                condition=Q(released_by__isnull=True)
                | Q(released_at__isnull=False) & ~Q(released_by=models.F("sent_by")),
            ),
            models.CheckConstraint(
                name="a_recalled_list_says_why_and_was_not_released",
                condition=Q(recalled_at__isnull=True, recalled_by__isnull=True)
                | Q(recalled_at__isnull=False, recalled_by__isnull=False, released_at__isnull=True)
                & ~Q(recall_reason=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="sent_is_frozen",
                exclude=["sp2d_number", "sp2d_date", "released_by", "released_at", "recalled_by", "recalled_at",
                         "recall_reason"],
            ),
            pgtrigger.Protect(
                name="released_or_recalled_once",
                operation=pgtrigger.Update,
                condition=(pgtrigger.Q(old__released_at__isnull=False) | pgtrigger.Q(old__recalled_at__isnull=False))
                & (
                    pgtrigger.Q(old__released_at__df=pgtrigger.F("new__released_at"))
                    | pgtrigger.Q(old__released_by__df=pgtrigger.F("new__released_by"))
                    | pgtrigger.Q(old__recalled_at__df=pgtrigger.F("new__recalled_at"))
                    | pgtrigger.Q(old__recall_reason__df=pgtrigger.F("new__recall_reason"))
                ),
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"Daftar pembayaran tahap {self.position}"

    def get_absolute_url(self):
        return reverse("distribution:disbursement", args=[self.ref])

    @property
    def is_released(self) -> bool:
        return self.released_at is not None


class PaymentQuerySet(models.QuerySet):
    def visible_to(self, user):
        rows = self.filter(recipient__in=Recipient.objects.visible_to(user))
        bank = user.is_authenticated and user.role == Role.BANK
        return rows.filter(disbursement__released_at__isnull=False) if bank else rows


@pghistory.track()
class Payment(models.Model):
    """One recipient's line on one list. A failed one is final; the retry is a new line on a later list. A paid one may
    come back from the bank (reversed), which ends it, too. A line of a list that was recalled never was at the bank.

    A waiting line whose recipient was taken off by an amending decree can no longer be paid and counts as withdrawn.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "Menunggu bank"
        PAID = "paid", "Tersalur"
        FAILED = "failed", "Gagal"
        REVERSED = "reversed", "Dikembalikan bank"
        RECALLED = "recalled", "Ditarik"

        @property
        def tone(self) -> str:
            tones = {"waiting": "warning", "paid": "success", "recalled": "neutral"}
            return tones.get(self.value, "danger")

    class Failure(models.TextChoices):
        NAME = "name", "Nama tidak cocok"
        NUMBER = "number", "Nomor rekening salah"
        CLOSED = "closed", "Rekening pasif atau tutup"
        IDENTITY = "identity", "NIK/KK tidak padan Dukcapil"
        BANK = "bank", "Gangguan sistem bank"
        ABSENT = "absent", "Penerima tidak datang ke loket"
        RETURNED = "returned", "Dikembalikan bank setelah tersalur"
        OTHER = "other", "Lainnya"

    ref = RefField()
    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="payments")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="payments")
    position = models.PositiveIntegerField("nomor urut")
    amount = models.PositiveBigIntegerField("jumlah (Rp)")
    # Empty where the money is handed out at the bank's counter.
    account_number = SealedField("nomor rekening", kind="account", null=True, blank=True)
    account_name = models.CharField("nama pemilik rekening", max_length=120)
    status = models.CharField("hasil", max_length=10, choices=Status.choices, default=Status.WAITING)
    paid_on = models.DateField("tanggal salur", null=True, blank=True)
    bank_reference = models.CharField("nomor referensi bank", max_length=80, blank=True)
    failure = models.CharField("sebab gagal", max_length=10, choices=Failure.choices, blank=True)
    failure_note = models.CharField("keterangan gagal", max_length=300, blank=True)
    settled_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    reversed_on = models.DateField("tanggal dikembalikan", null=True, blank=True)
    reversed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reversed_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = "pembayaran"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="one_line_per_recipient_and_list", fields=["disbursement", "recipient"]),
            models.UniqueConstraint(
                name="a_recipient_is_paid_once", fields=["recipient"], condition=Q(status__in=["waiting", "paid"])
            ),
            models.CheckConstraint(
                name="a_settled_payment_says_how",
                condition=Q(status="waiting")
                | Q(status="paid", paid_on__isnull=False, settled_by__isnull=False, settled_at__isnull=False)
                | (Q(status="failed", settled_by__isnull=False, settled_at__isnull=False) & ~Q(failure=""))
                | (
                    Q(
                        status="reversed",
                        paid_on__isnull=False,
                        settled_by__isnull=False,
                        settled_at__isnull=False,
                        reversed_on__isnull=False,
                        reversed_by__isnull=False,
                        reversed_at__isnull=False,
                    )
                    & ~Q(failure="")
                )
                | Q(status="recalled", settled_by__isnull=False, settled_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="sealed_with_its_list",
                fields=["ref", "disbursement", "recipient", "position", "amount", "account_name"],
            ),
            # What was paid may only come back; everything else that was settled stays.
            pgtrigger.Protect(
                name="settled_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__status="waiting")
                & ~(
                    pgtrigger.Q(old__status="paid", new__status="reversed")
                    & pgtrigger.Q(new__paid_on=pgtrigger.F("old__paid_on"))
                    & pgtrigger.Q(new__bank_reference=pgtrigger.F("old__bank_reference"))
                    & pgtrigger.Q(new__settled_by=pgtrigger.F("old__settled_by"))
                ),
            ),
        ]

    def __str__(self):
        return f"{self.recipient}: {self.get_status_display()}"

    def get_absolute_url(self):
        return self.disbursement.get_absolute_url()

    @property
    def result(self) -> "Payment.Status":
        return self.Status(self.status)

    @property
    def masked_account(self) -> str:
        return mask(self.account_number)


class ResultFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(disbursement__in=Disbursement.objects.visible_to(user))


@pghistory.track()
class ResultFile(models.Model):
    """A result file of the bank, kept as it came; the same bytes again change nothing."""

    ref = RefField()
    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="result_files")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    accepted = models.PositiveIntegerField("baris diterima", default=0)
    refused = models.JSONField("baris ditolak", default=list)  # [{"row": 7, "why": "..."}]; no names, no numbers

    objects = ResultFileQuerySet.as_manager()

    class Meta:
        verbose_name = "berkas hasil bank"
        ordering = ["-at"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"Berkas hasil {self.file.original_name}"

    def get_absolute_url(self):
        return reverse("distribution:result_file", args=[self.ref])
