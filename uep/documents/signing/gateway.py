"""One request to the signing service, and what is certain of it afterwards. Nothing here is logged or kept.

http.client and not a client with retries, redirects and pools: this request must go out once, to this host, and whoever
waits for it must know whether it went out at all.
"""

import http.client
import json
import re
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

from django.views.decorators.debug import sensitive_variables

CONNECT_SECONDS = 10
PIECE = 64 * 1024
MOST = 4 * 1024 * 1024  # of an answer that carries no paper
IDENTIFIER = re.compile(r"[\w.-]{1,100}", re.ASCII)  # of a document; it becomes part of an address


class Unreachable(Exception):
    """Nothing was sent: no route, no listener, no trusted certificate. str() is a sentence."""


class Broken(Exception):
    """The request went out, or part of it, and no whole answer came back. str() is a sentence."""


@dataclass(frozen=True)
class Answer:
    status: int
    content: bytes
    document: str = ""  # by which the service names what it signed (`id_dokumen`)

    def json(self) -> dict:
        """The object that the body says; an empty one when it says none."""
        try:
            found = json.loads(self.content)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class Gateway:
    """Address and credentials of the application. Follows no redirect, uses no proxy, always verifies TLS."""

    def __init__(self, url: str, user: str, password: str, *, authorities: str = "", seconds: int = 60):
        parts = urlsplit(url)
        self._tls = parts.scheme == "https"
        self._host, self._port, self._base = parts.hostname or "", parts.port, parts.path.rstrip("/")
        self._basic = "Basic " + b64encode(f"{user}:{password}".encode()).decode()
        self._authorities = authorities
        self.seconds = seconds

    def __repr__(self):
        return f"<Gateway {self._host}>"

    @sensitive_variables("body", "headers")
    def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        kind: str = "application/json",
        seconds: int | None = None,
        most: int = MOST,
        on_sent: Callable[[], None] = lambda: None,
        on_document: Callable[[str], None] = lambda name: None,
    ) -> Answer:
        """The answer, whatever its status. `on_sent` runs when the line is open and before the first byte goes out.

        `on_document` is told the service's name of the document as soon as the head of the answer is there.
        Unreachable before that moment, Broken after it: too slow as a whole, cut, or longer than `most`.
        """
        ends = monotonic() + (seconds or self.seconds)
        line = self._open()
        headers = {"Authorization": self._basic, "Content-Type": kind, "Accept": "*/*", "Connection": "close"}
        try:
            on_sent()
            with _Deadline(line, ends):
                line.request(method, self._base + path, body=body or None, headers=headers)
                # An answer that says "close" owns the socket; left half read, it would keep it open.
                with line.getresponse() as response:
                    name = response.headers.get("id_dokumen", "").strip()
                    name = name if IDENTIFIER.fullmatch(name) else ""
                    if name:
                        on_document(name)
                    return Answer(response.status, _whole(response, most), name)
        except (OSError, http.client.HTTPException, ValueError):
            # Without its cause, whose frames hold what was typed.
            late = monotonic() >= ends
            raise Broken("tidak menjawab pada waktunya" if late else "terputus sebelum jawabannya utuh") from None
        finally:
            line.close()

    def _open(self) -> http.client.HTTPConnection:
        try:
            if self._tls:
                trusted = ssl.create_default_context(cafile=self._authorities or None)
                line = http.client.HTTPSConnection(self._host, self._port, timeout=CONNECT_SECONDS, context=trusted)
            else:
                line = http.client.HTTPConnection(self._host, self._port, timeout=CONNECT_SECONDS)
            line.connect()
        except ssl.SSLError:
            raise Unreachable("sertifikat alamatnya tidak dipercaya") from None
        except (OSError, http.client.HTTPException, ValueError):
            raise Unreachable("tidak dapat dihubungi") from None
        return line


class _Deadline:
    """Cuts the line when the time is over, however slowly the other side trickles."""

    def __init__(self, line: http.client.HTTPConnection, ends: float):
        left = max(0.1, ends - monotonic())
        line.sock.settimeout(left)
        self._socket = line.sock  # the connection forgets it once the answer says "close"
        self._timer = threading.Timer(left, self._cut)
        self._timer.daemon = True

    def _cut(self) -> None:
        try:
            self._socket.shutdown(2)
        except OSError:  # it is gone already
            pass

    def __enter__(self):
        self._timer.start()

    def __exit__(self, *error):
        self._timer.cancel()


def _whole(response: http.client.HTTPResponse, most: int) -> bytes:
    pieces, size = [], 0
    while piece := response.read(PIECE):
        size += len(piece)
        if size > most:
            raise http.client.HTTPException("longer than any paper of ours")
        pieces.append(piece)
    if response.length:  # read(amount) is silent about an end that comes too soon
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(pieces)


@sensitive_variables("fields", "parts")
def multipart(fields: list[tuple[str, str]], files: list[tuple[str, str, str, bytes]]) -> tuple[bytes, str]:
    """(body, content type) of a form; a file is (field, name, type, bytes)."""
    parts = [(f'form-data; name="{name}"', value.encode()) for name, value in fields]
    parts += [
        (f'form-data; name="{name}"; filename="{file}"\r\nContent-Type: {kind}', content)
        for name, file, kind, content in files
    ]
    boundary = "uep-batas"
    while any(boundary.encode() in content for _, content in parts):
        boundary += "-"
    lines = [
        f"--{boundary}\r\nContent-Disposition: {place}\r\n\r\n".encode() + content + b"\r\n" for place, content in parts
    ]
    return b"".join(lines) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
