"""What is asked around the objection window: which villages, what is objected, what is answered."""

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from proposals.flow import State
from proposals.forms.filters import places
from proposals.models import Programme
from uep.ui.crispy import ActForm, FilterForm
from verification.models import Objection
from verification.queries import objections as queries

DAYS = 5  # working days; the office may choose another number each time
QUICKEST = 4  # seconds: nobody reads a form and writes a reason in less
LASTS = 3 * 60 * 60  # seconds for which a form that was opened may be sent
SALT = "verification.object_publicly"


class PublishForm(ActForm):
    villages = forms.MultipleChoiceField(label="Desa/kelurahan", widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(
        label="Lama masa sanggah (hari kerja)",
        min_value=1,
        max_value=30,
        initial=DAYS,
        help_text="Dihitung dari hari kerja berikutnya; hari libur di kalender kantor tidak dihitung.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = queries.villages_to_publish(self.subject)
        self.fields["villages"].choices = [(row["village"], _offer(row)) for row in rows]
        self.fields["villages"].initial = [row["village"] for row in rows]


def _offer(row) -> str:
    counts = [f"{row[state.value]} {state.label.lower()}" for state in queries.PUBLISHED if row[state.value]]
    return f"{row['place']}, {row['district']}: {', '.join(counts)}"


class WithdrawPublicationForm(ActForm):
    reason = forms.CharField(
        label="Alasan",
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=5,
        max_length=300,
        help_text="Dibaca semua orang di halaman umum; jangan sebut nama.",
    )


class ObjectionFields(ActForm):
    """What every objection says; which kinds there are depends on the result that is objected to."""

    kind = forms.ChoiceField(label="Isi sanggahan", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Alasan",
        min_length=10,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Apa yang tidak sesuai, dan bagaimana Dinas dapat memeriksanya.",
    )

    def offer(self, kinds) -> None:
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        if len(kinds) == 1:
            self.fields["kind"].initial = kinds[0].value


class FileObjectionForm(ObjectionFields):
    """At the office, or by the village for a household of its own."""

    objector = forms.CharField(label="Nama penyanggah", max_length=120, required=False, help_text="Boleh dikosongkan.")
    contact = forms.CharField(
        label="Kontak penyanggah", max_length=120, required=False, help_text="Nomor HP atau alamat; boleh dikosongkan."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = queries.KINDS[State(self.subject.state)]
        self.offer([Objection.Kind.FOR] if self.by.village_id else kinds)


class PublicObjectionForm(ObjectionFields):
    """For everyone, without a puzzle: programs give themselves away by filling the trap, or by being too quick."""

    objector = forms.CharField(
        label="Nama Anda", max_length=120, required=False, help_text="Boleh dikosongkan. Hanya Dinas yang membacanya."
    )
    contact = forms.CharField(
        label="Nomor HP atau alamat Anda",
        max_length=120,
        required=False,
        help_text="Boleh dikosongkan. Isi bila Dinas boleh bertanya lebih lanjut.",
    )
    # Hidden by the style sheet; whoever does not see the page fills it in.
    situs = forms.CharField(
        label="Kosongkan kolom ini",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args, line, **kwargs):
        super().__init__(*args, **kwargs)
        self.line = line
        self.offer(queries.KINDS[line.result])

    @property
    def shown(self):
        return [field for field in self if field.name != "situs"]

    @property
    def token(self) -> str:
        """When this form was opened, signed: the one that was sent while it still holds, else a new one."""
        given = self.data.get("token", "")
        return given if self._age(given) == "good" or self._age(given) == "quick" else self._signer().sign(self._mark())

    def clean(self):
        data = super().clean()
        if data.pop("situs", ""):
            raise ValidationError("Sanggahan tidak terkirim: kosongkan kolom tersembunyi di bawah formulir.")
        age = self._age(self.data.get("token", ""))
        if age == "quick":
            raise ValidationError("Tunggu beberapa detik, periksa sekali lagi, lalu kirim.")
        if age != "good":
            raise ValidationError("Halaman ini terlalu lama terbuka. Isian Anda masih ada; periksa, lalu kirim lagi.")
        return data

    def _mark(self) -> str:
        return f"{self.line.publication_id}.{self.line.number}"

    @staticmethod
    def _signer() -> signing.TimestampSigner:
        return signing.TimestampSigner(salt=SALT)

    def _age(self, token: str) -> str:
        try:
            if self._signer().unsign(token, max_age=LASTS) != self._mark():
                return "foreign"
        except signing.BadSignature:  # expired ones included
            return "expired"
        try:
            self._signer().unsign(token, max_age=QUICKEST)
        except signing.SignatureExpired:
            return "good"
        return "quick"


class DecideObjectionForm(ActForm):
    decision = forms.ChoiceField(label="Keputusan", choices=Objection.Decision.choices, widget=forms.RadioSelect)
    answer = forms.CharField(
        label="Jawaban",
        min_length=10,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Dibaca siapa pun yang memegang nomor sanggahan ini, dan oleh desa. Jangan sebut nama, NIK, atau alamat.",
    )


class ObjectionFilter(FilterForm):
    keadaan = forms.ChoiceField(
        label="Keadaan",
        choices=[("", "Semua"), ("open", "Menunggu jawaban"), *Objection.Decision.choices],
    )
    isi = forms.ChoiceField(label="Isi", choices=[("", "Semua"), *Objection.Kind.choices])
    program = forms.ModelChoiceField(
        Programme.objects.none(), label="Program", to_field_name="ref", empty_label="Semua program"
    )
    wilayah = forms.ChoiceField(label="Wilayah")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = Programme.objects.visible_to(user)
        if user.village_id:
            del self.fields["wilayah"]
        else:
            self.fields["wilayah"].choices = [("", "Semua wilayah"), *places()]


class PublicationFilter(FilterForm):
    keadaan = forms.ChoiceField(
        label="Keadaan", choices=[("", "Semua"), ("open", "Masa sanggah berjalan"), ("over", "Masa sanggah selesai")]
    )
    program = forms.ModelChoiceField(
        Programme.objects.none(), label="Program", to_field_name="ref", empty_label="Semua program"
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = Programme.objects.visible_to(user)
