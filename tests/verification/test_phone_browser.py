"""The app in a real browser: the signal goes, the tab is killed, the line flaps, and the visit arrives once."""

import io
import os
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

import verification.actions as acts
from proposals.flow import State
from proposals.models import Proposal
from tests.browser import CHROMIUM, QUIET
from tests.cast import PASSWORD
from uep.ui.indonesian import hari_tanggal
from verification.models import FieldDevice, FieldReport, FieldVisit, PlannedVisit
from verification.queries import reports

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/verifikasi/lapangan/"
HERE = {"latitude": -2.012345, "longitude": 111.212345, "accuracy": 9}


@pytest.fixture
def household(walk):
    (proposal,) = walk.proposals_at(State.COMPLETE)
    walk.assigned([proposal])
    return Proposal.objects.get(pk=proposal.pk)


@pytest.fixture
def with_camera(chromium):
    """Call it with whether the person lets the page use the camera, for a browser that has one (Chromium's own test picture)."""
    browsers = []

    def launch(*, allowed):
        extra = ["--use-fake-device-for-media-stream", *(["--use-fake-ui-for-media-stream"] if allowed else [])]
        path = os.environ.get("CHROMIUM", CHROMIUM)
        browser = chromium.browser_type.launch(executable_path=path, args=[*QUIET, *extra])
        browsers.append(browser)
        return browser

    yield launch
    for browser in browsers:
        browser.close()


@pytest.fixture
def phones(chromium, live_server):
    """Call it with a username for a phone of that person, signed in, with position."""
    contexts, complaints = [], []

    def phone(username, *, browser=chromium):
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, locale="id-ID", base_url=live_server.url, has_touch=True,
            geolocation=HERE, permissions=["geolocation"],
        )  # fmt: skip
        contexts.append(context)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        page.goto(f"/masuk/?next={HOME}")
        page.get_by_label("Nama pengguna").fill(username)
        page.get_by_label("Kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        return page

    yield phone
    for context in contexts:
        context.close()
    assert complaints == []


def big_photo() -> bytes:
    """As a phone takes it: 12 megapixels, several megabytes."""
    buffer = io.BytesIO()
    Image.effect_noise((4000, 3000), 60).convert("RGB").save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def take_along(page):
    page.get_by_role("button", name="Ambil tugas").click()
    expect(page.locator("#told")).to_contain_text("tersimpan di ponsel ini")
    expect(page.locator("body[data-ready]")).to_be_attached()  # the app is on the phone


def write(page, household, *, recommendation="Layak"):
    page.get_by_role("link", name=household.name).click()
    page.locator("input[name=found][value=found]").check()
    page.get_by_label("Yang ditemui").fill("Siti (calon)")
    page.get_by_role("button", name="Ambil posisi dari ponsel ini").click()
    expect(page.get_by_text("Posisi terisi, ketelitian 9 meter.")).to_be_visible()
    for name in ("identity_matches", "lives_there", "business_exists"):
        page.locator(f"input[name={name}][value=True]").check()
    page.get_by_label(recommendation, exact=True).check()
    page.get_by_label("Alasan rekomendasi").fill("Usaha berjalan.")


def photograph(page):
    page.locator("#foto-business").set_input_files({"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": big_photo()})
    expect(page.locator("figure", has_text="KB")).to_have_count(1)
    sign(page)
    expect(page.locator("figure", has_text="KB")).to_have_count(2)


def sign(page):
    pad = page.get_by_role("img", name="Tempat tanda tangan")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    for step in range(8):
        page.mouse.move(box["x"] + 40 + 20 * step, box["y"] + 40 + (step % 3) * 20)
    page.mouse.up()
    page.get_by_role("button", name="Simpan tanda tangan").click()


def kept(page) -> int:
    """How many photos lie on the phone."""
    return page.evaluate("fieldStore.all('photos').then(rows => rows.length)")


def test_a_visit_written_without_a_signal_arrives_when_there_is_one(phones, household, cast):
    page = phones("sari")
    take_along(page)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#line")).to_have_text("tanpa sinyal")
    write(page, household)
    photograph(page)
    expect(page.locator(".saved")).to_contain_text("Tersimpan di ponsel")
    page.close(run_before_unload=False)  # the phone kills the tab, or its battery is empty

    page = page.context.new_page()
    page.goto(HOME)
    expect(page.get_by_text("draf di ponsel, belum terkirim")).to_be_visible()
    page.get_by_role("link", name=household.name).click()
    expect(page.get_by_label("Yang ditemui")).to_have_value("Siti (calon)")
    page.get_by_role("button", name="Selesai").click()
    expect(page.get_by_text("menunggu sinyal")).to_be_visible()
    assert FieldReport.objects.count() == 0

    page.context.set_offline(False)
    expect(page.get_by_text("Menjadi kunjungan")).to_be_visible(timeout=30_000)
    visit = FieldVisit.objects.get(proposal=household)
    household.refresh_from_db()
    assert (household.state, visit.by, visit.met, str(visit.latitude)) == (
        State.ASSESSED,
        cast.staff,
        "Siti (calon)",
        "-2.012345",
    )
    photos = list(visit.photos.order_by("subject"))
    assert [(photo.subject, photo.file.position_from, photo.file.accuracy) for photo in photos] == [
        ("business", "device", 9.0),
        ("signature", "device", 9.0),
    ]
    assert all(photo.file.received_size <= 300 * 1024 for photo in photos)
    assert timezone.now() - photos[0].file.taken_at < timedelta(minutes=5)
    assert (kept(page), page.evaluate("fieldStore.all('errands').then(rows => rows.length)")) == (0, 0)


def test_the_phone_shows_the_days_in_their_order_also_without_a_signal(phones, walk, cast):
    rows = walk.proposals_at(State.COMPLETE, 3)
    walk.assigned(rows)
    today = timezone.localdate()
    for row, day in zip(rows, (2, 0, 1), strict=True):
        PlannedVisit.objects.filter(proposal=row).update(day=today + timedelta(days=day), position=1)
    page = phones("sari")
    take_along(page)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator(".sheet h2")).to_have_text(
        [re.compile(f"^{hari_tanggal(today + timedelta(days=day))}, ") for day in range(3)]
    )
    expect(page.locator(".tasks a")).to_have_text([re.compile(f"{rows[at].name}$") for at in (1, 2, 0)])


def test_a_flapping_line_sends_each_report_once(phones, household):
    page = phones("sari")
    take_along(page)
    write(page, household)
    photograph(page)
    lost = {"request": 0}

    def flap(route):
        """Every other request reaches the office and its answer never the phone; some do not even leave."""
        lost["request"] += 1
        if lost["request"] % 3 == 1:
            route.fetch()
            route.abort()
        elif lost["request"] % 3 == 2:
            route.abort()
        else:
            route.continue_()

    page.route(re.compile("/lapangan/kirim/"), flap)
    page.get_by_role("button", name="Selesai").click()
    for _ in range(30):
        if page.get_by_text("Menjadi kunjungan").count():
            break
        waiting = page.get_by_role("button", name=re.compile("Kirim sekarang"))
        if waiting.count():
            waiting.click()
        page.wait_for_timeout(200)
    expect(page.get_by_text("Menjadi kunjungan")).to_be_visible()
    assert (FieldReport.objects.count(), FieldVisit.objects.filter(proposal=household).count()) == (1, 1)
    assert FieldVisit.objects.get().photos.count() == 2
    assert lost["request"] > 4


def test_two_phones_on_one_visit_the_second_is_shown_to_kabid(phones, household, cast):
    first, second = phones("sari"), phones(cast.colleague.username)
    for page in (first, second):
        take_along(page)
        page.context.set_offline(True)
        write(page, household)
        photograph(page)
        page.get_by_role("button", name="Selesai").click()
        expect(page.get_by_text("menunggu sinyal")).to_be_visible()
    for page, end in ((first, "Menjadi kunjungan"), (second, "Menunggu keputusan")):
        page.context.set_offline(False)
        expect(page.get_by_text(end)).to_be_visible(timeout=30_000)
    assert [report.by for report in reports.to_decide(cast.kabid)] == [cast.colleague]
    assert kept(second) == 0


def test_a_lost_phone_is_emptied_when_it_comes_in(phones, household, cast):
    page = phones("sari")
    take_along(page)
    page.context.set_offline(True)
    write(page, household)
    photograph(page)
    acts.shut_out_device(FieldDevice.objects.get(), by=cast.kabid, reason="Hilang di jalan.")
    page.get_by_role("button", name="Selesai").click()
    expect(page.get_by_text("menunggu sinyal")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Ponsel ini sudah ditutup oleh kantor. Isinya telah dihapus.")).to_be_visible(
        timeout=30_000
    )
    assert (kept(page), page.evaluate("fieldStore.all('errands').then(rows => rows.length)")) == (0, 0)
    assert FieldReport.objects.count() == 0


def test_what_is_missing_is_said_before_it_is_sent(phones, household):
    page = phones("sari")
    take_along(page)
    page.get_by_role("link", name=household.name).click()
    page.locator("input[name=found][value=found]").check()
    page.get_by_role("button", name="Selesai").click()
    expect(page.locator("#told")).to_have_text("Belum ada: tanda tangan atau cap jempol, sedikitnya satu foto.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_kept_is_sent_in_the_background_while_the_app_is_closed(phones, household, cast):
    """The browser wakes the worker by a `sync` event; no page of the app is open then."""
    page = phones("sari")
    take_along(page)
    page.context.set_offline(True)
    write(page, household)
    photograph(page)
    page.get_by_role("button", name="Selesai").click()
    expect(page.get_by_text("menunggu sinyal")).to_be_visible()
    context = page.context
    page.close()
    assert FieldReport.objects.count() == 0

    context.set_offline(False)
    other = context.new_page()
    other.goto("/")  # the desk: none of the app's scripts run here
    registered = []
    browser = context.new_cdp_session(other)
    browser.on("ServiceWorker.workerRegistrationUpdated", lambda event: registered.extend(event["registrations"]))
    browser.send("ServiceWorker.enable")
    for _ in range(50):
        if registered:
            break
        other.wait_for_timeout(100)
    [registration] = {(row["registrationId"], row["scopeURL"]) for row in registered if row["scopeURL"].endswith(HOME)}
    facts = {"registrationId": registration[0], "tag": "kirim", "lastChance": False}
    browser.send("ServiceWorker.dispatchSyncEvent", {"origin": registration[1].removesuffix(HOME), **facts})
    for _ in range(300):
        if FieldReport.objects.filter(state=FieldReport.State.FILED).exists():
            break
        other.wait_for_timeout(100)
    [visit] = FieldVisit.objects.filter(proposal=household)
    assert (visit.met, visit.by, sorted(visit.photos.values_list("subject", flat=True))) == (
        "Siti (calon)",
        cast.staff,
        ["business", "signature"],
    )


def test_a_photo_is_taken_in_the_page_without_a_signal(phones, with_camera, household, cast):
    page = phones("sari", browser=with_camera(allowed=True))
    take_along(page)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#line")).to_have_text("tanpa sinyal")
    write(page, household)
    page.get_by_role("button", name="Buka kamera: Tempat usaha").click()
    video = page.locator("video")
    expect(video).to_be_visible()
    expect(video).to_have_js_property("readyState", 4)  # the first pictures have come
    page.get_by_role("button", name="Ambil foto").click()
    expect(video).to_be_hidden()
    page.get_by_role("button", name="Ambil ulang").click()  # blurred
    expect(video).to_be_visible()
    assert kept(page) == 0
    page.get_by_role("button", name="Ambil foto").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Pakai foto ini").click()
    expect(page.locator("figure", has_text="KB, ±9 m")).to_have_count(1)
    page.evaluate("window.tracks = document.querySelector('video').srcObject.getTracks()")
    page.get_by_role("button", name="Tutup kamera").click()
    assert page.evaluate("window.tracks.map(track => track.readyState)") == ["ended"]
    sign(page)
    expect(page.locator("figure", has_text="KB")).to_have_count(2)
    before = timezone.now()
    page.get_by_role("button", name="Selesai").click()
    expect(page.get_by_text("menunggu sinyal")).to_be_visible()
    assert FieldReport.objects.count() == 0

    page.context.set_offline(False)
    expect(page.get_by_text("Menjadi kunjungan")).to_be_visible(timeout=30_000)
    file = FieldVisit.objects.get(proposal=household).photos.get(subject="business").file
    assert (file.position_from, str(file.latitude), str(file.longitude), file.accuracy) == (
        "device", "-2.012345", "111.212345", 9.0,
    )  # fmt: skip
    assert (file.received_size <= 300 * 1024, before - file.taken_at < timedelta(minutes=5)) == (True, True)
    with file.open() as stored:
        colours = Image.open(stored).convert("RGB").getcolors(1 << 24)
    assert len(colours) > 10  # a picture, and not the black of a camera that had not begun


@pytest.mark.parametrize("kind", ["refused", "none"])
def test_without_the_camera_the_file_box_serves(phones, with_camera, household, kind):
    page = phones("sari", browser=with_camera(allowed=False)) if kind == "refused" else phones("sari")
    take_along(page)
    page.get_by_role("link", name=household.name).click()
    page.get_by_role("button", name="Buka kamera: Tempat usaha").click()
    expect(page.get_by_text(re.compile("Pilih foto lewat kotak di bawah"))).to_be_visible()
    expect(page.get_by_role("button", name="Buka kamera: Tempat usaha")).to_be_hidden()
    photograph(page)
    assert kept(page) == 2


def test_the_camera_is_shut_on_every_other_page(cast, client):
    client.force_login(cast.staff)
    policies = {url: client.get(url)["Permissions-Policy"] for url in (HOME, "/", "/masuk/", "/verifikasi/tugas/")}
    rest = "display-capture=(), geolocation=(self), microphone=(), payment=(), usb=()"
    assert policies == {
        HOME: f"camera=(self), {rest}",
        "/": f"camera=(), {rest}",
        "/masuk/": f"camera=(), {rest}",
        "/verifikasi/tugas/": f"camera=(), {rest}",
    }
