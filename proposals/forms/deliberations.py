import re

from django import forms
from django.utils import timezone

from proposals.queries import deliberations as queries
from proposals.queries.letters import proposals_of
from uep.ui.crispy import ActForm

NUMBERED = re.compile(r"^\s*\d{1,3}\s*[.)\-:]\s*")  # minutes number their lines; so does who copies them


class RecordDeliberationForm(ActForm):
    """The minutes as they lie on the desk. Once written, each name offers which household it means."""

    held_on = forms.DateField(label="Tanggal musyawarah")
    place = forms.CharField(label="Tempat", max_length=120)
    chair = forms.CharField(label="Pemimpin musyawarah", max_length=120)
    attended = forms.IntegerField(label="Jumlah yang hadir", min_value=1, max_value=5000)
    women = forms.IntegerField(label="Di antaranya perempuan", min_value=0, max_value=5000, required=False)
    attended_by = forms.CharField(
        label="Unsur yang hadir",
        max_length=300,
        required=False,
        help_text="Misalnya pemerintah desa, BPD, tokoh masyarakat, PKK.",
    )
    names = forms.CharField(
        label="Nama menurut urutan musyawarah",
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Satu nama tiap baris, yang paling didahulukan di atas, seperti tertulis di berita acara.",
    )
    note = forms.CharField(label="Catatan", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.households = {row.ref: row for row in proposals_of(self.subject)}
        deliberation = queries.deliberation_of(self.subject)
        self.former = queries.names_of(deliberation) if deliberation else []
        if deliberation is None:
            self.fields["held_on"].initial = self.subject.deliberated_on
            return
        for name in ("held_on", "place", "chair", "attended", "women", "attended_by", "note"):
            self.fields[name].initial = getattr(deliberation, name)
        self.fields["names"].initial = "\n".join(line.name for line in self.former)
        choices = [("", "tidak ada di surat ini"), *((row.ref, row.name) for row in self.households.values())]
        for line in self.former:
            self.fields[self._field_of(line)] = forms.ChoiceField(
                label=f"{line.rank}. {line.name}",
                choices=choices,
                required=False,
                initial=line.proposal.ref if line.proposal else "",
            )

    @staticmethod
    def _field_of(line) -> str:
        return f"usulan_{line.rank}"

    @property
    def told(self):
        """What is written of the meeting itself."""
        return [field for field in self if not field.name.startswith("usulan_")]

    @property
    def meant(self):
        """Which household each line means."""
        return [field for field in self if field.name.startswith("usulan_")]

    def clean_held_on(self):
        if self.cleaned_data["held_on"] > timezone.localdate():
            raise forms.ValidationError("Tanggal musyawarah tidak boleh setelah hari ini.")
        return self.cleaned_data["held_on"]

    def clean_names(self):
        lines = [" ".join(NUMBERED.sub("", line).split()) for line in self.cleaned_data["names"].splitlines()]
        return [line for line in lines if line]

    def clean(self):
        data = super().clean()
        chosen = {}
        for line in self.former:
            ref = data.pop(self._field_of(line), None)
            # Only a choice that was changed is the operator's own word; the others are found anew by the name.
            if ref is not None and ref != (line.proposal.ref if line.proposal else ""):
                chosen[line.name] = self.households.get(ref)
            elif ref:
                chosen[line.name] = line.proposal
        return data | {"chosen": chosen}
