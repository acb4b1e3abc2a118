"""One year's UEP: money, rules, and which papers it asks for."""

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from proposals.flow import State
from uep.access.access import granted
from uep.access.roles import Role
from uep.registry.fields import RefField


class ProgrammeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everyone who takes part in the flow; a bank officer only the programmes of the own bank."""
        if not user.is_authenticated:
            return self.none()
        if user.role == Role.BANK:
            return self.filter(bank=user.bank_id)
        return self if granted(user, "proposals.view_programme") else self.none()

    def open_on(self, day):
        return self.filter(opens_on__lte=day, closes_on__gte=day)


@pghistory.track()
class Programme(models.Model):
    ref = RefField()
    name = models.CharField("nama program", max_length=120)
    year = models.PositiveSmallIntegerField("tahun anggaran")
    budget = models.PositiveBigIntegerField("anggaran (Rp)")
    amount = models.PositiveBigIntegerField("bantuan per penerima (Rp)", validators=[MinValueValidator(1)])
    quota = models.PositiveIntegerField("kuota penerima")
    opens_on = models.DateField("dibuka tanggal")
    closes_on = models.DateField("ditutup tanggal")
    signatory = models.CharField(
        "penanda tangan SK",
        max_length=20,
        choices=[(Role.OFFICE_HEAD.value, "Kepala Dinas"), (Role.REGENT.value, "Bupati")],
        default=Role.OFFICE_HEAD,
    )
    bank = models.ForeignKey("office.Bank", verbose_name="bank penyalur", on_delete=models.PROTECT)
    min_age = models.PositiveSmallIntegerField("umur paling muda", default=18)
    max_age = models.PositiveSmallIntegerField("umur paling tua", default=59)
    age_on = models.DateField("umur dihitung per tanggal")
    max_desil = models.PositiveSmallIntegerField("desil paling tinggi", default=4)
    keeps_position = models.BooleanField("simpan koordinat foto usaha", default=True)
    account_code = models.CharField("kode rekening belanja", max_length=60, blank=True)
    dpa_number = models.CharField("nomor DPA", max_length=60, blank=True)
    created_by = models.ForeignKey(
        "accounts.User", verbose_name="dibuat oleh", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("dibuat pada", default=timezone.now)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = "program"
        ordering = ["-year", "name"]
        constraints = [
            models.UniqueConstraint(name="one_programme_of_a_name_per_year", fields=["year", "name"]),
            models.CheckConstraint(name="a_programme_closes_after_it_opens", condition=Q(closes_on__gte=F("opens_on"))),
            models.CheckConstraint(name="ages_are_a_range", condition=Q(max_age__gte=F("min_age"))),
        ]

    def __str__(self):
        return f"{self.name} {self.year}"

    def get_absolute_url(self):
        return reverse("proposals:programme", args=[self.ref])

    def is_open(self, day) -> bool:
        return self.opens_on <= day <= self.closes_on


# Papers that must be there before the household is visited; the rest comes after the decree.
BY_THE_DESK = (State.SUBMITTED, State.COMPLETE)


class RequirementQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(programme__in=Programme.objects.visible_to(user))

    def under_the_rules(self):
        """Whether a household must bring these is said by the versions of the programme's rules."""
        return self.filter(owner=Requirement.Owner.HOUSEHOLD, needed_from__in=BY_THE_DESK)


@pghistory.track()
class Requirement(models.Model):
    """A paper that a programme asks for; data, so that adding one needs no code (docs/how-to/requirement.md)."""

    class Owner(models.TextChoices):
        HOUSEHOLD = "household", "tiap calon penerima"
        LETTER = "letter", "surat pengantar"

    class Accepts(models.TextChoices):
        ANY = "any", "foto atau PDF"
        IMAGE = "image", "foto saja"

    ref = RefField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="requirements")
    code = models.SlugField("kode", max_length=40)
    label = models.CharField("nama berkas", max_length=120)
    help = models.CharField("petunjuk", max_length=300, blank=True)
    owner = models.CharField("untuk", max_length=10, choices=Owner.choices, default=Owner.HOUSEHOLD)
    needed_from = models.CharField(
        "wajib sejak",
        max_length=20,
        choices=[(s.value, s.label) for s in (State.SUBMITTED, State.COMPLETE, State.BRIEFED, State.HANDED_OVER)],
        default=State.SUBMITTED,
    )
    # Of papers under the rules: as the version in force says, which alone writes it (actions.rules.enact_rules).
    is_required = models.BooleanField("wajib", default=True)
    accepts = models.CharField("jenis berkas", max_length=10, choices=Accepts.choices, default=Accepts.ANY)
    max_files = models.PositiveSmallIntegerField("jumlah paling banyak", default=1)
    paper = models.CharField("formulir siap cetak", max_length=40, blank=True)  # code of a printout, e.g. "sptjm"
    keeps_position = models.BooleanField("simpan koordinat", default=False)
    order = models.PositiveSmallIntegerField("urutan", default=0)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = "berkas persyaratan"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_requirement_of_a_code_per_programme", fields=["programme", "code"])
        ]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        return self.programme.get_absolute_url()

    @property
    def is_under_the_rules(self) -> bool:
        return self.owner == self.Owner.HOUSEHOLD and self.needed_from in BY_THE_DESK

    @property
    def needed_label(self) -> str:
        """From when on it must be there, in words."""
        if not self.is_required:
            return "boleh kosong"
        if self.needed_from == State.SUBMITTED:
            return "wajib saat dikirim"
        return f"wajib sejak {State(self.needed_from).label.lower()}"
