"""The forms of a programme, its papers, and the village's list."""

from django import forms
from django.forms.models import fields_for_model
from django.utils import timezone

from proposals.models import Programme, Requirement
from proposals.papers import PRINTOUTS, VillageStatement
from uep.files.forms import SheetField
from uep.files.intake import megabytes
from uep.files.sheets import SHEET
from uep.office.models import Bank
from uep.ui.crispy import ActForm, RupiahField

PROGRAMME = (
    "name", "year", "budget", "amount", "quota", "opens_on", "closes_on", "signatory", "bank", "min_age", "max_age", "age_on",
    "max_desil", "keeps_position", "account_code", "dpa_number",
)  # fmt: skip
# With these the rules of a new programme begin; afterwards a new version of the rules changes them.
OF_THE_RULES = ("min_age", "max_age", "age_on", "max_desil")
REQUIREMENT = (
    "label",
    "help",
    "owner",
    "needed_from",
    "is_required",
    "accepts",
    "max_files",
    "paper",
    "keeps_position",
    "order",
)
HELP = {
    "name": "Misalnya UEP Kabupaten.",
    "quota": "Jumlah penerima paling banyak.",
    "closes_on": "Hari terakhir desa dapat mengirim usulan.",
    "age_on": "Umur calon dihitung pada tanggal ini.",
    "max_desil": "1 sampai 10; calon dengan desil di atasnya tidak diterima.",
    "keeps_position": "Lokasi disimpan hanya untuk foto yang persyaratannya memintanya.",
    "help": "Dibaca operator desa di halaman unggah.",
    "needed_from": "Tahap sejak kapan berkas ini harus ada.",
    "is_required": "Berkas calon penerima sampai berkas lengkap menjadi wajib lewat versi aturan program.",
    "order": "Urutan di halaman berkas, dari kecil ke besar.",
}


class ProgrammeForm(ActForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        made = fields_for_model(Programme, fields=PROGRAMME)
        made["budget"] = RupiahField(label="Anggaran", min_value=1)
        made["amount"] = RupiahField(label="Bantuan per penerima", min_value=1)
        self.fields = {name: made[name] for name in PROGRAMME}
        record = self.subject if isinstance(self.subject, Programme) else None
        for name, field in self.fields.items():
            field.help_text = HELP.get(name, "")
            if record is not None:
                field.initial = getattr(record, name)
        self._limits(record)
        for name in OF_THE_RULES if record is not None else ():
            del self.fields[name]

    def _limits(self, record):
        today = timezone.localdate()
        banks = Bank.objects.filter(active=True)
        self.fields["bank"].queryset = banks | Bank.objects.filter(pk=record.bank_id) if record else banks
        self.fields["bank"].empty_label = "(pilih)"
        ranges = {
            "year": (2000, 2100),
            "quota": (1, 100_000),
            "min_age": (15, 99),
            "max_age": (15, 99),
            "max_desil": (1, 10),
        }
        for name, (low, high) in ranges.items():
            old = self.fields[name]
            self.fields[name] = forms.IntegerField(
                label=old.label, min_value=low, max_value=high, initial=old.initial, help_text=old.help_text
            )
        if record is None:
            self.fields["year"].initial = today.year
            self.fields["age_on"].initial = today.replace(month=6, day=30)
            self.fields["opens_on"].initial = today


class RequirementForm(ActForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        made = fields_for_model(Requirement, fields=REQUIREMENT)
        self.fields = {name: made[name] for name in REQUIREMENT}
        printouts = [(paper.code, paper.title) for paper in (*PRINTOUTS.values(), VillageStatement)]
        self.fields["paper"] = forms.ChoiceField(
            label="Formulir siap cetak", choices=[("", "(tidak ada)"), *printouts], required=False
        )
        self.fields["max_files"] = forms.IntegerField(
            label="Jumlah paling banyak", min_value=1, max_value=10, initial=1
        )
        record = self.subject if isinstance(self.subject, Requirement) else None
        for name, field in self.fields.items():
            field.help_text = field.help_text or HELP.get(name, "")
            if record is not None:
                field.initial = getattr(record, name)
        if record is None:
            self.fields["is_required"].initial = False
            self.fields["order"].initial = self.subject.requirements.count() + 1


class ReadListForm(ActForm):
    upload = SheetField(
        label="Daftar calon dari desa/kelurahan",
        help_text=f"Excel (.xlsx), paling besar {megabytes(SHEET.received)}; CSV menghilangkan format Teks pada NIK.",
    )
