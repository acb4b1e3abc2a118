"""The RAB: a table of boxes whose sum must become the amount asked."""

import pytest
from django.core.exceptions import ValidationError

from proposals.actions import budget, draft, edit
from proposals.eligibility import faults_of
from proposals.flow import State
from proposals.models import BudgetLine, Proposal
from uep.access.access import Refused

TWO = {
    "count": "8",
    "description_1": "Beras",
    "quantity_1": "10,5",
    "unit_1": "karung",
    "unit_price_1": "200.000",
    "description_3": "Etalase",
    "quantity_3": "1",
    "unit_3": "buah",
    "unit_price_3": "2900000",
}


@pytest.fixture
def proposal(cast, programme):
    made = draft(programme, by=cast.alice, name="Ratna")
    return edit(made, by=cast.alice, amount_requested=5_000_000)


def lines(proposal):
    rows = proposal.budget_lines.values_list("position", "description", "quantity", "unit", "unit_price", "total")
    return [(position, what, float(count), unit, price, total) for position, what, count, unit, price, total in rows]


def test_filled_rows_are_kept_without_gaps_and_their_totals_computed(proposal, cast, sign_in):
    response = sign_in(cast.alice).post(f"/usulan/{proposal.ref}/rab/", TWO | {"total_1": "999"})
    assert response.status_code == 303
    assert lines(proposal) == [
        (1, "Beras", 10.5, "karung", 200_000, 2_100_000),
        (2, "Etalase", 1.0, "buah", 2_900_000, 2_900_000),
    ]


def test_lines_that_are_taken_out_stay_in_the_history(proposal, cast, sign_in):
    client = sign_in(cast.alice)
    client.post(f"/usulan/{proposal.ref}/rab/", TWO)
    client.post(f"/usulan/{proposal.ref}/rab/", {"count": "8"} | {k: v for k, v in TWO.items() if k.endswith("_1")})
    assert [line[1] for line in lines(proposal)] == ["Beras"]
    events = BudgetLine.pgh_event_model.objects.filter(pgh_label="delete").values_list("description", flat=True)
    assert list(events) == ["Etalase"]


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"unit_price_1": ""}, {"unit_price_1": ["Harga satuan baris 1 belum diisi."]}),
        ({"description_1": ""}, {"description_1": ["Uraian baris 1 belum diisi."]}),
        ({"quantity_1": "banyak"}, {"quantity_1": ["Tulis volume dengan angka, misalnya 2 atau 1,5."]}),
        ({"quantity_1": "0"}, {"quantity_1": ["Volume harus lebih dari nol."]}),
        ({"quantity_1": "-3"}, {"quantity_1": ["Volume harus lebih dari nol."]}),
        ({"quantity_1": "NaN"}, {"quantity_1": ["Tulis volume dengan angka, misalnya 2 atau 1,5."]}),
        (
            {"quantity_1": "99999999999"},
            {"quantity_1": ["Pastikan jumlah angka pada bilangan tidak melebihi 9 angka."]},
        ),
        ({"unit_price_1": "-5"}, {"unit_price_1": ["Tulis jumlah rupiah dengan angka saja, misalnya 5.000.000."]}),
    ],
)
def test_a_half_filled_row_names_what_lacks_and_keeps_what_was_typed(proposal, cast, sign_in, change, faults):
    response = sign_in(cast.alice).post(f"/usulan/{proposal.ref}/rab/", TWO | change)
    assert response.status_code == 422
    assert {name: list(sentences) for name, sentences in response.context["form"].errors.items()} == faults
    assert "Etalase" in response.content.decode()
    assert lines(proposal) == []


def test_more_rows_and_the_sum_without_saving_or_script(proposal, cast, sign_in):
    client = sign_in(cast.alice)
    more = client.post(f"/usulan/{proposal.ref}/rab/", TWO | {"baris": "1"})
    asked = client.post(f"/usulan/{proposal.ref}/rab/", TWO | {"hitung": "1", "quantity_3": "salah"})
    assert (more.status_code, more.context["form"].count, more.context["form"].total()) == (200, 13, 5_000_000)
    assert (asked.status_code, asked.context["form"].total(), asked.context["form"].errors) == (200, 2_100_000, {})
    assert "Etalase" in more.content.decode()
    assert lines(proposal) == []


def test_the_sum_comes_alone_for_htmx(proposal, cast, sign_in):
    response = sign_in(cast.alice).post(
        f"/usulan/{proposal.ref}/rab/", TWO | {"hitung": "1"}, headers={"HX-Request": "true"}
    )
    page = response.content.decode().strip()
    assert page.startswith('<div id="rab"')
    assert "Rp5.000.000" in page


@pytest.mark.parametrize("count", ["999", "abc", "-1", "²", "10000000000"])
def test_a_forged_number_of_rows_does_no_harm(proposal, cast, sign_in, count):
    response = sign_in(cast.alice).post(f"/usulan/{proposal.ref}/rab/", TWO | {"count": count, "hitung": "1"})
    assert response.status_code == 200
    assert response.context["form"].count <= 40


def test_no_more_than_forty_lines(proposal, cast):
    line = {"description": "Beras", "quantity": 1, "unit": "kg", "unit_price": 1}
    with pytest.raises(ValidationError, match="RAB paling banyak 40 baris"):
        budget(proposal, by=cast.alice, lines=[line] * 41)


def test_a_sum_that_differs_holds_back_sending_only(proposal, cast):
    budget(proposal, by=cast.alice, lines=[{"description": "Beras", "quantity": 1, "unit": "kg", "unit_price": 100}])
    proposal.refresh_from_db()
    told = faults_of([proposal], proposal.programme)[proposal.pk]
    assert "Jumlah RAB Rp100 belum sama dengan bantuan yang diminta Rp5.000.000." in told


def test_while_returned_the_rab_is_open_only_when_it_was_named(proposal_at, cast):
    returned = proposal_at(State.RETURNED)  # for its SPTJM
    with pytest.raises(ValidationError, match="Hanya bagian yang disebut dalam kekurangan"):
        budget(returned, by=cast.alice, lines=[])
    Proposal.objects.filter(pk=returned.pk).update(correctable=["budget"])
    budget(returned, by=cast.alice, lines=[])
    assert lines(returned) == []


def test_another_village_cannot_write_it(proposal, cast, sign_in):
    assert sign_in(cast.bob).post(f"/usulan/{proposal.ref}/rab/", TWO).status_code == 404
    with pytest.raises(Refused):
        budget(proposal, by=cast.bob, lines=[])
