from distribution.actions.accounts import accept_accounts, check_account, correct_account, reveal_accounts
from distribution.actions.agreements import confirm_agreement, propose_agreement
from distribution.actions.handovers import hand_over, visit
from distribution.actions.layouts import add_layout, edit_layout, show_password, take_list
from distribution.actions.outreach import add_paper, cancel_session, plan_session, record_session
from distribution.actions.payments import (
    fail_payment,
    pay,
    recall_list,
    record_sp2d,
    release_list,
    retry,
    reverse_payment,
    send_list,
)
from distribution.actions.readings import read_results
from distribution.actions.treasury import return_funds

__all__ = [
    "accept_accounts",
    "add_layout",
    "add_paper",
    "cancel_session",
    "check_account",
    "confirm_agreement",
    "correct_account",
    "edit_layout",
    "fail_payment",
    "hand_over",
    "pay",
    "plan_session",
    "propose_agreement",
    "read_results",
    "recall_list",
    "record_session",
    "record_sp2d",
    "release_list",
    "retry",
    "return_funds",
    "reveal_accounts",
    "reverse_payment",
    "send_list",
    "show_password",
    "take_list",
    "visit",
]
