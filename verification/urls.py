from django.urls import path

from proposals.models import Programme, Proposal
from uep.access.acts import act_page
from verification import views
from verification.forms import (
    AssignTeamForm,
    CheckForm,
    ChoosePhotosForm,
    ConfirmMinutesForm,
    MinutesForm,
    NoteForm,
    PhotographForm,
    ReasonForm,
    VisitAgainForm,
    VisitForm,
)
from verification.forms.instruments import DraftInstrumentForm, EditInstrumentForm, MoveQuestionForm, QuestionForm
from verification.forms.objections import (
    DecideObjectionForm,
    FileObjectionForm,
    PublishForm,
    WithdrawPublicationForm,
)
from verification.forms.plans import (
    DayLimitsForm,
    ExtendForm,
    GiveTimeForm,
    PostponeForm,
    ReassignForm,
    RouteForm,
    TravelForm,
)
from verification.forms.ranking import ApplyForm, SharesForm, WeightsForm
from verification.forms.reports import AdoptForm
from verification.forms.second import (
    AnswerSecondCheckForm,
    AssignSecondTeamForm,
    ConcludeSecondCheckForm,
    DrawSampleForm,
    SecondVisitForm,
)
from verification.forms.sheets import AttachSheetForm, BringSheetsForm
from verification.models import (
    Assignment,
    FieldDevice,
    FieldReport,
    FieldVisit,
    Instrument,
    Minutes,
    Objection,
    Publication,
    SampleDraw,
    SecondCheck,
    SecondPhoto,
    SheetPage,
    SheetScan,
    VisitPhoto,
)
from verification.views import instruments, objections, plans, public, ranking, reports, second, sheets

app_name = "verification"
urlpatterns = [
    path("", views.waiting, name="list"),
    # The objection window; before the addresses that begin with a proposal's own
    path("masa-sanggah/", objections.publications, name="publications"),
    path("masa-sanggah/sanggahan/", objections.objections, name="objections"),
    path("masa-sanggah/sanggahan.xlsx", objections.objections_sheet, name="objections_sheet"),
    path("masa-sanggah/sanggahan/<str:ref>/", objections.objection, name="objection"),
    path(
        "masa-sanggah/sanggahan/<str:ref>/jawab/",
        act_page("verification.decide_objection", Objection, DecideObjectionForm, page=objections.DecideObjectionPage),
        name="decide_objection",
    ),
    path(
        "masa-sanggah/program/<str:ref>/umumkan/",
        act_page("verification.publish", Programme, PublishForm, page=objections.PublishPage),
        name="publish",
    ),
    path("masa-sanggah/<str:ref>/", objections.publication, name="publication"),
    path("masa-sanggah/<str:ref>/pengumuman.pdf", objections.notice, name="notice"),
    path(
        "masa-sanggah/<str:ref>/tarik/",
        act_page("verification.withdraw_publication", Publication, WithdrawPublicationForm),
        name="withdraw_publication",
    ),
    path(
        "<str:ref>/catat-sanggahan/",
        act_page("verification.file_objection", Proposal, FileObjectionForm),
        name="file_objection",
    ),
    # The desk
    path("<str:ref>/berkas/", act_page("verification.check", Proposal, CheckForm, page=views.CheckPage), name="check"),
    path("<str:ref>/teruskan/", act_page("verification.pass_on", Proposal, NoteForm), name="pass_on"),
    path(
        "<str:ref>/kembalikan/",
        act_page("verification.return_for_correction", Proposal, NoteForm, page=views.ReturnPage),
        name="return_for_correction",
    ),
    path("<str:ref>/tolak/", act_page("verification.reject", Proposal, ReasonForm), name="reject"),
    # The phone; its worker stands beside the pages it serves
    path("lapangan/", reports.field_app, name="field_app"),
    path("lapangan/pekerja.js", reports.service_worker, name="service_worker"),
    path("lapangan/bekal/", act_page("verification.take_along", page=reports.TakeAlongPage), name="take_along"),
    path("lapangan/kirim/", act_page("verification.send_report", page=reports.SendReportPage), name="send_report"),
    path("lapangan/ponsel/", reports.devices, name="devices"),
    path(
        "lapangan/ponsel/<str:ref>/tutup/",
        act_page("verification.shut_out_device", FieldDevice, ReasonForm),
        name="shut_out_device",
    ),
    path("lapangan/laporan/<str:ref>/", reports.report, name="report"),
    path(
        "lapangan/laporan/<str:ref>/pakai/",
        act_page("verification.adopt_report", FieldReport, AdoptForm),
        name="adopt_report",
    ),
    path(
        "lapangan/laporan/<str:ref>/sisihkan/",
        act_page("verification.set_aside_report", FieldReport, ReasonForm),
        name="set_aside_report",
    ),
    path("lapangan/foto/<str:ref>/", reports.report_photo, name="report_photo"),
    # Sheets that were filled in by hand
    path("lembar/", sheets.overview, name="sheets"),
    path(
        "lembar/unggah/",
        act_page("verification.bring_sheets", None, BringSheetsForm, page=sheets.BringPage),
        name="bring_sheets",
    ),
    path("lembar/pindaian/<str:ref>/baca-lagi/", act_page("verification.read_again", SheetScan), name="read_again"),
    path(
        "lembar/pindaian/<str:ref>/sisihkan/",
        act_page("verification.set_aside_scan", SheetScan, ReasonForm),
        name="set_aside_scan",
    ),
    path("lembar/<str:ref>/", sheets.sheet, name="sheet"),
    path(
        "lembar/<str:ref>/lekatkan/",
        act_page("verification.attach_sheet", SheetPage, AttachSheetForm),
        name="attach_sheet",
    ),
    path(
        "lembar/<str:ref>/sisihkan/",
        act_page("verification.set_aside_sheet", SheetPage, ReasonForm),
        name="set_aside_sheet",
    ),
    # Re-verification
    path("ulang/", second.second_checks, name="second_checks"),
    path(
        "program/<str:ref>/undi/",
        act_page("verification.draw_sample", Programme, DrawSampleForm, page=second.DrawPage),
        name="draw_sample",
    ),
    path("ulang/undian/<str:ref>/", second.sample_draw, name="sample_draw"),
    path(
        "ulang/undian/<str:ref>/tim/",
        act_page("verification.assign_second_team", SampleDraw, AssignSecondTeamForm),
        name="assign_second_team",
    ),
    path("ulang/foto/<str:ref>/", second.second_photo, name="second_photo"),
    path(
        "ulang/foto/<str:ref>/sisihkan/",
        act_page("verification.discard_second_photo", SecondPhoto),
        name="discard_second_photo",
    ),
    path("ulang/<str:ref>/", second.second_check, name="second_check"),
    path(
        "ulang/<str:ref>/catat/",
        act_page("verification.record_second_visit", SecondCheck, SecondVisitForm, page=second.SecondVisitPage),
        name="record_second_visit",
    ),
    path(
        "ulang/<str:ref>/foto/",
        act_page("verification.photograph_second", SecondCheck, PhotographForm),
        name="photograph_second",
    ),
    path(
        "ulang/<str:ref>/ajukan/",
        act_page("verification.hand_in_second_visit", SecondCheck),
        name="hand_in_second_visit",
    ),
    path(
        "ulang/<str:ref>/simpulkan/",
        act_page("verification.conclude_second_check", SecondCheck, ConcludeSecondCheckForm, page=second.ConcludePage),
        name="conclude_second_check",
    ),
    path(
        "ulang/<str:ref>/jawab/",
        act_page("verification.answer_second_check", SecondCheck, AnswerSecondCheckForm),
        name="answer_second_check",
    ),
    # The field
    path("tugas/", views.assignments, name="assignments"),
    path(
        "program/<str:ref>/tugaskan/",
        act_page("verification.assign_team", Programme, AssignTeamForm, page=plans.AssignPage),
        name="assign_team",
    ),
    path("tugas/<str:ref>/", views.assignment, name="assignment"),
    path("rencana/", plans.plan, name="plan"),
    path(
        "rencana/batas/",
        act_page("verification.set_day_limits", None, DayLimitsForm, page=plans.LimitsPage),
        name="set_day_limits",
    ),
    path("tugas/<str:ref>/rute.pdf", plans.route_list, name="route_list"),
    path("tugas/<str:ref>/urutan/", act_page("verification.order_route", Assignment, RouteForm), name="order_route"),
    path(
        "tugas/<str:ref>/pindah-hari/",
        act_page("verification.postpone", Assignment, PostponeForm, page=plans.StopsPage),
        name="postpone",
    ),
    path(
        "tugas/<str:ref>/perpanjang/",
        act_page("verification.extend", Assignment, ExtendForm, page=plans.ExtendPage),
        name="extend",
    ),
    path(
        "tugas/<str:ref>/batas-waktu/", act_page("verification.give_time", Assignment, GiveTimeForm), name="give_time"
    ),
    path(
        "tugas/<str:ref>/alihkan/",
        act_page("verification.reassign", Assignment, ReassignForm, page=plans.StopsPage),
        name="reassign",
    ),
    path("tugas/<str:ref>/sppd/", act_page("verification.order_travel", Assignment, TravelForm), name="order_travel"),
    path("tugas/<str:ref>/lembar-kunjungan.pdf", views.field_sheet, name="field_sheet"),
    path(
        "tugas/<str:ref>/akhiri/",
        act_page("verification.end_assignment", Assignment, ReasonForm),
        name="end_assignment",
    ),
    path(
        "tugas/<str:ref>/berita-acara/",
        act_page("verification.draw_up_minutes", Assignment, MinutesForm),
        name="draw_up_minutes",
    ),
    path(
        "berita-acara/<str:ref>/konfirmasi/",
        act_page("verification.confirm_minutes", Minutes, ConfirmMinutesForm),
        name="confirm_minutes",
    ),
    path(
        "<str:ref>/kunjungan/",
        act_page("verification.record_visit", Proposal, VisitForm, page=views.VisitPage),
        name="record_visit",
    ),
    path(
        "<str:ref>/kunjungan-ulang/",
        act_page("verification.visit_again", Proposal, VisitAgainForm, page=views.VisitAgainPage),
        name="visit_again",
    ),
    path("<str:ref>/ajukan/", act_page("verification.assess", Proposal, page=views.AssessPage), name="assess"),
    path("kunjungan/<str:ref>/", views.visit, name="visit"),
    path(
        "kunjungan/<str:ref>/foto/", act_page("verification.photograph", FieldVisit, PhotographForm), name="photograph"
    ),
    path(
        "kunjungan/<str:ref>/foto-berita-acara/",
        act_page("verification.choose_photos", FieldVisit, ChoosePhotosForm),
        name="choose_photos",
    ),
    path("foto/<str:ref>/", views.photo, name="photo"),
    path("foto/<str:ref>/sisihkan/", act_page("verification.discard_photo", VisitPhoto), name="discard_photo"),
    # Kabid
    path("<str:ref>/validasi/", views.validate, name="validate"),
    path(
        "<str:ref>/layak/",
        act_page("verification.approve", Proposal, ReasonForm, page=views.DecisionPage),
        name="approve",
    ),
    path(
        "<str:ref>/cadangan/",
        act_page("verification.waitlist", Proposal, ReasonForm, page=views.DecisionPage),
        name="waitlist",
    ),
    path(
        "<str:ref>/tidak-layak/",
        act_page("verification.decline", Proposal, ReasonForm, page=views.DecisionPage),
        name="decline",
    ),
    path(
        "<str:ref>/kunjungi-lagi/",
        act_page("verification.revisit", Proposal, ReasonForm, page=views.DecisionPage),
        name="revisit",
    ),
    path(
        "<str:ref>/naikkan/",
        act_page("verification.promote", Proposal, ReasonForm, page=views.PromotePage),
        name="promote",
    ),
    path(
        "<str:ref>/sanggahan/", act_page("verification.uphold_objection", Proposal, ReasonForm), name="uphold_objection"
    ),
    # The instrument
    path("program/<str:ref>/instrumen/", instruments.instruments, name="instruments"),
    path(
        "program/<str:ref>/instrumen/susun/",
        act_page("verification.draft_instrument", Programme, DraftInstrumentForm),
        name="draft_instrument",
    ),
    path("instrumen/<str:ref>/", instruments.instrument, name="instrument"),
    path("instrumen/<str:ref>/formulir/", instruments.instrument_form, name="instrument_form"),
    path("instrumen/<str:ref>/lembar.pdf", instruments.instrument_sheet, name="instrument_sheet"),
    path(
        "instrumen/<str:ref>/keterangan/",
        act_page("verification.edit_instrument", Instrument, EditInstrumentForm),
        name="edit_instrument",
    ),
    path(
        "instrumen/<str:ref>/berlakukan/",
        act_page("verification.enact_instrument", Instrument),
        name="enact_instrument",
    ),
    path(
        "instrumen/<str:ref>/buang/",
        act_page("verification.discard_instrument", Instrument),
        name="discard_instrument",
    ),
    path(
        "instrumen/<str:ref>/pertanyaan/",
        act_page("verification.add_question", Instrument, QuestionForm, page=instruments.WriteQuestionPage),
        name="add_question",
    ),
    path(
        "instrumen/<str:ref>/pertanyaan/<str:code>/",
        act_page("verification.edit_question", Instrument, QuestionForm, page=instruments.WriteQuestionPage),
        name="edit_question",
    ),
    path(
        "instrumen/<str:ref>/pertanyaan/<str:code>/pindah/",
        act_page("verification.move_question", Instrument, MoveQuestionForm, page=instruments.QuestionPage),
        name="move_question",
    ),
    path(
        "instrumen/<str:ref>/pertanyaan/<str:code>/keluarkan/",
        act_page("verification.remove_question", Instrument, page=instruments.RemoveQuestionPage),
        name="remove_question",
    ),
    # The ranking
    path("program/<str:ref>/peringkat/", ranking.ranking, name="ranking"),
    path("program/<str:ref>/peringkat.xlsx", ranking.ranking_xlsx, name="ranking_xlsx"),
    path(
        "program/<str:ref>/bobot/",
        act_page("verification.set_weights", Programme, WeightsForm, page=ranking.TermsPage),
        name="set_weights",
    ),
    path(
        "program/<str:ref>/kuota-wilayah/",
        act_page("verification.set_shares", Programme, SharesForm, page=ranking.TermsPage),
        name="set_shares",
    ),
    path(
        "program/<str:ref>/terapkan-peringkat/",
        act_page("verification.apply_ranking", Programme, ApplyForm, page=ranking.ApplyPage),
        name="apply_ranking",
    ),
    path("peringkat/<str:ref>/", ranking.ranking_run, name="ranking_run"),
]

# For everyone, under an address of their own that is short enough to be typed from a notice on a board.
announcements = [
    path("sanggahan/<str:ref>/", public.answer, name="answer"),
    path("<str:code>/", public.announcement, name="list"),
    path("<str:code>/<int:number>/", public.object_to, name="object"),
]
