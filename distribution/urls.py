from django.urls import path

from decrees.models import Decree, Recipient
from distribution.forms.accounts import (
    AcceptAccountsForm,
    AgreementForm,
    CheckAccountForm,
    CorrectAccountForm,
    RevealAccountsForm,
)
from distribution.forms.layouts import LayoutForm, TakeListForm
from distribution.forms.outreach import AddPaperForm, CancelSessionForm, PlanSessionForm, RecordSessionForm
from distribution.forms.payments import (
    FailPaymentForm,
    HandOverForm,
    PayForm,
    ReadResultsForm,
    RecallListForm,
    ReturnFundsForm,
    ReversePaymentForm,
    SendListForm,
    Sp2dForm,
    VisitForm,
)
from distribution.models import BankLayout, Disbursement, DisbursementAgreement, ListCopy, OutreachSession, Payment
from distribution.views import decrees, files, layouts, money, outreach
from distribution.views.pages import ChoosePage, DistributionPage, RevealPage
from uep.access.acts import act_page


def act(verb, model, form=None, page=DistributionPage):
    """The page of an act of this app."""
    return act_page(f"distribution.{verb}", model, form, page=page)


app_name = "distribution"
urlpatterns = [
    path("", decrees.decrees, name="list"),
    # Recipients
    path("penerima/<str:ref>/", decrees.recipient, name="recipient"),
    path("penerima/<str:ref>/kuitansi.pdf", files.receipt, name="receipt"),
    path("penerima/<str:ref>/periksa/", act("check_account", Recipient, CheckAccountForm), name="check_account"),
    path(
        "penerima/<str:ref>/perbaiki-rekening/",
        act("correct_account", Recipient, CorrectAccountForm),
        name="correct_account",
    ),
    path("penerima/<str:ref>/unggah/", act("add_paper", Recipient, AddPaperForm), name="add_paper"),
    path("penerima/<str:ref>/ulangi/", act("retry", Recipient), name="retry"),
    path("penerima/<str:ref>/serah-terima/", act("hand_over", Recipient, HandOverForm), name="hand_over"),
    path("penerima/<str:ref>/pendampingan/", act("visit", Recipient, VisitForm), name="visit"),
    # Agreement
    path("kesepakatan/<str:ref>/setujui/", act("confirm_agreement", DisbursementAgreement), name="confirm_agreement"),
    # Sessions
    path("sosialisasi/<str:ref>/", outreach.session, name="session"),
    path("sosialisasi/<str:ref>/daftar-hadir.pdf", files.attendance_sheet, name="attendance_sheet"),
    path("sosialisasi/<str:ref>/undangan/<str:code>.pdf", files.village_invitation, name="village_invitation"),
    path("sosialisasi/<str:ref>/foto/", files.session_photo, name="session_photo"),
    path(
        "sosialisasi/<str:ref>/catat/", act("record_session", OutreachSession, RecordSessionForm), name="record_session"
    ),
    path(
        "sosialisasi/<str:ref>/batalkan/",
        act("cancel_session", OutreachSession, CancelSessionForm),
        name="cancel_session",
    ),
    # Payment lists
    path("daftar/<str:ref>/", money.disbursement, name="disbursement"),
    path("daftar/<str:ref>/daftar-pembayaran.xlsx", money.payment_list_xlsx, name="payment_list_xlsx"),
    path("daftar/<str:ref>/lepas/", act("release_list", Disbursement), name="release_list"),
    path("daftar/<str:ref>/tarik/", act("recall_list", Disbursement, RecallListForm), name="recall_list"),
    path("daftar/<str:ref>/sp2d/", act("record_sp2d", Disbursement, Sp2dForm), name="record_sp2d"),
    path("daftar/<str:ref>/konfirmasi/", act("pay", Disbursement, PayForm, ChoosePage), name="pay"),
    path("daftar/<str:ref>/hasil/", act("read_results", Disbursement, ReadResultsForm), name="read_results"),
    path("pembayaran/<str:ref>/gagal/", act("fail_payment", Payment, FailPaymentForm), name="fail_payment"),
    path("pembayaran/<str:ref>/kembali/", act("reverse_payment", Payment, ReversePaymentForm), name="reverse_payment"),
    path("hasil/<str:ref>/", money.result_file, name="result_file"),
    path("hasil/<str:ref>/asli/", files.result_source, name="result_source"),
    path("hasil/<str:ref>/ditolak.xlsx", money.refusals_xlsx, name="refusals_xlsx"),
    # Handovers and visits
    path("serah-terima/<str:ref>/", money.handover, name="handover"),
    path("serah-terima/<str:ref>/<str:kind>/", files.handover_file, name="handover_file"),
    path("kunjungan/<str:ref>/foto/", files.visit_photo, name="visit_photo"),
    # Layouts of the banks
    path("susunan/", layouts.layouts, name="layouts"),
    path("susunan/tambah/", act("add_layout", None, LayoutForm, layouts.LayoutPage), name="add_layout"),
    path("susunan/<str:ref>/", layouts.layout, name="layout"),
    path("susunan/<str:ref>/ubah/", act("edit_layout", BankLayout, LayoutForm, layouts.LayoutPage), name="edit_layout"),
    path(
        "daftar/<str:ref>/ambil/", act("take_list", Disbursement, TakeListForm, layouts.TakeListPage), name="take_list"
    ),
    path("salinan/<str:ref>/", layouts.list_copy, name="list_copy"),
    path("salinan/<str:ref>/berkas/", layouts.list_copy_file, name="list_copy_file"),
    path(
        "salinan/<str:ref>/kata-sandi/",
        act("show_password", ListCopy, None, layouts.PasswordPage),
        name="show_password",
    ),
    # One decree
    path("<str:ref>/", decrees.decree, name="decree"),
    path("<str:ref>/penerima/", decrees.recipients, name="recipients"),
    path("<str:ref>/nominatif.xlsx", decrees.nominative_xlsx, name="nominative_xlsx"),
    path("<str:ref>/nominatif.pdf", files.nominative_pdf, name="nominative_pdf"),
    path("<str:ref>/serah-terima/<str:code>.pdf", files.handover_roll, name="handover_roll"),
    path("<str:ref>/kuitansi/<str:code>.pdf", files.receipts, name="receipts"),
    path(
        "<str:ref>/buka-rekening/",
        act("reveal_accounts", Decree, RevealAccountsForm, RevealPage),
        name="reveal_accounts",
    ),
    path(
        "<str:ref>/rekening-benar/",
        act("accept_accounts", Decree, AcceptAccountsForm, ChoosePage),
        name="accept_accounts",
    ),
    path("<str:ref>/usulkan-kesepakatan/", act("propose_agreement", Decree, AgreementForm), name="propose_agreement"),
    path("<str:ref>/sosialisasi/", act("plan_session", Decree, PlanSessionForm, ChoosePage), name="plan_session"),
    path("<str:ref>/rekonsiliasi/", money.reconciliation, name="reconciliation"),
    path("<str:ref>/rekonsiliasi.xlsx", money.reconciliation_xlsx, name="reconciliation_xlsx"),
    path("<str:ref>/rekonsiliasi.pdf", files.reconciliation_pdf, name="reconciliation_pdf"),
    path("<str:ref>/sts/<str:deposit>/", files.deposit_scan, name="deposit_scan"),
    path("<str:ref>/setor-kembali/", act("return_funds", Decree, ReturnFundsForm, ChoosePage), name="return_funds"),
    path("<str:ref>/kirim-daftar/", act("send_list", Decree, SendListForm), name="send_list"),
]
