"""A first visit on a weak line: everything that base.html makes a phone fetch, as the server sends it."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders

from tests.cast import *  # noqa: F403 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.ui.urls")]


def static(name):
    return Path(finders.find(name))


def fetched(page):
    """The static files that a browser loads for a page, the pictures of its styles included (all are data URIs)."""
    tags = re.findall(r"<(?:link|script|img|use)\b[^>]*?(?:href|src)=\"/static/([^\"#?]+)", page)
    return sorted(set(tags))


def test_a_first_visit_weighs_at_most_100_kb_and_a_repeated_one_20(cast, client):
    client.force_login(cast.admin)
    for address in ("/galeri/", "/pengguna/tambah/"):
        page = client.get(address).content
        assets = {name: static(name).read_bytes() for name in fetched(page.decode())}
        assert {
            "theme.css",
            "uep.js",
            "icons.svg",
            "vendor/bootstrap-5.3.9.min.css",
            "vendor/htmx-2.0.11.min.js",
        } <= set(assets)
        document = len(gzip.compress(page, 6))  # pages are gzipped as they are made, files beforehand
        for compress in (lambda body: gzip.compress(body, 9), brotli.compress):
            files = sum(min(len(compress(body)), len(body)) for body in assets.values())
            headers = 500 * (len(assets) + 1)
            assert document + files + headers <= 100_000
        assert document <= 20_000


def test_styles_fetch_nothing_more():
    for name in ("theme.css", "vendor/bootstrap-5.3.9.min.css"):
        text = static(name).read_text()
        assert [url for url in re.findall(r"url\(([^)]*)\)", text) if not url.strip("\"'").startswith("data:")] == []
        assert "@import" not in text
        assert "sourceMappingURL" not in text  # the manifest storage would look for the map


def test_own_script_is_short():
    assert len(static("uep.js").read_text().splitlines()) <= 300


def test_vendored_files_carry_version_and_licence():
    assert "v5.3.9" in static("vendor/bootstrap-5.3.9.min.css").read_text()[:300]
    assert 'version:"2.0.11"' in static("vendor/htmx-2.0.11.min.js").read_text()
    for name in ("bootstrap-5.3.9", "bootstrap-icons-1.13.2", "htmx-2.0.11"):
        assert static(f"vendor/{name}.LICENSE.txt").stat().st_size > 200
