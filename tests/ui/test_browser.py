"""What only a browser can tell: the pages are accessible, fit a phone, work without JavaScript, and uep.js helps."""

import io
import random

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from tests.cast import *  # noqa: F403 - fixtures
from tests.cast import PASSWORD
from tests.ui.urls import SENT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.ui.urls")]

PHONE, LAPTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


@pytest.fixture
def visit(chromium, live_server):
    """Open an address; whatever the page complains about fails the test."""
    SENT.clear()
    contexts, complaints = [], []

    def open_page(path, viewport=LAPTOP, **options):
        context = chromium.new_context(viewport=viewport, locale="id-ID", base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page, username):
    page.goto("/masuk/")
    page.get_by_label("Nama pengguna").fill(username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()


def faults(page):
    return [(one["id"], one["nodes"][0]["html"][:120]) for one in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_pages_are_accessible_and_fit(visit, cast, viewport):
    page = visit("/galeri/", viewport, bypass_csp=True)  # axe is injected as a script
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sign_in(page, "admin")
    for address in (
        "/pengguna/",
        "/pengguna/tambah/",
        f"/pengguna/{cast.admin.ref}/",
        f"/pengguna/{cast.alice.ref}/tutup/",
        "/x/",
    ):
        page.goto(address)
        assert (address, faults(page)) == (address, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        "[...document.querySelectorAll('main .btn, main input:not([type=hidden],[type=checkbox],[type=radio]), main select, "
        "summary, .rail a')].filter(e => e.offsetParent && e.offsetHeight < 44).map(e => e.outerHTML)"
    )
    assert small == []


def test_act_without_javascript(visit, cast):
    page = visit("/masuk/", PHONE, java_script_enabled=False)
    sign_in(page, "admin")
    page.locator("summary", has_text="Menu").click()
    page.get_by_role("navigation", name="Menu utama").get_by_role("link", name="Pengguna").click()
    page.goto(f"/pengguna/{cast.bob.ref}/tutup/")
    page.get_by_role("button", name="Tutup akun").click()
    expect(page.get_by_text("Akun ditutup.")).to_be_visible()
    cast.bob.refresh_from_db()
    assert not cast.bob.is_active


def test_fault_summary_has_the_focus_and_leads_to_the_field(visit, cast):
    page = visit("/masuk/")
    sign_in(page, "admin")
    page.goto("/pengguna/tambah/")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.get_by_role("button", name="Tambah pengguna").click()
    expect(page.locator(".summary")).to_be_focused()
    page.get_by_role("link", name="Nama pengguna belum diisi.").click()
    assert page.evaluate("location.hash") == "#id_username"


def test_a_form_is_sent_once(visit):
    page = visit("/contoh/")
    page.route("**/kirim/", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.get_by_label("Nama").fill("Eko")
    page.evaluate("(() => { const b = document.querySelector('#sample button'); b.click(); b.click(); })()")
    expect(page.get_by_role("heading", name="Terkirim")).to_be_visible()
    assert SENT == [{"name": "Eko", "go": "1", "photos": []}]


def test_autosave_saves_and_brings_back_what_a_lost_session_left(visit):
    page = visit("/contoh/?jenis=autosave")
    page.get_by_label("Nama").fill("Eko")
    expect(page.get_by_text("Tersimpan otomatis")).to_be_visible()
    assert SENT == [{"name": "Eko", "nik": ""}]
    page.context.add_cookies([{"name": "lost", "value": "1", "domain": "localhost", "path": "/"}])
    page.get_by_label("Nama").fill("Eko Saputra")
    page.get_by_label("NIK").fill("6209030403850012")
    expect(page.get_by_text("isian disimpan di perangkat ini")).to_be_visible()
    assert "6209030403850012" not in page.evaluate("JSON.stringify(localStorage)")  # marked data-private
    page.context.clear_cookies(name="lost")
    page.reload()
    expect(page.get_by_label("Nama")).to_have_value("Eko Saputra")
    expect(page.get_by_text("dipulihkan dari perangkat ini")).to_be_visible()
    expect(page.get_by_text("Tersimpan otomatis")).to_be_visible()
    assert SENT[-1] == {"name": "Eko Saputra", "nik": ""}
    assert page.evaluate("localStorage.length") == 0


def test_autosave_says_what_was_kept_and_which_box_is_wrong(visit):
    page = visit("/contoh/?jenis=autosave", PHONE)
    status = page.locator(".saved")
    page.get_by_label("Alasan").fill("Modal kurang")
    page.get_by_label("Nama").fill("Eko 1")
    expect(status).to_contain_text("kecuali Nama")
    assert status.inner_text().startswith("Tersimpan otomatis")
    expect(status.get_by_role("link", name="Nama")).to_have_attribute("href", "#name")
    expect(page.locator("#div_id_name.has-error")).to_contain_text("Nama tidak memuat angka.")
    kept = page.evaluate("Object.values(localStorage).map((one) => JSON.parse(one).values)")
    assert kept == [[["name", "Eko 1", "Eko 1"]]]  # what the server has does not come back later over newer words
    page.get_by_label("Nama").fill("Eko ?")
    expect(status).to_contain_text("Belum tersimpan di server")
    page.get_by_label("Nama").fill("Eko")
    expect(status).not_to_contain_text("Nama")
    expect(page.get_by_text("Nama tidak memuat angka.")).to_have_count(0)
    assert page.evaluate("localStorage.length") == 0


def photo():
    """A picture as a phone makes it: large, and hard to compress."""
    noise = random.Random(1).randbytes(2000 * 1500 * 3)
    file = io.BytesIO()
    Image.frombytes("RGB", (2000, 1500), noise).save(file, "JPEG", quality=90)
    return {"name": "warung.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def test_photos_are_shown_and_shrunk_before_they_are_sent(visit):
    page, sent = visit("/contoh/", PHONE), photo()
    page.get_by_label("Foto").set_input_files([sent])
    expect(page.get_by_alt_text("warung.jpg")).to_be_visible()
    page.get_by_label("Nama").fill("Eko")
    page.get_by_role("button", name="Kirim").click()
    expect(page.get_by_role("heading", name="Terkirim")).to_be_visible()
    assert page.url.endswith("/kirim/")
    [(name, size)] = SENT[0]["photos"]
    assert (name, SENT[0]["go"], size < len(sent["buffer"]) / 4) == ("warung.jpg", "1", True)


def test_an_upload_on_a_broken_line_loses_nothing(visit):
    page = visit("/contoh/", PHONE)
    page.get_by_label("Foto").set_input_files([photo()])
    page.get_by_label("Nama").fill("Eko")
    page.context.set_offline(True)
    page.get_by_role("button", name="Kirim").click()
    expect(page.get_by_text("Sambungan terputus, berkas belum terkirim.")).to_be_visible()
    expect(page.get_by_label("Nama")).to_have_value("Eko")
    page.context.set_offline(False)
    page.get_by_role("button", name="Kirim").click()
    expect(page.get_by_role("heading", name="Terkirim")).to_be_visible()
    assert len(SENT) == 1


def test_place_is_filled_from_the_device_when_asked(visit):
    here = {"latitude": -2.2345678, "longitude": 111.1234567, "accuracy": 12.4}
    page = visit("/contoh/?jenis=locate", PHONE, geolocation=here, permissions=["geolocation"])
    page.get_by_role("button", name="Ambil posisi dari perangkat ini").click()
    expect(page.get_by_text("Posisi terisi, ketelitian 12 meter.")).to_be_visible()
    values = [page.get_by_label(label).input_value() for label in ("Lintang", "Bujur", "Ketelitian")]
    assert values == ["-2.234568", "111.123457", "12"]


def test_a_field_is_required_only_if(visit):
    page = visit("/contoh/")
    why = page.locator("#why")
    expect(why).not_to_have_attribute("required", "")
    page.get_by_label("Hasil").select_option("n")
    expect(why).to_have_attribute("required", "")
    expect(page.get_by_text("wajib diisi")).to_be_visible()
    page.get_by_label("Hasil").select_option("y")
    expect(why).not_to_have_attribute("required", "")


def test_filters_and_acts_on_a_phone_stay_in_reach(visit):
    page = visit("/galeri/", PHONE)
    page.evaluate("scrollTo(0, 0)")  # the sample's fault summary took the focus
    main = page.locator(".acts-main").first
    box = main.bounding_box()
    assert box["y"] + box["height"] == PHONE["height"]  # sticks to the bottom edge while its place is further down
    expect(page.locator(".steps").first.get_by_text("Verifikasi")).to_be_visible()
    assert page.locator(".steps").first.locator("li:not(.shown) .step-name").first.bounding_box()["width"] <= 1
