from django.urls import path

from uep.access.acts import act_page
from uep.office import forms, views
from uep.office.models import (
    ActingAppointment,
    Bank,
    Holiday,
    LegalBasis,
    OfficeHours,
    Official,
    PaperSetting,
    Post,
    Sop,
    SopStep,
)
from uep.office.views import OfficePage


def page(act, model=None, form=None):
    return act_page(act, model, form, page=OfficePage)


app_name = "office"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("pejabat/", views.people, name="people"),
    path("sop/", views.rules, name="rules"),
    path("kalender/", views.hours, name="hours"),
    path("bank/", views.settings, name="settings"),
    path("lambang/<slug:fingerprint>.png", views.crest, name="crest"),
    path("lambang/pasang/", page("office.set_crest", None, forms.CrestForm), name="set_crest"),
    path("lambang-negara/pasang/", page("office.set_emblem", None, forms.CrestForm), name="set_emblem"),
    path("profil/ubah/", page("office.edit_profile", None, forms.ProfileForm), name="edit_profile"),
    path("kertas/tambah/", page("office.add_paper", None, forms.AddPaperForm), name="add_paper"),
    path("kertas/<int:ref>/ubah/", page("office.edit_paper", PaperSetting, forms.EditPaperForm), name="edit_paper"),
    path("bank/tambah/", page("office.add_bank", None, forms.BankForm), name="add_bank"),
    path("bank/<int:ref>/ubah/", page("office.edit_bank", Bank, forms.BankForm), name="edit_bank"),
    path("jabatan/tambah/", page("office.add_post", None, forms.AddPostForm), name="add_post"),
    path("jabatan/<int:ref>/ubah/", page("office.edit_post", Post, forms.EditPostForm), name="edit_post"),
    path("pejabat/tambah/", page("office.add_official", None, forms.OfficialForm), name="add_official"),
    path("pejabat/<int:ref>/ubah/", page("office.edit_official", Official, forms.OfficialForm), name="edit_official"),
    path("pejabat/<int:ref>/akhiri/", page("office.end_official", Official, forms.EndForm), name="end_official"),
    path("penunjukan/tambah/", page("office.appoint_acting", None, forms.ActingForm), name="appoint_acting"),
    path(
        "penunjukan/<int:ref>/akhiri/",
        page("office.end_acting", ActingAppointment, forms.EndForm),
        name="end_acting",
    ),
    path(
        "penunjukan/<int:ref>/surat/",
        page("office.edit_acting", ActingAppointment, forms.LetterForm),
        name="edit_acting",
    ),
    path("penunjukan/<int:ref>/batalkan/", page("office.cancel_acting", ActingAppointment), name="cancel_acting"),
    path("sop/revisi/", page("office.revise_sop", None, forms.NewSopForm), name="revise_sop"),
    path("sop/<int:ref>/ubah/", page("office.edit_sop", Sop, forms.SopForm), name="edit_sop"),
    path(
        "sop/langkah/<int:ref>/ubah/",
        page("office.edit_sop_step", SopStep, forms.SopStepForm),
        name="edit_sop_step",
    ),
    path("dasar-hukum/tambah/", page("office.add_legal_basis", None, forms.LegalBasisForm), name="add_legal_basis"),
    path(
        "dasar-hukum/<int:ref>/ubah/",
        page("office.edit_legal_basis", LegalBasis, forms.LegalBasisForm),
        name="edit_legal_basis",
    ),
    path("jam-kerja/<int:ref>/ubah/", page("office.edit_hours", OfficeHours, forms.HoursForm), name="edit_hours"),
    path("libur/tambah/", page("office.add_holiday", None, forms.HolidayForm), name="add_holiday"),
    path("libur/isi-tahun/", page("office.seed_year", None, forms.SeedYearForm), name="seed_year"),
    path("libur/<int:ref>/hapus/", page("office.remove_holiday", Holiday), name="remove_holiday"),
]
