"""What people write about a journey: another order, another day, a later end, another team, what a travel order needs."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from proposals.forms.filters import places
from proposals.models import Programme
from uep.access.access import granted
from uep.office import queries as office
from uep.registry import queries as registry
from uep.ui.crispy import ActForm, FilterForm
from uep.ui.indonesian import tanggal
from verification import queries, routing
from verification.forms import PeopleField, PersonField
from verification.models import TravelOrder
from verification.models.plans import MOST_A_DAY
from verification.queries import plans


class PlanFilter(FilterForm):
    """Programme and place of the page of plans."""

    program = forms.ModelChoiceField(
        Programme.objects.none(), label="Program", to_field_name="ref", empty_label="Semua program"
    )
    wilayah = forms.ChoiceField(label="Wilayah")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = Programme.objects.visible_to(user)
        self.fields["wilayah"].choices = [("", "Semua wilayah"), *places()]


def _why(help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label="Alasan",
        min_length=5,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
    )


class RouteForm(ActForm):
    """A number beside each household; who is not touched keeps the place. `road` puts all days in the order of the road."""

    road = forms.BooleanField(label="Kembalikan semua hari ke urutan jalan (kecamatan, desa, nama)", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.days = plans.days_of(self.subject)
        self.stops = {f"no_{stop.proposal.ref}": stop.proposal for day in self.days for stop in day.stops}
        for day in self.days:
            for number, stop in enumerate(day.stops, 1):
                self.fields[f"no_{stop.proposal.ref}"] = forms.IntegerField(
                    label=f"Nomor {stop.proposal.name}", min_value=1, max_value=len(day.stops), initial=number,
                    widget=forms.NumberInput(attrs={"class": "form-control"}),
                )  # fmt: skip

    def rows(self):
        """Each day with its households and their boxes, for the page."""
        return [(day, [(stop, self[f"no_{stop.proposal.ref}"]) for stop in day.stops]) for day in self.days]

    def clean(self):
        if self.cleaned_data.get("road"):
            return {"numbers": {}}
        return {
            "numbers": {
                proposal.pk: self.cleaned_data[name]
                for name, proposal in self.stops.items()
                if self.cleaned_data.get(name) is not None
            }
        }


class StopsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, proposal):
        day = f", {tanggal(proposal.day)}" if proposal.day else ""
        return f"{proposal.name}, {proposal.village.name}{day}"


class SomeStopsForm(ActForm):
    """Some of the households that the team still has to see; `planned` narrows the ticks to a day (`?hari=`)."""

    proposals = StopsField(label="Rumah tangga", queryset=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        left = queries.still_to_visit(self.subject).values("pk")
        self.fields["proposals"].queryset = queries.household_rows(self.subject).filter(pk__in=left)


class PostponeForm(SomeStopsForm):
    day = forms.DateField(label="Hari kunjungan yang baru")
    reason = _why("Misalnya jalan banjir, atau calon sedang ke luar desa.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        first = max(self.subject.starts, timezone.localdate())
        self.fields["day"].help_text = (
            f"Antara {tanggal(first)} dan {tanggal(self.subject.ends)}."
            if first <= self.subject.ends
            else f"Masa tugas berakhir {tanggal(self.subject.ends)}; perpanjang masa tugas dahulu."
        )


class ExtendForm(ActForm):
    ends = forms.DateField(label="Sampai tanggal")
    spread = forms.BooleanField(
        label="Bagi ulang rumah tangga yang belum dikunjungi ke hari yang tersisa", required=False, initial=True
    )
    moves_due = forms.BooleanField(
        label="Batas waktu SOP ikut mundur",
        required=False,
        help_text="Sebanyak hari kerja yang ditambahkan. Alasan tampil di jejak usulan, juga bagi desa.",
    )
    reason = _why("Misalnya rumah berjauhan dan jalan berbukit; sehari hanya lima rumah.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ends"].help_text = f"Sekarang sampai {tanggal(self.subject.ends)}."
        self.fields["ends"].initial = self.subject.ends + timedelta(days=1)
        if not granted(self.by, "verification.give_time"):
            del self.fields["moves_due"]


class GiveTimeForm(ActForm):
    days = forms.IntegerField(label="Berapa hari kerja", min_value=1, max_value=60, initial=2)
    reason = _why()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        due = plans.soonest(self.subject)["due"]
        if due:
            self.fields["days"].help_text = f"Batas waktu terdekat sekarang {tanggal(due)}."


class ReassignForm(SomeStopsForm):
    leader = PersonField(label="Ketua tim", queryset=None)
    members = PeopleField(label="Anggota tim", queryset=None, required=False, widget=forms.CheckboxSelectMultiple)
    starts = forms.DateField(label="Mulai tanggal", initial=timezone.localdate)
    ends = forms.DateField(label="Sampai tanggal")
    reason = _why()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["leader"].queryset = self.fields["members"].queryset = queries.team_choices(self.by)
        self.fields["ends"].initial = max(self.subject.ends, timezone.localdate())

    def clean(self):
        return check_dates(self)


def check_dates(form) -> dict:
    """A journey begins today or later and ends when it began, or later."""
    facts = form.cleaned_data
    starts, ends = facts.get("starts"), facts.get("ends")
    if starts and starts < timezone.localdate():
        form.add_error("starts", "Tanggal mulai tidak boleh sebelum hari ini.")
    elif starts and ends and ends < starts:
        form.add_error("ends", f"Tugas mulai {tanggal(starts)}; tanggal sampai tidak boleh sebelumnya.")
    return facts


class TravelForm(ActForm):
    """What an SPPD needs (its lines 3 to 10); the level is asked for each person."""

    origin = forms.CharField(label="Tempat berangkat", max_length=80)
    destination = forms.CharField(label="Tempat tujuan", max_length=160)
    transport = forms.CharField(label="Alat angkutan", max_length=80)
    departs = forms.DateField(label="Tanggal berangkat")
    returns = forms.DateField(label="Tanggal harus kembali")
    charged_to = forms.CharField(label="Instansi pembeban anggaran", max_length=120)
    account = forms.CharField(
        label="Kode rekening", max_length=60, help_text="Seperti dalam DPA, misalnya 5.1.02.04.01.0003."
    )
    remarks = forms.CharField(label="Keterangan lain", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.team = queries.team_of(self.subject)
        orders = {order.person_id: order for order in plans.travel_orders(self.subject)}
        for person in self.team:
            own = orders.get(person.pk)
            self.fields[f"level_{person.pk}"] = forms.ChoiceField(
                label=f"Tingkat biaya {person}", choices=TravelOrder.Level.choices, initial=own.level if own else "C"
            )
        self.order_fields([f"level_{person.pk}" for person in self.team])
        one = next(iter(orders.values()), None)
        for name, value in self._usual().items():
            self.fields[name].initial = getattr(one, name) if one else value

    def _usual(self) -> dict:
        profile, journey = office.profile(), self.subject
        districts = journey.proposals.order_by().values_list("village__parent__name", flat=True).distinct()
        return {
            "origin": profile.capital,
            "destination": f"Kecamatan {', '.join(sorted(districts))}"[:160],
            "transport": journey.vehicle or "Kendaraan dinas",
            "departs": journey.starts,
            "returns": journey.ends,
            "charged_to": profile.name[:120],
            "account": "",
            "remarks": "",
        }

    def clean(self):
        facts = self.cleaned_data
        if facts.get("departs") and facts.get("returns") and facts["returns"] < facts["departs"]:
            self.add_error("returns", "Tanggal kembali tidak boleh sebelum tanggal berangkat.")
        levels = {person: facts.pop(f"level_{person.pk}", None) for person in self.team}
        return facts | {"levels": levels}


class DayLimitsForm(ActForm):
    """A number for the regency, each district, each village; an empty box leaves it to the one above."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.regency, self.regions = registry.regency(), plans.limit_rows()
        own = plans.Limits().own
        if self.regency:
            self.fields[self.regency.pk] = _limit_field(self.regency.title)
            self.fields[self.regency.pk].help_text = f"Bila kosong: {routing.USUAL}."
        for region in (region for district, villages in self.regions for region in (district, *villages)):
            self.fields[region.pk] = _limit_field(region.title)
        self.initial = {code: limit for code, limit in own.items() if code in self.fields}

    def rows(self):
        """Each district with its box, those of its villages, and whether one of these has something to show."""
        return [
            (
                self[district.pk],
                [self[v.pk] for v in villages],
                any(v.pk in self.initial or v.pk in self.errors for v in villages),
            )
            for district, villages in self.regions
        ]

    def of_regency(self):
        return self[self.regency.pk] if self.regency else None

    def clean(self):
        if not self.regency:
            raise ValidationError("Kantor belum dipasang.")
        return {"limits": {code: self.cleaned_data[code] for code in self.fields if code in self.cleaned_data}}


def _limit_field(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=1, max_value=MOST_A_DAY, required=False,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )  # fmt: skip
