"""Papers become PDF here: WeasyPrint lays out the templates of templates/papers/, with our own fonts and nothing else.

The same template, facts and rows give the same bytes: no clock, no random identifier, no font of the machine.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import date, datetime
from importlib.resources import files
from io import BytesIO

import pikepdf
import segno
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from weasyprint import HTML
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from uep.documents.models import OfficialDocument
from uep.documents.papers import PAPERS, SIZES, Attached, Paper
from uep.office import queries as office
from uep.ui.indonesian import tanggal

FONTS_DIR = settings.BASE_DIR / "static" / "fonts"
PAPERS_DIR = settings.BASE_DIR / "templates" / "papers"
FOLDERS = {"font": (FONTS_DIR, re.compile(r"[\w-]+\.(ttf|otf)")), "css": (PAPERS_DIR, re.compile(r"\w+\.css"))}
TYPES = {"ttf": "font/ttf", "otf": "font/otf", "css": "text/css"}
MAGIC = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n": "image/png"}

VARIANT = "pdf/a-3b"
SRGB = (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()
PHOTO_DPI = 200
POINTS = 72 / 25.4  # in a millimetre
# Where paper.css puts the page number of a one-piece paper: mm from the right edge and from the floor.
STAMP_UPRIGHT, STAMP_SIDEWAYS = (25, 17), (15, 14)
OPEN = mark_safe('<span class="still-open">PRATINJAU</span>')

Progress = Callable[[int], None]


class ForbiddenResource(FatalURLFetchingError):
    """A paper asked for something that is not ours. Rendering stops; a paper with a hole is worse than none."""


class Resources(URLFetcher):
    """Serves uep:font/…, uep:css/… and uep:image/NAME (bytes that the paper gave), and refuses every other address."""

    def __init__(self, images: dict | None = None):
        super().__init__(allowed_protocols={"uep"}, allow_redirects=False, fail_on_errors=True)
        self._images = images or {}

    def fetch(self, url, headers=None):
        scheme, _, rest = url.partition(":")
        folder, _, name = rest.partition("/")
        if scheme != "uep":
            raise ForbiddenResource(f"a paper may not fetch {scheme}: addresses")
        if folder == "image" and name in self._images:
            content = self._images[name]
            return self._image(url, content() if callable(content) else content)
        if folder in FOLDERS:
            place, form = FOLDERS[folder]
            if form.fullmatch(name) and (place / name).is_file():
                content_type = TYPES[name.rpartition(".")[2]]
                return URLFetcherResponse(url, (place / name).read_bytes(), {"Content-Type": content_type})
        raise ForbiddenResource(f"a paper asked for {folder}/{name}, which it does not have")

    @staticmethod
    def _image(url: str, content: bytes) -> URLFetcherResponse:
        content_type = next((kind for magic, kind in MAGIC.items() if content.startswith(magic)), None)
        if content_type is None:
            raise ForbiddenResource("a picture on a paper is JPEG or PNG")
        return URLFetcherResponse(url, content, {"Content-Type": content_type})


def qr_svg(text: str) -> SafeString:
    """A QR code as inline SVG, medium error correction (15 % may be soiled)."""
    made = segno.make(text, error="m", micro=False)
    svg = made.svg_inline(scale=4, border=0, svgclass="qr", lineclass=None, title="Kode QR pemeriksaan keaslian")
    return mark_safe(svg)  # noqa: S308 - made of digits by segno


def verification_url(document: OfficialDocument) -> str:
    """What the QR code of an issued paper says."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("documents:check", args=[document.code])


def sheet_of(paper: type[Paper]) -> list[str]:
    """[size, font] of a kind of paper today, as it is frozen with what is issued."""
    return list(office.paper_of(paper.code, size=paper.size, font=paper.font))


def common_context(paper: type[Paper], subject, document: OfficialDocument | None) -> dict:
    """The words every paper has.

    `facts` are the frozen ones when issued, today's in a preview. `number` and `date_text` read PRATINJAU where they
    are still open; `date` is a date or None. `size` and `font` are the office's choice, else the paper's own; of an
    issued paper those of its day. `qr` and `verify_url` are empty unless the paper has a verification page.
    """
    facts = document.facts if document else paper.facts(subject)
    size, font = facts.get("sheet") or sheet_of(paper)
    given = date.fromisoformat(facts["date"]) if document else None
    is_open = paper.issued and document is None
    verify_url = verification_url(document) if document and paper.public else ""
    return {
        "paper": paper,
        "subject": subject,
        "document": document,
        "office": office.profile(),
        "size": size,
        "font": font,
        "facts": facts,
        "created": timezone.localtime(document.issued_at).isoformat(timespec="seconds") if document else "",
        "is_open": is_open,
        "number": (document.number if document else OPEN if paper.series else ""),
        "date": given,
        "date_text": tanggal(given) if given else OPEN if is_open else "",
        "verify_url": verify_url,
        "qr": qr_svg(verify_url) if verify_url else "",
    }


def pdf(
    paper: type[Paper],
    subject,
    document: OfficialDocument | None = None,
    progress: Progress | None = None,
) -> bytes:
    """The paper as PDF/A-3b. `progress` is told percents from 0 to 99. Raises ForbiddenResource on a foreign address."""
    context = common_context(paper, subject, document) | paper.context(subject, document)
    images = {**context.pop("images", {})}
    if crest := office.crest():
        images["lambang"] = crest
    if context.get("by_regent") and (emblem := office.emblem()):
        images["garuda"] = emblem
    context |= {"has_crest": "lambang" in images, "has_emblem": "garuda" in images}
    pieces = paper.chunks(subject)
    pieces = [None] if pieces is None else list(pieces)
    if progress:
        progress(5)
    if len(pieces) == 1:
        made = _lay_out(paper, context, pieces[0], images, first=True, last=True, of=1)
    else:
        made = _in_pieces(paper, context, pieces, images, progress)
    attached = paper.attachments(subject) if document else []
    return _with_attachments(made, attached, timezone.localtime(document.issued_at)) if attached else made


def _with_attachments(content: bytes, attached: list[Attached], at: datetime) -> bytes:
    """The files inside the PDF, each named by the catalogue as data of the whole paper (PDF/A-3, 6.8)."""
    with pikepdf.open(BytesIO(content)) as whole:
        places = []
        for one in attached:
            file = pikepdf.AttachedFileSpec(
                whole,
                one.content,
                filename=one.name,
                description=one.description,
                mime_type=one.kind,
                relationship=pikepdf.Name.Data,
                creation_date=_as_pdf_date(at),
                mod_date=_as_pdf_date(at),
            )
            whole.attachments[one.name] = file
            places.append(whole.attachments[one.name].obj)
        whole.Root.AF = pikepdf.Array(places)
        made = BytesIO()
        whole.save(made, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return made.getvalue()


def _as_pdf_date(at: datetime) -> str:
    zone = f"{at:%z}"
    return f"D:{at:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:]}'"


def _lay_out(paper, context, rows, images, *, first, last, of) -> bytes:
    width, height = SIZES[context["size"]]
    context = context | ({} if rows is None else {"rows": rows})  # a paper without an annex may have rows of its own
    context |= {
        "first": first,
        "last": last,
        "in_pieces": of > 1,
        "width": height if paper.landscape else width,
        "height": width if paper.landscape else height,
        "upright": (width, height),
    }
    html = get_template(f"papers/{paper.code}.html").render(context)
    return _write(html, images, tags=True)


def _write(html: str, images: dict, *, tags: bool) -> bytes:
    # WeasyPrint's own way to the same profile leaves the file open.
    profile = ColorProfile(BytesIO(SRGB), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))
    return HTML(string=html, base_url="uep:", url_fetcher=Resources(images)).write_pdf(
        font_config=FontConfiguration(),
        color_profiles={"uep-srgb": profile},
        output_intent="uep-srgb",
        pdf_variant=VARIANT,
        pdf_tags=tags,
        dpi=PHOTO_DPI,
    )


def _in_pieces(paper, context, pieces, images, progress: Progress | None) -> bytes:
    """Lay out one piece after the other, so that memory is that of the longest piece, then join and number the pages."""
    count = len(pieces)
    parts = []
    for index, rows in enumerate(pieces):
        parts.append(_lay_out(paper, context, rows, images, first=index == 0, last=index == count - 1, of=count))
        if progress:
            progress(5 + 90 * (index + 1) // count)
    with ExitStack() as opened:
        # The first piece is the one whose metadata and colour profile the whole keeps.
        whole, *others = [opened.enter_context(pikepdf.open(BytesIO(part))) for part in parts]
        for other in others:
            behind = len(whole.pages)
            whole.pages.extend(other.pages)
            _join_tags(whole, other, behind)
        _number_pages(whole, paper)
        joined = BytesIO()
        whole.save(joined, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return joined.getvalue()


def _join_tags(whole: pikepdf.Pdf, other: pikepdf.Pdf, behind: int) -> None:
    """The structure of a piece, for those who have a paper read to them, goes where its pages went: behind page `behind`.

    Pages and links count their place in the structure from zero in each piece, hence the shift.
    """
    root, added = whole.Root.StructTreeRoot, other.Root.StructTreeRoot
    places = root.ParentTree.Nums
    shift = max(int(key) for key in list(places)[::2]) + 1
    for element in added.K:
        copied = whole.copy_foreign(element)
        copied.P = root
        root.K.append(copied)
    numbers = list(added.ParentTree.Nums)
    for key, owners in zip(numbers[::2], numbers[1::2], strict=True):
        places.append(int(key) + shift)
        if isinstance(owners, pikepdf.Array) and not owners.is_indirect:
            places.append(pikepdf.Array([whole.copy_foreign(owner) for owner in owners]))
        else:
            places.append(whole.copy_foreign(owners))
    for page in list(whole.pages)[behind:]:
        page.StructParents = int(page.StructParents) + shift
        for note in page.get("/Annots", []):
            if "/StructParent" in note:
                note.StructParent = int(note.StructParent) + shift


def _number_pages(whole: pikepdf.Pdf, paper) -> None:
    """Stamp "Halaman x dari y": only now are the pages of all pieces known."""
    total = len(whole.pages)
    html = get_template("papers/_page_numbers.html").render(
        {"numbers": range(1, total + 1), "total": total, "paper": paper}
    )
    stamps = _write(html, {}, tags=False)
    with pikepdf.open(BytesIO(stamps)) as source:
        for number, (page, stamp) in enumerate(zip(whole.pages, source.pages, strict=True), start=1):
            form = whole.copy_foreign(stamp.as_form_xobject())
            # Pages share their resources, so each stamp has a name of its own; not a random one, as add_overlay gives.
            name = f"/Halaman{number}"
            page.add_resource(form, pikepdf.Name.XObject, name=pikepdf.Name(name))
            width, height = float(page.mediabox[2]), float(page.mediabox[3])
            edge, floor = STAMP_SIDEWAYS if width > height else STAMP_UPRIGHT
            left = width - edge * POINTS - float(stamp.mediabox[2])
            page.contents_add(b"q\n", prepend=True)
            drawn = f"\nQ /Artifact BMC q 1 0 0 1 {left:.3f} {floor * POINTS:.3f} cm {name} Do Q EMC"
            page.contents_add(drawn.encode())


def joined(papers: Iterable[bytes]) -> bytes:
    """Stored papers behind each other as one file, for the printer; each page as it was issued."""
    target = BytesIO()
    with ExitStack() as opened:
        whole = opened.enter_context(pikepdf.new())
        for content in papers:
            whole.pages.extend(opened.enter_context(pikepdf.open(BytesIO(content))).pages)
        whole.save(target)
    return target.getvalue()


def respond(paper_code: str, subject, *, download: bool = False) -> HttpResponse:
    """A printout, or the preview of a paper still to be issued, as an answer to the browser; nothing is stored."""
    paper = PAPERS[paper_code]
    return pdf_response(
        pdf(paper, subject), f"{paper_code}-{getattr(subject, 'ref', subject.pk)}.pdf", download=download
    )


def pdf_response(content: bytes, name: str, *, download: bool = False) -> HttpResponse:
    """PDF bytes with headers that keep them out of shared caches and from being taken for anything else."""
    disposition = "attachment" if download else "inline"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'{disposition}; filename="{name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
