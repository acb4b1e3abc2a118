"""What people write when visits are drawn to be seen again: how many, by whom, what was seen, what Kabid makes of it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from uep.ui.crispy import ActForm
from uep.ui.indonesian import tanggal
from verification import queries, sampling
from verification.actions.second import ASK
from verification.forms import PeopleField, PersonField, VisitForm
from verification.models import Assignment, SecondCheck
from verification.queries import second

State, Outcome = SecondCheck.State, SecondCheck.Outcome


def _why(label: str, help_text: str = "", most: int = 300) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, min_length=5, max_length=most, widget=widget, help_text=help_text)


class JourneyField(forms.ModelChoiceField):
    sizes: dict[int, int] = {}

    def label_from_instance(self, assignment):
        return f"{assignment}: {self.sizes.get(assignment.pk, 0)} kunjungan dapat diundi"


class DrawSampleForm(ActForm):
    """From which visits, and how many of them; `pool` and `number` say what that comes to."""

    assignment = JourneyField(
        label="Surat tugas", queryset=None, required=False, empty_label="Semua surat tugas program ini"
    )
    since = forms.DateField(label="Dikunjungi sejak", required=False)
    until = forms.DateField(label="Dikunjungi sampai", required=False)
    share = forms.IntegerField(
        label="Bagian yang diundi (persen)", min_value=1, max_value=100, required=False,
        help_text="Isi ini atau jumlah di bawah. Dibulatkan ke atas.",
    )  # fmt: skip
    count = forms.IntegerField(label="Jumlah kunjungan yang diundi", min_value=1, max_value=1000, required=False)
    holds = forms.BooleanField(
        label="Tahan keputusan atas yang terundi sampai verifikasi ulangnya disimpulkan",
        required=False,
        help_text="Tanpa ini validasi berjalan terus; halaman validasi hanya menyebut bahwa verifikasi ulang belum selesai.",
    )
    reason = _why("Alasan", "Misalnya uji petik 10% menurut rencana kerja bulan ini.")
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.subject.draws.count()
        rows = second.journeys_to_draw(self.by, self.subject)
        field = self.fields["assignment"]
        field.sizes = {row.pk: size for row, size in rows}
        field.queryset = Assignment.objects.filter(pk__in=field.sizes).select_related("leader")

    def clean(self):
        facts = self.cleaned_data
        if not {"share", "count"} & self.errors.keys() and (facts.get("share") is None) == (facts.get("count") is None):
            self.add_error("share", "Isi salah satu: bagian dalam persen, atau jumlah kunjungan.")
        since, until = facts.get("since"), facts.get("until")
        if since and until and until < since:
            self.add_error("until", f"Sejak {tanggal(since)}; tanggal sampai tidak boleh sebelumnya.")
        return facts

    @property
    def size(self) -> int:
        """How many visits the form, as it was filled in, would draw from."""
        facts = self.cleaned_data
        within = [facts.get(name) for name in ("assignment", "since", "until")]
        return second.pool_of(self.by, self.subject, *within).count()

    @property
    def number(self) -> int:
        """How many of them."""
        facts = self.cleaned_data
        return sampling.number_of(self.size, share=facts.get("share"), count=facts.get("count"))


class ChecksField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, task):
        proposal = task.first.proposal
        sent = f", sekarang {task.team}" if task.team else ""
        return f"{proposal.name}, {proposal.village.label}{sent}"


class AssignSecondTeamForm(ActForm):
    checks = ChecksField(label="Rumah tangga", queryset=None, widget=forms.CheckboxSelectMultiple)
    leader = PersonField(label="Ketua tim", queryset=None)
    members = PeopleField(label="Anggota tim", queryset=None, required=False, widget=forms.CheckboxSelectMultiple)
    planned_on = forms.DateField(label="Rencana kunjungan", initial=timezone.localdate)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = second.to_assign(self.subject)
        self.fields["checks"].queryset = rows
        self.fields["checks"].initial = [row.pk for row in rows if row.state == State.DRAWN]
        self.fields["leader"].queryset = self.fields["members"].queryset = queries.team_choices(self.by)

    def clean_planned_on(self):
        if self.cleaned_data["planned_on"] < timezone.localdate():
            raise ValidationError("Rencana kunjungan tidak boleh sebelum hari ini.")
        return self.cleaned_data["planned_on"]


class SecondVisitForm(VisitForm):
    """The form of the first visit, by its version of the instrument; none of its answers stand in the boxes."""

    def former(self):
        return second.visit_of(self.subject)

    def _version(self, asked):
        return self.subject.first.instrument


class ConcludeSecondCheckForm(ActForm):
    verdict = forms.ChoiceField(label="Kesimpulan", widget=forms.RadioSelect)
    reason = _why("Alasan", "Untuk pertanyaan: tulis apa yang harus dijelaskan tim pertama.", most=1000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dropped = (Outcome.DROPPED.value, Outcome.DROPPED.label)
        judged = [
            (Outcome.FIRST.value, Outcome.FIRST.label),
            (Outcome.SECOND.value, Outcome.SECOND.label),
            (ASK, "Tanyakan dahulu kepada tim pertama"),
        ]
        has_both = self.subject.state in {State.VISITED, State.ASKED}
        self.fields["verdict"].choices = [*judged, dropped] if has_both else [dropped]


class AnswerSecondCheckForm(ActForm):
    answer = _why("Jawaban", most=1000)
