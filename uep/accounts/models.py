"""Users and what they looked at."""

from datetime import date
from functools import cached_property

import pghistory
import pgtrigger
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.urls import reverse
from django.utils import timezone

from uep.access.access import granted
from uep.access.roles import GRANTS, Role, role_choices
from uep.office import queries as office
from uep.registry.fields import RefField, SealedField


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Administrators see every account, everyone else their own."""
        return self if granted(user, "accounts.manage_users") else self.filter(pk=user.pk)


class Manager(UserManager.from_queryset(UserQuerySet)):
    pass


# The sealed number stays out: history's trigger would have to compare what only equality can find. When it was written stays.
@pghistory.track(exclude=["password", "last_login", "signing_nik"])
class User(AbstractUser):
    """Someone who signs in. What a role may do is in uep.access.roles; where it may do it is the scope here."""

    ref = RefField()
    full_name = models.CharField("nama lengkap", max_length=120)
    role = models.CharField("peran", max_length=20, choices=role_choices)
    village = models.ForeignKey(
        "registry.Region",
        verbose_name="desa/kelurahan",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="operators",
    )
    districts = models.ManyToManyField(
        "registry.Region", verbose_name="wilayah kerja (kecamatan)", blank=True, related_name="staff"
    )
    bank = models.ForeignKey("office.Bank", verbose_name="bank", on_delete=models.PROTECT, null=True, blank=True)
    phone = models.CharField("nomor HP", max_length=20, blank=True)
    # By which a signing service finds this person's certificate; nobody but its owner writes it.
    signing_nik = SealedField("NIK penanda tangan", kind="nik", null=True, blank=True)
    signing_nik_at = models.DateTimeField("NIK penanda tangan dicatat", null=True, blank=True)
    must_change_password = models.BooleanField("harus mengganti kata sandi", default=True)

    first_name = last_name = None
    objects = Manager()

    class Meta:
        verbose_name = "pengguna"
        constraints = [
            models.CheckConstraint(
                name="a_village_operator_has_a_village",
                condition=~models.Q(role=Role.VILLAGE) | models.Q(village__isnull=False),
            ),
            models.CheckConstraint(
                name="a_bank_officer_has_a_bank", condition=~models.Q(role=Role.BANK) | models.Q(bank__isnull=False)
            ),
        ]

    def __str__(self):
        return self.full_name or self.username

    def get_full_name(self):
        return self.full_name

    def get_absolute_url(self):
        return reverse("accounts:user", args=[self.ref])

    @cached_property
    def roles_today(self) -> frozenset[str]:
        """Own role, and the roles of the posts that this person stands in for today (Plt./Plh.)."""
        return frozenset({self.role}) | office.roles_acting(self, timezone.localdate())

    @cached_property
    def acting_titles(self) -> list[str]:
        """Posts this person stands in for today, as the head of each page names them."""
        today = timezone.localdate()
        found = [office.acting_for(self, role, today) for role in sorted(self.roles_today - {self.role})]
        return [appointment.title for appointment in found if appointment]

    def post_title(self, act: str, on: date) -> tuple[str, str]:
        """(post as recorded beside an act, basis of the appointment when the person acts by one, else "")."""
        if act not in GRANTS[self.role]:
            for role in sorted(self.roles_today - {self.role}):
                if act in GRANTS[role] and (appointment := office.acting_for(self, role, on)):
                    return appointment.title, office.acting_basis(self, role, on)
        return office.post_title_of(self, on) or Role(self.role).label, ""


class Disclosure(models.Model):
    """One look at one person's unmasked number: who, when, of whom, which, why (design, law 6)."""

    at = models.DateTimeField("waktu", default=timezone.now)
    by = models.ForeignKey(User, verbose_name="oleh", on_delete=models.PROTECT, related_name="disclosures")
    subject = models.CharField("catatan", max_length=60)  # "proposals.proposal:9F3K…", never the value itself
    field = models.CharField("isian", max_length=40)
    reason = models.CharField("alasan", max_length=300)
    address = models.GenericIPAddressField("alamat jaringan", null=True)

    class Meta:
        verbose_name = "catatan pembukaan data"
        indexes = [models.Index(fields=["subject", "-at"]), models.Index(fields=["by", "-at"])]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.by} {self.field} {self.at:%Y-%m-%d}"
