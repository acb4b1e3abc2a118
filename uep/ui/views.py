"""The gallery: every component in every state, to look at while one changes the theme. People in it do not exist."""

from datetime import UTC, datetime, timedelta

from django import forms
from django.contrib.messages.constants import ERROR, SUCCESS
from django.contrib.messages.storage.base import Message
from django.shortcuts import render
from django.utils import timezone

from uep.ui.crispy import ActForm, FilterForm, PapersField, PhotoField, RupiahField
from uep.ui.paging import Page, SortChoice
from uep.ui.templatetags.ui import BUTTONS, STEP_STATES, TONES, icon_names

STEPS = ("Usulan", "Verifikasi", "SK", "Bank", "Sosialisasi", "Serah terima")


class SampleForm(ActForm):
    name = forms.CharField(label="Nama lengkap", help_text="Seperti tertulis di KTP.")
    asked = RupiahField(label="Jumlah yang diusulkan", help_text="Paling banyak Rp5.000.000.")
    born_on = forms.DateField(label="Tanggal lahir")
    seen_at = forms.DateTimeField(label="Waktu kunjungan", required=False)
    opens_at = forms.TimeField(label="Jam buka", required=False)
    years = forms.IntegerField(label="Lama usaha (tahun)", min_value=0)
    village = forms.ChoiceField(label="Desa/kelurahan", choices=[("", "Pilih"), ("a", "Nanga Bulik"), ("b", "Sekoban")])
    kind = forms.ChoiceField(label="Hasil", choices=[("y", "Layak"), ("n", "Tidak layak")], widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Alasan",
        required=False,
        widget=forms.Textarea(attrs={"data-required-if": "kind=n"}),
        help_text="Wajib bila tidak layak.",
    )
    papers = forms.MultipleChoiceField(
        label="Berkas yang diperiksa",
        choices=[("ktp", "KTP"), ("kk", "Kartu Keluarga")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    photo = PhotoField(label="Foto usaha", required=False)
    scans = PapersField(label="Berkas lain", required=False)
    truth = forms.BooleanField(label="Data di atas benar")


class SampleFilter(FilterForm):
    state = forms.ChoiceField(label="Keadaan", choices=[("", "Semua"), ("a", "Verifikasi berkas")])
    since = forms.DateField(label="Sejak")


def gallery(request):
    now = timezone.now()
    rail = [
        {"label": name, "state": "done" if number < 2 else "now" if number == 2 else "ahead",
         "note": {1: "Didisposisi 19 Nov", 2: "Batas 24 Nov, 16.00"}.get(number, "")}
        for number, name in enumerate(STEPS, 1)
    ]  # fmt: skip
    finished = [{"label": name, "state": "done", "note": "24 Nov"} for name in STEPS]
    stopped = [{"label": name, "state": "stopped" if name == "Verifikasi" else "ahead"} for name in STEPS]
    mended = SampleForm(
        {"asked": "5.5", "born_on": "31-02-1985", "years": "-1", "kind": ""}, {}, auto_id="mended_%s"
    )  # as it comes back with faults
    context = {
        "messages": [Message(SUCCESS, "Usulan diteruskan ke lapangan."), Message(ERROR, "Dua baris belum masuk.")],
        "tones": TONES,
        "buttons": BUTTONS,
        "icons": sorted(icon_names()),
        "step_states": STEP_STATES,
        "steppers": (rail, finished, stopped),
        "crumbs": [("Usulan", "#"), ("Nanga Bulik", "")],
        "facts": [("Lahir", "Nanga Bulik, 4 Maret 1985 (41 tahun)"), ("Usaha", "Warung sembako, 4 tahun"), ("No. HP", "")],
        "entries": [
            {"title": "Dikembalikan", "who": "Sari Wulandari, Staf", "when": now, "note": "SPTJM belum bermeterai.", "tone": "warning"},
            {"title": "Didisposisi", "who": "Sekretaris", "when": datetime(2026, 11, 19, 2, 12, tzinfo=UTC)},
            {"title": "Draf dibuat", "who": "Operator Nanga Bulik", "when": datetime(2026, 11, 17, tzinfo=UTC).date(), "tone": "neutral"},
        ],
        "past": now - timedelta(days=1, hours=2),
        "soon": now + timedelta(minutes=5),
        "later": now + timedelta(days=40),
        "offers": [
            {"id": "a", "label": "Teruskan ke lapangan", "url": "#", "tone": "primary"},
            {"id": "b", "label": "Kembalikan", "url": "#", "tone": "quiet"},
            {"id": "c", "label": "Tolak", "url": "#", "tone": "danger"},
        ],
        "held": [
            {"id": "d", "label": "Tanda tangani", "url": "", "tone": "primary", "why": "Anda penyusun SK ini."},
            {"id": "e", "label": "Batalkan", "url": "", "tone": "danger", "why": "SK ini sudah ditandatangani."},
        ],
        "only": [{"id": "f", "label": "Isi usulan", "url": "#", "tone": "primary"}],
        "areas": [
            {"label": "Desa Satu: 3 menunggu tim", "tone": "warning", "mark": "3", "url": "#", "at": (111.05, -2.05),
             "outline": [[[(111.0, -2.0), (111.1, -2.0), (111.1, -2.1), (111.0, -2.1)]]]},
            {"label": "Desa Dua: lewat batas", "tone": "danger", "mark": "1", "url": "#", "at": (111.15, -2.05), "current": True,
             "outline": [[[(111.1, -2.0), (111.2, -2.02), (111.18, -2.1), (111.1, -2.1)]]]},
            {"label": "Desa Tiga: 4 ditugaskan", "tone": "info", "mark": "4", "at": (111.05, -2.15),
             "outline": [[[(111.0, -2.1), (111.1, -2.1), (111.08, -2.2), (111.0, -2.2)]]]},
            {"label": "Desa Empat: selesai", "tone": "success", "at": (111.14, -2.14),
             "outline": [[[(111.1, -2.1), (111.18, -2.1), (111.2, -2.2), (111.08, -2.2)]]]},
            {"label": "Desa Lima: tidak ada", "tone": "neutral", "at": (111.25, -2.1),
             "outline": [[[(111.2, -2.02), (111.3, -2.0), (111.3, -2.2), (111.2, -2.2), (111.18, -2.1)]]]},
        ],
        "area_borders": [[[[(111.0, -2.0), (111.1, -2.0), (111.1, -2.1), (111.08, -2.2), (111.0, -2.2)]]]],
        "area_legend": [("danger", "lewat batas"), ("warning", "menunggu tim"), ("info", "ditugaskan"), ("success", "selesai"),
                        ("neutral", "tidak ada")],
        "downloads": [
            {"label": "Tanda terima usulan", "url": "#", "note": "PDF, 84 KB"},
            {"label": "Lembar disposisi", "url": "", "note": "PDF"},
        ],
        "page": Page(
            rows=[1], next_url="?sesudah=x", previous_url="?sebelum=x", first_url="?",
            sorts=[SortChoice("baru", "Terbaru", "?urut=baru", True), SortChoice("nama", "Nama", "?urut=nama", False)],
        ),
        "first": Page(rows=[1], next_url="?sesudah=x"),
        "form": SampleForm(initial={"name": "Eko Saputra", "asked": 5_000_000, "born_on": datetime(1985, 3, 4, tzinfo=UTC).date()}),
        "mended": mended,
        "filters": SampleFilter(),
        "filtered": SampleFilter({"state": "a"}),
        "action_errors": ["Usulan ini sudah diteruskan oleh Sari Wulandari."],
    }  # fmt: skip
    return render(request, "ui/gallery.html", context)


gallery.act = "public"  # uep.access stands above this floor; its decorator would say the same
