"""Electronic signatures on issued papers: who signs how, the key, the paper that waits, and what a signature says."""

from uep.documents.signing.checking import Verdict, judge
from uep.documents.signing.keys import Method, Signer, Standing, method_of, signer_for, standing_of
from uep.documents.signing.manuscripts import (
    BUSY,
    MAX_TRIES,
    UNSETTLED,
    as_document,
    claim,
    content_of,
    finish,
    give_back,
    live,
    prepare,
    render,
    store_signed,
    void,
    why_locked,
    wrong_try,
)
from uep.documents.signing.outcomes import NotSigned, Trace, Unclear, WrongPassphrase
from uep.documents.signing.reading import Unreadable, read
from uep.documents.signing.unclear import RowTrace, abandon, fail, hold, refuse_doubtful, release, result_of

__all__ = [
    "BUSY",
    "MAX_TRIES",
    "UNSETTLED",
    "Method",
    "NotSigned",
    "RowTrace",
    "Signer",
    "Standing",
    "Trace",
    "Unclear",
    "Unreadable",
    "Verdict",
    "WrongPassphrase",
    "abandon",
    "as_document",
    "claim",
    "content_of",
    "fail",
    "finish",
    "give_back",
    "hold",
    "judge",
    "live",
    "method_of",
    "prepare",
    "read",
    "refuse_doubtful",
    "release",
    "render",
    "result_of",
    "signer_for",
    "standing_of",
    "store_signed",
    "void",
    "why_locked",
    "wrong_try",
]
