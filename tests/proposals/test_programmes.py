"""Programmes and the papers they ask for."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from proposals.actions import add_programme, add_requirement, attach, edit_programme, edit_requirement
from proposals.flow import State
from proposals.models import Programme, Proposal, Requirement
from proposals.requirements import brought, missing
from tests.walk import upload
from uep.access.access import Refused

TYPED = {
    "name": "UEP Kabupaten",
    "year": "2026",
    "budget": "50.000.000",
    "amount": "5.000.000",
    "quota": "10",
    "opens_on": "2026-11-01",
    "closes_on": "2026-12-31",
    "signatory": "office_head",
    "min_age": "18",
    "max_age": "59",
    "age_on": "2026-06-30",
    "max_desil": "4",
    "keeps_position": "on",
}
PAPER = {
    "label": "Buku rekening",
    "help": "Halaman depan.",
    "owner": "household",
    "needed_from": "submitted",
    "is_required": False,  # of a household before the visit: the rules say so
    "accepts": "any",
    "max_files": 1,
    "paper": "",
    "keeps_position": False,
    "order": 9,
}


def facts(programme):
    """What an edit passes on: everything as it is."""
    names = (
        "name", "year", "budget", "amount", "quota", "opens_on", "closes_on", "signatory", "bank", "min_age", "max_age",
        "age_on", "max_desil", "keeps_position", "account_code", "dpa_number",
    )  # fmt: skip
    return {name: getattr(programme, name) for name in names}


def test_a_new_programme_asks_for_the_usual_papers(cast, sign_in):
    response = sign_in(cast.kabid).post("/usulan/program/buat/", TYPED | {"bank": cast.bank.bank_id})
    programme = Programme.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/usulan/program/{programme.ref}/")
    assert (programme.budget, programme.amount, programme.created_by) == (50_000_000, 5_000_000, cast.kabid)
    rows = programme.requirements.values_list(
        "code", "owner", "needed_from", "is_required", "max_files", "keeps_position"
    )
    assert list(rows) == [
        ("ktp", "household", "submitted", True, 1, False),
        ("kk", "household", "submitted", True, 1, False),
        ("sptjm", "household", "submitted", True, 1, False),
        ("sku", "household", "submitted", True, 1, False),
        ("foto_usaha", "household", "submitted", True, 3, True),
        ("foto_rumah", "household", "submitted", False, 2, False),
        ("pakta_integritas", "household", "briefed", True, 1, False),
        ("surat_pengantar", "letter", "submitted", True, 5, False),
        ("sptjm_desa", "letter", "submitted", True, 1, False),
        ("ba_musyawarah", "letter", "submitted", False, 5, False),
    ]


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"closes_on": "2026-10-01"}, {"closes_on": ["Tanggal tutup tidak boleh sebelum tanggal buka."]}),
        ({"max_age": "17"}, {"max_age": ["Umur paling tua tidak boleh di bawah umur paling muda."]}),
        ({"quota": "11"}, {"quota": ["Anggaran hanya cukup untuk 10 penerima."]}),
        ({"amount": "0"}, {"amount": ["Pastikan nilai ini lebih besar dari atau sama dengan 1."]}),
        ({"name": "UEP"}, {"name": ["Sudah ada program bernama itu untuk tahun 2026."]}),
    ],
)
def test_what_clashes_is_said_at_its_field(walk, cast, sign_in, change, faults):
    walk.programme(year=2026)
    response = sign_in(cast.kabid).post("/usulan/program/buat/", TYPED | {"bank": cast.bank.bank_id} | change)
    assert response.status_code == 422
    assert {name: list(told) for name, told in response.context["form"].errors.items()} == faults
    assert Programme.objects.count() == 1


@pytest.mark.parametrize("who", ["alice", "staff", "secretary", "head", "auditor", "admin", "bank"])
def test_only_the_division_head_keeps_programmes(programme, cast, sign_in, who):
    user, client = getattr(cast, who), sign_in(getattr(cast, who))
    assert client.get("/usulan/program/buat/").status_code == 403
    assert client.post(f"/usulan/program/{programme.ref}/ubah/", TYPED).status_code == 403
    for act, subject in (
        (edit_programme, programme),
        (add_requirement, programme),
        (edit_requirement, programme.requirements.first()),
    ):
        with pytest.raises(Refused):
            act(subject, by=user, **PAPER)
    with pytest.raises(Refused):
        add_programme(user, by=user, **facts(programme))


def test_a_programme_with_a_decree_keeps_its_amount_bank_and_signatory(proposal_at, cast):
    programme = proposal_at(State.DECREED).programme
    with pytest.raises(
        ValidationError, match="sudah punya SK, jadi tidak dapat diubah: bantuan per penerima, penanda tangan SK"
    ):
        edit_programme(programme, by=cast.kabid, **facts(programme) | {"amount": 1_000_000, "signatory": "regent"})
    edit_programme(programme, by=cast.kabid, **facts(programme) | {"dpa_number": "DPA/1/2026"})
    assert Programme.objects.get().dpa_number == "DPA/1/2026"


def test_a_new_paper_is_asked_for_everywhere_at_once(proposal_at, cast, sign_in):
    proposal = proposal_at(State.DRAFT)
    requirement = add_requirement(proposal.programme, by=cast.kabid, **PAPER)
    again = add_requirement(proposal.programme, by=cast.kabid, **PAPER)
    later = add_requirement(
        proposal.programme, by=cast.kabid, **PAPER | {"needed_from": "briefed", "is_required": True}
    )
    page = sign_in(cast.alice).get(f"/usulan/{proposal.ref}/unggah/")
    assert [row.code for row in (requirement, again, later)] == [f"berkas_buku_rekening{n}" for n in ("", "_2", "_3")]
    assert [row["state"] for row in page.context["choices"] if row["label"] == "Buku rekening"] == [
        "boleh kosong", "boleh kosong", "wajib sejak sudah sosialisasi",
    ]  # fmt: skip


@pytest.mark.parametrize(("act", "told"), [("add", "tidak wajib"), ("edit", "wajib")])
def test_what_a_household_must_bring_before_the_visit_is_said_by_a_version_of_the_rules(
    programme, cast, sign_in, act, told
):
    ktp = programme.requirements.get(code="ktp")
    answer = sign_in(cast.kabid).post(
        reverse(f"proposals:{act}_requirement", args=[programme.ref if act == "add" else ktp.ref]),
        {name: value for name, value in PAPER.items() if value not in (False, "")}
        | ({"is_required": "on"} if act == "add" else {}),
    )
    assert (answer.status_code, answer.context["form"].errors) == (422, {"is_required": [
        (f"Menurut aturan yang berlaku, berkas ini {told} bagi calon penerima. Simpan dahulu sebagai {told}, lalu ubah "
        "dengan versi aturan baru.")
    ]})  # fmt: skip
    assert programme.requirements.filter(label="Buku rekening").count() == 0


def test_a_papers_owner_stays_once_something_was_uploaded(walk, programme, cast):
    proposal = walk.draft(programme)
    ktp = programme.requirements.get(code="ktp")
    with pytest.raises(ValidationError, match="Sudah ada berkas yang diunggah"):
        edit_requirement(ktp, by=cast.kabid, **PAPER | {"owner": "letter"})
    edit_requirement(ktp, by=cast.kabid, **PAPER | {"label": "KTP-el", "is_required": True})
    attach(proposal, by=cast.alice, requirement=Requirement.objects.get(pk=ktp.pk), uploads=[upload()])
    assert Requirement.objects.get(pk=ktp.pk).label == "KTP-el"


def test_papers_by_state_in_two_queries(walk, programme, django_assert_num_queries):
    drafts = [walk.draft(programme) for _ in range(2)]
    drafts[1].attachments.filter(requirement__code="sku").update(
        removed_at="2026-11-01T00:00Z", removed_by=walk.cast.alice
    )
    rows = list(Proposal.objects.filter(pk__in=[draft.pk for draft in drafts]))
    with django_assert_num_queries(2):
        told = brought(rows)
    usual = ["ktp", "kk", "sptjm", "sku", "foto_usaha"]
    assert {pk: ([*held], [*lacking]) for pk, (held, lacking) in told.items()} == {
        drafts[0].pk: (usual, ["foto_rumah"]),
        drafts[1].pk: ([code for code in usual if code != "sku"], ["sku", "foto_rumah"]),
    }
    assert missing(rows) == {}
    [briefed] = walk.proposals_at(State.BRIEFED, 1, programme=walk.programme(name="lain"))
    with django_assert_num_queries(2):
        lacking = missing([briefed])
    assert [row.code for row in lacking[briefed.pk]] == ["pakta_integritas"]


def test_the_page_says_the_rules_and_counts_within_ones_scope(walk, programme, cast, sign_in):
    walk.proposals_at(State.SUBMITTED, 2, programme=programme)
    walk.proposals_at(State.SUBMITTED, 1, programme=programme, by=cast.bob)
    pages = {
        who: sign_in(getattr(cast, who)).get(f"/usulan/program/{programme.ref}/") for who in ("alice", "bob", "kabid")
    }
    assert {who: page.context["standing"] for who, page in pages.items()} == {
        "alice": {State.SUBMITTED: 2}, "bob": {State.SUBMITTED: 1}, "kabid": {State.SUBMITTED: 3},
    }  # fmt: skip
    assert "Berumur 18 sampai 59 tahun" in pages["alice"].content.decode()


def test_programmes_are_listed_in_fixed_queries(walk, cast, sign_in, django_assert_num_queries):
    client = sign_in(cast.alice)
    walk.programme()
    client.get("/usulan/program/")
    with django_assert_num_queries(5):
        client.get("/usulan/program/")
    walk.programme(name="Kedua")
    walk.programme(name="Ketiga")
    with django_assert_num_queries(5):
        assert [str(row) for row in client.get("/usulan/program/").context["page"]] == [
            "Kedua 2026",
            "Ketiga 2026",
            "UEP 2026",
        ]
