"""What may come in, and as what it is kept. No database and no storage here: bytes in, cleaned bytes and facts out.

The type is what the bytes decode to; names and declared types count for nothing. A photo is decoded and written anew as
JPEG, a PDF is rewritten by pdf_cleaning in a process of its own, so that whatever else hid in the file is gone.
Every refusal is a ValidationError whose sentence says what is wrong and what to do.
"""

import hashlib
import json
import logging
import re
import subprocess
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NoReturn

import pillow_heif
from django.core.exceptions import ValidationError
from PIL import ExifTags, Image, ImageFile

from uep.files.photo_facts import TakenFacts, read_exif, read_facts

pillow_heif.register_heif_opener()
logger = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE  # a phone's photo is 3 to 8 MB; ten scanned pages fit; minutes of upload on a weak signal
MAX_PIXELS = 50_000_000  # the largest mode of common phones; an A4 scan at 600 dpi has 35 million
MAX_PAGES = 100  # a decree with its annex; a whole register book is no attachment
MAX_SIDE = 2000  # A4 at 170 dpi: the NIK on a photographed KTP stays legible
THUMB_SIDE = 320
TARGET_BYTES = 600_000  # what a page of eight photos may cost on a weak signal
# Tried in turn until the photo fits TARGET_BYTES; the last one is kept whatever it weighs.
ENCODINGS = ((MAX_SIDE, 85), (MAX_SIDE, 75), (MAX_SIDE, 65), (1600, 65), (1280, 60), (1000, 55))

# A decoded photo of MAX_PIXELS takes 150 to 200 MB: no more of them at once than this, in one web process.
_DECODERS = threading.BoundedSemaphore(2)

NOUNS = {"image": "foto (JPEG, PNG, HEIC)", "pdf": "PDF"}
PILLOW_FORMATS = {"image/jpeg": ["JPEG"], "image/png": ["PNG"], "image/heic": ["HEIF"]}
# EXIF's orientation and the turn that sets it right. Not ImageOps.exif_transpose: it stumbles over odd metadata.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Not accepted, but named, so that the sentence helps: (where, bytes, what it is).
KNOWN_STRANGERS = (
    (0, b"GIF8", "gambar GIF"),
    (8, b"WEBP", "gambar WebP"),
    (0, b"BM", "gambar BMP"),
    (0, b"II*\0", "gambar TIFF"),
    (0, b"MM\0*", "gambar TIFF"),
    (0, b"PK\3\4", "dokumen Office atau berkas ZIP"),
    (0, b"\xd0\xcf\x11\xe0", "dokumen Office lama"),
    (0, b"MZ", "program"),
    (0, b"\x7fELF", "program"),
    (4, b"ftyp", "video"),
)
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
# A program, not an import: the web process loads no PDF parser for it.
PDF_CLEANER = Path(__file__).with_name("pdf_cleaning.py")
PDF_REFUSALS = {
    "encrypted": "PDF ini dikunci dengan kata sandi. Simpan ulang tanpa kata sandi, lalu unggah lagi.",
    "empty": "PDF ini tidak berisi halaman. Pindai ulang dokumennya, lalu unggah lagi.",
    "pages": f"PDF ini lebih dari {MAX_PAGES} halaman. Bagi menjadi beberapa berkas, lalu unggah lagi.",
    "damaged": "PDF ini rusak atau tidak utuh. Simpan atau pindai ulang dokumennya, lalu unggah lagi.",
    "bomb": "PDF ini terlalu rumit untuk dibuka dengan aman. Cetak atau pindai ulang menjadi PDF biasa, lalu unggah lagi.",
    "signed_and_active": "PDF bertanda tangan elektronik ini memuat skrip atau lampiran tersembunyi sehingga tidak dapat "
    "diterima. Minta penerbitnya membuat PDF tanpa skrip dan lampiran.",
}


@dataclass
class Prepared:
    """A file that passed intake and waits to be stored; `content` stands at its beginning. Close it after use."""

    content: BinaryIO
    content_type: str
    size: int
    sha256: str
    name: str
    received_sha256: str
    received_size: int
    received_type: str
    extension: str
    thumb: bytes | None = None
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    unchanged: bool = False
    # Read from a photo before its metadata was dropped; take_in() records it only where it is asked for.
    facts: TakenFacts | None = None

    def close(self) -> None:
        self.content.close()


def prepare(upload, *, accept: frozenset[str] = frozenset({"image", "pdf"})) -> Prepared:
    """Check and clean an UploadedFile (or any Django File). `accept`: kinds out of "image" and "pdf".

    Raises ValidationError with a sentence for the person who uploads.
    """
    received_sha256, received_size, head = examine(upload, MAX_BYTES)
    received_type = type_of(head)
    kind = {"application/pdf": "pdf"}.get(received_type, "image" if received_type in PILLOW_FORMATS else "")
    if kind not in accept:
        raise ValidationError(not_accepted(head, kind, accept), code="type")
    facts = {
        "name": clean_name(upload.name),
        "received_sha256": received_sha256,
        "received_size": received_size,
        "received_type": received_type,
    }
    upload.seek(0)
    return prepare_pdf(upload, **facts) if kind == "pdf" else prepare_image(upload, **facts)


def examine(upload, limit: int) -> tuple[str, int, bytes]:
    """(sha256 in hex, bytes, the first kilobyte), reading the file once in pieces; refuses empty and oversized ones."""
    if upload.size and upload.size > limit:  # as declared: spares reading
        raise ValidationError(too_large(upload.size, limit), code="size")
    digest, size, head = hashlib.sha256(), 0, b""
    for chunk in upload.chunks():
        size += len(chunk)
        if size > limit:
            raise ValidationError(too_large(size, limit), code="size")
        digest.update(chunk)
        if len(head) < 1024:
            head = (head + chunk)[:1024]
    if size == 0:
        raise ValidationError(
            "Berkas ini kosong (0 bita). Periksa berkas di perangkat Anda, lalu unggah lagi.", code="empty"
        )
    return digest.hexdigest(), size, head


def type_of(head: bytes) -> str:
    """Which decoder has to prove the type ("" when none); JPEG before PDF, so that a file that is both is a photo."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
        return "image/heic"
    if b"%PDF-" in head:  # scanners write a few bytes before it; rewriting drops them
        return "application/pdf"
    return ""


def megabytes(size: int) -> str:
    """As a file manager shows it: 14 MB, 9,6 MB."""
    rounded = f"{size / MEGABYTE:.1f}".replace(".", ",")
    return f"{rounded.removesuffix(',0')} MB"


def too_large(size: int, limit: int) -> str:
    return (
        f"Ukuran berkas {megabytes(size)}; paling besar {megabytes(limit)}. Foto ulang dengan mutu lebih rendah, "
        "atau pindai dengan resolusi 150-200 dpi, lalu unggah lagi."
    )


def not_accepted(head: bytes, kind: str, accept: frozenset[str]) -> str:
    found = NOUNS.get(kind) or next((what for at, magic, what in KNOWN_STRANGERS if head[at:].startswith(magic)), "")
    if not found and re.match(rb"\s*(<|\xef\xbb\xbf<)", head):
        found = "halaman web atau gambar SVG"
    wanted = " atau ".join(NOUNS[kind] for kind in ("image", "pdf") if kind in accept)
    opening = f"Isi berkas ini {found}" if found else "Isi berkas ini tidak dikenali"
    return f"{opening}; yang diterima hanya {wanted}. Foto atau pindai dokumennya, lalu unggah lagi."


def clean_name(name: str | None) -> str:
    """A file's name for showing: no folders, no control or direction characters, no long digit runs, 120 at most.

    People name scans after the NIK; numbers of persons do not lie about unsealed (design, law 6).
    """
    name = unicodedata.normalize("NFC", (name or "").replace("\\", "/").rpartition("/")[2])
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C")  # also bidi overrides, surrogates
    name = re.sub(r"\d{10,}|\d{4}(?:[ ._-]\d{4}){3}|\d{6}[ ._-]\d{6}[ ._-]\d{4}", "••••", name)
    name = re.sub(r'[<>:"|?*/;]|\s+', " ", name)
    name = re.sub(r" +", " ", name).strip(" .")
    if len(name) > 120:
        stem, dot, extension = name.rpartition(".")
        name = f"{stem[: 119 - len(extension)]}.{extension}" if dot and len(extension) <= 5 else name[:120]
    return name or "tanpa nama"


@contextmanager
def refusing_damaged_images() -> Iterator[None]:
    try:
        yield
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValidationError(too_many_pixels(), code="pixels") from None
    except Exception as error:  # noqa: BLE001  decoders raise whatever a hostile file drives them into
        logger.info("image refused: %s", type(error).__name__)
        raise ValidationError(
            "Foto ini rusak atau tidak utuh, mungkin karena unggahan terputus. Unggah lagi, atau foto ulang.",
            code="damaged",
        ) from None


def too_many_pixels(size: tuple[int, int] | None = None) -> str:
    measure = f"Foto ini berukuran {size[0]} x {size[1]} piksel" if size else "Ukuran foto ini"
    return f"{measure}, melebihi batas {MAX_PIXELS // 1_000_000} juta piksel. Foto ulang dengan resolusi kamera lebih rendah."


def prepare_image(upload, **received) -> Prepared:
    """Decode, turn upright, shrink, and write anew as JPEG with nothing beside the pixels."""
    with _DECODERS, refusing_damaged_images():
        with Image.open(upload, formats=PILLOW_FORMATS[received["received_type"]]) as image:
            if image.width * image.height > MAX_PIXELS:  # only the header is read so far
                raise ValidationError(too_many_pixels(image.size), code="pixels")
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))  # JPEG: decodes straight to a half or a quarter
            # WeasyPrint, once imported, lets all of Pillow pass off half a photo as a whole one. Papers lose nothing by
            # this: they show only what came through here.
            ImageFile.LOAD_TRUNCATED_IMAGES = False
            image.load()
            exif = read_exif(image)
            facts = read_facts(exif)
            picture = pixels_only(image, exif.get(ExifTags.Base.Orientation))
        data, picture = encode(picture)
        thumb = picture.copy()
        thumb.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS)
        thumb_data = as_jpeg(thumb, 70)
    return Prepared(
        content=BytesIO(data),
        content_type="image/jpeg",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        extension=".jpg",
        thumb=thumb_data,
        width=picture.width,
        height=picture.height,
        facts=facts,
        **received,
    )


def pixels_only(picture: Image.Image, orientation: object) -> Image.Image:
    """Upright RGB pixels within MAX_SIDE on white, with no metadata left to be written by accident."""
    if picture.mode.startswith("I"):  # 16-bit greys of scanners
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS, reducing_gap=3)
        layer = picture.convert("RGBA")
        picture = Image.new("RGB", layer.size, "white")
        picture.paste(layer, mask=layer.getchannel("A"))
    elif picture.mode != "RGB":
        picture = picture.convert("RGB")
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS, reducing_gap=3)
    picture.info = {}
    return picture.transpose(TURNS[orientation]) if orientation in TURNS else picture


def encode(picture: Image.Image) -> tuple[bytes, Image.Image]:
    """The JPEG bytes and the picture as encoded: the first of ENCODINGS that fits TARGET_BYTES."""
    for side, quality in ENCODINGS:
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        data = as_jpeg(picture, quality)
        if len(data) <= TARGET_BYTES:
            break
    return data, picture


def as_jpeg(picture: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
    return buffer.getvalue()


def prepare_pdf(upload, **received) -> Prepared:
    """Rewrite the PDF without anything active; a digitally signed one is kept byte for byte when it is harmless."""
    ends_well, exactly_a_pdf = ends_of_pdf(upload, received["received_size"])
    if not ends_well:
        refuse_pdf("damaged")
    cleaned = tempfile.NamedTemporaryFile(prefix="uep-pdf-", suffix=".pdf")  # noqa: SIM115  lives on in Prepared
    try:
        with on_disk(upload) as source:
            found = run_cleaner(source, cleaned.name)
        if reason := found.get("refused"):
            refuse_pdf(reason)
        if found["signed"] and not exactly_a_pdf:  # something rides along that the signature does not cover
            refuse_pdf("signed_and_active")
        if found["signed"]:
            copy_into(cleaned, upload)
        cleaned.seek(0)
        sha256 = hashlib.file_digest(cleaned, "sha256").hexdigest()
        size = cleaned.tell()
        cleaned.seek(0)
    except BaseException:
        cleaned.close()
        raise
    return Prepared(
        content=cleaned,
        content_type="application/pdf",
        size=size,
        sha256=sha256,
        extension=".pdf",
        pages=found["pages"],
        unchanged=found["signed"],
        **received,
    )


def refuse_pdf(reason: str) -> NoReturn:
    raise ValidationError(PDF_REFUSALS[reason], code=reason)


def ends_of_pdf(upload, size: int) -> tuple[bool, bool]:
    """(is the end there, or was the upload cut off; is there nothing before and after the PDF itself)."""
    upload.seek(0)
    start = upload.read(5)
    upload.seek(max(0, size - 2048))
    tail = upload.read()
    upload.seek(0)
    body, marker, rest = tail.rpartition(b"%%EOF")
    return b"startxref" in body, bool(marker) and start == b"%PDF-" and not rest.strip()


@contextmanager
def on_disk(upload) -> Iterator[str]:
    """The path of the upload's bytes; those of a small upload, held in memory, are written to a temporary file."""
    if hasattr(upload, "temporary_file_path"):
        yield upload.temporary_file_path()
        return
    with tempfile.NamedTemporaryFile(prefix="uep-pdf-", suffix=".pdf") as copy:
        copy_into(copy, upload)
        yield copy.name


def copy_into(target, upload) -> None:
    target.seek(0)
    target.truncate()
    for chunk in upload.chunks():
        target.write(chunk)
    target.flush()


def run_cleaner(source: str, target: str) -> dict:
    """What pdf_cleaning says of the file, {"refused": reason} also when it was stopped or crashed."""
    program = [sys.executable, "-I", str(PDF_CLEANER), source, target, str(MAX_PAGES)]
    with _DECODERS:
        try:
            done = subprocess.run(program, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
        except subprocess.TimeoutExpired:
            return {"refused": "bomb"}
    try:
        return json.loads(done.stdout)
    except ValueError:
        logger.info("pdf refused: cleaner ended with %s", done.returncode)
        return {"refused": "bomb"}
