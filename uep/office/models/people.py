"""Posts, who holds them, and who stands in."""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from uep.access.roles import role_choices
from uep.office.models.kept import NEVER_DELETED, PERIOD, DatedQuerySet, HasPeriod, OfficeQuerySet, OfficeRecord, same
from uep.office.nip import nip_faults, printed_nip


@pghistory.track()
class Post(OfficeRecord, models.Model):
    """A post of the office or above it, and the role whose acts belong to it."""

    page = "people"
    section = "jabatan"

    code = models.SlugField("kode", max_length=40, unique=True)
    title = models.CharField("jabatan", max_length=160)
    role = models.CharField("peran dalam aplikasi", max_length=20, choices=role_choices, blank=True)
    parent = models.ForeignKey("self", verbose_name="di bawah", on_delete=models.PROTECT, null=True, blank=True)
    order = models.PositiveSmallIntegerField("urutan", default=0)
    active = models.BooleanField("masih ada", default=True)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = "jabatan"
        ordering = ["order", "pk"]
        triggers = [NEVER_DELETED]
        constraints = [
            models.UniqueConstraint(
                name="one_post_for_regent_head_and_secretary",
                fields=["role"],
                condition=Q(active=True, role__in=["office_head", "regent", "secretary"]),
                violation_error_message="Peran ini hanya dapat dimiliki satu jabatan, dan sudah ada jabatannya.",
            ),
            models.CheckConstraint(
                name="no_post_is_under_itself", condition=Q(parent__isnull=True) | ~Q(parent=F("id"))
            ),
        ]

    def __str__(self):
        return self.title


def is_nip(value: str) -> None:
    if faults := nip_faults(value):
        raise ValidationError(faults)


@pghistory.track()
class Official(OfficeRecord, HasPeriod, models.Model):
    """One person in one post for one period. What papers print is copied at signing; see queries.Signatory."""

    page = "people"
    section = "pejabat"

    post = models.ForeignKey(Post, verbose_name="jabatan", on_delete=models.PROTECT, related_name="officials")
    name = models.CharField("nama dengan gelar", max_length=120)
    nip = models.CharField("NIP", max_length=18, blank=True, validators=[is_nip])  # digits; elected heads have none
    rank = models.CharField("pangkat/golongan", max_length=60, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="akun",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="posts_held",
    )
    starts = models.DateField("mulai tanggal")
    ends = models.DateField("sampai tanggal", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "pejabat"
        ordering = ["post__order", "-starts"]
        triggers = [NEVER_DELETED]
        indexes = [models.Index(fields=["user", "starts"], name="posts_of_a_user")]
        constraints = [
            models.CheckConstraint(
                name="a_term_ends_after_it_starts",
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                violation_error_message="Tanggal berakhir mendahului tanggal mulai.",
            ),
            models.CheckConstraint(
                name="a_nip_has_18_digits",
                condition=Q(nip="") | Q(nip__regex=r"^[0-9]{18}$"),
                violation_error_message="NIP terdiri atas 18 angka.",
            ),
            ExclusionConstraint(
                name="one_definitive_holder_of_a_post_at_a_time",
                expressions=[(same("post"), "&&"), (PERIOD, "&&")],
                violation_error_message="Jabatan ini sudah ada pejabatnya pada masa itu. Akhiri dahulu masa jabatannya.",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def printed_nip(self) -> str:
        """As on paper: "19781211 200604 1 006"."""
        return printed_nip(self.nip)


class ActingQuerySet(DatedQuerySet):
    def on(self, day):
        return super().on(day).filter(cancelled=False)


@pghistory.track()
class ActingAppointment(OfficeRecord, HasPeriod, models.Model):
    """Who stands in for a post, by which letter, from when to when (both days included).

    Plt.: the post is vacant. Plh.: its holder is away. a.n.: its holder is there and lets another sign.
    """

    page = "people"
    section = "penunjukan"

    class Kind(models.TextChoices):
        PLT = "plt", "Plt."
        PLH = "plh", "Plh."
        AN = "an", "a.n."

    post = models.ForeignKey(
        Post, verbose_name="jabatan yang diwakili", on_delete=models.PROTECT, related_name="acting"
    )
    official = models.ForeignKey(
        Official, verbose_name="pejabat yang mewakili", on_delete=models.PROTECT, related_name="acting"
    )
    kind = models.CharField("kedudukan", max_length=3, choices=Kind.choices)
    letter_number = models.CharField("nomor surat perintah", max_length=80)
    letter_date = models.DateField("tanggal surat perintah")
    starts = models.DateField("mulai tanggal")
    ends = models.DateField("sampai tanggal")
    cancelled = models.BooleanField("dibatalkan", default=False)  # taken back before its second day

    objects = ActingQuerySet.as_manager()

    class Meta:
        verbose_name = "penunjukan Plt./Plh./a.n."
        ordering = ["-starts", "pk"]
        triggers = [NEVER_DELETED]
        constraints = [
            models.CheckConstraint(
                name="standing_in_ends_after_it_starts",
                condition=Q(ends__gte=F("starts")),
                violation_error_message="Tanggal berakhir mendahului tanggal mulai.",
            ),
            models.CheckConstraint(
                name="standing_in_needs_a_letter",
                condition=~Q(letter_number=""),
                violation_error_message="Nomor surat perintah wajib diisi.",
            ),
            models.CheckConstraint(name="standing_in_has_a_known_kind", condition=Q(kind__in=["plt", "plh", "an"])),
            ExclusionConstraint(
                name="one_stand_in_for_a_post_at_a_time",
                expressions=[(same("post"), "&&"), (PERIOD, "&&")],
                condition=Q(kind__in=["plt", "plh"], cancelled=False),
                violation_error_message="Pada masa itu jabatan ini sudah ada Plt. atau Plh. Akhiri dahulu penunjukannya.",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        """The post as recorded beside an act: "Plh. Kepala Dinas Sosial Kabupaten Lamandau"."""
        return f"{self.get_kind_display()} {self.post.title}"
