"""The signatures in a PDF of a stranger. Runs as a program of its own, so that a hostile file harms nobody else.

`python signature_program.py SOURCE [TRUST]` prints one line of JSON: {"signatures": [...]}, or {"refused": reason}.
TRUST is a PEM file with the roots that count as certified. Nothing of the product is imported here, nothing is fetched.
"""

import json
import logging
import resource
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from pyhanko.keys import load_certs_from_pemder
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


def run(source: str, trust: str) -> dict:
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
        answers.append(answer)
    return {"signatures": answers}


def main(source: str, trust: str = "") -> None:
    """Limit this process, then work."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)
    try:
        found = run(source, trust)
    except (MemoryError, RecursionError):
        found = {"refused": "bomb"}
    except Exception:  # noqa: BLE001  a parser raises whatever a hostile file drives it into
        found = {"refused": "damaged"}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:3])
