from django import forms

from proposals.forms.filters import places
from proposals.models import DuplicateCase
from uep.ui.crispy import ActForm, FilterForm


class DecideCaseForm(ActForm):
    decision = forms.ChoiceField(label="Keputusan", choices=DuplicateCase.Decision.choices, widget=forms.RadioSelect)
    why = forms.CharField(
        label="Alasan",
        min_length=5,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Dari mana diketahui: KTP dan KK yang dicocokkan, keterangan desa, atau kunjungan.",
    )


class CaseFilter(FilterForm):
    keadaan = forms.ChoiceField(
        label="Keadaan", choices=[("", "Semua"), ("open", "Belum diputuskan"), *DuplicateCase.Decision.choices]
    )
    wilayah = forms.ChoiceField(label="Wilayah")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["wilayah"].choices = [("", "Semua wilayah"), *places()]
