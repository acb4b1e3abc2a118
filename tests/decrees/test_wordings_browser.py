"""Writing what decrees say with the final paper beside it, on a wide screen, on a phone, and without JavaScript."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from decrees import actions, queries
from decrees.models import Wording
from tests.cast import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = "#lihat img"


@pytest.fixture
def at(chromium, live_server, cast):
    """Call it with a width (and whether scripts run): Kabid's screen with a drafted wording, and that wording."""
    contexts, complaints = [], []
    source = queries.wording_in_force("original", "office_head")
    wording = actions.draft_wording(cast.kabid, by=cast.kabid, source=source, note="Uji")

    def screen(*, width, script=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            locale="id-ID",
            base_url=live_server.url,
            java_script_enabled=script,
        )
        contexts.append(context)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        page.goto(f"/masuk/?next={reverse('decrees:edit_wording', args=[wording.ref])}")
        page.get_by_label("Nama pengguna").fill(cast.kabid.username)
        page.get_by_label("Kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        page.get_by_role("heading", name="Ubah naskah").wait_for()
        return page, wording

    yield screen
    for context in contexts:
        context.close()
    assert complaints == []


def overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def photograph(page, name: str) -> None:
    """For whoever looks: a picture in the folder that PICTURES names."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_the_paper_stands_beside_the_text_and_follows_it(at):
    page, wording = at(width=1280)
    expect(page.locator(PAGES)).to_have_count(5, timeout=60_000)  # by itself, since it is in sight
    text, paper = page.get_by_label("Diktum"), page.locator("#lihat")
    beside = (text.bounding_box()["x"] + text.bounding_box()["width"] <= paper.bounding_box()["x"], overflow(page))
    assert beside == (True, 0)
    photograph(page, "naskah-1280")
    text.fill("Menetapkan {jumlah} penerima.")
    expect(page.get_by_text("Diktum KESATU: tag {jumlah} tidak dikenal.")).to_be_visible(timeout=60_000)
    expect(page.locator(PAGES)).to_have_count(0)
    text.fill("Menetapkan {jumlah_penerima} penerima sejumlah {total}.")
    page.get_by_role("button", name="Lihat").click()
    expect(page.locator(PAGES)).to_have_count(5, timeout=60_000)
    assert Wording.objects.get(pk=wording.pk).clauses == wording.clauses  # looked at, not kept
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Rancangan naskah disimpan.")).to_be_visible()
    assert Wording.objects.get(pk=wording.pk).clauses == "Menetapkan {jumlah_penerima} penerima sejumlah {total}."


def test_on_a_phone_the_paper_stands_below_the_text(at):
    page, _ = at(width=360)
    text, paper = page.get_by_label("Tembusan"), page.locator("#lihat")
    assert text.bounding_box()["y"] < paper.bounding_box()["y"]
    assert (page.locator(PAGES).count(), overflow(page)) == (0, 0)  # nothing is fetched before one gets there
    paper.scroll_into_view_if_needed()
    expect(page.locator(PAGES)).to_have_count(5, timeout=60_000)
    assert overflow(page) == 0
    photograph(page, "naskah-360")


def test_without_javascript_a_button_shows_the_paper(at):
    page, wording = at(width=360, script=False)
    page.get_by_label("Tembusan").fill("Arsip {bank}.")
    page.get_by_role("button", name="Lihat").click()
    expect(page.locator(PAGES)).to_have_count(5, timeout=60_000)
    expect(page.get_by_label("Tembusan")).to_have_value("Arsip {bank}.")
    assert (overflow(page), Wording.objects.get(pk=wording.pk).copies == wording.copies) == (0, True)
