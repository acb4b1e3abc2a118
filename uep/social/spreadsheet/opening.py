"""From a kept file to its rows, one after the other: CSV of any delimiter and encoding, or XLSX. Memory stays flat."""

import codecs
import csv
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError

from uep.social.spreadsheet import cage

MAX_COLUMNS = 100
PIECE = 256 * 1024
LOOKED_AT = 20  # rows, to tell the delimiter
DELIMITERS = ",;\t|"
CAGE = Path(cage.__file__)
MEND = "Perbaiki di Excel atau LibreOffice, simpan, lalu unggah lagi."
AS_CSV = "Simpan sebagai CSV UTF-8 (pisahan koma), lalu unggah lagi."
ENDINGS = {
    cage.DAMAGED: f"Buku kerja Excel ini rusak atau tidak utuh. {AS_CSV}",
    cage.TOO_BIG: f"Buku kerja Excel ini terlalu besar untuk dibaca. {AS_CSV}",
    cage.NO_SHEET: f"Buku kerja Excel ini tidak punya lembar yang terlihat. {MEND}",
}


class Unreadable(ValidationError):
    """The file as a whole cannot be read; `messages[0]` says why and what to do."""


class Line(NamedTuple):
    """A row as the file counts it, the first being 1; `done` is the share of the file that was read by then, 0 to 1."""

    number: int
    cells: list[Any]
    done: float


@contextmanager
def lines_of(file, *, header: int = 0) -> Iterator[Iterator[Line]]:
    """The rows of an open binary file, blank ones left out. `header` is the row of its column titles, once it is known.

    Raises Unreadable while the rows are read: the file is damaged, too wide, or merges cells below the header.
    """
    with on_disk(file) as path:
        with Path(path).open("rb") as head:
            is_workbook = head.read(4) == b"PK\3\4"
        with closing(workbook_lines(path, header) if is_workbook else text_lines(path)) as lines:
            yield lines


@contextmanager
def on_disk(file) -> Iterator[str]:
    """The path of the bytes; those of object storage are fetched into a temporary file."""
    name = getattr(file, "name", "")
    if name and Path(name).is_absolute() and Path(name).exists():
        yield name
        return
    with tempfile.NamedTemporaryFile(prefix="uep-data-sosial-") as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy)
        copy.flush()
        yield copy.name


# Text -----------------------------------------------------------------------------------------------------------------


def encoding_of(path: str) -> str:
    """UTF-8 (with or without its mark), UTF-16 by its mark, else Windows' single bytes."""
    with Path(path).open("rb") as file:
        head = file.read(2)
        if head in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            return "utf-16"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        try:
            while piece := file.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def delimiter_of(text: str) -> str:
    """The separator that cuts the first rows into most columns, equally many in most of them."""
    worth = {}
    for delimiter in DELIMITERS:
        with suppress(csv.Error):
            rows = [row for row in islice(csv.reader(io.StringIO(text), delimiter=delimiter), LOOKED_AT) if any(row)]
            widths = Counter(map(len, rows[:-1] or rows))  # the last one may be cut off
            if widths:
                width, times = widths.most_common(1)[0]
                worth[delimiter] = (width - 1) * times
    return max(worth, key=worth.get, default=",")


def text_lines(path: str) -> Iterator[Line]:
    size = Path(path).stat().st_size or 1
    encoding = encoding_of(path)
    with Path(path).open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="")
        delimiter = delimiter_of(text.read(PIECE // 4))
        text.seek(0)
        number, done = 0, 0.0
        try:
            for cells in csv.reader(text, delimiter=delimiter, strict=True):
                number += 1
                if number % 500 == 0:
                    done = min(raw.tell() / size, 1.0)
                if any(cells):
                    check_width(cells)
                    yield Line(number, cells, done)
        except csv.Error as error:
            raise Unreadable(
                f'Baris {number + 1} tidak terbaca: tanda kutip (") tidak berpasangan, atau isinya terlalu panjang. {MEND}',
                code="quotes",
            ) from error


def check_width(cells: list) -> None:
    if len(cells) > MAX_COLUMNS:
        raise Unreadable(
            f"Berkas ini punya lebih dari {MAX_COLUMNS} kolom. Hapus kolom yang tidak perlu, simpan, lalu unggah lagi.",
            code="too_wide",
        )


# Workbook ---------------------------------------------------------------------------------------------------------------


def workbook_lines(path: str, header: int) -> Iterator[Line]:
    """The rows of the first visible sheet, parsed in a process of its own (see cage.py)."""
    program = [sys.executable, "-I", str(CAGE), path, str(MAX_COLUMNS + 1)]
    expected = 0
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8") as reader:
        try:
            merged = None
            for told in reader.stdout:
                line = json.loads(told)
                if isinstance(line, dict):
                    expected, merged = line.get("rows", expected), line.get("merged")
                    continue
                number, cells = line
                if any(cell != "" for cell in cells):
                    check_width(cells)
                    yield Line(number, cells, min(number / expected, 1.0) if expected else 0.5)
        except BaseException:
            reader.kill()
            raise
        ended = reader.wait()
    if ended or merged is None:
        raise Unreadable(ENDINGS.get(ended, ENDINGS[cage.TOO_BIG]), code="damaged")
    if below := [place for _, last, place in merged if header and last > header]:
        raise Unreadable(
            f"Ada sel gabungan (merge) di {below[0]}, sehingga isi barisnya tidak pasti. Pisahkan sel gabungan, isi setiap "
            "barisnya, simpan, lalu unggah lagi.",
            code="merged",
        )
