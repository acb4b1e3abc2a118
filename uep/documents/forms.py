"""Forms of the page of number patterns."""

from django import forms
from django.utils import timezone

from uep.documents import numbering
from uep.documents.queries import numbers_given
from uep.ui.crispy import ActForm


class SeriesForm(ActForm):
    pattern = forms.CharField(label="Pola nomor", max_length=120)
    unit_code = forms.CharField(label="Kode unit", max_length=40, help_text="Menggantikan {kode}.")
    last = forms.IntegerField(
        label="Nomor terakhir yang sudah dipakai tahun ini",
        min_value=0,
        max_value=999_999,
        required=False,
        help_text="Isi bila buku nomor di kantor sudah berjalan; nomor berikutnya adalah satu di atasnya. Tidak dapat mundur.",
    )

    def __init__(self, *args, subject, by, **kwargs):
        given = numbers_given(timezone.localdate().year).get(pk=subject.pk).given
        super().__init__(
            *args, initial={"pattern": subject.pattern, "unit_code": subject.unit_code, "last": given or 0}, **kwargs
        )
        tags = "; ".join(f"{{{tag}}}: {meaning}" for tag, meaning in numbering.TAGS.items())
        self.fields["pattern"].help_text = f"Tanda yang diganti: {tags}."

    def clean_pattern(self):
        pattern = self.cleaned_data["pattern"].strip()
        numbering.check_pattern(pattern)
        return pattern
