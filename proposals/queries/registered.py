"""What the social registry says of the people who are proposed: what was frozen, what has grown old, who is not in it."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from proposals.flow import State
from proposals.models import Attachment, Origin, Proposal
from uep.social.models import Extract
from uep.social.queries import extract_in_force
from uep.ui.indonesian import kalimat

MINUTES = "ba_musyawarah"  # code of the paper with which a village vouches for who is in no register
NO_REASON = "{name} tidak ada di data sosial. Isi alasan mengusulkannya di Ubah isian, bagian Data sosial, atau cocokkan NIK-nya."
NO_MINUTES = (
    "Berita acara musyawarah belum diunggah ke surat pengantar; diperlukan karena {name} tidak ada di data sosial."
)


def is_unlisted(proposal: Proposal) -> bool:
    """Was the registry asked, and did it not know the person?"""
    return proposal.social_checked_on is not None and proposal.person_id is None


def unlisted_faults(proposals: Iterable[Proposal]) -> dict[int, list[str]]:
    """What keeps people who are in no register from being sent: pk -> sentences. No wall: a reason and the minutes do.

    One query, and none where everybody is in the registry or no extract is in force.
    """
    unlisted = [proposal for proposal in proposals if is_unlisted(proposal)]
    if not unlisted:
        return {}
    letters = {proposal.letter_id for proposal in unlisted if proposal.letter_id}
    carried = set(
        Attachment.objects.current()
        .filter(requirement__code=MINUTES, letter__in=letters)
        .values_list("letter_id", flat=True)
    )
    faults: dict[int, list[str]] = {}
    for proposal in unlisted:
        told, opened = [], proposal.open_fields
        if not proposal.unlisted_reason and (opened is None or "unlisted_reason" in opened):
            told.append(NO_REASON.format(name=proposal.name))
        # A letter that was sent takes no papers any more; what is lacking then is staff's to weigh.
        if proposal.state == State.DRAFT and proposal.letter_id and proposal.letter_id not in carried:
            told.append(NO_MINUTES.format(name=proposal.name))
        if told:
            faults[proposal.pk] = told
    return faults


def origins_of(proposal: Proposal) -> list[tuple[str, str]]:
    """Where its fields came from, but for those that were typed: ("Dari data sosial", "alamat, RT, desil")."""
    told = []
    for origin in Origin:
        names = [field.verbose_name for field in proposal._meta.fields if proposal.origins.get(field.name) == origin]  # noqa: SLF001
        if names:
            told.append((kalimat(origin.label), ", ".join(names)))
    return told


def months_later(day: date, months: int) -> date:
    """The same day some months on, the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


def why_stale(proposal: Proposal, in_force: Extract | None, today: date) -> str:
    """Why its match with the registry should be made anew, as a clause; "" while it is fresh, or no extract is in force.

    DTSEN changes every quarter: the source says for how many months a match counts as fresh.
    """
    if in_force is None:
        return ""
    if proposal.social_checked_on is None:
        return "belum pernah dicocokkan"
    if proposal.social_as_of and proposal.social_as_of < in_force.as_of:
        return f"dicocokkan dengan {proposal.social_period}, kini berlaku {in_force.period}"
    if months_later(proposal.social_checked_on, in_force.source.fresh_months) < today:
        return f"dicocokkan lebih dari {in_force.source.fresh_months} bulan yang lalu"
    return ""


def stale_matches(proposals: Iterable[Proposal]) -> list[tuple[Proposal, str]]:
    """Those whose match should be made anew, with the clause that says why. One query besides the proposals'."""
    in_force, today = extract_in_force(), timezone.localdate()
    if in_force is None:
        return []
    return [(proposal, why) for proposal in proposals if (why := why_stale(proposal, in_force, today))]
