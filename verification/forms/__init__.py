"""What people write at step 2: verdicts, who goes, what was seen, why it was decided so."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import sanitize_separators

from proposals.forms.filters import places
from proposals.models import Programme
from uep.documents.queries import document_of
from uep.files.forms import UploadsField
from uep.ui.crispy import ActForm, FilterForm, RupiahField
from uep.ui.indonesian import tanggal, waktu
from verification import queries
from verification.forms.answers import Asking, YesNoField, name_of
from verification.models import DeskCheck, FieldVisit, VisitPhoto
from verification.queries.instruments import in_force, version_for
from verification.queries.minutes import PAPER

Found, Recommendation, Verdict = FieldVisit.Found, FieldVisit.Recommendation, DeskCheck.Verdict
GONE = (Found.MOVED, Found.DIED, Found.UNKNOWN)


class ReasonForm(ActForm):
    reason = forms.CharField(label="Alasan", widget=forms.Textarea(attrs={"rows": 4}), min_length=5, max_length=1000)


class NoteForm(ActForm):
    note = forms.CharField(
        label="Catatan",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Tampil di perjalanan usulan, juga bagi desa.",
    )


class CheckForm(ActForm):
    """A verdict and a reason for each item. Leaving one out is allowed: one checks in several sittings."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.round, self.looks = queries.round_of(self.subject), queries.desk(self.subject)
        for look in self.looks:
            code, told = look.item.code, look.verdict
            self.fields[f"verdict_{code}"] = forms.ChoiceField(
                label=f"Hasil: {look.item.label}",
                choices=Verdict.choices,
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
                required=False,
                initial=told.verdict if told else None,
            )
            self.fields[f"why_{code}"] = forms.CharField(
                label=f"Yang harus diperbaiki pada {look.item.label}",
                max_length=300,
                widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
                required=False,
                initial=told.why if told else "",
            )

    def rows(self):
        """Each look with its two fields, for the page; what an earlier round has settled comes last."""
        looks = sorted(self.looks, key=lambda look: look.verdict is not None and look.verdict.round != self.round)
        return [(look, self[f"verdict_{look.item.code}"], self[f"why_{look.item.code}"]) for look in looks]

    def clean(self):
        verdicts = {}
        for look in self.looks:
            code = look.item.code
            verdict = self.cleaned_data.get(f"verdict_{code}", "")
            why = self.cleaned_data.get(f"why_{code}", "").strip()
            if verdict == Verdict.WRONG and not why:
                self.add_error(f"why_{code}", f"{look.item.label}: tulis apa yang harus diperbaiki.")
            elif why and not verdict:
                self.add_error(f"verdict_{code}", f"{look.item.label}: pilih benar atau perlu perbaikan.")
            elif verdict:
                verdicts[code] = (verdict, why)
        return {"verdicts": verdicts}


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, person):
        return _with_load(person)


class PeopleField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, person):
        return _with_load(person)


def _with_load(person) -> str:
    return f"{person}, {person.load} rumah tangga belum dikunjungi" if person.load else f"{person}, belum ada tugas"


class AssignTeamForm(ActForm):
    """`district` or `village` narrows the households; the page shows them in the order of the road. Days are planned then."""

    proposals = forms.ModelMultipleChoiceField(
        label="Rumah tangga yang dikunjungi", queryset=None, widget=forms.CheckboxSelectMultiple
    )
    leader = PersonField(label="Ketua tim", queryset=None)
    members = PeopleField(label="Anggota tim", queryset=None, required=False, widget=forms.CheckboxSelectMultiple)
    starts = forms.DateField(label="Mulai tanggal", initial=timezone.localdate)
    ends = forms.DateField(label="Sampai tanggal")
    purpose = forms.CharField(label="Keperluan", max_length=200)
    vehicle = forms.CharField(
        label="Kendaraan", max_length=80, required=False, help_text="Misalnya mobil operasional KH 1234 R."
    )

    def __init__(self, *args, district="", village="", **kwargs):
        super().__init__(*args, **kwargs)
        waiting = queries.waiting_for_assignment(self.by).filter(programme=self.subject)
        if district:
            waiting = waiting.filter(village__parent=district)
        if village:
            waiting = waiting.filter(village=village)
        self.households = self.fields["proposals"].queryset = waiting.order_by(*queries.ROAD)
        self.fields["leader"].queryset = self.fields["members"].queryset = queries.team_choices(self.by)
        self.fields["purpose"].initial = f"Verifikasi lapangan calon penerima {self.subject}"
        if district or village:
            self.fields["proposals"].initial = list(waiting.values_list("pk", flat=True))

    def chosen(self) -> set[str]:
        """Keys of the households that are ticked, for the page's own boxes."""
        return {str(key) for key in self["proposals"].value() or []}

    def clean_starts(self):
        if self.cleaned_data["starts"] < timezone.localdate():
            raise ValidationError("Tanggal mulai tidak boleh sebelum hari ini.")
        return self.cleaned_data["starts"]

    def clean_ends(self):
        starts, ends = self.cleaned_data.get("starts"), self.cleaned_data["ends"]
        if starts and ends < starts:
            raise ValidationError(f"Tugas mulai {tanggal(starts)}; tanggal sampai tidak boleh sebelumnya.")
        return ends


class DegreesField(forms.DecimalField):
    """Degrees as people write them: with a point or a comma."""

    default_error_messages = {"invalid": "Tulis derajat dengan angka, misalnya -2,012345."}

    def __init__(self, **kwargs):
        super().__init__(max_digits=9, decimal_places=6, widget=forms.TextInput(attrs={"inputmode": "text"}), **kwargs)

    def to_python(self, value):
        if isinstance(value, str):
            value = sanitize_separators(value.strip().replace(",", ".")) if value.strip() else None
        return super().to_python(value)

    def widget_attrs(self, widget):
        return {}


class VisitForm(Asking, ActForm):
    """What was seen. Only when and whether the household was found must be told at once; the rest before it is handed in."""

    visited_at = forms.DateTimeField(
        label="Waktu kunjungan", initial=timezone.now, help_text="Waktu di lapangan, bukan waktu mencatat."
    )
    found = forms.ChoiceField(label="Calon penerima", choices=Found.choices, widget=forms.RadioSelect)
    met = forms.CharField(
        label="Yang ditemui",
        max_length=120,
        required=False,
        help_text="Nama dan hubungannya, misalnya Siti (calon), Amin (ketua RT).",
    )
    latitude = DegreesField(label="Lintang", min_value=-11, max_value=6, required=False, help_text="Misalnya -2,012345")
    longitude = DegreesField(
        label="Bujur", min_value=95, max_value=141, required=False, help_text="Misalnya 111,212345"
    )
    accuracy = forms.IntegerField(min_value=0, max_value=100_000, required=False, widget=forms.HiddenInput)
    identity_matches = YesNoField("Identitas cocok dengan KTP dan KK")
    lives_there = YesNoField("Tinggal di alamat itu")
    business_exists = YesNoField("Usaha ada dan berjalan")
    business_seen = forms.CharField(label="Usaha yang dilihat", max_length=200, required=False)
    turnover_seen = RupiahField(label="Omzet per bulan", required=False)
    capital_seen = forms.CharField(label="Modal dan peralatan", max_length=300, required=False)
    need = forms.CharField(label="Yang dibutuhkan", max_length=300, required=False)
    other_aid = forms.CharField(label="Bantuan lain yang diterima", max_length=200, required=False)
    remarks = forms.CharField(
        label="Catatan", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    recommendation = forms.ChoiceField(
        label="Rekomendasi tim", choices=Recommendation.choices, widget=forms.RadioSelect, required=False
    )
    reason = forms.CharField(
        label="Alasan rekomendasi", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    # Which version was on this form: another one may be enacted while somebody is on the road.
    instrument = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)

    BEFORE = (
        ("Kunjungan", ("visited_at", "found", "met")),
        ("Letak", ("latitude", "longitude", "accuracy")),
        ("Calon penerima dan usaha", ("identity_matches", "lives_there", "business_exists", "business_seen",
                                      "turnover_seen", "capital_seen", "need", "other_aid")),
    )  # fmt: skip
    AFTER = (
        ("Catatan", ("remarks",)),
        ("Rekomendasi", ("recommendation", "reason")),
    )

    def __init__(self, *args, version: int | None = None, **kwargs):
        """`version`: begin the visit by this number of the instrument, as a sheet in the hand has it."""
        super().__init__(*args, **kwargs)
        self.visit = self.former()
        if self.visit:
            for name, field in self.fields.items():
                field.initial = getattr(self.visit, name)
        self.version = self.visit.instrument if self.visit else self._version(version)
        answers = self.visit.indicators if self.visit else {}
        self.ask(self.version.definition, answers)
        self.fields["instrument"].initial = self.version.number

    def former(self) -> FieldVisit | None:
        """The visit that is being changed."""
        return queries.open_visit(self.subject)

    def _version(self, asked: int | None):
        """What was on the form that comes in, else what the address asks for, else what is in force."""
        told = self.data.get("instrument", "") if self.is_bound else asked
        number = int(told) if str(told or "").isdecimal() and len(str(told)) < 5 else None
        try:
            return version_for(self.subject.programme, number)
        except LookupError:
            return in_force(self.subject.programme)

    def parts(self):
        """(title, its fields), for the page; what the instrument asks stands between what is fixed."""
        return [*self._fixed(self.BEFORE), *self.asked(), *self._fixed(self.AFTER)]

    def _fixed(self, groups):
        return [(title, [self[name] for name in names]) for title, names in groups]

    def clean(self):
        facts = self.cleaned_data
        if (facts.get("latitude") is None) != (facts.get("longitude") is None) and not self.errors:
            self.add_error("longitude", "Koordinat harus lengkap: lintang dan bujur, atau kosongkan keduanya.")
        facts["indicators"] = self._answers(facts)
        facts |= self._position(facts)
        if facts.get("found") == Found.AWAY:
            facts["recommendation"] = facts["reason"] = ""
        elif facts.get("found") in GONE and facts.get("recommendation") in {
            Recommendation.ELIGIBLE,
            Recommendation.RESERVE,
        }:
            found = Found(facts["found"]).label.lower()
            self.add_error("recommendation", f"Calon {found}; rekomendasinya hanya dapat Tidak layak.")
        return facts

    def _answers(self, facts) -> dict:
        """Taken out of the boxes. What stands wrongly in a box leaves the answer that was there before."""
        before = self.visit.indicators if self.visit else {}
        given = {}
        for question in self.questions:
            name = name_of(question)
            given[question.code] = facts.pop(name, None) if name not in self.errors else before.get(question.code)
        return given

    def _position(self, facts) -> dict:
        """Where the coordinates come from: an accuracy is only ever filled in by the device, for what it said itself."""
        place = (facts.get("latitude"), facts.get("longitude"))
        accuracy = facts.get("accuracy")
        if None in place:
            return {"accuracy": None, "position_from": FieldVisit.Position.NONE}
        moved = self.visit is not None and place != (self.visit.latitude, self.visit.longitude)
        if accuracy is None or (moved and accuracy == self.visit.accuracy):
            return {"accuracy": None, "position_from": FieldVisit.Position.HAND}
        return {"position_from": FieldVisit.Position.DEVICE}


class VisitAgainForm(VisitForm):
    def former(self):
        return None


class PhotographForm(ActForm):
    """A field for each subject, so that no photo needs a second word."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for value, label in VisitPhoto.Subject.choices:
            self.fields[value] = UploadsField(label=label, accept={"image"}, at_most=5, required=False, help_text="")

    def clean(self):
        if not self.errors and not any(self.cleaned_data.values()):
            raise ValidationError("Pilih sedikitnya satu foto.")
        return self.cleaned_data


class PhotosField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, photo):
        return f"{photo}, {waktu(photo.file.taken_at or photo.at)}"


class ChoosePhotosForm(ActForm):
    photos = PhotosField(label="Foto", queryset=None, required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = queries.photos_shown().filter(visit=self.subject)
        self.fields["photos"].queryset = self.rows
        self.fields["photos"].initial = [photo.pk for photo in self.rows if photo.is_for_minutes]


class MinutesForm(ActForm):
    date = forms.DateField(label="Tanggal berita acara", initial=timezone.localdate)


class ConfirmMinutesForm(ActForm):
    has_read = forms.BooleanField(label="Saya sudah membaca berita acara ini; isinya sesuai dengan kunjungan tim kami.")
    sha256 = forms.CharField(widget=forms.HiddenInput, min_length=64, max_length=64)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.document = document_of(PAPER, self.subject)
        self.fields["sha256"].initial = self.document.sha256

    def clean(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "has_read"}


class QueueFilter(FilterForm):
    """Programme and place, above each queue."""

    program = forms.ModelChoiceField(
        Programme.objects.none(), label="Program", to_field_name="ref", empty_label="Semua program"
    )
    wilayah = forms.ChoiceField(label="Wilayah")
    antrean = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = Programme.objects.visible_to(user)
        self.fields["wilayah"].choices = [("", "Semua wilayah"), *places()]

    def chosen(self):
        """Which queue is shown does not narrow it."""
        return {name: value for name, value in super().chosen().items() if name != "antrean"}
