"""Reads over cover letters."""

from django.db.models import Count, Q, QuerySet, Sum

from proposals.flow import State
from proposals.models import Attachment, CoverLetter, Proposal, Requirement


def letters(user, *, search: str = "", waiting: bool = False) -> QuerySet[CoverLetter]:
    """Letters in the user's scope with how many households and how much they ask; for lists."""
    rows = (
        CoverLetter.objects.visible_to(user)
        .select_related("village__parent", "programme", "disposition")
        .annotate(households=Count("proposals"), asked=Sum("proposals__amount_requested"))
    )
    if search:
        rows = rows.filter(Q(number__icontains=search) | Q(village__name__icontains=search))
    if waiting:
        rows = rows.filter(submitted_at__isnull=False, disposition__isnull=True)
    return rows


def proposals_of(letter) -> QuerySet[Proposal]:
    """The households of a letter, by name."""
    return letter.proposals.order_by("name", "pk")


def drafts_for(letter) -> QuerySet[Proposal]:
    """Drafts that may be put into the letter: its own and those in no letter yet."""
    drafts = Proposal.objects.filter(programme=letter.programme_id, village=letter.village_id, state=State.DRAFT)
    return drafts.filter(Q(letter=letter) | Q(letter__isnull=True)).order_by("name", "pk")


def letter_attachments(letter) -> QuerySet[Attachment]:
    return Attachment.objects.current().filter(letter=letter).select_related("requirement", "file")


def papers_missing_from(letter) -> list[Requirement]:
    """Papers that the letter itself must carry before it may be sent, and does not."""
    held = letter_attachments(letter).values("requirement")
    needed = letter.programme.requirements.filter(owner=Requirement.Owner.LETTER, is_required=True)
    return list(needed.exclude(pk__in=held))
