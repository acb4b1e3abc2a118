"""The objection window: published, objected, answered; and what that does to a draft decree."""

import re
import string
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

import decrees.actions as decree_acts
from decrees import queries as decree_queries
from notices.models import Notice
from proposals.flow import State
from tests.papers.golden import words_of
from uep.access.access import Refused, why_not
from uep.access.roles import Role
from uep.documents import render
from uep.office import queries as office
from uep.office.calendar import Norm, Unit
from uep.ui.indonesian import nama_tersamar
from verification import actions
from verification.models import Objection, Publication, PublishedName
from verification.papers import Announcement
from verification.queries import objections as queries

pytestmark = pytest.mark.django_db
NANGA_BULIK = "62.09.03.1005"
WHY = "Calon sudah mempunyai toko besar di pasar."
LIST, OBJECTIONS = "/verifikasi/masa-sanggah/", "/verifikasi/masa-sanggah/sanggahan/"
QUERIES = {"publications": 7, "publication": 7, "objections": 8}


@pytest.fixture
def decided(with_results):
    """One household with each result, in one village and programme: eligible, waitlisted, ineligible."""
    return with_results()


@pytest.fixture
def judge(cast):
    """Who may answer: neither on the team nor the one who validated."""
    cast.outsider.districts.clear()
    return type(cast.outsider).objects.get(pk=cast.outsider.pk)


def published(decided, cast, *, days=5) -> Publication:
    actions.publish(decided[State.ELIGIBLE].programme, by=cast.kabid, villages=[NANGA_BULIK], days=days)
    return Publication.objects.latest("pk")


def close(publication) -> None:
    """As it is when its last day has passed."""
    days = {"opens_on": timezone.localdate() - timedelta(days=9), "closes_on": timezone.localdate() - timedelta(days=1)}
    Publication.objects.filter(pk=publication.pk).update(**days)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


# Published ------------------------------------------------------------------------------------------------------------


def test_a_list_shows_each_result_with_a_masked_name_and_closes_after_working_days(decided, cast):
    publication = published(decided, cast)
    norm = office.calendar().due_at(publication.at, Norm(5, Unit.DAYS))
    assert (publication.opens_on, publication.closes_on) == (timezone.localdate(), norm.date())
    assert [
        (row.number, row.shown_name, row.business, row.outcome, row.proposal) for row in publication.names.all()
    ] == [
        (number, nama_tersamar(decided[state].name), "Warung sembako", state, decided[state])
        for number, state in enumerate(queries.PUBLISHED, 1)
    ]


def test_nothing_is_published_twice_until_its_result_changes(decided, cast, judge):
    programme = decided[State.ELIGIBLE].programme
    published(decided, cast)
    with pytest.raises(Refused, match="Tidak ada hasil yang belum diumumkan"):
        actions.publish(programme, by=cast.kabid, villages=[NANGA_BULIK], days=5)
    actions.promote(decided[State.WAITLISTED], by=cast.kabid, reason="Satu penerima mundur.")
    assert [row.name for row in queries.to_publish(programme)] == [decided[State.WAITLISTED].name]
    with pytest.raises(ValidationError, match="sudah diumumkan hari ini"):
        actions.publish(programme, by=cast.kabid, villages=[NANGA_BULIK], days=5)


def test_a_withdrawn_list_leaves_room_for_a_right_one(decided, cast, client):
    publication = published(decided, cast)
    actions.withdraw_publication(publication, by=cast.kabid, reason="Satu nama keliru.")
    with pytest.raises(Refused, match="sudah ditarik"):
        actions.withdraw_publication(publication, by=cast.kabid, reason="Satu nama keliru.")
    again = published(decided, cast)
    assert (again.pk != publication.pk, again.names.count()) == (True, 3)
    page = client.get(reverse("announcement:list", args=[publication.code])).content.decode()
    assert "Satu nama keliru." in page
    assert nama_tersamar(decided[State.ELIGIBLE].name) not in page


@pytest.mark.parametrize("days", [0, 31, -1])
def test_a_window_has_a_sensible_length(decided, cast, days):
    with pytest.raises(ValidationError, match="1 sampai 30 hari kerja"):
        published(decided, cast, days=days)


def test_a_village_without_results_is_not_published(decided, cast):
    with pytest.raises(ValidationError, match="tidak ada lagi hasil"):
        actions.publish(
            decided[State.ELIGIBLE].programme, by=cast.kabid, villages=[NANGA_BULIK, cast.bob.village_id], days=5
        )
    assert Publication.objects.count() == 0


def test_who_publishes_objects_and_answers(decided, cast, who_may):
    programme = decided[State.ELIGIBLE].programme
    assert who_may("verification.publish", programme) == {"kabid"}
    publication = published(decided, cast)
    assert who_may("verification.withdraw_publication", publication) == {"kabid"}
    assert who_may("verification.file_objection", decided[State.ELIGIBLE]) == {
        "staff", "colleague", "outsider", "kabid",
    }  # fmt: skip
    assert who_may("verification.file_objection", decided[State.INELIGIBLE]) == {
        "staff", "colleague", "outsider", "kabid", "alice",
    }  # fmt: skip
    objection = actions.file_objection(decided[State.ELIGIBLE], by=cast.kabid, kind="against", reason=WHY)
    assert who_may("verification.decide_objection", objection) == {"outsider", "secretary"}


def test_lists_and_objections_are_for_the_office_and_the_own_village(decided, cast, statuses):
    publication = published(decided, cast)
    objection = actions.file_objection(decided[State.ELIGIBLE], by=cast.kabid, kind="against", reason=WHY)
    office_people = {"staff", "colleague", "kabid", "secretary", "head", "auditor"}
    rest = {"regent", "bank", "charlie", "admin"}
    for record in (publication, objection):
        assert statuses(record.get_absolute_url()) == {
            200: office_people | {"alice"}, 404: {"bob", "outsider"}, 403: rest,
        }  # fmt: skip
    for url in (LIST, OBJECTIONS, reverse("verification:objections_sheet")):
        assert statuses(url) == {200: office_people | {"alice", "bob", "outsider"}, 403: rest}


def test_a_village_does_not_read_who_objected(decided, cast, client):
    published(decided, cast)
    objection = actions.file_objection(
        decided[State.ELIGIBLE],
        by=cast.staff,
        kind="against",
        reason=WHY,
        objector="Darmaji Tetangga",
        contact="0811-22",
    )
    for name, tells in (("alice", False), ("kabid", True)):
        client.force_login(getattr(cast, name))
        page = client.get(objection.get_absolute_url()).content.decode()
        assert WHY in page
        assert (("Darmaji Tetangga" in page), ("0811-22" in page)) == (tells, tells)
        book = client.get(reverse("verification:objections_sheet")).content
        assert book[:2] == b"PK"
    client.force_login(cast.alice)
    assert "Darmaji" not in client.get(decided[State.ELIGIBLE].get_absolute_url()).content.decode()


# A decree waits -------------------------------------------------------------------------------------------------------


def test_a_household_in_an_open_window_is_not_drafted(decided, walk, cast):
    eligible = decided[State.ELIGIBLE]
    publication = published(decided, cast)
    sentence = f"Masa sanggah {eligible.name} berjalan sampai"
    assert why_not(cast.kabid, "decrees.draft", eligible.programme).startswith(sentence)
    other = walk.proposals_at(State.ELIGIBLE, programme=eligible.programme)[0]
    with pytest.raises(ValidationError, match=sentence):
        walk.drafted([eligible, other])
    assert list(decree_queries.eligible_for(eligible.programme)) == [other]
    close(publication)
    assert walk.drafted([eligible, other]).proposals.count() == 2


def test_an_objection_blocks_its_household_alone(walk, cast, judge):
    one, two = walk.proposals_at(State.ELIGIBLE, 2)
    objection = actions.file_objection(one, by=cast.kabid, kind="against", reason=WHY)
    with pytest.raises(ValidationError, match=rf"Sanggahan tentang {one.name} belum dijawab\."):
        walk.drafted([one, two])
    decree = walk.drafted([two])
    with pytest.raises(Refused, match=rf"Sanggahan tentang {one.name} belum dijawab\."):
        decree_acts.add(decree, by=cast.kabid, proposals=[one])
    actions.decide_objection(objection, by=judge, decision="dismissed", answer="Toko itu milik kakaknya.")
    decree_acts.add(decree, by=cast.kabid, proposals=[one])
    assert set(decree.proposals.all()) == {one, two}


def test_the_picking_page_says_who_waits_and_why(walk, cast, client):
    one, _ = walk.proposals_at(State.ELIGIBLE, 2)
    actions.file_objection(one, by=cast.kabid, kind="against", reason=WHY)
    client.force_login(cast.kabid)
    page = client.get(reverse("decrees:draft", args=[one.programme.ref])).content.decode()
    assert f"Sanggahan tentang {one.name} belum dijawab." in page
    assert f'value="{one.ref}"' not in page


@pytest.mark.django_db(transaction=True)
def test_an_objection_and_a_draft_at_once_do_not_pass_each_other(walk, cast):
    """Whoever holds the household first decides; the other one finds it changed."""
    [eligible] = walk.proposals_at(State.ELIGIBLE)
    outcome = {}

    def draft():
        try:
            walk.drafted([eligible])
            outcome["draft"] = "done"
        except ValidationError as error:
            outcome["draft"] = error.messages[0]
        finally:
            connection.close()

    with transaction.atomic():
        actions.file_objection(eligible, by=cast.kabid, kind="against", reason=WHY)
        thread = threading.Thread(target=draft)
        thread.start()
        thread.join(0.5)
        assert outcome == {}  # it waits for the lock
    thread.join(20)
    assert outcome == {"draft": f"Sanggahan tentang {eligible.name} belum dijawab."}


# Objected -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "kind"),
    [(State.ELIGIBLE, "for"), (State.INELIGIBLE, "against"), (State.ELIGIBLE, "anything"), (State.WAITLISTED, "")],
)
def test_an_objection_fits_the_result(decided, cast, state, kind):
    with pytest.raises(ValidationError, match="tidak sesuai dengan hasil"):
        actions.file_objection(decided[state], by=cast.staff, kind=kind, reason=WHY)


@pytest.mark.parametrize("state", [State.ASSESSED, State.IN_DECREE, State.SUBMITTED])
def test_only_results_are_objected_to(proposal_at, cast, state):
    with pytest.raises(Refused, match="Yang dapat disanggah adalah hasil sementara"):
        actions.file_objection(proposal_at(state), by=cast.staff, kind="against", reason=WHY)


def test_a_village_objects_to_the_refusal_of_its_own_household_alone(decided, walk, cast):
    objection = actions.file_objection(decided[State.INELIGIBLE], by=cast.alice, kind="for", reason=WHY)
    assert (objection.channel, objection.entered_by, objection.publication) == ("village", cast.alice, None)
    with pytest.raises(ValidationError, match="seharusnya layak"):
        actions.file_objection(decided[State.WAITLISTED], by=cast.alice, kind="against", reason=WHY)
    with pytest.raises(Refused, match="milik desa/kelurahan lain"):
        actions.file_objection(decided[State.INELIGIBLE], by=cast.bob, kind="for", reason=WHY)


def test_the_same_words_twice_are_one_objection(decided, cast):
    first = actions.file_objection(decided[State.ELIGIBLE], by=cast.staff, kind="against", reason=WHY)
    assert actions.file_objection(decided[State.ELIGIBLE], by=cast.staff, kind="against", reason=f" {WHY} ") == first


# Answered -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "kind", "target", "act"),
    [
        (State.ELIGIBLE, "against", State.ASSESSED, "verification.reopen"),
        (State.WAITLISTED, "against", State.ASSESSED, "verification.reopen"),
        (State.WAITLISTED, "for", State.ASSESSED, "verification.reopen"),
        (State.INELIGIBLE, "for", State.ASSIGNED, "verification.uphold_objection"),
    ],
)
def test_an_upheld_objection_opens_the_result_again(decided, cast, judge, state, kind, target, act):
    objection = actions.file_objection(decided[state], by=cast.staff, kind=kind, reason=WHY)
    actions.decide_objection(objection, by=judge, decision="upheld", answer="Ternyata benar adanya.")
    step = fresh(decided[state]).steps.first()
    assert (step.target, step.act, step.by, step.note) == (
        target, act, judge, "Sanggahan diterima: Ternyata benar adanya.",
    )  # fmt: skip


@pytest.mark.parametrize("state", queries.PUBLISHED)
def test_a_dismissed_objection_changes_nothing_but_is_answered(decided, cast, judge, state):
    kind = queries.KINDS[state][0]
    objection = actions.file_objection(decided[state], by=cast.staff, kind=kind, reason=WHY)
    answered = actions.decide_objection(objection, by=judge, decision="dismissed", answer="Sudah dicek ulang.")
    assert (answered.decision, answered.answer, answered.decided_by) == ("dismissed", "Sudah dicek ulang.", judge)
    assert fresh(decided[state]).state == state
    with pytest.raises(Refused, match="sudah dijawab"):
        actions.decide_objection(objection, by=judge, decision="upheld", answer="Berubah pikiran.")


def test_two_objections_the_second_finds_the_household_open_already(decided, cast, judge):
    eligible = decided[State.ELIGIBLE]
    first, second = (
        actions.file_objection(eligible, by=cast.staff, kind="against", reason=f"{WHY} {number}") for number in (1, 2)
    )
    for objection in (first, second):
        actions.decide_objection(objection, by=judge, decision="upheld", answer="Ternyata benar adanya.")
    assert [step.act for step in eligible.steps.all()[:2]] == ["verification.reopen", "verification.approve"]


def test_an_answered_objection_stays_as_it_is(decided, cast, judge):
    objection = actions.file_objection(decided[State.ELIGIBLE], by=cast.staff, kind="against", reason=WHY)
    actions.decide_objection(objection, by=judge, decision="dismissed", answer="Sudah dicek ulang.")
    for forbidden in (
        lambda: Objection.objects.filter(pk=objection.pk).update(answer="lain"),
        lambda: Objection.objects.filter(pk=objection.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            forbidden()
    assert fresh(objection).answer == "Sudah dicek ulang."


def test_who_visited_or_judged_does_not_answer(decided, cast, stand_in):
    objection = actions.file_objection(decided[State.ELIGIBLE], by=cast.staff, kind="against", reason=WHY)
    visited = "Anda ikut memverifikasi rumah tangga ini di lapangan; sanggahan dijawab oleh orang lain."
    judged = "Anda yang memutuskan hasil rumah tangga ini; sanggahan dijawab oleh orang lain."
    assert {name: why_not(getattr(cast, name), "verification.decide_objection", objection) for name in (
        "staff", "colleague", "kabid")} == {"staff": visited, "colleague": visited, "kabid": judged}  # fmt: skip
    acting = stand_in(cast.staff, Role.SECRETARY)
    with pytest.raises(Refused, match="ikut memverifikasi"):
        actions.decide_objection(objection, by=acting, decision="dismissed", answer="Sudah dicek ulang.")


def test_who_rejected_at_the_desk_does_not_answer(proposal_at, cast, judge):
    proposal = proposal_at(State.ASSIGNED)
    actions.reject(proposal, by=judge, reason="Pegawai negeri.")
    objection = actions.file_objection(fresh(proposal), by=cast.alice, kind="for", reason=WHY)
    assert why_not(judge, "verification.decide_objection", objection).startswith("Anda yang memutuskan")
    assert why_not(cast.staff, "verification.decide_objection", objection) is None


def test_the_answer_page_takes_a_decision_and_its_reason(decided, cast, judge, client):
    objection = actions.file_objection(decided[State.ELIGIBLE], by=cast.staff, kind="against", reason=WHY)
    client.force_login(judge)
    url = reverse("verification:decide_objection", args=[objection.ref])
    assert WHY in client.get(url).content.decode()
    assert client.post(url, {"decision": "upheld", "answer": "ya"}).status_code == 422
    assert client.post(url, {"decision": "", "answer": "Toko itu bukan miliknya."}).status_code == 422
    answer = client.post(url, {"decision": "dismissed", "answer": "Toko itu bukan miliknya."})
    assert (answer.status_code, answer["Location"]) == (303, objection.get_absolute_url())
    assert client.post(url, {"decision": "upheld", "answer": "Toko itu miliknya juga."}).status_code == 403


def test_who_is_found_eligible_after_the_list_of_the_village_is_published_first(decided, walk, cast):
    programme, eligible = decided[State.ELIGIBLE].programme, decided[State.ELIGIBLE]
    [late] = walk.proposals_at(State.ASSESSED, programme=programme)
    [elsewhere] = walk.proposals_at(State.ELIGIBLE, programme=programme, by=cast.bob)  # no list of that village
    close(published(decided, cast))
    [letter_of_later] = walk.proposals_at(State.ELIGIBLE, programme=programme)
    late = actions.approve(late, by=cast.kabid, reason="Sesuai hasil kunjungan.")
    sentence = f"{late.name} belum diumumkan sebagai layak atau cadangan, sedangkan desanya sudah; umumkan dahulu."
    assert decree_queries.held_back(programme) == [(late, sentence)]
    assert set(decree_queries.eligible_for(programme)) == {eligible, elsewhere, letter_of_later}
    with pytest.raises(ValidationError, match="umumkan dahulu"):
        walk.drafted([late])
    actions.publish(programme, by=cast.kabid, villages=[NANGA_BULIK], days=5)
    [told] = [told for row, told in decree_queries.held_back(programme) if row == late]
    assert told.startswith(f"Masa sanggah {late.name} berjalan")
    yesterday = timezone.localdate() - timedelta(days=1)
    Publication.objects.filter(opens_on=timezone.localdate()).update(opens_on=yesterday, closes_on=yesterday)
    assert set(decree_queries.eligible_for(programme)) == {eligible, elsewhere, letter_of_later, late}


def test_who_was_on_the_list_as_waiting_could_be_objected_to_and_needs_no_second_window(decided, cast):
    programme = decided[State.ELIGIBLE].programme
    publication = published(decided, cast)
    close(publication)
    waiting = actions.promote(decided[State.WAITLISTED], by=cast.kabid, reason="Satu penerima mundur.")
    assert set(decree_queries.eligible_for(programme)) == {decided[State.ELIGIBLE], waiting}


# Told, listed, printed ------------------------------------------------------------------------------------------------


def test_the_village_hears_of_the_list_the_objection_and_the_answer_once(decided, cast, judge, run_jobs):
    published(decided, cast)
    objection = actions.file_objection(decided[State.ELIGIBLE], by=cast.staff, kind="against", reason=WHY)
    actions.decide_objection(objection, by=judge, decision="dismissed", answer="Sudah dicek ulang.")
    run_jobs()
    told = Notice.objects.filter(user=cast.alice, act__in=["verification.publish", "verification.file_objection", "verification.decide_objection"])  # fmt: skip
    name = decided[State.ELIGIBLE].name
    assert list(told.order_by("pk").values_list("sentence", flat=True)) == [
        "Hasil sementara 3 usulan Nanga Bulik diumumkan; cetak pengumumannya untuk papan desa.",
        f"Sanggahan tentang {name} masuk; Dinas akan menjawabnya.",
        f"Sanggahan tentang {name} sudah dijawab.",
    ]
    assert not Notice.objects.filter(user=cast.bob, act__startswith="verification.").exists()


def test_the_desk_names_objections_to_those_who_may_answer_and_closed_windows_to_kabid(decided, cast, judge, client):
    publication = published(decided, cast)
    close(publication)
    objection = actions.file_objection(decided[State.WAITLISTED], by=cast.staff, kind="for", reason=WHY)

    def lines(user):
        client.force_login(user)
        return {task.title: task for task in client.get("/").context["tasks"]}

    mine = lines(judge)[f"Jawab sanggahan tentang {decided[State.WAITLISTED].name}"]
    assert (mine.url, mine.due) == (objection.get_absolute_url(), objection.due_at)
    assert not [
        title for user in (cast.staff, cast.colleague, cast.kabid) for title in lines(user) if "sanggahan" in title
    ]
    assert "Masa sanggah 1 desa/kelurahan selesai" in lines(cast.kabid)


def test_the_desk_does_not_ask_to_draft_what_waits_for_its_window(decided, cast, client):
    client.force_login(cast.kabid)
    assert "Susun SK untuk 1 usulan layak" in {task.title for task in client.get("/").context["tasks"]}
    published(decided, cast)
    assert not [task.title for task in client.get("/").context["tasks"] if task.title.startswith("Susun SK")]


def test_objections_are_searched_narrowed_and_sorted(decided, cast, judge, client):
    rows = [
        actions.file_objection(decided[state], by=cast.staff, kind=kind, reason=WHY)
        for state, kind in ((State.ELIGIBLE, "against"), (State.WAITLISTED, "for"), (State.INELIGIBLE, "for"))
    ]
    actions.decide_objection(rows[2], by=judge, decision="dismissed", answer="Sudah dicek ulang.")
    client.force_login(cast.kabid)

    def found(query):
        return [row.pk for row in client.get(f"{OBJECTIONS}?{query}").context["page"]]

    first, second, third = (row.pk for row in rows)
    assert found("") == [first, second, third]
    assert found("urut=terbaru") == [third, second, first]
    assert found("keadaan=open") == [first, second]
    assert found("keadaan=dismissed") == [third]
    assert found("isi=against") == [first]
    assert found(f"cari={rows[1].ref.lower()}") == [second]
    assert found(f"cari={decided[State.INELIGIBLE].name}") == [third]
    assert found("cari=%25") == []
    assert found("wilayah=62.09.01") == []
    assert found(f"program={decided[State.ELIGIBLE].programme.ref}") == [first, second, third]


def test_pages_ask_a_fixed_number_of_queries(decided, walk, cast, client, django_assert_num_queries):
    publication = published(decided, cast)
    actions.file_objection(decided[State.ELIGIBLE], by=cast.staff, kind="against", reason=WHY)
    client.force_login(cast.kabid)
    urls = {"publications": LIST, "publication": publication.get_absolute_url(), "objections": OBJECTIONS}
    for name, url in urls.items():
        client.get(url)
        with django_assert_num_queries(QUERIES[name]):
            client.get(url)
    more = walk.proposals_at(State.ELIGIBLE, 2, programme=decided[State.ELIGIBLE].programme, by=cast.bob)
    actions.publish(more[0].programme, by=cast.kabid, villages=[cast.bob.village_id], days=5)
    for row in (decided[State.WAITLISTED], decided[State.INELIGIBLE], *more):
        actions.file_objection(row, by=cast.staff, kind=queries.KINDS[row.state][0], reason=WHY)
    for name, url in urls.items():
        with django_assert_num_queries(QUERIES[name]):
            client.get(url)


def test_the_notice_is_a_paper_with_masked_names_and_the_public_address(decided, cast, settings):
    settings.PUBLIC_URL = "https://uep.example.go.id/"
    publication = published(decided, cast)
    words = words_of(render.pdf(Announcement, publication))
    assert f"https://uep.example.go.id/pengumuman/{publication.code}/" in words.replace(" ", "")
    for state in queries.PUBLISHED:
        assert nama_tersamar(decided[state].name) in words
        assert decided[state].name not in words
    assert str(decided[State.ELIGIBLE].nik) not in words


# Masked names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Yosua Lamba", "Yo*** L****"),
        ("Siti", "Si**"),
        ("Ani", "A**"),
        ("Li", "L*"),
        ("Y", "*"),
        ("S. M. Kurniawan", "* * K******"),
        ("Hj. Nur'aini binti Ali", "H* N****** b**** A**"),
        ("  ", "***"),
        ("12", "1*"),
        ("Ä", "*"),
        ("A" * 120, "AA******"),
    ],
)
def test_a_masked_name(name, shown):
    assert nama_tersamar(name) == shown


@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "Zs"]), max_size=120))
def test_a_masked_name_never_shows_more_than_two_letters_in_a_row(name):
    shown = nama_tersamar(name)
    assert shown.count("*") > 0
    assert [run for run in re.findall(r"[^*\s]+", shown) if len(run) > 2] == []
    assert len(shown) <= 240


@given(st.lists(st.text(alphabet=string.ascii_letters, min_size=1, max_size=30), min_size=1, max_size=8))
def test_no_word_is_shown_in_full(words):
    shown = nama_tersamar(" ".join(words)).split()
    assert len(shown) == len(words)
    assert all(
        part.endswith("*") and len(part.rstrip("*")) < len(word) for part, word in zip(shown, words, strict=True)
    )


def test_the_longest_name_fits_its_column(walk, cast):
    long = " ".join(["Ab"] * 40)  # 119 letters of two-letter words: the mask is as long as the name
    [row] = walk.proposals_at(State.ELIGIBLE, name=long, account_name=long)
    actions.publish(row.programme, by=cast.kabid, villages=[NANGA_BULIK], days=1)
    assert PublishedName.objects.get().shown_name == " ".join(["A*"] * 40)
