"""Lamandau's office as seeded, and four people of it."""

from datetime import date

import pytest

from uep.access.roles import Role
from uep.accounts.models import User
from uep.office.models import Official, Post
from uep.office.seeds import seed


@pytest.fixture
def office(db):
    return seed("62.09", regency_name="Kabupaten Lamandau", province_name="Kalimantan Tengah")


def person(username, role):
    return User.objects.create_user(
        username=username, full_name=username.title(), role=role, password=None, must_change_password=False
    )


@pytest.fixture
def admin(db):
    return person("admin", Role.ADMIN)


@pytest.fixture
def head(db):
    return person("kadis", Role.OFFICE_HEAD)


@pytest.fixture
def secretary(db):
    return person("sekretaris", Role.SECRETARY)


@pytest.fixture
def staff(db):
    return person("staf", Role.STAFF)


@pytest.fixture
def held(office, head, secretary):
    """The posts of head and secretary are held; returns (head's Official, secretary's Official)."""
    return (
        Official.objects.create(
            post=Post.objects.get(code="kepala_dinas"),
            name="RAHMAWATI, S.Sos., M.AP",
            nip="197812112006041006",
            rank="Pembina Tingkat I (IV/b)",
            user=head,
            starts=date(2024, 1, 1),
        ),
        Official.objects.create(
            post=Post.objects.get(code="sekretaris"),
            name="Drs. YUSUP",
            nip="197001011995031001",
            rank="Pembina (IV/a)",
            user=secretary,
            starts=date(2024, 1, 1),
        ),
    )
