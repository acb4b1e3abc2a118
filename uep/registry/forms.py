from django import forms

from uep.registry import queries
from uep.registry.models import Region
from uep.ui.crispy import FilterForm


class RegionFilter(FilterForm):
    """The districts of one regency."""

    kecamatan = forms.ModelChoiceField(Region.objects.none(), label="Kecamatan", empty_label="Semua kecamatan")

    def __init__(self, *args, regency: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kecamatan"].queryset = queries.districts(regency)
