"""All of the office on one page, and what is missing from it."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.urls import reverse

from uep.access.roles import Role
from uep.office.models import (
    ActingAppointment,
    Bank,
    Holiday,
    LegalBasis,
    OfficeHours,
    Official,
    PaperSetting,
    Post,
    Profile,
    Sop,
)
from uep.ui.indonesian import tanggal

SOON = timedelta(days=7)
LATELY = timedelta(days=30)
NEXT_YEAR_FROM = 10  # October: by then the joint ministers have announced the next year's holidays
ESTIMATED = "perkiraan"  # how the holidays package marks a date that nobody has announced yet
NEEDED = {
    Role.OFFICE_HEAD: "lembar disposisi dan SK tidak dapat ditandatangani",
    Role.SECRETARY: "SK tidak dapat diparaf",
    Role.DIVISION_HEAD: "draf SK tidak ada yang menyusun",
}


@dataclass(frozen=True)
class Warn:
    """A gap, and the page and section where it is mended."""

    text: str
    page: str
    section: str

    @property
    def url(self) -> str:
        return reverse(f"office:{self.page}") + f"#{self.section}"


def staffing(today: date) -> dict:
    """Posts, officials and stand-ins, each of these with whether it holds today. Three queries."""
    officials = Official.objects.select_related("post", "user")
    acting = ActingAppointment.objects.select_related("post", "official__post")
    return {
        "today": today,
        "posts": list(Post.objects.select_related("parent").order_by("-active", "order", "pk")),
        "officials": [(row, _is_on(row, today)) for row in officials],
        "acting": [(row, _is_on(row, today) and not row.cancelled) for row in acting],
    }


def rules(today: date) -> dict:
    """The SOP in force, those before it, and the laws, each with whether it is in force. Three queries."""
    sops = list(Sop.objects.order_by("-in_force", "-pk").prefetch_related("steps"))
    return {
        "sop": next((sop for sop in sops if sop.in_force), None),
        "old_sops": [sop for sop in sops if not sop.in_force],
        "laws": [(law, law.is_in_force(today)) for law in LegalBasis.objects.all()],
    }


def working_hours(year: int) -> dict:
    """Hours of the week and days off of a year. Two queries."""
    return {
        "year": year,
        "hours": list(OfficeHours.objects.all()),
        "holidays": list(Holiday.objects.filter(date__year=year)),
    }


def office_settings() -> dict:
    """Banks and kinds of paper. Two queries."""
    return {"banks": list(Bank.objects.order_by("-active", "name")), "papers": list(PaperSetting.objects.all())}


def overview(today: date) -> dict:
    """The profile, and what is missing anywhere. Six queries."""
    profile = Profile.objects.select_related("crest").defer("crest__image").first()
    sop = Sop.objects.filter(in_force=True).first()
    holidays = list(Holiday.objects.filter(date__year__range=(today.year, today.year + 1)))
    return {"profile": profile, "warnings": list(_gaps(profile, staffing(today), sop, holidays, today))}


def _is_on(row, day: date) -> bool:
    return row.starts <= day and (row.ends is None or row.ends >= day)


def _gaps(profile: Profile | None, found: dict, sop: Sop | None, holidays: list[Holiday], today: date):
    if profile is None:
        yield Warn("Kantor ini belum dipasang. Jalankan: manage.py install_office KODE.", "overview", "profil")
        return
    words = {"address": "alamat", "capital": "kota tempat surat ditandatangani", "crest_id": "lambang"}
    if missing := [word for name, word in words.items() if not getattr(profile, name)]:
        yield Warn(f"Kop naskah belum lengkap: {', '.join(missing)}.", "overview", "profil")
    yield from _gaps_of_people(found, today)
    if sop is None:
        yield Warn("Belum ada SOP yang berlaku; batas waktu tidak dapat dihitung.", "rules", "sop")
    elif sop.effective_on is None:
        yield Warn("Tanggal efektif SOP masih kosong, seperti pada naskahnya.", "rules", "sop")
    yield from _gaps_of_holidays(holidays, today)


def _gaps_of_people(found: dict, today: date):
    acting = [row for row, current in found["acting"] if current]
    officials = [row for row, current in found["officials"] if current]
    held = {row.post_id for row in officials}
    stood_in = {row.post_id for row in acting if row.kind != ActingAppointment.Kind.AN}
    for post in found["posts"]:
        if post.active and post.role in NEEDED and post.pk not in held | stood_in:
            yield Warn(f"{post.title} belum ada pejabatnya: {NEEDED[Role(post.role)]}.", "people", "pejabat")
    roles = {post.role for post in found["posts"] if post.active}
    for role, harm in NEEDED.items():
        if role not in roles:
            yield Warn(f"Belum ada jabatan dengan peran {role.label}: {harm}.", "people", "jabatan")
    for official in officials:
        if not official.nip and official.post.role != Role.REGENT:
            yield Warn(f"NIP {official.name} belum diisi.", "people", "pejabat")
        if official.user_id is None and official.post.role in NEEDED:
            yield Warn(f"{official.name} belum terhubung dengan akun.", "people", "pejabat")
    yield from _gaps_of_standing_in(found, stood_in, today)


def _gaps_of_standing_in(found: dict, stood_in: set[int], today: date):
    for row in (row for row, current in found["acting"] if current):
        if row.ends - today <= SOON:
            yield Warn(f"{row.title} ({row.official.name}) berakhir {tanggal(row.ends)}.", "people", "penunjukan")
    for row, current in found["acting"]:
        lately = today - LATELY <= row.ends < today and not row.cancelled
        if lately and not current and row.post_id not in stood_in:
            yield Warn(f"{row.title} ({row.official.name}) sudah berakhir {tanggal(row.ends)}.", "people", "penunjukan")


def _gaps_of_holidays(holidays: list[Holiday], today: date):
    years = [today.year, today.year + 1] if today.month >= NEXT_YEAR_FROM else [today.year]
    known = {year: list(rows) for year, rows in groupby(holidays, key=lambda row: row.date.year)}
    for year in years:
        kinds = {row.kind for row in known.get(year, [])}
        if Holiday.Kind.NATIONAL not in kinds:
            yield Warn(
                f"Libur nasional {year} belum diisi; batas waktu dapat jatuh pada hari libur.", "hours", "kalender"
            )
        elif Holiday.Kind.JOINT_LEAVE not in kinds:
            yield Warn(f"Cuti bersama {year} belum diisi.", "hours", "kalender")
        estimated = sum(ESTIMATED in row.name for row in known.get(year, []))
        if estimated:
            yield Warn(f"{estimated} hari libur {year} masih perkiraan; cocokkan dengan SKB.", "hours", "kalender")
