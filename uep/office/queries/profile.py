"""Whose install this is, for pages and papers."""

from typing import Any

from django.utils.functional import SimpleLazyObject

from uep.office.models import Crest, PaperSetting, Profile


def profile() -> Profile:
    """The office's profile; before the install an unsaved one with general words. One query."""
    return Profile.objects.first() or Profile()


def crest() -> bytes | None:
    """The crest that counts, as PNG; None when none was put up. One query."""
    image = Crest.objects.filter(profile__isnull=False).values_list("image", flat=True).first()
    return bytes(image) if image is not None else None


def emblem() -> bytes | None:
    """The state emblem that counts, as PNG; None when none was put up. One query."""
    image = Profile.objects.filter(emblem__isnull=False).values_list("emblem__image", flat=True).first()
    return bytes(image) if image is not None else None


def crest_of(fingerprint: str) -> bytes | None:
    """The crest of that fingerprint, also one that counts no more; None when there is none. One query."""
    image = Crest.objects.filter(pk=fingerprint).values_list("image", flat=True).first()
    return bytes(image) if image is not None else None


def office_on_every_page(request) -> dict[str, Any]:
    """Context processor: `office` on each page, fetched when the page first asks (one query)."""
    return {"office": SimpleLazyObject(profile)}


def paper_of(code: str, *, size: str, font: str) -> tuple[str, str]:
    """(size, font) of a kind of paper: the office's own setting, else what the paper brings along. One query."""
    return PaperSetting.objects.filter(code=code).values_list("size", "font").first() or (size, font)
