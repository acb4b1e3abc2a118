"""The same photo used for two households, also when it was shrunk, brightened or written anew (uep.files.prints)."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from proposals.models import Attachment, Proposal
from uep.files.models import StoredFile
from uep.files.queries import Likeness, alike
from verification.models import VisitPhoto

# Papers look alike by their nature; photos of a house or a business do not.
PICTURES = ("foto_usaha", "foto_rumah")
MOST = 100  # of one kind that are looked at: enough to say "and others"
SIGNS = (VisitPhoto.Subject.SIGNATURE, VisitPhoto.Subject.THUMB)


class Shown(NamedTuple):
    """A photo as a page shows it."""

    file: int
    proposal: Proposal
    label: str
    url: str
    is_seen: bool  # by the reader


class Pair(NamedTuple):
    """A photo of the household, and the one of another household that is most like it."""

    mine: Shown
    other: Shown
    apart: int  # bits of 64
    more: int  # other households' photos that are like it, beside that one

    @property
    def label(self) -> str:
        return "sama" if not self.apart else "sangat mirip"


def pairs_of(proposal, user) -> list[Pair]:
    """Photos of the household and of its visits that other households have, too, of whatever year. Five queries.

    A pair whose other photo the user may not see says only that there is one.
    """
    mine = {shown.file: shown for shown in _shown(_seen_by(user, _visit_photos().filter(visit__proposal=proposal)))}
    mine = {shown.file: shown for shown in _shown(_seen_by(user, _papers().filter(proposal=proposal)))} | mine
    near = [row for row in alike(mine) if row.other not in mine]
    others = _by_file(near, proposal, user)
    pairs = []
    for file, shown in mine.items():
        its = [(other, row.apart) for row in near if row.file == file for other in others.get(row.other, ())]
        if its:
            other, apart = min(its, key=lambda pair: (pair[1], not pair[0].is_seen, pair[0].file))
            pairs.append(Pair(shown, other, apart, len(its) - 1))
    return sorted(pairs, key=lambda pair: pair.apart)


def used_elsewhere(proposal, photos: Collection[VisitPhoto]) -> list[VisitPhoto]:
    """Those of `photos` that look like one of another household. Two queries."""
    near = alike([photo.file_id for photo in photos if photo.subject not in SIGNS])
    elsewhere = Exists(_visit_photos().filter(file=OuterRef("pk")).exclude(visit__proposal=proposal)) | Exists(
        _papers().filter(file=OuterRef("pk")).exclude(proposal=proposal)
    )
    rows = StoredFile.objects.filter(elsewhere, pk__in=[row.other for row in near])
    others = set(rows.values_list("pk", flat=True))
    known = {row.file for row in near if row.other in others}
    return [photo for photo in photos if photo.file_id in known]


def _by_file(near: Iterable[Likeness], proposal, user) -> dict[int, list[Shown]]:
    files = {row.other for row in near}
    found: dict[int, list[Shown]] = {}
    for rows in (
        _visit_photos().filter(file__in=files).exclude(visit__proposal=proposal),
        _papers().filter(file__in=files).exclude(proposal=proposal),
    ):
        for shown in _shown(_seen_by(user, rows)[:MOST]):
            found.setdefault(shown.file, []).append(shown)
    return found


def _seen_by(user, rows: QuerySet) -> QuerySet:
    """In their order, each with whether the user may see it."""
    seen = rows.model.objects.visible_to(user).filter(pk=OuterRef("pk"))
    return rows.annotate(is_seen=Exists(seen)).order_by("pk")


def _visit_photos() -> QuerySet[VisitPhoto]:
    rows = VisitPhoto.objects.current().exclude(subject__in=SIGNS)
    return rows.select_related("visit__proposal__programme", "visit__proposal__village")


def _papers() -> QuerySet[Attachment]:
    rows = Attachment.objects.current().filter(requirement__code__in=PICTURES, proposal__isnull=False)
    return rows.select_related("requirement", "proposal__programme", "proposal__village")


def _shown(rows) -> Iterable[Shown]:
    for row in rows:
        if isinstance(row, VisitPhoto):
            proposal, address = row.visit.proposal, reverse("verification:photo", args=[row.ref])
            label = f"Foto kunjungan: {row.get_subject_display().lower()}"
        else:
            proposal, address = row.proposal, reverse("proposals:attachment", args=[row.ref])
            label = f"Berkas: {row.requirement.label.lower()}"
        yield Shown(row.file_id, proposal, label, address, row.is_seen)
