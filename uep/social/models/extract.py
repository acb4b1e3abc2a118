"""The social registry as the office holds it: sources, their extracts, the persons in each."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from uep.access.access import granted
from uep.registry.fields import BlindIndex, RefField, SealedField
from uep.social.fields import NameKey


class SourceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if granted(user, "social.view") else self.none()

    def in_force_on(self, day):
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gte=day))


@pghistory.track()
class Source(models.Model):
    """A register of the poor that aid may rest on: DTKS until 2025, DTSEN from then (Inpres 4/2025). Data, not code."""

    ref = RefField()
    code = models.SlugField("kode", max_length=10, unique=True)  # as proposals name it: "dtsen"
    name = models.CharField("nama", max_length=120)
    legal_basis = models.CharField("dasar hukum", max_length=200, blank=True)
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True, blank=True)
    fresh_months = models.PositiveSmallIntegerField("dianggap baru selama (bulan)", default=3)  # DTSEN: each quarter
    # How its files head their columns, remembered from the last mapping: {"nomor induk": "nik"}; keys are folded.
    columns = models.JSONField("kolom yang dikenali", default=dict, blank=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = "sumber data sosial"
        ordering = ["-valid_from", "code"]
        constraints = [
            models.CheckConstraint(
                name="a_source_ends_after_it_begins", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("social:source", args=[self.ref])


class ExtractQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if granted(user, "social.view") else self.none()

    def accepted(self):
        return self.filter(stage=Extract.Stage.ACCEPTED)


@pghistory.track()
class Extract(models.Model):
    """One delivery of a source: a version, never an update. It counts once a second person has accepted it."""

    class Stage(models.TextChoices):
        MAPPING = "mapping", "Menunggu pencocokan kolom"
        QUEUED = "queued", "Menunggu dibaca"
        READING = "reading", "Sedang dibaca"
        READ = "read", "Menunggu persetujuan"
        ACCEPTED = "accepted", "Disetujui"
        REFUSED = "refused", "Ditolak"
        FAILED = "failed", "Gagal dibaca"

        @property
        def tone(self) -> str:
            return {"failed": "danger", "read": "warning", "mapping": "warning"}.get(
                self.value, "neutral" if self.value == "refused" else "info"
            )

    ref = RefField()
    source = models.ForeignKey(Source, verbose_name="sumber", on_delete=models.PROTECT, related_name="extracts")
    period = models.CharField("periode", max_length=40)  # "Triwulan IV 2026"
    as_of = models.DateField("keadaan per tanggal")
    file = models.ForeignKey("files.StoredFile", verbose_name="berkas", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField("SHA-256", max_length=64)  # of the file as it came: the same one again is recognised
    columns = models.JSONField("kolom", default=dict)  # field -> position in the file, as it was read
    stage = models.CharField("tahap", max_length=10, choices=Stage.choices, default=Stage.QUEUED)
    progress = models.PositiveSmallIntegerField("kemajuan (%)", default=0)
    error = models.TextField("kesalahan", blank=True)
    persons = models.PositiveIntegerField("baris masuk", default=0)
    faulty = models.PositiveIntegerField("baris salah", default=0)
    # Against the version before it (`compared_with`); null while it is being read.
    compared_with = models.ForeignKey(
        "self", verbose_name="dibandingkan dengan", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    new = models.PositiveIntegerField("orang baru", null=True, blank=True)
    gone = models.PositiveIntegerField("tidak ada lagi", null=True, blank=True)
    desil_changed = models.PositiveIntegerField("desil berubah", null=True, blank=True)
    by = models.ForeignKey("accounts.User", verbose_name="diunggah oleh", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("diunggah pada", default=timezone.now)
    decided_by = models.ForeignKey(
        "accounts.User",
        verbose_name="diputuskan oleh",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField("diputuskan pada", null=True, blank=True)
    reason = models.CharField("alasan", max_length=300, blank=True)

    objects = ExtractQuerySet.as_manager()

    class Meta:
        verbose_name = "ekstrak data sosial"
        ordering = ["-as_of", "-pk"]
        indexes = [models.Index(name="extract_in_force", fields=["stage", "-as_of", "-id"])]
        constraints = [
            models.UniqueConstraint(
                name="the_same_extract_is_read_once",
                fields=["source", "sha256"],
                condition=~Q(stage__in=["failed", "refused"]),
            ),
            models.CheckConstraint(
                name="a_second_person_decides_on_an_extract", condition=Q(decided_by=None) | ~Q(decided_by=F("by"))
            ),
            models.CheckConstraint(
                name="a_decided_extract_says_who_and_when",
                condition=Q(stage__in=["accepted", "refused"], decided_by__isnull=False, decided_at__isnull=False)
                | (~Q(stage__in=["accepted", "refused"]) & Q(decided_by=None, decided_at=None)),
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"{self.source.code.upper()} {self.period}"

    def get_absolute_url(self):
        return reverse("social:extract", args=[self.ref])

    @property
    def status(self) -> Stage:
        return self.Stage(self.stage)


class ExtractFault(models.Model):
    """A row of the file that could not come in. The row itself stays in the file: it holds numbers of people."""

    extract = models.ForeignKey(Extract, on_delete=models.PROTECT, related_name="faults")
    row = models.PositiveIntegerField("baris")  # as the file counts, the first line being 1
    sentences = models.JSONField("kesalahan", default=list)  # name no number in full

    class Meta:
        verbose_name = "baris ekstrak yang salah"
        constraints = [models.UniqueConstraint(name="one_fault_list_per_row", fields=["extract", "row"])]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"Baris {self.row}"


class Person(models.Model):
    """A line of an extract: one person as the source described them then."""

    extract = models.ForeignKey(Extract, on_delete=models.PROTECT, related_name="people")
    nik = SealedField("NIK", kind="nik")
    kk_number = SealedField("nomor KK", kind="kk", null=True, blank=True)
    name = models.CharField("nama", max_length=120)
    sex = models.CharField("jenis kelamin", max_length=1, blank=True)  # L or P
    birth_place = models.CharField("tempat lahir", max_length=80, blank=True)
    birth_date = models.DateField("tanggal lahir", null=True, blank=True)
    relation = models.CharField("hubungan dalam keluarga", max_length=40, blank=True)
    occupation = models.CharField("pekerjaan", max_length=80, blank=True)
    is_alive = models.BooleanField("hidup", default=True)
    address = models.CharField("alamat", max_length=200, blank=True)
    rt = models.CharField("RT", max_length=3, blank=True)
    rw = models.CharField("RW", max_length=3, blank=True)
    # Empty when the source names a place that is no village of Kemendagri's list.
    village = models.ForeignKey(
        "registry.Region",
        verbose_name="desa/kelurahan",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    desil = models.PositiveSmallIntegerField("desil", null=True, blank=True)
    social_id = models.CharField("ID data sosial", max_length=40, blank=True)
    gets_pkh = models.BooleanField("penerima PKH", null=True)
    gets_sembako = models.BooleanField("penerima sembako", null=True)
    matches_dukcapil = models.BooleanField("padan Dukcapil", null=True)

    class Meta:
        verbose_name = "orang dalam data sosial"
        indexes = [
            models.Index("extract", BlindIndex("nik"), name="person_by_nik"),
            models.Index("extract", BlindIndex("kk_number"), name="person_by_kk"),
            models.Index("extract", NameKey("name"), name="person_by_sound"),
            models.Index(fields=["extract", "birth_date"], name="person_by_birth"),
        ]
        constraints = [
            models.UniqueConstraint("extract", BlindIndex("nik"), name="a_person_stands_once_in_an_extract"),
            models.CheckConstraint(name="a_desil_is_1_to_10", condition=Q(desil=None) | Q(desil__range=(1, 10))),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return self.name
