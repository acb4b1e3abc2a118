import pytest

from tests.e2e.stage import LAPTOP, PHONE, Actor


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
