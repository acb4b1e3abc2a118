"""The register book: the same rows on screen, in XLSX and PDF, and each village its own."""

import subprocess
from io import BytesIO

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from proposals.flow import State
from proposals.models import CoverLetter

pytestmark = pytest.mark.django_db


@pytest.fixture
def letters(walk, cast):
    programme = walk.programme()
    walk.proposals_at(State.ASSIGNED, 2, programme=programme)
    walk.proposals_at(State.SUBMITTED, 1, programme=programme, by=cast.bob)
    return list(CoverLetter.objects.order_by("agenda_number"))


def test_register_lists_letters_by_agenda_number(client, cast, letters):
    client.force_login(cast.secretary)
    page = client.get("/register/").context["page"]
    year = timezone.localdate().year
    assert [(row.agenda, row.village_id, row.households, row.running, row.finished, row.refused) for row in page] == [
        (f"0001/{year}", cast.alice.village_id, 2, 2, 0, 0),
        (f"0002/{year}", cast.bob.village_id, 1, 0, 0, 0),
    ]


def test_register_of_a_village_holds_its_own_letters(client, cast, letters):
    client.force_login(cast.bob)
    assert [row.village_id for row in client.get("/register/").context["page"]] == [cast.bob.village_id]


def test_register_as_spreadsheet_has_the_rows_of_the_screen_and_its_maker(client, cast, letters):
    client.force_login(cast.secretary)
    content = client.get("/register/buku.xlsx").content
    grid = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert grid[1][0].startswith(f"Dibuat oleh {cast.secretary} pada ")
    assert [(row[0], row[7], row[10] != "") for row in grid[4:]] == [
        (letters[0].agenda, 2, True),
        (letters[1].agenda, 1, False),
    ]


def test_register_as_pdf_has_every_letter(client, cast, letters):
    client.force_login(cast.secretary)
    response = client.get("/register/buku.pdf")
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=response.content, capture_output=True, check=True
    ).stdout
    assert [letter.agenda in text.decode() for letter in letters] == [True, True]


def test_export_masks_every_number_of_a_person(client, cast, letters):
    client.force_login(cast.staff)
    content = client.get(f"/laporan/{letters[0].programme.ref}/usulan.xlsx").content
    grid = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    rows = grid[4:]
    assert [row[2] for row in rows] == ["620903••••••••01", "620903••••••••02", "620903••••••••03"]
    assert [str(p.nik) in str(grid) for letter in letters for p in letter.proposals.all()] == [False, False, False]


def test_report_counts_states_and_late_moves(client, cast, letters):
    client.force_login(cast.head)
    response = client.get("/laporan/")
    counts = {state: n for state, n, _ in response.context["states"] if n}
    assert counts == {State.SUBMITTED: 1, State.ASSIGNED: 2}
    assert [(row.step, row.moves, row.late) for row in response.context["steps"] if row.moves] == [(1, 2, 0)]
