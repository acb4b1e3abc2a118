"""The forms of a version of the rules, and of the exceptions from them."""

from django import forms

from proposals.eligibility import findings
from proposals.eligibility.parameters import Day, Papers, Parameter, Several, Whole
from proposals.eligibility.versions import version_of
from proposals.models import RuleSetting
from proposals.queries.rules import fingerprint
from uep.ui.crispy import ActForm


class PapersField(forms.MultipleChoiceField):
    """Some of the papers that the programme asks for, each kept with what it is called."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        codes = super().clean(value)
        return {code: label for code, label in self.choices if code in codes}


def _field(parameter: Parameter, value, programme) -> forms.Field:
    facts = {"label": parameter.label, "help_text": parameter.help, "initial": value}
    if isinstance(parameter, Whole):
        return forms.IntegerField(min_value=parameter.low, max_value=parameter.high, **facts)
    if isinstance(parameter, Day):
        return forms.DateField(**facts)
    if isinstance(parameter, Several):
        return forms.MultipleChoiceField(choices=parameter.choices, widget=forms.CheckboxSelectMultiple, **facts)
    if isinstance(parameter, Papers):
        asked = programme.requirements.under_the_rules()
        return PapersField(choices=[(r.code, r.label) for r in asked], required=False, **facts | {"initial": [*value]})
    return forms.BooleanField(required=False, **facts)


class DraftRulesForm(ActForm):
    note = forms.CharField(
        label="Apa yang akan berubah", max_length=300, required=False, help_text="Misalnya: umur dinaikkan sampai 64."
    )


class EditRulesForm(ActForm):
    """One form for all rules of a version; the boxes of a rule are called "code__what"."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rules = version_of(self.subject).rules
        self.fields["seen"] = forms.CharField(widget=forms.HiddenInput, initial=fingerprint(self.subject))
        self.fields["note"] = forms.CharField(
            label="Apa yang berubah", max_length=300, required=False, initial=self.subject.note
        )
        for rule in self.rules:
            self.fields[f"{rule.code}__is_on"] = forms.BooleanField(label="Dipakai", required=False, initial=rule.is_on)
            for parameter in rule.parameters:
                self.fields[f"{rule.code}__{parameter.name}"] = _field(
                    parameter, getattr(rule, parameter.name), self.subject.programme
                )
            self.fields[f"{rule.code}__level"] = forms.ChoiceField(
                label="Bila tidak terpenuhi", choices=RuleSetting.Level.choices, initial=rule.when_unmet.value
            )
            self.fields[f"{rule.code}__may_be_overridden"] = forms.BooleanField(
                label="Kabid boleh membuat pengecualian tertulis", required=False, initial=rule.may_be_overridden
            )

    def groups(self):
        """(rule, its boxes) in the order of the rules."""
        return [
            (rule, [self[name] for name in self.fields if name.startswith(f"{rule.code}__")]) for rule in self.rules
        ]

    def clean(self):
        """As the action takes it; a rule that is switched off keeps its parameters, whatever stands in its boxes."""
        given = super().clean()
        rules = {}
        for rule in self.rules:
            told = {name: given.get(f"{rule.code}__{name}") for name in ("is_on", "level", "may_be_overridden")}
            told["parameters"] = {p.name: given.get(f"{rule.code}__{p.name}") for p in rule.parameters}
            rules[rule.code] = told
        return {"seen": given.get("seen", ""), "note": given.get("note", ""), "rules": rules}


class ExceptionForm(ActForm):
    """Which unmet rule, and why. Only what may be set aside is offered."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        open_ones = [(row.code, row.sentence) for row in findings(self.subject) if self.is_open(row)]
        self.fields["code"] = forms.ChoiceField(
            label="Yang belum terpenuhi",
            choices=open_ones,
            widget=forms.RadioSelect,
            initial=open_ones[0][0] if len(open_ones) == 1 else None,
        )
        self.fields["reason"] = forms.CharField(label="Alasan", max_length=300, widget=forms.Textarea)
        self.has_any = bool(open_ones)


class AskExceptionForm(ExceptionForm):
    @staticmethod
    def is_open(row) -> bool:
        return row.may_be_pleaded


class OverrideRuleForm(ExceptionForm):
    @staticmethod
    def is_open(row) -> bool:
        return row.is_in_the_way and row.may_be_overridden
