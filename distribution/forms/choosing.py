"""Some of many: tick rows, or take all that a filter finds. At most SHOWN rows stand on the page, whatever there are."""

from functools import cached_property
from typing import NamedTuple

from django import forms

from distribution import queries
from uep.ui.crispy import ActForm, FilterForm

SHOWN = 300


class NarrowForm(FilterForm):
    """The filter above the rows; it stays in the address, so that sending the form acts on what was shown."""

    desa = forms.ModelChoiceField(label="Desa/kelurahan", queryset=None, empty_label="Semua")

    def __init__(self, data, *, decree):
        super().__init__(data)
        self.fields["desa"].queryset = queries.villages_of(decree)


class Choice(NamedTuple):
    """A row to tick: its key, whom it names, and the cells beside the name, each with its column's title."""

    pk: int
    name: str
    named: tuple[tuple[str, object], ...]
    checked: bool


class ChooseForm(ActForm):
    """Base: a subclass says what may be chosen (`candidates`), how a row reads (`cells`), and what the action calls it."""

    WHICH = (("chosen", "Hanya yang dicentang"), ("all", "Semua yang sesuai saringan"))
    target = "recipients"  # the action's argument
    name_path = "name"
    village_path = "village"
    columns: tuple[str, ...] = ()

    which = forms.ChoiceField(label="Yang dipilih", choices=WHICH, initial="chosen", widget=forms.RadioSelect)

    def __init__(self, *args, query=None, **kwargs):
        super().__init__(*args, **kwargs)
        query = query if query is not None else {}
        self.narrow = NarrowForm(query, decree=self.decree)
        self.search = (query.get("cari") or "").strip()
        every = self.candidates()
        self.fields["rows"] = forms.ModelMultipleChoiceField(
            queryset=every.model.objects.filter(**self.of), required=False
        )
        if village := self.narrow.chosen().get("desa"):
            every = every.filter(**{self.village_path: village})
        if self.search:
            every = every.filter(**{f"{self.name_path}__icontains": self.search})
        self.found, self.count = every, every.count()
        self.is_cut = self.count > SHOWN
        self.fields["which"].choices = [self.WHICH[0], ("all", f"Semua {self.count} yang sesuai saringan")]

    @property
    def decree(self):
        return self.subject

    @property
    def of(self) -> dict:
        """Which rows a tick may name at all; those that are no longer waiting are left out by the action."""
        return {"decree": self.subject}

    def candidates(self):
        raise NotImplementedError

    def cells(self, row) -> tuple:
        raise NotImplementedError

    def label(self, row) -> str:
        return row.name

    @cached_property
    def shown(self) -> list[Choice]:
        """The rows on the page, with what was ticked."""
        ticked = set(self.data.getlist("rows")) if self.is_bound else set()
        return [
            Choice(
                row.pk, self.label(row), tuple(zip(self.columns, self.cells(row), strict=True)), str(row.pk) in ticked
            )
            for row in self.prepared(self.found[:SHOWN])
        ]

    def prepared(self, rows):
        """What all rows on the page need together; a subclass may look it up here in one query."""
        return rows

    @property
    def rest(self):
        """The other fields, for the template."""
        return [field for field in self if field.name not in {"which", "rows"}]

    def clean(self):
        cleaned = super().clean()
        chosen, which = cleaned.pop("rows", None), cleaned.pop("which", "chosen")
        cleaned[self.target] = list(self.found if which == "all" else chosen if chosen is not None else [])
        if not cleaned[self.target]:
            raise forms.ValidationError("Centang sedikitnya satu baris, atau pilih semua.")
        return cleaned
