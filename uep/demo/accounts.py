"""Who may sign in to the demo. The password is published: production refuses to start while one of them has it."""

from typing import NamedTuple

from django.contrib.auth.hashers import make_password

from uep.access.roles import Role
from uep.accounts.models import User
from uep.office.models import Bank, Official, Post
from uep.registry.models import Region

PASSWORD = "sungai-lamandau"  # noqa: S105 - meant to be known

# Where the demo happens in Lamandau; in another regency that many villages are taken from its list.
VILLAGES = (
    "62.09.03.1005", "62.09.08.2002", "62.09.06.2005", "62.09.03.2004", "62.09.02.1017", "62.09.01.2009", "62.09.07.2001",
    "62.09.05.2001",
)  # fmt: skip
NANGA_BULIK, KINIPAN, PURWAREJA, KUJAN, KUDANGAN, BAKONSU, BELANTIKAN, MELATA = range(8)


class Account(NamedTuple):
    username: str
    role: Role
    full_name: str
    note: str
    village: int | None = None  # index into the demo's villages
    district_of: int | None = None  # staff: sees only the kecamatan of that village
    bank: int | None = None
    nip: str = ""  # of those who hold a post
    rank: str = ""

    @property
    def password(self) -> str:
        return PASSWORD


ACCOUNTS = (
    Account("desa", Role.VILLAGE, "Rina Marlina", "operator Kelurahan Nanga Bulik", village=NANGA_BULIK),
    Account("desa2", Role.VILLAGE, "Yohanes Dehen", "operator Desa Kinipan", village=KINIPAN),
    Account("desa3", Role.VILLAGE, "Sugeng Riyadi", "operator Desa Purwareja", village=PURWAREJA),
    Account("staf", Role.STAFF, "Dewi Kartikasari, S.Sos.", "semua kecamatan"),
    Account("staf2", Role.STAFF, "Markus Tingang, S.Tr.Sos.", "semua kecamatan"),
    Account("staf3", Role.STAFF, "Nor Aini, A.Md.", "hanya satu kecamatan (Bulik)", district_of=NANGA_BULIK),
    Account("kabid", Role.DIVISION_HEAD, "Hendra Gunawan, S.Sos., M.Si.", "menyusun SK dan memvalidasi",
            nip="197904172006041009", rank="Pembina (IV/a)"),
    Account("sekretaris", Role.SECRETARY, "Dra. Maria Lestari Anggen", "disposisi dan paraf",
            nip="197103081996032002", rank="Pembina Tingkat I (IV/b)"),
    Account("kadis", Role.OFFICE_HEAD, "Drs. Rusdiansyah Noor, M.A.P.", "disposisi dan tanda tangan SK",
            nip="196911231995031003", rank="Pembina Utama Muda (IV/c)"),
    Account("bupati", Role.REGENT, "H. Antonius Garang, S.H.", "tanda tangan SK Bupati"),
    Account("bank", Role.BANK, "Siska Amelia", "bank penyalur program UEP", bank=0),
    Account("bank2", Role.BANK, "Joko Prasetyo", "bank lain, program perempuan kepala keluarga", bank=1),
    Account("inspektorat", Role.AUDITOR, "Ir. Taufik Hidayatullah", "melihat semua, tidak mengubah"),
    Account("admin", Role.ADMIN, "Bayu Saputra, S.Kom.", "pengguna dan pengaturan kantor"),
)  # fmt: skip


def demo_villages(regency: str) -> list[Region]:
    """The villages of the demo, in the order that ACCOUNTS counts them."""
    rows = Region.objects.villages().within(regency).select_related("parent")
    known = {village.pk: village for village in rows.filter(pk__in=VILLAGES)}
    if len(known) == len(VILLAGES):
        return [known[code] for code in VILLAGES]
    every = list(rows.order_by("code"))
    return [every[index * len(every) // len(VILLAGES)] for index in range(len(VILLAGES))]


def make_accounts(villages: list[Region], *, since) -> dict[str, User]:
    """Everyone of ACCOUNTS past the first sign-in, the officials on their posts since the day `since`, by user name."""
    banks = list(Bank.objects.order_by("pk"))
    password = make_password(PASSWORD)  # slow on purpose, so once for all
    people = {}
    for account in ACCOUNTS:
        user = User.objects.create(
            username=account.username,
            full_name=account.full_name,
            role=account.role,
            village=None if account.village is None else villages[account.village],
            bank=None if account.bank is None else banks[account.bank],
            must_change_password=False,
            password=password,
        )
        if account.district_of is not None:
            user.districts.set([villages[account.district_of].parent])
        people[account.username] = user
        if post := Post.objects.filter(role=account.role).first():
            Official.objects.create(
                post=post, name=account.full_name, nip=account.nip, rank=account.rank, user=user, starts=since
            )
    return people


def operator(village: Region, full_name: str) -> User:
    """An operator whom nobody can sign in as: the demo's other villages have been at work, too."""
    return User.objects.create(
        username=f"operator.{village.dotless}",
        full_name=full_name,
        role=Role.VILLAGE,
        village=village,
        must_change_password=False,
        password=make_password(None),
    )
