"""Step 3: drafted within budget and quota, endorsed on the way up, signed, changed only by an amending decree."""

from decrees.actions.amending import amend, keep, remove, replace
from decrees.actions.copying import certify_copy, issue_extracts
from decrees.actions.correcting import correct, drop_correction
from decrees.actions.drafting import add, cancel, draft, edit, recheck_social, strike
from decrees.actions.revoking import revoke
from decrees.actions.rising import endorse, recall, return_draft, send_up
from decrees.actions.routes import set_route
from decrees.actions.signing import prepare, record_signature, sign

__all__ = [
    "add",
    "amend",
    "cancel",
    "certify_copy",
    "correct",
    "draft",
    "drop_correction",
    "edit",
    "endorse",
    "issue_extracts",
    "keep",
    "prepare",
    "recall",
    "recheck_social",
    "record_signature",
    "remove",
    "replace",
    "return_draft",
    "revoke",
    "send_up",
    "set_route",
    "sign",
    "strike",
]
