from django.urls import path

from proposals.forms.deliberations import RecordDeliberationForm
from proposals.forms.duplicates import DecideCaseForm
from proposals.forms.letters import (
    AnswerForm,
    AttachToLetterForm,
    DisposeForm,
    EditLetterForm,
    OpenLetterForm,
    PutInLetterForm,
    SendBackForm,
    WithdrawForm,
)
from proposals.forms.programmes import ProgrammeForm, ReadListForm, RequirementForm
from proposals.forms.proposals import BudgetForm, DraftForm, EditForm, RevealForm
from proposals.forms.rules import AskExceptionForm, DraftRulesForm, EditRulesForm, OverrideRuleForm
from proposals.models import (
    Attachment,
    CoverLetter,
    DuplicateCase,
    ListImport,
    Programme,
    Proposal,
    Requirement,
    RuleSet,
)
from proposals.views import duplicates, imports, letters, pages, programmes, proposals, rules
from uep.access.acts import act_page

app_name = "proposals"
urlpatterns = [
    path("", proposals.proposals, name="list"),
    path("cari/", proposals.find, name="find"),
    path("program/", programmes.programmes, name="programmes"),
    path("program/buat/", act_page("proposals.add_programme", None, ProgrammeForm), name="add_programme"),
    path("program/<str:ref>/", programmes.programme, name="programme"),
    path(
        "program/<str:ref>/ubah/", act_page("proposals.edit_programme", Programme, ProgrammeForm), name="edit_programme"
    ),
    path(
        "program/<str:ref>/persyaratan/",
        act_page("proposals.add_requirement", Programme, RequirementForm),
        name="add_requirement",
    ),
    path(
        "persyaratan/<str:ref>/ubah/",
        act_page("proposals.edit_requirement", Requirement, RequirementForm),
        name="edit_requirement",
    ),
    path(
        "program/<str:ref>/usulkan/",
        act_page("proposals.draft", Programme, DraftForm, page=pages.DraftPage),
        name="draft",
    ),
    path("program/<str:ref>/daftar/", act_page("proposals.read_list", Programme, ReadListForm), name="read_list"),
    path("program/<str:ref>/daftar-kosong.xlsx", programmes.empty_list, name="empty_list"),
    path("daftar/<str:ref>/", imports.list_import, name="list_import"),
    path("daftar/<str:ref>/perlu-diperbaiki.xlsx", imports.faulty_rows, name="faulty_rows"),
    path("daftar/<str:ref>/masukkan/", act_page("proposals.import_list", ListImport), name="import_list"),
    path(
        "program/<str:ref>/aturan/",
        act_page("proposals.draft_rules", Programme, DraftRulesForm),
        name="draft_rules",
    ),
    path("program/aturan/<str:ref>/", rules.rule_set, name="rule_set"),
    path("program/aturan/<str:ref>/cobakan/", rules.try_rules, name="try_rules"),
    path(
        "program/aturan/<str:ref>/ubah/",
        act_page("proposals.edit_rules", RuleSet, EditRulesForm, page=rules.RulesPage),
        name="edit_rules",
    ),
    path("program/aturan/<str:ref>/berlakukan/", act_page("proposals.enact_rules", RuleSet), name="enact_rules"),
    path(
        "<str:ref>/mohon-pengecualian/",
        act_page("proposals.ask_exception", Proposal, AskExceptionForm),
        name="ask_exception",
    ),
    path(
        "<str:ref>/kecualikan/", act_page("proposals.override_rule", Proposal, OverrideRuleForm), name="override_rule"
    ),
    path("berkas/<str:ref>/", proposals.attachment, name="attachment"),
    path("berkas/<str:ref>/hapus/", act_page("proposals.detach", Attachment), name="detach"),
    path("surat/", letters.letters, name="letters"),
    path("program/<str:ref>/surat/", act_page("proposals.open_letter", Programme, OpenLetterForm), name="open_letter"),
    path("surat/<str:ref>/", letters.letter, name="letter"),
    path("surat/<str:ref>/sptjm.pdf", proposals.letter_printout, name="letter_printout"),
    path("surat/<str:ref>/ubah/", act_page("proposals.edit_letter", CoverLetter, EditLetterForm), name="edit_letter"),
    path(
        "surat/<str:ref>/pilih/",
        act_page("proposals.put_in_letter", CoverLetter, PutInLetterForm),
        name="put_in_letter",
    ),
    path(
        "surat/<str:ref>/berkas/",
        act_page("proposals.attach_to_letter", CoverLetter, AttachToLetterForm),
        name="attach_to_letter",
    ),
    path(
        "surat/<str:ref>/musyawarah/",
        act_page("proposals.record_deliberation", CoverLetter, RecordDeliberationForm),
        name="record_deliberation",
    ),
    path("surat/<str:ref>/kirim/", act_page("proposals.submit", CoverLetter), name="submit"),
    path("surat/<str:ref>/disposisi/", act_page("proposals.dispose", CoverLetter, DisposeForm), name="dispose"),
    path("dugaan-ganda/", duplicates.duplicates, name="duplicates"),
    path("dugaan-ganda/<str:ref>/", duplicates.duplicate_case, name="duplicate_case"),
    path(
        "dugaan-ganda/<str:ref>/putuskan/",
        act_page("proposals.decide_case", DuplicateCase, DecideCaseForm, page=duplicates.DecideCasePage),
        name="decide_case",
    ),
    path("<str:ref>/kembalikan/", act_page("proposals.send_back", Proposal, SendBackForm), name="send_back"),
    path("<str:ref>/kirim-perbaikan/", act_page("proposals.resubmit", Proposal, AnswerForm), name="resubmit"),
    path("<str:ref>/jawab/", act_page("proposals.answer_defects", Proposal, AnswerForm), name="answer_defects"),
    path("<str:ref>/tarik/", act_page("proposals.withdraw", Proposal, WithdrawForm), name="withdraw"),
    path("<str:ref>/", proposals.proposal, name="proposal"),
    path("<str:ref>/ubah/", act_page("proposals.edit", Proposal, EditForm, page=pages.EditPage), name="edit"),
    path(
        "<str:ref>/isi-dari-data-sosial/",
        act_page("proposals.fill_from_registry", Proposal, EditForm, page=pages.FillPage),
        name="fill_from_registry",
    ),
    path("<str:ref>/cek-ulang-data-sosial/", act_page("proposals.recheck_social", Proposal), name="recheck_social"),
    path("<str:ref>/periksa/<slug:field>/", proposals.check_number, name="check_number"),
    path("<str:ref>/rab/", act_page("proposals.budget", Proposal, BudgetForm, page=pages.BudgetPage), name="budget"),
    path("<str:ref>/unggah/", act_page("proposals.attach", Proposal, page=pages.AttachPage), name="attach"),
    path(
        "<str:ref>/nomor-lengkap/",
        act_page("proposals.reveal", Proposal, RevealForm, page=pages.RevealPage),
        name="reveal",
    ),
    path("<str:ref>/cetak/<slug:code>.pdf", proposals.printout, name="printout"),
]
