"""Keys and certificates that exist for one test: nothing secret, nothing committed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PASSPHRASE = "frasa-sandi-sungai-kapuas"


def _name(common: str) -> x509.Name:
    return x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Dinas Sosial Uji"),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ])  # fmt: skip


def stamping_certificate(common: str, **facts):
    return certificate(common, usage=ExtendedKeyUsageOID.TIME_STAMPING, **facts)


def private_der(key) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def certificate(common: str, *, issuer=None, ca: bool = False, usage=None, names=None):
    """(key, certificate); self-made without an issuer, else signed by that pair."""
    key = rsa.generate_private_key(65537, 2048)
    name, now = _name(common), datetime.now(UTC)
    by_key, by_name = (issuer[0], issuer[1].subject) if issuer else (key, name)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by_key.public_key()), critical=False)
    )
    if names:
        builder = builder.add_extension(names, critical=False)
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    return key, builder.sign(by_key, hashes.SHA256())


def pkcs12_file(folder: Path, pair, *, chain=(), passphrase: str = PASSPHRASE, name: str = "dinas.p12") -> str:
    path = folder / name
    lock = BestAvailableEncryption(passphrase.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"uji", pair[0], pair[1], list(chain) or None, lock))
    return str(path)


def pem_file(folder: Path, one) -> str:
    path = folder / "akar.pem"
    path.write_bytes(one.public_bytes(Encoding.PEM))
    return str(path)
