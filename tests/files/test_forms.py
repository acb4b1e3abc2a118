from io import BytesIO

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict

from tests.files import made
from uep.files import actions, intake
from uep.files.forms import SheetField, UploadField, UploadsField
from uep.files.uploading import CappedUploadHandler


class PaperForm(forms.Form):
    ktp = UploadField(label="KTP")
    photo = UploadField(label="Foto usaha", accept={"image"}, camera=True, required=False)
    more = UploadsField(label="Foto lain", accept={"image"}, at_most=3, required=False)
    sheet = SheetField(label="Daftar", required=False)


def form_with(**files) -> PaperForm:
    lists = {name: one if isinstance(one, list) else [one] for name, one in files.items()}
    return PaperForm({}, MultiValueDict(lists))


def test_form_shows_what_may_be_uploaded():
    html = render_crispy_form(PaperForm())
    for piece in (
        'accept="image/jpeg,image/png,image/heic,image/heif,.jpg,.jpeg,.png,.heic,.heif,application/pdf,.pdf"',
        'capture="environment"',
        "Foto (JPEG, PNG, HEIC) atau PDF, paling besar 10 MB.",
        "Foto (JPEG, PNG, HEIC), paling besar 10 MB. Paling banyak 3 berkas sekaligus.",
        "Excel (.xlsx) atau CSV, paling besar 5 MB.",
        " multiple",
    ):
        assert piece in html
    assert html.count("capture=") == 1


@pytest.mark.django_db
def test_form_prepares_and_the_action_stores(alice):
    form = form_with(ktp=made.upload(made.pdf(2)), more=[made.upload(made.photo()), made.upload(made.photo("PNG"))])
    assert form.is_valid(), form.errors
    stored = [actions.take_in(one, by=alice) for one in (form.cleaned_data["ktp"], *form.cleaned_data["more"])]
    assert [one.content_type for one in stored] == ["application/pdf", "image/jpeg", "image/jpeg"]
    assert (form.cleaned_data["photo"], form.cleaned_data["sheet"]) == (None, None)


def test_refusal_stands_beside_its_field():
    many = [made.upload(made.photo(), "a.jpg"), made.upload(b"halo", "b.jpg"), made.upload(b"", "c.jpg")]
    form = form_with(ktp=made.upload(b""), photo=made.upload(made.pdf()), more=many, sheet=made.upload(made.photo()))
    empty = "Berkas ini kosong (0 bita). Periksa berkas di perangkat Anda, lalu unggah lagi."
    wanted = "yang diterima hanya foto (JPEG, PNG, HEIC). Foto atau pindai dokumennya, lalu unggah lagi."
    assert form.errors == {
        "ktp": [empty],
        "photo": [f"Isi berkas ini PDF; {wanted}"],
        "more": [f"b.jpg: Isi berkas ini tidak dikenali; {wanted}", f"c.jpg: {empty}"],
        "sheet": [
            (
                "Isi berkas ini bukan buku kerja Excel atau CSV. "
                "Simpan sebagai Buku Kerja Excel (.xlsx) atau CSV, lalu unggah lagi."
            )
        ],
    }


def test_required_field_and_count_are_checked():
    form = form_with(more=[made.upload(made.photo())] * 4)
    assert form.errors == {
        "ktp": ["Bidang ini tidak boleh kosong."],
        "more": ["Anda memilih 4 berkas; paling banyak 3 sekaligus. Unggah sisanya sesudah ini."],
    }


def test_upload_beyond_the_limit_costs_no_more_disk_than_the_limit():
    size = 30 * intake.MEGABYTE
    body = BytesIO(b"\xff\xd8\xff" + bytes(size - 3))
    body.name = "besar.jpg"
    request = RequestFactory().post("/", {"ktp": body})
    request.upload_handlers = [CappedUploadHandler(request)]
    received = request.FILES["ktp"]
    received.file.seek(0, 2)
    assert (received.size, received.file.tell() <= intake.MAX_BYTES + 64 * 1024) == (size, True)
    form = PaperForm(request.POST, request.FILES)
    assert form.errors["ktp"][0].startswith("Ukuran berkas 30 MB; paling besar 10 MB.")
    request.close()


def test_uploads_field_whose_widget_takes_one_file_gives_a_list_of_one():
    field = UploadsField(label="KTP", accept={"image"}, at_most=1)
    field.widget.allow_multiple_selected = False
    upload = made.upload(made.photo())
    picked = field.widget.value_from_datadict({}, MultiValueDict({"ktp": [upload]}), "ktp")
    assert [prepared.content_type for prepared in field.clean(picked)] == ["image/jpeg"]
