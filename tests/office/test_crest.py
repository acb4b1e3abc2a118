"""What may become the crest, and what an attacker tries."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, PngImagePlugin

from uep.office import actions, queries
from uep.office.intake import LARGEST_UPLOAD, NO_PICTURE, read_crest
from uep.office.models import Crest, Profile


def picture(size=(800, 1000), kind="PNG", mode="RGBA", **options):
    written = io.BytesIO()
    Image.new(mode, size, "green").save(written, kind, **options)
    return written.getvalue()


def huge_png():
    """A PNG of a few bytes that says it is 60,000 pixels wide."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content, size",
    [
        (picture(), (410, 512)),
        (picture((100, 60)), (100, 60)),
        (picture((3000, 1000), "JPEG", "RGB"), (512, 171)),
        (picture((64, 64), "WEBP"), (64, 64)),
        (picture((64, 64), "PNG", "P"), (64, 64)),
    ],
)
def test_a_picture_becomes_a_small_png(content, size):
    crest = read_crest(io.BytesIO(content))
    kept = Image.open(io.BytesIO(crest.png))
    assert (kept.format, kept.mode, kept.size, (crest.width, crest.height)) == ("PNG", "RGBA", size, size)


def test_nothing_hidden_in_the_upload_is_kept():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "<script>alert(1)</script>")
    crest = read_crest(io.BytesIO(picture((64, 64), pnginfo=text) + b"PK\x03\x04 and a zip behind it"))
    assert [word in crest.png for word in (b"script", b"Comment", b"PK\x03\x04")] == [False, False, False]


def test_the_same_picture_has_the_same_fingerprint():
    assert read_crest(io.BytesIO(picture())).fingerprint == read_crest(io.BytesIO(picture())).fingerprint


HOSTILE = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', NO_PICTURE),
    "html": (b"<!doctype html><script>alert(1)</script>", NO_PICTURE),
    "pdf": (b"%PDF-1.7\n1 0 obj<</OpenAction 2 0 R>>endobj", NO_PICTURE),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", NO_PICTURE),
    "gif": (picture((9, 9), "GIF", "P"), NO_PICTURE),
    "tiff": (picture((9, 9), "TIFF", "RGB"), NO_PICTURE),
    "empty": (b"", NO_PICTURE),
    "cut short": (picture()[:200], NO_PICTURE),
    "bomb": (huge_png(), "Gambar lambang lebih dari 6000 piksel sisinya. Kecilkan dahulu gambarnya."),
    "heavy": (b"\x89PNG" + b"0" * LARGEST_UPLOAD, "Berkas lambang lebih besar dari 5 MB. Kecilkan dahulu gambarnya."),
}


@pytest.mark.parametrize("content, sentence", HOSTILE.values(), ids=HOSTILE)
def test_everything_else_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(ValidationError) as refused:
        read_crest(io.BytesIO(content))
    assert refused.value.messages == [sentence]


def test_a_crest_is_put_up_served_to_all_and_the_old_one_stays(office, admin, client):
    assert (queries.crest(), queries.profile().crest_url) == (None, "")
    actions.set_crest(admin, by=admin, image=io.BytesIO(picture()))
    old = Profile.objects.get()
    actions.set_crest(admin, by=admin, image=io.BytesIO(picture((60, 60))))
    new = Profile.objects.get()
    assert [Crest.objects.count(), queries.crest() == bytes(new.crest.image), old.crest_id == new.crest_id] == [
        2,
        True,
        False,
    ]

    response = client.get(new.crest_url)
    assert (response.status_code, response["Content-Type"], response.content) == (
        200,
        "image/png",
        bytes(new.crest.image),
    )
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(old.crest_url).content == bytes(old.crest.image)


def test_the_state_emblem_is_put_up_beside_the_crest(office, admin, client):
    actions.set_crest(admin, by=admin, image=io.BytesIO(picture()))
    crest = queries.crest()
    assert (queries.emblem(), queries.profile().emblem_url) == (None, "")
    client.force_login(admin)
    upload = SimpleUploadedFile("garuda.png", picture((60, 60)), content_type="image/png")
    assert client.post(reverse("office:set_emblem"), {"image": upload}).status_code == 303
    profile = Profile.objects.get()
    assert (queries.crest(), queries.emblem()) == (crest, bytes(profile.emblem.image))
    assert client.get(profile.emblem_url).content == bytes(profile.emblem.image)


def test_the_same_crest_twice_is_one(office, admin):
    for _ in range(2):
        actions.set_crest(admin, by=admin, image=io.BytesIO(picture()))
    assert Crest.objects.count() == 1


def test_an_unknown_crest_is_not_found(office, client):
    assert client.get(reverse("office:crest", args=["0" * 16])).status_code == 404


def test_a_refused_upload_keeps_the_page_and_says_why(office, admin, client):
    client.force_login(admin)
    upload = SimpleUploadedFile("lambang.png", HOSTILE["svg"][0], content_type="image/png")
    response = client.post(reverse("office:set_crest"), {"image": upload})
    assert (response.status_code, NO_PICTURE in response.content.decode()) == (422, True)
    assert not Crest.objects.exists()
