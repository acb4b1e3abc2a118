"""Forms of step 4: accounts and the agreement."""

from django import forms
from django.utils import timezone

from distribution import queries
from distribution.forms.choosing import ChooseForm
from distribution.models import AccountCheck, DisbursementAgreement
from uep.registry.fields import SealedFormField, mask
from uep.ui.crispy import ActForm, RupiahField


class RevealAccountsForm(ActForm):
    reason = forms.CharField(
        label="Alasan",
        max_length=300,
        min_length=5,
        help_text="Misalnya: pemeriksaan rekening penerima di sistem bank.",
    )

    def __init__(self, *args, address=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.address = address

    def clean(self):
        return super().clean() | {"address": self.address}


class AcceptAccountsForm(ChooseForm):
    columns = ("Desa/kelurahan", "Nomor rekening", "Nama pemilik rekening")

    def candidates(self):
        rows = queries.account_rows(self.subject)
        return rows.filter(account_verdict__isnull=True, proposal__account_number__isnull=False)

    def prepared(self, rows):
        rows = list(rows)
        self.opened = queries.open_to(self.by, rows)
        return rows

    def cells(self, row):
        number = row.proposal.account_number
        holder = row.proposal.account_name
        return (
            str(row.village),
            number if row.pk in self.opened else mask(number),
            holder if holder.casefold() == row.name.casefold() else f"{holder} (berbeda dari nama penerima)",
        )


class CheckAccountForm(ActForm):
    verdict = forms.ChoiceField(
        label="Hasil pemeriksaan", choices=AccountCheck.Verdict.choices, widget=forms.RadioSelect
    )
    why = forms.CharField(
        label="Apa yang salah",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Wajib bila rekening salah. Desa membaca kalimat ini, misalnya: nama di bank SITI AMINAH, di usulan Siti Aminnah.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_open = self.subject.pk in queries.open_to(self.by, [self.subject])

    @property
    def number(self) -> str:
        """In full only to the officer who has opened it with a reason."""
        number = self.subject.proposal.account_number
        return number if self.is_open else mask(number)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("verdict") == AccountCheck.Verdict.WRONG and not cleaned.get("why", "").strip():
            self.add_error("why", "Tulis apa yang salah agar desa dapat memperbaiki.")
        return cleaned


class CorrectAccountForm(ActForm):
    account_number = SealedFormField(kind="account", label="Nomor rekening")
    account_name = forms.CharField(
        label="Nama pemilik rekening",
        max_length=120,
        help_text="Persis seperti di buku rekening, termasuk ejaan dan gelar.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        bank = self.subject.decree.programme.bank
        self.fields[
            "account_number"
        ].help_text = f"{bank}: {bank.account_min_length} sampai {bank.account_max_length} angka."
        self.fields["account_name"].initial = self.subject.proposal.account_name or self.subject.name
        self.story = queries.story_of(self.subject)


class AgreementForm(ActForm):
    method = forms.ChoiceField(
        label="Cara penyaluran",
        choices=DisbursementAgreement.Method.choices,
        widget=forms.RadioSelect,
        initial="transfer",
    )
    starts = forms.DateField(label="Penyaluran mulai")
    ends = forms.DateField(label="Penyaluran selesai")
    place = forms.CharField(label="Tempat/kantor cabang", max_length=200)
    fee = RupiahField(label="Biaya administrasi per penerima", initial=0, help_text="0 bila tidak ada biaya.")
    fee_borne_by = forms.CharField(label="Biaya ditanggung oleh", max_length=80, initial="Bank penyalur")
    contact = forms.CharField(label="Narahubung bank", max_length=120, help_text="Nama dan nomor telepon.")
    failed_handling = forms.CharField(
        label="Penanganan gagal salur",
        widget=forms.Textarea(attrs={"rows": 3}),
        initial="Bank melaporkan sebab gagal paling lambat dua hari kerja; desa memperbaiki rekening, lalu dana disalurkan "
        "kembali pada daftar berikutnya.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.former = queries.agreement_of(self.subject)
        if self.former:
            for name, field in self.fields.items():
                field.initial = getattr(self.former, name)
        else:
            self.fields["starts"].initial = timezone.localdate()
            self.fields["place"].initial = str(self.subject.programme.bank)

    def clean(self):
        cleaned = super().clean()
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", "Tanggal selesai tidak boleh sebelum tanggal mulai.")
        return cleaned
