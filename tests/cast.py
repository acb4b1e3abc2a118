"""The people of the tests: one for each role, Bob of another village, a second bank, and the office they work in.

Alice may; Bob, operator of another village, is the colleague; Charlie of another bank is the stranger.
"""

import csv
import gzip
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files

import pytest

from uep.access.roles import Role
from uep.accounts.models import User
from uep.office import seeds
from uep.office.models import Bank, Official, Post
from uep.registry.models import Region

PASSWORD = "sungai-lamandau-7"
# Hashing is slow on purpose; the cast shares one cheap hash.
CHEAP_HASH = "django.contrib.auth.hashers.MD5PasswordHasher"


@dataclass
class Cast:
    alice: User  # operator of Kelurahan Nanga Bulik
    bob: User  # operator of Desa Sekoban (kecamatan Lamandau)
    staff: User  # sees every kecamatan
    colleague: User  # a second staff member
    outsider: User  # staff of kecamatan Batang Kawa only
    kabid: User
    secretary: User
    head: User
    regent: User
    bank: User
    charlie: User  # officer of another bank
    auditor: User
    admin: User

    def __iter__(self):
        return iter(vars(self).values())


@lru_cache(maxsize=1)
def lamandau() -> tuple[dict, ...]:
    """The rows of Lamandau from the shipped regions: province, regency, 8 kecamatan, 88 villages."""
    data = files("uep.registry") / "data" / "regions"
    rows = [
        {"code": "62", "name": "Kalimantan Tengah", "level": "province"},
        {"code": "62.09", "name": "Kabupaten Lamandau", "level": "regency", "parent_id": "62"},
    ]
    with (data / "districts.csv").open() as file:
        rows += [
            {"code": r["code"], "name": r["name"], "level": "district", "parent_id": "62.09"}
            for r in csv.DictReader(file)
            if r["code"].startswith("62.09.")
        ]
    with gzip.open(data / "villages.csv.gz", "rt") as file:
        rows += [
            {
                "code": r["code"],
                "name": r["name"],
                "level": "village",
                "kind": "kelurahan" if r["code"].split(".")[3].startswith("1") else "desa",
                "parent_id": r["code"].rsplit(".", 1)[0],
            }
            for r in csv.DictReader(file)
            if r["code"].startswith("62.09.")
        ]
    return tuple(rows)


@pytest.fixture
def office(db):
    return install()


@pytest.fixture
def cast(office) -> Cast:
    return gather()


def install():
    """Lamandau's office as installed: regions, profile, posts, SOP, hours, holidays, banks, and officials on the posts."""
    Region.objects.bulk_create(Region(**row) for row in lamandau())
    return seeds.seed("62.09", regency_name="Kabupaten Lamandau", province_name="Kalimantan Tengah")


def gather() -> Cast:
    """One person for each part; officials are the holders of their posts."""
    banks = list(Bank.objects.order_by("pk"))
    bulik, lamandau_village = "62.09.03.1005", "62.09.01.2001"
    cast = Cast(
        alice=person("alice", Role.VILLAGE, village_id=bulik),
        bob=person("bob", Role.VILLAGE, village_id=lamandau_village),
        staff=person("sari", Role.STAFF),
        colleague=person("tono", Role.STAFF),
        outsider=person("oka", Role.STAFF),
        kabid=person("kabid", Role.DIVISION_HEAD),
        secretary=person("sekretaris", Role.SECRETARY),
        head=person("kadis", Role.OFFICE_HEAD),
        regent=person("bupati", Role.REGENT),
        bank=person("bank", Role.BANK, bank=banks[0]),
        charlie=person("charlie", Role.BANK, bank=banks[1]),
        auditor=person("auditor", Role.AUDITOR),
        admin=person("admin", Role.ADMIN),
    )
    cast.outsider.districts.set(["62.09.08"])
    for user, nip in (
        (cast.kabid, "197503122003121004"),
        (cast.secretary, "197002151995032001"),
        (cast.head, "197812112006041006"),
        (cast.regent, ""),
    ):
        holds_post(user, nip)
    return cast


def person(username: str, role: Role, **scope) -> User:
    """An account past its first sign-in, with the password PASSWORD."""
    user = User(username=username, full_name=f"{username.title()} Uji", role=role, must_change_password=False, **scope)
    user.set_password(PASSWORD)
    user.save()
    return user


def holds_post(user: User, nip: str = "") -> Official:
    post = Post.objects.filter(role=user.role).first()
    return Official.objects.create(
        post=post,
        name=f"{user.full_name}, S.E.",
        nip=nip,
        rank="Pembina (IV/a)" if nip else "",
        user=user,
        starts=date(2020, 1, 1),
    )


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    settings.PASSWORD_HASHERS = [CHEAP_HASH]
