"""What an office starts with: posts, SOP, laws, hours, holidays and banks. Everything here is data in uep/office/data.

general.json holds for every regency; a file named by a Kemendagri code adds what only that one has. Seeding twice
changes nothing: what the office has edited since stays as it is.
"""

import json
from datetime import date, time
from pathlib import Path

import holidays
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from uep.access.roles import Role
from uep.office.models import Bank, Holiday, LegalBasis, OfficeHours, PaperSetting, Post, Profile, Sop

DATA = Path(__file__).parent / "data"
JOINT_LEAVE = "Cuti Bersama"  # how the holidays package begins the names of its category "government"


@transaction.atomic
def seed(regency_code: str, *, regency_name: str, province_name: str) -> Profile:
    """Make the office of a regency, by its Kemendagri code and its names ("Kabupaten Lamandau", "Kalimantan Tengah").

    ValidationError when the database already belongs to another regency: one install per regency (design, 8).
    """
    other = Profile.objects.exclude(regency_code=regency_code).first()
    if other:
        raise ValidationError(f"Basis data ini sudah dipasang untuk {other.regency_code} {other.regency_name}.")
    general, own = _read("general"), _read(regency_code)
    profile = _seed_profile(regency_code, regency_name, province_name, own.get("profile", {}))
    _seed_posts(regency_name, own.get("division", "Pemberdayaan Sosial"))
    _seed_sop(general, own.get("sop", {}))
    _seed_rows(PaperSetting, "code", general["papers"])
    _seed_rows(Bank, "code", own.get("banks", []) + general["banks"])
    _seed_rows(LegalBasis, "short_name", own.get("laws", []) + general["laws"])
    _seed_hours(general["office_hours"])
    this_year = timezone.localdate().year
    for year in range(this_year - 1, this_year + 2):
        seed_holidays(year)
    return profile


def seed_holidays(year: int) -> int:
    """Enter the national holidays and joint leave of a year as the library knows them; returns how many were new.

    Days that are in the table already stay. A date of a lunar feast in a year that is not announced yet is marked
    "(perkiraan)" in its name.
    """
    known = holidays.Indonesia(years=year, categories=("public", "government"), language="id")
    rows = [
        Holiday(
            date=day,
            name=name,
            kind=Holiday.Kind.JOINT_LEAVE if name.startswith(JOINT_LEAVE) else Holiday.Kind.NATIONAL,
        )
        for day, name in sorted(known.items())
    ]
    before = Holiday.objects.filter(date__year=year).count()
    Holiday.objects.bulk_create(rows, ignore_conflicts=True)
    return Holiday.objects.filter(date__year=year).count() - before


def _read(name: str) -> dict:
    path = DATA / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _seed_profile(code: str, regency_name: str, province_name: str, own: dict) -> Profile:
    own = dict(own)
    if regency_name.startswith("Kota "):  # papers of a city are signed in the city itself
        own.setdefault("capital", _short(regency_name))
    profile, _ = Profile.objects.get_or_create(
        defaults={
            "regency_code": code,
            "regency_name": regency_name,
            "province_name": province_name,
            "app_title": f"UEP {_short(regency_name)}",
            "government_name": f"Pemerintah {regency_name}",
            "name": "Dinas Sosial",
            **own,
        }
    )
    return profile


def _seed_posts(regency_name: str, division: str) -> None:
    head = "Wali Kota" if regency_name.startswith("Kota ") else "Bupati"
    posts = [
        ("kepala_daerah", f"{head} {_short(regency_name)}", Role.REGENT, None),
        ("kepala_dinas", f"Kepala Dinas Sosial {regency_name}", Role.OFFICE_HEAD, "kepala_daerah"),
        ("sekretaris", f"Sekretaris Dinas Sosial {regency_name}", Role.SECRETARY, "kepala_dinas"),
        ("kepala_bidang", f"Kepala Bidang {division}", Role.DIVISION_HEAD, "kepala_dinas"),
    ]
    made = {}
    for order, (code, title, role, parent) in enumerate(posts, 1):
        made[code], _ = Post.objects.get_or_create(
            code=code, defaults={"title": title, "role": role, "parent": made.get(parent), "order": order * 10}
        )


def _short(regency_name: str) -> str:
    """What people call it: Lamandau for "Kabupaten Lamandau", Banda Aceh for "Kota Banda Aceh"."""
    words = regency_name.split()
    while len(words) > 1 and words[0] in {"Kabupaten", "Kota", "Administrasi", "Adm."}:
        words = words[1:]
    return " ".join(words)


def _seed_sop(general: dict, own: dict) -> None:
    if Sop.objects.exists():  # the office may have revised it
        return
    sop = Sop.objects.create(title=general["sop_title"], in_force=True, **_dated(own))
    for step in general["sop_steps"]:
        sop.steps.create(**step)


def _seed_rows(model, key: str, rows: list[dict]) -> None:
    for row in rows:
        model.objects.get_or_create(**{key: row[key]}, defaults=_dated(row))


def _seed_hours(rows: list[list]) -> None:
    names = ("opens", "break_starts", "break_ends", "closes")
    for weekday, *clock in rows:
        hours = dict(zip(names, map(time.fromisoformat, clock), strict=True))
        OfficeHours.objects.get_or_create(weekday=weekday, defaults=hours)


def _dated(row: dict) -> dict:
    """JSON has no dates: those of the fields that are dates, read from ISO."""
    ends = ("_on", "_from", "_to")
    return {name: date.fromisoformat(value) if name.endswith(ends) else value for name, value in row.items()}
