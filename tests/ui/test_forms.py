import re
from datetime import date

import pytest
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template import Context, Template
from django.utils.datastructures import MultiValueDict

from uep.ui.crispy import ActForm, FilterForm, PapersField, PhotoField, RupiahField


class VisitForm(ActForm):
    name = forms.CharField(label="Nama", help_text="Seperti di KTP.")
    asked = RupiahField(label="Jumlah", max_value=5_000_000)
    day = forms.DateField(label="Tanggal", required=False)
    at = forms.DateTimeField(label="Waktu", required=False)
    years = forms.IntegerField(label="Lama usaha", required=False)
    width = forms.DecimalField(label="Luas", required=False)
    result = forms.ChoiceField(label="Hasil", choices=[("y", "Layak"), ("n", "Tidak")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Data benar")
    photo = PhotoField(label="Foto", required=False)
    scans = PapersField(label="Berkas", required=False)


def render(form):
    return Template("{% crispy form %}").render(Context({"form": form}))


def tag(page, name):
    return re.search(rf'<(?:input|textarea|select)[^>]*name="{name}"[^>]*>', page)[0]


@pytest.mark.parametrize(
    "typed, amount",
    [
        ("5000000", 5_000_000),
        ("5.000.000", 5_000_000),
        ("5 000 000", 5_000_000),
        ("Rp5.000.000", 5_000_000),
        ("Rp 5.000.000", 5_000_000),
        ("Rp. 5.000.000,-", 5_000_000),
        (" rp5.000.000,00 ", 5_000_000),
        ("0", 0),
        ("500", 500),
        (2_500_000, 2_500_000),
    ],
)
def test_rupiah_reads_what_offices_write(typed, amount):
    assert RupiahField().clean(typed) == amount


@pytest.mark.parametrize(
    "typed", ["5.00", "5.5", "5,5", "5.000.00", "5,000,000", "lima juta", "-5", "1e6", "Rp", "5.000.000,50", "٥"]
)
def test_rupiah_refuses_what_could_mean_two_things(typed):
    with pytest.raises(ValidationError) as refused:
        RupiahField().clean(typed)
    assert refused.value.messages == ["Tulis jumlah rupiah dengan angka saja, misalnya 5.000.000."]


def test_rupiah_shows_dots_and_keeps_what_was_typed():
    assert 'value="5.000.000"' in tag(render(VisitForm(initial={"asked": 5_000_000})), "asked")
    assert 'value="5.5"' in tag(render(VisitForm({"asked": "5.5"})), "asked")
    assert RupiahField(required=False).clean("") is None
    assert not RupiahField().has_changed(5_000_000, "5.000.000")


def test_each_field_has_its_keyboard_and_picker():
    page = render(VisitForm(initial={"day": date(1985, 3, 4)}))
    assert 'type="date"' in tag(page, "day")
    assert 'value="1985-03-04"' in tag(page, "day")
    assert 'type="datetime-local"' in tag(page, "at")
    assert 'inputmode="numeric"' in tag(page, "years")
    assert 'inputmode="decimal"' in tag(page, "width")
    assert 'inputmode="numeric"' in tag(page, "asked")
    assert 'capture="environment"' in tag(page, "photo")
    assert "application/pdf" not in tag(page, "photo")
    assert "application/pdf" in tag(page, "scans")
    assert " multiple" in tag(page, "scans")
    assert "<form" not in page
    assert "csrfmiddlewaretoken" not in page


def test_dates_of_pickers_and_of_people_are_read():
    for typed in ("1985-03-04", "04/03/1985", "04-03-1985"):
        form = VisitForm({"day": typed, "at": "2026-11-23T09:12"})
        form.is_valid()
        assert form.cleaned_data["day"] == date(1985, 3, 4)


def test_faults_say_what_is_missing_beside_the_field_and_above():
    form = VisitForm({"asked": "6.000.000", "years": "x"}, {})
    assert form.errors == {
        "name": ["Nama belum diisi."],
        "asked": ["Pastikan nilai ini lebih kecil dari atau sama dengan 5000000."],
        "years": ["Masukkan keseluruhan angka bilangan."],
        "result": ["Hasil belum dipilih."],
        "agreed": ["Data benar belum dicentang."],
    }
    page = render(form)
    assert 'aria-describedby="id_name_helptext id_name_error"' in tag(page, "name")
    assert 'aria-invalid="true"' in tag(page, "name")
    assert 'id="id_name_helptext"' in page
    assert 'id="id_name_error"' in page
    summary = Template("{% error_summary form=form errors=errors %}").render(
        Context({"form": form, "errors": ["Kuota habis."]})
    )
    links = re.findall(r'<li>(?:<a href="([^"]+)">)?', summary)
    said = re.findall(r">([^<>]+)(?:</a>)?</li>", summary)
    assert said[:3] == [
        "Kuota habis.",
        "Nama belum diisi.",
        "Jumlah: Pastikan nilai ini lebih kecil dari atau sama dengan 5000000.",
    ]
    assert links == ["", "#id_name", "#id_asked", "#id_years", "#div_id_result", "#id_agreed"]
    assert [target for target in links if target and f'id="{target[1:]}"' not in page] == []


def test_no_faults_no_summary():
    assert Template("{% error_summary form=form %}").render(Context({"form": VisitForm()})).strip() == ""
    assert Template("{% error_summary form=None %}").render(Context()).strip() == ""


def test_every_control_has_a_label():
    page = render(VisitForm())
    labelled = set(re.findall(r'<label[^>]*for="([^"]+)"', page))
    controls = set(re.findall(r'<(?:input|textarea|select)[^>]*id="([^"]+)"', page))
    assert controls - labelled == set()
    assert re.findall(r"<legend[^>]*>(\w+)", page) == ["Hasil"]


def test_fields_that_a_subclass_adds_later_are_dressed_too():
    class Later(ActForm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["day"] = forms.DateField(label="Tanggal")

    assert 'type="date"' in tag(render(Later()), "day")
    assert Later({}).errors == {"day": ["Tanggal belum diisi."]}


def test_an_act_form_knows_the_record_and_the_person():
    form = VisitForm(subject="usulan", by="sari")
    assert (form.subject, form.by) == ("usulan", "sari")


def test_several_papers_come_as_a_list():
    def scan(name):
        return SimpleUploadedFile(name, b"%PDF-1.7")

    sent = {"name": "Eko", "asked": "1", "result": "y", "agreed": "on"}
    form = VisitForm(sent, MultiValueDict({"scans": [scan("a.pdf"), scan("b.pdf")]}))
    assert form.is_valid()
    assert [file.name for file in form.cleaned_data["scans"]] == ["a.pdf", "b.pdf"]
    assert VisitForm(sent, MultiValueDict()).is_valid()
    with pytest.raises(ValidationError):
        PapersField().clean([])
    with pytest.raises(ValidationError):
        PapersField().clean([scan("a.pdf"), SimpleUploadedFile("leer.pdf", b"")])


class Filters(FilterForm):
    state = forms.ChoiceField(label="Keadaan", choices=[("", "Semua"), ("draft", "Draf")])
    since = forms.DateField(label="Sejak")
    late = forms.BooleanField(label="Lewat batas")


@pytest.mark.parametrize(
    "query, chosen",
    [
        ("", {}),
        ("state=&since=&cari=x", {}),
        ("state=draft&since=2026-11-01&late=on", {"state": "draft", "since": date(2026, 11, 1), "late": True}),
        ("state=nonsense&since=2026-11-01", {"since": date(2026, 11, 1)}),
        ("since=kemarin", {}),
    ],
)
def test_filters_narrow_and_never_fail(query, chosen):
    form = Filters(QueryDict(query))
    assert form.chosen() == chosen
    assert "boleh kosong" in render(form)


@pytest.mark.django_db
def test_an_empty_choice_asks_to_choose():
    class Choose(ActForm):
        kind = forms.ModelChoiceField(label="Jenis", queryset=ContentType.objects.all(), required=False)
        own = forms.ModelChoiceField(label="Milik", queryset=ContentType.objects.all(), empty_label="Semua")

    assert [form_field.empty_label for form_field in Choose().fields.values()] == ["Pilih", "Semua"]
    assert '<option value="" selected>Pilih</option>' in render(Choose())
