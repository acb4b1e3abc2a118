"""One household's proposal: the record that moves."""

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from proposals.flow import LIVE, ProposalFlow, State, edges
from proposals.models.letter import CoverLetter
from proposals.models.programme import Programme
from uep.accounts.scopes import area
from uep.registry.fields import BlindIndex, RefField, SealedField, mask
from uep.social.fields import NameKey


class Sex(models.TextChoices):
    FEMALE = "P", "Perempuan"
    MALE = "L", "Laki-laki"


class SocialData(models.TextChoices):
    """Which register of the poor the household is in; a label, because the register changes (DTKS until 2025)."""

    DTSEN = "DTSEN", "DTSEN"
    DTKS = "DTKS", "DTKS"
    P3KE = "P3KE", "P3KE"
    NONE = "none", "Belum terdata"


class Origin(models.TextChoices):
    """Where what stands in a field came from."""

    REGISTRY = "registry", "dari data sosial"
    LIST = "list", "dari daftar Excel"


class ProposalQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The village's own, drafts included; the office its area, once sent."""
        rows = self.filter(area(user))
        return rows if user.village_id else rows.exclude(state=State.DRAFT).exclude(register_number=None)

    def live(self):
        return self.filter(state__in=LIVE)


@pghistory.track()
class Proposal(ProposalFlow):
    ref = RefField()
    programme = models.ForeignKey(Programme, verbose_name="program", on_delete=models.PROTECT, related_name="proposals")
    village = models.ForeignKey("registry.Region", verbose_name="desa/kelurahan", on_delete=models.PROTECT)
    letter = models.ForeignKey(
        CoverLetter,
        verbose_name="surat pengantar",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
    )
    register_year = models.PositiveSmallIntegerField("tahun register", null=True, blank=True)
    register_number = models.PositiveIntegerField("nomor register", null=True, blank=True)
    handler = models.ForeignKey(
        "accounts.User",
        verbose_name="staf pemeriksa",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="handles",
    )

    # The applicant. Blank while the operator is still typing; submission asks for all of it (proposals.eligibility).
    name = models.CharField("nama lengkap", max_length=120)
    nik = SealedField("NIK", kind="nik", null=True, blank=True)
    kk_number = SealedField("nomor KK", kind="kk", null=True, blank=True)
    birth_place = models.CharField("tempat lahir", max_length=80, blank=True)
    birth_date = models.DateField("tanggal lahir", null=True, blank=True)
    sex = models.CharField("jenis kelamin", max_length=1, choices=Sex.choices, blank=True)
    address = models.CharField("alamat", max_length=200, blank=True)
    rt = models.CharField("RT", max_length=3, blank=True)
    rw = models.CharField("RW", max_length=3, blank=True)
    phone = models.CharField("nomor HP/WA", max_length=20, blank=True)
    phone_is_borrowed = models.BooleanField("HP milik keluarga/tetangga", default=False)
    occupation = models.CharField("pekerjaan", max_length=80, blank=True)
    social_data = models.CharField("data sosial", max_length=10, choices=SocialData.choices, blank=True)
    social_id = models.CharField("ID data sosial", max_length=40, blank=True)
    desil = models.PositiveSmallIntegerField("desil", null=True, blank=True)
    social_period = models.CharField("periode data sosial", max_length=40, blank=True)
    # What the registry knew when it was asked, frozen: its line, the day that line is of, and the day it was asked.
    person = models.ForeignKey(
        "social.Person",
        verbose_name="baris data sosial",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    social_as_of = models.DateField("data sosial per tanggal", null=True, blank=True)
    social_checked_on = models.DateField("data sosial dicek pada", null=True, blank=True)
    unlisted_reason = models.CharField("alasan diusulkan walau tidak terdata", max_length=300, blank=True)
    # field -> Origin; a field that is not named was typed.
    origins = models.JSONField("asal isian", default=dict, blank=True)
    is_not_public_payroll = models.BooleanField(
        "bukan ASN/TNI/Polri/pensiunan/perangkat desa atau keluarga intinya", default=False
    )
    kinship = models.CharField("hubungan keluarga dengan aparat desa", max_length=120, blank=True)

    # The business.
    business = models.CharField("jenis usaha", max_length=120, blank=True)
    business_address = models.CharField("tempat usaha", max_length=200, blank=True)
    business_years = models.PositiveSmallIntegerField("lama usaha (tahun)", null=True, blank=True)
    monthly_turnover = models.PositiveBigIntegerField("omzet per bulan (Rp)", null=True, blank=True)
    amount_requested = models.PositiveBigIntegerField("bantuan yang diminta (Rp)", null=True, blank=True)

    # The account the money goes to; checked by the bank at step 4.
    account_number = SealedField("nomor rekening", kind="account", null=True, blank=True)
    account_name = models.CharField("nama pemilik rekening", max_length=120, blank=True)

    # By which rules it was judged when it was sent; null before.
    rule_set = models.ForeignKey(
        "proposals.RuleSet",
        verbose_name="versi aturan",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # While returned: names of the fields and codes of the papers that may be changed; null means all of them.
    correctable = models.JSONField("yang boleh diperbaiki", null=True, blank=True)
    created_by = models.ForeignKey(
        "accounts.User", verbose_name="dibuat oleh", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("dibuat pada", default=timezone.now)
    edited_at = models.DateTimeField("diubah pada", default=timezone.now)
    moved_at = models.DateTimeField("status sejak", default=timezone.now)
    due_at = models.DateTimeField("batas waktu", null=True, blank=True)  # of what is awaited now; moves.py writes it

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "usulan"
        constraints = [
            models.UniqueConstraint(
                BlindIndex("kk_number"),
                "programme",
                name="one_live_proposal_per_household_and_programme",
                condition=~Q(state__in=[State.INELIGIBLE, State.WITHDRAWN]),
            ),
            models.UniqueConstraint(
                BlindIndex("nik"),
                "programme",
                name="one_live_proposal_per_person_and_programme",
                condition=~Q(state__in=[State.INELIGIBLE, State.WITHDRAWN]),
            ),
            models.UniqueConstraint(name="register_numbers_do_not_repeat", fields=["register_year", "register_number"]),
            models.CheckConstraint(
                name="a_sent_proposal_has_a_letter_and_a_register_number",
                condition=Q(state__in=[State.DRAFT, State.WITHDRAWN])
                | Q(letter__isnull=False, register_year__isnull=False, register_number__isnull=False),
            ),
        ]
        indexes = [
            # The desk and the lists read live rows only; history does not slow them (design, 8).
            models.Index(name="live_by_due", fields=["state", "due_at", "id"], condition=Q(state__in=LIVE)),
            models.Index(name="live_by_village", fields=["village", "state", "id"], condition=Q(state__in=LIVE)),
            models.Index(name="by_programme_and_state", fields=["programme", "state"]),
            models.Index(name="newest_first", fields=["-moved_at", "-id"]),
            models.Index(name="soonest_due_first", fields=["due_at", "id"]),
            models.Index(Lower("name"), "id", name="by_name"),
            # Any words of a name in any order, by their beginnings; no extension needed (libraries, embedded PostgreSQL).
            GinIndex(SearchVector("name", config="simple"), name="by_words_of_name"),
            models.Index(BlindIndex("nik"), name="by_nik"),
            models.Index(BlindIndex("kk_number"), name="by_kk"),
            models.Index(BlindIndex("account_number"), name="by_account"),
            models.Index(fields=["phone"], name="by_phone", condition=~Q(phone="")),
            models.Index(NameKey("name"), name="by_sound_of_name"),
            models.Index(fields=["birth_date"], name="by_birth_date"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="moves_by_the_table", field="state", transitions=sorted({(e.source, e.target) for e in edges()})
            ),
            pgtrigger.Protect(
                name="starts_as_draft", operation=pgtrigger.Insert, condition=~pgtrigger.Q(new__state=State.DRAFT.value)
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("proposals:proposal", args=[self.ref])

    @property
    def status(self) -> State:
        return State(self.state)

    @property
    def register(self) -> str:
        return f"{self.register_number:04d}/{self.register_year}" if self.register_number else ""

    @property
    def masked_nik(self) -> str:
        return mask(self.nik) if self.nik else ""

    @property
    def masked_kk(self) -> str:
        return mask(self.kk_number) if self.kk_number else ""

    @property
    def masked_account(self) -> str:
        return mask(self.account_number) if self.account_number else ""

    @property
    def open_fields(self) -> frozenset[str] | None:
        """What its village may change: names of fields, "budget" and codes of papers. None: everything.

        While returned for named defects only those; whether it may be changed at all is the rule's matter.
        """
        if self.state != State.RETURNED or self.correctable is None:
            return None
        return frozenset(self.correctable) | ({"phone_is_borrowed"} if "phone" in self.correctable else set())

    def age_on(self, day) -> int | None:
        """Completed years on `day`; None while the birth date is not known."""
        if self.birth_date is None:
            return None
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class BudgetLine(models.Model):
    """A line of the RAB: what the money is for. A line that is taken out stays in its history."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="budget_lines")
    position = models.PositiveSmallIntegerField("nomor")
    description = models.CharField("uraian", max_length=120)
    quantity = models.DecimalField("volume", max_digits=9, decimal_places=2)
    unit = models.CharField("satuan", max_length=20)
    unit_price = models.PositiveBigIntegerField("harga satuan (Rp)")
    total = models.PositiveBigIntegerField("jumlah (Rp)")

    class Meta:
        verbose_name = "baris RAB"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="one_budget_line_per_position", fields=["proposal", "position"])]

    def __str__(self):
        return self.description
