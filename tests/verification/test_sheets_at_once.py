"""Sheets that come in twice at the same moment, and a worker that is really killed: the same pages in the end."""

import os
import signal

import pytest
from django.db import connection

import verification.actions as acts
from proposals.flow import State
from tests.files.scans import drawn, photographed, scanned
from tests.verification.test_races import at_once
from tests.verification.test_sheets import attached, bring, file, prepare, read_all, standing
from uep.documents.papers import PAPERS
from uep.documents.render import pdf
from verification.actions import sheets as reading
from verification.models import SheetPage, SheetScan

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def household(walk):
    (row,) = walk.proposals_at(State.COMPLETE)
    walk.assigned([row])
    return row


@pytest.fixture
def sheet(household):
    (page,) = drawn(pdf(PAPERS["lembar_kunjungan"], household.assignments.get()))
    return page


def test_the_same_photo_over_two_lines_at_once_is_one_scan_and_is_read_once(household, sheet, cast):
    photo = photographed(sheet)
    uploads = [prepare(file(photo)) for _ in range(2)]
    results = at_once(*(lambda one=one: acts.bring_sheets(cast.staff, by=cast.staff, uploads=[one]) for one in uploads))
    assert sorted(len(scans) for scans in results) == [0, 1]
    scan = SheetScan.objects.get()
    at_once(lambda: reading.read_sheets(scan.pk), lambda: reading.read_sheets(scan.pk))
    scan.refresh_from_db()
    assert (scan.stage, standing()) == (SheetScan.Stage.READ, attached(household))


def test_a_household_whose_photos_two_people_bring_at_once_has_the_page_once(household, sheet, cast):
    photo = photographed(sheet)
    bring(cast.staff, file(photo))
    bring(cast.colleague, file(photo))
    one, other = SheetScan.objects.order_by("pk")
    at_once(lambda: reading.read_sheets(one.pk), lambda: reading.read_sheets(other.pk))
    assert sorted(SheetPage.objects.values_list("state", flat=True)) == ["attached", "loose"]


def test_a_worker_that_is_killed_between_two_pages_leaves_whole_pages(household, sheet, cast, monkeypatch):
    (scan,) = bring(cast.staff, file(scanned([sheet, sheet.rotate(180), sheet.rotate(90, expand=True)]), "tiga.pdf"))
    connection.close()
    if not (child := os.fork()):
        honest = reading._place
        reading._place = lambda page, codes: (
            os.kill(os.getpid(), signal.SIGKILL) if page.number == 2 else honest(page, codes)
        )
        reading.read_sheets(scan.pk)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    scan.refresh_from_db()
    assert (scan.stage, standing()) == (SheetScan.Stage.READING, attached(household))
    reading.read_sheets(scan.pk)
    read_all()
    scan.refresh_from_db()
    assert (scan.stage, standing()) == (SheetScan.Stage.READ, attached(*[household] * 3))
