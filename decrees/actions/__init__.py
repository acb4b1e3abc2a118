"""Step 3: drafted within budget and quota, endorsed on the way up, signed, changed only by an amending decree."""

from decrees.actions.amending import amend, keep, remove, replace
from decrees.actions.copying import certify_copy, issue_extracts
from decrees.actions.correcting import correct, drop_correction
from decrees.actions.drafting import add, cancel, draft, edit, recheck_social, set_number, strike
from decrees.actions.ink import confirm_signature, put_aside_scan, record_signature
from decrees.actions.revoking import revoke
from decrees.actions.rising import endorse, recall, return_draft, send_up
from decrees.actions.routes import set_route
from decrees.actions.settling import start_anew, take_up
from decrees.actions.signing import prepare, sign
from decrees.actions.wordings import draft_wording, edit_wording, enact_wording

__all__ = [
    "add",
    "amend",
    "cancel",
    "certify_copy",
    "confirm_signature",
    "correct",
    "draft",
    "draft_wording",
    "drop_correction",
    "edit",
    "edit_wording",
    "enact_wording",
    "endorse",
    "issue_extracts",
    "keep",
    "prepare",
    "put_aside_scan",
    "recall",
    "recheck_social",
    "record_signature",
    "remove",
    "replace",
    "return_draft",
    "revoke",
    "send_up",
    "set_number",
    "set_route",
    "sign",
    "start_anew",
    "strike",
    "take_up",
]
