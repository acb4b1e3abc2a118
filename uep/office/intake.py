"""The crest as it comes in: decoded, made small and written anew, so that nothing of the upload itself is kept. Pure."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from django.core.exceptions import ValidationError
from PIL import Image, ImageFile

LARGEST_UPLOAD = 5_000_000  # bytes
LARGEST_SIDE = 6_000  # pixels of the upload; a scan of A4 at 500 dpi
SIDE = 512  # pixels of what is kept; 22 mm on paper at 590 dpi
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
NO_PICTURE = (
    "Berkas ini bukan gambar PNG, JPEG atau WebP yang utuh. SVG dan PDF tidak diterima; simpan dahulu sebagai PNG."
)


@dataclass(frozen=True)
class CrestImage:
    png: bytes
    width: int
    height: int

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits of the SHA-256 of the bytes."""
        return hashlib.sha256(self.png).hexdigest()[:16]


def read_crest(upload: BinaryIO) -> CrestImage:
    """The upload as a PNG of at most 512 x 512 pixels, metadata and animation left behind.

    What it is, decoding decides, never the name. ValidationError, a sentence, for everything else.
    """
    content = upload.read(LARGEST_UPLOAD + 1)
    if len(content) > LARGEST_UPLOAD:
        raise ValidationError("Berkas lambang lebih besar dari 5 MB. Kecilkan dahulu gambarnya.")
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = _decoded(content)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    clean = Image.new("RGBA", image.size)  # a new picture carries none of the old one's text chunks
    clean.paste(image)
    written = io.BytesIO()
    clean.save(written, "PNG", optimize=True)
    return CrestImage(written.getvalue(), *clean.size)


def _decoded(content: bytes) -> Image.Image:
    # WeasyPrint switches this on for the whole process; a crest that ends early is refused.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP"))
        if max(image.size) <= LARGEST_SIDE:  # known from the header, before any pixel is decoded
            return image.convert("RGBA")
    except BOMBS:
        pass
    except (OSError, ValueError, SyntaxError) as error:
        raise ValidationError(NO_PICTURE) from error
    raise ValidationError(f"Gambar lambang lebih dari {LARGEST_SIDE} piksel sisinya. Kecilkan dahulu gambarnya.")
