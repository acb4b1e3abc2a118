"""Who holds a post on a day, who stands in for it, and how a paper prints that."""

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from uep.access.roles import Role
from uep.office.models import ActingAppointment, Official
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


def signatory(role: str, on: date, by=None) -> Signatory:
    """Who signs in the post of `role` on a day. Two queries; ValidationError, a sentence, when nobody does.

    The first of: Plt. or Plh., the definitive holder, a.n. With `by`, the capacity in which that user signs; who is
    recorded as none of them signs for a definitive holder without a linked account, else is refused.
    """
    acting = ActingAppointment.objects.on(on).filter(post__role=role).select_related("post", "official__post")
    holders = Official.objects.on(on).filter(post__role=role, post__active=True).select_related("post")
    stand_ins = [(row.official.user_id, _standing_in(row)) for row in acting]
    definitive = [(row.user_id, _definitive(row)) for row in holders]
    delegated = [pair for pair in stand_ins if pair[1].quality == ActingAppointment.Kind.AN.label]
    ranked = [*(pair for pair in stand_ins if pair not in delegated), *definitive, *delegated]
    if not ranked:
        raise ValidationError(
            f"Tidak ada pejabat yang tercatat sebagai {Role(role).label} pada {tanggal(on)}. "
            "Administrator mencatatnya di halaman Kantor."
        )
    if by is None:
        return ranked[0][1]
    own = [signs for user, signs in ranked if user == by.pk] or [signs for user, signs in definitive if user is None]
    if not own:
        raise ValidationError(
            f"Akun Anda tidak tercatat sebagai {Role(role).label} pada {tanggal(on)}. "
            "Administrator mencatatnya di halaman Kantor."
        )
    return own[0]


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


def everyones_acting_roles(on: date) -> dict[int, frozenset[str]]:
    """As roles_acting, for everybody who stands in on a day: user's key -> roles. One query."""
    rows = ActingAppointment.objects.on(on).exclude(post__role="").exclude(official__user=None)
    found: dict[int, frozenset[str]] = {}
    for user, role in rows.values_list("official__user", "post__role"):
        found[user] = found.get(user, frozenset()) | {role}
    return found


def acting_for(user, role: str, on: date) -> ActingAppointment | None:
    """The appointment by which a user stands in for a role's post on a day; its `title` is the post as recorded."""
    mine = ActingAppointment.objects.on(on).filter(official__user=user.pk, post__role=role)
    return mine.select_related("post").first()


def lapsed_appointment(role: str, on: date) -> ActingAppointment | None:
    """The Plt. or Plh. of the role's post that ended last, where nobody holds or stands in for it on a day.

    Two queries; None when somebody does, or nobody ever stood in.
    """
    acting = ActingAppointment.objects.filter(post__role=role, cancelled=False)
    if Official.objects.on(on).filter(post__role=role, post__active=True).exists():
        return None
    last = acting.select_related("post", "official").order_by("-ends", "-pk").first()
    return last if last and last.ends < on else None


def acting_basis(user, role: str, on: date) -> str:
    """What to record: "Plh. Kepala Dinas ..., SPT No. 800/12 tanggal 3 November 2026"; empty without one. One query."""
    appointment = acting_for(user, role, on)
    return f"{appointment.title}, {_letter(appointment)}" if appointment else ""


def post_title_of(user, on: date) -> str:
    """The post that a user holds definitively on a day, highest first; empty when none is recorded. One query."""
    return Official.objects.on(on).filter(user=user.pk).values_list("post__title", flat=True).first() or ""
