"""The forms of one household's proposal. Labels, lengths and choices are those of the model."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.models import fields_for_model
from django.urls import reverse

from proposals.actions.drafts import FIELDS, LINES, SEALED
from proposals.actions.freezing import THE_REGISTRYS
from proposals.eligibility import NEEDED, NUMBERS
from proposals.models import Origin, Proposal, Requirement, SocialData
from proposals.spreadsheet.cells import e164
from uep.files.forms import UploadsField
from uep.files.photo_facts import Position
from uep.registry.fields import mask
from uep.registry.nik import check_kk, check_nik, errors
from uep.ui.crispy import ActForm, RupiahField

FIELDSETS = (
    ("Identitas", "Salin dari KTP dan Kartu Keluarga, huruf demi huruf.",
     ("name", "nik", "kk_number", "birth_place", "birth_date", "sex", "occupation")),
    ("Alamat dan kontak", "", ("address", "rt", "rw", "phone", "phone_is_borrowed")),
    ("Data sosial", "Bukti bahwa keluarga ini termasuk keluarga miskin atau rentan.",
     ("social_data", "social_id", "desil", "social_period", "unlisted_reason", "is_not_public_payroll", "kinship")),
    ("Usaha", "Usaha yang sudah berjalan, bukan rencana.",
     ("business", "business_address", "business_years", "monthly_turnover", "amount_requested")),
    ("Rekening", "Boleh kosong sekarang; bank memeriksanya setelah SK.", ("account_number", "account_name", "drop_account")),
)  # fmt: skip
HELP = {
    "birth_place": "Seperti pada KTP.",
    "rt": "Angka saja, misalnya 003.",
    "phone": "Misalnya 0812 3456 7890. Boleh kosong bila tidak ada.",
    "social_data": "Pilih Belum terdata bila keluarga ini tidak ada di DTSEN.",
    "desil": "Angka 1 (paling miskin) sampai 10, dari SIKS-NG.",
    "social_period": "Misalnya triwulan III 2026.",
    "unlisted_reason": "Hanya bila NIK-nya tidak ada di data sosial: mengapa tetap diusulkan? Berita acara musyawarah "
    "diunggah ke surat pengantar.",
    "is_not_public_payroll": "Wajib dicentang sebelum dikirim; dinyatakan juga dalam SPTJM.",
    "kinship": "Sebutkan bila ada, misalnya keponakan kepala desa. Bukan larangan, tetapi harus terbuka.",
    "business": "Misalnya warung sembako, jahit pakaian, kebun sayur.",
    "business_years": "Tulis 0 bila belum setahun.",
    "account_name": "Persis seperti di buku tabungan; beda satu huruf membuat transfer gagal.",
}


class DraftForm(ActForm):
    name = forms.CharField(
        label="Nama lengkap calon penerima", max_length=120, help_text="Seperti pada KTP. Isian lain diisi sesudah ini."
    )

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())


class EditForm(ActForm):
    """Everything of a household. Sealed numbers are never shown: an empty box keeps what is stored.

    While returned only what a defect names is open; the rest is shown and cannot be changed.
    """

    needed = frozenset(NEEDED) | {"name", "is_not_public_payroll"}  # before it may be sent; the rest may stay empty
    checked = tuple(NUMBERS)  # looked at while they are typed: numbers that others may have, too

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        made = fields_for_model(Proposal, fields=FIELDS)
        made["monthly_turnover"] = RupiahField(label=made["monthly_turnover"].label)
        made["amount_requested"] = RupiahField(label=made["amount_requested"].label, min_value=1)
        made["drop_account"] = forms.BooleanField(label="Hapus nomor rekening yang tersimpan")
        for name in (name for _, _, names in FIELDSETS for name in names):
            field = self.fields[name] = made[name]
            field.required = name == "name"
            field.help_text = HELP.get(name, "")
            if name in SEALED:
                self._sealed(name, field)
            elif name != "drop_account":
                field.initial = getattr(self.subject, name)
            self._checked(name, field)
            if not self.is_open(name):
                field.disabled = True
            self._tell_origin(name, field)
        amount = self.subject.programme.amount
        self.fields["amount_requested"].help_text = f"Paling banyak Rp{amount:,}.".replace(",", ".")
        self.fields[
            "is_not_public_payroll"
        ].label = "Bukan ASN, TNI, Polri, pensiunan, atau perangkat desa, dan bukan keluarga inti mereka"
        sources = dict(SocialData.choices)
        sources.setdefault(
            self.subject.social_data or SocialData.NONE, self.subject.social_data
        )  # one the office added
        self.fields["social_data"].choices = [("", "(pilih)"), *sources.items()]
        self.fields["desil"].validators += [MinValueValidator(1), MaxValueValidator(10)]
        self.fields["business_years"].validators.append(MaxValueValidator(80))
        self.fields["sex"].widget = forms.RadioSelect(choices=[c for c in self.fields["sex"].choices if c[0]])
        if not self.subject.account_number:
            del self.fields["drop_account"]

    def _sealed(self, name, field):
        stored = getattr(self.subject, name)
        words = {
            "nik": "16 angka dari KTP.",
            "kk_number": "16 angka dari Kartu Keluarga.",
            "account_number": "Angka saja.",
        }
        field.help_text = (
            f"Tersimpan: {mask(stored)}. Kosongkan bila tidak berubah; ketik lengkap untuk mengganti."
            if stored
            else words[name]
        )
        field.widget.attrs["data-private"] = ""  # stays out of the browser's own memory (uep.js)

    def _checked(self, name, field):
        if name in self.checked:
            field.widget.attrs |= {
                "hx-post": reverse("proposals:check_number", args=[self.subject.ref, name]),
                "hx-trigger": "change, input changed delay:700ms",
                "hx-target": f"#periksa-{name}",
            }

    def _tell_origin(self, name, field):
        """Where what stands in a box came from; what is the registry's own to say is shown and cannot be changed."""
        origin = self.subject.origins.get(name)
        if origin in Origin.values:
            field.help_text = f"{field.help_text} Terisi {Origin(origin).label}.".strip()
        if self._is_registrys(name):
            field.disabled = True

    def is_open(self, name) -> bool:
        opened = self.subject.open_fields
        return opened is None or {"drop_account": "account_number"}.get(name, name) in opened

    def fieldsets(self):
        """(title, note, bound fields, is any of them open?); while returned the open ones come first."""
        sets = [
            (title, note, [self[name] for name in names if name in self.fields], any(map(self.is_open, names)))
            for title, note, names in FIELDSETS
        ]
        return sorted(sets, key=lambda row: not row[3])

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def clean_nik(self):
        return self._number("nik", check_nik)

    def clean_kk_number(self):
        return self._number("kk_number", check_kk)

    def _number(self, name, check):
        number = self.cleaned_data[name]
        if number and (found := errors(check(number))):
            raise ValidationError([finding.sentence for finding in found])
        return number

    def clean_account_number(self):
        number, bank = self.cleaned_data["account_number"], self.subject.programme.bank
        low, high = bank.account_min_length, bank.account_max_length
        if number and not low <= len(number) <= high:
            length = f"{low}" if low == high else f"{low} sampai {high}"
            raise ValidationError(f"Nomor rekening {bank.name} terdiri atas {length} angka; ini {len(number)} angka.")
        return number

    def clean_birth_date(self):
        born = self.cleaned_data["birth_date"]
        if born and not date(1900, 1, 1) <= born <= date.today():  # noqa: DTZ011 - a day is a day
            raise ValidationError("Tanggal lahir ini tidak mungkin. Cocokkan dengan KTP.")
        return born

    def clean_phone(self):
        typed = self.cleaned_data["phone"]
        if not typed:
            return ""
        number = e164(typed)
        if number is None:
            raise ValidationError("Tulis nomor HP dengan 10 sampai 13 angka, dimulai 08.")
        return number

    def clean(self):
        data = super().clean()
        if data.pop("drop_account", False) and not data.get("account_number"):
            data["account_number"] = None
        else:
            self._keep(data, "account_number")
        self._keep(data, "nik")
        self._keep(data, "kk_number")
        return {name: value for name, value in data.items() if self._is_said(name)}

    def _is_said(self, name) -> bool:
        return self.is_open(name) and not self._is_left_alone(name) and not self._is_registrys(name)

    def shown(self):
        """What this page shows, sent along hidden: a box left alone does not undo what another window saved meanwhile."""
        names = (name for name in self.fields if name in FIELDS and name not in SEALED and self.is_open(name))
        return [self[name].as_hidden(only_initial=True) for name in names]

    def _is_left_alone(self, name) -> bool:
        field, before = self.fields[name], self.data.get(f"initial-{name}")
        try:
            return before is not None and not field.has_changed(field.to_python(before), self[name].data)
        except ValidationError:
            return False

    def _is_registrys(self, name) -> bool:
        return name in THE_REGISTRYS and self.subject.origins.get(name) == Origin.REGISTRY

    @staticmethod
    def _keep(data, name):
        """An empty box leaves the stored number as it is."""
        if not data.get(name):
            data.pop(name, None)


class BudgetForm(ActForm):
    """The RAB as a table: `rows` fields per line, some of them empty; cleans to `lines`."""

    BLANK = 8

    def __init__(self, *args, typed=None, more=0, **kwargs):
        """`typed`: what stands in the boxes when more rows or the sum are asked for; nothing is judged then."""
        super().__init__(*args, **kwargs)
        self.typed = typed
        stored = list(self.subject.budget_lines.all())
        given = (typed or self.data).get("count", "")
        self.count = (
            int(given) if given.isascii() and given.isdigit() and len(given) <= 3 else max(self.BLANK, len(stored) + 2)
        )
        self.count = min(self.count + more, LINES)
        for number in range(1, self.count + 1):
            line = stored[number - 1] if number <= len(stored) else None
            self._add(number, line)

    def _add(self, number, line):
        def field(name, made):
            made.initial = getattr(line, name, None) if self.typed is None else self.typed.get(f"{name}_{number}", "")
            made.widget.attrs |= {"class": "form-control", "aria-label": f"{made.label}"}
            self.fields[f"{name}_{number}"] = made

        row = f"baris {number}"
        field("description", forms.CharField(label=f"Uraian {row}", max_length=120, required=False))
        field("quantity", QuantityField(label=f"Volume {row}", required=False))
        field("unit", forms.CharField(label=f"Satuan {row}", max_length=20, required=False))
        field("unit_price", RupiahField(label=f"Harga satuan {row}", required=False, min_value=1))
        self.fields[f"unit_{number}"].widget.attrs["list"] = "satuan"

    COLUMNS = (
        ("description", "Uraian"),
        ("quantity", "Volume"),
        ("unit", "Satuan"),
        ("unit_price", "Harga satuan (Rp)"),
    )

    def table(self):
        """Per line its number, its bound fields and its total (None while it cannot be computed)."""
        return [
            {
                "number": number,
                "cells": [(label, self[f"{name}_{number}"]) for name, label in self.COLUMNS],
                "total": self._total(number),
            }
            for number in range(1, self.count + 1)
        ]

    def total(self) -> int:
        return sum(self._total(number) or 0 for number in range(1, self.count + 1))

    def _total(self, number):
        try:
            values = [self._value(name, number) for name in ("quantity", "unit_price")]
        except ValidationError:
            return None
        return None if None in values else round(values[0] * values[1])

    def _value(self, name, number):
        bound = self[f"{name}_{number}"]
        return bound.field.clean(bound.value())

    def clean(self):
        data = super().clean()
        lines = []
        for number in range(1, self.count + 1):
            names = [f"{name}_{number}" for name, _ in self.COLUMNS]
            if not any(str(self.data.get(name, "")).strip() for name in names):
                continue
            for name, field_name in zip((label for _, label in self.COLUMNS), names, strict=True):
                if field_name not in self.errors and data.get(field_name) in (None, ""):
                    self.add_error(field_name, f"{name.removesuffix(' (Rp)')} baris {number} belum diisi.")
            lines.append({name: data.get(f"{name}_{number}") for name, _ in self.COLUMNS})
        return {"lines": lines}


class QuantityField(forms.DecimalField):
    """How many: "2", "1,5" or "1.5"."""

    def __init__(self, **kwargs):
        super().__init__(max_digits=9, decimal_places=2, widget=forms.TextInput(), **kwargs)
        self.widget.attrs["inputmode"] = "decimal"
        self.error_messages["invalid"] = "Tulis volume dengan angka, misalnya 2 atau 1,5."

    def to_python(self, value):
        return super().to_python(value.strip().replace(",", ".") if isinstance(value, str) else value)

    def validate(self, value):
        super().validate(value)  # refuses NaN and its like, which cannot be compared
        if value is not None and value <= 0:
            raise ValidationError("Volume harus lebih dari nol.")

    def prepare_value(self, value):
        if value is None or isinstance(value, str):
            return value
        return f"{value.normalize():f}".replace(".", ",")


class AttachForm(ActForm):
    """Files for one requirement; where the programme asks for it, with the place where the device is."""

    uploads = UploadsField(label="Pilih berkas")
    latitude = forms.DecimalField(
        label="Lintang", min_value=-11, max_value=6, decimal_places=6, max_digits=9, required=False
    )
    longitude = forms.DecimalField(
        label="Bujur", min_value=95, max_value=141, decimal_places=6, max_digits=9, required=False
    )
    accuracy = forms.FloatField(label="Ketelitian (meter)", min_value=0, required=False)

    def __init__(self, *args, requirement: Requirement, **kwargs):
        super().__init__(*args, **kwargs)
        self.requirement = requirement
        images = requirement.accepts == Requirement.Accepts.IMAGE
        uploads = UploadsField(
            label=requirement.label, accept={"image"} if images else {"image", "pdf"}, at_most=requirement.max_files
        )
        if requirement.max_files == 1:
            uploads.widget.attrs.pop("multiple", None)  # the widget still reads a list, as the field expects
        self.wants_position = requirement.keeps_position and self.subject.programme.keeps_position
        if self.wants_position:
            self.fields["latitude"].help_text = "Boleh kosong bila fotonya sendiri memuat lokasi."
        else:
            uploads.widget.attrs["data-shrink"] = "2000"
            for name in ("latitude", "longitude", "accuracy"):
                del self.fields[name]
        self.fields["uploads"] = uploads

    def clean(self):
        data = super().clean()
        latitude, longitude = data.get("latitude"), data.get("longitude")
        if (latitude is None) != (longitude is None):
            self.add_error("latitude", "Koordinat harus lengkap: lintang dan bujur, atau kosongkan keduanya.")
        position = None
        if not self.errors and latitude is not None:
            position = Position(latitude, longitude, data.get("accuracy"))
        return {"requirement": self.requirement, "uploads": data.get("uploads"), "position": position}


class RevealForm(ActForm):
    LABELS = {"nik": "NIK", "kk_number": "Nomor KK", "account_number": "Nomor rekening"}

    field = forms.ChoiceField(label="Nomor yang dibuka", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Alasan", max_length=300, min_length=5, help_text="Misalnya: mencocokkan dengan KTP asli di kantor."
    )

    def __init__(self, *args, chosen="", address=None, **kwargs):
        super().__init__(*args, **kwargs)
        held = [
            (name, f"{label} {mask(value)}")
            for name, label in self.LABELS.items()
            if (value := getattr(self.subject, name))
        ]
        self.fields["field"].choices = held
        self.fields["field"].initial = chosen if chosen in dict(held) else next((name for name, _ in held), "")
        self.address = address

    def clean(self):
        return super().clean() | {"address": self.address}
