"""What Kabid writes in a version of the instrument: its beginning, its words, and one question at a time."""

from django import forms

from uep.ui.crispy import ActForm
from verification.models import Instrument
from verification.queries import instruments
from verification.questions import (
    ANY,
    CHOICE,
    CHOOSING,
    HELP,
    LABEL,
    MOST_CHOICES,
    MOST_POINTS,
    PICTURES,
    SECTION,
    WHOLE,
    Kind,
    Need,
    Subject,
)

PLACES = range(1, MOST_CHOICES + 1)


class SourceField(forms.ModelChoiceField):
    def label_from_instance(self, version):
        return f"{version.programme}, versi {version.number} ({version.size_label})"


class DraftInstrumentForm(ActForm):
    source = SourceField(
        label="Disalin dari",
        queryset=Instrument.objects.none(),
        help_text="Versi yang berlaku di program ini, versi sebelumnya, atau instrumen program dan tahun lain.",
    )
    note = forms.CharField(
        label="Apa yang akan berubah", max_length=300, required=False, help_text="Misalnya: ditambah keadaan atap."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        field.queryset = instruments.sources(self.by)
        current = instruments.in_force(self.subject)
        field.initial = current.pk
        if current.pk is None:  # a programme from before there were versions: what it would begin with
            field.required, field.empty_label = False, f"{current.note} ({current.size_label})"


class EditInstrumentForm(ActForm):
    basis = forms.CharField(
        label="Dasar",
        max_length=200,
        required=False,
        help_text="Misalnya Kepmensos 262/HUK/2022. Tercetak pada lembar.",
    )
    note = forms.CharField(label="Apa yang berubah", max_length=300, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial = {"basis": self.subject.basis, "note": self.subject.note}


class QuestionForm(ActForm):
    """A question with rows for its choices. Boxes that its kind does not need are left out of account."""

    label = forms.CharField(label="Pertanyaan", max_length=LABEL, widget=forms.Textarea(attrs={"rows": 2}))
    help = forms.CharField(
        label="Penjelasan bagi petugas", max_length=HELP, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    section = forms.CharField(
        label="Bagian", max_length=SECTION, required=False, help_text="Judul di atas pertanyaan yang berurutan."
    )
    kind = forms.ChoiceField(label="Jenis jawaban", choices=Kind.choices, widget=forms.RadioSelect)
    weight = forms.IntegerField(
        label="Bobot", min_value=0, max_value=MOST_POINTS, required=False, initial=0,
        help_text="Poin dalam skor kemiskinan. Jawaban ya mendapat seluruhnya; satu pilihan mendapat bagiannya. "
        "Angka, rupiah, dan isian tidak berbobot.",
    )  # fmt: skip
    need = forms.ChoiceField(label="Kewajiban", choices=Need.choices, widget=forms.RadioSelect, initial=Need.OPTIONAL)
    when = forms.ChoiceField(label="Hanya ditanyakan bila", required=False)
    photo = forms.ChoiceField(label="Minta foto", required=False)
    subject_of_photo = forms.ChoiceField(label="Foto apa", choices=PICTURES, required=False)

    FIRST = ("label", "help", "section", "kind")
    LAST = ("weight", "need", "when", "photo", "subject_of_photo")

    def __init__(self, *args, code: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.code = code
        self.asked = self.subject.definition
        self.question = self.subject.question(code)
        self.fields["seen"] = forms.CharField(
            widget=forms.HiddenInput, initial=instruments.fingerprint(self.subject), required=False
        )
        for place in PLACES:
            self.fields[f"choice_{place}_code"] = forms.CharField(widget=forms.HiddenInput, required=False)
            self.fields[f"choice_{place}_label"] = forms.CharField(
                label=f"Pilihan {place}", max_length=CHOICE, required=False
            )
            self.fields[f"choice_{place}_share"] = forms.IntegerField(
                label=f"Bagian bobot pilihan {place} (%)", min_value=0, max_value=WHOLE, required=False
            )
            for name in ("label", "share"):
                self.fields[f"choice_{place}_{name}"].widget.attrs["class"] = "form-control"
        self.fields["when"].choices = [("", "Selalu ditanyakan"), *self._answers_before()]
        own = [(f"{place}", f"bila dipilih: pilihan {place}") for place in PLACES]
        self.fields["photo"].choices = [
            ("", "Tidak perlu foto"), (ANY, "bila dijawab apa saja"), ("yes", "bila dijawab ya"),
            ("no", "bila dijawab tidak"), *own,
        ]  # fmt: skip
        self.initial = self._now() if self.question else {"section": self.asked[-1].section if self.asked else ""}

    def _answers_before(self):
        """(question, its answers) of those that stand before this one."""
        found = []
        for number, row in enumerate(self.asked, 1):
            if row.code == self.code:
                break
            if row.answers:
                found.append(
                    (
                        f"{number}. {row.label}",
                        [(f"{row.code}={code}", f"{number}: {label}") for code, label in row.answers.items()],
                    )
                )
        return found

    def _now(self) -> dict:
        question = self.question
        now = {name: getattr(question, name) for name in ("label", "help", "section", "kind", "weight", "need")}
        if question.when:
            now["when"] = f"{question.when.question}={question.when.answer}"
        for place, choice in enumerate(question.choices, 1):
            now |= {f"choice_{place}_{name}": getattr(choice, name) for name in ("code", "label", "share")}
        if question.photo:
            places = {choice.code: str(place) for place, choice in enumerate(question.choices, 1)}
            now["photo"] = places.get(question.photo.answer, question.photo.answer)
            now["subject_of_photo"] = question.photo.subject
        return now

    def first(self):
        return [self[name] for name in self.FIRST]

    def last(self):
        return [self[name] for name in self.LAST]

    def rows(self):
        """Each row of a choice: its place, hidden code, words and share."""
        return [(place, *(self[f"choice_{place}_{name}"] for name in ("code", "label", "share"))) for place in PLACES]

    @property
    def has_choices(self) -> bool:
        return bool(self.question and self.question.choices) or self.is_bound

    def clean(self):
        told = self.cleaned_data
        rows, places = self._choices(told)
        photo = told.get("photo", "")
        if photo.isdecimal():
            if photo not in places:
                self.add_error("photo", f"Pilihan {photo} kosong; pilih jawaban lain.")
            photo = places.get(photo, "")
        if told.get("need") == Need.IF and not told.get("when"):
            self.add_error("when", "Pilih jawaban yang membuat pertanyaan ini ditanyakan.")
        return {
            "label": told.get("label", ""),
            "help": told.get("help", ""),
            "section": told.get("section", ""),
            "kind": told.get("kind", ""),
            "weight": told.get("weight") or 0,
            "choices": rows,
            "need": told.get("need", ""),
            "when": told.get("when", ""),
            "photo": photo,
            "subject": told.get("subject_of_photo") or Subject.HOUSE.value,
            "seen": told.get("seen", ""),
        }

    def _choices(self, told) -> tuple[list[tuple[str, str, int]], dict[str, str]]:
        """Rows that are filled in, and where each came to stand: "3" -> "2" when the row before it was left empty."""
        rows, places = [], {}
        if told.get("kind") not in CHOOSING:
            return rows, places
        for place in PLACES:
            label, share = (told.get(f"choice_{place}_{name}") for name in ("label", "share"))
            if label:
                rows.append((told.get(f"choice_{place}_code", ""), label, share or 0))
                places[str(place)] = str(len(rows))
            elif share:
                self.add_error(f"choice_{place}_label", f"Pilihan {place}: tulis jawabannya.")
        return rows, places


class MoveQuestionForm(ActForm):
    way = forms.ChoiceField(
        label="Ke mana", choices=[("up", "Naik satu tempat"), ("down", "Turun satu tempat")], widget=forms.RadioSelect
    )
