"""What people bring: one row for each stored file. The bytes lie in the default storage, outside the web root."""

import pgtrigger
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from uep.files.prints import bands_of
from uep.registry.fields import RefField

# What the system itself hands out, and the extension under which a person gets it.
EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "application/zip": ".zip",
}


class PositionSource(models.TextChoices):
    PHOTO = "photo", "Dari foto"
    DEVICE = "device", "Dari perangkat"


class StoredFileQuerySet(models.QuerySet):
    def same_upload_as(self, stored):
        """Other rows whose bytes were the same when they came in ("the same file again"), newest first."""
        return self.filter(received_sha256=stored.received_sha256).exclude(pk=stored.pk).order_by("-uploaded_at", "-pk")


class StoredFile(models.Model):
    """One file that came in and passed intake, or that the system made. Never changed, never deleted (design, law 5).

    Another version of a paper is another StoredFile; who points at it decides which one counts. Rows have no page and
    no URL of their own: each app serves its files through its own rule and uep.files.serve.respond().
    """

    ref = RefField()
    storage_name = models.CharField("nama simpan", max_length=120, unique=True, editable=False)
    content_type = models.CharField("jenis", max_length=100)
    size = models.PositiveBigIntegerField("ukuran (bita)")
    sha256 = models.CharField("SHA-256", max_length=64)
    pages = models.PositiveIntegerField("jumlah halaman", null=True, blank=True)
    width = models.PositiveIntegerField("lebar (piksel)", null=True, blank=True)
    height = models.PositiveIntegerField("tinggi (piksel)", null=True, blank=True)
    has_thumb = models.BooleanField("ada gambar kecil", default=False)
    # A digitally signed PDF is kept byte for byte: rewriting it would void the signature.
    unchanged = models.BooleanField("disimpan apa adanya", default=False)

    original_name = models.CharField("nama berkas", max_length=120)  # cleaned; for showing only
    received_sha256 = models.CharField("SHA-256 saat diterima", max_length=64)
    received_size = models.PositiveBigIntegerField("ukuran saat diterima (bita)")
    received_type = models.CharField("jenis saat diterima", max_length=100)

    # Only where the programme asks for it (design, law 6).
    latitude = models.DecimalField("lintang", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("bujur", max_digits=9, decimal_places=6, null=True, blank=True)
    accuracy = models.FloatField("ketelitian (meter)", null=True, blank=True)
    position_from = models.CharField("asal posisi", max_length=10, choices=PositionSource.choices, blank=True)
    taken_at = models.DateTimeField("diambil pada", null=True, blank=True)

    # Null: made by the system.
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="diunggah oleh",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    uploaded_at = models.DateTimeField("diunggah pada", default=timezone.now)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = "berkas tersimpan"
        verbose_name_plural = "berkas tersimpan"
        indexes = [models.Index(fields=["received_sha256"], name="the_same_file_again")]
        constraints = [
            models.CheckConstraint(name="a_stored_file_is_not_empty", condition=Q(size__gt=0, received_size__gt=0)),
            models.CheckConstraint(
                name="hashes_are_sha256_in_hex",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$", received_sha256__regex=r"^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(
                name="an_unchanged_file_is_what_came_in",
                condition=Q(unchanged=False) | Q(sha256=F("received_sha256"), size=F("received_size")),
            ),
            models.CheckConstraint(
                name="a_position_is_whole_and_on_earth",
                condition=Q(latitude=None, longitude=None, accuracy=None, position_from="")
                | (
                    Q(latitude__isnull=False, longitude__isnull=False)
                    & Q(latitude__range=(-90, 90), longitude__range=(-180, 180))
                    & Q(position_from__in=PositionSource.values)
                ),
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return self.original_name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")

    @property
    def thumb_name(self) -> str:
        """Where the thumbnail lies: beside the image, so that no second random name has to be kept."""
        return thumb_name_of(self.storage_name)

    @property
    def download_name(self) -> str:
        """The name a person gets: what they called it, with the extension of what it now is."""
        extension = EXTENSIONS.get(self.content_type, ".bin")
        stem, dot, last = self.original_name.rpartition(".")
        return (stem if dot and stem and len(last) <= 5 else self.original_name) + extension

    def open(self):
        """The bytes as a binary file; the caller closes it (`with stored.open() as file`)."""
        return default_storage.open(self.storage_name, "rb")


def thumb_name_of(storage_name: str) -> str:
    return f"{storage_name.rpartition('.')[0]}.thumb.jpg"


class PhotoPrint(models.Model):
    """What a photo looks like (prints.py), so that the same one is known again after it was shrunk or brightened.

    Its bands are what an index can find. Without a print: looked at, and there is nothing to know it by.
    """

    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, primary_key=True, related_name="print")
    print = models.BigIntegerField("sidik rupa", null=True)
    band1 = models.SmallIntegerField("pita 1", null=True, editable=False)
    band2 = models.SmallIntegerField("pita 2", null=True, editable=False)
    band3 = models.SmallIntegerField("pita 3", null=True, editable=False)
    band4 = models.SmallIntegerField("pita 4", null=True, editable=False)

    class Meta:
        verbose_name = "sidik rupa foto"
        indexes = [
            models.Index(fields=[f"band{n}"], include=["print", "file"], name=f"photos_alike_in_band_{n}")
            for n in (1, 2, 3, 4)
        ]
        constraints = [
            models.CheckConstraint(
                name="a_print_has_its_bands",
                condition=Q(print=None, band1=None, band2=None, band3=None, band4=None)
                | Q(
                    print__isnull=False,
                    band1__isnull=False,
                    band2__isnull=False,
                    band3__isnull=False,
                    band4__isnull=False,
                ),
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"Sidik rupa {self.file_id}"

    @classmethod
    def of(cls, file_id: int, print_: int | None) -> "PhotoPrint":
        """The row of a file, not saved yet."""
        bands = (None,) * 4 if print_ is None else bands_of(print_)
        return cls(file_id=file_id, print=print_, **{f"band{n}": band for n, band in enumerate(bands, 1)})
