"""Step 3: drafted within budget and quota, endorsed on the way up, signed, changed only by an amending decree."""

from decrees.actions.amending import amend, keep, remove, replace
from decrees.actions.drafting import add, cancel, draft, edit, recheck_social, set_number, strike
from decrees.actions.ink import confirm_signature, put_aside_scan, record_signature
from decrees.actions.rising import endorse, recall, return_draft, send_up
from decrees.actions.signing import prepare, sign
from decrees.actions.wordings import draft_wording, edit_wording, enact_wording

__all__ = [
    "add",
    "amend",
    "cancel",
    "confirm_signature",
    "draft",
    "draft_wording",
    "edit",
    "edit_wording",
    "enact_wording",
    "endorse",
    "keep",
    "prepare",
    "put_aside_scan",
    "recall",
    "recheck_social",
    "record_signature",
    "remove",
    "replace",
    "return_draft",
    "send_up",
    "set_number",
    "sign",
    "strike",
]
