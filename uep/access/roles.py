"""Who is who, and who is granted which act. One page, readable by someone who does not program (design, 5)."""

from django.db.models import TextChoices


class Role(TextChoices):
    VILLAGE = "village", "Operator Desa/Kelurahan"
    STAFF = "staff", "Staf/Jafung"
    DIVISION_HEAD = "division_head", "Kepala Bidang"
    SECRETARY = "secretary", "Sekretaris"
    OFFICE_HEAD = "office_head", "Kepala Dinas"
    REGENT = "regent", "Bupati"
    BANK = "bank", "Petugas bank"
    AUDITOR = "auditor", "Inspektorat"
    ADMIN = "admin", "Administrator"


# Every role: its own desk, its own notices, its own account.
EVERYONE = frozenset({
    "accounts.view_account", "accounts.change_password", "oversight.desk", "notices.view", "notices.read",
})  # fmt: skip

# Reads of the flow for the people of the office.
OFFICE_READS = frozenset({
    "proposals.view", "proposals.view_programme", "proposals.view_letter", "proposals.reveal",
    "proposals.print_papers",
    "verification.view",
    "decrees.view", "decrees.view_scan", "decrees.view_wordings",
    "distribution.view", "distribution.view_proof",
    "documents.view", "documents.view_book",
    "oversight.register", "oversight.report", "oversight.export",
    "social.view",
    "proposals.try_rules",
    "verification.view_publication", "verification.view_objections",
    "proposals.view_cases",
})  # fmt: skip

# Who brings in what the registry and older lists know; an extract counts only after a second person has accepted it.
SOCIAL_DATA = frozenset({
    "social.bring_extract", "social.map_columns", "social.retry_extract", "social.compare_again",
    "social.take_faulty_rows", "social.bring_past_aid", "social.import_past_aid", "social.take_faulty_aids",
})  # fmt: skip

GRANTS: dict[str, frozenset[str]] = {
    Role.VILLAGE: EVERYONE | {
        "proposals.view", "proposals.view_programme", "proposals.view_letter", "proposals.reveal",
        "proposals.print_papers", "proposals.draft", "proposals.edit", "proposals.attach",
        "proposals.attach_to_letter", "proposals.detach", "proposals.budget", "proposals.read_list",
        "proposals.view_list", "proposals.import_list", "proposals.fill_from_registry", "proposals.open_letter", "proposals.edit_letter",
        "proposals.put_in_letter", "proposals.submit", "proposals.resubmit", "proposals.answer_defects",
        "proposals.withdraw",
        "proposals.ask_exception",
        "distribution.correct_account", "distribution.view_proof",
        "documents.view",
        "oversight.register", "oversight.export",
        "verification.view_publication", "verification.view_objections", "verification.file_objection",
        "proposals.record_deliberation",
    },
    Role.STAFF: EVERYONE | OFFICE_READS | SOCIAL_DATA | {
        "verification.check", "verification.pass_on", "verification.return_for_correction",
        "verification.reject", "verification.record_visit", "verification.visit_again",
        "verification.photograph", "verification.discard_photo", "verification.assess",
        "verification.draw_up_minutes", "verification.confirm_minutes", "verification.choose_photos",
        "verification.take_along", "verification.send_report", "verification.shut_out_device",
        "verification.bring_sheets", "verification.read_again", "verification.attach_sheet",
        "verification.set_aside_sheet", "verification.set_aside_scan",
        "verification.record_second_visit", "verification.photograph_second", "verification.discard_second_photo",
        "verification.hand_in_second_visit", "verification.answer_second_check",
        "verification.order_route", "verification.postpone", "verification.extend", "verification.order_travel",
        "distribution.plan_session", "distribution.record_session", "distribution.cancel_session",
        "distribution.add_paper", "distribution.hand_over", "distribution.visit", "distribution.retry",
        "proposals.withdraw", "proposals.recheck_social",
        "documents.retry_render",
        "verification.file_objection", "verification.decide_objection",
        "proposals.decide_case",
    },
    Role.DIVISION_HEAD: EVERYONE | OFFICE_READS | SOCIAL_DATA | {
        "proposals.recheck_social", "decrees.recheck_social",
        "social.add_source", "social.edit_source", "social.accept_extract", "social.refuse_extract",
        "proposals.add_programme", "proposals.edit_programme", "proposals.add_requirement",
        "proposals.edit_requirement", "proposals.withdraw",
        "proposals.draft_rules", "proposals.edit_rules", "proposals.enact_rules", "proposals.override_rule",
        "verification.view_ranking", "verification.set_weights", "verification.set_shares",
        "verification.apply_ranking",
        "verification.draft_instrument", "verification.edit_instrument", "verification.add_question",
        "verification.edit_question", "verification.move_question", "verification.remove_question",
        "verification.enact_instrument", "verification.discard_instrument", "verification.choose_photos",
        "verification.assign_team", "verification.end_assignment", "verification.validate",
        "verification.order_route", "verification.postpone", "verification.extend", "verification.reassign",
        "verification.give_time", "verification.order_travel", "verification.set_day_limits",
        "verification.approve", "verification.waitlist", "verification.decline", "verification.revisit",
        "verification.promote", "verification.uphold_objection", "verification.draw_up_minutes",
        "verification.adopt_report", "verification.set_aside_report", "verification.shut_out_device",
        "verification.draw_sample", "verification.assign_second_team", "verification.conclude_second_check",
        "decrees.draft", "decrees.edit", "decrees.add", "decrees.strike", "decrees.send_up", "decrees.recall",
        "decrees.cancel", "decrees.amend", "decrees.remove", "decrees.keep", "decrees.replace",
        "decrees.set_number",
        "decrees.preview", "decrees.record_signature", "decrees.confirm_signature", "decrees.put_aside_scan",
        "decrees.draft_wording", "decrees.edit_wording", "decrees.enact_wording",
        "decrees.revoke", "decrees.correct", "decrees.drop_correction", "decrees.set_route",
        "distribution.propose_agreement", "distribution.confirm_agreement", "distribution.send_list",
        "distribution.plan_session", "distribution.cancel_session",
        "distribution.record_sp2d", "distribution.recall_list", "distribution.return_funds",
        "distribution.view_layouts", "distribution.add_layout", "distribution.edit_layout",
        "documents.retry_render",
        "verification.publish", "verification.withdraw_publication", "verification.file_objection",
        "verification.decide_objection",
    },
    Role.SECRETARY: EVERYONE | OFFICE_READS | {
        "social.accept_extract", "social.refuse_extract",
        "documents.retry_render",
        "proposals.dispose", "proposals.send_back",
        "verification.view_ranking",
        "decrees.endorse", "decrees.return_draft", "decrees.preview", "decrees.record_signature",
        "decrees.confirm_signature", "decrees.put_aside_scan",
        "documents.view_series", "documents.reserve_number", "documents.release_number",
        "distribution.release_list", "distribution.recall_list",
        "decrees.issue_extracts", "decrees.certify_copy",
        "verification.decide_objection",
    },
    Role.OFFICE_HEAD: EVERYONE | OFFICE_READS | {
        "documents.retry_render",
        "proposals.dispose", "proposals.send_back",
        "verification.view_ranking",
        "decrees.endorse", "decrees.return_draft", "decrees.preview", "decrees.prepare",
        "decrees.sign", "decrees.take_up", "decrees.start_anew", "accounts.record_nik",
        "decrees.confirm_signature", "decrees.put_aside_scan",
        "distribution.release_list", "distribution.recall_list",
    },
    Role.REGENT: EVERYONE | {
        "decrees.view", "decrees.view_scan", "decrees.prepare", "decrees.sign", "decrees.return_draft",
        "decrees.preview", "decrees.take_up", "decrees.start_anew", "accounts.record_nik",
        "documents.view",
        "oversight.report",
    },
    Role.BANK: EVERYONE | {
        "decrees.view", "decrees.view_scan",
        "distribution.view", "distribution.reveal_accounts", "distribution.check_account",
        "distribution.accept_accounts", "distribution.propose_agreement", "distribution.confirm_agreement",
        "distribution.pay", "distribution.fail_payment", "distribution.read_results",
        "distribution.reverse_payment", "distribution.take_list", "distribution.show_password",
        "distribution.view_layouts",
        "documents.view",
    },
    Role.AUDITOR: EVERYONE | OFFICE_READS | {"verification.view_ranking"},
    Role.ADMIN: EVERYONE | {
        "accounts.manage_users", "accounts.add_user", "accounts.edit_user", "accounts.reset_password",
        "accounts.close_user", "accounts.reopen_user",
        "office.manage", "office.edit_profile", "office.set_crest", "office.set_emblem", "office.add_paper", "office.edit_paper",
        "office.add_bank", "office.edit_bank", "office.add_post", "office.edit_post", "office.add_official",
        "office.edit_official", "office.end_official", "office.appoint_acting", "office.edit_acting",
        "office.end_acting", "office.cancel_acting", "office.edit_sop", "office.revise_sop",
        "office.edit_sop_step", "office.add_legal_basis", "office.edit_legal_basis", "office.edit_hours",
        "office.add_holiday", "office.remove_holiday", "office.seed_year",
        "registry.view_regions",
        "documents.view_series", "documents.edit_series", "documents.view_book",
    },
}  # fmt: skip


def role_choices() -> list[tuple[str, str]]:
    """Callable, so that a new role needs no migration."""
    return Role.choices
