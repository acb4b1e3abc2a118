"""Take everything active out of a PDF. Runs as a program of its own, so that a hostile file costs one small process.

`python pdf_cleaning.py SOURCE TARGET MAX_PAGES` writes the cleaned copy and prints one line of JSON: {"pages": n, "signed": bool},
or {"refused": reason} with a reason of intake.PDF_REFUSALS. Nothing else of the product is imported here: the parser of
a stranger's file has no settings, no database and no more memory and time than it is given below.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import pikepdf

# qpdf inflates object streams whole: a 1 MB file can ask for gigabytes. The address space counts shared libraries too.
MEMORY = 768 * 1024 * 1024
SECONDS = 30
INFLATED = 64 * 1024 * 1024  # one stream that the parser itself must read; real ones hold kilobytes
OUTPUT = 40 * 1024 * 1024
MAX_OBJECTS = 200_000

# What is carried over from the old file; everything else of the catalogue and of a page is left behind.
CATALOGUE_KEPT = {"/Type", "/Pages", "/Version", "/OCProperties", "/PageLabels", "/ViewerPreferences", "/PageLayout",
                  "/Lang", "/OutputIntents", "/MarkInfo", "/StructTreeRoot"}  # fmt: skip
PAGE_KEPT = {"/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Contents",
             "/Rotate", "/Group", "/UserUnit", "/StructParents", "/Tabs"}  # fmt: skip
# Wherever else something hangs: keys that run, embed or tell about the maker are dropped, actions are emptied.
HIDDEN_KEYS = {"/JS", "/JavaScript", "/OpenAction", "/AA", "/EmbeddedFiles", "/EF", "/AF", "/RichMediaContent", "/XFA",
               "/Metadata", "/PieceInfo"}  # fmt: skip
ACTIONS = {"/JavaScript", "/Launch", "/URI", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie",
           "/Sound", "/RichMediaExecute", "/GoTo3DView", "/Trans", "/Thread", "/ResetForm"}  # fmt: skip
# In a signed file, which is kept as it is, links are borne with; these are not.
DANGEROUS_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA"}
DANGEROUS_ACTIONS = ACTIONS - {"/URI", "/Trans", "/Thread", "/ResetForm"}


class RefusedPdf(Exception):
    """args[0] is a key of intake.PDF_REFUSALS."""


def dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the file, those of streams and those inside arrays included."""
    if len(pdf.objects) > MAX_OBJECTS:
        raise RefusedPdf("bomb")
    for thing in pdf.objects:
        yield from directly_inside(thing, 0)


def directly_inside(thing, depth: int) -> Iterator[pikepdf.Object]:
    if depth > 200:
        raise RefusedPdf("bomb")
    if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary):
        dictionary = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
        yield dictionary
        inner = [value for _, value in dictionary.items()]  # a list: the caller may drop keys
    elif isinstance(thing, pikepdf.Array):
        inner = list(thing)
    else:
        return
    for item in inner:
        if isinstance(item, pikepdf.Object) and not item.is_indirect:
            yield from directly_inside(item, depth + 1)


def is_signed(pdf: pikepdf.Pdf) -> bool:
    """Does a form field carry a signature over the bytes of this file?"""
    return "/AcroForm" in pdf.Root and any("/ByteRange" in one and "/Contents" in one for one in dictionaries(pdf))


def is_dangerous(pdf: pikepdf.Pdf) -> bool:
    return any(DANGEROUS_KEYS & set(one.keys()) or str(one.get("/S")) in DANGEROUS_ACTIONS for one in dictionaries(pdf))


def drop(dictionary, keys) -> None:
    for key in set(keys) & set(dictionary.keys()):
        del dictionary[key]


def clean(pdf: pikepdf.Pdf) -> None:
    """Leave the pages as they look on paper and nothing that acts, embeds or tells about its maker."""
    # What was typed or stamped onto the pages becomes part of them; then no annotation is needed any more.
    pdf.generate_appearance_streams()
    pdf.flatten_annotations("all")
    drop(pdf.Root, set(pdf.Root.keys()) - CATALOGUE_KEPT)
    drop(pdf.trailer, set(pdf.trailer.keys()) - {"/Root", "/Size", "/ID", "/Prev"})
    for page in pdf.pages:
        drop(page.obj, set(page.obj.keys()) - PAGE_KEPT)
    for one in dictionaries(pdf):
        drop(one, HIDDEN_KEYS)
        if str(one.get("/S")) in ACTIONS:
            drop(one, one.keys())
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Stream) and str(thing.get("/Filter")) in {"/DCTDecode", '["/DCTDecode"]'}:
            strip_embedded_photo(thing)


def strip_embedded_photo(stream: pikepdf.Stream) -> None:
    """A photo put into a PDF keeps its EXIF, with the place where it was taken, unless it is cut out here."""
    raw = stream.read_raw_bytes()
    stripped = without_metadata(raw)
    if stripped is not None and len(stripped) < len(raw):
        stream.write(stripped, filter=pikepdf.Name.DCTDecode, decode_parms=stream.get("/DecodeParms"))


def without_metadata(jpeg: bytes) -> bytes | None:
    """The JPEG without comments and application segments but JFIF, ICC and Adobe's colour mark; None when not a JPEG."""
    if not jpeg.startswith(b"\xff\xd8"):
        return None
    kept, at = [b"\xff\xd8"], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == 0xDA:  # the picture itself begins
            return b"".join([*kept, jpeg[at:]])
        length = 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        is_metadata = marker == 0xFE or (0xE1 <= marker <= 0xEF and marker not in {0xE2, 0xEE})
        if not is_metadata:
            kept.append(jpeg[at : at + length])
        at += length
    return None


def check_result(target: str, pages: int) -> None:
    """Read the copy strictly: mended damage can come out as a file that only a forgiving reader opens."""
    with pikepdf.open(target, attempt_recovery=False) as again:
        if len(again.pages) != pages or is_dangerous(again):
            raise RefusedPdf("damaged")


def run(source: str, target: str, max_pages: int) -> dict:
    """Clean `source` into `target` and say what it is; a digitally signed file is only judged, not rewritten."""
    try:
        pdf = pikepdf.open(source)
    except pikepdf.PasswordError:
        raise RefusedPdf("encrypted") from None
    with pdf:
        if pdf.is_encrypted:
            raise RefusedPdf("encrypted")
        pages = len(pdf.pages)
        if pages > max_pages:
            raise RefusedPdf("pages")
        signed = is_signed(pdf)
        if signed and is_dangerous(pdf):
            raise RefusedPdf("signed_and_active")
        if not signed:
            clean(pdf)
            # Into the waiting file itself; given a path, pikepdf would put a new file in its place.
            with Path(target).open("wb") as cleaned:
                pdf.save(
                    cleaned,
                    deterministic_id=True,  # the same scan sent twice gives the same bytes
                    object_stream_mode=pikepdf.ObjectStreamMode.generate,
                    stream_decode_level=pikepdf.StreamDecodeLevel.none,
                    fix_metadata_version=False,
                )
            check_result(target, pages)
    return {"pages": pages, "signed": signed}


def main(source: str, target: str, max_pages: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=INFLATED,
        run_length_max_memory=INFLATED,
        png_max_memory=INFLATED,
        tiff_max_memory=INFLATED,
        dct_max_memory=INFLATED,
        max_stream_filters=4,
        doc_max_warnings=1000,
        parser_max_container_size=1_000_000,
    )
    try:
        answer = run(source, target, int(max_pages))
    except RefusedPdf as refusal:
        answer = {"refused": refusal.args[0]}
    except MemoryError:
        answer = {"refused": "bomb"}
    except Exception as error:  # noqa: BLE001  a hostile file drives the parser into whatever it likes
        # A stream beyond the limits is skipped by qpdf, and what it held is missing: damaged, as far as we go.
        answer = {"refused": "empty" if str(error).endswith("no pages found") else "damaged"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:4])
