"""The client of the Esign Client Service, both versions, against a service on this machine that also misbehaves."""

import json
from base64 import b64encode
from io import BytesIO

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import IPAddress, SubjectAlternativeName
from pyhanko.pdf_utils.reader import PdfFileReader

from tests import bsre
from tests.bsre import NIK, PASSPHRASE
from tests.signing_keys import certificate
from uep.documents.signing import NotSigned, Unclear, WrongPassphrase, read
from uep.documents.signing.bsre import STATES, BsreSigner, Version2, service
from uep.documents.signing.gateway import Answer, Gateway, Unreachable, multipart

SAID = {"name": "Tri Wahyudi", "reason": "Penetapan", "location": "Nanga Bulik", "address": "http://localhost/cek/ABC/"}


class Told:
    """What the signer said on the way."""

    def __init__(self):
        self.words = []

    def sent(self):
        self.words.append("sent")

    def known_as(self, name):
        self.words.append(name)

    def received(self, signed):
        self.words.append(len(signed))


@pytest.fixture(params=[1, 2])
def version(request):
    return request.param


@pytest.fixture
def esign(tmp_path, settings, version):
    with bsre.running(tmp_path) as (running, address):
        bsre.install(settings, address, version)
        yield running


@pytest.fixture
def paper() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.add_blank_page(page_size=(935, 609))
        pdf.save(made := BytesIO())
    return made.getvalue()


def sign(paper, told=None, *, nik=NIK, passphrase=PASSPHRASE) -> bytes:
    return BsreSigner(nik).sign(paper, passphrase=passphrase, trace=told or Told(), **SAID)


def test_the_service_signs_our_paper(esign, version, paper):
    told = Told()
    signed = sign(paper, told)
    (found,) = read(signed, added_to=len(paper))
    assert {name: found[name] for name in ("name", "issuer", "intact", "whole", "only_signed")} == {
        "name": "TRI WAHYUDI", "issuer": "BSrE Uji", "intact": True, "whole": True, "only_signed": True,
    }  # fmt: skip
    assert esign.asked == [(f"v{version}", {"nik": NIK, "reason": "Penetapan", "location": "Nanga Bulik"})]
    assert told.words == ["sent", *(["dok-1"] if version == 1 else []), len(signed)]


def test_the_visible_mark_lands_on_the_same_place_in_both_versions(esign, paper, settings):
    settings.BSRE_STAMP = "20:15:60:25"
    signed = sign(paper)
    (embedded,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    assert [int(one) for one in embedded.sig_field["/Rect"]] == [57, 43, 227, 113]
    with pikepdf.open(BytesIO(signed)) as pdf:
        assert [len(page.get("/Annots", [])) for page in pdf.pages] == [0, 1]


@pytest.mark.parametrize("state", sorted(STATES.keys() - {"ISSUE", "NOT_REGISTERED"}))
def test_a_person_whose_certificate_may_not_sign_is_told_what_to_do(esign, paper, state):
    esign.states[NIK] = state
    told = Told()
    with pytest.raises(NotSigned) as refused:
        sign(paper, told)
    assert (refused.value.messages, told.words, esign.asked) == ([STATES[state]], [], [])


def test_a_person_who_is_not_registered_or_whose_state_is_new_to_us_does_not_sign(esign, paper):
    with pytest.raises(NotSigned, match="belum terdaftar di BSrE"):
        sign(paper, nik="6209012108780009")
    esign.states[NIK] = "SESUATU"
    with pytest.raises(NotSigned, match="tidak dikenal"):
        sign(paper)
    assert esign.asked == []


CERTAIN = {
    "redirect": "menolak permintaan ini (jawaban 302)",
    "refuses": "menolak permintaan ini (kode 2099)",
    "html refusal": "menolak permintaan ini (jawaban 413)",
    "expired": "Masa berlaku sertifikat Anda sudah habis",
}


@pytest.mark.parametrize("mood", CERTAIN)
def test_a_refusal_in_its_own_words_is_certain(esign, paper, mood):
    esign.mood = mood
    with pytest.raises(NotSigned) as refused:
        sign(paper)
    assert CERTAIN[mood] in refused.value.messages[0]
    assert PASSPHRASE not in str(refused.value)
    assert esign.signed == []


def test_a_wrong_passphrase_is_told_from_all_others(esign, paper):
    with pytest.raises(WrongPassphrase) as refused:
        sign(paper, passphrase="keliru")
    assert refused.value.message_dict == {"passphrase": ["Frasa sandi (passphrase) sertifikat Anda keliru."]}
    assert esign.signed == []


UNCLEAR = {
    "500": "gagal di tengah jalan (jawaban 500)",
    "hangs up": "terputus sebelum jawabannya utuh",
    "cut": "terputus sebelum jawabannya utuh",
    "html": "gagal di tengah jalan (jawaban 200)",
    "slow": "tidak menjawab pada waktunya",
    "trickles": "tidak menjawab pada waktunya",
    "huge": "terputus sebelum jawabannya utuh",
}


@pytest.mark.parametrize("mood", UNCLEAR)
def test_everything_else_after_the_paper_left_is_unclear(esign, paper, settings, mood):
    esign.mood = mood
    settings.BSRE_SECONDS = 2 if mood in {"slow", "trickles"} else 20
    told = Told()
    with pytest.raises(Unclear) as refused:
        sign(paper, told)
    assert UNCLEAR[mood] in refused.value.messages[0]
    assert told.words[0] == "sent"
    assert refused.value.__cause__ is None


def test_nothing_was_sent_to_a_service_that_is_not_there(settings, paper, version):
    bsre.install(settings, "http://127.0.0.1:9", version)
    told = Told()
    with pytest.raises(NotSigned, match="tidak dapat dihubungi"):
        sign(paper, told)
    settings.BSRE_URL = ""
    with pytest.raises(NotSigned, match="belum dipasang"):
        sign(paper, told)
    assert told.words == []


def test_wrong_credentials_of_the_application_are_named(esign, settings, paper):
    settings.BSRE_PASSWORD = "lain"
    with pytest.raises(NotSigned, match=r"menolak aplikasi ini \(401\)"):
        sign(paper)


def test_a_state_that_cannot_be_had_stops_before_the_passphrase_leaves(esign, paper):
    esign.mood = "status down"
    with pytest.raises(NotSigned, match=r"tidak dapat memeriksa sertifikat \(503\)"):
        sign(paper)
    assert esign.asked == []


@pytest.mark.parametrize("version", [1])
def test_what_was_signed_is_fetched_once(esign, paper):
    esign.mood = "cut"
    told = Told()
    with pytest.raises(Unclear):
        sign(paper, told)
    assert told.words == ["sent", "dok-1"]
    assert service().fetch("dok-1", size=len(paper)) == esign.signed[0]
    with pytest.raises(Unclear, match="hanya dapat diambil satu kali"):
        service().fetch("dok-1", size=len(paper))


def test_the_services_own_judgement_is_asked(esign, paper):
    signed = sign(paper)
    assert service().doubt(signed) == ""
    sentence = "Layanan BSrE tidak menemukan tanda tangan yang utuh pada berkas itu."
    assert service().doubt(paper) == sentence
    place = signed.index(b"/MediaBox")
    assert service().doubt(signed[: place + 1] + b"N" + signed[place + 2 :]) == sentence


@pytest.mark.parametrize("mood", ["other", "changed"])
def test_another_paper_or_other_content_is_seen(esign, paper, mood):
    esign.mood = mood
    signed = sign(paper)
    (found,) = read(signed, added_to=len(paper))
    begins_as_ours = signed.startswith(paper)
    assert (found["intact"], begins_as_ours, begins_as_ours and found["only_signed"]) == (
        True,
        mood == "changed",
        False,
    )


# The line -------------------------------------------------------------------------------------------------------------


def machine_certificate(folder):
    key, one = certificate("127.0.0.1", names=SubjectAlternativeName([IPAddress(bsre.LOOPBACK)]))
    path = folder / "mesin.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    path.write_bytes(private + one.public_bytes(Encoding.PEM))
    return str(path)


def test_tls_is_verified_against_the_authority_that_is_named(tmp_path, settings, paper):
    tls = machine_certificate(tmp_path)
    with bsre.running(tmp_path, tls=tls) as (esign, address):
        bsre.install(settings, address, 2)
        with pytest.raises(NotSigned, match="sertifikat alamatnya tidak dipercaya"):
            sign(paper)
        assert esign.asked == []
        settings.BSRE_CA = tls
        assert sign(paper) == esign.signed[0]


def test_a_gateway_shows_neither_user_nor_password():
    assert repr(Gateway("https://tte.example.go.id:8443/esign", "uep", "rahasia")) == "<Gateway tte.example.go.id>"
    assert "6209" not in repr(BsreSigner(NIK))


def test_no_listener_is_unreachable():
    with pytest.raises(Unreachable, match="tidak dapat dihubungi"):
        Gateway("http://127.0.0.1:9", "uep", "rahasia").ask("GET", "/")


def test_no_field_can_end_a_part_of_the_form():
    hostile = 'x\r\n--uep-batas\r\nContent-Disposition: form-data; name="nik"\r\n\r\n1'
    body, kind = multipart([("reason", hostile)], [])
    boundary = kind.partition("boundary=")[2]
    assert body.count(f"--{boundary}\r\n".encode()) == 1
    assert hostile.encode() in body


def test_an_answer_in_base64_that_is_none_is_no_paper(paper):
    for content in (b"{}", b"[1]", b'{"file": 5}', b'{"file": ["%%%"]}', b'{"file": []}', b"\xff", b"[" * 100_000):
        assert Version2(None)._signed(Answer(200, content)) == b""
    good = json.dumps({"file": [b64encode(paper).decode()]}).encode()
    assert Version2(None)._signed(Answer(200, good)) == paper
