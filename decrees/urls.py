from django.urls import path

from decrees import forms, views
from decrees.forms import changing
from decrees.forms.wordings import DraftWordingForm, WordingForm
from decrees.models import Decree, Recipient, Wording
from decrees.views import force, wordings
from proposals.models import Programme
from uep.access.acts import act_page

app_name = "decrees"
urlpatterns = [
    path("", views.decrees, name="list"),
    path(
        "program/<str:ref>/susun/",
        act_page("decrees.draft", Programme, forms.DraftForm, page=views.EligiblePage),
        name="draft",
    ),
    path("naskah/", wordings.wordings, name="wordings"),
    path("naskah/susun/", act_page("decrees.draft_wording", None, DraftWordingForm), name="draft_wording"),
    path("naskah/<str:ref>/", wordings.wording, name="wording"),
    path(
        "naskah/<str:ref>/ubah/",
        act_page("decrees.edit_wording", Wording, WordingForm, page=wordings.WordingPage),
        name="edit_wording",
    ),
    path("naskah/<str:ref>/berlakukan/", act_page("decrees.enact_wording", Wording), name="enact_wording"),
    path("program/<str:ref>/jalur/", force.route, name="route"),
    path(
        "program/<str:ref>/jalur/ubah/",
        act_page("decrees.set_route", Programme, changing.RouteForm, page=force.RoutePage),
        name="set_route",
    ),
    path("program/<str:ref>/berlaku/", force.programme_in_force, name="programme_in_force"),
    path(
        "penerima/<str:ref>/perbaiki/",
        act_page("decrees.correct", Recipient, changing.CorrectForm, page=force.CorrectPage),
        name="correct",
    ),
    path(
        "penerima/<str:ref>/batal-perbaiki/",
        act_page("decrees.drop_correction", Recipient, page=force.CorrectPage),
        name="drop_correction",
    ),
    path("<str:ref>/", views.decree, name="decree"),
    path("<str:ref>/berlaku/", force.decree_in_force, name="decree_in_force"),
    path("<str:ref>/pengembalian.xlsx", force.recovery_xlsx, name="recovery_xlsx"),
    path("<str:ref>/perbaiki/", force.correctable, name="correctable"),
    path("<str:ref>/petikan/", force.extracts, name="extracts"),
    path("<str:ref>/petikan/<str:code>.pdf", force.extracts_pdf, name="extracts_pdf"),
    path(
        "<str:ref>/petikan/terbitkan/",
        act_page("decrees.issue_extracts", Decree, changing.ExtractsForm),
        name="issue_extracts",
    ),
    path("<str:ref>/salinan/", act_page("decrees.certify_copy", Decree), name="certify_copy"),
    path(
        "<str:ref>/cabut/",
        act_page("decrees.revoke", Decree, changing.RevokeForm, page=force.RevokePage),
        name="revoke",
    ),
    path("<str:ref>/pratinjau.pdf", views.preview, name="preview"),
    path("<str:ref>/naskah-kertas.pdf", views.for_ink, name="for_ink"),
    path("<str:ref>/pindaian/", views.scan, name="scan"),
    path("<str:ref>/teks/", act_page("decrees.edit", Decree, forms.EditForm, page=wordings.WordsPage), name="edit"),
    path("<str:ref>/cek-ulang-data-sosial/", act_page("decrees.recheck_social", Decree), name="recheck_social"),
    path("<str:ref>/tambah/", act_page("decrees.add", Decree, forms.AddForm, page=views.EligiblePage), name="add"),
    path(
        "<str:ref>/coret/", act_page("decrees.strike", Decree, forms.StrikeForm, page=views.StrikePage), name="strike"
    ),
    path(
        "<str:ref>/keluarkan/",
        act_page("decrees.remove", Decree, forms.RemoveForm, page=views.RemovePage),
        name="remove",
    ),
    path(
        "<str:ref>/batal-keluarkan/", act_page("decrees.keep", Decree, forms.KeepForm, page=views.KeepPage), name="keep"
    ),
    path("<str:ref>/pengganti/", act_page("decrees.replace", Decree, forms.ReplaceForm), name="replace"),
    path("<str:ref>/batalkan/", act_page("decrees.cancel", Decree, forms.ReasonForm), name="cancel"),
    path(
        "<str:ref>/ajukan/",
        act_page("decrees.send_up", Decree, forms.NoteForm, page=views.DecisionPage),
        name="send_up",
    ),
    path("<str:ref>/tarik/", act_page("decrees.recall", Decree, forms.ReasonForm), name="recall"),
    path(
        "<str:ref>/paraf/",
        act_page("decrees.endorse", Decree, forms.EndorseForm, page=views.DecisionPage),
        name="endorse",
    ),
    path(
        "<str:ref>/kembalikan/",
        act_page("decrees.return_draft", Decree, forms.ReasonForm, page=views.DecisionPage),
        name="return_draft",
    ),
    path("<str:ref>/siapkan-naskah/", act_page("decrees.prepare", Decree, page=views.DecisionPage), name="prepare"),
    path("<str:ref>/naskah-akhir.pdf", views.manuscript, name="manuscript"),
    path(
        "<str:ref>/tandatangani/",
        act_page("decrees.sign", Decree, forms.SignForm, page=views.DecisionPage),
        name="sign",
    ),
    path(
        "<str:ref>/ambil-hasil/",
        act_page("decrees.take_up", Decree, forms.TakeUpForm, page=views.SettlingPage),
        name="take_up",
    ),
    path(
        "<str:ref>/mulai-lagi/",
        act_page("decrees.start_anew", Decree, forms.ReasonForm, page=views.SettlingPage),
        name="start_anew",
    ),
    path(
        "<str:ref>/catat-tanda-tangan/",
        act_page("decrees.record_signature", Decree, forms.RecordSignatureForm, page=views.DecisionPage),
        name="record_signature",
    ),
    path(
        "<str:ref>/konfirmasi-tanda-tangan/",
        act_page("decrees.confirm_signature", Decree, forms.ConfirmSignatureForm, page=views.DecisionPage),
        name="confirm_signature",
    ),
    path(
        "<str:ref>/sisihkan-pindaian/",
        act_page("decrees.put_aside_scan", Decree, forms.ReasonForm),
        name="put_aside_scan",
    ),
    path("<str:ref>/pindaian-diajukan/", views.waiting_scan, name="waiting_scan"),
    path("<str:ref>/nomor/", act_page("decrees.set_number", Decree, forms.SetNumberForm), name="set_number"),
    path("<str:ref>/ubah/", act_page("decrees.amend", Decree, forms.AmendForm), name="amend"),
]
