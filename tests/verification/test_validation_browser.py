"""Validation by the keyboard, on a wide screen and on a phone."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from proposals.flow import State
from proposals.models import Proposal
from tests.cast import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rows(walk):
    found = walk.proposals_at(State.ASSESSED, 2)
    return sorted(found, key=lambda row: (row.due_at, row.pk))


@pytest.fixture
def at(chromium, live_server, cast):
    """Call it with a width (and whether scripts run) for Kabid's screen, signed in on the page of validation."""
    contexts, complaints = [], []

    def screen(proposal, *, width=1280, script=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            locale="id-ID",
            base_url=live_server.url,
            java_script_enabled=script,
        )
        contexts.append(context)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        page.goto(f"/masuk/?next={reverse('verification:validate', args=[proposal.ref])}")
        page.get_by_label("Nama pengguna").fill(cast.kabid.username)
        page.get_by_label("Kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        page.get_by_role("heading", name="Validasi").wait_for()
        return page

    yield screen
    for context in contexts:
        context.close()
    assert complaints == []


def address_of(row) -> re.Pattern:
    return re.compile(f"{re.escape(reverse('verification:validate', args=[row.ref]))}$")


def state_of(row) -> str:
    return Proposal.objects.get(pk=row.pk).state


def test_a_household_is_decided_without_a_mouse_and_the_next_one_follows(at, rows):
    first, second = rows
    page = at(first)
    page.keyboard.press("?")
    expect(page.get_by_text("menulis alasan")).to_be_visible()
    page.keyboard.press("s")
    expect(page).to_have_url(re.compile("#syarat$"))
    page.keyboard.press("a")
    page.keyboard.type("n dan b: usaha berjalan?")  # letters of shortcuts are letters here
    expect(page.get_by_label("Alasan")).to_have_value("n dan b: usaha berjalan?")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    expect(page.get_by_role("button", name="Cadangan")).to_be_focused()
    assert state_of(first) == State.ASSESSED
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{first.name}: Usulan masuk daftar cadangan.")).to_be_visible()
    assert (state_of(first), state_of(second)) == (State.WAITLISTED, State.ASSESSED)
    expect(page).to_have_url(address_of(second))


def test_shortcuts_can_be_switched_off_and_stay_off(at, rows):
    first, second = rows
    page = at(first)
    page.get_by_text("Pintasan papan tombol").click()
    page.get_by_label("Pakai pintasan").uncheck()
    page.reload()
    page.keyboard.press("a")
    expect(page.get_by_label("Alasan")).not_to_be_focused()
    page.get_by_text("Pintasan papan tombol").click()
    page.get_by_label("Pakai pintasan").check()
    page.keyboard.press("n")
    expect(page).to_have_url(address_of(second))


def test_without_script_the_same_is_done_by_links_and_buttons(at, rows):
    first, second = rows
    page = at(first, script=False)
    expect(page.get_by_text("Pintasan papan tombol")).to_be_hidden()
    page.get_by_label("Alasan").fill("Usaha berjalan.")
    page.get_by_role("button", name="Layak", exact=True).click()
    expect(page).to_have_url(address_of(second))
    assert state_of(first) == State.ELIGIBLE


def test_parts_stand_beside_each_other_on_a_screen_and_below_each_other_on_a_phone(at, rows):
    first, _ = rows
    tops = (
        "['foto', 'jawaban', 'syarat'].map(id => Math.round(document.getElementById(id).getBoundingClientRect().left))"
    )
    wide, phone = at(first), at(first, width=360)
    assert len(set(wide.evaluate(tops))) == 3
    assert len(set(phone.evaluate(tops))) == 1
    for page in (wide, phone):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
