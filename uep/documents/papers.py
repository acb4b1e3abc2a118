"""What an official paper is. Each app declares its own in its papers.py; nothing here knows them by name.

class HandoverMinutes(Paper):
    code = "bast"                      # also templates/papers/bast.html
    title = "Berita Acara Serah Terima"
    series = "bast"
    pattern = "460/{no}/BAST/{bulan_romawi}/{tahun}"

    @staticmethod
    def context(handover, document): ...
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

# The longest piece that is laid out at once; memory grows with it (docs: libraries, WeasyPrint).
ROWS_PER_PIECE = 1_000

# Width and height upright, in mm. F4 is the office's folio; F4/2 the half sheet of the lembar disposisi.
SIZES = {"F4": (215, 330), "A4": (210, 297), "F4/2": (165, 215)}
FONTS = {"arial", "bookman"}

PAPERS: dict[str, type["Paper"]] = {}
# Number series named by papers: code -> (title, default pattern); the office may change the pattern in the database.
SERIES: dict[str, tuple[str, str]] = {}


def declare_series(code: str, title: str, pattern: str) -> None:
    """Make a number series known. Two declarations of one code must say the same."""
    if SERIES.setdefault(code, (title, pattern)) != (title, pattern):
        raise ValueError(f"two number series called {code}")


@dataclass(frozen=True)
class Attached:
    """A file inside the PDF of an issued paper: the data of which the paper is the picture."""

    name: str
    kind: str  # "text/csv"
    description: str
    content: bytes


class Paper:
    """One kind of paper. Subclassing registers it; two with one code raise at import."""

    code: str  # as the office calls it
    title: str  # "Surat Tugas"
    series: str | None = None  # number series; None for papers without a number
    series_title: str = ""  # how the series is called on the page of patterns; default: the paper's title
    pattern: str = ""  # default pattern of the series, see uep.documents.numbering.TAGS
    number_by_hand: bool = False  # may a number that the records desk took by hand be kept for it?
    size: str = "F4"
    landscape: bool = False
    font: str = "arial"
    issued: bool = True  # False: a printout, rendered on demand, neither numbered nor stored
    public: bool = True  # has a verification page behind its QR code; printouts never do

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.code in PAPERS:
            raise ValueError(f"two papers called {cls.code}")
        if cls.size not in SIZES or cls.font not in FONTS:
            raise ValueError(f"paper {cls.code}: unknown size or font")
        if cls.series and not cls.issued:
            raise ValueError(f"paper {cls.code}: a printout has no number")
        if cls.series:
            declare_series(cls.series, cls.series_title or cls.title, cls.pattern)
        PAPERS[cls.code] = cls

    @staticmethod
    def context(subject, document) -> dict:
        """What the template shows beyond the common words of uep.documents.render.common_context.

        `document` is None for printouts and previews. A key "images" maps names to bytes (JPEG or PNG), or to
        functions that return bytes; the template shows them as <img src="uep:image/NAME">.
        """
        raise NotImplementedError

    @staticmethod
    def facts(subject) -> dict:
        """What is frozen when the paper is issued, and shown live in a preview (JSON-able).

        By convention "signatories": a list of snapshots of uep.office (name, nip, rank, title, ...), the first of
        which signs.
        """
        return {}

    @staticmethod
    def scope(subject) -> dict:
        """Who besides the office may see it: {"village": Region or None, "bank": Bank or None}."""
        return {"village": None, "bank": None}

    @classmethod
    def describe(cls, subject) -> str:
        """The title of the issued document in lists and on the verification page; no personal data."""
        return cls.title

    @staticmethod
    def public_facts(subject) -> list[tuple[str, str]]:
        """(label, value) pairs of the public verification page; no personal data. Frozen at issue."""
        return []

    @staticmethod
    def public_now(document) -> list[tuple[str, str]]:
        """(label, value) pairs of the public verification page that may change after issue; no personal data."""
        return []

    @staticmethod
    def attachments(subject) -> list[Attached]:
        """What an issued paper carries inside its PDF for machines; never more than its pages show."""
        return []

    @staticmethod
    def chunks(subject) -> Iterable[list] | None:
        """Rows of a long annex, in lists of at most ROWS_PER_PIECE; None for a paper without one.

        Each list is laid out as a piece of its own (in the template: `rows`) and the pieces become one PDF.
        """
        return None


def is_public(document) -> bool:
    """Has the issued document a verification page? (One of a paper that no app declares any more keeps its page.)"""
    paper = PAPERS.get(document.paper)
    return paper is None or paper.public


def in_pieces(rows: Iterable, size: int = ROWS_PER_PIECE) -> Iterator[list]:
    """Cut rows into lists for `Paper.chunks`; no rows give one empty list, so that the annex is still printed."""
    rows = iter(rows)
    piece = list(islice(rows, size))
    yield piece
    while piece := list(islice(rows, size)):
        yield piece
