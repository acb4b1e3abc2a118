"""Golden texts of papers: what pdftotext reads must be what was read and approved before.

assert_golden(pdf_bytes, "bast")            # tests/papers/golden/bast.txt
UPDATE_GOLDEN=1 make test                   # writes the files; look at the difference before committing it
"""

import os
import re
import subprocess
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def text_of(content: bytes, *, layout: bool = True) -> str:
    """The text of a PDF line by line, gaps within a line made two blanks, empty lines left out (pdftotext of poppler).

    So the text does not hang on how wide a gap is; that is what one looks at pictures for.
    """
    command = ["pdftotext", "-enc", "UTF-8", *(["-layout"] if layout else []), "-", "-"]
    text = subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()
    lines = (re.sub(r" {2,}", "  ", line.strip()) for line in text.replace("\f", "\n=== halaman ===\n").splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def words_of(content: bytes) -> str:
    """The text of a PDF as one line, so that a sentence is found wherever it was broken."""
    return " ".join(text_of(content, layout=False).split())


def page_sizes(content: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in whole millimetres."""
    command = ["pdfinfo", "-l", "-1", "-"]
    text = subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()
    sizes = re.findall(r"size:\s+([\d.]+) x ([\d.]+) pts", text)
    return [(round(float(width) / 72 * 25.4), round(float(height) / 72 * 25.4)) for width, height in sizes]


def assert_golden(content: bytes, name: str, *, varying: dict[str, str] | None = None) -> None:
    """Compare the text with golden/<name>.txt; `varying` maps what differs from run to run to what stands for it."""
    text = text_of(content)
    for value, stand_in in (varying or {}).items():
        text = text.replace(value, stand_in)
    file = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        FOLDER.mkdir(exist_ok=True)
        file.write_text(text)
    assert file.exists(), f"no golden text {file.name}; read the paper, then run once with UPDATE_GOLDEN=1"
    assert text == file.read_text()
