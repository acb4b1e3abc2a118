"""The desk: item by item, then on, back or out."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

import proposals.actions as village
from proposals.flow import State
from proposals.models import Proposal, Requirement
from tests.walk import upload
from uep.access.access import Refused, why_not
from verification import actions, queries
from verification.models import Defect, DeskCheck

pytestmark = pytest.mark.django_db
RIGHT, WRONG = DeskCheck.Verdict.RIGHT, DeskCheck.Verdict.WRONG
CHECK_PAGE = {"nothing told": 33, "all told": 37}  # queries; the buttons ask more once all is told
ITEMS = ["ktp", "kk", "sptjm", "sku", "foto_usaha", "identitas", "data_sosial", "usaha", "rab", "rekening"]


@pytest.fixture
def proposal(proposal_at):
    return proposal_at(State.ASSIGNED)


def test_items_are_the_papers_needed_by_now_and_the_groups_of_data(proposal):
    assert [item.code for item in queries.items_of(proposal)] == ITEMS


def test_a_voluntary_paper_is_an_item_once_it_is_there(proposal_at, walk, cast):
    draft = proposal_at(State.DRAFT)
    requirement = Requirement.objects.get(programme=draft.programme, code="foto_rumah")
    walk.submitted([draft])
    assert "foto_rumah" not in [item.code for item in queries.items_of(draft)]
    draft.attachments.create(requirement=requirement, file=draft.attachments.first().file, added_by=cast.alice)
    assert "foto_rumah" in [item.code for item in queries.items_of(draft)]


def test_verdicts_are_kept_by_item_and_may_be_changed_in_the_same_round(proposal, cast):
    actions.check(proposal, by=cast.staff, verdicts={"ktp": (WRONG, " Buram. "), "kk": (RIGHT, "")})
    actions.check(proposal, by=cast.colleague, verdicts={"ktp": (RIGHT, "tidak dipakai"), "sku": (RIGHT, "")})
    told = proposal.desk_checks.order_by("item").values_list("item", "round", "verdict", "why", "by__username")
    assert list(told) == [
        ("kk", 1, "right", "", "sari"),
        ("ktp", 1, "right", "", "tono"),
        ("sku", 1, "right", "", "tono"),
    ]
    assert Proposal.objects.get(pk=proposal.pk).handler == cast.colleague


def test_a_verdict_told_again_is_not_written_again(proposal, cast):
    for person in (cast.staff, cast.colleague):
        actions.check(proposal, by=person, verdicts={"ktp": (RIGHT, "")})
    assert proposal.desk_checks.get().by == cast.staff


def test_an_unknown_item_is_left_out(proposal, cast):
    actions.check(proposal, by=cast.staff, verdicts={"surat_cinta": (RIGHT, ""), "pakta_integritas": (RIGHT, "")})
    assert not proposal.desk_checks.exists()


def test_a_wrong_item_needs_its_reason(proposal, cast):
    with pytest.raises(ValidationError) as refused:
        actions.check(proposal, by=cast.staff, verdicts={"ktp": (WRONG, "  "), "kk": (RIGHT, "")})
    assert refused.value.messages == ["KTP: tulis apa yang harus diperbaiki."]
    assert not proposal.desk_checks.exists()


def test_the_database_refuses_a_wrong_item_without_reason(proposal, cast):
    with pytest.raises(DatabaseError, match="a_wrong_item_says_why"), transaction.atomic():
        DeskCheck.objects.create(proposal=proposal, round=1, item="ktp", verdict=WRONG, by=cast.staff)


def test_who_may_work_at_the_desk(proposal, who_may, walk):
    desk = {"staff", "colleague", "outsider"}  # the outsider's own area is asked before the rule: 404
    assert who_may("verification.check", proposal) == desk
    assert who_may("verification.reject", proposal) == desk
    assert who_may("verification.pass_on", proposal) == set()
    assert who_may("verification.return_for_correction", proposal) == set()
    walk.check_all(proposal)
    assert who_may("verification.pass_on", proposal) == desk
    walk.check_all(proposal, wrong={"ktp": "Buram."})
    assert who_may("verification.pass_on", proposal) == set()
    assert who_may("verification.return_for_correction", proposal) == desk


@pytest.mark.parametrize("act", ["check", "reject"])
def test_the_pages_of_the_desk_open_for_staff_of_the_area_only(proposal, statuses, act):
    everyone = {"alice", "bob", "kabid", "secretary", "head", "regent", "bank", "charlie", "auditor", "admin"}
    assert statuses(reverse(f"verification:{act}", args=[proposal.ref])) == {
        200: {"staff", "colleague"},
        404: {"outsider"},
        403: everyone,
    }


def test_sentences_say_what_is_still_to_be_done(proposal, cast):
    assert why_not(cast.staff, "verification.pass_on", proposal) == "Masih 10 bagian yang belum diperiksa."
    sentence = "Tandai dahulu bagian yang perlu perbaikan beserta sebabnya."
    assert why_not(cast.staff, "verification.return_for_correction", proposal) == sentence
    actions.check(proposal, by=cast.staff, verdicts={"ktp": (WRONG, "Buram.")})
    assert why_not(cast.staff, "verification.return_for_correction", proposal) == (
        "Periksa semua bagian dahulu, supaya desa memperbaiki sekali saja; masih 9 yang belum diperiksa."
    )


def test_pass_on_takes_it_to_the_field(proposal, walk, cast):
    walk.check_all(proposal)
    actions.pass_on(proposal, by=cast.staff, note=" Lengkap. ")
    step = proposal.steps.first()
    assert (step.act, step.source, step.target, step.note) == (
        "verification.pass_on", "assigned", "complete", "Lengkap.",
    )  # fmt: skip


def test_pass_on_twice_says_that_it_is_no_longer_at_the_desk(proposal, walk, cast):
    walk.check_all(proposal)
    actions.pass_on(proposal, by=cast.staff)
    with pytest.raises(Refused, match=r"Usulan ini tidak sedang diperiksa berkasnya\."):
        actions.pass_on(proposal, by=cast.staff)
    assert proposal.steps.filter(act="verification.pass_on").count() == 1


def test_a_return_names_the_defects_and_opens_just_them(proposal, walk, cast):
    walk.check_all(proposal, wrong={"sptjm": "Belum bermeterai.", "rekening": "Atas nama orang lain."})
    proposal = actions.return_for_correction(proposal, by=cast.staff, note="Segera, ya.")
    assert (proposal.state, proposal.handler) == (State.RETURNED, cast.staff)
    assert proposal.correctable == ["account_name", "account_number", "sptjm"]
    assert [str(defect) for defect in proposal.defects.all()] == [
        "SPTJM calon penerima: Belum bermeterai.",
        "Nomor dan nama rekening: Atas nama orang lain.",
    ]
    assert proposal.steps.first().note == (
        "SPTJM calon penerima: Belum bermeterai.\nNomor dan nama rekening: Atas nama orang lain.\nSegera, ya."
    )


def test_a_defect_can_neither_be_changed_nor_deleted(proposal_at):
    proposal_at(State.RETURNED)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        Defect.objects.update(sentence="Lain")
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        Defect.objects.all().delete()


def test_a_rejection_says_why(proposal, cast):
    with pytest.raises(ValidationError, match="Tulis alasannya"):
        actions.reject(proposal, by=cast.staff, reason=" - ")
    actions.reject(proposal, by=cast.staff, reason=" Pensiunan PNS. ")
    assert (proposal.steps.first().target, proposal.steps.first().note) == ("ineligible", "Pensiunan PNS.")


# Round and round ------------------------------------------------------------------------------------------------------


def mended(proposal, cast, code="sptjm"):
    """The village uploads the paper anew and answers."""
    requirement = proposal.programme.requirements.get(code=code)
    village.attach(proposal, by=cast.alice, requirement=requirement, uploads=[upload("baru.jpg")])
    return village.answer_defects(Proposal.objects.get(pk=proposal.pk), by=cast.alice, note="Sudah diperbaiki.")


def test_the_village_may_mend_only_what_was_named(proposal_at, cast):
    proposal = proposal_at(State.RETURNED)  # for its SPTJM
    closed = "Hanya bagian yang disebut dalam kekurangan yang dapat diubah."
    with pytest.raises(ValidationError, match=closed):
        village.edit(proposal, by=cast.alice, name="Siti Lain")
    with pytest.raises(ValidationError, match=closed):
        village.attach(
            proposal, by=cast.alice, requirement=proposal.programme.requirements.get(code="ktp"), uploads=[upload()]
        )
    with pytest.raises(ValidationError, match=closed):
        village.budget(proposal, by=cast.alice, lines=[])
    assert mended(proposal, cast).state == State.ASSIGNED


def test_a_second_round_looks_only_at_what_was_opened(proposal_at, cast):
    proposal = mended(proposal_at(State.RETURNED), cast)
    assert [item.code for item in queries.unchecked(proposal)] == ["sptjm"]
    assert queries.rounds(proposal) == (2, 1)
    [look] = [look for look in queries.desk(proposal) if look.item.code == "sptjm"]
    assert (look.verdict, look.before.round, look.before.why) == (None, 1, "Belum bermeterai.")
    assert [look.before for look in queries.desk(proposal) if look.item.code != "sptjm"] == [None] * 9
    actions.check(proposal, by=cast.staff, verdicts={"sptjm": (RIGHT, "")})
    assert actions.pass_on(proposal, by=cast.staff).state == State.COMPLETE


def test_what_was_right_may_turn_out_wrong_in_a_second_round(proposal_at, cast):
    proposal = mended(proposal_at(State.RETURNED), cast)
    actions.check(proposal, by=cast.staff, verdicts={"sptjm": (RIGHT, ""), "kk": (WRONG, "KK lama.")})
    proposal = actions.return_for_correction(proposal, by=cast.staff)
    assert proposal.correctable == ["kk"]
    assert [(number, [d.item for d in defects]) for number, defects in queries.defects_of(proposal)] == [
        (2, ["kk"]),
        (1, ["sptjm"]),
    ]


def test_a_corrected_proposal_comes_back_to_the_desk_that_returned_it(proposal_at, walk, cast):
    proposal = proposal_at(State.ASSIGNED)
    actions.check(
        proposal,
        by=cast.colleague,
        verdicts={i.code: (WRONG, "Buram.") if i.code == "sptjm" else (RIGHT, "") for i in queries.items_of(proposal)},
    )
    actions.return_for_correction(proposal, by=cast.colleague)
    assert mended(Proposal.objects.get(pk=proposal.pk), cast).handler == cast.colleague


def test_a_send_back_before_disposition_is_no_round_of_the_desk(walk, cast):
    proposal = walk.draft(walk.programme())
    walk.submitted([proposal])
    village.send_back(proposal, by=cast.secretary, note="Periksa ejaan nama.")
    village.resubmit(proposal, by=cast.alice)
    walk.disposed(Proposal.objects.get(pk=proposal.pk).letter)
    assert queries.rounds(proposal) == (1, 1)


def test_an_upheld_objection_opens_every_item_again(proposal_at, cast):
    proposal = proposal_at(State.INELIGIBLE)
    actions.uphold_objection(proposal, by=cast.kabid, reason="Data lama keliru.")
    assert queries.rounds(proposal) == (2, 2)
    assert [item.code for item in queries.unchecked(proposal)] == ITEMS


# The page -------------------------------------------------------------------------------------------------------------


def test_the_page_stores_what_was_ticked_and_stays(proposal, cast, client):
    client.force_login(cast.staff)
    url = reverse("verification:check", args=[proposal.ref])
    answer = client.post(url, {"verdict_ktp": "right", "verdict_kk": "wrong", "why_kk": "Terpotong."})
    assert (answer.status_code, answer["Location"]) == (303, url)
    assert set(proposal.desk_checks.values_list("item", "verdict", "why")) == {
        ("ktp", "right", ""),
        ("kk", "wrong", "Terpotong."),
    }
    page = client.get(url).content.decode()
    assert "1 benar, 1 perlu perbaikan, 8 belum diperiksa." in page
    assert "/usulan/berkas/" in page


def test_the_page_keeps_what_was_typed_when_something_is_missing(proposal, cast, client):
    client.force_login(cast.staff)
    url = reverse("verification:check", args=[proposal.ref])
    answer = client.post(url, {"verdict_kk": "wrong", "why_sku": "Tanpa stempel.", "verdict_ktp": "right"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Kartu Keluarga: tulis apa yang harus diperbaiki." in page
    assert "Surat Keterangan Usaha: pilih benar atau perlu perbaikan." in page
    assert "Tanpa stempel." in page
    assert not proposal.desk_checks.exists()


def test_the_page_asks_the_database_a_fixed_number_of_times(proposal, walk, cast, client, django_assert_num_queries):
    client.force_login(cast.staff)
    url = reverse("verification:check", args=[proposal.ref])
    client.get(url)
    with django_assert_num_queries(CHECK_PAGE["nothing told"]):
        client.get(url)
    walk.check_all(proposal)
    with django_assert_num_queries(CHECK_PAGE["all told"]):
        client.get(url)


def test_the_page_never_shows_a_whole_nik(proposal, cast, client):
    client.force_login(cast.staff)
    page = client.get(reverse("verification:check", args=[proposal.ref])).content.decode()
    assert str(proposal.nik) not in page
    assert proposal.masked_nik in page


def test_in_a_second_round_what_was_opened_comes_first(proposal_at, cast, client):
    proposal = mended(proposal_at(State.RETURNED), cast)
    client.force_login(cast.staff)
    answer = client.get(reverse("verification:check", args=[proposal.ref]))
    first, *rest = [look.item.code for look, _, _ in answer.context["form"].rows()]
    assert (first, rest) == ("sptjm", [code for code in ITEMS if code != "sptjm"])
    page = answer.content.decode()
    assert "pada pemeriksaan ke-1, Sari Uji: Belum bermeterai." in page
    assert page.count("<details>") == 9


def test_the_page_of_a_return_lists_what_goes_back(proposal, walk, cast, client):
    walk.check_all(proposal, wrong={"ktp": "Buram sekali."})
    client.force_login(cast.staff)
    page = client.get(reverse("verification:return_for_correction", args=[proposal.ref])).content.decode()
    assert "Buram sekali." in page
