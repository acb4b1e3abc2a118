"""Scans and photos of a household: what may come, what gives way, who sees it."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from proposals.actions import attach, detach, draft
from proposals.flow import State
from proposals.models import Attachment, Proposal
from tests.walk import picture, upload
from uep.access.access import Refused


@pytest.fixture
def proposal(cast, programme):
    return draft(programme, by=cast.alice, name="Ratna")


def paper(programme, code):
    return programme.requirements.get(code=code)


def held(proposal):
    return list(
        Attachment.objects.current()
        .filter(proposal=proposal)
        .order_by("pk")
        .values_list("requirement__code", flat=True)
    )


def status_of(client, url):
    response = client.get(url)
    if response.streaming:
        b"".join(response.streaming_content)  # the file is open until it was read
    return response.status_code


def test_upload_page_lists_what_is_asked_and_takes_one_paper(proposal, cast, sign_in):
    client = sign_in(cast.alice)
    choices = client.get(f"/usulan/{proposal.ref}/unggah/").context["choices"]
    response = client.post(f"/usulan/{proposal.ref}/unggah/?untuk=ktp", {"uploads": upload("ktp saya.jpg")})

    assert [(row["label"], row["state"]) for row in choices] == [
        ("KTP", "belum ada"),
        ("Kartu Keluarga", "belum ada"),
        ("SPTJM calon penerima", "belum ada"),
        ("Surat Keterangan Usaha", "belum ada"),
        ("Foto usaha", "belum ada"),
        ("Foto rumah", "boleh kosong"),
        ("Pakta integritas", "wajib sejak sudah sosialisasi"),
    ]
    assert (response.status_code, response["Location"]) == (303, f"/usulan/{proposal.ref}/unggah/")
    assert held(proposal) == ["ktp"]


def test_a_second_file_takes_the_place_of_the_only_one_and_the_first_is_kept(proposal, programme, cast):
    for name in ("pertama.jpg", "kedua.jpg"):
        attach(proposal, by=cast.alice, requirement=paper(programme, "ktp"), uploads=[upload(name)])
    rows = Attachment.objects.order_by("pk").values_list("file__original_name", "removed_by__username")
    assert list(rows) == [("pertama.jpg", "alice"), ("kedua.jpg", None)]


def test_several_photos_come_at_once_up_to_the_limit(proposal, programme, cast, sign_in):
    url = f"/usulan/{proposal.ref}/unggah/?untuk=foto_usaha"
    client = sign_in(cast.alice)
    assert client.post(url, {"uploads": [upload("a.jpg"), upload("b.jpg")]}).status_code == 303
    response = client.post(url, {"uploads": [upload("c.jpg"), upload("d.jpg")]})
    assert response.status_code == 422
    assert "Foto usaha: paling banyak 3 berkas. Hapus yang tidak perlu, lalu unggah lagi." in response.content.decode()
    assert held(proposal) == ["foto_usaha", "foto_usaha"]


@pytest.mark.parametrize(
    ("code", "name", "data", "sentence"),
    [
        ("ktp", "ktp.jpg", b"\0" * 40, "foto (JPEG, PNG, HEIC)"),
        ("ktp", "ktp.jpg", b"", "Berkas ini kosong (0 bita)."),
        ("ktp", "ktp.jpg", b"MZ\x90\x00 program", "program"),
        ("ktp", "ktp.svg", b"<svg onload=alert(1)>", "foto (JPEG, PNG, HEIC)"),
        ("foto_usaha", "foto.jpg", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF", "foto (JPEG, PNG, HEIC)"),
    ],
)
def test_what_is_no_photo_or_pdf_is_refused_at_its_field(proposal, cast, sign_in, code, name, data, sentence):
    response = sign_in(cast.alice).post(
        f"/usulan/{proposal.ref}/unggah/?untuk={code}",
        {"uploads": SimpleUploadedFile(name, data, content_type="image/jpeg")},
    )
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["uploads"]
    assert sentence in response.context["form"].errors["uploads"][0]
    assert held(proposal) == []


def test_nothing_picked_is_said_at_the_field(proposal, cast, sign_in):
    response = sign_in(cast.alice).post(f"/usulan/{proposal.ref}/unggah/?untuk=ktp", {})
    assert dict(response.context["form"].errors) == {"uploads": ["KTP belum dipilih."]}


def photo_with_place() -> SimpleUploadedFile:
    image, exif = Image.new("RGB", (64, 48)), Image.Exif()
    exif[0x8825] = {1: "S", 2: (1.0, 40.0, 12.0), 3: "E", 4: (111.0, 20.0, 24.0)}
    buffer = BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    return SimpleUploadedFile("usaha.jpg", buffer.getvalue(), content_type="image/jpeg")


def test_the_place_is_kept_only_where_the_programme_asks_for_it(proposal, programme, cast):
    attach(proposal, by=cast.alice, requirement=paper(programme, "foto_usaha"), uploads=[photo_with_place()])
    attach(proposal, by=cast.alice, requirement=paper(programme, "foto_rumah"), uploads=[photo_with_place()])
    type(programme).objects.update(keeps_position=False)
    attach(proposal, by=cast.alice, requirement=paper(programme, "foto_usaha"), uploads=[photo_with_place()])
    places = Attachment.objects.order_by("pk").values_list("requirement__code", "file__latitude", "file__position_from")
    assert [(code, latitude and float(latitude), source) for code, latitude, source in places] == [
        ("foto_usaha", -1.67, "photo"),
        ("foto_rumah", None, ""),
        ("foto_usaha", None, ""),
    ]


def test_the_device_tells_the_place_when_the_photo_does_not(proposal, cast, sign_in):
    sign_in(cast.alice).post(
        f"/usulan/{proposal.ref}/unggah/?untuk=foto_usaha",
        {"uploads": upload(), "latitude": "-1.670000", "longitude": "111.340000", "accuracy": "12"},
    )
    file = Attachment.objects.get().file
    assert (float(file.latitude), float(file.longitude), file.accuracy, file.position_from) == (
        -1.67,
        111.34,
        12.0,
        "device",
    )


def test_half_a_place_is_refused(proposal, cast, sign_in):
    response = sign_in(cast.alice).post(
        f"/usulan/{proposal.ref}/unggah/?untuk=foto_usaha", {"uploads": upload(), "latitude": "-1.67"}
    )
    assert dict(response.context["form"].errors) == {
        "latitude": ["Koordinat harus lengkap: lintang dan bujur, atau kosongkan keduanya."]
    }


def test_a_paper_of_another_programme_or_owner_is_refused(proposal, walk, programme, cast):
    foreign = paper(walk.programme(name="UEP lain"), "ktp")
    for requirement in (foreign, paper(programme, "surat_pengantar")):
        with pytest.raises(ValidationError, match="Berkas ini tidak diminta program ini"):
            attach(proposal, by=cast.alice, requirement=requirement, uploads=[upload()])


@pytest.mark.parametrize("code", ["surat_pengantar", "tidak_ada", "../ktp"])
def test_a_page_for_a_paper_that_is_not_asked_for_is_not_found(proposal, cast, sign_in, code):
    assert sign_in(cast.alice).get(f"/usulan/{proposal.ref}/unggah/", {"untuk": code}).status_code == 404


def test_while_returned_only_the_named_paper_is_open(proposal_at, cast, sign_in):
    returned = proposal_at(State.RETURNED)  # for its SPTJM
    programme = returned.programme
    with pytest.raises(ValidationError, match="Hanya bagian yang disebut dalam kekurangan"):
        attach(returned, by=cast.alice, requirement=paper(programme, "ktp"), uploads=[upload()])
    ktp = returned.attachments.get(requirement__code="ktp")
    with pytest.raises(Refused, match="Hanya bagian yang disebut dalam kekurangan"):
        detach(ktp, by=cast.alice)
    attach(returned, by=cast.alice, requirement=paper(programme, "sptjm"), uploads=[upload("bermeterai.jpg")])
    choices = sign_in(cast.alice).get(f"/usulan/{returned.ref}/unggah/").context["choices"]
    assert [row["label"] for row in choices] == ["SPTJM calon penerima"]


def test_after_sending_only_later_papers_may_come(proposal_at, cast):
    decreed = proposal_at(State.DECREED)
    with pytest.raises(ValidationError, match="KTP tidak dapat ditambah setelah usulan dikirim"):
        attach(decreed, by=cast.alice, requirement=paper(decreed.programme, "ktp"), uploads=[upload()])
    attach(decreed, by=cast.alice, requirement=paper(decreed.programme, "pakta_integritas"), uploads=[upload()])
    assert held(decreed)[-1] == "pakta_integritas"


def test_nothing_is_attached_while_the_office_examines(proposal_at, cast):
    assigned = proposal_at(State.ASSIGNED)
    with pytest.raises(Refused, match="Berkas hanya dapat ditambah selagi draf, dikembalikan, atau setelah SK"):
        attach(assigned, by=cast.alice, requirement=paper(assigned.programme, "pakta_integritas"), uploads=[upload()])


def test_detached_is_gone_for_the_village_kept_for_the_office_and_twice_is_once(proposal_at, programme, cast, sign_in):
    proposal = proposal_at(State.DRAFT, programme=programme)
    ktp = proposal.attachments.get(requirement__code="ktp")
    response = sign_in(cast.alice).post(f"/usulan/berkas/{ktp.ref}/hapus/")
    first = Attachment.objects.get(pk=ktp.pk).removed_at
    detach(ktp, by=cast.alice)

    assert (response.status_code, response["Location"]) == (303, f"/usulan/{proposal.ref}/")
    assert Attachment.objects.get(pk=ktp.pk).removed_at == first
    assert sign_in(cast.alice).get(f"/usulan/berkas/{ktp.ref}/").status_code == 404


def test_the_office_sees_earlier_versions_once_it_was_sent(proposal_at, programme, walk, cast, sign_in):
    proposal = proposal_at(State.DRAFT, programme=programme)
    old = proposal.attachments.get(requirement__code="ktp")
    attach(proposal, by=cast.alice, requirement=old.requirement, uploads=[upload("baru.jpg")])
    client = sign_in(cast.staff)
    assert client.get(f"/usulan/berkas/{old.ref}/").status_code == 404  # still the village's own draft
    walk.submitted([Proposal.objects.get(pk=proposal.pk)])
    shown = status_of(client, f"/usulan/berkas/{old.ref}/")
    rows = {
        row["label"]: (len(row["held"]), len(row["former"]))
        for row in client.get(f"/usulan/{proposal.ref}/").context["papers"]
    }
    assert (shown, rows["KTP"]) == (200, (1, 1))


@pytest.mark.parametrize(
    ("who", "status"),
    [("alice", 200), ("bob", 404), ("staff", 200), ("outsider", 404), ("auditor", 200), ("bank", 403), ("admin", 403)],
)
def test_who_gets_the_file_and_its_thumbnail(proposal_at, cast, sign_in, who, status):
    ktp = proposal_at(State.SUBMITTED).attachments.get(requirement__code="ktp")
    client = sign_in(getattr(cast, who))
    assert [status_of(client, f"/usulan/berkas/{ktp.ref}/{query}") for query in ("", "?kecil")] == [status, status]


def test_a_file_is_never_framed_guessed_or_cached(proposal_at, cast, sign_in):
    ktp = proposal_at(State.SUBMITTED).attachments.get(requirement__code="ktp")
    response = sign_in(cast.alice).get(f"/usulan/berkas/{ktp.ref}/")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert b"".join(response.streaming_content)[:2] == picture()[:2]


def test_another_village_cannot_attach(proposal, cast, sign_in):
    assert sign_in(cast.bob).post(f"/usulan/{proposal.ref}/unggah/?untuk=ktp", {"uploads": upload()}).status_code == 404
    assert held(proposal) == []


def test_an_attachment_cannot_be_deleted(proposal, programme, cast):
    attach(proposal, by=cast.alice, requirement=paper(programme, "ktp"), uploads=[upload()])
    with pytest.raises(Exception, match="Cannot delete rows"):
        Attachment.objects.all().delete()
