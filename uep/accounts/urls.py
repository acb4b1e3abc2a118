from django.urls import path

from uep.access.acts import act_page
from uep.accounts import views
from uep.accounts.forms import AddUserForm, ChangePasswordForm, EditUserForm, SigningNikForm
from uep.accounts.models import User
from uep.accounts.views import IssuingPage, OwnPasswordPage, SigningNikPage

app_name = "accounts"
urlpatterns = [
    path("masuk/", views.sign_in, name="sign_in"),
    path("keluar/", views.sign_out, name="sign_out"),
    path("akun/", views.account, name="account"),
    path(
        "akun/kata-sandi/",
        act_page("accounts.change_password", None, ChangePasswordForm, page=OwnPasswordPage),
        name="change_password",
    ),
    path("akun/nik/", act_page("accounts.record_nik", None, SigningNikForm, page=SigningNikPage), name="record_nik"),
    path("pengguna/", views.users, name="users"),
    path("pengguna/tambah/", act_page("accounts.add_user", None, AddUserForm, page=IssuingPage), name="add_user"),
    path("pengguna/<str:ref>/", views.user, name="user"),
    path("pengguna/<str:ref>/ubah/", act_page("accounts.edit_user", User, EditUserForm), name="edit_user"),
    path(
        "pengguna/<str:ref>/kata-sandi/",
        act_page("accounts.reset_password", User, page=IssuingPage),
        name="reset_password",
    ),
    path("pengguna/<str:ref>/tutup/", act_page("accounts.close_user", User), name="close_user"),
    path("pengguna/<str:ref>/buka/", act_page("accounts.reopen_user", User), name="reopen_user"),
]
