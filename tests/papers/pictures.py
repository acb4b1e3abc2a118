"""Papers compared as pictures with those that were looked at and kept.

assert_pictured(pdf_bytes, "sk_kadis_1")        # tests/papers/golden/sk_kadis_1-01.png, -02.png, ...
UPDATE_GOLDEN=1 make test                       # draws them anew; look at each before committing it

Pages are drawn grey at 40 dpi by poppler. What may differ is only how a release of poppler smooths edges: in tiles of
8 x 8 pixels (5 mm) the mean may differ by TOLERANCE of 255. A word that changes, a line that moves by its height, a rule
that is gone change a tile by far more (tests/papers/test_pictures.py tries it).
"""

import os
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

from tests.papers.golden import FOLDER

DPI = 40
TILE = 8
TOLERANCE = 20
FIRST, LAST = 4, 2  # of a long paper only so many pages are kept, from the beginning and from the end


def pages_of(content: bytes) -> list[Image.Image]:
    """Each page in grey."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-gray", "-r", str(DPI), "-png", "-", f"{folder}/page"]
        subprocess.run(command, input=content, check=True)
        return [Image.open(file).copy() for file in sorted(Path(folder).glob("*.png"))]


def kept(pages: list) -> dict[int, Image.Image]:
    """Number -> page, of those that are kept."""
    numbered = dict(enumerate(pages, 1))
    if len(pages) <= FIRST + LAST:
        return numbered
    return {n: page for n, page in numbered.items() if n <= FIRST or n > len(pages) - LAST}


def difference(one: Image.Image, other: Image.Image) -> int:
    """The mean difference of the tile that differs most, 0 to 255; 255 when the pages have not one size."""
    if one.size != other.size:
        return 255
    tiles = ImageChops.difference(one.convert("L"), other.convert("L")).reduce(TILE)
    return tiles.getextrema()[1]


def assert_pictured(content: bytes, name: str, *, pages: int) -> None:
    """Compare with golden/<name>-<page>.png; `pages` is how many the whole paper has."""
    drawn = pages_of(content)
    chosen = {f"{name}-{number:02}.png": page for number, page in kept(drawn).items()}
    if os.environ.get("UPDATE_GOLDEN"):
        for file in FOLDER.glob(f"{name}-*.png"):
            file.unlink()
        for file, page in chosen.items():
            page.quantize(16).save(FOLDER / file, optimize=True)
    assert len(drawn) == pages
    assert sorted(file.name for file in FOLDER.glob(f"{name}-*.png")) == sorted(chosen)
    differing = {
        file: found
        for file, page in chosen.items()
        if (found := difference(page.quantize(16), Image.open(FOLDER / file))) > TOLERANCE
    }
    assert differing == {}
