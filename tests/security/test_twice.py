"""A form that is sent twice (a slow line, an impatient thumb) does its work once, and says so the second time."""

import html
import re

import pytest
from django.test import Client

from tests.security.acts import ONCE, books

pytestmark = pytest.mark.django_db


def words(response) -> str:
    """The text of a page's main part."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main[0]))).strip()


@pytest.mark.parametrize("prepare", ONCE, ids=lambda prepare: prepare.__name__)
def test_the_same_post_twice_does_it_once(walk, prepare):
    attempt = prepare(walk)
    client = Client()
    client.force_login(attempt.by)
    before = books()
    first = client.post(attempt.address, attempt.form())
    done = books()
    assert first.status_code == 303, words(first)
    second = client.post(attempt.address, attempt.form())
    assert (done == before, books() == done) == (prepare.__name__ == "read_results", True)
    if second.status_code == 303:
        assert second.headers["Location"] == first.headers["Location"]
    else:
        assert second.status_code in {403, 422}
        assert re.search(r"[a-z]{3,}.*\.", words(second))
