"""Hand a stored file to a browser. No URL here: each app serves its files through its own rule.

The content type comes from our own row, never from what was uploaded; the browser may not guess, run, frame or keep it.
"""

import unicodedata
from urllib.parse import quote

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from uep.files.models import StoredFile

# Shown in the browser; everything else is only downloaded.
SHOWN = {"image/jpeg", "image/png", "application/pdf"}
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


def respond(stored: StoredFile, *, download: bool = False, variant: str = "full", request=None) -> HttpResponse:
    """The response with the file, streamed. Ask your rule first: whoever gets this response gets the file.

    `variant` is "full" or "thumb" (Http404 where there is none, as with PDFs). With `request`, a browser that names the
    same bytes in If-None-Match gets an empty 304.
    """
    if variant not in {"full", "thumb"}:
        raise ValueError(f"no variant {variant}")
    if variant == "thumb" and not stored.has_thumb:
        raise Http404
    etag = f'"{stored.sha256}"' if variant == "full" else f'"{stored.sha256}-thumb"'
    if request is not None and is_known(etag, request):
        response = HttpResponseNotModified()
    else:
        name = stored.storage_name if variant == "full" else stored.thumb_name
        content_type = stored.content_type if variant == "full" else "image/jpeg"
        response = FileResponse(default_storage.open(name, "rb"), content_type=content_type)
        as_attachment = download or content_type not in SHOWN
        response["Content-Disposition"] = disposition(stored.download_name, as_attachment=as_attachment)
        # Photos and PDFs are compressed already: GZipMiddleware leaves a response alone that names its encoding.
        response["Content-Encoding"] = "identity"
    response["ETag"] = etag
    # The full file stays on no shared office computer. A thumbnail may, but is asked for again each time, so that the
    # rule is asked too, and a page of eight photos costs a weak signal nothing the second time.
    response["Cache-Control"] = "private, no-store" if variant == "full" else "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = NOTHING_RUNS
    return response


def is_known(etag: str, request) -> bool:
    named = parse_etags(request.headers.get("If-None-Match", ""))
    return etag in {one.removeprefix("W/") for one in named}


def disposition(name: str, *, as_attachment: bool) -> str:
    """Content-Disposition with an ASCII name for old programs and the real one for the rest (RFC 6266)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(char for char in plain if char.isprintable() and char not in '"\\%;').strip(" .") or "berkas"
    return (
        f"{'attachment' if as_attachment else 'inline'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
