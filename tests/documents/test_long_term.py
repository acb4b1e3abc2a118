"""PAdES B-LT: the answers about revocation are asked when the signature is made, kept in the file, and enough for ever."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.exceptions import ValidationError
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.signing_keys import PASSPHRASE, certificate, pem_file, pkcs12_file, stamping_certificate
from tests.web import answering
from uep.documents.signing import NotSigned, read
from uep.documents.signing.keys import CertificateSigner

SAID = {"name": "Tri Wahyudi", "reason": "Penetapan", "location": "Nanga Bulik"}


@pytest.fixture
def blank() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(made := BytesIO())
    return made.getvalue()


class Authority:
    """Root, leaf and stamper of one authority, whose list of revoked certificates and timestamps are asked over HTTP."""

    def __init__(self, folder):
        self.folder, self.asked = folder, []
        self.revoked: list[int] = []
        self.is_silent = False
        self.root = certificate("Akar Uji", ca=True)

    def open(self, address):
        self.address = address
        listed = x509.CRLDistributionPoints(
            [x509.DistributionPoint([x509.UniformResourceIdentifier(f"{address}crl")], None, None, None)]
        )
        self.leaf = certificate("Tri Wahyudi", issuer=self.root, names=listed)
        stamping = stamping_certificate("Stempel Waktu Uji", issuer=self.root, names=listed)
        stamper = SimpleSigner.load_pkcs12(
            pkcs12_file(self.folder, stamping, name="tsa.p12", chain=[self.root[1]]), passphrase=PASSPHRASE.encode()
        )
        self.stamper = DummyTimeStamper(stamper.signing_cert, stamper.signing_key, certs_to_embed=stamper.cert_registry)

    def answer(self, path, body):
        self.asked.append(path)
        if self.is_silent and path == "/crl":
            return 503, b""
        if path == "/crl":
            return 200, self.list()
        return 200, self.stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump()

    def list(self) -> bytes:
        now = datetime.now(UTC)
        made = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root[1].subject)
            .last_update(now - timedelta(hours=1))
            .next_update(now + timedelta(days=1))
        )
        for serial in self.revoked:
            one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - timedelta(hours=2))
            made = made.add_revoked_certificate(one.build())
        return made.sign(self.root[0], hashes.SHA256()).public_bytes(Encoding.DER)

    def signer(self) -> CertificateSigner:
        key = pkcs12_file(self.folder, self.leaf, chain=[self.root[1]])
        return CertificateSigner(key, f"{self.address}tsa", roots=pem_file(self.folder, self.root[1]), long_term=True)


@pytest.fixture
def authority(tmp_path):
    made = Authority(tmp_path)
    with answering(made.answer) as address:
        made.open(address)
        yield made


def test_the_file_carries_all_that_a_later_reader_needs(authority, blank, tmp_path):
    signed = authority.signer().sign(blank, passphrase=PASSPHRASE, **SAID)
    assert {"/crl", "/tsa"} <= set(authority.asked)
    reader = PdfFileReader(BytesIO(signed))
    (embedded,) = reader.embedded_regular_signatures
    strict = {
        "trust_roots": [load_cert_from_pemder(pem_file(tmp_path, authority.root[1]))],
        "allow_fetching": False,  # from the file alone
        "revocation_mode": "require",
    }
    kept = DocumentSecurityStore.read_dss(reader).as_validation_context(strict)
    status = validate_pdf_signature(embedded, kept, kept)
    assert (status.intact, status.valid, status.trusted, status.coverage.name) == (True, True, True, "ENTIRE_FILE")
    assert (status.timestamp_validity.valid, status.timestamp_validity.trusted) == (True, True)
    without = ValidationContext(**strict, crls=[])
    assert validate_pdf_signature(embedded, without, without).trusted is False


def test_our_reader_and_poppler_find_it_whole(authority, blank, tmp_path, settings):
    settings.SIGNING_TRUST = pem_file(tmp_path, authority.root[1])
    signed = authority.signer().sign(blank, passphrase=PASSPHRASE, **SAID)
    (found,) = read(signed, added_to=len(blank))
    told = ("intact", "whole", "only_signed", "certified", "timestamped", "long_term")
    assert {name: found[name] for name in told} == dict.fromkeys(told, True)
    path = tmp_path / "tandatangan.pdf"
    path.write_bytes(signed)
    environment = os.environ | {"HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    answer = subprocess.run(
        ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False, timeout=60, env=environment
    ).stdout
    assert "Signature Validation: Signature is Valid." in answer
    assert "Total document signed" in answer


def test_a_revoked_certificate_does_not_sign(authority, blank):
    authority.revoked = [authority.leaf[1].serial_number]
    with pytest.raises(NotSigned, match="keabsahan sertifikat tidak dapat dipastikan"):
        authority.signer().sign(blank, passphrase=PASSPHRASE, **SAID)


def test_without_an_answer_about_revocation_nothing_is_signed(authority, blank):
    authority.is_silent = True
    with pytest.raises(NotSigned, match="keabsahan sertifikat tidak dapat dipastikan"):
        authority.signer().sign(blank, passphrase=PASSPHRASE, **SAID)


def test_a_certificate_of_an_unknown_root_does_not_sign_for_long(authority, blank, tmp_path):
    stranger = certificate("Akar Lain", ca=True)
    key = pkcs12_file(tmp_path, certificate("Tri Wahyudi", issuer=stranger), name="lain.p12", chain=[stranger[1]])
    roots = pem_file(tmp_path, authority.root[1])
    signer = CertificateSigner(key, f"{authority.address}tsa", roots=roots, long_term=True)
    with pytest.raises(ValidationError, match="keabsahan sertifikat tidak dapat dipastikan"):
        signer.sign(blank, passphrase=PASSPHRASE, **SAID)
