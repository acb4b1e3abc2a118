"""The box of each kind of question. Nothing has to be answered while one writes: what is missing is told at the end."""

from collections.abc import Mapping

from django import forms

from uep.ui.crispy import ActForm, RupiahField
from verification.questions import MOST_NUMBER, TEXT, Kind, Need, Question, need_of, parts, photo_of

YES_NO = [("True", "Ya"), ("False", "Tidak")]


class YesNoField(forms.TypedChoiceField):
    """True, False, or None while nobody has looked."""

    def __init__(self, label, **kwargs):
        super().__init__(
            label=label,
            choices=YES_NO,
            widget=forms.RadioSelect,
            coerce=lambda value: value == "True",
            empty_value=None,
            required=False,
            **kwargs,
        )


def name_of(question: Question) -> str:
    """The name of its box."""
    return f"answer_{question.code}"


def hangs_on(question: Question, questions: tuple[Question, ...]) -> str:
    """The box and its value on which a question hangs, "answer_floor=soil"; "" when it is always asked."""
    if question.when is None:
        return ""
    earlier = next(row for row in questions if row.code == question.when.question)
    value = (
        {"yes": "True", "no": "False"}[question.when.answer] if earlier.kind == Kind.YES_NO else question.when.answer
    )
    return f"{name_of(earlier)}={value}"


def hint_of(question: Question, questions: tuple[Question, ...]) -> str:
    """What one should know before answering: its explanation, when it is asked, which photo it wants."""
    needs = f"{need_of(question, questions)}." if question.when else ""
    photo = f"Perlu foto: {photo_of(question)}." if question.photo else ""
    return " ".join(part for part in (question.help, needs, photo) if part)


def answer_field(question: Question, number: int, questions: tuple[Question, ...]) -> forms.Field:
    facts = {"label": f"{number}. {question.label}", "help_text": hint_of(question, questions)}
    if question.kind == Kind.YES_NO:
        return YesNoField(**facts)
    facts["required"] = False
    match question.kind:
        case Kind.CHOICE:
            return forms.ChoiceField(choices=list(question.answers.items()), widget=forms.RadioSelect, **facts)
        case Kind.CHOICES:
            return forms.MultipleChoiceField(
                choices=list(question.answers.items()), widget=forms.CheckboxSelectMultiple, **facts
            )
        case Kind.NUMBER:
            return forms.IntegerField(min_value=0, max_value=MOST_NUMBER, **facts)
        case Kind.MONEY:
            return RupiahField(max_value=MOST_NUMBER, **facts)
    return forms.CharField(max_length=TEXT, **facts)


def initial_of(question: Question, answer):
    """An answer as its box shows it."""
    return str(answer) if question.kind == Kind.YES_NO and answer is not None else answer


class Asking:
    """A form that asks the questions of a version: `ask` adds their boxes, `asked` has them part by part for the page."""

    def ask(self, questions: tuple[Question, ...], answers: Mapping) -> None:
        self.questions = questions
        for number, question in enumerate(questions, 1):
            field = self.fields[name_of(question)] = answer_field(question, number, questions)
            field.initial = initial_of(question, answers.get(question.code))

    def asked(self):
        """(title, its boxes). A box knows on which other one it hangs, and whether it may stay empty."""
        return [
            (part.title or "Keadaan rumah tangga", [self._box(question) for _, question in part.rows])
            for part in parts(self.questions)
        ]

    def _box(self, question: Question):
        box = self[name_of(question)]
        box.needed, box.asked_if = question.need != Need.OPTIONAL, hangs_on(question, self.questions)
        box.is_short = question.kind == Kind.YES_NO
        return box


class PreviewForm(Asking, ActForm):
    """The questions of a version as the visit will ask them; nothing is written."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ask(self.subject.definition, {})

    def parts(self):
        return self.asked()
