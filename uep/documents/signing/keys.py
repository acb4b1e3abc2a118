"""The port to whatever signs: given the bytes of a PDF and a passphrase, the signed bytes.

The key lies outside the database, in a file that the environment names. A passphrase passes through here and nowhere
else: it is an argument, never an attribute, never in a message, a job or a log.
"""

from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.views.decorators.debug import sensitive_variables
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import HTTPTimeStamper

TIMESTAMP_SECONDS = 20
FIELD = "TandaTangan"


class Method(StrEnum):
    """How a post signs. SYSTEM: approved in the application with name and time, no signature inside the file.

    INK: on paper; the scan counts when a second person has confirmed it.
    """

    SYSTEM = "system"
    CERTIFICATE = "certificate"
    INK = "ink"

    @property
    def is_electronic(self) -> bool:
        return self is Method.CERTIFICATE


class WrongPassphrase(ValidationError):
    """The key did not open; counted, and worth another try."""


class Signer(Protocol):
    def sign(self, pdf: bytes, *, passphrase: str, name: str, reason: str, location: str) -> bytes:
        """The same PDF with a signature appended; WrongPassphrase, or ValidationError with a sentence."""


class CertificateSigner:
    """PAdES with a PKCS#12 file: B-B, and B-T where the environment names a timestamp service."""

    def __init__(self, path: str, timestamps: str = "", stamper=None):
        self.path = Path(path)
        self.stamper = stamper or (HTTPTimeStamper(timestamps, timeout=TIMESTAMP_SECONDS) if timestamps else None)

    @sensitive_variables("passphrase", "key")
    def sign(self, pdf: bytes, *, passphrase: str, name: str, reason: str, location: str) -> bytes:
        key = self._open(passphrase)
        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            name=name,
            reason=reason,
            location=location,
        )
        signer = PdfSigner(metadata, signer=key, timestamper=self.stamper)
        signed = BytesIO()
        try:
            signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=signed)
        except Exception as error:  # pyHanko and its timestamp client raise what their libraries raise
            raise ValidationError(
                "Tanda tangan elektronik belum dapat dibuat"
                + (" (layanan stempel waktu tidak menjawab)" if self.stamper else "")
                + ". Coba lagi; bila terulang, hubungi administrator."
            ) from error
        return signed.getvalue()

    @sensitive_variables("passphrase")
    def _open(self, passphrase: str) -> SimpleSigner:
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise ValidationError("Berkas kunci tanda tangan tidak terbaca. Hubungi administrator.") from error
        try:
            return SimpleSigner.load_pkcs12_data(content, other_certs=[], passphrase=passphrase.encode())
        except ValueError:
            # Without its cause: a traceback of the library could show what was typed.
            raise WrongPassphrase({"passphrase": "Frasa sandi sertifikat keliru."}) from None


def method_of(role: str) -> Method:
    """How the post of this role signs: a setting of the office, per post."""
    return Method(settings.SIGNING_METHODS.get(str(role), Method.SYSTEM))


def signer_for(role: str) -> Signer:
    """The key of the post; ValidationError, a sentence, when none is configured."""
    if path := settings.SIGNING_KEYS.get(str(role)) or settings.SIGNING_KEYS.get("*"):
        return CertificateSigner(path, settings.SIGNING_TIMESTAMPS)
    raise ValidationError("Kunci tanda tangan untuk jabatan ini belum dipasang. Hubungi administrator.")
