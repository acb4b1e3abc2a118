from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm

from uep.access.roles import Role
from uep.accounts.models import User
from uep.office.models import Bank
from uep.registry import queries as registry
from uep.registry.fields import SealedFormField
from uep.registry.nik import check_nik, errors
from uep.ui.crispy import ActForm, FilterForm


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "Nama pengguna atau kata sandi tidak cocok. Periksa huruf besar dan kecil, lalu coba lagi.",
        "inactive": "Akun ini sudah ditutup. Hubungi administrator kantor.",
    }

    def __init__(self, request=None, *args, **kwargs):
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = "Nama pengguna"
        self.fields["password"].label = "Kata sandi"


class ChangePasswordForm(ActForm):
    current = forms.CharField(
        label="Kata sandi sekarang", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    password = forms.CharField(
        label="Kata sandi baru",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Paling sedikit 10 huruf atau angka, bukan nama Anda, bukan kata yang lazim.",
    )
    again = forms.CharField(
        label="Ketik ulang kata sandi baru", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_current(self):
        if not self.by.check_password(self.cleaned_data["current"]):
            raise forms.ValidationError("Kata sandi sekarang tidak cocok.")
        return self.cleaned_data["current"]

    def clean_password(self):
        password_validation.validate_password(self.cleaned_data["password"], self.by)
        return self.cleaned_data["password"]

    def clean(self):
        data = super().clean()
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", "Tidak sama dengan kata sandi baru.")
        if data.get("password") and data.get("password") == data.get("current"):
            self.add_error("password", "Kata sandi baru harus berbeda dari yang sekarang.")
        return {"password": data.get("password")}


class SigningNikForm(ActForm):
    """The own password stands guard: whoever finds the page open must not turn signatures over to another person."""

    nik = SealedFormField(
        kind="nik", label="NIK Anda", required=False, help_text="16 angka. Kosongkan untuk menghapusnya."
    )
    current = forms.CharField(
        label="Kata sandi akun Anda",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_nik(self):
        faults = errors(check_nik(self.cleaned_data["nik"])) if self.cleaned_data["nik"] else []
        if faults:
            raise forms.ValidationError([fault.sentence for fault in faults])
        return self.cleaned_data["nik"]

    def clean_current(self):
        if not self.by.check_password(self.cleaned_data["current"]):
            raise forms.ValidationError("Kata sandi Anda keliru.")
        return self.cleaned_data["current"]

    def clean(self):
        return {"nik": super().clean().get("nik")}


class UserForm(ActForm):
    full_name = forms.CharField(label="Nama lengkap", max_length=120)
    role = forms.ChoiceField(label="Peran", choices=Role.choices)
    village = forms.ModelChoiceField(
        label="Desa/kelurahan", queryset=None, required=False, help_text="Wajib untuk operator desa/kelurahan."
    )
    districts = forms.ModelMultipleChoiceField(
        label="Wilayah kerja staf (kecamatan)",
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Kosongkan bila staf menangani semua kecamatan.",
    )
    bank = forms.ModelChoiceField(label="Bank", queryset=None, required=False, help_text="Wajib untuk petugas bank.")
    phone = forms.CharField(label="Nomor HP/WA", max_length=20, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["village"].queryset = registry.villages()
        self.fields["districts"].queryset = registry.districts()
        self.fields["bank"].queryset = Bank.objects.order_by("name")


class AddUserForm(UserForm):
    username = forms.CharField(
        label="Nama pengguna",
        max_length=60,
        validators=[User.username_validator],
        help_text="Huruf kecil tanpa spasi, misalnya desa.sekoban.",
    )
    field_order = ["username"]


class EditUserForm(UserForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("full_name", "role", "village", "bank", "phone"):
            self.fields[name].initial = getattr(self.subject, name)
        self.fields["districts"].initial = self.subject.districts.all()


class UserFilter(FilterForm):
    peran = forms.ChoiceField(label="Peran", choices=[("", "Semua peran"), *Role.choices])
