"""What a visit without a signal costs on a bad line: `make run` in another window, then `python bench/field.py [address]`.

Chromium on a 2G profile (50 kbit/s down, 20 kbit/s up, 500 ms): opening the app for the first time and again, taking errands
along, opening without any line, and sending a visit with three photos. The floor is what the bytes alone need on that line.
"""

import io
import sys
import time

from PIL import Image
from playwright.sync_api import sync_playwright

DOWN, UP, DELAY = 50_000 / 8, 20_000 / 8, 500  # bytes a second, ms
HOME = "/verifikasi/lapangan/"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LONG = 900_000  # ms


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        context = browser.new_context(
            base_url=address, viewport={"width": 360, "height": 740}, geolocation={"latitude": -2, "longitude": 111},
            permissions=["geolocation"],
        )  # fmt: skip
        context.set_default_timeout(LONG)
        page = context.new_page()
        page.goto(f"/masuk/?next={HOME}")
        page.get_by_label("Nama pengguna").fill("staf")
        page.get_by_label("Kata sandi").fill("sungai-lamandau")
        page.get_by_role("button", name="Masuk").click()
        page.wait_for_url(f"**{HOME}")
        page.evaluate(
            "navigator.serviceWorker.getRegistrations().then(all => Promise.all(all.map(one => one.unregister())))"
        )
        page.evaluate("caches.keys().then(all => Promise.all(all.map(one => caches.delete(one))))")
        line = Line(context, page)
        line.session.send("Network.clearBrowserCache")
        print(f"{'what':44}{'KB down':>9}{'KB up':>8}{'s':>8}{'floor s':>9}{'x floor':>9}")
        line.measure("open the app, first time", lambda: page.goto(HOME))
        page.locator("body[data-ready]").wait_for(state="attached")
        line.measure("take the errands along", lambda: taken(page))
        line.measure("open it again", lambda: page.goto(HOME))
        context.set_offline(True)
        line.measure("open it without a line", lambda: page.goto(HOME))
        written(page)
        context.set_offline(False)
        line.measure("send a visit with three photos", lambda: sent(page))
        browser.close()


class Line:
    """A bad line, and what went over it."""

    def __init__(self, context, page):
        self.down = self.up = 0
        self.session = context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.send("Network.emulateNetworkConditions", {
            "offline": False, "latency": DELAY, "downloadThroughput": DOWN, "uploadThroughput": UP,
        })  # fmt: skip
        self.session.send("Network.setCacheDisabled", {"cacheDisabled": False})
        self.session.on("Network.loadingFinished", self._came)
        page.on("request", self._went)

    def _came(self, event) -> None:
        self.down += event["encodedDataLength"]

    def _went(self, request) -> None:
        self.up += len(request.post_data_buffer or b"")

    def measure(self, what: str, work) -> None:
        self.down = self.up = 0
        start = time.perf_counter()
        work()
        took = time.perf_counter() - start
        floor = self.down / DOWN + self.up / UP
        ratio = f"{took / floor:9.1f}" if floor else f"{'':9}"
        print(f"{what:44}{self.down / 1024:9.1f}{self.up / 1024:8.1f}{took:8.1f}{floor:9.1f}{ratio}")


def taken(page) -> None:
    page.get_by_role("button", name="Ambil tugas").click()
    page.get_by_text("tersimpan di ponsel ini.").wait_for()


def photo(shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((4000, 3000 + shade), 40).convert("RGB").save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def written(page) -> None:
    page.locator(".task a").first.click()
    page.locator("input[name=found][value=found]").check()
    for number, subject in enumerate(("house", "business", "thumb")):
        page.locator(f"#foto-{subject}").set_input_files(
            {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": photo(number)}
        )
        page.locator("figure", has_text="KB").nth(number).wait_for()
    page.get_by_role("button", name="Selesai").click()
    page.get_by_text("menunggu sinyal").wait_for()


def sent(page) -> None:
    page.get_by_role("heading", name="Terkirim", exact=True).wait_for()


if __name__ == "__main__":
    main(*sys.argv[1:] or ["http://localhost:8000"])
