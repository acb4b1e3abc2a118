from io import BytesIO

import pikepdf
import pytest
import segno
from django.core.exceptions import ValidationError
from PIL import Image
from weasyprint import HTML

from tests.files import made
from uep.documents.render import qr_svg
from uep.files import actions, codes

pytestmark = pytest.mark.django_db
ADDRESS = "https://uep.example.go.id/usulan/01JABCDEFGHJKMNPQRSTVWXYZ0/"


def code(text: str, scale=6) -> Image.Image:
    buffer = BytesIO()
    segno.make(text, error="m", micro=False).save(buffer, kind="png", scale=scale)
    return Image.open(buffer).convert("RGB")


def sheet(*texts: str, turn=0, scale=6) -> bytes:
    """A photographed A4 sheet with codes, the first one on top; turned by `turn` degrees on a grey table."""
    page = Image.new("RGB", (1240, 1754), "white")
    for place, text in enumerate(texts):
        page.paste(code(text, scale), (800, 100 + 500 * place))
    buffer = BytesIO()
    page.rotate(turn, expand=True, fillcolor="grey").save(buffer, "JPEG", quality=70)
    return buffer.getvalue()


def scan(*pages: str) -> bytes:
    """A PDF with one code on each page; a page without one for an empty text."""
    html = "".join(f"<section>{qr_svg(text) if text else 'tanpa kode'}</section>" for text in pages)
    style = "<style>@page{size:A4} section{break-after:page} section:last-child{break-after:avoid} .qr{width:25mm;height:25mm}</style>"
    return HTML(string=style + html).write_pdf()


def size_of(picture) -> tuple[int, int]:
    with Image.open(picture) as image:
        return image.size


@pytest.mark.parametrize("turn", [0, 7, 90, 180])
def test_the_codes_of_a_photo_from_top_to_bottom(alice, turn):
    stored = actions.take_in(made.upload(sheet(ADDRESS, "kedua", turn=turn)), by=alice)
    (found,) = codes.codes_in(stored)
    assert sorted(found) == sorted([ADDRESS, "kedua"])
    if turn == 0:
        assert found == [ADDRESS, "kedua"]


def test_the_codes_of_a_scan_page_by_page(alice):
    with made.upload_on_disk(scan(ADDRESS, "", "kedua"), "pindaian.pdf") as upload:
        stored = actions.take_in(upload, by=alice)
    assert codes.codes_in(stored) == [[ADDRESS], [], ["kedua"]]


def test_a_photo_without_a_code_has_none(alice):
    assert codes.codes_in(actions.take_in(made.upload(made.photo()), by=alice)) == [[]]


def test_pages_are_gone_afterwards(alice):
    with made.upload_on_disk(scan("satu", "dua"), "pindaian.pdf") as upload:
        stored = actions.take_in(upload, by=alice)
    with codes.pages_of(stored, dpi=72) as pages:
        assert [size_of(page) for page in pages] == [(596, 842), (596, 842)]
    assert not any(page.exists() for page in pages)


def test_a_page_as_large_as_a_field_is_drawn_small(alice):
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(14400, 14400))
    buffer = BytesIO()
    pdf.save(buffer)
    with made.upload_on_disk(buffer.getvalue(), "besar.pdf") as upload:
        stored = actions.take_in(upload, by=alice)
    with codes.pages_of(stored) as pages:
        assert [max(size_of(page)) for page in pages] == [4000]


def test_what_cannot_be_drawn_is_said(alice, tmp_path, monkeypatch):
    with made.upload_on_disk(scan("satu"), "pindaian.pdf") as upload:
        stored = actions.take_in(upload, by=alice)
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    monkeypatch.setattr(type(stored), "open", lambda self: broken.open("rb"))
    with pytest.raises(ValidationError, match="rusak"), codes.pages_of(stored):
        pass
