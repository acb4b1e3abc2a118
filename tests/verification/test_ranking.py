"""A programme's ranking: what the page says, what applying does, who is held back, who comes next."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import load_workbook

import proposals.actions as proposal_acts
from oversight.queries.desk import tasks
from proposals.flow import State
from proposals.models import DuplicateCase, Programme, Proposal, StepRecord
from tests.walk import AMOUNT
from uep.access.access import Refused, why_not
from uep.access.roles import Role
from uep.documents.queries import document_of
from verification import actions, scoring
from verification.models import FieldVisit, Objection, QuotaShare, RankingLine, RankingRun, ScoreWeight
from verification.queries import ranking as queries
from verification.queries import reserves
from verification.questions import DEFAULT

pytestmark = pytest.mark.django_db
READERS = {"kabid", "secretary", "head", "auditor"}
BULIK, LAMANDAU = "62.09.03", "62.09.01"
NANGA_BULIK, SEKOBAN = "62.09.03.1005", "62.09.01.2001"
PAGE, WHAT_IF, RUN_PAGE, SHEET = 21, 20, 8, 15  # queries
APPLY = 44
FOUR_EYES = "Anda ikut memverifikasi di lapangan; validasi harus oleh orang lain."


@pytest.fixture
def programme(walk):
    return walk.programme(quota=2)


@pytest.fixture
def assessed(walk, cast, programme):
    """Call `assessed(by, desils)` for households of that operator's village, visited, in one letter.

    They show the same signs, so that only the desil orders them.
    """

    def make(by, *desils):
        rows = [walk.draft(programme, by=by, desil=desil) for desil in desils]
        walk.disposed(walk.submitted(rows, by=by))
        rows = list(Proposal.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk"))
        walk.completed(rows)
        walk.assigned(rows)
        for row in rows:
            walk.visited(row)
        return list(Proposal.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk"))

    return make


@pytest.fixture
def apply(cast):
    """Apply what comes out now."""

    def run(programme, by=None, **changes):
        by, programme = by or cast.kabid, Programme.objects.get(pk=programme.pk)
        seen = queries.field_of(programme, by).ranked().fingerprint
        return actions.apply_ranking(programme, by=by, **({"seen": seen} | changes))

    return run


def states(rows) -> list[str]:
    found = dict(Proposal.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "state"))
    return [found[row.pk] for row in rows]


def lines(run) -> list[tuple]:
    return [(row.position, row.proposal.name, row.outcome, row.why) for row in queries.lines_of(run)]


def url(name, row) -> str:
    return reverse(f"verification:{name}", args=[row.ref])


# Scores from records --------------------------------------------------------------------------------------------------


def test_facts_are_read_from_the_last_visit_and_the_proposal(walk, cast, assessed, programme):
    [row] = assessed(cast.alice, 3)
    [entry] = queries.entries_of(Proposal.objects.filter(pk=row.pk), DEFAULT)
    assert entry.facts == scoring.Facts(
        signs=dict.fromkeys([row.code for row in DEFAULT], 0) | {"walls": 100, "light": 100},
        found=True,
        visits=1,
        business_exists=True,
        business_years=4,
        turnover=2_400_000,
        budget=AMOUNT,
        amount=AMOUNT,
        has_account=True,
        desil=3,
    )
    assert queries.score_of(row).total == 5 + 5 + 12 + 8 + 6 + 4 + 4 + 3
    actions.revisit(row, by=cast.kabid, reason="Lihat gudangnya.")
    walk.assigned([row])
    visit = actions.record_visit(row, by=cast.staff, visited_at=timezone.now(), found=FieldVisit.Found.MOVED, met="RT",
                                 recommendation="ineligible", reason="Sudah pindah.")  # fmt: skip
    visit.photos.create(subject="house", file=row.attachments.first().file, by=cast.staff)
    assert queries.score_of(row).total == 47  # not handed in: the first visit counts
    actions.assess(row, by=cast.staff)
    assert queries.score_of(row).total == 8 + 6 + 4 + 4


def test_a_household_that_nobody_visited_has_no_score(proposal_at):
    assert queries.score_of(proposal_at(State.COMPLETE)) is None


def test_a_return_to_the_village_costs_its_points(walk, cast, programme):
    row = walk.proposals_at(State.RETURNED, programme=programme)[0]
    [entry] = queries.entries_of(Proposal.objects.filter(pk=row.pk), DEFAULT)
    assert entry.facts.returns == 1


# Terms ----------------------------------------------------------------------------------------------------------------


def test_weights_are_changed_on_one_page(programme, cast, client):
    client.force_login(cast.kabid)
    page = client.get(url("set_weights", programme)).content.decode()
    assert scoring.NO_CUTOFF in page
    assert page.count('type="number"') == len(scoring.OTHERS)
    form = {f"bobot_{code}": points for code, points in scoring.OTHER_DEFAULTS.items()} | {"bobot_phone": 9}
    answer = client.post(url("set_weights", programme), form)
    assert (answer.status_code, answer["Location"]) == (303, url("ranking", programme))
    assert queries.weights_of(programme) == scoring.DEFAULTS | {"phone": 9}
    assert list(ScoreWeight.objects.values_list("code", "points")) == [("phone", 9)]
    client.post(url("set_weights", programme), form | {"bobot_phone": 3})
    assert queries.weights_of(programme) == scoring.DEFAULTS


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ({"phone": 101}, "Bobot satu unsur antara 0 dan 100."),
        ({"phone": -1}, "Bobot satu unsur antara 0 dan 100."),
        ({"gold": 1}, "Unsur tidak dikenal: gold."),
        ({"floor": 1}, "Unsur tidak dikenal: floor."),  # of the instrument
    ],
)
def test_weights_that_make_no_sense_are_refused(programme, cast, weights, sentence):
    with pytest.raises(ValidationError) as refusal:
        actions.set_weights(programme, by=cast.kabid, weights=weights)
    assert refusal.value.messages == [sentence]
    assert ScoreWeight.objects.count() == 0


def test_a_weight_that_is_missing_or_no_number_is_asked_for_again(programme, cast, client):
    client.force_login(cast.kabid)
    form = {f"bobot_{code}": points for code, points in scoring.OTHER_DEFAULTS.items()} | {"bobot_phone": "lima"}
    answer = client.post(url("set_weights", programme), form)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"bobot_phone"}


def test_shares_are_changed_on_one_page(programme, cast, client):
    client.force_login(cast.kabid)
    answer = client.post(url("set_shares", programme), {BULIK: 1, NANGA_BULIK: 1, LAMANDAU: ""})
    assert (answer.status_code, answer["Location"]) == (303, url("ranking", programme))
    assert queries.shares_of(programme) == {BULIK: 1, NANGA_BULIK: 1}
    client.post(url("set_shares", programme), {BULIK: "", NANGA_BULIK: 0})
    assert queries.shares_of(programme) == {NANGA_BULIK: 0}


def test_shares_beyond_the_quota_stand_beside_their_field(programme, cast, client):
    client.force_login(cast.kabid)
    answer = client.post(url("set_shares", programme), {BULIK: 1, NANGA_BULIK: 2})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {BULIK: ["Kuota desa/kelurahan di Kec. Bulik berjumlah 2, melebihi 1."]}
    answer = client.post(url("set_shares", programme), {BULIK: 2, LAMANDAU: 1})
    assert answer.context["form"].non_field_errors() == ["Jumlah kuota wilayah 3, melebihi kuota program 2."]
    assert QuotaShare.objects.count() == 0
    with pytest.raises(ValidationError, match="melebihi kuota program"):
        actions.set_shares(programme, by=cast.kabid, shares={BULIK: 3})


def test_a_share_is_of_a_region_of_the_regency(programme, cast):
    for code in ("62.09.99", "62.01.01"):
        with pytest.raises(ValidationError, match="Wilayah tidak dikenal"):
            actions.set_shares(programme, by=cast.kabid, shares={code: 1})


# The page -------------------------------------------------------------------------------------------------------------


def test_the_page_ranks_by_score_and_says_why(assessed, cast, client, programme):
    first = assessed(cast.alice, 3, 1, 4)
    second = assessed(cast.bob, 2)
    client.force_login(cast.kabid)
    page = client.get(url("ranking", programme))
    rows = [(line["position"], line["name"], line["outcome"].value, line["why"]) for line in page.context["page"]]
    assert rows == [
        (1, first[1].name, "eligible", "Tempat ke-1 dari 2."),
        (2, second[0].name, "eligible", "Tempat ke-2 dari 2."),
        (3, first[0].name, "waiting", "Kuota program habis (2 tempat)."),
        (4, first[2].name, "waiting", "Kuota program habis (2 tempat)."),
    ]
    text = page.content.decode()
    assert [
        words for words in (scoring.NO_CUTOFF, scoring.tie_sentence(), "Terapkan peringkat") if words not in text
    ] == []
    assert page.context["totals"] == {
        "competing": 4, "given": 0, "promised": 0, "eligible": 2, "amount": 2 * AMOUNT, "waiting": 2, "held": 0,
    }  # fmt: skip


def test_the_page_is_read_by_the_leadership_and_the_auditor(assessed, statuses, cast, programme):
    assessed(cast.alice, 1)
    for name in ("ranking", "ranking_xlsx"):
        assert statuses(url(name, programme))[200] == READERS


def test_terms_and_ranking_are_kabids(assessed, who_may, cast, programme):
    assessed(cast.alice, 1)
    for act in ("set_weights", "set_shares", "apply_ranking"):
        assert who_may(f"verification.{act}", programme) == {"kabid"}


def test_places_that_are_given_count_against_quota_and_budget(assessed, cast, programme):
    rows = assessed(cast.alice, 1, 2, 3)
    actions.approve(rows[2], by=cast.kabid, reason="Sesuai hasil kunjungan.")
    standing = queries.field_of(programme, cast.kabid).ranked()
    assert (standing.given, standing.promised) == (1, AMOUNT)
    assert [(row.entry.pk, row.outcome) for row in standing.placed] == [
        (rows[0].pk, "eligible"),
        (rows[1].pk, "waiting"),
    ]


def test_who_waits_already_competes_with_who_comes_later(assessed, cast, apply, programme):
    Programme.objects.filter(pk=programme.pk).update(quota=1)
    early = assessed(cast.alice, 2, 3)
    apply(programme)
    late = assessed(cast.bob, 1)
    Programme.objects.filter(pk=programme.pk).update(quota=2)
    run = apply(programme)
    assert lines(run) == [
        (1, late[0].name, "eligible", "Tempat ke-2 dari 2."),
        (2, early[1].name, "waiting", "Kuota program habis (2 tempat)."),
    ]
    assert states([*early, *late]) == [State.ELIGIBLE, State.WAITLISTED, State.ELIGIBLE]


def test_who_the_team_calls_unfit_does_not_compete(walk, assessed, cast, programme):
    rows = assessed(cast.alice, 1)
    unfit = walk.draft(programme, by=cast.bob)
    walk.disposed(walk.submitted([unfit], by=cast.bob))
    unfit.refresh_from_db()
    walk.completed([unfit])
    walk.assigned([unfit])
    walk.visited(unfit, recommendation=FieldVisit.Recommendation.INELIGIBLE)
    standing = queries.field_of(programme, cast.kabid).ranked()
    assert [row.entry.pk for row in standing.placed] == [rows[0].pk]
    assert [entry.pk for entry in standing.aside] == [unfit.pk]


@pytest.mark.parametrize(("query", "asked"), [("", PAGE), ("kuota=1", WHAT_IF)])
def test_one_and_three_households_take_the_same_queries(
    assessed, cast, client, programme, django_assert_num_queries, query, asked
):
    assessed(cast.alice, 1)
    actions.set_shares(programme, by=cast.kabid, shares={BULIK: 1})
    client.force_login(cast.kabid)
    address = f"{url('ranking', programme)}?{query}"
    client.get(address)
    with django_assert_num_queries(asked):
        client.get(address)
    assessed(cast.bob, 2, 3)
    with django_assert_num_queries(asked):
        client.get(address)
    with django_assert_num_queries(SHEET):
        client.get(url("ranking_xlsx", programme))


def test_a_long_list_is_shown_in_pages(assessed, cast, client, programme, monkeypatch):
    monkeypatch.setattr("verification.views.ranking.SIZE", 2)
    rows = assessed(cast.alice, 1, 2, 3)
    client.force_login(cast.kabid)
    shown = {}
    for asked in ("", "1", "2", "9", "0", "x"):
        page = client.get(url("ranking", programme), {"hal": asked}).context["page"]
        shown[asked] = ([line["name"] for line in page], bool(page.next_url), bool(page.previous_url))
    first = ([rows[0].name, rows[1].name], True, False)
    last = ([rows[2].name], False, True)
    assert shown == {"": first, "1": first, "2": last, "9": last, "0": first, "x": first}


def test_the_sheet_has_the_totals_of_the_page(assessed, cast, client, programme):
    assessed(cast.alice, 1, 2, 3)
    client.force_login(cast.kabid)
    rows = load_workbook(BytesIO(client.get(url("ranking_xlsx", programme)).content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == f"Peringkat, {programme}"
    assert rows[3][0] == "Diperingkat 3: mendapat tempat 2 (Rp10.000.000), cadangan 1, ditahan 0"
    assert [(row[0], row[6], row[-2]) for row in rows[8:]] == [
        (1.0, 47.0, "Layak"),
        (2.0, 47.0, "Layak"),
        (3.0, 47.0, "Cadangan"),
    ]
    other = client.get(f"{url('ranking_xlsx', programme)}?kuota=3")
    rows = load_workbook(BytesIO(other.content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == f"Simulasi peringkat dengan ketentuan lain, {programme}"
    assert [row[-2] for row in rows[8:]] == ["Layak", "Layak", "Layak"]


# What if --------------------------------------------------------------------------------------------------------------


def test_what_if_shows_who_comes_in_and_who_drops_out_and_saves_nothing(assessed, cast, client, programme):
    rows = assessed(cast.alice, 1, 2)
    others = assessed(cast.bob, 3)
    client.force_login(cast.kabid)
    counts = [model.objects.count() for model in (RankingRun, RankingLine, ScoreWeight, QuotaShare, StepRecord)]
    page = client.get(url("ranking", programme), {f"wilayah_{BULIK}": 1})
    assert page.context["is_what_if"]
    assert [(row["name"], row["from"], row["to"], row["why"]) for row in page.context["coming"]] == [
        (others[0].name, 3, 3, "Tempat ke-2 dari 2.")
    ]
    assert [(row["name"], row["why"]) for row in page.context["dropping"]] == [
        (rows[1].name, "Kuota Kec. Bulik habis (1 tempat).")
    ]
    assert "terapkan-peringkat" not in page.content.decode()
    assert [model.objects.count() for model in (RankingRun, RankingLine, ScoreWeight, QuotaShare, StepRecord)] == counts
    assert states([*rows, *others]) == [State.ASSESSED] * 3
    assert client.get(url("ranking", programme)).context["is_what_if"] is False


def test_what_if_with_other_weights_quota_and_budget(assessed, cast, client, programme):
    assessed(cast.alice, 1, 2, 3)
    client.force_login(cast.kabid)

    def totals(**query):
        found = client.get(url("ranking", programme), query).context["totals"]
        return found["eligible"], found["waiting"]

    assert totals(kuota=3) == (3, 0)
    assert totals(kuota=0) == (0, 3)
    assert totals(anggaran="7.500.000") == (1, 2)
    scores = client.get(url("ranking", programme), {"bobot_walls": 0}).context["page"]
    assert [line["score"].total for line in scores] == [42, 42, 42]


@pytest.mark.parametrize("query", [{"kuota": "banyak"}, {"kuota": -1}, {"bobot_floor": 101}, {"bobot_emas": 5},
                                   {"wilayah_99.99": 1}, {"wilayah_62.09.03": "x"}, {"anggaran": "5.5"}])  # fmt: skip
def test_what_makes_no_sense_is_left_out_of_what_if(assessed, cast, client, programme, query):
    assessed(cast.alice, 1)
    client.force_login(cast.kabid)
    page = client.get(url("ranking", programme), query)
    assert (page.status_code, page.context["is_what_if"]) == (200, False)


def test_a_share_of_today_can_be_lifted_in_what_if(assessed, cast, client, programme):
    assessed(cast.alice, 1, 2)
    actions.set_shares(programme, by=cast.kabid, shares={BULIK: 1})
    client.force_login(cast.kabid)
    assert client.get(url("ranking", programme)).context["totals"]["eligible"] == 1
    assert client.get(url("ranking", programme), {f"wilayah_{BULIK}": ""}).context["totals"]["eligible"] == 2


# Applied --------------------------------------------------------------------------------------------------------------


def test_applying_moves_everyone_and_keeps_the_list(assessed, cast, client, programme):
    rows = assessed(cast.alice, 3, 1, 2)
    client.force_login(cast.kabid)
    page = client.get(url("apply_ranking", programme))
    seen = page.context["form"]["seen"].value()
    answer = client.post(url("apply_ranking", programme), {"seen": seen, "note": "Rapat  24 November."})
    run = RankingRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, run.get_absolute_url())
    assert states(rows) == [State.WAITLISTED, State.ELIGIBLE, State.ELIGIBLE]
    assert lines(run) == [
        (1, rows[1].name, "eligible", "Tempat ke-1 dari 2."),
        (2, rows[2].name, "eligible", "Tempat ke-2 dari 2."),
        (3, rows[0].name, "waiting", "Kuota program habis (2 tempat)."),
    ]
    assert (run.quota, run.budget, run.weights, run.shares, run.tie_order, run.note, run.by) == (
        2, programme.budget, scoring.DEFAULTS, {}, scoring.TIE_ORDER, "Rapat 24 November.", cast.kabid,
    )  # fmt: skip
    assert [(step.act, step.by) for step in (row.steps.first() for row in rows)] == [
        ("verification.waitlist", cast.kabid), ("verification.approve", cast.kabid), ("verification.approve", cast.kabid),
    ]  # fmt: skip
    assert rows[1].steps.first().note.startswith("Layak menurut pemeringkatan ")
    assert document_of("daftar_peringkat", run).facts["given"] == 0


def test_the_page_of_a_run_shows_it_as_it_was(
    assessed, cast, client, apply, programme, statuses, django_assert_num_queries
):
    assessed(cast.alice, 1, 2, 3)
    run = apply(programme)
    actions.set_weights(programme, by=cast.kabid, weights={"account": 50})
    assert statuses(run.get_absolute_url())[200] == READERS
    client.force_login(cast.auditor)
    with django_assert_num_queries(RUN_PAGE):
        page = client.get(run.get_absolute_url())
    assert [line.score for line in page.context["page"]] == [47, 47, 47]
    assert page.context["weights"][0][1][4] == ("Lantai sebagian besar tanah atau plesteran", 5)
    assert [(outcome.value, number) for outcome, number in page.context["outcomes"]] == [
        ("eligible", 2), ("waiting", 1),
    ]  # fmt: skip


def test_applying_takes_the_same_queries_for_two_and_for_six(assessed, cast, programme):
    Programme.objects.filter(pk=programme.pk).update(quota=1)
    counts = []
    for by, desils in ((cast.alice, (1, 2)), (cast.bob, (1, 2, 3, 4, 1, 2))):
        assessed(by, *desils)
        fresh = Programme.objects.get(pk=programme.pk)
        seen = queries.field_of(fresh, cast.kabid).ranked().fingerprint
        with CaptureQueriesContext(connection) as asked:
            actions.apply_ranking(fresh, by=cast.kabid, seen=seen)
        counts.append(len(asked))
        Programme.objects.filter(pk=programme.pk).update(quota=2)
    # The second has the number's counter and the paper's series already.
    assert counts[1] <= counts[0] == APPLY


def test_what_changed_since_it_was_seen_is_not_applied(assessed, cast, client, programme):
    rows = assessed(cast.alice, 1, 2, 3)
    client.force_login(cast.kabid)
    seen = client.get(url("ranking", programme)).context["standing"].fingerprint
    Programme.objects.filter(pk=programme.pk).update(quota=1)
    page = client.get(f"{url('apply_ranking', programme)}?seen={seen}")
    assert "Keadaan berubah sejak peringkat ditampilkan" in page.content.decode()
    answer = client.post(url("apply_ranking", programme), {"seen": seen})
    assert answer.status_code == 422
    assert actions.ranking.CHANGED in answer.content.decode()
    assert states(rows) == [State.ASSESSED] * 3
    again = answer.context["form"]["seen"].value()  # the page now shows, and carries, what comes out today
    assert client.post(url("apply_ranking", programme), {"seen": again}).status_code == 303
    assert states(rows) == [State.ELIGIBLE, State.WAITLISTED, State.WAITLISTED]


@pytest.mark.parametrize("seen", ["", "0" * 16])
def test_a_ranking_that_nobody_saw_is_not_applied(assessed, cast, programme, seen):
    rows = assessed(cast.alice, 1)
    with pytest.raises(ValidationError, match="Keadaan berubah"):
        actions.apply_ranking(programme, by=cast.kabid, seen=seen)
    assert (states(rows), RankingRun.objects.count()) == ([State.ASSESSED], 0)


def test_the_same_form_twice_is_applied_once(assessed, cast, client, programme):
    assessed(cast.alice, 1, 2, 3)
    client.force_login(cast.kabid)
    form = {"seen": queries.field_of(programme, cast.kabid).ranked().fingerprint}
    assert client.post(url("apply_ranking", programme), form).status_code == 303
    assert client.post(url("apply_ranking", programme), form).status_code == 422
    assert RankingRun.objects.count() == 1


def test_when_nobody_would_move_it_says_so(assessed, cast, apply, programme):
    assessed(cast.alice, 1, 2, 3)
    apply(programme)
    with pytest.raises(ValidationError, match="Tidak ada usulan yang berpindah"):
        apply(programme)


def test_without_anyone_to_rank_the_act_is_closed(programme, cast):
    assert (
        why_not(cast.kabid, "verification.apply_ranking", programme) == "Tidak ada usulan yang menunggu pemeringkatan."
    )
    with pytest.raises(Refused):
        actions.apply_ranking(programme, by=cast.kabid, seen="")


@pytest.mark.parametrize("name", ["staff", "secretary", "head", "auditor", "alice"])
def test_others_do_not_apply_it(assessed, cast, programme, name):
    rows = assessed(cast.alice, 1)
    seen = queries.field_of(programme, cast.kabid).ranked().fingerprint
    with pytest.raises(Refused):
        actions.apply_ranking(programme, by=getattr(cast, name), seen=seen)
    assert states(rows) == [State.ASSESSED]


# Held back ------------------------------------------------------------------------------------------------------------


def seen_by_outsider(walk, programme) -> Proposal:
    """A household of Bob's that neither staff nor colleague has seen."""
    cast, today = walk.cast, timezone.localdate()
    cast.outsider.districts.clear()
    row = walk.draft(programme, by=cast.bob, desil=2)
    walk.disposed(walk.submitted([row], by=cast.bob))
    row = Proposal.objects.get(pk=row.pk)
    walk.completed([row])
    actions.assign_team(programme, by=cast.kabid, proposals=[row], leader=cast.outsider, members=[], starts=today,
                        ends=today + timedelta(days=1), purpose="Verifikasi lapangan")  # fmt: skip
    visit = actions.record_visit(
        row, by=cast.outsider, visited_at=timezone.now(), found="found", met="Calon penerima", identity_matches=True,
        lives_there=True, business_exists=True, indicators={"walls": True, "light": True}, recommendation="eligible",
        reason="Usaha berjalan.",
    )  # fmt: skip
    visit.photos.create(subject="house", file=row.attachments.first().file, by=cast.outsider)
    actions.assess(row, by=cast.outsider)
    return row


def test_who_visited_them_does_not_place_them_even_standing_in_as_kabid(
    assessed, walk, cast, stand_in, apply, programme, client
):
    own, other = assessed(cast.alice, 1, 3), seen_by_outsider(walk, programme)
    acting = stand_in(cast.colleague, Role.DIVISION_HEAD)
    client.force_login(acting)
    page = client.get(url("apply_ranking", programme)).content.decode()
    assert FOUR_EYES in page
    run = apply(programme, by=acting)
    assert lines(run) == [
        (1, own[0].name, "held", FOUR_EYES),
        (2, other.name, "eligible", "Tempat ke-2 dari 2."),
        (3, own[1].name, "held", FOUR_EYES),
    ]
    assert states([*own, other]) == [State.ASSESSED, State.ASSESSED, State.ELIGIBLE]
    assert lines(apply(programme)) == [
        (1, own[0].name, "eligible", "Tempat ke-2 dari 2."),
        (2, own[1].name, "waiting", "Kuota program habis (2 tempat)."),
    ]


def test_an_open_objection_keeps_the_place_and_moves_nobody_else(assessed, cast, apply, programme):
    rows = assessed(cast.alice, 1, 2, 3)
    objection = Objection.objects.create(proposal=rows[0], kind="against", reason="Rumahnya besar.")
    run = apply(programme)
    assert lines(run) == [
        (1, rows[0].name, "held", queries.OBJECTED),
        (2, rows[1].name, "eligible", "Tempat ke-2 dari 2."),
        (3, rows[2].name, "waiting", "Kuota program habis (2 tempat)."),
    ]
    assert states(rows) == [State.ASSESSED, State.ELIGIBLE, State.WAITLISTED]
    assert reserves.next_in_line([programme]) == {programme.pk: []}  # the place is kept, not offered to the next
    objection.decision, objection.answer = "dismissed", "Rumah milik orang tua."
    objection.decided_by, objection.decided_at = cast.kabid, timezone.now()
    objection.save()
    assert queries.blocked(programme) == {}
    apply(programme)
    assert states(rows) == [State.ELIGIBLE, State.ELIGIBLE, State.WAITLISTED]


def test_a_suspicion_that_nobody_decided_holds_back_too(assessed, cast, apply, programme):
    rows = assessed(cast.alice, 1, 2)
    DuplicateCase.objects.create(proposal=rows[0], other=rows[1], score=90, reasons=["Nama dan tanggal lahir sama."])
    assert lines(apply(programme)) == [
        (1, rows[0].name, "held", queries.SUSPECTED),
        (2, rows[1].name, "eligible", "Tempat ke-2 dari 2."),
    ]


# Who is next ----------------------------------------------------------------------------------------------------------


def next_of(programme) -> list[tuple]:
    found = reserves.next_in_line([programme]).get(programme.pk, [])
    return [(row.label, row.because) for row in found]


def test_a_withdrawn_household_names_the_next_on_the_list(assessed, cast, client, apply, programme):
    rows = assessed(cast.alice, 1, 2, 3, 4)
    apply(programme)
    assert next_of(programme) == []
    proposal_acts.withdraw(rows[0], by=cast.kabid, reason="Pindah domisili")
    told = (f"{rows[2].name} (peringkat 3)", f"karena {rows[0].name} ditarik")
    assert next_of(programme) == [told]
    client.force_login(cast.kabid)
    text = f"Calon berikutnya dari daftar cadangan: {told[0]}, {told[1]}"
    assert [task.title for task in tasks(cast.kabid) if "cadangan" in task.title] == [text]
    assert [task.title for task in tasks(cast.secretary) if "cadangan" in task.title] == []
    gone = client.get(rows[0].get_absolute_url()).content.decode()
    assert [words for words in (told[0], url("promote", rows[2])) if words not in gone] == []
    page = client.get(url("ranking", programme)).content.decode()
    assert [words for words in (told[0], told[1], url("promote", rows[2])) if words not in page] == []
    actions.promote(rows[2], by=cast.kabid, reason="Satu penerima mundur.")
    assert next_of(programme) == []
    assert told[0] not in client.get(rows[0].get_absolute_url()).content.decode()


def test_by_hand_no_place_is_given_where_none_is_left(assessed, cast, apply, programme):
    rows = assessed(cast.alice, 1, 2, 3)
    apply(programme)
    [late] = assessed(cast.bob, 1)
    waiting = Proposal.objects.get(pk=rows[2].pk)
    full = "Kuota program habis (2 tempat). Tempat terbuka bila ada penerima yang ditarik, atau kuota dan anggarannya ditambah."

    def why() -> list[str | None]:
        return [why_not(cast.kabid, "verification.promote", waiting), why_not(cast.kabid, "verification.approve", late)]

    assert why() == [full, full]
    with pytest.raises(Refused):
        actions.promote(waiting, by=cast.kabid, reason="Satu penerima mundur.")
    with pytest.raises(Refused):
        actions.approve(late, by=cast.kabid, reason="Sesuai hasil kunjungan.")
    proposal_acts.withdraw(rows[0], by=cast.kabid, reason="Pindah domisili")
    assert why() == [None, None]
    actions.promote(waiting, by=cast.kabid, reason="Satu penerima mundur.")
    assert why_not(cast.kabid, "verification.approve", late) == full


@pytest.mark.parametrize(
    ("shares", "budget", "sentence"),
    [
        ({BULIK: 1}, 9 * AMOUNT, "Kuota Kec. Bulik habis (1 tempat)."),
        ({NANGA_BULIK: 1}, 9 * AMOUNT, "Kuota Kelurahan Nanga Bulik habis (1 tempat)."),
        ({LAMANDAU: 1}, AMOUNT, "Anggaran tidak cukup: sisa Rp0, diminta Rp5.000.000."),
        ({LAMANDAU: 1}, 9 * AMOUNT, ""),
    ],
)
def test_by_hand_shares_and_budget_hold_too(assessed, cast, programme, shares, budget, sentence):
    first, second = assessed(cast.alice, 1, 2)
    Programme.objects.filter(pk=programme.pk).update(budget=budget, quota=9)
    actions.set_shares(programme, by=cast.kabid, shares=shares)
    actions.approve(first, by=cast.kabid, reason="Sesuai hasil kunjungan.")
    told = why_not(cast.kabid, "verification.approve", Proposal.objects.get(pk=second.pk))
    assert (told or "").partition(" Tempat terbuka")[0] == sentence


def test_the_next_respects_the_shares(assessed, cast, apply, programme):
    Programme.objects.filter(pk=programme.pk).update(quota=3)
    programme.refresh_from_db()
    actions.set_shares(programme, by=cast.kabid, shares={BULIK: 2, LAMANDAU: 1})
    bulik, lamandau = assessed(cast.alice, 1, 1, 2), assessed(cast.bob, 3, 4)
    apply(programme)
    assert states([*bulik, *lamandau]) == ["eligible", "eligible", "waitlisted", "eligible", "waitlisted"]
    proposal_acts.withdraw(lamandau[0], by=cast.kabid, reason="Pindah domisili")
    assert next_of(programme) == [(f"{lamandau[1].name} (peringkat 5)", f"karena {lamandau[0].name} ditarik")]


def test_the_order_of_the_list_is_that_of_the_paper_whatever_the_weights_are_now(
    assessed, walk, cast, apply, programme
):
    rows = assessed(cast.alice, 1, 2, 3, 4)
    apply(programme)
    [late] = assessed(cast.bob, 1)
    actions.waitlist(late, by=cast.kabid, reason="Kuota belum cukup.")
    proposal_acts.withdraw(rows[0], by=cast.kabid, reason="Pindah domisili")
    proposal_acts.withdraw(rows[1], by=cast.kabid, reason="Meninggal dunia")
    Programme.objects.filter(pk=programme.pk).update(quota=3)
    programme.refresh_from_db()
    assert next_of(programme) == [
        (f"{rows[2].name} (peringkat 3)", f"karena {rows[0].name} ditarik"),
        (f"{rows[3].name} (peringkat 4)", f"karena {rows[1].name} ditarik"),
        (f"{late.name} (tanpa peringkat)", "karena masih ada tempat"),
    ]


def test_last_years_waiting_list_is_on_no_desk(assessed, cast, apply, programme):
    rows = assessed(cast.alice, 1, 2, 3)
    apply(programme)
    proposal_acts.withdraw(rows[0], by=cast.kabid, reason="Pindah domisili")
    today = timezone.localdate()
    assert [row.proposal for row in reserves.next_places(cast.kabid, today)] == [rows[2]]
    assert reserves.next_places(cast.kabid, today.replace(year=today.year + 1, day=1)) == []


def test_nobody_who_had_no_place_is_replaced(assessed, cast, apply, programme):
    rows = assessed(cast.alice, 1, 2, 3, 4)
    apply(programme)
    proposal_acts.withdraw(rows[2], by=cast.kabid, reason="Pindah domisili")
    rows[2].refresh_from_db()
    assert (next_of(programme), reserves.replacement_of(rows[2])) == ([], None)


# On other pages -------------------------------------------------------------------------------------------------------


def test_the_office_sees_the_score_and_the_village_does_not(assessed, cast, client, apply, programme):
    [row] = assessed(cast.alice, 1)
    apply(programme)
    for name, shown in (("kabid", True), ("staff", True), ("auditor", True), ("alice", False)):
        client.force_login(getattr(cast, name))
        page = client.get(row.get_absolute_url())
        titles = [section.title for section in page.context["sections"]]
        assert ("Skor" in titles, "Prospek usaha" in page.content.decode()) == (shown, shown)


def test_the_page_of_validation_shows_the_score(assessed, cast, client):
    [row] = assessed(cast.alice, 1)
    client.force_login(cast.kabid)
    page = client.get(url("validate", row))
    assert page.context["score"]["total"] == 47
    assert scoring.NO_CUTOFF in page.content.decode()


def test_the_page_of_step_two_leads_to_the_rankings(assessed, cast, client, programme):
    assessed(cast.alice, 1)
    client.force_login(cast.kabid)
    assert url("ranking", programme) in client.get("/verifikasi/?antrean=validasi").content.decode()
    client.force_login(cast.staff)
    assert url("ranking", programme) not in client.get("/verifikasi/?antrean=validasi").content.decode()
