"""HTML becomes PDF: only our own resources, hostile names as text, right pages, the same bytes each time."""

import logging
import subprocess
from datetime import date
from io import BytesIO

import pikepdf
import pytest
import zxingcpp
from PIL import Image
from weasyprint import HTML

from tests.archive import faults
from tests.papers.golden import assert_golden, page_sizes, text_of, words_of
from tests.papers.samples import SampleDecree, SampleLetter, SamplePrintout
from uep.documents import actions, render
from uep.documents.papers import PAPERS, Paper
from uep.documents.render import ForbiddenResource, Resources
from uep.office.models import PaperSetting, Profile
from uep.registry.models import Region

pytestmark = pytest.mark.django_db


def picture(form: str = "JPEG") -> bytes:
    made = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(made, form)
    return made.getvalue()


@pytest.fixture
def profile(db):
    words = {
        "regency_code": "62.09",
        "regency_name": "Kabupaten Lamandau",
        "province_name": "Kalimantan Tengah",
        "government_name": "Pemerintah Kabupaten Lamandau",
        "name": "Dinas Sosial",
        "address": "Jalan Cilik Riwut Km 2, Nanga Bulik",
        "postal_code": "74662",
        "capital": "Nanga Bulik",
        "crest": None,
    }
    return Profile.objects.update_or_create(pk=1, defaults=words)[0]


@pytest.fixture
def decree(village, head, profile):
    return actions.issue("uji_sk", village, by=head, on=date(2026, 11, 23))


def test_a_decree_reads_as_approved(village, decree):
    content = render.pdf(SampleDecree, village, decree)
    assert_golden(content, "uji_sk", varying={decree.code: "KODEPEMERIKSAAN"})
    assert page_sizes(content) == [(215, 330), (330, 215)]


def test_a_preview_is_the_paper_with_number_and_date_open(village, profile):
    content = render.pdf(SampleDecree, village)
    assert_golden(content, "uji_sk_pratinjau")


def test_a_preview_has_as_many_pages_as_the_paper(village, decree, monkeypatch):
    monkeypatch.setattr(SampleDecree, "rows", 40)
    assert page_sizes(render.pdf(SampleDecree, village)) == page_sizes(render.pdf(SampleDecree, village, decree))


@pytest.mark.parametrize(("rows", "pages"), [(1, 2), (40, 4), (500, 21)])
def test_the_head_of_the_annex_is_on_each_of_its_pages(village, decree, monkeypatch, rows, pages):
    monkeypatch.setattr(SampleDecree, "rows", rows)
    sheets = text_of(render.pdf(SampleDecree, village, decree)).split("=== halaman ===")[:-1]
    assert len(sheets) == pages
    assert ["Jenis usaha" in sheet for sheet in sheets] == [False] + [True] * (pages - 1)
    assert [f"Halaman {number} dari {pages}" in sheet for number, sheet in enumerate(sheets, 1)] == [True] * pages
    # the last page holds the signature and rows, never the signature alone
    assert "Penerima" in sheets[-1]
    assert "NIP 19781211 200604 1 006" in sheets[-1]


def test_a_long_annex_is_laid_out_in_pieces_and_numbered_through(village, decree, monkeypatch):
    monkeypatch.setattr(SampleDecree, "rows", 120)
    whole = text_of(render.pdf(SampleDecree, village, decree), layout=False)
    monkeypatch.setattr("tests.papers.samples.in_pieces", lambda rows: cut(rows, 50))
    told = []
    content = render.pdf(SampleDecree, village, decree, progress=told.append)
    sheets = text_of(content).split("=== halaman ===")[:-1]
    assert [f"Halaman {number} dari {len(sheets)}" in sheet for number, sheet in enumerate(sheets, 1)] == [True] * len(
        sheets
    )
    assert told == [5, 35, 65, 95]
    names = [line for line in whole.splitlines() if line.startswith("Penerima ")]
    assert [line for line in text_of(content, layout=False).splitlines() if line.startswith("Penerima ")] == names
    with pikepdf.open(BytesIO(content)) as opened:
        metadata = opened.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
    assert faults(content) == []


def cut(rows, size):
    rows = list(rows)
    return [rows[start : start + size] for start in range(0, len(rows), size)]


@pytest.mark.parametrize("pieces", [50, 20])
def test_the_same_paper_gives_the_same_bytes(village, decree, monkeypatch, pieces):
    monkeypatch.setattr(SampleDecree, "rows", 40)
    monkeypatch.setattr("tests.papers.samples.in_pieces", lambda rows: cut(rows, pieces))
    assert render.pdf(SampleDecree, village, decree) == render.pdf(SampleDecree, village, decree)


def test_a_paper_is_pdf_a_with_its_fonts_inside(village, decree):
    with pikepdf.open(BytesIO(render.pdf(SampleDecree, village, decree))) as opened:
        metadata = opened.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
        assert opened.Root.MarkInfo.Marked
        fonts = {
            str(font.BaseFont).partition("+")[2]
            for page in opened.pages
            for font in (page.Resources.Font[name] for name in page.Resources.Font)
        }
    assert fonts == {"Paper-Bookman", "Paper-Bookman-Bold", "Paper-Sans"}


def test_the_qr_code_leads_to_the_verification_page(village, decree):
    with pikepdf.open(BytesIO(render.pdf(SampleDecree, village, decree))) as opened:
        assert len(opened.pages) == 2
    assert render.verification_url(decree) == f"https://uep.example.go.id/cek/{decree.code}/"
    svg = render.qr_svg(render.verification_url(decree))
    page = f"<style>@page{{size:60mm 60mm;margin:5mm}} .qr{{width:50mm;height:50mm}}</style>{svg}"
    assert read_qr(HTML(string=page).write_pdf()) == render.verification_url(decree)


def read_qr(content: bytes) -> str:
    command = ["pdftoppm", "-r", "150", "-png", "-singlefile", "-"]
    png = subprocess.run(command, input=content, capture_output=True, check=True).stdout
    return zxingcpp.read_barcodes(Image.open(BytesIO(png)))[0].text


def test_the_office_chooses_sheet_and_typeface(village, decree):
    PaperSetting.objects.update_or_create(
        code="uji_sk", defaults={"title": "SK", "size": PaperSetting.Size.A4, "font": PaperSetting.Font.ARIAL}
    )
    decree.facts.pop("sheet")  # of a paper that is issued now; an issued one keeps the sheet that it was born with
    content = render.pdf(SampleDecree, village, decree)
    assert page_sizes(content)[0] == (210, 297)
    with pikepdf.open(BytesIO(content)) as opened:
        assert not [name for name in map(str, opened.objects) if "Bookman" in name]


def test_a_hostile_name_is_printed_as_text(village, head, profile):
    hostile = '<img src="file:///etc/passwd"><script>alert(1)</script>{{ settings }} & "Co"'
    Region.objects.filter(pk=village.pk).update(name=hostile)
    village.refresh_from_db()
    document = actions.issue("uji_surat", village, by=head)
    words = words_of(render.pdf(SampleLetter, village, document))
    assert hostile.replace(" ", "") in words.replace(" ", "")


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "http://127.0.0.1:9/x.png",
        "https://example.org/x.png",
        "ftp://example.org/x",
        "data:image/png;base64,AAAA",
        "//example.org/x.png",
        "uep:font/../../uep/settings.py",
        "uep:font/%2e%2e/settings.py",
        "uep:css/../../manage.py",
        "uep:css/paper.css/../x.css",
        "uep:image/tidak_ada",
        "uep:/etc/passwd",
        "/etc/passwd",
        "paper.css",
    ],
)
@pytest.mark.parametrize(
    "tag", ['<img src="{}">', '<link rel="stylesheet" href="{}">', '<p style="background:url({})">x</p>']
)
def test_a_paper_fetches_nothing_but_our_own(address, tag):
    with pytest.raises(ForbiddenResource):
        HTML(string=tag.format(address), base_url="uep:", url_fetcher=Resources()).write_pdf()


def test_a_picture_is_jpeg_or_png(village, head, profile, monkeypatch, caplog):
    monkeypatch.setattr(SampleLetter, "images", {"foto1": picture(), "foto2": lambda: picture("PNG")})
    document = actions.issue("uji_surat", village, by=head)
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        content = render.pdf(SampleLetter, village, document)
    assert caplog.messages == []
    with pikepdf.open(BytesIO(content)) as opened:
        assert len(opened.pages[0].get_images()) == 2
    monkeypatch.setattr(SampleLetter, "images", {"foto1": b"<svg xmlns='http://www.w3.org/2000/svg'/>"})
    with pytest.raises(ForbiddenResource):
        render.pdf(SampleLetter, village, document)


def test_a_printout_has_no_number_and_no_code(village, profile):
    content = render.pdf(SamplePrintout, village)
    assert_golden(content, "uji_cetak")
    assert page_sizes(content) == [(215, 165)]


def test_respond_shows_or_downloads(village, profile):
    shown, saved = render.respond("uji_cetak", village), render.respond("uji_cetak", village, download=True)
    assert shown["Content-Type"] == "application/pdf"
    assert (shown["Content-Disposition"], saved["Content-Disposition"]) == (
        'inline; filename="uji_cetak-62.09.03.2006.pdf"',
        'attachment; filename="uji_cetak-62.09.03.2006.pdf"',
    )
    assert shown["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "body",
    [
        {"code": "uji_sk"},
        {"code": "uji_lain", "size": "A3"},
        {"code": "uji_lain", "font": "comic"},
        {"code": "uji_lain", "series": "uji_sk", "pattern": "lain/{no}/{tahun}"},
        {"code": "uji_lain", "series": "uji_lain", "pattern": "{no}/{tahun}", "issued": False},
    ],
)
def test_a_paper_that_contradicts_another_is_refused(body):
    with pytest.raises(ValueError, match=r"two papers|unknown size|two number series|has no number"):
        type("Lain", (Paper,), {"title": "Lain", **body})
    assert "uji_lain" not in PAPERS
