"""The key and its timestamp, against a service that speaks RFC 3161 on this machine; and what the reader withstands."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO

import pikepdf
import pytest
from asn1crypto import tsp
from django.core.exceptions import ValidationError
from pyhanko.keys import load_cert_from_pemder
from pyhanko.sign import SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from tests.signing_keys import PASSPHRASE, certificate, pem_file, pkcs12_file, stamping_certificate
from uep import env
from uep.documents.signing import Unreadable, WrongPassphrase, read, signer_for
from uep.documents.signing.keys import CertificateSigner

SAID = {"name": "Tri Wahyudi", "reason": "Penetapan", "location": "Nanga Bulik"}


@pytest.fixture
def blank() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(made := BytesIO())
    return made.getvalue()


@contextmanager
def timestamp_service(answer):
    class Service(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = answer(asked)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_timestamp_service_proves_the_time(blank, tmp_path):
    stamper = stamping_signer(tmp_path)
    dummy = DummyTimeStamper(stamper.signing_cert, stamper.signing_key)

    def answer(asked):
        return 200, dummy.request_tsa_response(asked).dump()

    key = pkcs12_file(tmp_path, certificate("Dinas Sosial Uji"))
    with timestamp_service(answer) as address:
        signed = CertificateSigner(key, address).sign(blank, passphrase=PASSPHRASE, **SAID)
    (found,) = read(signed)
    assert (found["timestamped"], found["intact"], found["whole"]) == (True, True, True)


@pytest.mark.parametrize("status, body", [(500, b"sibuk"), (200, b"bukan jawaban")])
def test_a_timestamp_service_that_fails_signs_nothing(blank, tmp_path, status, body):
    key = pkcs12_file(tmp_path, certificate("Dinas Sosial Uji"))
    with timestamp_service(lambda asked: (status, body)) as address:
        signer = CertificateSigner(key, address)
        with pytest.raises(ValidationError, match="layanan stempel waktu tidak menjawab"):
            signer.sign(blank, passphrase=PASSPHRASE, **SAID)


def stamping_signer(folder) -> SimpleSigner:
    path = pkcs12_file(folder, stamping_certificate("Stempel Waktu Uji"), name="tsa.p12")
    return SimpleSigner.load_pkcs12(path, passphrase=PASSPHRASE.encode())


def test_a_wrong_passphrase_is_told_from_a_missing_key(blank, tmp_path, settings):
    key = pkcs12_file(tmp_path, certificate("Dinas Sosial Uji"))
    with pytest.raises(WrongPassphrase) as refused:
        CertificateSigner(key).sign(blank, passphrase="keliru", **SAID)
    assert refused.value.__cause__ is None
    with pytest.raises(ValidationError, match="tidak terbaca"):
        CertificateSigner(str(tmp_path / "hilang.p12")).sign(blank, passphrase=PASSPHRASE, **SAID)
    settings.SIGNING_KEYS = {"regent": key}
    with pytest.raises(ValidationError, match="belum dipasang"):
        signer_for("office_head", by=None)


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"GIF89a", "not_pdf"),
        (b"", "not_pdf"),
        (b"%PDF-1.7\nrusak", "damaged"),
        (b"%PDF-1.7\n" + b"[" * 300_000, "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(content, reason):
    with pytest.raises(Unreadable, match=reason):
        read(content)


def test_a_file_without_signatures_has_none(blank):
    assert read(blank) == []


def test_a_made_up_certificate_of_a_known_name_is_not_certified(blank, tmp_path, settings):
    root = certificate("Akar Uji", ca=True)
    settings.SIGNING_TRUST = pem_file(tmp_path, root[1])
    assert load_cert_from_pemder(settings.SIGNING_TRUST).subject.native["common_name"] == "Akar Uji"
    pretender = certificate("Akar Uji", ca=True)
    key = pkcs12_file(tmp_path, certificate("Tri Wahyudi", issuer=pretender), chain=[pretender[1]])
    (found,) = read(CertificateSigner(key).sign(blank, passphrase=PASSPHRASE, **SAID))
    assert (found["issuer"], found["certified"], found["intact"]) == ("Akar Uji", False, True)


@pytest.mark.parametrize("value", ["office_head", "office_head:", ":certificate", "office_head:ink"])
def test_a_slip_in_the_methods_is_refused(monkeypatch, value):
    monkeypatch.setenv("SIGNING_METHODS", value)
    with pytest.raises(env.Missing, match="SIGNING_METHODS"):
        env.pairs("SIGNING_METHODS", allowed=("system", "certificate"))


def test_the_methods_are_read_by_role(monkeypatch):
    monkeypatch.setenv("SIGNING_METHODS", "office_head:certificate, regent:system")
    read_methods = env.pairs("SIGNING_METHODS", allowed=("system", "certificate"))
    assert read_methods == {"office_head": "certificate", "regent": "system"}
