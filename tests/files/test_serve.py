from contextlib import ExitStack, closing

import pytest
from csp.middleware import CSPMiddleware
from django.http import Http404
from django.middleware.gzip import GZipMiddleware
from django.test import RequestFactory

from tests.files import made
from uep.files import actions
from uep.files.serve import disposition, respond

pytestmark = pytest.mark.django_db
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


@pytest.fixture
def stored(alice):
    return actions.take_in(made.upload(made.photo(), "../../etc/passwd\r\nX: y"), by=alice)


@pytest.fixture
def answer():
    """respond(), with what it opened closed after the test, as a server does after sending."""
    with ExitStack() as stack:
        yield lambda *args, **kwargs: stack.enter_context(closing(respond(*args, **kwargs)))


def asking(etag=""):
    headers = {"If-None-Match": etag} if etag else {}
    return RequestFactory().get("/", headers={"Accept-Encoding": "gzip", **headers})


def test_full_photo_is_streamed_with_headers_that_keep_it_harmless(stored, answer):
    response = answer(stored)
    with stored.open() as file:
        assert b"".join(response.streaming_content) == file.read()
    assert response.status_code == 200
    assert dict(response.headers) == {
        "Content-Type": "image/jpeg",
        "Content-Length": str(stored.size),
        "Content-Disposition": "inline; filename=\"passwdX y.jpg\"; filename*=UTF-8''passwdX%20y.jpg",
        "Content-Encoding": "identity",
        "ETag": f'"{stored.sha256}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": SANDBOX,
    }


def test_thumbnail_is_small_and_asked_for_again_each_time(stored, answer):
    response = answer(stored, variant="thumb")
    assert int(response["Content-Length"]) < stored.size
    assert (response["Cache-Control"], response["ETag"]) == ("private, no-cache", f'"{stored.sha256}-thumb"')
    again = answer(stored, variant="thumb", request=asking(response["ETag"]))
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "private, no-cache")


@pytest.mark.parametrize(
    ("etag", "status"), [("", 200), ('"x"', 200), ("{}", 304), ("W/{}", 304), ('"x", {}', 304), ("*", 200)]
)
def test_browser_that_has_the_bytes_gets_none(stored, answer, etag, status):
    response = answer(stored, request=asking(etag.format(f'"{stored.sha256}"')))
    assert response.status_code == status


def test_download_is_an_attachment(stored, answer):
    assert answer(stored, download=True)["Content-Disposition"].startswith("attachment; ")


def test_sheet_is_only_downloaded(alice, answer):
    sheet = actions.take_in_sheet(made.upload(b"=1+1,b\n", "hasil.csv"), by=alice)
    assert answer(sheet)["Content-Disposition"] == "attachment; filename=\"hasil.csv\"; filename*=UTF-8''hasil.csv"


def test_pdf_has_no_thumbnail(alice, answer):
    pdf = actions.take_in(made.upload(made.pdf(), "SPTJM.pdf"), by=alice)
    assert answer(pdf)["Content-Type"] == "application/pdf"
    with pytest.raises(Http404):
        answer(pdf, variant="thumb")
    with pytest.raises(ValueError, match="no variant"):
        answer(pdf, variant="original")


def test_gzip_leaves_photos_alone(stored, answer):
    response = GZipMiddleware(lambda request: answer(stored))(asking())
    assert (response["Content-Encoding"], response["Content-Length"]) == ("identity", str(stored.size))


def test_middleware_leaves_the_sandbox_alone(stored, answer):
    response = CSPMiddleware(lambda request: answer(stored))(asking())
    assert response["Content-Security-Policy"] == SANDBOX


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Foto usaha é.jpg", "inline; filename=\"Foto usaha e.jpg\"; filename*=UTF-8''Foto%20usaha%20%C3%A9.jpg"),
        ("照片.jpg", "inline; filename=\"jpg\"; filename*=UTF-8''%E7%85%A7%E7%89%87.jpg"),
        ('a"; x=y\r\nSet-Cookie: z.jpg',
         "inline; filename=\"a x=ySet-Cookie: z.jpg\"; filename*=UTF-8''a%22%3B%20x%3Dy%0D%0ASet-Cookie%3A%20z.jpg"),
        ("••••.jpg", "inline; filename=\"jpg\"; filename*=UTF-8''%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2.jpg"),
    ],
)  # fmt: skip
def test_name_in_the_header_is_safe(name, header):
    assert disposition(name, as_attachment=False) == header
