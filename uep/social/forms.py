"""The forms of sources, extracts and lists of earlier aid. Labels and lengths are those of the models."""

from django import forms

from uep.files.forms import SheetField
from uep.files.sheets import REGISTER
from uep.files.uploading import LARGER
from uep.social.models import PastAidList, Source
from uep.social.queries import Change
from uep.social.spreadsheet import ASKED, FIELDS, NEEDED
from uep.ui.crispy import ActForm

LARGER["social.bring_extract"] = REGISTER.received
COPIED = ("name", "legal_basis", "valid_from", "valid_to", "fresh_months")


def _of(name, **changes):
    return Source._meta.get_field(name).formfield(**changes)  # noqa: SLF001 - a model's public description


class EditSourceForm(ActForm):
    name = _of("name", help_text="Misalnya Data Tunggal Sosial dan Ekonomi Nasional (DTSEN).")
    legal_basis = _of("legal_basis", help_text="Misalnya Inpres 4/2025.")
    valid_from = _of("valid_from")
    valid_to = _of("valid_to", help_text="Kosongkan selama masih berlaku.")
    fresh_months = _of(
        "fresh_months",
        min_value=1,
        max_value=60,
        help_text="Usulan yang dicocokkan dengan data yang lebih lama dari ini diminta dicek ulang saat SK disusun.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if isinstance(self.subject, Source):
            for name in COPIED:
                self.fields[name].initial = getattr(self.subject, name)


class AddSourceForm(EditSourceForm):
    code = _of("code", help_text="Singkat, huruf kecil, misalnya dtsen. Tidak dapat diubah.")
    field_order = ["code"]


class BringExtractForm(ActForm):
    upload = SheetField(label="Berkas ekstrak", limits=REGISTER)
    period = forms.CharField(label="Periode", max_length=40, help_text="Misalnya Triwulan IV 2026.")
    as_of = forms.DateField(
        label="Keadaan data per tanggal", help_text="Tanggal data itu sendiri, bukan tanggal unggah."
    )


class MapColumnsForm(ActForm):
    """For each thing that we look for, the column that holds it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        titles = self.subject.columns["titles"]
        choices = [("", "Tidak ada di berkas ini"), *((str(at), title) for at, title in enumerate(titles) if title)]
        guessed = self.subject.columns["fields"]
        for name in sorted(FIELDS, key=lambda name: name not in ASKED):
            self.fields[name] = forms.ChoiceField(
                label=FIELDS[name].label, choices=choices, required=name in NEEDED, initial=str(guessed.get(name, ""))
            )

    def clean(self):
        chosen = {name: int(value) for name, value in super().clean().items() if value}
        if len(set(chosen.values())) < len(chosen):
            self.add_error(None, "Satu kolom hanya dapat dipakai untuk satu isian.")
        return {"fields": chosen}


class AcceptForm(ActForm):
    reason = forms.CharField(label="Catatan", max_length=300, required=False)


class RefuseForm(ActForm):
    reason = forms.CharField(label="Alasan", max_length=300, min_length=5)


class BringPastAidForm(ActForm):
    giver = forms.ChoiceField(label="Pemberi bantuan", choices=PastAidList.Giver.choices)
    programme = forms.CharField(label="Nama program", max_length=120, help_text="Misalnya UEP Kabupaten 2020-2025.")
    upload = SheetField(label="Daftar penerima")


def chosen_change(text: str) -> Change:
    return Change(text) if text in Change.values else Change.NEW
