from django import forms

from uep.ui.crispy import FilterForm


class ReportForm(FilterForm):
    program = forms.ModelChoiceField(label="Program", queryset=None)

    def __init__(self, *args, programmes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = programmes
