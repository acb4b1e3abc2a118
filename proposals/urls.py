from django.urls import path

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
from proposals.models import CoverLetter, Programme, Proposal
from proposals.views import letters
from uep.access.acts import act_page

app_name = "proposals"
urlpatterns = [
    path("surat/", letters.letters, name="letters"),
    path("program/<str:ref>/surat/", act_page("proposals.open_letter", Programme, OpenLetterForm), name="open_letter"),
    path("surat/<str:ref>/", letters.letter, name="letter"),
    path("surat/<str:ref>/ubah/", act_page("proposals.edit_letter", CoverLetter, EditLetterForm), name="edit_letter"),
    path("surat/<str:ref>/pilih/", act_page("proposals.put_in_letter", CoverLetter, PutInLetterForm), name="put_in_letter"),
    path(
        "surat/<str:ref>/berkas/",
        act_page("proposals.attach_to_letter", CoverLetter, AttachToLetterForm),
        name="attach_to_letter",
    ),
    path("surat/<str:ref>/kirim/", act_page("proposals.submit", CoverLetter), name="submit"),
    path("surat/<str:ref>/disposisi/", act_page("proposals.dispose", CoverLetter, DisposeForm), name="dispose"),
    path("<str:ref>/kembalikan/", act_page("proposals.send_back", Proposal, SendBackForm), name="send_back"),
    path("<str:ref>/kirim-perbaikan/", act_page("proposals.resubmit", Proposal, AnswerForm), name="resubmit"),
    path("<str:ref>/jawab/", act_page("proposals.answer_defects", Proposal, AnswerForm), name="answer_defects"),
    path("<str:ref>/tarik/", act_page("proposals.withdraw", Proposal, WithdrawForm), name="withdraw"),
]
