"""Forms of the bank's layouts, and of taking a list along."""

from django import forms

from distribution import bank_layouts
from distribution.models import BankLayout
from uep.office.models import Bank
from uep.ui.crispy import ActForm

START = {
    "payment": "position | No | 5\naccount | Nomor rekening | 16\nholder | Nama | 40\namount | Jumlah | 15\nref | Kode | 12",
    "opening": "position | No | 5\nname | Nama | 40\nnik | NIK | 16\naddress | Alamat | 60",
}


class LayoutForm(ActForm):
    bank = forms.ModelChoiceField(label="Bank", queryset=None)
    purpose = forms.ChoiceField(label="Untuk", choices=BankLayout.Purpose.choices, widget=forms.RadioSelect)
    name = forms.CharField(label="Nama susunan", max_length=80)
    kind = forms.ChoiceField(label="Jenis berkas", choices=BankLayout.Kind.choices, widget=forms.RadioSelect)
    columns = forms.CharField(label="Kolom", widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}))
    has_heading = forms.BooleanField(label="Baris pertama berisi judul kolom", required=False)
    has_control = forms.BooleanField(label="Baris terakhir berisi jumlah baris dan jumlah uang", required=False)
    separator = forms.ChoiceField(
        label="Pemisah CSV", choices=[(";", "titik koma ;"), (",", "koma ,"), ("|", "garis |")]
    )
    active = forms.BooleanField(label="Dipakai", required=False)

    def __init__(self, *args, subject, by, **kwargs):
        super().__init__(*args, subject=subject, by=by, **kwargs)
        row = subject if isinstance(subject, BankLayout) else None
        self.fields["bank"].queryset = Bank.objects.filter(active=True).order_by("name")
        known = ", ".join(f"{field} ({label})" for field, (label, _) in bank_layouts.FIELDS.items())
        self.fields["columns"].help_text = f"Satu kolom tiap baris: kolom | judul | lebar. Yang dikenal: {known}."
        if row:
            self.initial |= {name: getattr(row, name) for name in self.fields if name != "columns"}
            self.initial["columns"] = "\n".join(" | ".join(str(part) for part in column) for column in row.columns)
        else:
            self.initial |= {
                "purpose": "payment",
                "kind": "xlsx",
                "has_heading": True,
                "active": True,
                "separator": ";",
            }
            self.initial["columns"] = START["payment"]

    def clean(self):
        cleaned = super().clean()
        if {"columns", "purpose", "kind"} <= cleaned.keys():
            try:
                cleaned["columns"] = bank_layouts.parse_columns(cleaned["columns"], cleaned["purpose"], cleaned["kind"])
            except forms.ValidationError as error:
                self.add_error("columns", error)
        return cleaned


class TakeListForm(ActForm):
    layout = forms.ModelChoiceField(
        label="Bentuk daftar",
        queryset=None,
        required=False,
        to_field_name="ref",
        empty_label="Excel berkolom hasil, untuk diisi dan diunggah lagi",
        widget=forms.RadioSelect,
    )
    protect = forms.BooleanField(
        label="Lindungi berkas dengan kata sandi",
        required=False,
        initial=True,
        help_text="Kata sandi ditampilkan satu kali di halaman berikutnya, terpisah dari berkasnya.",
    )
    reason = forms.CharField(label="Keperluan", max_length=300, required=False)

    def __init__(self, *args, subject, by, address=None, **kwargs):
        super().__init__(*args, subject=subject, by=by, **kwargs)
        self.address = address
        self.fields["layout"].queryset = BankLayout.objects.visible_to(by).filter(
            bank=subject.decree.programme.bank_id, purpose="payment", active=True
        )

    def clean(self):
        return super().clean() | {"address": self.address}
