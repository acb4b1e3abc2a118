"""Forms of step 6: lists, results, handover, visits."""

from django import forms
from django.utils import timezone

from distribution import queries
from distribution.forms.choosing import ChooseForm
from distribution.models import MentoringVisit, Payment
from proposals import requirements
from uep.files.forms import SheetField, UploadField
from uep.registry.models import Region
from uep.ui.crispy import ActForm, RupiahField
from uep.ui.indonesian import rupiah

NAMED = 20
# What a bank may say of a payment that it could not make; one that came back has an act of its own.
FAILURES = [choice for choice in Payment.Failure.choices if choice[0] != Payment.Failure.RETURNED]


class SendListForm(ActForm):
    """Tells who can be on the list, and who is left for a later one, and why; a list may be of some villages only."""

    villages = forms.ModelMultipleChoiceField(
        label="Desa/kelurahan",
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Kosongkan untuk semua yang siap.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ready = queries.payable(self.subject)
        places = Region.objects.filter(pk__in=ready.order_by().values("village")).select_related("parent")
        if places.count() > 1:
            self.fields["villages"].queryset = places.order_by("parent__name", "name")
            self.fields["villages"].label_from_instance = lambda place: f"{place.title}, {place.parent.name}"
        else:
            del self.fields["villages"]
        lacking = queries.lacking_papers(ready, self.subject.programme)
        sums = {row.pk: row.amount for row in ready.only("pk", "amount").select_related(None)}
        left = set(lacking.values_list("pk", flat=True))
        self.count = len(sums) - len(left)
        self.total = sum(amount for pk, amount in sums.items() if pk not in left)
        self.left = len(left)
        named = list(lacking[:NAMED])
        papers = requirements.missing([row.proposal for row in named])
        self.named = [(row, papers.get(row.proposal_id, [])) for row in named]


class ReturnFundsForm(ChooseForm):
    columns = ("Desa/kelurahan", "Sebab gagal", "Jumlah")

    number = forms.CharField(label="Nomor STS", max_length=80)
    date = forms.DateField(label="Tanggal setor")
    scan = UploadField(label="Pindaian STS", accept=frozenset({"pdf", "image"}))

    def candidates(self):
        return queries.returnable(self.subject)

    def cells(self, row):
        last = row.payments.exclude(status=Payment.Status.RECALLED).order_by("-pk").first()
        return (row.village.name, last.get_failure_display() if last else "", rupiah(row.amount))

    def clean_date(self):
        if self.cleaned_data["date"] > timezone.localdate():
            raise forms.ValidationError("Tanggal setor tidak boleh setelah hari ini.")
        return self.cleaned_data["date"]


class RecallListForm(ActForm):
    reason = forms.CharField(label="Alasan", max_length=300, min_length=5, widget=forms.Textarea(attrs={"rows": 2}))


class ReversePaymentForm(ActForm):
    reversed_on = forms.DateField(label="Tanggal dana kembali", initial=timezone.localdate)
    note = forms.CharField(
        label="Keterangan untuk desa", required=False, max_length=300, help_text="Misalnya sebab menurut bank."
    )


class Sp2dForm(ActForm):
    number = forms.CharField(label="Nomor SP2D", max_length=80)
    date = forms.DateField(label="Tanggal SP2D")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["number"].initial = self.subject.sp2d_number
        self.fields["date"].initial = self.subject.sp2d_date

    def clean_date(self):
        if self.cleaned_data["date"] > timezone.localdate():
            raise forms.ValidationError("Tanggal SP2D tidak boleh setelah hari ini.")
        return self.cleaned_data["date"]


class PayForm(ChooseForm):
    target = "payments"
    name_path = "recipient__name"
    village_path = "recipient__village"
    columns = ("Desa/kelurahan", "Nomor rekening", "Kode", "Jumlah")

    paid_on = forms.DateField(label="Tanggal dana tersalur", initial=timezone.localdate)
    reference = forms.CharField(label="Nomor referensi bank", max_length=80, required=False)

    @property
    def decree(self):
        return self.subject.decree

    @property
    def of(self):
        return {"disbursement": self.subject}

    def candidates(self):
        return queries.open_lines(self.subject)

    def prepared(self, rows):
        rows = list(rows)
        self.opened = queries.open_to(self.by, [row.recipient for row in rows])
        return rows

    def label(self, row):
        return row.recipient.name

    def cells(self, row):
        number = row.account_number if row.recipient_id in self.opened else row.masked_account
        return (str(row.recipient.village), number or "tunai di loket", row.ref, rupiah(row.amount))


class FailPaymentForm(ActForm):
    failure = forms.ChoiceField(label="Sebab", choices=FAILURES, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Keterangan untuk desa", required=False, max_length=300, help_text="Misalnya ejaan nama menurut bank."
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("failure") == Payment.Failure.OTHER and not cleaned.get("note", "").strip():
            self.add_error("note", "Jelaskan sebabnya agar desa tahu apa yang harus diperbaiki.")
        return cleaned


class ReadResultsForm(ActForm):
    upload = SheetField(label="Berkas hasil")


class HandOverForm(ActForm):
    date = forms.DateField(label="Tanggal serah terima", initial=timezone.localdate)
    place = forms.CharField(label="Tempat", max_length=200)
    identity_checked = forms.BooleanField(label="KTP penerima atau wakilnya sudah saya periksa")
    proxy_name = forms.CharField(
        label="Diwakili oleh",
        max_length=120,
        required=False,
        help_text="Isi hanya bila penerima tidak dapat hadir sendiri.",
    )
    proxy_letter = UploadField(label="Surat kuasa", required=False)
    witness = forms.CharField(label="Nama saksi", max_length=120)
    witness_title = forms.CharField(label="Jabatan saksi", max_length=80)
    photo = UploadField(label="Foto penerima saat serah terima", accept={"image"})
    signature = UploadField(
        label="Foto tanda tangan atau cap jempol",
        accept={"image"},
        help_text="Tanda tangan penerima di daftar serah terima, difoto dari dekat. Masuk ke berita acara.",
    )
    note = forms.CharField(label="Catatan", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        village = self.subject.village
        self.fields["place"].initial = f"Kantor {village.title}"
        self.fields[
            "witness_title"
        ].initial = f"{'Lurah' if village.kind == 'kelurahan' else 'Kepala Desa'} {village.name}"

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("proxy_name", "").strip() and not cleaned.get("proxy_letter"):
            self.add_error("proxy_letter", "Unggah surat kuasa bila penerima diwakili.")
        return cleaned


class VisitForm(ActForm):
    visited_on = forms.DateField(label="Tanggal kunjungan", initial=timezone.localdate)
    condition = forms.ChoiceField(
        label="Keadaan usaha", choices=MentoringVisit.Condition.choices, widget=forms.RadioSelect
    )
    turnover = RupiahField(label="Omzet per bulan", required=False)
    use_matches_plan = forms.TypedChoiceField(
        label="Pemakaian dana sesuai RAB",
        choices=[("", "Belum dapat dipastikan"), ("ya", "Ya"), ("tidak", "Tidak")],
        coerce={"ya": True, "tidak": False}.get,
        empty_value=None,
        required=False,
    )
    goods = forms.CharField(label="Barang yang masih ada", max_length=300, required=False)
    advice = forms.CharField(label="Saran yang diberikan", widget=forms.Textarea(attrs={"rows": 3}))
    photo = UploadField(label="Foto usaha", accept={"image"})
