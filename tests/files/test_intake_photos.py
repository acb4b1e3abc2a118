from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageFile, ImageOps, PngImagePlugin

from tests.files import made
from uep.files import intake
from uep.files.photo_facts import Position, TakenFacts


def facts(prepared) -> tuple:
    return prepared.content_type, prepared.received_type, prepared.width, prepared.height, prepared.pages


def refusal(data: bytes, name="foto.jpg", **how) -> str:
    with pytest.raises(ValidationError) as refused:
        intake.prepare(made.upload(data, name), **how)
    return "".join(refused.value.messages)


@pytest.mark.parametrize(("kind", "received"), [("JPEG", "jpeg"), ("PNG", "png"), ("HEIF", "heic")])
def test_photo_is_kept_as_jpeg_whatever_its_name(kind, received):
    prepared = intake.prepare(made.upload(made.photo(kind), "KTP.pdf", "application/pdf"))
    assert facts(prepared) == ("image/jpeg", f"image/{received}", 400, 300, None)
    with Image.open(prepared.content) as image, Image.open(BytesIO(prepared.thumb)) as thumb:
        assert (image.format, image.size) == ("JPEG", (400, 300))
        assert (thumb.format, thumb.size) == ("JPEG", (320, 240))


def test_large_photo_is_shrunk_to_what_a_weak_signal_bears():
    data = made.noisy_photo()
    with made.upload_on_disk(data) as file:
        prepared = intake.prepare(file)
    assert prepared.size <= intake.TARGET_BYTES
    assert max(prepared.width, prepared.height) <= intake.MAX_SIDE
    assert prepared.received_size == len(data)
    assert len(prepared.thumb) < 30_000


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF"])
def test_photo_lying_on_its_side_is_turned_upright(kind):
    prepared = intake.prepare(made.upload(made.photo(kind, exif=made.exif(orientation=6))))
    with Image.open(prepared.content) as image:
        # A quarter turn to the right brings the red corner to the upper right.
        red, blue = image.getpixel((image.width - 20, 20)), image.getpixel((20, 20))
    assert (prepared.width, prepared.height) == (300, 400)
    assert (red[0] > 200, blue[2] > 200) == (True, True)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_png_of_any_mode_is_kept_on_white(mode):
    prepared = intake.prepare(made.upload(made.photo("PNG", mode=mode)))
    with Image.open(prepared.content) as image:
        assert (image.mode, image.size) == ("RGB", (400, 300))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_as_pillow_itself_would(orientation):
    data = made.photo(exif=made.exif(orientation=orientation))
    prepared = intake.prepare(made.upload(data))
    with Image.open(prepared.content) as image, ImageOps.exif_transpose(Image.open(BytesIO(data))) as expected:
        corners = [(20, 20), (expected.width - 20, 20), (20, expected.height - 20)]
        assert image.size == expected.size
        assert [image.getpixel(at)[0] > 200 for at in corners] == [expected.getpixel(at)[0] > 200 for at in corners]


@pytest.mark.filterwarnings("error", "ignore:.*EXIF:UserWarning")
def test_corrupt_metadata_does_not_cost_an_honest_photo():
    data = made.photo(exif=made.exif(orientation=6))
    broken = data.replace(b"Exif\0\0MM", b"Exif\0\0XX").replace(b"Exif\0\0II", b"Exif\0\0XX")
    assert broken != data
    prepared = intake.prepare(made.upload(broken))
    assert (prepared.width, prepared.height, prepared.facts) == (400, 300, TakenFacts(None, None))


def test_sixteen_bit_grey_keeps_its_greys():
    buffer = BytesIO()
    Image.new("I;16", (100, 100), 32768).save(buffer, "PNG")
    with Image.open(intake.prepare(made.upload(buffer.getvalue())).content) as image:
        assert all(126 <= level <= 130 for level in image.getpixel((50, 50)))


def test_transparent_png_is_seen_on_white():
    buffer = BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(buffer, "PNG")
    with Image.open(intake.prepare(made.upload(buffer.getvalue())).content) as image:
        assert image.getpixel((50, 50)) == (255, 255, 255)


def test_cmyk_scan_is_kept_in_rgb():
    prepared = intake.prepare(made.upload(made.photo(mode="CMYK")))
    with Image.open(prepared.content) as image:
        assert image.mode == "RGB"
        assert image.getpixel((20, 20))[0] > 200


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF"])
def test_metadata_is_read_and_then_gone(kind):
    data = made.photo(kind, exif=made.exif())
    assert made.SECRET.encode() in data
    prepared = intake.prepare(made.upload(data))
    assert prepared.facts == TakenFacts(
        Position(Decimal("-1.875139"), Decimal("111.287847"), 4.7), datetime(2026, 11, 20, 2, 15, tzinfo=UTC)
    )
    assert made.SECRET.encode() not in prepared.content.read() + prepared.thumb
    assert_no_metadata(prepared)


def assert_no_metadata(prepared) -> None:
    for data in (prepared.content.getvalue(), prepared.thumb):
        with Image.open(BytesIO(data)) as image:
            assert dict(image.getexif()) == {}
            assert set(image.info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "progressive",
                "progression",
            }
        assert b"Exif\0\0" not in data


def test_comments_profiles_xmp_and_text_chunks_are_gone():
    secret = made.SECRET.encode()
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", made.SECRET)
    text.add_itxt("XML:com.adobe.xmp", made.SECRET)
    for data in (
        made.photo(comment=secret, xmp=secret, icc_profile=secret * 20),
        made.photo("PNG", pnginfo=text),
        made.photo() + secret,
    ):
        assert secret in data
        prepared = intake.prepare(made.upload(data))
        assert secret not in prepared.content.getvalue() + prepared.thumb
        assert_no_metadata(prepared)


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "HEIF"]),
    size=st.tuples(st.integers(1, 700), st.integers(1, 700)),
    orientation=st.integers(0, 9),
    make=st.text(min_size=1, max_size=40),
    latitude=st.tuples(*[st.floats(0, 200)] * 3),
)
def test_output_never_contains_exif(kind, size, orientation, make, latitude):
    tags = made.exif(gps=made.GPS | {ExifTags.GPS.GPSLatitude: latitude}, orientation=orientation)
    tags[ExifTags.Base.Make] = make
    assert_no_metadata(intake.prepare(made.upload(made.photo(kind, size, exif=tags))))


@pytest.mark.parametrize(
    ("gps", "position"),
    [
        ({}, None),
        (made.GPS | {ExifTags.GPS.GPSLatitude: (0.0, 0.0, 0.0), ExifTags.GPS.GPSLongitude: (0.0, 0.0, 0.0)}, None),
        (made.GPS | {ExifTags.GPS.GPSLatitude: (95.0, 0.0, 0.0)}, None),
        (made.GPS | {ExifTags.GPS.GPSLatitude: (1.0, 52.0)}, None),
        (made.GPS | {ExifTags.GPS.GPSLatitudeRef: "N"}, Position("1.875139", "111.287847", 4.7)),
        ({k: v for k, v in made.GPS.items() if k != 31}, Position("-1.875139", "111.287847")),
    ],
)
def test_position_is_right_or_absent(gps, position):
    assert intake.prepare(made.upload(made.photo(exif=made.exif(gps)))).facts.position == position


@pytest.mark.parametrize(
    ("tags", "taken_at"),
    [
        (made.exif(OffsetTimeOriginal="+08:00"), datetime(2026, 11, 20, 1, 15, tzinfo=UTC)),
        (
            made.exif(
                made.GPS | {ExifTags.GPS.GPSDateStamp: "2026:11:19", ExifTags.GPS.GPSTimeStamp: (23.0, 5.0, 6.0)}
            ),
            datetime(2026, 11, 19, 23, 5, 6, tzinfo=UTC),
        ),
        (made.exif(taken="0000:00:00 00:00:00"), None),
        (made.exif(taken="kemarin"), None),
    ],
)
def test_time_comes_from_satellites_then_from_the_clock(tags, taken_at):
    assert intake.prepare(made.upload(made.photo(exif=tags))).facts.taken_at == taken_at


def test_oversized_file_is_refused_with_its_size():
    sentence = (
        "Ukuran berkas 60 MB; paling besar 10 MB. Foto ulang dengan mutu lebih rendah, "
        "atau pindai dengan resolusi 150-200 dpi, lalu unggah lagi."
    )
    data = b"\xff\xd8\xff" + bytes(60 * intake.MEGABYTE - 3)
    assert refusal(data) == sentence
    # Also when the declared size lies.
    lying = made.upload(data)
    lying.size = 5
    with pytest.raises(ValidationError) as refused:
        intake.prepare(lying)
    assert refused.value.code == "size"


def test_empty_file_is_refused():
    assert refusal(b"") == "Berkas ini kosong (0 bita). Periksa berkas di perangkat Anda, lalu unggah lagi."


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (made.photo("GIF"), "Isi berkas ini gambar GIF"),
        (made.photo("WEBP"), "Isi berkas ini gambar WebP"),
        (made.photo("TIFF"), "Isi berkas ini gambar TIFF"),
        (made.photo("AVIF"), "Isi berkas ini video"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "Isi berkas ini halaman web atau gambar SVG"),
        (b"\n<!doctype html><script>alert(1)</script>", "Isi berkas ini halaman web atau gambar SVG"),
        (made.workbook(), "Isi berkas ini dokumen Office atau berkas ZIP"),
        (b"MZ" + bytes(99), "Isi berkas ini program"),
        (b"halo", "Isi berkas ini tidak dikenali"),
    ],
)
def test_other_content_named_jpg_is_refused_by_what_it_is(data, found):
    assert refusal(data) == (
        f"{found}; yang diterima hanya foto (JPEG, PNG, HEIC) atau PDF. Foto atau pindai dokumennya, lalu unggah lagi."
    )


def test_photo_is_refused_where_only_a_pdf_is_wanted():
    assert refusal(made.photo(), accept=frozenset({"pdf"})) == (
        "Isi berkas ini foto (JPEG, PNG, HEIC); yang diterima hanya PDF. Foto atau pindai dokumennya, lalu unggah lagi."
    )


def test_bomb_is_refused_before_it_is_decoded():
    sentence = "melebihi batas 50 juta piksel. Foto ulang dengan resolusi kamera lebih rendah."
    assert refusal(made.png_of_claimed_size(8000, 7000)) == f"Foto ini berukuran 8000 x 7000 piksel, {sentence}"
    assert refusal(made.png_of_claimed_size(60_000, 60_000)) == f"Ukuran foto ini, {sentence}"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_truncated_photo_is_refused(kind, part, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    data = made.noisy_photo((600, 400)) if kind == "JPEG" else made.photo(kind, (600, 400))
    assert refusal(data[: int(len(data) * part)]) == (
        "Foto ini rusak atau tidak utuh, mungkin karena unggahan terputus. Unggah lagi, atau foto ulang."
    )


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(max_examples=150, deadline=None)
@given(data=st.data(), kind=st.sampled_from(["JPEG", "PNG", "HEIF"]))
def test_damaged_bytes_are_refused_or_decoded_never_a_crash(data, kind):
    broken = bytearray(made.photo(kind, (60, 40), exif=made.exif()))
    for at in data.draw(st.lists(st.integers(0, len(broken) - 1), min_size=1, max_size=12)):
        broken[at] = data.draw(st.integers(0, 255))
    try:
        prepared = intake.prepare(made.upload(bytes(broken)))
    except ValidationError:
        return
    assert_no_metadata(prepared)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd\r\nX: y", "passwdX y"),
        ("C:\\Users\\budi\\KTP Budi.JPG", "KTP Budi.JPG"),
        ("6209031503850001.jpg", "••••.jpg"),
        ("KTP 6209 0315 0385 0001 Budi.jpg", "KTP •••• Budi.jpg"),
        ("620903-150385-0001.pdf", "••••.pdf"),
        ("IMG_20261120_091500.jpg", "IMG_20261120_091500.jpg"),
        ("foto\u202egpj.exe", "fotogpj.exe"),
        ('<img src=x onerror="alert(1)">.png', "img src=x onerror= alert(1) .png"),
        ("", "tanpa nama"),
        (None, "tanpa nama"),
        ("...", "tanpa nama"),
        ("a" * 300 + ".jpeg", "a" * 115 + ".jpeg"),
    ],
)
def test_name_is_cleaned_for_showing(name, cleaned):
    assert intake.clean_name(name) == cleaned
    assert len(cleaned) <= 120
