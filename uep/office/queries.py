"""What the other floors ask the office: who it is, who holds a post on a day, when it works, what it cites."""

from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from uep.access.roles import Role
from uep.office.calendar import Norm, Unit, WorkingCalendar
from uep.office.models import (
    ActingAppointment,
    Crest,
    Holiday,
    LegalBasis,
    OfficeHours,
    Official,
    PaperSetting,
    Profile,
    SopStep,
)
from uep.ui.indonesian import tanggal

DEFINITIVE = "definitif"


@dataclass(frozen=True)
class Signatory:
    """Who signs, as printed, on one day: a snapshot, never the person's current profile (domain, 2.7)."""

    name: str
    nip: str  # as printed, "19781211 200604 1 006"; empty for an elected head
    rank: str
    title: str  # as printed; with a.n. two lines, the post signed for and the signer's own
    quality: str  # "definitif", "Plt.", "Plh." or "a.n."
    basis: str = ""  # letter of the appointment; empty for a definitive holder
    post: str = ""  # the post itself, as in running text

    def as_dict(self) -> dict[str, str]:
        """JSON-able, for snapshots."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Signatory":
        """The snapshot back; words of later versions are ignored."""
        return cls(**{field.name: data[field.name] for field in fields(cls) if field.name in data})


def profile() -> Profile:
    """The office's profile; before the install an unsaved one with general words. One query."""
    return Profile.objects.first() or Profile()


def crest() -> bytes | None:
    """The crest that counts, as PNG; None when none was put up. One query."""
    image = Crest.objects.filter(profile__isnull=False).values_list("image", flat=True).first()
    return bytes(image) if image is not None else None


def office_on_every_page(request) -> dict[str, Any]:
    """Context processor: `office` on each page, fetched when the page first asks (one query)."""
    return {"office": SimpleLazyObject(profile)}


def paper_of(code: str, *, size: str, font: str) -> tuple[str, str]:
    """(size, font) of a kind of paper: the office's own setting, else what the paper brings along. One query."""
    return PaperSetting.objects.filter(code=code).values_list("size", "font").first() or (size, font)


# When the office works ------------------------------------------------------------------------------------------------


def calendar() -> WorkingCalendar:
    """The working calendar as the tables say now. Two small queries each time, so no process works by an old one;
    what is made of them is kept for as long as they say the same.
    """
    hours = tuple(
        (row.weekday, row.opens, row.break_starts, row.break_ends, row.closes) for row in OfficeHours.objects.all()
    )
    holidays = tuple(Holiday.objects.order_by("date").values_list("date", "kind"))
    return _calendar(hours, holidays, timezone.get_default_timezone_name())


@lru_cache(maxsize=4)
def _calendar(hours, holidays, zone: str) -> WorkingCalendar:
    spans = {day: ((opens, pause), (resume, closes)) for day, opens, pause, resume, closes in hours}
    national = frozenset(day.year for day, kind in holidays if kind == Holiday.Kind.NATIONAL)
    return WorkingCalendar(
        hours=spans, holidays=frozenset(day for day, _ in holidays), zone=zone, seeded_years=national
    )


def norm_of(step: int) -> Norm:
    """The norm of step 1 to 6 in the SOP in force. One query; ValidationError when there is none."""
    row = SopStep.objects.filter(sop__in_force=True, number=step).values_list("norm_amount", "norm_unit").first()
    if row is None:
        raise ValidationError(
            f"Langkah {step} belum ada dalam SOP yang berlaku. Administrator melengkapinya di halaman Kantor."
        )
    return Norm(row[0], Unit(row[1]))


def step_titles() -> dict[int, str]:
    """Titles of the six steps, from the SOP in force. One query; before the install "Langkah 1" and so on."""
    titles = dict(SopStep.objects.filter(sop__in_force=True).values_list("number", "title"))
    return {number: titles.get(number, f"Langkah {number}") for number in range(1, 7)}


# Who holds a post -----------------------------------------------------------------------------------------------------


def signatory(role: str, on: date, by=None) -> Signatory:
    """Who signs in the post of `role` on a day. Two queries; ValidationError, a sentence, when nobody does.

    The first of: Plt. or Plh., the definitive holder, a.n. With `by`, the capacity in which that user signs: a user
    who is not recorded as one of them gets the first one that has no account linked, else is refused.
    """
    acting = ActingAppointment.objects.on(on).filter(post__role=role).select_related("post", "official__post")
    holders = Official.objects.on(on).filter(post__role=role, post__active=True).select_related("post")
    stand_ins = [(row.official.user_id, _standing_in(row), row.kind) for row in acting]
    ranked = [(user, signs) for user, signs, kind in stand_ins if kind != ActingAppointment.Kind.AN]
    ranked += [(row.user_id, _definitive(row)) for row in holders]
    ranked += [(user, signs) for user, signs, kind in stand_ins if kind == ActingAppointment.Kind.AN]
    if not ranked:
        raise ValidationError(
            f"Tidak ada pejabat yang tercatat sebagai {Role(role).label} pada {tanggal(on)}. "
            "Administrator mencatatnya di halaman Kantor."
        )
    if by is None:
        return ranked[0][1]
    for wanted in (by.pk, None):
        for user, signs in ranked:
            if user == wanted:
                return signs
    raise ValidationError(
        f"Akun Anda tidak tercatat sebagai {Role(role).label} pada {tanggal(on)}. "
        "Administrator mencatatnya di halaman Kantor."
    )


def _definitive(official: Official) -> Signatory:
    return Signatory(
        name=official.name,
        nip=official.printed_nip,
        rank=official.rank,
        title=official.post.title.upper(),
        quality=DEFINITIVE,
        post=official.post.title,
    )


def _standing_in(appointment: ActingAppointment) -> Signatory:
    official, quality = appointment.official, appointment.get_kind_display()
    title = f"{quality} {appointment.post.title.upper()}"
    if appointment.kind == ActingAppointment.Kind.AN:
        title += f",\n{official.post.title.upper()}"  # the signer's own post stands under the one signed for
    return Signatory(
        name=official.name,
        nip=official.printed_nip,
        rank=official.rank,
        title=title,
        quality=quality,
        basis=_letter(appointment),
        post=appointment.title,
    )


def _letter(appointment: ActingAppointment) -> str:
    return f"SPT No. {appointment.letter_number} tanggal {tanggal(appointment.letter_date)}"


def roles_acting(user, on: date) -> frozenset[str]:
    """The roles of the posts that a user stands in for on a day, by Plt., Plh. or a.n. One query."""
    roles = ActingAppointment.objects.on(on).filter(official__user=user.pk).exclude(post__role="")
    return frozenset(roles.values_list("post__role", flat=True))


def acting_for(user, role: str, on: date) -> ActingAppointment | None:
    """The appointment by which a user stands in for a role's post on a day; its `title` is the post as recorded."""
    mine = ActingAppointment.objects.on(on).filter(official__user=user.pk, post__role=role)
    return mine.select_related("post").first()


def acting_basis(user, role: str, on: date) -> str:
    """What to record: "Plh. Kepala Dinas ..., SPT No. 800/12 tanggal 3 November 2026"; empty without one. One query."""
    appointment = acting_for(user, role, on)
    return f"{appointment.title}, {_letter(appointment)}" if appointment else ""


def post_title_of(user, on: date) -> str:
    """The post that a user holds definitively on a day, highest first; empty when none is recorded. One query."""
    return Official.objects.on(on).filter(user=user.pk).values_list("post__title", flat=True).first() or ""


# What papers cite -----------------------------------------------------------------------------------------------------


def legal_bases(on: date, kind: str) -> list[LegalBasis]:
    """The laws that a paper of this kind cites when dated so, in the order of printing. One query."""
    in_force = Q(in_force_to__isnull=True) | Q(in_force_to__gte=on)
    return list(LegalBasis.objects.filter(in_force, in_force_from__lte=on, kinds__contains=[kind]))
