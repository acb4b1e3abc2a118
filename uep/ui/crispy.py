"""How a form looks and reads, decided once: one column, help above the field, faults that say what to write.

A form of an act derives from ActForm, the filters of a list from FilterForm; nothing else is needed in a template
than `{% crispy form %}`.
"""

import re

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.fields import Field

from uep.ui.indonesian import angka

IMAGES = "image/jpeg,image/png,image/heic,image/heif"
PAPERS = f"{IMAGES},application/pdf"
# Dots only where thousands end: "5.00" and "5.5" are slips, not five hundred and fifty-five.
_RUPIAH = re.compile(r"(?:Rp\.?)?\s*([0-9]{1,3}(?:[. ][0-9]{3})+|[0-9]+)(?:,(?:00|-))?", re.IGNORECASE)


class RupiahInput(forms.TextInput):
    """A number with dots behind "Rp"; the numeric keyboard on a phone."""

    template_name = "ui/rupiah_input.html"

    def __init__(self, attrs=None):
        super().__init__({"inputmode": "numeric", "autocomplete": "off", **(attrs or {})})


class RupiahField(forms.IntegerField):
    """Whole Rupiah as an int. Takes "5000000", "5.000.000", "Rp 5.000.000", "Rp5.000.000,00" and "Rp. 5.000.000,-"."""

    widget = RupiahInput
    default_error_messages = {"invalid": "Tulis jumlah rupiah dengan angka saja, misalnya 5.000.000."}

    def __init__(self, *, min_value=0, **kwargs):
        super().__init__(min_value=min_value, **kwargs)

    def to_python(self, value):
        if isinstance(value, str):
            found = _RUPIAH.fullmatch(value.strip())
            if value.strip() and not found:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            value = re.sub(r"\D", "", found[1]) if found else ""
        return super().to_python(value)

    def prepare_value(self, value):
        return angka(value) if isinstance(value, int) else value

    def widget_attrs(self, widget):
        return {}  # min and max mean nothing on a text input; the field itself checks them


class Dressed:
    """What both kinds of form share."""

    form_tag = False

    @property
    def helper(self):
        """Read by crispy when it renders; by then a subclass has added all its fields."""
        dress(self)
        helper = FormHelper()
        helper.form_tag = False  # the page writes <form>, its token and its buttons
        helper.disable_csrf = True
        helper.form_show_errors = True
        return helper


class ActForm(Dressed, forms.Form):
    """The form of an act: `subject` is the record, `by` the person who acts (None where a page has neither)."""

    required_css_class = "required"

    def __init__(self, *args, subject=None, by=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.subject, self.by = subject, by
        dress(self)

    def _clean_fields(self):
        dress(self)  # fields that a subclass added after our __init__ speak the same language
        super()._clean_fields()


class FilterForm(Dressed, forms.Form):
    """The filters above a list, from the query string: `form = RegisterFilter(request.GET)`; never a fault page.

    `chosen()` has the valid values that narrow the list; a value that is no choice is left out instead of refused.
    """

    use_required_attribute = False

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        for field in self.fields.values():
            field.required = False
        dress(self)

    def chosen(self) -> dict:
        """The filters that are set and valid."""
        self.is_valid()
        empty = (None, "", [], ())
        values = getattr(self, "cleaned_data", {})
        return {
            name: value
            for name, value in values.items()
            if value not in empty and value is not False and not (hasattr(value, "exists") and not value)
        }


def dress(form: forms.BaseForm) -> None:
    """Give each field of a form the right keyboard, picker and words; doing it twice changes nothing."""
    for name, field in form.fields.items():
        label = field.label or name.replace("_", " ")
        required = field.error_messages.get("required")
        if required == Field.default_error_messages["required"]:
            field.error_messages["required"] = f"{label} belum {_missing(field)}."
        if isinstance(field, forms.ModelChoiceField) and str(field.empty_label) == BLANK_CHOICE_DASH[0][1]:
            field.empty_label = "Pilih"
        _dress_widget(field)


def _missing(field: forms.Field) -> str:
    if isinstance(field.widget, forms.CheckboxInput):
        return "dicentang"
    return "dipilih" if isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.FileField) else "diisi"


def _dress_widget(field: forms.Field) -> None:
    widget, attrs = field.widget, field.widget.attrs
    # type=date and its kin speak ISO whatever the language of the page.
    for kind, input_type, iso in (
        (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
        (forms.DateInput, "date", "%Y-%m-%d"),
        (forms.TimeInput, "time", "%H:%M"),
    ):
        if isinstance(widget, kind) and widget.input_type == "text":
            widget.input_type, widget.format = input_type, iso
    if isinstance(widget, forms.NumberInput):
        attrs.setdefault(
            "inputmode", "decimal" if isinstance(field, forms.DecimalField | forms.FloatField) else "numeric"
        )
    if isinstance(widget, forms.Textarea) and attrs.get("rows") in {None, "10"}:
        attrs["rows"] = 4
        attrs.pop("cols", None)
    if isinstance(widget, forms.FileInput):
        attrs.setdefault("accept", IMAGES if isinstance(field, PhotoField) else PAPERS)
    if isinstance(field, PhotoField):
        attrs.setdefault("capture", "environment")


class PhotoField(forms.FileField):
    """A photo; a phone offers its camera first. What arrives is judged by uep.files, not by its name."""


class PapersInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PapersField(forms.FileField):
    """Several files at once; cleans to a list."""

    widget = PapersInput

    def clean(self, data, initial=None):
        given = list(data) if isinstance(data, list | tuple) else [data]
        return [file for file in (super(PapersField, self).clean(item, initial) for item in given or [None]) if file]
