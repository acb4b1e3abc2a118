"""Electronic signatures on issued papers: who signs how, the key, the paper that waits, and what a signature says."""

from uep.documents.signing.checking import Verdict, judge
from uep.documents.signing.keys import Method, Signer, WrongPassphrase, method_of, signer_for
from uep.documents.signing.manuscripts import (
    MAX_TRIES,
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
from uep.documents.signing.reading import Unreadable, read

__all__ = [
    "MAX_TRIES",
    "Method",
    "Signer",
    "Unreadable",
    "Verdict",
    "WrongPassphrase",
    "claim",
    "content_of",
    "finish",
    "give_back",
    "judge",
    "live",
    "method_of",
    "prepare",
    "read",
    "render",
    "signer_for",
    "store_signed",
    "void",
    "why_locked",
    "wrong_try",
]
