"""Reading pictures back: the pages of a PDF as JPEG, and the QR codes that stand on a photo or a scan."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import zxingcpp
from django.core.exceptions import ValidationError
from PIL import Image

from uep.files.intake import MAX_PAGES, PDF_REFUSALS
from uep.files.models import StoredFile

# A program, not an import: a worker that reads scans all day holds no PDF parser of its own.
PDF_PAGES = Path(__file__).with_name("pdf_pages.py")
DPI = 200  # a QR of 25 mm on a sheet has 5 to 6 pixels for each of its modules


@contextmanager
def pages_of(stored: StoredFile, *, dpi: int = DPI) -> Iterator[list[Path]]:
    """Each page of a stored photo (one) or PDF as a picture on disk, gone when the block ends.

    Raises ValidationError with a sentence for the uploader when the PDF cannot be drawn.
    """
    with tempfile.TemporaryDirectory(prefix="uep-pages-") as folder:
        source = Path(folder) / "source"
        with stored.open() as file, source.open("wb") as copy:
            for chunk in iter(lambda: file.read(1024 * 1024), b""):
                copy.write(chunk)
        if stored.is_image:
            yield [source]
            return
        if reason := _draw(source, folder, dpi).get("refused"):
            raise ValidationError(PDF_REFUSALS[reason], code=reason)
        source.unlink()
        yield sorted(Path(folder).glob("*.jpg"))


def pictures_of(content: bytes, *, dpi: int) -> list[bytes]:
    """The pages of a PDF of our own as JPEG, to be shown where no PDF can be; none when it cannot be drawn."""
    with tempfile.TemporaryDirectory(prefix="uep-pages-") as folder:
        source = Path(folder) / "source"
        source.write_bytes(content)
        if _draw(source, folder, dpi).get("refused"):
            return []
        return [page.read_bytes() for page in sorted(Path(folder).glob("*.jpg"))]


def codes_on(picture: Path) -> list[str]:
    """What the QR codes of a picture say, from top to bottom, each once; a photo may be turned, bent or dim."""
    with Image.open(picture, formats=["JPEG", "PNG"]) as image:
        found = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    found.sort(key=lambda code: code.position.top_left.y)
    return list(dict.fromkeys(code.text for code in found if code.text))


def codes_in(stored: StoredFile) -> list[list[str]]:
    """The codes of each page, in order; an empty list for a page without any. Raises as pages_of()."""
    with pages_of(stored) as pages:
        return [codes_on(page) for page in pages]


def _draw(source: Path, folder: str, dpi: int) -> dict:
    program = [sys.executable, "-I", str(PDF_PAGES), str(source), folder, str(MAX_PAGES), str(dpi)]
    try:
        done = subprocess.run(program, stdin=subprocess.DEVNULL, capture_output=True, timeout=180, check=False)
    except subprocess.TimeoutExpired:
        return {"refused": "bomb"}
    try:
        return json.loads(done.stdout)
    except ValueError:  # killed for its memory or its time
        return {"refused": "bomb"}
