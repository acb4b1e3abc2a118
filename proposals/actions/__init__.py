from proposals.actions.attachments import attach, attach_to_letter, detach
from proposals.actions.deliberations import record_deliberation
from proposals.actions.drafts import budget, draft, edit, fill_from_registry, print_papers, recheck_social, reveal
from proposals.actions.duplicates import decide_case
from proposals.actions.imports import import_list, read_list
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
from proposals.actions.programmes import add_programme, add_requirement, edit_programme, edit_requirement
from proposals.actions.rules import ask_exception, draft_rules, edit_rules, enact_rules, override_rule

__all__ = [
    "add_programme",
    "add_requirement",
    "answer_defects",
    "ask_exception",
    "attach",
    "attach_to_letter",
    "budget",
    "decide_case",
    "detach",
    "dispose",
    "draft",
    "draft_rules",
    "edit",
    "edit_letter",
    "edit_programme",
    "edit_requirement",
    "edit_rules",
    "enact_rules",
    "fill_from_registry",
    "import_list",
    "open_letter",
    "override_rule",
    "print_papers",
    "put_in_letter",
    "read_list",
    "recheck_social",
    "record_deliberation",
    "resubmit",
    "reveal",
    "send_back",
    "submit",
    "withdraw",
]
