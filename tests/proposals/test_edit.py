"""Writing one household's proposal: by the form, by autosave, and what is refused."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from proposals.actions import draft, edit
from proposals.flow import State
from proposals.models import Proposal, StepRecord
from tests.walk import nik
from uep.access.access import Refused
from uep.registry.models import Region

FILLED = {
    "name": "Ratna  Mihing",
    "nik": "6209 0344 0385 0001",
    "kk_number": "6209030101200001",
    "birth_place": "Nanga Bulik",
    "birth_date": "1985-03-04",
    "sex": "P",
    "address": "Jl. Melati 4",
    "rt": "003",
    "rw": "001",
    "phone": "0812-3456-7890",
    "social_data": "DTSEN",
    "desil": "2",
    "is_not_public_payroll": "on",
    "business": "Warung sembako",
    "business_years": "4",
    "monthly_turnover": "2.400.000",
    "amount_requested": "Rp5.000.000",
    "account_number": "1250 0099 9999",
    "account_name": "RATNA MIHING",
}


@pytest.fixture
def proposal(cast, programme):
    return draft(programme, by=cast.alice, name="Ratna")


def facts(proposal, *names):
    proposal = Proposal.objects.get(pk=proposal.pk)
    return {name: getattr(proposal, name) for name in names}


def test_draft_begins_in_the_operators_village_and_leads_to_its_form(cast, programme, sign_in):
    response = sign_in(cast.alice).post(f"/usulan/program/{programme.ref}/usulkan/", {"name": "  Ratna   Mihing "})

    made = Proposal.objects.get()
    assert (made.name, made.village_id, made.state, made.created_by) == (
        "Ratna Mihing",
        "62.09.03.1005",
        "draft",
        cast.alice,
    )
    assert (response.status_code, response["Location"]) == (303, f"/usulan/{made.ref}/ubah/")
    record = StepRecord.objects.get()
    assert (record.act, record.source, record.target, record.by) == ("proposals.draft", "", "draft", cast.alice)


def test_draft_is_refused_when_the_programme_is_closed(cast, walk):
    closed = walk.programme(opens_on=date(2026, 1, 1), closes_on=date(2026, 2, 1))
    with pytest.raises(Refused, match="Program ini sudah ditutup 1 Februari 2026"):
        draft(closed, by=cast.alice, name="Ratna")


def test_edit_form_keeps_everything_in_one_shape(proposal, cast, sign_in):
    response = sign_in(cast.alice).post(f"/usulan/{proposal.ref}/ubah/", FILLED)

    assert response.status_code == 303
    assert facts(proposal, *FILLED) == FILLED | {
        "name": "Ratna Mihing",
        "nik": "6209034403850001",
        "birth_date": date(1985, 3, 4),
        "phone": "+6281234567890",
        "desil": 2,
        "is_not_public_payroll": True,
        "business_years": 4,
        "monthly_turnover": 2_400_000,
        "amount_requested": 5_000_000,
        "account_number": "125000999999",
    }


def test_edit_form_never_shows_a_number_and_an_empty_box_keeps_it(proposal, cast, sign_in):
    client = sign_in(cast.alice)
    client.post(f"/usulan/{proposal.ref}/ubah/", FILLED)

    page = client.get(f"/usulan/{proposal.ref}/ubah/").content.decode()
    client.post(f"/usulan/{proposal.ref}/ubah/", FILLED | {"nik": "", "kk_number": "", "account_number": ""})

    assert [number for number in ("6209034403850001", "6209030101200001", "125000999999") if number in page] == []
    assert "Tersimpan: 620903••••••••01." in page
    assert facts(proposal, "nik", "kk_number", "account_number") == {
        "nik": "6209034403850001",
        "kk_number": "6209030101200001",
        "account_number": "125000999999",
    }


def test_an_account_that_was_typed_by_mistake_can_be_taken_out(proposal, cast, sign_in):
    client = sign_in(cast.alice)
    client.post(f"/usulan/{proposal.ref}/ubah/", FILLED)
    client.post(f"/usulan/{proposal.ref}/ubah/", FILLED | {"account_number": "", "drop_account": "on"})
    assert facts(proposal, "account_number") == {"account_number": None}


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("nik", "620903440385001", "NIK harus 16 angka; ini 15 angka (kurang 1). Cocokkan dengan KTP."),
        ("kk_number", "6209030101200000", "Empat angka terakhir Nomor KK tidak mungkin 0000"),
        ("phone", "12345", "Tulis nomor HP dengan 10 sampai 13 angka, dimulai 08."),
        ("birth_date", "2085-03-04", "Tanggal lahir ini tidak mungkin. Cocokkan dengan KTP."),
        ("amount_requested", "lima juta", "Tulis jumlah rupiah dengan angka saja, misalnya 5.000.000."),
        ("account_number", "1234", "Nomor rekening Bank Kalteng terdiri atas 8 sampai 16 angka; ini 4 angka."),
        ("desil", "11", "Pastikan nilai ini lebih kecil dari atau sama dengan 10."),
        ("name", "", "nama lengkap belum diisi."),
    ],
)
def test_edit_form_says_what_is_wrong_at_its_field_and_keeps_what_was_typed(
    proposal, cast, sign_in, field, typed, sentence
):
    response = sign_in(cast.alice).post(f"/usulan/{proposal.ref}/ubah/", FILLED | {field: typed})

    form = response.context["form"]
    assert (response.status_code, list(form.errors)) == (422, [field])
    assert form.errors[field][0].lower().startswith(sentence.lower())
    assert facts(proposal, "business") == {"business": ""}
    assert "Warung sembako" in response.content.decode()


def test_autosave_keeps_what_is_right_and_names_what_is_not(proposal, cast, sign_in):
    typed = FILLED | {"nik": "62090344", "amount_requested": "5jt"}
    response = sign_in(cast.alice).post(f"/usulan/{proposal.ref}/ubah/", typed, headers={"X-Autosave": "1"})

    answer = response.json()
    assert (response.status_code, sorted(answer["faults"])) == (422, ["amount_requested", "nik"])
    assert {"business", "kk_number", "name"} <= set(answer["saved"])
    assert facts(proposal, "business", "nik", "amount_requested", "kk_number") == {
        "business": "Warung sembako",
        "nik": None,
        "amount_requested": None,
        "kk_number": "6209030101200001",
    }


def test_autosave_answers_ok_when_all_is_saved_and_says_no_number(proposal, cast, sign_in):
    response = sign_in(cast.alice).post(f"/usulan/{proposal.ref}/ubah/", FILLED, headers={"X-Autosave": "1"})
    assert (response.status_code, response.json()["faults"]) == (200, {})
    assert "6209034403850001" not in response.content.decode()


def test_autosave_keeps_the_rest_when_the_household_was_proposed_already(proposal, cast, programme, sign_in):
    first = draft(programme, by=cast.alice, name="Kakak")
    edit(first, by=cast.alice, nik="6209034403850001", kk_number="6209030101200001")
    response = sign_in(cast.alice).post(f"/usulan/{proposal.ref}/ubah/", FILLED, headers={"X-Autosave": "1"})

    answer = response.json()
    assert (response.status_code, answer["faults"]) == (
        422,
        {
            "kk_number": [
                "Rumah tangga (nomor KK) ini sudah diusulkan di program ini. Satu keluarga cukup satu usulan."
            ],
            "nik": ["NIK ini sudah diusulkan di program ini."],
        },
    )
    assert {"business", "name"} <= set(answer["saved"])
    assert not {"nik", "kk_number"} & set(answer["saved"])
    assert facts(proposal, "business", "nik", "kk_number") == {
        "business": "Warung sembako",
        "nik": None,
        "kk_number": None,
    }


def sent(client, address) -> dict:
    """What a browser would send of the form at that address if nothing was typed."""
    form = client.get(address).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    shown = dict(re.search(r'name="(.+?)"(?: value="([^"]*)")?', str(field)).groups("") for field in form.shown())
    fields = {name: field.prepare_value(typed[name]) for name, field in form.fields.items()}
    return {name: value for name, value in (fields | shown).items() if value not in (None, False)}


@pytest.mark.parametrize("headers", [{}, {"X-Autosave": "1"}])
def test_a_window_left_open_does_not_undo_what_another_one_saved(proposal, cast, sign_in, headers):
    client, address = sign_in(cast.alice), f"/usulan/{proposal.ref}/ubah/"
    client.post(address, FILLED)
    first, second = sent(client, address), sent(client, address)
    client.post(address, first | {"business": "Jahit pakaian", "desil": "3", "sex": "L"}, headers=headers)
    answer = client.post(address, second | {"address": "Jl. Mawar 1", "desil": "4"}, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    assert facts(proposal, "business", "address", "desil", "sex", "monthly_turnover", "is_not_public_payroll") == {
        "business": "Jahit pakaian",
        "address": "Jl. Mawar 1",
        "desil": 4,  # changed in both: the later word counts
        "sex": "L",
        "monthly_turnover": 2_400_000,
        "is_not_public_payroll": True,
    }


def test_autosave_of_another_village_finds_nothing(proposal, cast, sign_in):
    response = sign_in(cast.bob).post(f"/usulan/{proposal.ref}/ubah/", FILLED, headers={"X-Autosave": "1"})
    assert (response.status_code, facts(proposal, "name")) == (404, {"name": "Ratna"})


@pytest.mark.parametrize("who", ["staff", "kabid", "head", "auditor", "admin", "bank"])
def test_nobody_but_a_village_edits(proposal, cast, who):
    with pytest.raises(Refused):
        edit(proposal, by=getattr(cast, who), name="Lain")


def test_another_villages_operator_is_refused_by_the_action_too(proposal, cast):
    with pytest.raises(Refused, match="Usulan ini milik desa/kelurahan lain"):
        edit(proposal, by=cast.bob, name="Lain")


def test_what_is_no_field_of_the_form_cannot_be_edited(proposal, cast):
    with pytest.raises(TypeError, match="register_number, state"):
        edit(proposal, by=cast.alice, state="paid", register_number=1)


@pytest.mark.parametrize(
    ("same", "field", "sentence"),
    [
        ({"kk_number": "6209030101200001"}, "kk_number", "Rumah tangga (nomor KK) ini sudah diusulkan di program ini."),
        ({"nik": "6209034403850001"}, "nik", "NIK ini sudah diusulkan di program ini."),
    ],
)
def test_one_live_proposal_per_household_and_person_anywhere(programme, cast, sign_in, same, field, sentence):
    other = draft(programme, by=cast.bob, name="Lebih dulu")
    edit(other, by=cast.bob, **same)
    mine = draft(programme, by=cast.alice, name="Ratna")

    response = sign_in(cast.alice).post(f"/usulan/{mine.ref}/ubah/", FILLED)

    assert response.status_code == 422
    assert {name: faults[0] for name, faults in response.context["form"].errors.items()}[field].startswith(sentence)
    assert facts(mine, "nik", "kk_number", "name") == {"nik": None, "kk_number": None, "name": "Ratna"}


def test_a_withdrawn_household_may_be_proposed_again(programme, cast, walk):
    walk.proposals_at(State.WITHDRAWN, programme=programme, nik=nik(1))
    again = draft(programme, by=cast.alice, name="Ratna")
    edit(again, by=cast.alice, nik=nik(1))
    assert facts(again, "nik") == {"nik": nik(1)}


def test_while_returned_only_what_a_defect_names_is_open(proposal_at, cast, sign_in):
    returned = proposal_at(State.RETURNED)
    Proposal.objects.filter(pk=returned.pk).update(correctable=["business", "phone", "sptjm"])
    returned.refresh_from_db()

    with pytest.raises(ValidationError, match="Hanya bagian yang disebut dalam kekurangan"):
        edit(returned, by=cast.alice, name="Lain")
    form = sign_in(cast.alice).get(f"/usulan/{returned.ref}/ubah/").context["form"]
    response = sign_in(cast.alice).post(
        f"/usulan/{returned.ref}/ubah/", {"name": "Lain", "business": "Jahit", "phone": "081234567890", "nik": nik(77)}
    )

    assert [name for name, field in form.fields.items() if not field.disabled] == [
        "phone",
        "phone_is_borrowed",
        "business",
    ]
    assert response.status_code == 303
    assert facts(returned, "name", "business", "phone", "nik") == {
        "name": returned.name,
        "business": "Jahit",
        "phone": "+6281234567890",
        "nik": returned.nik,
    }


@pytest.mark.parametrize("state", [State.SUBMITTED, State.ASSIGNED, State.COMPLETE])
def test_what_was_sent_cannot_be_edited(proposal_at, cast, state):
    with pytest.raises(Refused, match="Isian hanya dapat diubah selagi draf atau dikembalikan"):
        edit(proposal_at(state), by=cast.alice, name="Lain")


def test_typing_a_number_is_answered_at_once(proposal, programme, cast, sign_in):
    other = draft(programme, by=cast.alice, name="Ratna Lama")
    edit(other, by=cast.alice, nik=nik(5))
    foreign = draft(programme, by=cast.bob, name="Bukan Urusan Anda")
    edit(foreign, by=cast.bob, kk_number="6209030101200009")
    client = sign_in(cast.alice)

    def told(field, **typed):
        return [text for _, text in client.post(f"/usulan/{proposal.ref}/periksa/{field}/", typed).context["checks"]]

    assert told("nik", nik="") == []
    assert told("nik", nik="6209") == ["NIK harus 16 angka; ini 4 angka (kurang 12). Cocokkan dengan KTP."]
    assert told("nik", nik=nik(6)) == ["NIK terbaca baik. Cocokkan sekali lagi dengan aslinya."]
    assert told("nik", nik=nik(6), sex="L") == [
        "Menurut NIK pemiliknya perempuan, sedangkan isian laki-laki. Cocokkan jenis kelamin dan NIK dengan KTP."
    ]
    assert told("nik", nik=nik(5)) == ["NIK ini sudah diusulkan atas nama Ratna Lama."]
    assert told("kk_number", kk_number="6209030101200009") == [
        "Nomor KK ini sudah diusulkan oleh desa/kelurahan lain. Hubungi Dinas Sosial bila ini warga desa Anda."
    ]


def test_typing_is_answered_only_to_who_may_edit(proposal, cast, sign_in):
    url = f"/usulan/{proposal.ref}/periksa/nik/"
    assert sign_in(cast.bob).post(url, {"nik": nik(1)}).status_code == 404
    assert sign_in(cast.alice).get(url, {"nik": nik(1)}).status_code == 405
    assert sign_in(cast.alice).post(f"/usulan/{proposal.ref}/periksa/address/", {"address": "x"}).status_code == 404


def test_a_number_is_sealed_in_the_database(proposal, cast):
    edit(proposal, by=cast.alice, nik=nik(1))
    [row] = Proposal.objects.raw("SELECT id, nik::bytea AS sealed FROM proposals_proposal")
    assert nik(1).encode() not in bytes(row.sealed)


def test_village_is_not_taken_from_the_form(proposal, cast, sign_in):
    sign_in(cast.alice).post(f"/usulan/{proposal.ref}/ubah/", FILLED | {"village": "62.09.01.2001", "state": "paid"})
    assert facts(proposal, "village", "state") == {"village": Region.objects.get(pk="62.09.03.1005"), "state": "draft"}
