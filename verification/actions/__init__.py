from verification.actions.decisions import approve, decline, promote, revisit, uphold_objection, waitlist
from verification.actions.desk import check, pass_on, reject, return_for_correction
from verification.actions.field import (
    assess,
    assign_team,
    discard_photo,
    draw_up_minutes,
    end_assignment,
    photograph,
    record_visit,
    visit_again,
)
from verification.actions.objections import (
    decide_objection,
    file_objection,
    object_publicly,
    publish,
    withdraw_publication,
)
from verification.actions.ranking import apply_ranking, set_shares, set_weights
from verification.actions.reports import (
    adopt_report,
    receive_part,
    send_report,
    set_aside_report,
    shut_out_device,
    take_along,
)

__all__ = [
    "adopt_report",
    "apply_ranking",
    "approve",
    "assess",
    "assign_team",
    "check",
    "decide_objection",
    "decline",
    "discard_photo",
    "draw_up_minutes",
    "end_assignment",
    "file_objection",
    "object_publicly",
    "pass_on",
    "photograph",
    "promote",
    "publish",
    "receive_part",
    "record_visit",
    "reject",
    "return_for_correction",
    "revisit",
    "send_report",
    "set_aside_report",
    "set_shares",
    "set_weights",
    "shut_out_device",
    "take_along",
    "uphold_objection",
    "visit_again",
    "waitlist",
    "withdraw_publication",
]
