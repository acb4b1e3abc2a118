"""Forms of step 5: sessions, attendance, papers of recipients."""

from django import forms
from django.utils import timezone

from decrees.models import Recipient
from distribution import queries
from distribution.forms.choosing import ChooseForm
from uep.files.forms import UploadField, UploadsField
from uep.ui.crispy import ActForm

TOPICS = (
    "Hak dan kewajiban penerima\nPemakaian dana sesuai rencana anggaran biaya\nPendampingan dan pelaporan usaha\n"
    "Dana diterima utuh, tanpa potongan"
)


class PlanSessionForm(ChooseForm):
    columns = ("Desa/kelurahan", "Kecamatan")

    starts_at = forms.DateTimeField(label="Hari dan jam", help_text="Waktu setempat.")
    place = forms.CharField(label="Tempat", max_length=200)
    speaker = forms.CharField(label="Narasumber", max_length=200, required=False)
    topics = forms.CharField(label="Materi", widget=forms.Textarea(attrs={"rows": 4}), initial=TOPICS)

    def candidates(self):
        return queries.to_be_briefed(self.subject).filter(pk__in=Recipient.objects.visible_to(self.by).values("pk"))

    def cells(self, row):
        return (str(row.village), row.village.parent.name)

    def clean_starts_at(self):
        if self.cleaned_data["starts_at"] <= timezone.now():
            raise forms.ValidationError("Waktu sosialisasi harus setelah sekarang.")
        return self.cleaned_data["starts_at"]


class CancelSessionForm(ActForm):
    reason = forms.CharField(label="Sebab", max_length=300, min_length=5)


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, user):
        return user.full_name


class RecordSessionForm(ActForm):
    """One line for each invited recipient; the companion chosen once serves every line that names no other."""

    companion = PersonField(
        label="Pendamping",
        queryset=None,
        required=False,
        help_text="Untuk semua yang hadir, kecuali yang dipilih lain di barisnya.",
    )
    minutes = forms.CharField(label="Notulen", widget=forms.Textarea(attrs={"rows": 5}))
    photo = UploadField(label="Foto pelaksanaan", accept={"image"})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = queries.companions()
        self.fields["companion"].queryset = self.people
        self.staff = {str(user.pk): user for user in self.people}
        self.attendances = list(queries.attendance_rows(self.subject))

    @property
    def lines(self) -> list[dict]:
        """What the table shows, with what was typed."""
        data = self.data if self.is_bound else {}
        return [
            {
                "row": row,
                "came": f"came-{row.pk}" in data,
                "represented": data.get(f"represented-{row.pk}", ""),
                "companion": data.get(f"companion-{row.pk}", ""),
            }
            for row in self.attendances
        ]

    def clean(self):
        cleaned = super().clean()
        everyone = cleaned.pop("companion", None)
        came = {row.pk for row in self.attendances if f"came-{row.pk}" in self.data}
        if not came:
            self.add_error(None, "Belum ada yang dicentang hadir.")
        companions = {pk: self.staff.get(self.data.get(f"companion-{pk}", ""), everyone) for pk in came}
        alone = [row.recipient.name for row in self.attendances if row.pk in came and companions[row.pk] is None]
        if alone:
            self.add_error(
                "companion", f"Pilih pendamping untuk: {', '.join(alone[:10])}{' …' if len(alone) > 10 else ''}."
            )
        named = {pk: self.data.get(f"represented-{pk}", "").strip()[:120] for pk in came}
        return cleaned | {
            "came": came,
            "represented": {pk: name for pk, name in named.items() if name},
            "companions": companions,
        }


class AddPaperForm(ActForm):
    requirement = forms.ModelChoiceField(label="Berkas", queryset=None, empty_label=None)
    uploads = UploadsField(label="Foto atau PDF", at_most=5)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        programme = self.subject.decree.programme
        papers = [paper.pk for paper in queries.papers_after_decree(programme)]
        self.fields["requirement"].queryset = programme.requirements.filter(pk__in=papers)
