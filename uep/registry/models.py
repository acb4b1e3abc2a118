"""Indonesia's administrative regions, by Kemendagri code."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class RegionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Regions are public facts: everyone who may see the page sees them all."""
        return self

    def provinces(self):
        return self.filter(level=Region.Level.PROVINCE)

    def regencies(self):
        return self.filter(level=Region.Level.REGENCY)

    def districts(self):
        return self.filter(level=Region.Level.DISTRICT)

    def villages(self):
        return self.filter(level=Region.Level.VILLAGE)

    def within(self, code: str):
        """Everything below `code` at any depth, itself not included. A range of the primary key, so it is quick."""
        return self.filter(code__gt=f"{code}.", code__lt=f"{code}/")  # "/" is the character after "."

    def matching(self, text: str):
        """Those whose code starts with `text`, or whose name has a word that does, whatever the case."""
        text = " ".join(text.lower().split())
        rows = self.annotate(lower_name=Lower("name"))
        return rows.filter(
            models.Q(code__startswith=text)
            | models.Q(lower_name__startswith=text)
            | models.Q(lower_name__contains=f" {text}")
        )

    def by_name(self):
        return self.order_by(Lower("name"), "code")


class Region(models.Model):
    """A province, regency, district or village, under the code of Kemendagri ("62.09.03.1005").

    KTP and KK carry these codes. BPS numbers the same places differently (Lamandau is 6207 there, and 6209 is
    Katingan): its code has its own column and is never used to find a place.
    """

    class Level(models.TextChoices):
        PROVINCE = "province", "Provinsi"
        REGENCY = "regency", "Kabupaten/Kota"
        DISTRICT = "district", "Kecamatan"
        VILLAGE = "village", "Desa/Kelurahan"

    class Kind(models.TextChoices):
        DESA = "desa", "Desa"
        KELURAHAN = "kelurahan", "Kelurahan"
        CUSTOMARY = "desa_adat", "Desa adat"  # 14 in Papua; Permendagri 72/2019 numbers them 3xxx

    # Collation C: prefixes are ranges of the primary key on any server, and no second index for LIKE is needed.
    code = models.CharField("kode Kemendagri", max_length=13, primary_key=True, db_collation="C")
    name = models.CharField("nama", max_length=120)
    level = models.CharField("tingkat", max_length=8, choices=Level)
    kind = models.CharField("jenis", max_length=9, choices=Kind, blank=True)
    parent = models.ForeignKey(
        "self", verbose_name="bagian dari", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    bps_code = models.CharField("kode BPS", max_length=10, blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = "wilayah"
        ordering = ["code"]
        indexes = [models.Index(OpClass(Lower("name"), name="text_pattern_ops"), name="region_by_name")]
        constraints = [
            models.CheckConstraint(
                name="a_region_code_fits_its_level",
                condition=models.Q(level="province", code__regex=r"^\d\d$")
                | models.Q(level="regency", code__regex=r"^\d\d\.\d\d$")
                | models.Q(level="district", code__regex=r"^\d\d\.\d\d\.\d\d$")
                | models.Q(level="village", code__regex=r"^\d\d\.\d\d\.\d\d\.\d{4}$"),
            ),
            models.CheckConstraint(
                name="only_a_village_has_a_kind_and_only_a_province_no_parent",
                condition=models.Q(level="province", parent__isnull=True, kind="")
                | models.Q(level__in=["regency", "district"], parent__isnull=False, kind="")
                | models.Q(level="village", parent__isnull=False, kind__in=["desa", "kelurahan", "desa_adat"]),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def title(self) -> str:
        """The name as it stands on paper: "Kelurahan Nanga Bulik", "Kec. Bulik", "Kabupaten Lamandau"."""
        if self.kind in {self.Kind.DESA, self.Kind.KELURAHAN}:  # the name of a desa adat says so itself
            return f"{self.get_kind_display()} {self.name}"
        return {"province": "Provinsi ", "district": "Kec. "}.get(self.level, "") + self.name

    @property
    def label(self) -> str:
        """A village with its district: "Kelurahan Nanga Bulik, Kec. Bulik"; others as `title`. Reads the parent."""
        return f"{self.title}, {self.parent.title}" if self.level == self.Level.VILLAGE else self.title

    @property
    def dotless(self) -> str:
        """The code as it stands in a NIK: "620903" for a district."""
        return self.code.replace(".", "")


class Boundary(models.Model):
    """Where a region lies, from a file that the office brought (load_boundaries); nothing here is a legal boundary.

    `polygons` is true to 25 metres, to tell whether a point is near; `outline` is what a small map needs. Both are lists
    of polygons of rings of [longitude, latitude], as uep.registry.geometry takes them. Loading replaces these rows.
    """

    region = models.OneToOneField(Region, verbose_name="wilayah", on_delete=models.PROTECT, primary_key=True)
    polygons = models.JSONField("batas")
    outline = models.JSONField("garis peta")
    west = models.FloatField("barat")
    south = models.FloatField("selatan")
    east = models.FloatField("timur")
    north = models.FloatField("utara")
    inner_longitude = models.FloatField("bujur di dalam")
    inner_latitude = models.FloatField("lintang di dalam")
    loaded_at = models.DateTimeField("dimuat pada", default=timezone.now)

    class Meta:
        verbose_name = "batas wilayah"
        ordering = ["region"]
        constraints = [
            models.CheckConstraint(
                name="a_boundary_lies_on_the_earth",
                condition=models.Q(
                    west__gte=-180,
                    west__lte=models.F("east"),
                    east__lte=180,
                    south__gte=-90,
                    south__lte=models.F("north"),
                    north__lte=90,
                ),
            )
        ]

    def __str__(self):
        return f"Batas {self.region_id}"
