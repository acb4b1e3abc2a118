"""The print of a photo survives what people do to photos, and tells strangers apart."""

import random
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance

from tests.files import made
from uep.files import actions, queries
from uep.files.models import PhotoPrint, StoredFile
from uep.files.prints import ALIKE, bands_of, print_of
from uep.files.queries import Likeness, alike

NUMBERS = st.integers(-(2**63), 2**63 - 1)


def scene(seed: int) -> Image.Image:
    """A sky, a ground and things that stand about; another one for each seed."""
    chance = random.Random(seed)
    image = Image.new("RGB", (640, 480), tuple(chance.randrange(120, 256) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, chance.randrange(200, 400), 640, 480), fill=tuple(chance.randrange(160) for _ in range(3)))
    for _ in range(14):
        x, y, w, h = (chance.randrange(low, high) for low, high in ((-50, 560), (-50, 400), (40, 260), (40, 220)))
        shape = draw.rectangle if chance.random() < 0.6 else draw.ellipse
        shape((x, y, x + w, y + h), fill=tuple(chance.randrange(256) for _ in range(3)))
    return image


def jpeg(image: Image.Image, quality=85) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def apart(one: bytes, other: bytes) -> int:
    return ((print_of(one) ^ print_of(other)) & (2**64 - 1)).bit_count()


CHANGES = {
    "written anew": lambda image: jpeg(image, 30),
    "shrunk": lambda image: jpeg(image.resize((160, 120))),
    "darker": lambda image: jpeg(ImageEnhance.Brightness(image).enhance(0.6)),
    "paler": lambda image: jpeg(ImageEnhance.Contrast(image).enhance(0.7)),
    "cropped": lambda image: jpeg(image.crop((8, 6, 632, 474))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_photo_is_known_again(change):
    found = [apart(jpeg(scene(seed)), CHANGES[change](scene(seed))) <= ALIKE for seed in range(20)]
    assert found == [True] * 20


def test_strangers_are_told_apart():
    photos = [jpeg(scene(seed)) for seed in range(40)]
    taken_for_another = [
        (one, other) for one in range(40) for other in range(one) if apart(photos[one], photos[other]) <= ALIKE
    ]
    assert taken_for_another == []


@pytest.mark.parametrize("shade", ["white", "black", "grey", (120, 140, 90)])
def test_what_shows_nothing_has_no_print(shade):
    assert print_of(jpeg(Image.new("RGB", (300, 200), shade))) is None


def test_the_grain_of_a_blank_page_is_no_print():
    assert print_of(jpeg(Image.effect_noise((600, 800), 12).convert("RGB"))) is None


@given(NUMBERS)
def test_bands_are_the_print_in_four(number):
    bands = bands_of(number)
    assert all(-(2**15) <= band < 2**15 for band in bands)
    assert sum((band & 0xFFFF) << (16 * place) for place, band in enumerate(bands)) == number & (2**64 - 1)


@given(NUMBERS, st.sets(st.integers(0, 63), max_size=ALIKE))
def test_no_print_that_is_near_escapes_the_bands(number, flipped):
    """Pigeons: of four bands one differs in no more bits than the index is asked for."""
    other = number
    for place in flipped:
        other ^= -(1 << 63) if place == 63 else 1 << place
    masks = {mask & 0xFFFF for mask in queries.MASKS}
    assert any((one ^ two) & 0xFFFF in masks for one, two in zip(bands_of(number), bands_of(other), strict=True))


# In the database --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_photos_that_look_alike_are_found_in_one_query(alice, django_assert_num_queries):
    changes = [jpeg, CHANGES["shrunk"], CHANGES["darker"]]
    ours = [actions.take_in(made.upload(change(scene(1))), by=alice) for change in changes]
    stranger = actions.take_in(made.upload(jpeg(scene(2))), by=alice)
    blank = [actions.take_in(made.upload(jpeg(Image.new("RGB", (200, 200), "grey"))), by=alice) for _ in range(2)]
    with django_assert_num_queries(1):
        found = alike([ours[0].pk, stranger.pk, blank[0].pk])
    assert {(row.file, row.other) for row in found} == {(ours[0].pk, ours[1].pk), (ours[0].pk, ours[2].pk)}
    assert [row.apart for row in found] == sorted(row.apart for row in found)
    assert alike([]) == []


@pytest.mark.django_db
def test_the_limit_holds_exactly_and_at_the_ends_of_the_numbers(alice):
    files = [actions.take_in(made.upload(jpeg(Image.new("RGB", (20, 20)))), by=alice) for _ in range(5)]
    prints = [-(2**63), -(2**63) + (1 << ALIKE) - 1, -(2**63) + (1 << ALIKE + 1) - 1, 2**63 - 1, -1]
    rows = [PhotoPrint.of(file.pk, number) for file, number in zip(files, prints, strict=True)]
    copies = [StoredFile.objects.get(pk=file.pk) for file in files]
    for copy, row in zip(copies, rows, strict=True):  # files of their own, since a print is never changed
        copy.pk, copy.ref, copy.storage_name = None, f"{row.file_id:012}", f"stored/{row.file_id}"
        copy.save(force_insert=True)
        row.file_id = copy.pk
        row.save(force_insert=True)
    first, near, _, _, minus = (row.file_id for row in rows)
    assert alike([first]) == [Likeness(first, near, ALIKE)]
    assert alike([minus]) == [Likeness(minus, rows[3].file_id, 1)]


@pytest.mark.django_db
def test_photos_from_before_get_their_print_and_a_broken_run_goes_on(alice, monkeypatch):
    taken = [actions.take_in(made.upload(jpeg(scene(seed))), by=alice) for seed in range(5)]
    expected = dict(PhotoPrint.objects.values_list("file", "print"))
    old = []
    for stored in taken:  # as they lie there from before: a row, a thumbnail, no print
        copy = StoredFile.objects.get(pk=stored.pk)
        copy.pk, copy.ref, copy.storage_name = None, f"{stored.pk:012}", f"stored/old/{stored.pk}.jpg"
        with default_storage.open(stored.thumb_name, "rb") as file:
            default_storage.save(copy.thumb_name, file)
        copy.save(force_insert=True)
        old.append(copy)
    default_storage.delete(old[4].thumb_name)
    honest, asked = actions._print_of_stored, []

    def dying(stored):
        if len(asked) == 3:
            raise KeyboardInterrupt
        asked.append(stored.pk)
        return honest(stored)

    monkeypatch.setattr(actions, "_print_of_stored", dying)
    with pytest.raises(KeyboardInterrupt):
        actions.print_photos(batch=2)
    monkeypatch.setattr(actions, "_print_of_stored", honest)
    assert (actions.print_photos(batch=2), actions.print_photos()) == (3, 0)
    found = dict(PhotoPrint.objects.filter(file__in=old).values_list("file", "print"))
    assert found == {copy.pk: expected[stored.pk] for copy, stored in zip(old[:4], taken, strict=False)} | {
        old[4].pk: None
    }


@pytest.mark.django_db
def test_a_print_is_neither_changed_nor_deleted(alice):
    actions.take_in(made.upload(jpeg(scene(1))), by=alice)
    for attempt in (lambda: PhotoPrint.objects.update(print=1), lambda: PhotoPrint.objects.all().delete()):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            attempt()


@pytest.mark.django_db
def test_papers_have_no_print(alice):
    with made.upload_on_disk(made.pdf(), "kk.pdf") as upload:
        actions.take_in(upload, by=alice)
    assert PhotoPrint.objects.count() == 0
