"""Whose install this is: profile, crest, kinds of paper, banks."""

import pghistory
import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from uep.office.models.kept import NEVER_DELETED, OfficeQuerySet, OfficeRecord
from uep.ui.indonesian import zona


class Crest(models.Model):
    """One crest that was put up; the profile says which one counts. Always PNG, made by uep.office.crests."""

    fingerprint = models.CharField("sidik", max_length=16, primary_key=True)  # of the bytes; also in its address
    image = models.BinaryField("gambar")
    width = models.PositiveSmallIntegerField("lebar (piksel)")
    height = models.PositiveSmallIntegerField("tinggi (piksel)")
    added_at = models.DateTimeField("dipasang pada", default=timezone.now)

    class Meta:
        verbose_name = "lambang"
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return self.fingerprint


@pghistory.track()
class Profile(OfficeRecord, models.Model):
    """The one row that says whose install this is. Its defaults are what an empty database shows."""

    section = "profil"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    regency_code = models.CharField("kode kabupaten/kota (Kemendagri)", max_length=5)
    regency_name = models.CharField("kabupaten/kota", max_length=80)
    province_name = models.CharField("provinsi", max_length=80)
    app_title = models.CharField("nama aplikasi", max_length=60, default="UEP")
    government_name = models.CharField("baris pertama kop", max_length=120, default="Pemerintah Kabupaten/Kota")
    name = models.CharField("nama dinas", max_length=160, default="Dinas Sosial")
    address = models.CharField("alamat", max_length=200, blank=True)
    postal_code = models.CharField(
        "kode pos", max_length=5, blank=True, validators=[RegexValidator(r"^\d{5}$", "Lima angka.")]
    )
    phone = models.CharField("telepon", max_length=40, blank=True)
    email = models.EmailField("pos-el", blank=True)
    website = models.CharField("laman", max_length=100, blank=True)
    capital = models.CharField("kota tempat surat ditandatangani", max_length=60, blank=True)
    crest = models.ForeignKey(Crest, verbose_name="lambang", on_delete=models.PROTECT, null=True, blank=True)
    # Garuda Pancasila, at the head of what the regent signs; without it the paper leaves the room for it.
    emblem = models.ForeignKey(
        Crest, verbose_name="lambang negara", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = "profil kantor"
        triggers = [NEVER_DELETED]
        constraints = [
            models.CheckConstraint(name="one_profile", condition=Q(id=1)),
            models.CheckConstraint(
                name="a_regency_code_is_kemendagris", condition=Q(regency_code__regex=r"^\d\d\.\d\d$")
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def letterhead_lines(self) -> list[str]:
        """The names at the head of a paper, from the government down to the office."""
        return [self.government_name, self.name]

    @property
    def time_zone_label(self) -> str:
        """WIB, WITA or WIT: of the one zone in the settings, by which all times are kept."""
        return zona()

    @property
    def crest_url(self) -> str:
        """Where a page finds the crest; empty without one. Another crest has another address."""
        return reverse("office:crest", args=[self.crest_id]) if self.crest_id else ""

    @property
    def emblem_url(self) -> str:
        """Where a page finds the state emblem; empty without one."""
        return reverse("office:crest", args=[self.emblem_id]) if self.emblem_id else ""


@pghistory.track()
class PaperSetting(OfficeRecord, models.Model):
    """Sheet and typeface of one kind of paper, where the office wants another than the paper's own."""

    page = "settings"
    section = "kertas"

    class Size(models.TextChoices):
        F4 = "F4", "F4 (215 x 330 mm)"
        A4 = "A4", "A4 (210 x 297 mm)"
        HALF_F4 = "F4/2", "½ F4 (165 x 215 mm)"

    class Font(models.TextChoices):
        ARIAL = "arial", "Sepadan Arial"
        BOOKMAN = "bookman", "Sepadan Bookman Old Style"

    code = models.SlugField("kode naskah", max_length=40, unique=True)
    title = models.CharField("naskah", max_length=120)
    size = models.CharField("ukuran kertas", max_length=4, choices=Size.choices, default=Size.F4)
    font = models.CharField("huruf", max_length=10, choices=Font.choices, default=Font.ARIAL)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = "kertas naskah"
        ordering = ["title"]
        triggers = [NEVER_DELETED]
        constraints = [
            models.CheckConstraint(
                name="paper_has_a_known_size_and_font",
                condition=Q(size__in=["F4", "A4", "F4/2"], font__in=["arial", "bookman"]),
            )
        ]

    def __str__(self):
        return self.title


@pghistory.track()
class Bank(OfficeRecord, models.Model):
    """A bank (or the post) that pays aid out. Account numbers have no public checksum: only their length is checked."""

    page = "settings"
    section = "bank"

    code = models.CharField("kode bank", max_length=10, unique=True)
    name = models.CharField("nama", max_length=80)
    branch = models.CharField("cabang", max_length=80, blank=True)
    account_min_length = models.PositiveSmallIntegerField("panjang rekening paling pendek", default=8)
    account_max_length = models.PositiveSmallIntegerField("panjang rekening paling panjang", default=16)
    active = models.BooleanField("dipakai", default=True)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = "bank"
        ordering = ["name"]
        triggers = [NEVER_DELETED]
        constraints = [
            models.CheckConstraint(
                name="account_lengths_are_a_range",
                condition=Q(
                    account_min_length__gte=1,
                    account_max_length__gte=F("account_min_length"),
                    account_max_length__lte=34,
                ),
                violation_error_message="Panjang terpendek tidak boleh melebihi panjang terpanjang (paling banyak 34).",
            )
        ]

    def __str__(self):
        return f"{self.name} {self.branch}".strip()
