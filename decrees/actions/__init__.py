"""Step 3: drafted within budget and quota, endorsed on the way up, signed, changed only by an amending decree."""

from decrees.actions.amending import amend, keep, remove, replace
from decrees.actions.drafting import add, cancel, draft, edit, recheck_social, strike
from decrees.actions.rising import endorse, recall, return_draft, send_up
from decrees.actions.settling import start_anew, take_up
from decrees.actions.signing import prepare, record_signature, sign

__all__ = [
    "add",
    "amend",
    "cancel",
    "draft",
    "edit",
    "endorse",
    "keep",
    "prepare",
    "recall",
    "recheck_social",
    "record_signature",
    "remove",
    "replace",
    "return_draft",
    "send_up",
    "sign",
    "start_anew",
    "strike",
    "take_up",
]
