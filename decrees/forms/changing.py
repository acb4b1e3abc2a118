"""What is asked when a decree is revoked, put right or copied, when its way up is laid down, and for a date."""

from django import forms

from decrees import queries
from decrees.forms import TextForm, begin_with
from decrees.models import CORRECTABLE, Decree
from decrees.routing import MOST_BANDS, WAYS, Band, in_words, key_of
from uep.registry.models import Region
from uep.ui.crispy import ActForm, FilterForm, RupiahField
from uep.ui.indonesian import angka


class RevokeForm(TextForm):
    reason = forms.CharField(
        label="Alasan pencabutan",
        max_length=300,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Tampil pula di halaman pemeriksaan naskah; tanpa nama orang. Misalnya: anggaran program dialihkan.",
    )
    field_order = ["reason", "title", "considerations"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        former = self.subject
        kind, role = Decree.Kind.REVOCATION, former.signatory_role
        begin_with(self, Decree(programme=former.programme, kind=kind, amends=former, signatory_role=role))
        self.fields["considerations"].help_text += " {alasan} diganti dengan alasan di atas."


class CorrectForm(ActForm):
    name = forms.CharField(label="Nama", max_length=120)
    address = forms.CharField(label="Alamat", max_length=240, required=False)
    business = forms.CharField(label="Jenis usaha", max_length=120)
    amount = RupiahField(label="Besaran", min_value=1)
    reason = forms.CharField(
        label="Alasan", max_length=300, min_length=5, help_text="Dicetak di lampiran. Misalnya: salah tulis nama."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        draft = queries.draft_that_corrects(self.subject)
        now = self.subject.corrections.filter(decree=draft).first() if draft else None
        for field in CORRECTABLE:
            self.fields[field].initial = getattr(now or self.subject, field)
            if now:
                self.fields[field].help_text = f"Di SK yang berlaku: {getattr(self.subject, field)}"
        self.fields["reason"].initial = now.reason if now else ""


class RouteForm(ActForm):
    """Up to three ways, each from an amount on; without a script, so all of them are there from the start."""

    reason = forms.CharField(label="Alasan perubahan", max_length=300, min_length=5, help_text="Misalnya: SE Bupati.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        now = queries.bands_of(self.subject)
        ways = [(key, in_words(steps)) for key, steps in WAYS.items()]
        made = {}
        for number in range(1, MOST_BANDS + 1):
            band = now[number - 1] if number <= len(now) else None
            if number > 1:
                made[f"from_{number}"] = RupiahField(
                    label=f"Jalur {number}: mulai dari jumlah SK",
                    min_value=1,
                    required=False,
                    initial=band.from_amount if band else None,
                    help_text="Kosongkan bila tidak dipakai.",
                )
            made[f"way_{number}"] = forms.ChoiceField(
                label="Jalur SK" if number == 1 else f"Jalur {number}",
                choices=ways if number == 1 else [("", "(tidak dipakai)"), *ways],
                required=number == 1,
                initial=key_of(band.steps) if band else "",
            )
        self.fields = made | {"reason": self.fields["reason"]}

    def clean(self):
        data = super().clean()
        bands = [Band(0, WAYS[data["way_1"]])] if data.get("way_1") else []
        for number in range(2, MOST_BANDS + 1):
            amount, way = data.get(f"from_{number}"), data.get(f"way_{number}")
            if bool(amount) != bool(way) and not {f"from_{number}", f"way_{number}"} & set(self.errors):
                self.add_error(f"way_{number}", "Isi jumlah dan jalurnya, atau kosongkan keduanya.")
            if amount and way:
                bands.append(Band(amount, WAYS[way]))
        return {"bands": bands, "reason": data.get("reason", "")}


class ExtractsForm(ActForm):
    village = forms.ModelChoiceField(label="Desa/kelurahan", queryset=None, required=False, empty_label=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = queries.villages_without_extract(self.subject)
        self.fields["village"].queryset = Region.objects.filter(pk__in=[code for code, *_ in places])
        every = sum(count for *_, count in places)
        self.fields["village"].widget.choices = [
            ("", f"Semua desa/kelurahan: {angka(every)} penerima"),
            *((code, f"{name}: {angka(count)} penerima") for code, name, count in places),
        ]
        self.fields["village"].help_text = "Hanya penerima yang belum punya petikan yang berlaku."


class DayFilter(FilterForm):
    tanggal = forms.DateField(label="Pada tanggal")
