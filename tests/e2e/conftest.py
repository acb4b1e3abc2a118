import os

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e.stage import CHROMIUM, LAPTOP, PHONE, QUIET, Actor


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # Playwright's loop runs in this thread, and so Django takes the test itself for asynchronous code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", CHROMIUM), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def enter(chromium, live_server):
    """A function that opens a window for a person; complaints of any page fail the test at its end."""
    actors, complaints = [], []

    def open_window(username: str, *, phone: bool = False) -> Actor:
        viewport = PHONE if phone else LAPTOP
        actor = Actor(chromium, live_server.url, username, viewport=viewport, complaints=complaints)
        actors.append(actor)
        return actor

    yield open_window
    for actor in actors:
        actor.context.close()
    assert complaints == []
