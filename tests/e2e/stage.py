"""The stage of the browser story: one Chromium, a window for each person, forms filled in by the names of their fields."""

import os
import re
import subprocess
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page, expect

PHONE, LAPTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
PICTURES = settings.BASE_DIR / "docs" / "pictures"


class Actor:
    """One person with a window of their own. Every page that complains to the console fails the story at its end."""

    def __init__(self, browser, base_url: str, username: str, *, viewport, complaints: list[str]):
        self.username = username
        self.context = browser.new_context(viewport=viewport, base_url=base_url, locale="id-ID", accept_downloads=True)
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: complaints.append(f"{username}: {error}"))
        self.page.on(
            "console",
            lambda message: (
                complaints.append(f"{username}: {message.text}") if "Content Security" in message.text else None
            ),
        )

    def sign_in(self, password: str) -> "Actor":
        self.page.goto("/masuk/")
        self.page.fill("[name=username]", self.username)
        self.page.fill("[name=password]", password)
        self.page.click("main button:has-text('Masuk')")
        expect(self.page.locator("h1")).not_to_have_text("Masuk")
        return self

    def open(self, path: str) -> "Actor":
        response = self.page.goto(path)
        assert response.status == 200, f"{self.username} opens {path}: {response.status}"
        return self

    def follow(self, text: str) -> "Actor":
        """Click a link or button of the main part by its words."""
        main = self.page.locator("main")
        main.get_by_role("link", name=text).or_(main.get_by_role("button", name=text)).first.click()
        self.page.wait_for_load_state()
        return self

    def fill(self, **values) -> "Actor":
        """Write into the form's fields by name: text, True for a box, a list of values for boxes, bytes for a file."""
        for name, value in values.items():
            self._fill(name, value)
        return self

    def _fill(self, name: str, value) -> None:
        field = self.page.locator(f"main form [name='{name}']")
        kind = field.first.get_attribute("type")
        if isinstance(value, Path):
            field.set_input_files(value)
        elif isinstance(value, dict):
            field.set_input_files([value])
        elif kind == "radio" or (kind == "checkbox" and value is not True):
            for one in value if isinstance(value, list | set | tuple) else [value]:
                self.page.locator(f"main form [name='{name}'][value='{one}']").check()
        elif kind == "checkbox":
            field.first.check()
        elif field.first.evaluate("element => element.tagName") == "SELECT":
            field.first.select_option(str(value))
        else:
            field.first.fill(str(value))

    def send(self, label: str | None = None) -> "Actor":
        """Press the form's main button; the page that follows must not be a refusal."""
        form = self.page.locator("main form[method=post]").last
        button = form.get_by_role("button", name=label) if label else form.locator(".acts-main button").first
        # Uploads replace the page in place, other forms load a new one: either way the old contents are gone.
        self.page.locator("main h1").evaluate("heading => { heading.dataset.before = 1 }")
        button.click()
        expect(self.page.locator("main h1:not([data-before])")).to_be_visible(timeout=15_000)
        self.page.wait_for_load_state()
        faults = self.page.locator("main .notice.danger.summary").all_inner_texts()
        assert faults == [], f"{self.username} at {self.page.url}: {faults}"
        return self

    def do(self, path: str, **values) -> "Actor":
        """Open the page of an act, fill it in, send it."""
        return self.open(path).fill(**values).send()

    def sees(self, text: str) -> "Actor":
        expect(self.page.locator("main")).to_contain_text(text)
        return self

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def pdf(self, path: str) -> str:
        """The text of a paper, through pdftotext."""
        response = self.context.request.get(path, timeout=60_000)  # laid out while one waits, on a busy machine
        assert response.status == 200, f"{self.username} gets {path}: {response.status}"
        assert response.headers["content-type"] == "application/pdf"
        return text_of(response.body())

    def picture(self, name: str) -> "Actor":
        """Keep the window as a picture of the README, when TAKE_PICTURES is set (`make pictures`)."""
        if os.environ.get("TAKE_PICTURES"):
            self.page.mouse.move(0, 0)
            self.page.screenshot(path=PICTURES / f"{name}.png")
        return self


def text_of(pdf: bytes) -> str:
    """The words of a PDF with single spaces."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", " ", done.stdout.decode())
