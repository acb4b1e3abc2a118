"""By what households are ranked, what if it were otherwise, and the last look before it is applied."""

from django import forms

from uep.office.queries import profile
from uep.ui.crispy import ActForm, FilterForm, RupiahField
from verification import scoring
from verification.queries import ranking
from verification.queries.instruments import in_force
from verification.questions import MOST_POINTS
from verification.scoring import OTHERS, Group, Terms

MOST_QUOTA = 1_000_000


def points_field(criterion) -> forms.IntegerField:
    field = forms.IntegerField(label=criterion.label, min_value=0, max_value=MOST_POINTS, initial=criterion.points)
    field.widget.attrs |= {"class": "form-control"}
    return field


def share_field(label: str) -> forms.IntegerField:
    field = forms.IntegerField(label=label, min_value=0, max_value=MOST_QUOTA, required=False)
    field.widget.attrs |= {"class": "form-control"}
    return field


class Weighted:
    """Fields of the weights, by group, for a page that draws them in tables."""

    def add_weights(self, criteria) -> None:
        self.criteria = tuple(criteria)
        for criterion in self.criteria:
            self.fields[f"bobot_{criterion.code}"] = points_field(criterion)

    def groups(self):
        """(group, its signs with their fields); a group without a sign is left out."""
        rows = [
            (group.label, [(c, self[f"bobot_{c.code}"]) for c in self.criteria if c.group == group]) for group in Group
        ]
        return [(label, fields) for label, fields in rows if fields]


class WeightsForm(Weighted, ActForm):
    """Points of every sign but the questions of the visit, which carry their own (the instrument)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_weights(OTHERS)
        self.instrument = in_force(self.subject)
        now = ranking.weights_of(self.subject, self.instrument)
        self.initial = {f"bobot_{code}": now[code] for code in scoring.OTHER_DEFAULTS}
        self.asked = [question for question in self.instrument.definition if question.weight]

    def clean(self):
        return {
            "weights": {
                code: points
                for code in scoring.OTHER_DEFAULTS
                if (points := self.cleaned_data.get(f"bobot_{code}")) is not None
            }
        }


class SharesForm(ActForm):
    """The most that each district, and inside it each village, may take."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.regions = ranking.regions_of(profile().regency_code)
        self.shares = ranking.shares_of(self.subject)
        for region in self._every():
            self.fields[region.pk] = share_field(region.title)
        self.initial = dict(self.shares)

    def _every(self):
        for district, villages in self.regions:
            yield district
            yield from villages

    def rows(self):
        """Each district with its field and those of its villages, and whether one of them has something to show."""
        return [
            (self[district.pk], [self[village.pk] for village in villages], self._is_told(villages))
            for district, villages in self.regions
        ]

    def _is_told(self, villages) -> bool:
        return any(village.pk in self.shares or village.pk in self.errors for village in villages)

    def clean(self):
        given = {region.pk: self.cleaned_data.get(region.pk) for region in self._every()}
        wanted = {code: share for code, share in given.items() if share is not None}
        names = {region.pk: region.title for region in self._every()}
        for code, sentence in scoring.faults_of(self.subject.quota, wanted, names).items():
            self.add_error(code or None, sentence)
        return {"shares": given}


class ApplyForm(ActForm):
    """Carries which ranking the page showed, so that nobody applies another one than they looked at."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label="Catatan", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Dicetak pada daftar peringkat.",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.standing = ranking.field_of(self.subject, self.by).ranked()
        self.fields["seen"].initial = self.standing.fingerprint


class WhatIfForm(Weighted, FilterForm):
    """Other terms than today's, from the query string; what is not named there is as it is today."""

    kuota = forms.IntegerField(label="Kuota program", min_value=0, max_value=MOST_QUOTA)
    anggaran = RupiahField(label="Anggaran (Rp)")

    def __init__(self, data, *, terms: Terms, names, criteria):
        self.today, self.names = terms, {code: names[code] for code in sorted(names)}
        asked = {
            name: value
            for name, value in data.items()
            if name.partition("_")[0] in {"kuota", "anggaran", "bobot", "wilayah"}
        }
        now = {"kuota": terms.quota, "anggaran": terms.budget}
        now |= {f"bobot_{code}": points for code, points in terms.weights.items()}
        now |= {f"wilayah_{code}": share for code, share in terms.shares.items()}
        super().__init__(now | asked)
        self.add_weights(criteria)
        for code, name in self.names.items():
            self.fields[f"wilayah_{code}"] = share_field(name)
        for field in self.fields.values():
            field.required = False

    def regions(self):
        return [self[f"wilayah_{code}"] for code in self.names]

    @property
    def terms(self) -> Terms:
        """What was asked for, where it makes sense; a region whose field was emptied has no share of its own."""
        chosen = self.chosen()
        weights = {code: chosen.get(f"bobot_{code}", points) for code, points in self.today.weights.items()}
        shares = {code: chosen[f"wilayah_{code}"] for code in self.names if f"wilayah_{code}" in chosen}
        return Terms(chosen.get("kuota", self.today.quota), chosen.get("anggaran", self.today.budget), weights, shares)
