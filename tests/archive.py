"""PDF/A-3b by its clauses (ISO 19005-3), and what a screen reader needs of the structure (ISO 14289-1, in part).

No validator of these norms can be installed with the others, so the clauses that our makers touch are asked here, each
of every object in the file. tests/documents/test_archive.py breaks a good file in each way to see that it is noticed.
"""

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

ACTIONS = {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans",
           "/GoTo3DView", "/JavaScript"}  # fmt: skip
HIDDEN, PRINTED = 1 | 2 | 32 | 256, 4  # flags of an annotation


def faults(content: bytes, *, tagged: bool = True) -> list[str]:
    """What keeps the file from being PDF/A-3b (and tagged); sorted sentences, none for a good one."""
    with pikepdf.open(BytesIO(content)) as pdf:
        found = {
            *_file(content, pdf),
            *_metadata(pdf),
            *_colours(pdf),
            *_objects(pdf),
            *_fonts(pdf),
            *_annotations(pdf),
            *_files(pdf),
            *(_tags(pdf) if tagged else ()),
        }
    return sorted(found)


def _file(content, pdf):
    head = content.split(b"\n", 2)
    if not head[0].startswith(b"%PDF-1.") or head[0][7:8] not in b"01234567":
        yield "6.1.2: the header names no version up to 1.7"
    if not (head[1].startswith(b"%") and len(head[1]) >= 5 and all(byte > 127 for byte in head[1][1:5])):
        yield "6.1.2: no binary comment behind the header"
    if "/ID" not in pdf.trailer:
        yield "6.1.3: no identifier in the trailer"
    if pdf.is_encrypted:
        yield "6.1.3: encrypted"


def _metadata(pdf):
    if "/Metadata" not in pdf.Root:
        yield "6.6.2: no metadata"
        return
    with pdf.open_metadata() as told:
        if (told.get("pdfaid:part"), str(told.get("pdfaid:conformance")).upper()) != ("3", "B"):
            yield "6.6.4: not declared as PDF/A-3b"
        if not told.get("dc:title"):
            yield "6.6.2: no title"
        if "/Title" in pdf.docinfo and str(pdf.docinfo.Title) != told.get("dc:title"):
            yield "6.6.3: the title differs from the metadata"


def _colours(pdf):
    intents = [one for one in pdf.Root.get("/OutputIntents", []) if one.get("/S") == "/GTS_PDFA1"]
    if len(intents) != 1 or intents[0].get("/DestOutputProfile") is None:
        yield "6.2.3: no output intent"
        return
    profile = intents[0].DestOutputProfile.read_bytes()
    if profile[36:40] != b"acsp" or profile[16:20] != b"RGB ":
        yield "6.2.3: the profile is none for RGB"
    for page in pdf.pages:
        if any(str(one.operator) in {"k", "K"} for one in pikepdf.parse_content_stream(page)):
            yield "6.2.4: colours for a printing press"


def _objects(pdf):
    if any(name in pdf.Root for name in ("/AA", "/Requirements", "/Perms", "/NeedsRendering")):
        yield "6.5.2: additional actions"
    names = pdf.Root.get("/Names", {})
    if "/JavaScript" in names or "/AlternatePresentations" in names:
        yield "6.5.1: a script"
    form = pdf.Root.get("/AcroForm", {})
    if form.get("/NeedAppearances") or "/XFA" in form:
        yield "6.4.1: a form without its looks"
    for one in _every(pdf):
        yield from _object(one)


def _every(pdf):
    """Every dictionary and stream, also those that stand inside another."""
    waiting = list(pdf.objects)
    while waiting:
        one = waiting.pop()
        if isinstance(one, Stream | Dictionary):
            yield one
            inside = [value for _, value in one.items()]
        elif isinstance(one, Array):
            inside = list(one)
        else:
            continue
        waiting += [value for value in inside if isinstance(value, Dictionary | Array) and not value.is_indirect]


def _object(one):
    if str(one.get("/S")) in ACTIONS or "/JS" in one:
        yield "6.5.1: a forbidden action"
    if one.get("/Type") == "/Page" and "/AA" in one:
        yield "6.5.2: additional actions"
    if not isinstance(one, Stream):
        return
    filters = one.get("/Filter", Array())
    if "/LZWDecode" in [str(name) for name in ([filters] if isinstance(filters, Name) else filters)]:
        yield "6.1.7: LZW"
    if "/F" in one:
        yield "6.1.7: a stream outside the file"
    if one.get("/Subtype") == "/Image":
        if one.get("/Interpolate") or "/Alternates" in one or "/OPI" in one:
            yield "6.2.8: a picture with alternatives"
        if one.get("/ColorSpace") == "/DeviceCMYK":
            yield "6.2.4: colours for a printing press"
    if one.get("/Subtype") == "/PS" or "/Ref" in one:
        yield "6.2.9: a form outside the file"


def _fonts(pdf):
    for one in _every(pdf):
        if one.get("/Type") != "/Font" or "/DescendantFonts" not in one:
            if one.get("/Type") == "/Font" and one.get("/Subtype") in {"/Type1", "/TrueType", "/Type3", "/MMType1"}:
                descriptor = one.get("/FontDescriptor", {})
                if not any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3")):
                    yield f"6.2.11.4: font {one.get('/BaseFont')} is not embedded"
            continue
        (below,) = one.DescendantFonts
        if not any(name in below.FontDescriptor for name in ("/FontFile2", "/FontFile3")):
            yield f"6.2.11.4: font {one.BaseFont} is not embedded"
        if "/ToUnicode" not in one:
            yield f"6.2.11.7: font {one.BaseFont} does not say which letters it shows"
        if one.get("/Encoding") != "/Identity-H":
            yield f"6.2.11.3: font {one.BaseFont} has a foreign encoding"
        if below.Subtype == "/CIDFontType2" and "/CIDToGIDMap" not in below:
            yield f"6.2.11.3: font {one.BaseFont} has no map of its glyphs"


def _annotations(pdf):
    for page in pdf.pages:
        for note in page.get("/Annots", []):
            left, bottom, right, top = (float(one) for one in note.Rect)
            flags = int(note.get("/F", 0))
            if note.Subtype != "/Popup" and (not flags & PRINTED or flags & HIDDEN):
                yield "6.3.2: an annotation that is not printed"
            if note.Subtype not in {"/Popup", "/Link"} and left != right and bottom != top and "/AP" not in note:
                yield "6.3.3: an annotation without its looks"
            if set(note.get("/AP", {})) - {"/N"}:
                yield "6.3.3: an annotation with several looks"


def _files(pdf):
    named = [str(one.get("/UF", "")) for one in pdf.Root.get("/AF", [])]
    held = [one for one in _every(pdf) if one.get("/Type") == "/Filespec"]
    for one in held:
        inside = one.get("/EF", {}).get("/F")
        if "/F" not in one or "/UF" not in one or inside is None:
            yield "6.8: an attached file without its names"
            continue
        if "/AFRelationship" not in one or str(one.UF) not in named:
            yield "6.8: an attached file that says not what it is to the paper"
        if "/Subtype" not in inside or "/ModDate" not in inside.get("/Params", {}):
            yield "6.8: an attached file without its kind or date"
    if sorted(named) != sorted(str(one.get("/UF", "")) for one in held) or sorted(named) != sorted(pdf.attachments):
        yield "6.8: attached files that the catalogue does not name"


def _tags(pdf):
    if not pdf.Root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in pdf.Root:
        yield "tags: none"
        return
    if str(pdf.Root.get("/Lang", "")) != "id":
        yield "tags: no language"
    if not pdf.Root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "tags: the window shows a file name"
    if "/ParentTree" not in pdf.Root.StructTreeRoot:
        yield "tags: no way from a page to its structure"
        return
    places = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    owners = {int(key): value for key, value in zip(places[::2], places[1::2], strict=True)}
    if len(owners) * 2 != len(places):
        yield "tags: two structures at one place"
    for page in pdf.pages:
        if "/StructParents" not in page:
            yield "tags: a page outside the structure"
            continue
        held = [one for one in owners[int(page.StructParents)] if isinstance(one, Dictionary)]
        if not held or any(one.Pg.objgen != page.obj.objgen for one in held if "/Pg" in one):
            yield "tags: a page with the structure of another"
    for one in _every(pdf):
        if one.get("/S") == "/Figure" and not str(one.get("/Alt", "")):
            yield "tags: a figure without words"
