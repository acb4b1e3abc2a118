"""Read the first visible sheet of an XLSX as a stream, in a process of its own. Run as a script: path in, JSON lines out.

A register of a million rows is no block to hold in memory, as spreadsheet libraries do: the sheet's XML is parsed as it
is unpacked, and only the texts that cells share are kept. Little memory and limited time, whatever the file pretends.
Stands alone: it imports nothing of ours.

Each line is [row number, [cells]]; before them may come {"rows": how many the sheet says it has}, and the last one is
{"merged": [first row, last row, "A2:A5"]...}. Cells: text, number, true or false.
"""

import json
import re
import resource
import sys
import zipfile
import zlib
from array import array
from datetime import date, timedelta
from xml.parsers import expat

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 900
MAX_CELL = 2_000  # characters
MAX_MERGED = 20  # as many as a message can name
PIECE = 256 * 1024
DAMAGED, TOO_BIG, NO_SHEET = 11, 12, 13  # how it ends; read by opening.py

NO_RESULT = "#RUMUS!"  # a formula that was never calculated
DAY_ZERO = date(1899, 12, 30)
DATE_FORMATS = {*range(14, 23), *range(45, 48)}
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"


def local(name):
    return name.rpartition(" ")[2]


def parse(stream, *, start, end=None, text=None):
    """Feed a member's XML to handlers; a document type, the door of entity bombs, is refused."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse_doctype
    while piece := stream.read(PIECE):
        parser.Parse(piece)
    parser.Parse(b"", True)


def refuse_doctype(*_):
    raise ValueError("a document type")


def elements(archive, member):
    """[(name, attributes)] of a small member."""
    found = []
    with archive.open(member) as stream:
        parse(stream, start=lambda name, attributes: found.append((local(name), attributes)))
    return found


class SharedTexts:
    """The texts that cells point at, one behind the other, without an object for each."""

    def __init__(self, archive):
        self.ends, self.bytes, self.current, self.reading, self.phonetic = array("Q"), bytearray(), [], False, False
        if "xl/sharedStrings.xml" in archive.namelist():
            with archive.open("xl/sharedStrings.xml") as stream:
                parse(stream, start=self.start, end=self.end, text=self.text)

    def start(self, name, _):
        name = local(name)
        if name == "si":
            self.current = []
        self.phonetic = self.phonetic or name == "rPh"
        self.reading = name == "t" and not self.phonetic

    def text(self, data):
        if self.reading:
            self.current.append(data)

    def end(self, name):
        name = local(name)
        self.reading = False
        if name == "rPh":
            self.phonetic = False
        if name == "si":
            self.bytes += "".join(self.current)[:MAX_CELL].encode()
            self.ends.append(len(self.bytes))

    def __getitem__(self, index):
        return self.bytes[self.ends[index - 1] if index else 0 : self.ends[index]].decode()


class Sheet:
    """Writes each row as it ends."""

    def __init__(self, texts, dates, width, tell):
        self.texts, self.dates, self.width, self.tell = texts, dates, width, tell
        self.number = self.column = 0
        self.cells, self.merged = [], []
        self.kind = self.style = ""
        self.value, self.taking, self.formula = [], False, False

    def start(self, name, attributes):
        name = local(name)
        if name == "c":
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
            place = attributes.get("r", "")
            self.column = column_of(place) if place else self.column + 1
            self.value, self.formula = [], False
        elif name in {"v", "t"}:
            self.taking = True
        elif name == "f":
            self.formula = True
        elif name == "row":
            self.number = int(attributes.get("r", self.number + 1))
            self.cells, self.column = [], -1
        elif name == "mergeCell":
            self.merge(attributes.get("ref", ""))
        elif name == "dimension":
            rows = rows_of(attributes.get("ref", ""))
            self.tell({"rows": rows[-1] if rows else 0})

    def merge(self, place):
        """The first ones are kept, and of the others the one that reaches furthest down."""
        rows = rows_of(place)
        if rows and len(self.merged) < MAX_MERGED:
            self.merged.append([rows[0], rows[-1], place[:40]])
        elif rows and rows[-1] > self.merged[-1][1]:
            self.merged[-1] = [rows[0], rows[-1], place[:40]]

    def text(self, data):
        if self.taking:
            self.value.append(data)

    def end(self, name):
        name = local(name)
        if name in {"v", "t"}:
            self.taking = False
        elif name == "c":
            if 0 <= self.column < self.width:
                self.cells += [""] * (self.column - len(self.cells))
                self.cells.append(self.meaning("".join(self.value)[:MAX_CELL]))
        elif name == "row":
            self.tell([self.number, self.cells])

    def meaning(self, value):
        if not value:
            return NO_RESULT if self.formula and self.kind != "str" else ""
        if self.kind == "s":
            return self.texts[int(value)]
        if self.kind == "b":
            return value == "1"
        if self.kind in {"str", "inlineStr", "e", "d"}:
            return value
        number = float(value)
        if not -1e300 < number < 1e300:
            return ""
        if self.style in self.dates and 0 < number < 80_000:
            return (DAY_ZERO + timedelta(days=int(number))).isoformat()
        return number


def rows_of(place):
    """The first and last row of "A2:C5"."""
    return sorted(int(digits) for digits in re.findall(r"[A-Z]+(\d+)", place))


def column_of(place):
    column = 0
    for letter in place:
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - 64
    return column - 1


def date_styles(archive):
    """Numbers of the cell formats, as text, that show a number as a date."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    custom, styles, inside = set(), [], False
    for name, attributes in elements(archive, "xl/styles.xml"):
        if name == "numFmt":
            shown = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", attributes.get("formatCode", "")).lower()
            if re.search(r"[dy]", shown):
                custom.add(attributes.get("numFmtId"))
        elif name in {"cellXfs", "cellStyleXfs", "cellStyles"}:
            inside = name == "cellXfs"
        elif name == "xf" and inside:
            styles.append(attributes.get("numFmtId", "0"))
    return {
        str(at) for at, code in enumerate(styles) if code in custom or (code.isdigit() and int(code) in DATE_FORMATS)
    }


def first_sheet(archive):
    targets = {
        a.get("Id"): a.get("Target", "")
        for n, a in elements(archive, "xl/_rels/workbook.xml.rels")
        if n == "Relationship"
    }
    for name, attributes in elements(archive, "xl/workbook.xml"):
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            target = targets.get(attributes.get(RELATION), "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if path in archive.namelist():
                return path
    return sys.exit(NO_SHEET)


def main(path, width):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def tell(line):
        sys.stdout.write(json.dumps(line))
        sys.stdout.write("\n")

    try:
        with zipfile.ZipFile(path) as archive:
            member = first_sheet(archive)
            sheet = Sheet(SharedTexts(archive), date_styles(archive), width, tell)
            with archive.open(member) as stream:
                parse(stream, start=sheet.start, end=sheet.end, text=sheet.text)
        tell({"merged": sheet.merged})
        sys.stdout.flush()
    except MemoryError:
        sys.exit(TOO_BIG)
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        KeyError,
        IndexError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ):
        sys.exit(DAMAGED)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
