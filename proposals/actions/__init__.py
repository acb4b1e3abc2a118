from proposals.actions.attachments import attach, attach_to_letter, detach
from proposals.actions.drafts import budget, draft, edit, reveal
from proposals.actions.letters import (
    answer_defects,
    dispose,
    edit_letter,
    open_letter,
    put_in_letter,
    resubmit,
    send_back,
    submit,
    withdraw,
)

__all__ = [
    "answer_defects",
    "attach",
    "attach_to_letter",
    "budget",
    "detach",
    "dispose",
    "draft",
    "edit",
    "edit_letter",
    "open_letter",
    "put_in_letter",
    "resubmit",
    "reveal",
    "send_back",
    "submit",
    "withdraw",
]
