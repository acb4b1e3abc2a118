"""BSrE's Esign Client Service, versions 1 and 2: the protocol, and the signer that speaks it (docs/decisions/0020).

The service stands inside the institution's network and signs with the certificate of a person, found by NIK and opened
by the passphrase that this person types. What it answers is never trusted to be our paper: uep.documents.signing checks.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from io import BytesIO

import pikepdf
import segno
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from uep.documents.signing.gateway import Answer, Broken, Gateway, Unreachable, multipart
from uep.documents.signing.outcomes import NotSigned, Trace, Unclear, WrongPassphrase

STATUS_SECONDS = 8
ROOM = 8 * 1024 * 1024  # a signature with its chain, revocation lists and picture is far smaller
POINTS = 72 / 25.4  # in a millimetre
MAY_SIGN = "ISSUE"
# What the service says of a person, and what that person can do about it.
STATES = {
    MAY_SIGN: "Sertifikat Anda aktif.",
    "EXPIRED": "Masa berlaku sertifikat Anda sudah habis. Ajukan penerbitan ulang kepada verifikator BSrE.",
    "RENEW": "Sertifikat Anda sedang diperbarui. Selesaikan pembaruannya lewat surel dari BSrE, lalu tanda tangani.",
    "WAITING_FOR_VERIFICATION": "Pendaftaran Anda menunggu verifikasi. Hubungi verifikator BSrE di daerah Anda.",
    "NEW": "Pendaftaran Anda belum selesai. Ikuti surel aktivasi dari BSrE.",
    "NO_CERTIFICATE": "Anda terdaftar, tetapi belum memiliki sertifikat. Ajukan penerbitannya kepada verifikator BSrE.",
    "NOT_REGISTERED": "NIK Anda belum terdaftar di BSrE. Periksa NIK di halaman Akun saya, atau daftar kepada verifikator.",
    "SUSPEND": "Sertifikat Anda ditangguhkan. Hubungi verifikator BSrE di daerah Anda.",
    "REVOKE": "Sertifikat Anda sudah dicabut. Ajukan penerbitan baru kepada verifikator BSrE.",
}
UNKNOWN_STATE = "Layanan BSrE menyebut keadaan sertifikat yang tidak dikenal. Hubungi administrator."
NOT_REGISTERED, WRONG_PASSPHRASE = 2011, 2031
AMBIGUOUS = {408, 425, 499}  # of the refusals: whoever answers so may have handed the request on
ASIDE = "Tanda tangan BSrE belum dibuat: "


@dataclass(frozen=True)
class Stamp:
    """The visible mark: a box on the last page, in millimetres from its lower left corner, with the QR of `/cek/`."""

    left: float
    bottom: float
    width: float
    height: float

    @classmethod
    def of(cls, text: str) -> "Stamp | None":
        """Four numbers with colons between; None for an empty text."""
        return cls(*(float(one) for one in text.split(":"))) if text else None

    def fields(self, address: str) -> list[tuple[str, str]]:
        """Version 1: two corners, counted from the lower left of the page."""
        corners = self.left, self.bottom, self.left + self.width, self.bottom + self.height
        names = "xAxis", "yAxis", "width", "height"
        box = [(name, str(round(value * POINTS))) for name, value in zip(names, corners, strict=True)]
        return [("tampilan", "visible"), ("image", "false"), ("linkQR", address), ("halaman", "last"), *box]

    def properties(self, address: str, page: int, page_height: float) -> dict:
        """Version 2: upper left corner and size, counted from the upper left of the page."""
        picture = BytesIO()
        segno.make(address, error="m", micro=False).save(picture, kind="png", scale=6, border=1)
        return {
            "tampilan": "VISIBLE",
            "imageBase64": b64encode(picture.getvalue()).decode(),
            "page": page,
            "originX": round(self.left * POINTS, 2),
            "originY": round(page_height - (self.bottom + self.height) * POINTS, 2),
            "width": round(self.width * POINTS, 2),
            "height": round(self.height * POINTS, 2),
        }


class Service:
    """What both versions have in common; `sign` returns the signed bytes as they came."""

    def __init__(self, gateway: Gateway, stamp: Stamp | None = None):
        self.gateway, self.stamp = gateway, stamp

    def state_of(self, nik: str) -> str:
        """The service's word for the person's certificate; NotSigned with a sentence when it cannot be had."""
        try:
            answer = self._ask_state(nik)
        except (Unreachable, Broken) as error:
            raise NotSigned(f"{ASIDE}layanannya {error}. Coba lagi; bila terulang, hubungi administrator.") from None
        said = answer.json()
        if _code(said) == NOT_REGISTERED:
            return "NOT_REGISTERED"
        if answer.status == 401:
            raise NotSigned(f"{ASIDE}layanannya menolak aplikasi ini (401). Hubungi administrator.")
        state = str(said.get("status", "")).upper().replace(" ", "_")
        if state not in STATES and answer.status != 200:
            raise NotSigned(f"{ASIDE}layanannya tidak dapat memeriksa sertifikat ({answer.status}). Coba lagi nanti.")
        return state

    @sensitive_variables("nik", "passphrase", "answer", "pdf")
    def sign(self, pdf: bytes, *, nik: str, passphrase: str, said: dict, trace: Trace) -> bytes:
        try:
            answer = self._ask_signature(pdf, nik=nik, passphrase=passphrase, said=said, trace=trace)
        except Unreachable as error:
            raise NotSigned(f"{ASIDE}layanannya {error}. Coba lagi; bila terulang, hubungi administrator.") from None
        except Broken as error:
            raise Unclear(f"Layanan BSrE {error}; naskah ini mungkin sudah ditandatangani.") from None
        if answer.status == 200 and (signed := self._signed(answer)):
            return signed
        raise _refusal(answer)

    def fetch(self, name: str, *, size: int) -> bytes:
        """What the service signed under this name, a paper of `size` bytes. It hands it out once; Unclear."""
        raise Unclear("Versi layanan ini tidak menyimpan hasilnya.")

    def doubt(self, signed: bytes) -> str:
        """A sentence when the service itself finds no sound signature in the file, else empty; NotSigned when silent."""
        try:
            answer = self._ask_verdict(signed)
        except (Unreachable, Broken) as error:
            raise NotSigned(f"Layanan BSrE {error}.") from None
        sound = self._finds_sound(answer.json()) if answer.status == 200 else None
        return "Layanan BSrE tidak menemukan tanda tangan yang utuh pada berkas itu." if sound is False else ""

    def _ask_state(self, nik: str) -> Answer:
        raise NotImplementedError

    def _ask_verdict(self, signed: bytes) -> Answer:
        raise NotImplementedError

    def _finds_sound(self, said: dict) -> bool | None:
        """None when the answer says neither."""
        raise NotImplementedError

    def _ask_signature(self, pdf, *, nik, passphrase, said, trace) -> Answer:
        raise NotImplementedError

    def _signed(self, answer: Answer) -> bytes:
        raise NotImplementedError


class Version1(Service):
    """Multipart forms; the body of the answer is the signed PDF, its name stands in the header `id_dokumen`."""

    def _ask_state(self, nik):
        return self.gateway.ask("GET", f"/api/user/status/{nik}", seconds=STATUS_SECONDS)

    @sensitive_variables("nik", "passphrase", "fields", "body")
    def _ask_signature(self, pdf, *, nik, passphrase, said, trace):
        look = self.stamp.fields(said["address"]) if self.stamp else [("tampilan", "invisible")]
        fields = [("nik", nik), ("passphrase", passphrase), *look]
        fields += [(name, said[name]) for name in ("reason", "location")]
        body, kind = multipart(fields, [("file", "naskah.pdf", "application/pdf", pdf)])
        return self.gateway.ask(
            "POST", "/api/sign/pdf", body=body, kind=kind, most=len(pdf) + ROOM, on_sent=trace.sent,
            on_document=trace.known_as,
        )  # fmt: skip

    def _signed(self, answer):
        return answer.content if answer.content.startswith(b"%PDF-") else b""

    def fetch(self, name, *, size):
        try:
            answer = self.gateway.ask("GET", f"/api/sign/download/{name}", most=size + ROOM)
        except (Unreachable, Broken) as error:
            raise Unclear(f"Hasilnya belum dapat diambil: layanan BSrE {error}.") from None
        if answer.status != 200 or not answer.content.startswith(b"%PDF-"):
            raise Unclear("Layanan BSrE tidak (lagi) menyimpan hasilnya; ia hanya dapat diambil satu kali.")
        return answer.content

    def _ask_verdict(self, signed):
        body, kind = multipart([], [("signed_file", "naskah.pdf", "application/pdf", signed)])
        return self.gateway.ask("POST", "/api/sign/verify", body=body, kind=kind)

    def _finds_sound(self, said):
        if "jumlah_signature" not in said:
            return None
        found = [one.get("signature_document", {}).get("document_integrity") for one in said.get("details") or []]
        return said["jumlah_signature"] != 0 and False not in found


class Version2(Service):
    """JSON with the files in base64; nothing is kept by the service, so nothing can be fetched afterwards."""

    def _ask_state(self, nik):
        body = json.dumps({"nik": nik}).encode()
        return self.gateway.ask("POST", "/api/v2/user/check/status", body=body, seconds=STATUS_SECONDS)

    @sensitive_variables("nik", "passphrase", "body")
    def _ask_signature(self, pdf, *, nik, passphrase, said, trace):
        look = {"tampilan": "INVISIBLE"}
        if self.stamp:
            with pikepdf.open(BytesIO(pdf)) as opened:
                pages, height = len(opened.pages), float(opened.pages[-1].mediabox[3])
            look = self.stamp.properties(said["address"], pages, height)
        body = json.dumps({
            "nik": nik,
            "passphrase": passphrase,
            "signatureProperties": [look | {name: said[name] for name in ("reason", "location")}],
            "file": [b64encode(pdf).decode()],
        }).encode()  # fmt: skip
        most = (len(pdf) + ROOM) * 4 // 3 + 1024
        return self.gateway.ask("POST", "/api/v2/sign/pdf", body=body, most=most, on_sent=trace.sent)

    def _signed(self, answer):
        try:
            (only,) = answer.json().get("file", [])
            signed = b64decode(only, validate=True)
        except (ValueError, TypeError):
            return b""
        return signed if signed.startswith(b"%PDF-") else b""

    def _ask_verdict(self, signed):
        body = json.dumps({"file": b64encode(signed).decode()}).encode()
        return self.gateway.ask("POST", "/api/v2/verify/pdf", body=body)

    def _finds_sound(self, said):
        if "conclusion" not in said:
            return None
        found = [one.get("integrityValid") for one in said.get("signatureInformations") or []]
        return said["conclusion"] not in {"NO_SIGNATURE", "INVALID"} and False not in found


VERSIONS = {1: Version1, 2: Version2}


def _code(said: dict) -> int:
    code = said.get("status_code", said.get("code", 0))
    return int(code) if str(code).isdecimal() else 0


def _refusal(answer: Answer) -> Exception:
    """What a refusal is worth: a sentence when nothing was signed for certain, else Unclear."""
    said = answer.json()
    code = _code(said)
    words = str(said.get("error") or said.get("message") or "").lower()
    if code == WRONG_PASSPHRASE or (not code and answer.status == 400 and "passphrase" in words):
        return WrongPassphrase({"passphrase": "Frasa sandi (passphrase) sertifikat Anda keliru."})
    if code == NOT_REGISTERED:
        return NotSigned(STATES["NOT_REGISTERED"])
    for state, sentence in STATES.items():
        if state != MAY_SIGN and str(said.get("status", "")).upper() == state:
            return NotSigned(sentence)
    number = f"kode {code}" if code else f"jawaban {answer.status}"
    if answer.status == 401:
        return NotSigned(f"{ASIDE}layanannya menolak aplikasi ini (401). Hubungi administrator.")
    if 300 <= answer.status < 500 and answer.status not in AMBIGUOUS:
        return NotSigned(f"{ASIDE}layanannya menolak permintaan ini ({number}). Hubungi administrator.")
    return Unclear(f"Layanan BSrE gagal di tengah jalan ({number}); naskah ini mungkin sudah ditandatangani.")


def service() -> Service:
    """The one that the settings describe; NotSigned, a sentence, when they describe none."""
    if not settings.BSRE_URL:
        raise NotSigned("Layanan tanda tangan BSrE belum dipasang. Hubungi administrator.")
    gateway = Gateway(
        settings.BSRE_URL, settings.BSRE_USER, settings.BSRE_PASSWORD, authorities=settings.BSRE_CA,
        seconds=settings.BSRE_SECONDS,
    )  # fmt: skip
    return VERSIONS[settings.BSRE_VERSION](gateway, Stamp.of(settings.BSRE_STAMP))


class BsreSigner:
    """Signs with the certificate of one person, who gives the passphrase."""

    def __init__(self, nik: str):
        self._nik = nik

    def __repr__(self):
        return "<BsreSigner>"

    @sensitive_variables("passphrase", "signed", "pdf")
    def sign(self, pdf: bytes, *, passphrase: str, trace: Trace, **said) -> bytes:
        """As Signer.sign; the state of the certificate is asked first, for a passphrase typed in vain is still sent."""
        asked = service()
        self.check(asked)
        signed = asked.sign(pdf, nik=self._nik, passphrase=passphrase, said=said, trace=trace)
        trace.received(signed)
        return signed

    def check(self, asked: Service) -> None:
        """NotSigned with what to do, unless the person's certificate may sign now."""
        if (state := asked.state_of(self._nik)) != MAY_SIGN:
            raise NotSigned(STATES.get(state, UNKNOWN_STATE))
