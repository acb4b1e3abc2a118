"""What administrators and users do to accounts, and the record of unmasked numbers."""

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from uep.access.access import require
from uep.access.roles import Role
from uep.accounts.models import Disclosure, User

READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # without look-alikes: it is read aloud over the phone


def temporary_password() -> str:
    """Twelve readable characters in three groups, about 58 bits."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))


@transaction.atomic
def add_user(_administrator, *, by, username, full_name, role, village, districts, bank, phone) -> User:
    """Make an account with a temporary password, shown once as `user.issued_password`."""
    require(by, "accounts.add_user", None)
    _check_scope(role, village, bank)
    if User.objects.filter(username__iexact=username).exists():
        raise ValidationError("Nama pengguna ini sudah dipakai. Pilih nama lain.")
    user = User(username=username, full_name=full_name, role=role, village=village, bank=bank, phone=phone)
    return _with_new_password(user, districts=districts)


@transaction.atomic
def first_administrator(*, username, full_name) -> User:
    """The account that makes all others, by whoever runs the machine: nobody is there yet who could be asked.

    ValidationError when an administrator can sign in already: then that one adds people on the page Pengguna.
    """
    if User.objects.filter(role=Role.ADMIN, is_active=True).exists():
        raise ValidationError("Sudah ada administrator. Pengguna lain ditambahkan di halaman Pengguna.")
    user = User(username=username, full_name=full_name, role=Role.ADMIN)
    user.full_clean(exclude=["password"])
    return _with_new_password(user)


@transaction.atomic
def edit_user(user, *, by, full_name, role, village, districts, bank, phone) -> User:
    """Change what an account is. The last administrator keeps the role, so that the office is never locked out."""
    user = User.objects.select_for_update().get(pk=user.pk)
    require(by, "accounts.edit_user", user)
    _check_scope(role, village, bank)
    if user.role == Role.ADMIN and role != Role.ADMIN:
        _keep_an_administrator(user)
    user.full_name, user.role, user.village, user.bank, user.phone = full_name, role, village, bank, phone
    user.save()
    user.districts.set(districts)
    return user


@transaction.atomic
def reset_password(user, *, by) -> User:
    """A new temporary password, shown once as `user.issued_password`; open sessions end with the old one."""
    user = User.objects.select_for_update().get(pk=user.pk)
    require(by, "accounts.reset_password", user)
    return _with_new_password(user)


@transaction.atomic
def close_user(user, *, by) -> User:
    """The account can no longer sign in; nothing it did is lost."""
    user = User.objects.select_for_update().get(pk=user.pk)
    require(by, "accounts.close_user", user)
    if user.role == Role.ADMIN:
        _keep_an_administrator(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    return user


@transaction.atomic
def reopen_user(user, *, by) -> User:
    user = User.objects.select_for_update().get(pk=user.pk)
    require(by, "accounts.reopen_user", user)
    user.is_active = True
    user.save(update_fields=["is_active"])
    return user


@transaction.atomic
def change_password(user, *, by, password) -> User:
    """The own password; the account is then past its first sign-in."""
    user = User.objects.select_for_update().get(pk=user.pk)
    require(by, "accounts.change_password", user)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    return user


@transaction.atomic
def record_nik(user, *, by, nik) -> User:
    """The own NIK, by which the signing service finds the certificate; empty takes it away."""
    user = User.objects.select_for_update().get(pk=user.pk)
    require(by, "accounts.record_nik", user)
    user.signing_nik, user.signing_nik_at = nik or None, timezone.now()
    user.save(update_fields=["signing_nik", "signing_nik_at"])
    return user


def disclose(subject, field: str, *, by, reason: str, address: str | None = None) -> str:
    """The unmasked value of a sealed field, after the look was recorded (design, law 6). ValidationError without a reason.

    The caller has asked its own rule; this is called inside its transaction.
    """
    if len(reason.strip()) < 5:
        raise ValidationError("Tulis alasan membuka nomor lengkap, paling sedikit 5 huruf.")
    Disclosure.objects.create(
        by=by,
        subject=f"{subject._meta.label_lower}:{subject.ref}",  # noqa: SLF001 - a model's public name
        field=field,
        reason=reason.strip(),
        address=address,
    )
    return getattr(subject, field) or ""


def _check_scope(role, village, bank) -> None:
    if role == Role.VILLAGE and village is None:
        raise ValidationError("Operator desa memerlukan desa/kelurahan.")
    if role == Role.BANK and bank is None:
        raise ValidationError("Petugas bank memerlukan bank.")


def _keep_an_administrator(leaving: User) -> None:
    others = User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True).exclude(pk=leaving.pk)
    if not others:
        raise ValidationError("Ini administrator terakhir. Tunjuk administrator lain lebih dahulu.")


def _with_new_password(user: User, *, districts=None) -> User:
    password = temporary_password()
    user.set_password(password)
    user.must_change_password = True
    user.save()
    if districts is not None:
        user.districts.set(districts)
    user.issued_password = password  # on this object only; never stored or logged
    return user
