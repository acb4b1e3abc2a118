"""Whether each of the team has confirmed the minutes of their visits, by the sign-in of their own."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from uep.accounts.models import User
from uep.documents.models import OfficialDocument
from uep.documents.queries import subject_key
from verification.models import Assignment, Minutes, MinutesConfirmation, VisitPhoto

PAPER = "ba_verifikasi"
ASKED_FOR = timedelta(days=60)  # by then its households are decided on, and the paper was signed with ink


MOST_PHOTOS = 4  # of one household in the annex; the others stay with the proposal
PHOTOS_UNLESS_CHOSEN = 2
SIGNED = (VisitPhoto.Subject.SIGNATURE, VisitPhoto.Subject.THUMB)


def for_annex(photos: Sequence[VisitPhoto]) -> list[VisitPhoto]:
    """Those that the annex of the minutes shows: the chosen ones, else the first two, pictures before signatures."""
    chosen = [photo for photo in photos if photo.is_for_minutes]
    return chosen or sorted(photos, key=lambda photo: photo.subject in SIGNED)[:PHOTOS_UNLESS_CHOSEN]


class Standing(NamedTuple):
    """One of the team; `at` is None until the paper as it is now was confirmed."""

    person: User
    at: datetime | None


def standings(
    minutes: Collection[Minutes], papers: Mapping[int, list[OfficialDocument]], team: Collection[User]
) -> dict[int, list[Standing]]:
    """Of minutes of one team: key of the minutes -> each of the team, the leader first. One query.

    What was said of a paper that is no longer in force, or of other bytes, does not count.
    """
    now = {paper.pk: paper.sha256 for rows in papers.values() for paper in rows if paper.is_ready and _holds(paper)}
    said = MinutesConfirmation.objects.filter(minutes__in=[row.pk for row in minutes])
    at = {(row.minutes_id, row.by_id): row.at for row in said if now.get(row.document_id) == row.sha256}
    return {row.pk: [Standing(person, at.get((row.pk, person.pk))) for person in team] for row in minutes}


def _holds(paper: OfficialDocument) -> bool:
    return paper.status == OfficialDocument.Status.CURRENT


def has_confirmed(user, document: OfficialDocument) -> bool:
    return MinutesConfirmation.objects.filter(document=document, sha256=document.sha256, by=user.pk).exists()


class Confirmed(NamedTuple):
    """How many of a team have confirmed, and how many they are."""

    count: int
    team: int


def confirmations_of(document: OfficialDocument) -> Confirmed | None:
    """Of the paper as it is now; None before it is rendered. Three queries."""
    minutes = Minutes.objects.select_related("assignment").filter(pk=document.subject_pk).first()
    if minutes is None or not document.sha256:
        return None
    said = MinutesConfirmation.objects.filter(document=document, sha256=document.sha256)
    return Confirmed(said.count(), 1 + minutes.assignment.members.count())


def to_confirm(user) -> QuerySet[Minutes]:
    """Minutes of the person's own teams that are ready to be read and that this person has not confirmed. One query.

    Older ones may still be confirmed on their page, but nobody is asked any more.
    """
    papers = OfficialDocument.objects.current().filter(
        paper=PAPER,
        state=OfficialDocument.State.READY,
        subject_type=subject_key(Minutes)["subject_type"],
        subject_pk=Cast(OuterRef("pk"), CharField()),
    )
    said = MinutesConfirmation.objects.filter(document=OuterRef("pk"), sha256=OuterRef("sha256"), by=user.pk)
    own = Assignment.objects.filter(Q(leader=user.pk) | Q(members=user.pk), pk=OuterRef("assignment"))
    rows = Minutes.objects.filter(Exists(own), Exists(papers.filter(~Exists(said))))
    rows = rows.filter(date__gt=timezone.localdate() - ASKED_FOR)
    return rows.select_related("assignment__leader").order_by("date", "pk")
