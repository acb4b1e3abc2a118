"""The pages of validation and of re-verification in a browser: whoever uses them, and on whatever screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from proposals.flow import State
from tests.cast import PASSWORD
from tests.verification.phone import shot
from uep.accounts.models import User
from verification import actions
from verification.queries import second

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tasks(walk, cast):
    """Two households that were drawn: one that the second team has seen, with large differences, and one it still has to."""
    rows = walk.proposals_at(State.ASSESSED, 3)
    cast.outsider.districts.clear()
    other = User.objects.get(pk=cast.outsider.pk)
    draw = actions.draw_sample(rows[0].programme, by=cast.kabid, count=2, holds=True, reason="Uji petik.")
    checks = list(draw.checks.all())
    actions.assign_second_team(
        draw, by=cast.kabid, checks=checks, leader=other, members=[], planned_on=timezone.localdate()
    )
    for task in checks:
        actions.record_second_visit(
            task, by=other, visited_at=timezone.now(), found="found", met="Tetangga", identity_matches=True,
            lives_there=False, business_exists=False, indicators={}, recommendation="ineligible", reason="Usaha tutup.",
        )  # fmt: skip
        actions.photograph_second(task, by=other, business=[SimpleUploadedFile("usaha.jpg", shot(task.pk % 50))])
    return [actions.hand_in_second_visit(checks[0], by=other), checks[1]]


@pytest.fixture
def visit(chromium, live_server):
    """Call it with a username, the width of the screen and addresses: what axe finds there, and what is too wide."""
    contexts = []

    def look(username, width, addresses, *, script=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, locale="id-ID", base_url=live_server.url, bypass_csp=True,
            java_script_enabled=script,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.goto("/masuk/")
        page.get_by_label("Nama pengguna").fill(username)
        page.get_by_label("Kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        if not script:
            return page
        found = {}
        for address in addresses:
            page.goto(address)
            violations = Axe().run(page).response["violations"]
            faults = [(one["id"], node["html"][:120]) for one in violations for node in one["nodes"]]
            if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                faults.append(("too wide", ""))
            found[address] = faults
        return found

    yield look
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_are_accessible_and_fit(visit, tasks, cast, width):
    seen, waiting = tasks
    draw, proposal = seen.draw, seen.first.proposal
    of_kabid = [
        reverse("verification:validate", args=[proposal.ref]),
        reverse("verification:second_checks"),
        reverse("verification:draw_sample", args=[proposal.programme.ref]),
        draw.get_absolute_url(),
        seen.get_absolute_url(),
        reverse("verification:conclude_second_check", args=[seen.ref]),
        reverse("verification:choose_photos", args=[seen.first.ref]),
    ]
    of_team = [
        waiting.get_absolute_url(),
        *(
            reverse(f"verification:{act}", args=[waiting.ref])
            for act in ("record_second_visit", "photograph_second", "hand_in_second_visit")
        ),
    ]
    assert visit(cast.kabid.username, width, of_kabid) == {address: [] for address in of_kabid}
    assert visit(cast.outsider.username, width, of_team) == {address: [] for address in of_team}


def test_kabid_concludes_without_scripts(visit, tasks, cast):
    seen, _ = tasks
    page = visit(cast.kabid.username, 360, [], script=False)
    page.goto(seen.get_absolute_url())
    page.get_by_role("link", name="Simpulkan").click()
    page.get_by_label("Kunjungan kedua yang dipakai").check()
    page.get_by_label("Alasan").fill("Tim kedua melihat lebih teliti.")
    page.get_by_role("button", name="Simpulkan").click()
    page.get_by_text("Kesimpulan disimpan.").wait_for()
    seen.refresh_from_db()
    assert (seen.outcome, second.is_held(seen.first.proposal)) == ("second", False)
