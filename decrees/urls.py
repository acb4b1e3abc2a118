from django.urls import path

from decrees import forms, views
from decrees.models import Decree
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
    path("<str:ref>/", views.decree, name="decree"),
    path("<str:ref>/pratinjau.pdf", views.preview, name="preview"),
    path("<str:ref>/naskah-kertas.pdf", views.for_ink, name="for_ink"),
    path("<str:ref>/pindaian/", views.scan, name="scan"),
    path("<str:ref>/teks/", act_page("decrees.edit", Decree, forms.EditForm), name="edit"),
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
    path("<str:ref>/ubah/", act_page("decrees.amend", Decree, forms.AmendForm), name="amend"),
]
