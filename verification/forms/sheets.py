"""Filled field sheets as people bring them: many files at once, and whose page it is."""

from django import forms
from django.core.exceptions import ValidationError

from proposals.models import Proposal
from uep.files import intake
from uep.files.forms import UploadsField
from uep.ui.crispy import ActForm
from verification import queries

AT_MOST = 40  # a day's sheets of a team, front and back
TOGETHER = 150 * intake.MEGABYTE


class SheetsField(UploadsField):
    """Cleans to the files that can be kept; what is wrong with the others stands in `faults`, by name."""

    def __init__(self, **kwargs):
        super().__init__(at_most=AT_MOST, **kwargs)
        self.faults: list[str] = []

    def say_limits(self) -> str:
        return f"{super().say_limits()} Satu PDF boleh memuat banyak lembar."

    def clean(self, data, initial=None):
        files = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if sum(one.size or 0 for one in files) > TOGETHER:
            raise ValidationError(
                f"Semua berkas bersama paling besar {intake.megabytes(TOGETHER)}. Unggah dalam beberapa kali.",
                code="size",
            )
        return super().clean(data, initial)

    def check_all(self, files):
        """Each file by itself: one that is refused does not keep the others out."""
        prepared = []
        for one in files:
            try:
                prepared.append(self.check(one))
            except ValidationError as error:
                self.faults += [f"{intake.clean_name(one.name)}: {message}" for message in error.messages]
        if self.faults and not prepared:
            raise ValidationError(self.faults)
        return prepared


class BringSheetsForm(ActForm):
    uploads = SheetsField(label="Foto atau PDF lembar")

    @property
    def faults(self) -> list[str]:
        return self.fields["uploads"].faults


class HouseholdField(forms.ModelChoiceField):
    def label_from_instance(self, proposal):
        return f"{proposal}, {proposal.village.label}"


class AttachSheetForm(ActForm):
    proposal = HouseholdField(label="Rumah tangga", queryset=None, to_field_name="ref")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = queries.to_visit(self.by, Proposal.objects.visible_to(self.by)).filter(own=0)
        rows = rows.prefetch_related(None).select_related("village__parent").order_by(*queries.ROAD)
        self.fields["proposal"].queryset = rows
