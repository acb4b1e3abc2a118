"""An Esign Client Service on this machine: speaks versions 1 and 2, signs really, and misbehaves where it is told to."""

import json
import re
import ssl
import threading
from base64 import b64decode, b64encode
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from ipaddress import ip_address

import pikepdf
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.signing_keys import certificate, pem_file, pkcs12_file

NIK = "6209012108780003"
PASSPHRASE = "Passphrase-BSrE#2026"
LOOPBACK = ip_address("127.0.0.1")
USER, PASSWORD = "uep", "sandi-aplikasi"


@cache
def pairs():
    root = certificate("BSrE Uji", ca=True)
    return root, certificate("TRI WAHYUDI", issuer=root)


def root_file(folder) -> str:
    return pem_file(folder, pairs()[0][1])


class Service:
    """`mood` is what it does with the next paper; it counts what it signed and what it handed out."""

    def __init__(self, folder):
        root, leaf = pairs()
        self.root = root[1]
        path = pkcs12_file(folder, leaf, chain=[root[1]], name="bsre.p12")
        self.key = SimpleSigner.load_pkcs12(path, passphrase=b"frasa-sandi-sungai-kapuas")
        self.states = {NIK: "ISSUE"}
        self.mood = "well"
        self.signed: list[bytes] = []
        self.held: dict[str, bytes] = {}  # version 1: until it is downloaded, once
        self.asked: list[tuple[str, dict]] = []
        self.reached = threading.Event()
        self.goes_on = threading.Event()  # lets a slow one go home at the end of the test

    def sign(self, pdf: bytes, facts: dict) -> bytes:
        if self.mood == "other":
            with pikepdf.new() as other:
                other.add_blank_page()
                other.save(made := BytesIO())
            pdf = made.getvalue()
        if self.mood == "changed":
            pdf = changed(pdf)
        box = facts.get("box")
        spec = SigFieldSpec("BSRE", on_page=facts.get("page", 1) - 1, box=box) if box else None
        metadata = PdfSignatureMetadata(
            field_name="BSRE", subfilter=SigSeedSubFilter.PADES, reason=facts["reason"], location=facts["location"]
        )
        made = BytesIO()
        PdfSigner(metadata, signer=self.key, new_field_spec=spec).sign_pdf(
            IncrementalPdfFileWriter(BytesIO(pdf)), output=made
        )
        self.signed.append(made.getvalue())
        return made.getvalue()


def changed(pdf: bytes) -> bytes:
    """The same file, with an amount painted over in an update before the signature; it still begins as ours did."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    bar = writer.add_object(StreamObject(stream_data=b"0 0 0 rg 100 100 200 50 re f"))
    writer.add_stream_to_page(0, bar)
    writer.write(made := BytesIO())
    return made.getvalue()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: Service

    def log_message(self, *args):
        pass

    def do_GET(self):
        self._route(b"")

    def do_POST(self):
        self._route(self.rfile.read(int(self.headers["Content-Length"])))

    def _route(self, body: bytes) -> None:
        if self.headers["Authorization"] != "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode():
            return self._says(401, {"status": 401, "error": "Unauthorized"})
        if found := re.fullmatch(r"/api/user/status/(\d+)", self.path):
            return self._state(found[1], 1)
        if found := re.fullmatch(r"/api/sign/download/([\w-]+)", self.path):
            return self._download(found[1])
        handlers = {
            "/api/sign/pdf": self._sign_v1,
            "/api/sign/verify": self._verify_v1,
            "/api/v2/user/check/status": lambda body: self._state(json.loads(body)["nik"], 2),
            "/api/v2/sign/pdf": self._sign_v2,
            "/api/v2/verify/pdf": self._verify_v2,
        }
        if self.path not in handlers:
            return self._says(404, {"error": "Not Found"})
        return handlers[self.path](body)

    # What it is asked -------------------------------------------------------------------------------------------------

    def _state(self, nik, version):
        if self.service.mood == "status down":
            return self._answer(503, b"<html>Service Unavailable</html>", "text/html")
        state = self.service.states.get(nik, "NOT_REGISTERED")
        return self._says(200, {"status_code": 1111, "status": state, "message": state.title()})

    def _sign_v1(self, body):
        form = self._form(body)
        facts = {name: form[name].decode() for name in ("reason", "location")}
        if form["tampilan"] == b"visible":
            assert (form["image"], form["halaman"]) == (b"false", b"last")
            assert form["linkQR"].startswith(b"http")
            facts["box"] = [int(form[name]) for name in ("xAxis", "yAxis", "width", "height")]
            facts["page"] = 0
        self._sign(form["file"], form["nik"].decode(), form["passphrase"].decode(), facts, 1)

    def _sign_v2(self, body):
        asked = json.loads(body)
        ((look, file),) = zip(asked["signatureProperties"], asked["file"], strict=True)
        pdf, facts = b64decode(file), {name: look[name] for name in ("reason", "location")}
        if look["tampilan"] == "VISIBLE":
            assert b64decode(look["imageBase64"]).startswith(b"\x89PNG")
            with pikepdf.open(BytesIO(pdf)) as opened:
                height = float(opened.pages[look["page"] - 1].mediabox[3])
            top = height - look["originY"]
            left, right = look["originX"], look["originX"] + look["width"]
            facts |= {"page": look["page"], "box": [round(one) for one in (left, top - look["height"], right, top)]}
        self._sign(pdf, asked["nik"], asked["passphrase"], facts, 2)

    def _sign(self, pdf, nik, passphrase, facts, version):
        service, mood = self.service, self.service.mood
        service.asked.append((f"v{version}", facts | {"nik": nik}))
        service.reached.set()
        refusals = {
            "500": (500, {"status": 500, "error": "Internal Server Error"}),
            "refuses": (400, {"status_code": 2099, "error": f"Kesalahan: {passphrase}"}),
            "redirect": (302, b""),
            "html refusal": (413, b"<html><h1>413 Request Entity Too Large</h1></html>"),
        }
        if mood == "hangs up":
            self.close_connection = True
            return None
        if mood in refusals:
            status, words = refusals[mood]
            if isinstance(words, dict):
                return self._says(status, words)
            return self._answer(status, words, "text/html", {"Location": "http://127.0.0.2:9/api/sign/pdf"})
        if nik not in service.states:
            return self._says(400, {"status_code": 2011, "error": "User tidak terdaftar"})
        if service.states[nik] != "ISSUE" or mood == "expired":
            return self._says(400, {"status_code": 2021, "status": "EXPIRED", "error": "Sertifikat kedaluwarsa"})
        if passphrase != PASSPHRASE:
            return self._says(400, {"status_code": 2031, "error": "Passphrase anda salah"})
        return self._hand_over(service.sign(pdf, facts), version)

    def _hand_over(self, signed, version):
        service, mood = self.service, self.service.mood
        if mood == "slow":
            service.goes_on.wait(30)
            self.close_connection = True
            return None
        if mood == "trickles":
            return self._trickle(signed)
        if mood == "html":
            return self._answer(200, b"<html>Selamat datang di jaringan kantor</html>", "text/html")
        if mood == "garbage":
            signed = b"%PDF-1.7\n" + b"bukan naskah" * 100
        how = {"cut": mood == "cut", "endless": mood == "huge"}
        if version == 2:
            answer = json.dumps({"time": 123, "file": [b64encode(signed).decode()]}).encode()
            return self._answer(200, answer, "application/json", **how)
        name = f"dok-{len(service.signed)}"
        service.held[name] = signed
        return self._answer(200, signed, "application/pdf", {"id_dokumen": name}, **how)

    def _download(self, name):
        if name not in self.service.held:
            return self._says(404, {"error": "Dokumen tidak ditemukan"})
        return self._answer(200, self.service.held.pop(name), "application/pdf")

    def _verify_v1(self, body):
        found = self._verdict(self._form(body)["signed_file"])
        details = [{"signature_document": {"document_integrity": sound}} for sound in found]
        self._says(200, {"jumlah_signature": len(found), "details": details, "summary": "VALID"})

    def _verify_v2(self, body):
        found = self._verdict(b64decode(json.loads(body)["file"]))
        word = "NO_SIGNATURE" if not found else "VALID" if all(found) else "INVALID"
        details = [{"integrityValid": sound} for sound in found]
        self._says(200, {"conclusion": word, "signatureInformations": details, "signatureCount": len(found)})

    def _verdict(self, pdf) -> list[bool]:
        if self.service.mood == "doubts":
            return []
        context = ValidationContext(trust_roots=[], allow_fetching=False)
        return [validate_pdf_signature(one, context).intact for one in PdfFileReader(BytesIO(pdf)).embedded_signatures]

    # How it answers ---------------------------------------------------------------------------------------------------

    def _form(self, body) -> dict[str, bytes]:
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts = BytesParser(policy=HTTP).parsebytes(head + body).iter_parts()
        return {part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in parts}

    def _says(self, status, words):
        return self._answer(status, json.dumps(words).encode(), "application/json")

    def _answer(self, status, content, kind, headers=(), *, cut=False, endless=False):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        if endless:
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            try:
                self.wfile.write(content)
                while True:
                    self.wfile.write(b" " * 100_000)
            except OSError:
                return
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)
        self.close_connection = self.close_connection or cut

    def _trickle(self, content):
        """A byte now and then: each wait is short, the whole never ends."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            for at in range(len(content)):
                self.wfile.write(content[at : at + 1])
                if self.service.goes_on.wait(0.2):
                    return
        except OSError:
            return


@contextmanager
def running(folder, *, tls=None):
    """(service, address). `tls` is a PEM file with certificate and key."""
    service = Service(folder)
    handler = type("Bound", (Handler,), {"service": service})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *args: None  # lines that the other side cut
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service, f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        service.goes_on.set()
        server.shutdown()
        thread.join()
        server.server_close()


def install(settings, address, version) -> None:
    settings.BSRE_URL, settings.BSRE_VERSION, settings.BSRE_SECONDS = address, version, 30
    settings.BSRE_USER, settings.BSRE_PASSWORD = USER, PASSWORD
