from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from tests.files import made
from uep.files import actions, intake
from uep.files.models import StoredFile
from uep.files.photo_facts import Position

pytestmark = pytest.mark.django_db


def stored_names(storage) -> list[str]:
    return sorted(str(path.relative_to(storage)) for path in storage.rglob("*") if path.is_file())


def place_of(stored) -> tuple:
    stored.refresh_from_db()
    return stored.latitude, stored.longitude, stored.accuracy, stored.position_from, stored.taken_at


def test_photo_is_stored_with_its_thumbnail_under_a_name_that_says_nothing(alice, storage):
    data = made.photo(exif=made.exif())
    stored = actions.take_in(made.upload(data, "KTP Budi.png"), by=alice)
    assert stored_names(storage) == sorted([stored.storage_name, stored.thumb_name])
    assert "Budi" not in stored.storage_name
    with stored.open() as file:
        kept = file.read()
    assert (stored.content_type, stored.size, stored.width, stored.height) == ("image/jpeg", len(kept), 400, 300)
    assert (stored.received_type, stored.received_size) == ("image/jpeg", len(data))
    assert (stored.original_name, stored.download_name) == ("KTP Budi.png", "KTP Budi.jpg")
    assert (stored.uploaded_by, stored.has_thumb, stored.unchanged) == (alice, True, False)


def test_pdf_is_stored_with_its_pages(alice, storage):
    with made.upload_on_disk(made.pdf(2), "SPTJM.pdf") as upload:
        stored = actions.take_in(upload, by=alice)
    assert stored_names(storage) == [stored.storage_name]
    assert (stored.content_type, stored.pages, stored.has_thumb) == ("application/pdf", 2, False)


def test_position_is_forgotten_unless_it_is_asked_for(alice):
    data = made.photo(exif=made.exif())
    device = Position(-2, 111, 12.5)
    stored = actions.take_in(made.upload(data), by=alice, position=device)
    assert place_of(stored) == (None, None, None, "", None)


def test_position_of_the_photo_is_kept_where_it_is_asked_for(alice):
    stored = actions.take_in(
        made.upload(made.photo(exif=made.exif())), by=alice, keep_position=True, position=Position(0, 1)
    )
    taken_at = datetime(2026, 11, 20, 2, 15, tzinfo=UTC)
    assert place_of(stored) == (Decimal("-1.875139"), Decimal("111.287847"), 4.7, "photo", taken_at)


def test_position_of_the_device_stands_in_for_a_photo_without_one(alice):
    stored = actions.take_in(
        made.upload(made.photo()), by=alice, keep_position=True, position=Position(-1.9, 111.3, 25)
    )
    assert place_of(stored) == (Decimal("-1.900000"), Decimal("111.300000"), 25.0, "device", None)


@pytest.mark.parametrize("place", [(91, 0), (-91, 0), (0, 181), (0, -181)])
def test_position_off_the_earth_is_no_position(place):
    with pytest.raises(ValueError, match="no such place"):
        Position(*place)


def test_same_bytes_twice_are_two_rows_that_know_of_each_other(alice):
    data = made.photo()
    first, second = (actions.take_in(made.upload(data, name), by=alice) for name in ("a.jpg", "b.jpg"))
    other = actions.take_in(made.upload(made.photo(size=(40, 30))), by=alice)
    assert first.storage_name != second.storage_name
    assert first.sha256 == second.sha256
    assert list(StoredFile.objects.same_upload_as(first)) == [second]
    assert list(StoredFile.objects.same_upload_as(other)) == []


def test_refused_upload_leaves_nothing(alice, storage):
    with pytest.raises(ValidationError):
        actions.take_in(made.upload(made.photo()[:500]), by=alice)
    assert (stored_names(storage), StoredFile.objects.count()) == ([], 0)


def test_prepared_upload_is_stored_as_it_was_prepared(alice):
    prepared = intake.prepare(made.upload(made.photo(exif=made.exif())))
    stored = actions.take_in(prepared, by=alice, keep_position=True)
    assert (stored.sha256, stored.position_from) == (prepared.sha256, "photo")
    assert prepared.content.closed


def test_stored_file_can_neither_be_changed_nor_deleted(alice):
    with made.upload_on_disk(made.pdf(), "kk.pdf") as upload:
        stored = actions.take_in(upload, by=alice)
    attempts = [
        lambda: StoredFile.objects.update(original_name="lain.jpg"),
        lambda: StoredFile.objects.update(sha256="0" * 64),
        lambda: StoredFile.objects.all().delete(),
        stored.save,
        stored.delete,
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            attempt()
    assert StoredFile.objects.get().sha256 == stored.sha256


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": 0},
        {"sha256": "x" * 64},
        {"received_sha256": "0" * 63},
        {"unchanged": True},
        {"latitude": 1},
        {"latitude": 1, "longitude": 1},
        {"accuracy": 5.0},
        {"latitude": 91, "longitude": 1, "position_from": "photo"},
    ],
)
def test_row_that_contradicts_itself_is_refused_by_the_database(wrong):
    row = {
        "storage_name": "x.jpg", "content_type": "image/jpeg", "size": 1, "sha256": "0" * 64, "original_name": "x",
        "received_sha256": "1" * 64, "received_size": 2, "received_type": "image/jpeg",
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.create(**row | wrong)
    assert StoredFile.objects.create(**row).size == 1


def test_sheet_is_stored_unchanged(alice):
    data = made.workbook()
    stored = actions.take_in_sheet(made.upload(data, "usulan_6209031005.xlsx"), by=alice)
    with stored.open() as file:
        assert file.read() == data
    assert (stored.unchanged, stored.sha256 == stored.received_sha256) == (True, True)
    assert stored.download_name == "usulan_••••.xlsx"  # ten digits: may be an account number


def test_what_the_system_made_is_stored_unchanged(alice):
    data = made.pdf(1, made.add_everything_active)
    stored = actions.take_in_bytes(data, name="SK 1.pdf", content_type="application/pdf")
    with stored.open() as file:
        assert file.read() == data
    assert (stored.uploaded_by, stored.unchanged) == (None, True)
    with pytest.raises(ValueError, match="no extension known"):
        actions.take_in_bytes(b"x", name="x.html", content_type="text/html")


def test_no_row_when_the_bytes_cannot_be_written(alice, storage):
    storage.write_text("a file where the folder of all files should be")
    with pytest.raises(OSError, match=str(storage)):
        actions.take_in(made.upload(made.photo()), by=alice)
    assert StoredFile.objects.count() == 0


def test_bytes_without_a_row_when_the_caller_gives_up(alice, storage):
    with transaction.atomic():
        stored = actions.take_in(made.upload(made.photo()), by=alice)
        transaction.set_rollback(True)
    assert (StoredFile.objects.count(), len(stored_names(storage)), stored.storage_name in stored_names(storage)) == (
        0,
        2,
        True,
    )
