"""Forms of number patterns, and of the public page that checks a file."""

from django import forms
from django.utils import timezone

from uep.documents import numbering
from uep.documents.queries import numbers_given
from uep.files.intake import MAX_BYTES, megabytes
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


class ReserveForm(ActForm):
    date = forms.DateField(label="Tanggal naskah", help_text="Tanggal sebelum hari ini dicatat sebagai tanggal mundur.")
    number = forms.CharField(label="Nomor", max_length=120, required=False)
    reason = forms.CharField(
        label="Alasan", max_length=300, min_length=5, help_text="Tercatat di buku nomor, misalnya: SK rapat pleno."
    )

    def __init__(self, *args, subject, by, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["date"].initial = today
        given = numbers_given(today.year).get(pk=subject.pk).given or 0
        following = numbering.write(subject, numbering.Place(given + 1, ""), today)
        split = numbering.write(subject, numbering.Place(max(given, 1), "a"), today)
        self.fields["number"].help_text = f"Kosongkan untuk nomor berikutnya ({following}). Sisipan ditulis {split}."

    def clean_date(self):
        if self.cleaned_data["date"] > timezone.localdate():
            raise forms.ValidationError("Tanggal naskah tidak boleh setelah hari ini.")
        return self.cleaned_data["date"]


class ReleaseForm(ActForm):
    reason = forms.CharField(label="Alasan", max_length=300, min_length=5)

    def __init__(self, *args, subject, by, **kwargs):
        super().__init__(*args, **kwargs)


class CheckFileForm(ActForm):
    """The PDF that somebody holds: read, compared, forgotten."""

    file = forms.FileField(
        label="Berkas PDF",
        max_length=200,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        help_text=f"Paling besar {megabytes(MAX_BYTES)}. Berkas hanya dibandingkan, tidak disimpan.",
        error_messages={"empty": "Berkas ini kosong. Pilih berkas PDF yang Anda pegang."},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(f"Berkas ini lebih dari {megabytes(MAX_BYTES)}.")
        return file
