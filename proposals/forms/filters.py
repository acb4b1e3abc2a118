"""What the list of proposals is narrowed by, and the places that every such form offers."""

from django import forms

from proposals.flow import State
from proposals.models import Programme
from uep.registry import queries as registry
from uep.ui.crispy import FilterForm


class ProposalFilter(FilterForm):
    program = forms.ModelChoiceField(
        Programme.objects.none(), label="Program", to_field_name="ref", empty_label="Semua program"
    )
    status = forms.ChoiceField(label="Status", choices=[("", "Semua status"), *State.choices])
    wilayah = forms.ChoiceField(label="Wilayah")
    menunggu_saya = forms.BooleanField(label="Menunggu saya")
    lewat_batas = forms.BooleanField(label="Lewat batas waktu")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = Programme.objects.visible_to(user)
        if user.village_id:
            del self.fields["wilayah"]
        else:
            self.fields["wilayah"].choices = [("", "Semua wilayah"), *places()]


def places():
    """The villages by district; the first choice of each is the whole district. One query besides the office's own."""
    grouped: dict = {}
    for village in registry.villages():
        grouped.setdefault(village.parent, []).append((village.code, village.title))
    return [
        (district.title, [(district.code, f"Seluruh {district.title}"), *villages])
        for district, villages in grouped.items()
    ]
