"""The page where anybody holds a file against what we issued; nothing of it is kept."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from tests.documents.conftest import stored_bytes
from tests.signing_keys import PASSPHRASE, certificate, pkcs12_file
from uep.documents import actions, signing
from uep.documents.models import OfficialDocument
from uep.documents.signing.keys import CertificateSigner

pytestmark = pytest.mark.django_db
URL = "/cek/"


@pytest.fixture(autouse=True)
def own_cache(settings, request):
    """The throttle counts for each test alone."""
    place = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": request.node.name}
    settings.CACHES = {"default": place}


@pytest.fixture
def issued(village, head) -> OfficialDocument:
    with transaction.atomic():
        document = actions.issue("uji_sk", village, by=head)
    actions.render(document.pk)
    document.refresh_from_db()
    return document


def ask(client, content: bytes, name="naskah.pdf"):
    return client.post(URL, {"file": SimpleUploadedFile(name, content, "application/pdf")})


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_page_is_open_to_everyone_and_linked(client, issued):
    assert reverse("documents:check_file") == URL
    assert "Berkas hanya dibandingkan, tidak disimpan" in words(client.get(URL))
    assert f'href="{URL}"' in words(client.get(issued.get_check_url()))


def test_our_own_file_is_authentic_and_in_force(client, issued):
    page = words(ask(client, stored_bytes(issued)))
    assert "Asli dan berlaku." in page
    assert issued.number in page
    for guarded in (issued.ref, "Penerima 1", issued.issued_by.full_name):
        assert guarded not in page


def test_our_own_file_that_was_amended_or_revoked_says_so(client, issued, head, village):
    content = stored_bytes(issued)
    actions.reissue("uji_sk", village, by=head, reason="Nomor rekening Budi salah")
    page = words(ask(client, content))
    assert ("Asli, sudah diubah." in page, "Budi" in page) == (True, False)
    successor = OfficialDocument.objects.current().get()
    actions.render(successor.pk)
    successor.refresh_from_db()
    actions.revoke(successor, by=head, reason="Budi meninggal")
    page = words(ask(client, stored_bytes(successor)))
    assert ("Asli, tidak berlaku lagi." in page, "Budi" in page) == (True, False)


def test_a_file_that_somebody_added_to_is_altered(client, issued):
    page = words(ask(client, stored_bytes(issued) + b"\n% lain\n%%EOF\n"))
    assert ("Berubah." in page, issued.number in page) == (True, True)


def test_a_file_that_is_not_ours_is_unknown(client, issued):
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(made := BytesIO())
    page = words(ask(client, made.getvalue()))
    assert ("tidak sama dengan naskah mana pun" in page, issued.number in page) == (True, False)


def test_a_stranger_who_signs_our_wording_is_not_us(client, issued, tmp_path):
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(made := BytesIO())
    key = pkcs12_file(tmp_path, certificate("Kepala Dinas Palsu"))
    signed = CertificateSigner(key).sign(made.getvalue(), passphrase=PASSPHRASE, name="x", reason="x", location="x")
    page = words(ask(client, signed))
    assert "bukan naskah yang kami terbitkan" in page
    assert "Kepala Dinas Palsu" in page
    assert "bukan tanda tangan elektronik tersertifikasi" in page


@pytest.mark.parametrize("content", [b"GIF89a", b"%PDF-1.7\nrusak", b"%PDF-1.7\n" + b"[" * 200_000, b"\0" * 5000])
def test_a_hostile_file_gets_a_friendly_answer(client, issued, content):
    answer = ask(client, content)
    assert answer.status_code == 200
    assert "Tidak dikenal." in words(answer)


def test_a_locked_file_gets_a_friendly_answer(client, db):
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(made := BytesIO(), encryption=pikepdf.Encryption(owner="a", user="b"))
    assert "Tidak dikenal." in words(ask(client, made.getvalue()))


def test_no_file_and_an_empty_file_are_told_beside_the_box(client, db):
    assert client.post(URL).status_code == 422
    empty = ask(client, b"")
    assert (empty.status_code, "Berkas ini kosong" in words(empty)) == (422, True)


def test_nothing_of_the_file_is_kept(client, issued):
    before = sorted(str(path) for path in Path(default_storage.location).rglob("*"))
    ask(client, b"%PDF-1.7 rahasia tetangga")
    assert sorted(str(path) for path in Path(default_storage.location).rglob("*")) == before


def test_checking_files_is_slowed_down(client, issued):
    content = stored_bytes(issued)
    assert [ask(client, content).status_code for _ in range(11)] == [200] * 10 + [429]
    assert client.get(URL).status_code == 200


def test_too_many_at_once_are_asked_to_wait(client, issued, monkeypatch):
    def busy(content):
        raise signing.Unreadable("busy")

    monkeypatch.setattr("uep.documents.signing.checking.read", busy)
    answer = ask(client, b"%PDF-1.7 lain")
    assert (answer.status_code, answer["Retry-After"]) == (503, "20")


def test_an_added_signature_over_ours_is_altered(client, issued, tmp_path):
    """A second signature of somebody else keeps our bytes at the front; the file is ours no more."""
    key = pkcs12_file(tmp_path, certificate("Orang Lain"))
    content = stored_bytes(issued)
    signed = CertificateSigner(key).sign(content, passphrase=PASSPHRASE, name="x", reason="x", location="x")
    assert sha256(signed).hexdigest() != issued.sha256
    assert "Berubah." in words(ask(client, signed))
