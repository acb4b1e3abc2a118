"""Filters of the lists."""

from django import forms

from distribution import queries
from proposals.flow import State
from uep.ui.crispy import FilterForm

AFTER_DECREE = (
    State.DECREED,
    State.AGREED,
    State.BRIEFED,
    State.PAYMENT_FAILED,
    State.PAID,
    State.HANDED_OVER,
    State.WITHDRAWN,
)
ACCOUNTS = [
    ("unchecked", "Belum diperiksa bank"),
    ("valid", "Rekening benar"),
    ("wrong", "Rekening salah"),
    ("absent", "Belum diisi"),
]


class DecreeFilter(FilterForm):
    berjalan = forms.BooleanField(label="Hanya yang belum selesai")


class RecipientFilter(FilterForm):
    desa = forms.ModelChoiceField(label="Desa/kelurahan", queryset=None, empty_label="Semua")
    keadaan = forms.ChoiceField(label="Keadaan", choices=[("", "Semua"), *((s.value, s.label) for s in AFTER_DECREE)])
    rekening = forms.ChoiceField(label="Rekening", choices=[("", "Semua"), *ACCOUNTS])

    def __init__(self, data, *, decree):
        super().__init__(data)
        self.fields["desa"].queryset = queries.villages_of(decree)


class LineFilter(FilterForm):
    hasil = forms.ChoiceField(
        label="Hasil", choices=[("", "Semua"), ("waiting", "Menunggu bank"), ("paid", "Tersalur"), ("failed", "Gagal")]
    )
