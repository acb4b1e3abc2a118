"""The port to whatever signs: given the bytes of a PDF and a passphrase, the signed bytes.

The key lies outside the database: in a file or on a token that the environment names, or with BSrE. A passphrase passes
through here and nowhere else: it is an argument, never an attribute, never in a message, a job or a log.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Protocol
from urllib.parse import parse_qsl, unquote

import pkcs11
from django.conf import settings
from django.core.exceptions import ValidationError
from django.views.decorators.debug import sensitive_variables
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko_certvalidator import ValidationContext

from uep.documents.signing.bsre import STATES, BsreSigner, service
from uep.documents.signing.outcomes import NotSigned, Trace, WrongPassphrase

TIMESTAMP_SECONDS = 20
FIELD = "TandaTangan"
TOKEN = "pkcs11:"  # noqa: S105  how the address of a key on a token begins (RFC 7512)
# One session of a token at a time in this process: PKCS#11 knows one sign-in per token and process, so that a second
# session would sign without its own PIN.
_TOKENS = Lock()


class Method(StrEnum):
    """How a post signs. SYSTEM: approved in the application with name and time, no signature inside the file.

    INK: on paper; the scan counts when a second person has confirmed it.
    """

    SYSTEM = "system"
    CERTIFICATE = "certificate"
    BSRE = "bsre"
    INK = "ink"

    @property
    def is_electronic(self) -> bool:
        return self in {Method.CERTIFICATE, Method.BSRE}

    @property
    def asks(self) -> str:
        """What the secret that opens the key is called."""
        return "Passphrase sertifikat BSrE Anda" if self is Method.BSRE else "Frasa sandi sertifikat"


class Signer(Protocol):
    def sign(self, pdf: bytes, *, passphrase: str, trace: Trace, name: str, reason: str, location: str, address: str):
        """The same PDF with a signature appended.

        NotSigned (WrongPassphrase among them) or any other error before `trace.sent()`: no signature was made. Any
        error but NotSigned after it: it may have been made. `address` is the public page of the paper.
        """


class PadesSigner:
    """PAdES with a key of our own: B-B; B-T with a timestamp service; B-LT where revocation is asked and kept, too."""

    def __init__(self, timestamps: str = "", *, stamper=None, roots: str = "", long_term: bool = False):
        self.stamper = stamper or (HTTPTimeStamper(timestamps, timeout=TIMESTAMP_SECONDS) if timestamps else None)
        self.roots, self.long_term = roots, long_term

    @sensitive_variables("passphrase", "key")
    def sign(self, pdf: bytes, *, passphrase: str, name: str, reason: str, location: str, **told) -> bytes:
        with self._opened(passphrase) as key:
            metadata = PdfSignatureMetadata(
                field_name=FIELD,
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
                name=name,
                reason=reason,
                location=location,
                **self._kept_for_long(),
            )
            signed = BytesIO()
            try:
                signer = PdfSigner(metadata, signer=key, timestamper=self.stamper)
                signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=signed)
            except Exception:  # noqa: BLE001  pyHanko, its clients and the token raise what their libraries raise
                # Without its cause, whose frames may hold the key.
                raise NotSigned(
                    "Tanda tangan elektronik belum dapat dibuat"
                    + (" (layanan stempel waktu tidak menjawab" if self.stamper else "")
                    + (", atau keabsahan sertifikat tidak dapat dipastikan" if self.long_term else "")
                    + (")" if self.stamper else "")
                    + ". Coba lagi; bila terulang, hubungi administrator."
                ) from None
        return signed.getvalue()

    def _kept_for_long(self) -> dict:
        if not self.long_term:
            return {}
        context = ValidationContext(
            trust_roots=list(load_certs_from_pemder([self.roots])),
            allow_fetching=True,
            revocation_mode="hard-fail",  # what a certificate says can be asked must be answered
        )
        return {
            "embed_validation_info": True,
            "validation_context": context,
            # In the signed revision itself, so that nothing follows the signature.
            "dss_settings": DSSContentSettings(
                include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
            ),
        }

    @contextmanager
    def _opened(self, passphrase: str) -> Iterator:
        raise NotImplementedError


class CertificateSigner(PadesSigner):
    """The key is in a PKCS#12 file."""

    def __init__(self, path: str, timestamps: str = "", **options):
        super().__init__(timestamps, **options)
        self.path = Path(path)

    @contextmanager
    @sensitive_variables("passphrase", "content")
    def _opened(self, passphrase):
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise NotSigned("Berkas kunci tanda tangan tidak terbaca. Hubungi administrator.") from error
        try:
            key = SimpleSigner.load_pkcs12_data(content, other_certs=[], passphrase=passphrase.encode())
        except ValueError:
            # Without its cause: a traceback of the library could show what was typed.
            raise WrongPassphrase({"passphrase": "Frasa sandi sertifikat keliru."}) from None
        yield key


class TokenSigner(PadesSigner):
    """The key never leaves a token or an HSM; the passphrase is the token's PIN."""

    def __init__(self, address: str, timestamps: str = "", **options):
        """`address` as in RFC 7512: pkcs11:token=LABEL;object=LABEL?module-path=/usr/lib/…/library.so"""
        super().__init__(timestamps, **options)
        path, _, query = address.removeprefix(TOKEN).partition("?")
        words = dict(part.split("=", 1) for part in path.split(";") if "=" in part)
        self.token, self.object = (unquote(words.get(name, "")) for name in ("token", "object"))
        self.library = dict(parse_qsl(query)).get("module-path", "")

    @contextmanager
    @sensitive_variables("passphrase")
    def _opened(self, passphrase):
        if not _TOKENS.acquire(timeout=TIMESTAMP_SECONDS):
            raise NotSigned("Token sedang dipakai menandatangani naskah lain. Coba lagi sebentar.")
        try:
            session = self._session(passphrase)
            try:
                yield PKCS11Signer(session, cert_label=self.object)
            finally:
                session.close()
        finally:
            _TOKENS.release()

    @sensitive_variables("passphrase")
    def _session(self, passphrase):
        try:
            return open_pkcs11_session(
                self.library, token_criteria=TokenCriteria(label=self.token), user_pin=passphrase
            )
        except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.PinInvalid):
            raise WrongPassphrase({"passphrase": "PIN token keliru."}) from None
        except pkcs11.PinLocked:
            raise NotSigned("Token terkunci karena PIN terlalu sering keliru. Hubungi administrator.") from None
        except Exception:  # noqa: BLE001  the library of the token may be anybody's
            raise NotSigned("Token tanda tangan tidak terbaca. Hubungi administrator.") from None


def method_of(role: str) -> Method:
    """How the post of this role signs: a setting of the office, per post."""
    return Method(settings.SIGNING_METHODS.get(str(role), Method.SYSTEM))


def signer_for(role: str, by) -> Signer:
    """What this person signs with at this post; ValidationError, a sentence, when it is not configured."""
    if method_of(role) is Method.BSRE:
        if not by.signing_nik:
            raise NotSigned("NIK Anda untuk tanda tangan BSrE belum dicatat. Catat lebih dahulu di halaman Akun saya.")
        return BsreSigner(by.signing_nik)
    address = settings.SIGNING_KEYS.get(str(role)) or settings.SIGNING_KEYS.get("*")
    if not address:
        raise NotSigned("Kunci tanda tangan untuk jabatan ini belum dipasang. Hubungi administrator.")
    kind = TokenSigner if address.startswith(TOKEN) else CertificateSigner
    return kind(
        address, settings.SIGNING_TIMESTAMPS, roots=settings.SIGNING_TRUST, long_term=settings.SIGNING_LONG_TERM
    )


@dataclass(frozen=True)
class Standing:
    """May this person's certificate sign now, and if not, why not."""

    is_good: bool
    sentence: str


def standing_of(role: str, by) -> Standing | None:
    """What the service says of the person's certificate, asked now; None where nobody needs to be asked."""
    if method_of(role) is not Method.BSRE:
        return None
    try:
        signer = signer_for(role, by)
        signer.check(service())
    except ValidationError as error:
        return Standing(False, " ".join(error.messages))
    return Standing(True, STATES["ISSUE"])
