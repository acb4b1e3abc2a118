"""Is the PDF that somebody holds one of ours, byte for byte? Nothing of it is kept."""

import re
from dataclasses import dataclass
from hashlib import sha256

from uep.documents.models import OfficialDocument, Signing
from uep.documents.papers import is_public
from uep.documents.signing.reading import Unreadable, read

END = re.compile(rb"%%EOF(?:\r\n|\n|\r)?")
MOST_REVISIONS = 20  # a file that was saved more often than that is not looked at any further


@dataclass(frozen=True)
class Verdict:
    """What may be said of the file: kind is `ours`, `unsigned`, `altered`, `foreign`, `unknown` or `unreadable`."""

    kind: str
    document: OfficialDocument | None = None
    signatures: tuple[dict, ...] = ()
    reason: str = ""


def judge(content: bytes) -> Verdict:
    """Fingerprint first, then what the file was before somebody added to it, then the signatures inside."""
    digest = sha256(content).hexdigest()
    if document := _issued([digest]):
        return Verdict("ours", document)
    if Signing.objects.filter(sha256=digest).exists():
        return Verdict("unsigned")
    if document := _issued(_revisions(content)):
        return Verdict("altered", document)
    try:
        signatures = tuple(read(content))
    except Unreadable as error:
        return Verdict("unreadable", reason=str(error))
    marks = [one["digest"] for one in signatures]
    for row in Signing.objects.filter(signature__digest__in=marks).select_related("document__superseded_by"):
        if is_public(row.document):
            return Verdict("altered", row.document)
    return Verdict("foreign" if signatures else "unknown", signatures=signatures)


def _issued(digests: list[str]) -> OfficialDocument | None:
    """The document with one of these fingerprints, where it has a public page; the newest first."""
    rows = OfficialDocument.objects.filter(sha256__in=[one for one in digests if one])
    return next((row for row in rows.select_related("superseded_by", "signing") if is_public(row)), None)


def _revisions(content: bytes) -> list[str]:
    """Fingerprints of the file as it was at each of its ends: a PDF that is added to keeps what it was before."""
    found, running, at = [], sha256(), 0
    for match in list(END.finditer(content))[:MOST_REVISIONS]:
        running.update(content[at : match.end()])
        at = match.end()
        found.append(running.hexdigest())
    return found
