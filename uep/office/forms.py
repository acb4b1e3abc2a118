"""The forms of the office. Labels, lengths and choices are those of the models; constraints are judged by the action."""

from django import forms
from django.contrib.auth import get_user_model
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.models import fields_for_model
from django.utils import timezone

from uep.access.roles import Role
from uep.office.models import (
    ActingAppointment,
    Bank,
    Holiday,
    LegalBasis,
    OfficeHours,
    Official,
    PaperSetting,
    Post,
    Profile,
    Sop,
    SopStep,
)
from uep.office.nip import RANKS, nip_faults, plain_nip
from uep.ui.crispy import ActForm

OFFICE_ROLES = [Role.STAFF, Role.DIVISION_HEAD, Role.SECRETARY, Role.OFFICE_HEAD, Role.REGENT]


class RecordForm(ActForm):
    """A form over some fields of a model, filled from the subject when that is a record of the model."""

    model = None
    of = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        made = fields_for_model(self.model, fields=self.of)
        self.fields = {name: self.fields.get(name, made[name]) for name in self.of}
        record = self.record()
        for name, field in self.fields.items():
            if record is not None:
                field.initial = getattr(record, name)
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = "(pilih)" if field.required else "(tidak ada)"

    def record(self):
        return self.subject if isinstance(self.subject, self.model) else None


class ProfileForm(RecordForm):
    model = Profile
    of = (
        "app_title", "government_name", "name", "address", "postal_code", "phone", "email", "website", "capital",
    )  # fmt: skip

    def record(self):
        return Profile.objects.first()


class CrestForm(ActForm):
    image = forms.FileField(
        label="Gambar lambang",
        help_text="PNG, JPEG atau WebP, paling besar 5 MB. Latar tembus pandang (PNG) tercetak paling baik.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )


class EditPaperForm(RecordForm):
    model = PaperSetting
    of = ("title", "size", "font")


class AddPaperForm(EditPaperForm):
    of = ("code", "title", "size", "font")


class BankForm(RecordForm):
    model = Bank
    of = ("code", "name", "branch", "account_min_length", "account_max_length", "active")


class EditPostForm(RecordForm):
    model = Post
    of = ("title", "role", "parent", "order", "active")
    role = forms.ChoiceField(
        label="Peran dalam aplikasi",
        choices=[("", "(tidak ada)"), *((role.value, role.label) for role in OFFICE_ROLES)],
        required=False,
        help_text="Yang menggantikan jabatan ini (Plt./Plh./a.n.) memegang tugas peran ini.",
    )


class AddPostForm(EditPostForm):
    of = ("code", "title", "role", "parent", "order")


class OfficialForm(RecordForm):
    model = Official
    of = ("post", "name", "nip", "rank", "user", "starts", "ends")
    nip = forms.CharField(
        label="NIP", max_length=30, required=False, help_text="18 angka. Kosongkan untuk kepala daerah.", strip=True
    )
    rank = forms.ChoiceField(label="Pangkat/golongan", required=False)
    user = forms.ModelChoiceField(
        label="Akun",
        queryset=None,
        required=False,
        help_text="Akun yang dipakainya masuk aplikasi; perlu agar ia dapat ditunjuk sebagai Plt./Plh./a.n.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["post"].queryset = Post.objects.filter(active=True)
        self.fields["user"].queryset = (
            get_user_model().objects.filter(is_active=True, role__in=OFFICE_ROLES).order_by("full_name")
        )
        record = self.record()
        ranks = RANKS if record is None or record.rank in {"", *RANKS} else [record.rank, *RANKS]
        self.fields["rank"].choices = [("", "(tidak ada)"), *((rank, rank) for rank in ranks)]
        if record is not None:
            self.fields["nip"].initial = record.printed_nip

    def clean_nip(self):
        nip = plain_nip(self.cleaned_data["nip"])
        if nip and (faults := nip_faults(nip)):
            raise forms.ValidationError(faults)
        return nip


class EndForm(ActForm):
    """The last day of a term or of standing in."""

    ends = forms.DateField(label="Hari terakhir", initial=timezone.localdate)


class ActingForm(RecordForm):
    model = ActingAppointment
    of = ("kind", "post", "official", "letter_number", "letter_date", "starts", "ends")
    kind = forms.ChoiceField(
        label="Kedudukan",
        choices=[
            ("plh", "Plh.: pejabatnya berhalangan sementara"),
            ("plt", "Plt.: jabatannya kosong"),
            ("an", "a.n.: pejabatnya ada, melimpahkan tanda tangan"),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["post"].queryset = Post.objects.filter(active=True)
        officials = Official.objects.on(timezone.localdate()).select_related("post")
        self.fields["official"].queryset = officials
        self.fields["official"].label_from_instance = lambda official: f"{official.name} ({official.post.title})"


class LetterForm(RecordForm):
    model = ActingAppointment
    of = ("letter_number", "letter_date")


class SopForm(RecordForm):
    model = Sop
    of = ("number", "title", "made_on", "revised_on", "effective_on", "approved_by")


class NewSopForm(SopForm):
    def record(self):
        return None


class SopStepForm(RecordForm):
    model = SopStep
    of = ("title", "requirements", "norm_amount", "norm_unit", "output")


class LegalBasisForm(RecordForm):
    model = LegalBasis
    of = ("short_name", "text", "kinds", "order", "in_force_from", "in_force_to", "note")
    kinds = forms.MultipleChoiceField(
        label="Dipakai dalam",
        choices=LegalBasis.Use.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Kosong: tidak dikutip naskah mana pun.",
    )


class HoursForm(RecordForm):
    model = OfficeHours
    of = ("opens", "break_starts", "break_ends", "closes")


class HolidayForm(RecordForm):
    model = Holiday
    of = ("date", "name", "kind")


class SeedYearForm(ActForm):
    year = forms.IntegerField(label="Tahun", validators=[MinValueValidator(2015), MaxValueValidator(2100)])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year + 1
