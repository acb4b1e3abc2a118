from django import forms
from django.utils import timezone

from decrees import queries
from uep.files.forms import UploadField
from uep.ui.crispy import ActForm
from uep.ui.indonesian import rupiah

CONSIDERATIONS = """bahwa untuk memperkuat usaha rumah tangga miskin di {place} perlu diberikan bantuan Usaha Ekonomi Produktif;
bahwa calon penerima telah diverifikasi kelengkapan dan keadaan lapangannya oleh tim Dinas;
bahwa berdasarkan pertimbangan tersebut perlu menetapkan Keputusan tentang {title};"""


class ProposalChoices(forms.ModelMultipleChoiceField):
    """Households with what decides: place, business, amount."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, proposal):
        return f"{proposal.name}, {proposal.village.name}: {proposal.business}, {rupiah(proposal.amount_requested)}"


class RecipientChoices(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, recipient):
        return f"{recipient.position}. {recipient.name}, {recipient.village.name}: {rupiah(recipient.amount)}"


class TextForm(ActForm):
    title = forms.CharField(label="Tentang", max_length=250, widget=forms.Textarea(attrs={"rows": 2}))
    considerations = forms.CharField(
        label="Menimbang",
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Satu pertimbangan tiap baris; huruf a, b, c dicetak sendiri.",
    )

    def clean_title(self):
        return " ".join(self.cleaned_data["title"].split())


class DraftForm(TextForm):
    proposals = ProposalChoices(label="Usulan layak", queryset=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        programme, eligible = self.subject, queries.eligible_for(self.subject)
        room = queries.room_of(programme)
        title = f"Penetapan Penerima Bantuan {programme.name} Tahun Anggaran {programme.year}"
        self.fields["title"].initial = title
        self.fields["considerations"].initial = CONSIDERATIONS.format(place="daerah", title=title)
        self.fields["proposals"].queryset = eligible
        self.fields["proposals"].initial = list(eligible.values_list("pk", flat=True)[: max(0, room.count)])
        self.fields[
            "proposals"
        ].help_text = f"Sisa anggaran {rupiah(max(0, room.amount))}, sisa kuota {max(0, room.count)} penerima."


class EditForm(TextForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].initial = self.subject.title
        self.fields["considerations"].initial = self.subject.considerations


class AmendForm(TextForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        title = f"Perubahan atas {self.subject} tentang {self.subject.title}"[:250]
        self.fields["title"].initial = title
        self.fields["considerations"].initial = (
            "bahwa sebagian penerima meninggal, pindah, atau mengundurkan diri sehingga perlu diubah;\n"
            f"bahwa perlu menetapkan Keputusan tentang {title};"
        )


class AddForm(ActForm):
    proposals = ProposalChoices(label="Usulan layak", queryset=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        room = queries.room_of(self.subject.programme)
        self.fields["proposals"].queryset = queries.eligible_for(self.subject.programme)
        self.fields[
            "proposals"
        ].help_text = f"Sisa anggaran {rupiah(max(0, room.amount))}, sisa kuota {max(0, room.count)} penerima."


class StrikeForm(ActForm):
    proposals = ProposalChoices(label="Usulan yang dicoret", queryset=None)
    reason = forms.CharField(label="Alasan", widget=forms.Textarea(attrs={"rows": 2}), min_length=5)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["proposals"].queryset = queries.drafted(self.subject)


class RemoveForm(ActForm):
    recipients = RecipientChoices(label="Penerima yang dikeluarkan", queryset=None, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["recipients"].queryset = queries.removable(self.subject)
        self.fields["recipients"].initial = list(self.subject.removes.values_list("pk", flat=True))
        self.fields["recipients"].help_text = "Hanya penerima yang dananya belum tersalur yang dapat dikeluarkan."


class ReasonForm(ActForm):
    reason = forms.CharField(label="Alasan", widget=forms.Textarea(attrs={"rows": 3}), min_length=5)


class NoteForm(ActForm):
    note = forms.CharField(label="Catatan", required=False, widget=forms.Textarea(attrs={"rows": 2}))


class RecordSignatureForm(ActForm):
    number = forms.CharField(
        label="Nomor SK", max_length=120, help_text="Seperti tercatat di Bagian Hukum, misalnya 188.45/17.a/HUK/2026."
    )
    date = forms.DateField(label="Tanggal ditetapkan")
    scan = UploadField(label="Pindaian SK bertanda tangan", accept=frozenset({"pdf", "image"}))

    def clean_date(self):
        if self.cleaned_data["date"] > timezone.localdate():
            raise forms.ValidationError("Tanggal penetapan tidak boleh setelah hari ini.")
        return self.cleaned_data["date"]
