"""The pages of a PDF as pictures. Runs as a program of its own, as pdf_cleaning does and for the same reason.

`python pdf_pages.py SOURCE FOLDER MAX_PAGES DPI` writes FOLDER/001.jpg, 002.jpg and so on, and prints one line of JSON:
{"pages": n}, or {"refused": reason} with a reason of intake.PDF_REFUSALS. Nothing else of the product is imported here.
"""

import json
import resource
import sys
from pathlib import Path

import pypdfium2

MEMORY = 1024 * 1024 * 1024
SECONDS = 120
MAX_SIDE = 4000  # an A3 scan at 200 dpi has 3,300; a page that claims to be a football field is drawn smaller


def run(source: str, folder: str, max_pages: int, dpi: int) -> dict:
    """Draw every page of `source` into `folder`."""
    try:
        pdf = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        return {"refused": "encrypted" if "password" in str(error).lower() else "damaged"}
    if not len(pdf):
        return {"refused": "empty"}
    if len(pdf) > max_pages:
        return {"refused": "pages"}
    for number, page in enumerate(pdf, 1):
        longest = max(page.get_size())
        picture = page.render(scale=min(dpi / 72, MAX_SIDE / longest)).to_pil().convert("RGB")
        picture.save(Path(folder) / f"{number:03}.jpg", "JPEG", quality=80)
        page.close()
    return {"pages": len(pdf)}


def main(source: str, folder: str, max_pages: str, dpi: str) -> None:
    """Limit this process, then work."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        found = run(source, folder, int(max_pages), int(dpi))
    except (MemoryError, OverflowError):
        found = {"refused": "bomb"}
    except Exception:  # noqa: BLE001  a parser raises whatever a hostile file drives it into
        found = {"refused": "damaged"}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
