"""What is asked on the pages of the acts on a decree. Lists of thousands are picked from page by page, by village, or as a whole."""

from django import forms
from django.db.models import F
from django.utils import timezone

from decrees import queries
from decrees.models import Decree, Removal
from decrees.tags import LONGEST_PART, tidy
from proposals.models import Programme, Proposal
from uep.files.forms import UploadField
from uep.ui.crispy import ActForm, FilterForm
from uep.ui.indonesian import angka, rupiah, tanggal

ONE_PAGE = 50  # rows of a picking page; a list that fits on one is offered with its boxes ticked
MOST_CONSIDERATIONS = 12
GONE = "Sebagian pilihan tidak ada lagi di daftar ini. Muat ulang halaman, lalu pilih lagi."
LARGEST_SIGNATURE = 8 * 1024 * 1024


class Picked(forms.ModelMultipleChoiceField):
    """Rows ticked on a picking page; the page itself draws the boxes (decrees.views.PickPage)."""

    def __init__(self, **kwargs):
        super().__init__(to_field_name="ref", required=kwargs.pop("required", True), **kwargs)
        self.error_messages |= {"invalid_choice": GONE, "invalid_pk_value": GONE}


class PickForm(ActForm):
    """A form whose field `pick` is drawn by the page; `shown` are the others."""

    pick = ""

    @property
    def shown(self):
        return [field for field in self if field.name != self.pick]

    @property
    def pick_label(self) -> str:
        return self.fields[self.pick].label

    @property
    def pick_note(self) -> str:
        return self.fields[self.pick].help_text

    @property
    def ticked(self) -> set[str]:
        """Refs of the boxes to be drawn ticked."""
        return {str(value) for value in (self[self.pick].value() or ())}


class TextForm(ActForm):
    title = forms.CharField(label="Tentang", max_length=250, widget=forms.Textarea(attrs={"rows": 2}))
    considerations = forms.CharField(
        label="Menimbang",
        max_length=LONGEST_PART,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Satu pertimbangan tiap baris; huruf a, b, c dicetak sendiri. Tag seperti {judul} diisi saat dicetak.",
    )

    def clean_title(self):
        title = tidy(self.cleaned_data["title"]).replace("\n", " ")
        if set(title) & set("{}"):
            raise forms.ValidationError("Tulis judul lengkap tanpa tag; tag hanya dipakai di bagian lain.")
        return title

    def clean_considerations(self):
        text = tidy(self.cleaned_data["considerations"])
        if len(text.splitlines()) > MOST_CONSIDERATIONS:
            raise forms.ValidationError(f"Paling banyak {MOST_CONSIDERATIONS} pertimbangan; gabungkan sebagian.")
        return text


class EligibleForm(PickForm):
    """Chooses eligible households in one of three ways: all that fit, whole villages, one by one."""

    pick = "proposals"
    everything = forms.BooleanField(required=False)
    villages = forms.MultipleChoiceField(
        label="Per desa/kelurahan", required=False, widget=forms.CheckboxSelectMultiple
    )
    proposals = Picked(label="Usulan layak", queryset=None, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        draft = self.subject if isinstance(self.subject, Decree) else None
        self.programme = draft.programme if draft else self.subject
        self.room = queries.room_of(self.programme, own=draft)
        self.fitting = queries.that_fit(self.programme, self.room)
        self.held_back = queries.held_back(self.programme)
        eligible = queries.eligible_for(self.programme)
        self.fields["proposals"].queryset = eligible
        villages = queries.eligible_by_village(self.programme)
        self.waiting = sum(row["n"] for row in villages)
        if self.waiting <= ONE_PAGE:
            del self.fields["everything"], self.fields["villages"]
            fitting = set(self.fitting)
            self.initial["proposals"] = [
                row.ref for row in eligible.select_related(None).only("ref") if row.pk in fitting
            ]
            return
        self.fields["everything"].label = f"Semua yang muat: {angka(len(self.fitting))} usulan"
        self.fields["everything"].help_text = "Mulai dari yang paling lama menunggu, sampai anggaran atau kuota habis."
        self.fields["villages"].choices = [
            (row["village"], f"{row['place']}, {row['district']}: {row['n']} usulan, {rupiah(row['sum'] or 0)}")
            for row in villages
        ]
        self.fields["proposals"].label = "Satu per satu"
        self.fields[
            "proposals"
        ].help_text = "Centang di halaman ini; yang lain dapat ditambahkan kemudian dari halaman draf."

    def clean(self):
        data = super().clean()
        everything, villages = data.pop("everything", False), data.pop("villages", [])
        ways = [bool(everything), bool(villages), bool(data.get("proposals"))]
        if sum(ways) > 1:
            raise forms.ValidationError("Pilih dengan satu cara saja: semua yang muat, per desa, atau satu per satu.")
        if not any(ways) and not self.errors:
            raise forms.ValidationError("Pilih sedikitnya satu usulan layak.")
        rows = Proposal.objects.only("pk")
        if everything:
            data["proposals"] = rows.filter(pk__in=self.fitting)
        elif villages:
            data["proposals"] = queries.eligible_for(self.programme).filter(village__in=villages)
        return data


class DraftForm(EligibleForm, TextForm):
    field_order = ["title", "considerations", "everything", "villages", "proposals"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        begin_with(self, Decree(programme=self.programme, signatory_role=self.programme.signatory))


class AddForm(EligibleForm):
    pass


class EditForm(TextForm):
    clauses = forms.CharField(
        label="Diktum",
        max_length=LONGEST_PART,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Satu diktum tiap baris; KESATU, KEDUA dan seterusnya dicetak sendiri. Dikosongkan: bunyi naskah.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        texts = queries.texts_of(self.subject)
        self.fields["title"].initial = self.subject.title
        self.fields["considerations"].initial = texts["considerations"]
        self.fields["clauses"].initial = texts["clauses"]
        current = queries.wording_in_force(self.subject.kind, queries.due_signatory(self.subject))
        if self.subject.wording_id and current.pk and self.subject.wording_id != current.pk:
            self.fields["renew"] = forms.BooleanField(
                label=f"Pakai naskah yang berlaku: {current}",
                required=False,
                help_text=f"Draf ini memakai {queries.wording_of(self.subject)}.",
            )

    def clean_clauses(self):
        return tidy(self.cleaned_data["clauses"])

    def clean(self):
        data = super().clean()
        texts = {part: data[part] for part in ("considerations", "clauses") if part in data}
        for part, faults in queries.text_faults(self.subject.kind, texts).items():
            self.add_error(part, faults)
        return data


class AmendForm(TextForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        former = self.subject
        begin_with(
            self,
            Decree(
                programme=former.programme,
                kind=Decree.Kind.AMENDMENT,
                amends=former,
                signatory_role=former.signatory_role,
            ),
        )


def begin_with(form, decree) -> None:
    """Offer the words in force for a decree that is yet to be drafted."""
    wording = queries.wording_in_force(decree.kind, decree.signatory_role)
    form.fields["title"].initial = queries.title_by(wording, decree)
    form.fields["considerations"].initial = wording.considerations


class StrikeForm(PickForm):
    pick = "proposals"
    proposals = Picked(label="Usulan yang dicoret", queryset=None)
    reason = forms.CharField(label="Alasan", widget=forms.Textarea(attrs={"rows": 2}), min_length=5)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["proposals"].queryset = queries.drafted(self.subject)


class RemoveForm(PickForm):
    pick = "recipients"
    recipients = Picked(label="Penerima yang dikeluarkan", queryset=None)
    cause = forms.ChoiceField(
        label="Sebab",
        choices=[choice for choice in Removal.Cause.choices if choice[0] != Removal.Cause.REVOKED],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["recipients"].queryset = queries.removable(self.subject)


class KeepForm(PickForm):
    pick = "recipients"
    recipients = Picked(label="Penerima yang tidak jadi dikeluarkan", queryset=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["recipients"].queryset = queries.removed(self.subject)


class Successor(forms.ModelChoiceField):
    def label_from_instance(self, proposal):
        return f"{proposal.name}, {proposal.village.name}"


class ReplaceForm(ActForm):
    """For each recipient taken off: which household of the draft comes in instead."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.removals = queries.leaving(self.subject)
        incoming = queries.drafted(self.subject)
        choices = [("", "Tidak diganti"), *((row.ref, f"{row.name}, {row.village.name}") for row in incoming)]
        for removal in self.removals:
            leaves = removal.recipient
            field = Successor(
                label=f"{leaves.name}, {leaves.village.name}",
                help_text=f"No. {leaves.position}, {removal.get_cause_display()}, {rupiah(leaves.amount)}",
                queryset=incoming,
                to_field_name="ref",
                required=False,
                initial=removal.replaced_by and removal.replaced_by.ref,
            )
            field.widget.choices = choices  # one query for all of them
            self.fields[leaves.ref] = field

    def clean(self):
        data = super().clean()
        chosen = {removal.recipient_id: data.get(removal.recipient.ref) for removal in self.removals}
        return {"successors": chosen}


class ReasonForm(ActForm):
    reason = forms.CharField(label="Alasan", widget=forms.Textarea(attrs={"rows": 3}), min_length=5)


class NoteForm(ActForm):
    note = forms.CharField(label="Catatan", required=False, widget=forms.Textarea(attrs={"rows": 2}))


class SeenForm(ActForm):
    """Carries which draft the page showed, so that nobody decides on another one than they looked at."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = queries.seen_hash(self.subject)


class SignForm(SeenForm):
    """Approval in the application asks nothing; a certificate asks for the person and for its key."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not queries.method_of(self.subject).is_electronic:
            return
        manuscript = queries.manuscript_of(self.subject)
        self.fields["manuscript"] = forms.CharField(
            widget=forms.HiddenInput, initial=manuscript.sha256 if manuscript else ""
        )
        self.fields["password"] = forms.CharField(
            label="Kata sandi akun Anda",
            strip=False,
            max_length=200,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
            help_text="Untuk memastikan Anda sendiri yang menandatangani.",
        )
        self.fields["passphrase"] = forms.CharField(
            label=queries.method_of(self.subject).asks,
            strip=False,
            max_length=200,
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            help_text="Dipakai sekali untuk membuka kunci; tidak disimpan.",
        )


class TakeUpForm(ReasonForm):
    """The signed file where the signatory has it; else what the service returned, or still holds."""

    file = forms.FileField(
        label="Naskah PDF bertanda tangan",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        help_text="Berkas persis seperti keluar dari layanan. Kosongkan bila hasilnya masih tersimpan.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.manuscript = queries.manuscript_of(self.subject)
        self.fields["file"].required = not (self.manuscript.received or self.manuscript.can_be_fetched)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > self.manuscript.size + LARGEST_SIGNATURE:
            raise forms.ValidationError(
                "Berkas ini jauh lebih besar daripada naskahnya; ini bukan naskah yang dimaksud."
            )
        return file


class EndorseForm(SeenForm, NoteForm):
    pass


class RecordSignatureForm(SeenForm):
    number = forms.CharField(
        label="Nomor SK", max_length=120, help_text="Seperti tertulis pada naskah, misalnya 188.45/17.a/HUK/2026."
    )
    date = forms.DateField(label="Tanggal ditetapkan")
    scan = UploadField(label="Pindaian SK bertanda tangan", accept=frozenset({"pdf", "image"}))

    def clean_date(self):
        if self.cleaned_data["date"] > timezone.localdate():
            raise forms.ValidationError("Tanggal penetapan tidak boleh setelah hari ini.")
        return self.cleaned_data["date"]


class ConfirmSignatureForm(SeenForm):
    """The second person's word; `scan` carries which scan the page showed."""

    scan = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(
        label="Catatan pemeriksaan", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        waiting = queries.waiting_scan(self.subject)
        self.fields["scan"].initial = waiting.ref
        if doubts := queries.doubts_about(waiting):
            self.fields["note"].required = True
            self.fields["note"].help_text = f"Jelaskan mengapa pindaian ini tetap benar. {' '.join(doubts)}"


class SetNumberForm(ActForm):
    number = forms.ModelChoiceField(
        label="Nomor SK", queryset=None, required=False, empty_label="Nomor berikutnya, saat ditandatangani",
        to_field_name="ref", widget=forms.RadioSelect,
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field, rows = self.fields["number"], queries.numbers_at_hand(self.subject)
        field.queryset = rows
        field.label_from_instance = lambda held: f"{held.number}, tanggal {tanggal(held.date)}: {held.reason}"
        field.initial = next((held.ref for held in rows if held.subject_pk), "")


class DecreeFilter(FilterForm):
    tahap = forms.ChoiceField(label="Tahap", choices=[("", "Semua"), *Decree.Stage.choices])
    program = forms.ModelChoiceField(
        label="Program", queryset=Programme.objects.order_by(F("year").desc(), "name"), empty_label="Semua"
    )
