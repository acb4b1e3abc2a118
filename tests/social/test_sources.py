"""Sources: named and dated by Kabid; the day decides which one counts."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tests.social.conftest import RATNA, csv_of
from uep.access.access import Refused
from uep.social import actions
from uep.social.models import Source
from uep.social.queries import extract_in_force

pytestmark = pytest.mark.django_db
FACTS = {
    "name": "Regsosek",
    "legal_basis": "Perpres 39/2019",
    "valid_from": date(2023, 1, 1),
    "valid_to": None,
    "fresh_months": 6,
}


def test_every_office_begins_with_the_three_that_all_know(db):
    assert list(Source.objects.values_list("code", "valid_from", "valid_to")) == [
        ("dtsen", date(2025, 2, 5), None),
        ("p3ke", date(2022, 6, 8), date(2025, 2, 4)),
        ("dtks", date(2021, 1, 1), date(2025, 2, 4)),
    ]


def test_kabid_adds_and_edits_a_source(cast):
    source = actions.add_source(cast.kabid, by=cast.kabid, code="regsosek", **FACTS)
    actions.edit_source(source, by=cast.kabid, **FACTS | {"valid_to": date(2025, 2, 4), "fresh_months": 12})
    source.refresh_from_db()
    assert (source.valid_to, source.fresh_months, source.code) == (date(2025, 2, 4), 12, "regsosek")
    with pytest.raises(ValidationError, match="Kode ini sudah dipakai"):
        actions.add_source(cast.kabid, by=cast.kabid, code="regsosek", **FACTS)
    with pytest.raises(ValidationError, match="tidak boleh sebelum awalnya"):
        actions.edit_source(source, by=cast.kabid, **FACTS | {"valid_to": date(2022, 1, 1)})
    with pytest.raises(Refused, match="Peran Anda"):
        actions.edit_source(source, by=cast.staff, **FACTS)


def test_the_pages_of_a_source(cast, sign_in):
    client = sign_in(cast.kabid)
    typed = {"code": "regsosek", "name": "Regsosek", "valid_from": "2023-01-01", "valid_to": "", "fresh_months": "6"}
    made = client.post("/data-sosial/sumber/tambah/", typed)
    assert made.status_code == 303
    page = client.get(made["Location"]).content.decode()
    assert ("Regsosek" in page, "Belum ada ekstrak" in page) == (True, True)
    wrong = client.post(f"{made['Location']}ubah/", typed | {"valid_to": "2020-01-01"})
    assert (wrong.status_code, "tidak boleh sebelum awalnya" in wrong.content.decode()) == (422, True)


def test_the_day_decides_between_dtks_and_dtsen(accepted, cast):
    dtks = accepted(csv_of(RATNA), source=Source.objects.get(code="dtks"), as_of=date(2024, 12, 31), period="2024")
    dtsen = accepted(csv_of(RATNA), as_of=date(2026, 9, 30))
    assert [extract_in_force(day) for day in (date(2025, 1, 15), date(2025, 6, 1), date(2026, 10, 1), date(2020, 1, 1))] == [
        dtks, None, dtsen, None
    ]  # fmt: skip
