import subprocess
from io import BytesIO

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from tests.files import made
from uep.files import intake


def prepare(data: bytes, **how) -> intake.Prepared:
    return intake.prepare(made.upload(data, "surat.pdf", "application/pdf"), **how)


def refusal(data: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        prepare(data)
    return "".join(refused.value.messages)


def everything_in(data: bytes) -> str:
    """All names, strings and streams of a PDF as text, unpacked."""
    with pikepdf.open(BytesIO(data)) as document:
        parts = [repr(document.trailer)]
        for thing in filter(None, document.objects):  # broken ones are None
            parts.append(thing.unparse(resolved=True).decode("latin-1"))
            if isinstance(thing, pikepdf.Stream):
                parts.append(thing.read_raw_bytes().decode("latin-1"))
                if "DCT" not in str(thing.get("/Filter")):
                    try:
                        parts.append(thing.read_bytes().decode("latin-1"))
                    except pikepdf.DataDecodingError:
                        continue  # damaged on the way in: no reader inflates it either
    return "\n".join(parts)


def text_of(data: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode().strip()


@pytest.mark.parametrize("upload", [made.upload, made.upload_on_disk])
def test_pdf_is_rewritten_and_says_its_pages(upload):
    data = made.pdf(3)
    with upload(data, "KTP.jpg") as file:
        prepared = intake.prepare(file)
    kept = prepared.content.read()
    assert (prepared.content_type, prepared.pages, prepared.unchanged, prepared.thumb) == (
        "application/pdf",
        3,
        False,
        None,
    )
    assert (prepared.size, prepared.received_size) == (len(kept), len(data))
    assert text_of(kept).split("\n\n\x0c") == text_of(data).split("\n\n\x0c")
    assert prepare(data).sha256 == prepared.sha256  # the same scan gives the same bytes


def test_everything_active_and_everything_about_the_maker_is_gone():
    data = made.pdf(1, made.add_everything_active)
    assert {word: word in everything_in(data) for word in HOSTILE} == dict.fromkeys(HOSTILE, True)
    kept = prepare(data).content.read()
    assert {word: word in everything_in(kept) for word in HOSTILE} == dict.fromkeys(HOSTILE, False)
    assert text_of(kept) == "Halaman 1"


HOSTILE = ("/JavaScript", "/JS", "/OpenAction", "/AA", "/URI", "/Launch", "/SubmitForm", "/EmbeddedFile", "/XFA",
           "/AcroForm", "/Metadata", "/Outlines", "/Annots", made.SECRET)  # fmt: skip


def test_what_was_typed_into_a_form_stays_readable():
    def fill(document):
        field = document.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("nama"), V=String("Budi Santoso"),
                       Rect=[72, 600, 400, 630], DA=String("/F1 12 Tf 0 g"), F=4, P=document.pages[0].obj)
        )  # fmt: skip
        document.pages[0].obj.Annots = Array([field])
        fonts = Dictionary(Font=document.pages[0].obj.Resources.Font)
        document.Root.AcroForm = Dictionary(
            Fields=Array([field]), DR=fonts, DA=String("/F1 12 Tf"), NeedAppearances=True
        )

    kept = prepare(made.pdf(1, fill)).content.read()
    assert "/AcroForm" not in everything_in(kept)
    assert text_of(kept).split() == ["Halaman", "1", "Budi", "Santoso"]


def test_photo_inside_a_pdf_loses_its_place():
    def put_photo(document):
        jpeg = made.photo(exif=made.exif(), comment=made.SECRET.encode())
        image = document.make_stream(
            jpeg, Type=Name.XObject, Subtype=Name.Image, Width=400, Height=300, ColorSpace=Name.DeviceRGB,
            BitsPerComponent=8, Filter=Name.DCTDecode,
        )  # fmt: skip
        document.pages[0].obj.Resources.XObject = Dictionary(Im1=image)

    data = made.pdf(1, put_photo)
    assert "Exif\0\0" in everything_in(data)
    kept = prepare(data).content.read()
    assert "Exif\0\0" not in everything_in(kept)
    assert made.SECRET not in everything_in(kept)
    with pikepdf.open(BytesIO(kept)) as document:
        assert pikepdf.PdfImage(document.pages[0].obj.Resources.XObject.Im1).as_pil_image().getpixel((20, 20))[0] > 200


def test_page_that_is_a_web_page_too_is_only_a_pdf_afterwards():
    data = b"<html><script>alert(1)</script><!--\n" + made.pdf() + b"\n--></html>"
    kept = prepare(data).content.read()
    assert kept.startswith(b"%PDF-")
    assert b"<script" not in kept
    assert text_of(kept) == "Halaman 1"


def test_photo_that_is_a_pdf_too_is_only_a_photo():
    data = made.photo(comment=b"%PDF-1.4") + made.pdf(1, made.add_everything_active)
    prepared = prepare(data)
    assert (prepared.content_type, b"%PDF" in prepared.content.read()) == ("image/jpeg", False)


@pytest.mark.parametrize("passwords", [{"user": "rahasia", "owner": "rahasia"}, {"user": "", "owner": "rahasia"}])
def test_locked_pdf_is_refused(passwords):
    data = made.pdf(encryption=pikepdf.Encryption(**passwords))
    assert refusal(data) == "PDF ini dikunci dengan kata sandi. Simpan ulang tanpa kata sandi, lalu unggah lagi."


def test_pdf_with_too_many_pages_is_refused():
    assert prepare(made.pdf(100)).pages == 100
    assert refusal(made.pdf(101)) == "PDF ini lebih dari 100 halaman. Bagi menjadi beberapa berkas, lalu unggah lagi."


def test_pdf_without_pages_is_refused():
    assert refusal(made.pdf(0)) == "PDF ini tidak berisi halaman. Pindai ulang dokumennya, lalu unggah lagi."


@pytest.mark.parametrize("part", [0.05, 0.5, 0.95])
def test_truncated_pdf_is_refused(part):
    data = made.pdf(5)
    assert refusal(data[: int(len(data) * part)]) == (
        "PDF ini rusak atau tidak utuh. Simpan atau pindai ulang dokumennya, lalu unggah lagi."
    )


def test_pdf_in_name_only_is_refused():
    assert refusal(b"%PDF-1.7\nhalo\nstartxref\n0\n%%EOF\n") == (
        "PDF ini rusak atau tidak utuh. Simpan atau pindai ulang dokumennya, lalu unggah lagi."
    )


def test_small_file_that_inflates_to_much_is_refused():
    assert prepare(made.pdf_inflating_to(1000)).pages == 1  # the same shape, harmless
    bomb = made.pdf_inflating_to(200 * intake.MEGABYTE)
    assert len(bomb) < intake.MEGABYTE
    assert refusal(bomb) == intake.PDF_REFUSALS["damaged"]  # its object stream is not read, so a part is missing


def test_nested_beyond_reason_is_refused_or_flattened_never_a_crash():
    deep = b"[" * 100_000 + b"]" * 100_000
    data = made.pdf().replace(b"/Type /Page ", b"/Type /Page /X " + deep + b" ")
    with pytest.raises(ValidationError):
        prepare(data)


def test_signed_pdf_is_kept_byte_for_byte():
    data = made.pdf(2, made.add_signature)
    prepared = prepare(data)
    assert (prepared.content.read(), prepared.pages, prepared.unchanged) == (data, 2, True)
    assert prepared.sha256 == prepared.received_sha256


def test_signed_pdf_with_anything_dangerous_is_refused():
    def both(document):
        made.add_everything_active(document)
        made.add_signature(document)

    assert refusal(made.pdf(1, both)) == intake.PDF_REFUSALS["signed_and_active"]
    assert refusal(made.pdf(1, made.add_signature) + b"<script>") == intake.PDF_REFUSALS["signed_and_active"]
    assert refusal(b"<html>" + made.pdf(1, made.add_signature)) == intake.PDF_REFUSALS["signed_and_active"]


@settings(max_examples=25, deadline=None)
@example(damage=[(1871, 0)])
@given(damage=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=10))
def test_damaged_bytes_are_refused_or_cleaned_never_a_crash(damage):
    broken = bytearray(made.pdf(1, made.add_everything_active))
    for at, byte in damage:
        broken[at % len(broken)] = byte
    try:
        kept = prepare(bytes(broken)).content.read()
    except ValidationError:
        return
    assert [
        word for word in ("/JavaScript", "/OpenAction", "/Launch", "/EmbeddedFile") if word in everything_in(kept)
    ] == []
