"""What comes back from a printer, a scanner or a phone: pages of a PDF as pictures, photographed or scanned."""

import subprocess
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter


def drawn(content: bytes) -> list[Image.Image]:
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-r", "200", "-png", "-", f"{folder}/page"]
        subprocess.run(command, input=content, capture_output=True, check=True)
        return [Image.open(path).convert("RGB") for path in sorted(Path(folder).iterdir())]


def jpeg(page: Image.Image, quality=80) -> bytes:
    buffer = BytesIO()
    page.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def photographed(page: Image.Image, *, turn=0.0, dim=1.0, blur=0.0, table=0) -> bytes:
    """As a phone takes it: askew on a table, badly lit, a little out of focus."""
    larger = Image.new("RGB", (page.width + 2 * table, page.height + 2 * table), (90, 70, 50))
    larger.paste(page, (table, table))
    picture = larger.rotate(turn, expand=True, fillcolor=(90, 70, 50), resample=Image.Resampling.BICUBIC)
    return jpeg(ImageEnhance.Brightness(picture).enhance(dim).filter(ImageFilter.GaussianBlur(blur)), 70)


def scanned(pages) -> bytes:
    buffer = BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    return buffer.getvalue()
