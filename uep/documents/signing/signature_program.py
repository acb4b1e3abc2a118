"""The signatures in a PDF of a stranger. Runs as a program of its own, so that a hostile file harms nobody else.

`python signature_program.py SOURCE [TRUST [LENGTH]]` prints a line of JSON: {"signatures": [...]}, or {"refused": reason}.
TRUST is a PEM file with the roots that count as certified; LENGTH that of the file before it was signed. Nothing of the
product is imported here, nothing is fetched.
"""

import json
import logging
import resource
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

MEMORY = 1024 * 1024 * 1024
SECONDS = 30
MOST = 10  # signatures; a paper of an office has one or two


def described(embedded, roots: list) -> dict:
    context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")
    status = validate_pdf_signature(embedded, context, ts_validation_context=context)
    certificate = status.signing_cert
    begin, first, second, length = embedded.byte_range
    stamp = status.timestamp_validity
    stamped = bool(stamp and stamp.intact and stamp.valid)
    when = stamp.timestamp if stamped else status.signer_reported_dt
    return {
        "name": certificate.subject.native.get("common_name", ""),
        "issuer": certificate.issuer.native.get("common_name", "") or certificate.issuer.human_friendly,
        "self_made": certificate.self_signed != "no" or certificate.issuer == certificate.subject,
        "certified": bool(roots) and bool(status.trusted),
        "serial": f"{certificate.serial_number:x}",
        "valid_from": certificate.not_valid_before.isoformat(),
        "valid_until": certificate.not_valid_after.isoformat(),
        "at": when.isoformat() if when else "",
        "timestamped": stamped,
        "intact": bool(status.intact and status.valid),
        "whole": status.coverage.name == "ENTIRE_FILE" and begin == 0,
        "covered": second + length if begin == 0 and first <= second else 0,
        "digest": sha256(embedded.pkcs7_content.rstrip(b"\0")).hexdigest(),
    }


def only_signed(new: PdfFileReader, content: bytes, length: int) -> bool:
    """Does what follows the first `length` bytes add a signature and nothing else that a reader of the paper would see?

    pyHanko's own comparison wants a form in the earlier file and gives up on papers that had none.
    """
    old = PdfFileReader(BytesIO(content[:length]))
    if new.root_ref.idnum != old.root_ref.idnum:
        return False
    for revision in range(old.xrefs.total_revisions, new.xrefs.total_revisions):
        if new.xrefs.refs_freed_in_revision(revision):
            return False
        for ref in new.xrefs.explicit_refs_in_revision(revision):
            before = existing(old, ref)
            if before is not None and not harmless(before, new.get_object(ref), ref, old, new):
                return False
    return True


def existing(reader: PdfFileReader, ref: generic.Reference):
    """The object as that file had it; None where it had none of this number."""
    try:
        return reader.get_object(generic.Reference(ref.idnum, ref.generation, pdf=reader), never_decrypt=True)
    except PdfReadError:
        return None


def harmless(before, after, ref, old: PdfFileReader, new: PdfFileReader) -> bool:
    """May an object of the paper be replaced like this by whoever signs it?"""
    if ref.idnum == new.root_ref.idnum:
        return same_but(before, after, {"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Version"})
    if unseen(ref, old):
        return True
    if isinstance(before, generic.DictionaryObject) and before.get("/Type") == "/Page":
        kept = list(before.get("/Annots", ()))
        now = list(after.get("/Annots", ()))
        added = now[len(kept) :]
        return (
            same_but(before, after, {"/Annots"})
            and [written(one) for one in now[: len(kept)]] == [written(one) for one in kept]
            and all(is_mark(one.get_object(), after) for one in added)
        )
    return written(before) == written(after)


def unseen(ref, old: PdfFileReader) -> bool:
    """Is it what a file says about itself, which no page shows?"""
    places = [old.trailer.raw_get("/Info")] if "/Info" in old.trailer else []
    places += [old.root.raw_get("/Metadata")] if "/Metadata" in old.root else []
    return any(isinstance(one, generic.IndirectObject) and one.idnum == ref.idnum for one in places)


def is_mark(annotation, page) -> bool:
    """The field of a signature, covering no more than a quarter of its page."""
    left, bottom, right, top = (float(one) for one in annotation.get("/Rect", (0, 0, 0, 0)))
    box = page.get("/MediaBox", (0, 0, 0, 0))
    area = abs((float(box[2]) - float(box[0])) * (float(box[3]) - float(box[1])))
    return annotation.get("/FT") == "/Sig" and abs((right - left) * (top - bottom)) <= area / 4


def same_but(before, after, changeable: set[str]) -> bool:
    names = (set(before) | set(after)) - changeable
    return all(
        name in before and name in after and written(before.raw_get(name)) == written(after.raw_get(name))
        for name in names
    )


def written(thing) -> bytes:
    made = BytesIO()
    thing.write_to_stream(made, None)
    return made.getvalue()


def run(source: str, trust: str, length: int) -> dict:
    roots = list(load_certs_from_pemder([trust])) if trust else []
    content = Path(source).read_bytes()
    if b"%PDF-" not in content[:1024]:
        return {"refused": "not_pdf"}
    try:
        reader = PdfFileReader(BytesIO(content))
        if reader.encrypted:
            return {"refused": "encrypted"}
        found = reader.embedded_regular_signatures
    except PdfReadError:
        return {"refused": "damaged"}
    answers = []
    for embedded in found[:MOST]:
        covered = embedded.byte_range[2] + embedded.byte_range[3]
        answer = described(embedded, roots)
        answer["revision"] = sha256(content[:covered]).hexdigest() if 0 < covered <= len(content) else ""
        answer["long_term"] = "/DSS" in reader.root
        if length:
            answer["only_signed"] = only_signed(reader, content, length)
        answers.append(answer)
    return {"signatures": answers}


def main(source: str, trust: str = "", length: str = "0") -> None:
    """Limit this process, then work."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)
    try:
        found = run(source, trust, int(length))
    except (MemoryError, RecursionError):
        found = {"refused": "bomb"}
    except Exception:  # noqa: BLE001  a parser raises whatever a hostile file drives it into
        found = {"refused": "damaged"}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:4])
