"""Aid that was given before this system, or by others: the office's old lists, the province's UEP, other programmes."""

import pghistory
import pgtrigger
from django.db import models
from django.urls import reverse
from django.utils import timezone

from uep.access.access import granted
from uep.registry.fields import BlindIndex, RefField, SealedField
from uep.social.fields import NameKey


class PastAidListQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if granted(user, "social.view") else self.none()


@pghistory.track()
class PastAidList(models.Model):
    """A list of earlier recipients as it came in; the same file again is recognised by its hash."""

    class Giver(models.TextChoices):
        OWN = "own", "UEP kantor ini"
        PROVINCE = "province", "UEP provinsi"
        OTHER = "other", "Program lain"

    ref = RefField()
    giver = models.CharField("pemberi", max_length=10, choices=Giver.choices)
    programme = models.CharField("program", max_length=120)
    file = models.ForeignKey("files.StoredFile", verbose_name="berkas", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField("SHA-256", max_length=64)
    by = models.ForeignKey("accounts.User", verbose_name="diunggah oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("diunggah pada", default=timezone.now)
    imported_at = models.DateTimeField("dimasukkan pada", null=True, blank=True)
    added = models.PositiveIntegerField("baris masuk", default=0)
    faulty = models.PositiveIntegerField("baris salah", default=0)

    objects = PastAidListQuerySet.as_manager()

    class Meta:
        verbose_name = "daftar bantuan terdahulu"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="the_same_list_comes_in_once",
                fields=["sha256"],
                condition=models.Q(imported_at__isnull=False),
            )
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return self.programme

    def get_absolute_url(self):
        return reverse("social:past_aid_list", args=[self.ref])


class PastAid(models.Model):
    """One household aided once. Old lists know little: only name and year are sure."""

    list = models.ForeignKey(PastAidList, on_delete=models.PROTECT, related_name="aids")
    year = models.PositiveSmallIntegerField("tahun")
    name = models.CharField("nama", max_length=120)
    nik = SealedField("NIK", kind="nik", null=True, blank=True)
    kk_number = SealedField("nomor KK", kind="kk", null=True, blank=True)
    birth_date = models.DateField("tanggal lahir", null=True, blank=True)
    village = models.ForeignKey(
        "registry.Region",
        verbose_name="desa/kelurahan",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    place = models.CharField("tempat menurut daftar", max_length=120, blank=True)
    business = models.CharField("jenis usaha", max_length=120, blank=True)
    amount = models.PositiveBigIntegerField("nilai bantuan (Rp)", null=True, blank=True)

    class Meta:
        verbose_name = "bantuan terdahulu"
        ordering = ["-year", "pk"]
        indexes = [
            models.Index(BlindIndex("nik"), name="past_aid_by_nik"),
            models.Index(BlindIndex("kk_number"), name="past_aid_by_kk"),
            models.Index(NameKey("name"), name="past_aid_by_sound"),
            models.Index(fields=["birth_date"], name="past_aid_by_birth"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.name}, {self.year}"
