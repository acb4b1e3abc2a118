from django import forms
from django.utils import timezone

from proposals.models import Disposition, Requirement
from proposals.queries.letters import drafts_for
from uep.access.roles import Role
from uep.accounts.models import User
from uep.files.forms import UploadField
from uep.ui.crispy import ActForm, FilterForm


class LetterForm(ActForm):
    number = forms.CharField(
        label="Nomor surat", max_length=80, help_text="Seperti tertulis di surat, misalnya 400.9/112/NB/2026."
    )
    date = forms.DateField(label="Tanggal surat")
    signed_by = forms.CharField(label="Ditandatangani oleh", max_length=120, help_text="Nama kepala desa atau lurah.")
    signed_title = forms.CharField(label="Jabatan penanda tangan", max_length=80)
    deliberated_on = forms.DateField(
        label="Tanggal musyawarah desa/kelurahan",
        required=False,
        help_text="Isi bila daftar calon disepakati dalam musyawarah.",
    )

    def clean_date(self):
        if self.cleaned_data["date"] > timezone.localdate():
            raise forms.ValidationError("Tanggal surat tidak boleh setelah hari ini.")
        return self.cleaned_data["date"]

    def clean_deliberated_on(self):
        if (day := self.cleaned_data["deliberated_on"]) and day > timezone.localdate():
            raise forms.ValidationError("Tanggal musyawarah tidak boleh setelah hari ini.")
        return day


class OpenLetterForm(LetterForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        village = self.by.village
        self.fields[
            "signed_title"
        ].initial = f"{'Lurah' if village.kind == 'kelurahan' else 'Kepala Desa'} {village.name}"


class EditLetterForm(LetterForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.initial = getattr(self.subject, name)
        if hasattr(self.subject, "deliberation"):
            day = self.fields["deliberated_on"]
            day.initial, day.disabled = self.subject.meeting_day, True
            day.help_text = "Menurut catatan musyawarah; ubah di sana."


class PutInLetterForm(ActForm):
    proposals = forms.ModelMultipleChoiceField(
        label="Usulan di surat ini", queryset=None, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        drafts = drafts_for(self.subject)
        self.fields["proposals"].queryset = drafts
        self.fields["proposals"].initial = [p.pk for p in drafts if p.letter_id == self.subject.pk]


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, user):
        return f"{user.full_name} ({Role(user.role).label})"


class DisposeForm(ActForm):
    to = PersonChoice(label="Diteruskan kepada", queryset=None)
    nature = forms.ChoiceField(label="Sifat", choices=Disposition.Nature.choices, initial=Disposition.Nature.URGENT)
    instruction = forms.ChoiceField(label="Dengan hormat harap", choices=Disposition.Instruction.choices)
    deadline = forms.DateField(label="Batas waktu", required=False)
    note = forms.CharField(label="Catatan", required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True, role__in=[Role.DIVISION_HEAD, Role.STAFF])
        self.fields["to"].queryset = people.order_by("role", "full_name")

    def clean_deadline(self):
        if (day := self.cleaned_data["deadline"]) and day < timezone.localdate():
            raise forms.ValidationError("Batas waktu tidak boleh sebelum hari ini.")
        return day


class SendBackForm(ActForm):
    note = forms.CharField(
        label="Yang harus diperbaiki",
        widget=forms.Textarea(attrs={"rows": 4}),
        min_length=10,
        help_text="Tulis jelas; operator desa hanya membaca kalimat ini.",
    )


class AnswerForm(ActForm):
    note = forms.CharField(label="Keterangan perbaikan", required=False, widget=forms.Textarea(attrs={"rows": 3}))


class WithdrawForm(ActForm):
    REASONS = ["Mengundurkan diri", "Meninggal dunia", "Pindah domisili", "Salah masuk"]
    reason = forms.ChoiceField(label="Sebab", choices=[(r, r) for r in REASONS], widget=forms.RadioSelect)
    note = forms.CharField(label="Keterangan", required=False, widget=forms.Textarea(attrs={"rows": 2}))


class AttachToLetterForm(ActForm):
    requirement = forms.ModelChoiceField(label="Berkas", queryset=None)
    upload = UploadField(label="Foto atau PDF")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        owner = Requirement.Owner.LETTER
        self.fields["requirement"].queryset = self.subject.programme.requirements.filter(owner=owner)


class LetterFilter(FilterForm):
    menunggu = forms.BooleanField(label="Hanya yang menunggu disposisi")
