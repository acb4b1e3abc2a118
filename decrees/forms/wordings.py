"""What Kabid writes in a version of the wording."""

from django import forms

from decrees import queries
from decrees.models import Wording
from decrees.tags import LONGEST_PART, NEEDED, PARTS, tidy
from uep.ui.crispy import ActForm

HELP = {
    "title": "Pola judul; dapat diubah pada tiap draf SK.",
    "considerations": "Satu pertimbangan tiap baris; huruf a, b, c dicetak sendiri.",
    "legal": "Baris {dasar_hukum} mencetak semua dasar hukum yang berlaku pada tanggal SK; tambahkan baris lain bila perlu.",
    "regarding": "Satu hal tiap baris. Baris yang tagnya kosong tidak dicetak.",
    "clauses": "Satu diktum tiap baris; KESATU, KEDUA dan seterusnya dicetak sendiri.",
    "copies": "Satu alamat tiap baris.",
}
ROWS = {"title": 2, "legal": 4, "enacting": 2, "clauses": 16, "copies": 5}


def _sources(by) -> dict[str, Wording]:
    """What a new version may be copied from: what is in force for each kind and signatory, then what was."""
    found = {}
    groups = queries.wordings(by)
    for group in groups:
        current = group["current"] or queries.unsaved_first(group["kind"], group["signatory"])
        found[f"{group['kind']}.{group['signatory']}"] = current
    for group in groups:
        found |= {row.ref: row for row in group["versions"] if not row.is_draft and row != group["current"]}
    return found


class DraftWordingForm(ActForm):
    source = forms.ChoiceField(label="Disalin dari", help_text="Naskah yang berlaku, atau versi sebelumnya.")
    note = forms.CharField(
        label="Apa yang akan berubah", max_length=300, required=False, help_text="Misalnya: ditambah diktum pelaporan."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.sources = _sources(self.by)
        self.fields["source"].choices = [
            (key, f"{wording} ({wording.get_stage_display().lower()})") for key, wording in self.sources.items()
        ]

    def clean_source(self):
        return self.sources[self.cleaned_data["source"]]


class WordingForm(ActForm):
    """Every part of a version; `seen` is the fingerprint of the draft that the page showed, `sample` what to look at it with."""

    sample = forms.ChoiceField(
        label="Lihat dengan",
        required=False,
        help_text="Pratinjau memakai contoh buatan atau draf SK yang sedang disusun.",
    )
    seen = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(label="Apa yang berubah", max_length=300, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for part, label in PARTS.items():
            self.fields[part] = forms.CharField(
                label=label,
                max_length=LONGEST_PART,
                required=part in NEEDED,
                initial=getattr(self.subject, part),
                help_text=HELP.get(part, ""),
                widget=forms.Textarea(attrs={"rows": ROWS.get(part, 6)}),
            )
        self.fields["note"].initial = self.subject.note
        self.fields["seen"].initial = queries.fingerprint(self.subject.texts, self.subject.note)
        self.drafts = {decree.ref: decree for decree in queries.drafts_to_try(self.subject, self.by)[:20]}
        self.fields["sample"].choices = [
            ("", "Contoh buatan"),
            *((ref, f"{decree.title} ({decree.drafted_by})") for ref, decree in self.drafts.items()),
        ]
        self.order_fields(["sample", *PARTS, "note", "seen"])

    def clean(self):
        data = super().clean()
        texts = {part: tidy(data[part]) for part in PARTS if part in data}
        for part, faults in queries.text_faults(self.subject.kind, texts).items():
            self.add_error(part, faults)
        return data | texts
