"""Re-verification: drawn by lot that anybody can repeat, seen by another team, concluded by Kabid with a reason."""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from notices.models import Notice
from oversight.queries import desk
from proposals.flow import State
from proposals.models import Proposal
from tests.machine.office import again, stands_in
from tests.verification.phone import shot
from tests.walk import upload
from uep.access.access import NOT_YOURS, Refused, why_not
from uep.access.roles import Role
from uep.accounts.models import User
from verification import actions, queries, sampling
from verification.models import FieldVisit, Instrument, SampleDraw, SecondCheck, SecondPhoto, SecondVisit
from verification.queries import ranking, second, side_by_side
from verification.questions import DEFAULT, stored

pytestmark = pytest.mark.django_db
WHY = "Uji petik menurut rencana kerja."
HERE = (Decimal("-2.012345"), Decimal("111.212345"))
OWN_VISIT = "Anda ikut memverifikasi di lapangan; validasi harus oleh orang lain."


@pytest.fixture
def other(cast):
    """A member of staff who was in no team, and works everywhere."""
    cast.outsider.districts.clear()
    return User.objects.get(pk=cast.outsider.pk)


@pytest.fixture
def rows(walk):
    return walk.proposals_at(State.ASSESSED, 4)


def draw(cast, programme, **facts):
    return actions.draw_sample(programme, by=cast.kabid, **{"reason": WHY, "share": 100} | facts)


def send(cast, drawn, leader, **facts):
    checks = list(second.to_assign(drawn))
    facts = {"checks": checks, "leader": leader, "members": [], "planned_on": timezone.localdate()} | facts
    return actions.assign_second_team(drawn, by=cast.kabid, **facts)


def seen_again(task, by, **facts):
    """A second visit with a photo, handed in."""
    told = {
        "visited_at": timezone.now(),
        "found": "found",
        "met": "Calon penerima",
        "identity_matches": True,
        "lives_there": True,
        "business_exists": True,
        "business_seen": "Warung sembako di depan rumah",
        "indicators": {"walls": True, "light": True},
        "recommendation": "eligible",
        "reason": "Usaha berjalan dan modal terbatas.",
    }
    actions.record_second_visit(task, by=by, **told | facts)
    actions.photograph_second(task, by=by, business=[SimpleUploadedFile("usaha.jpg", shot(task.pk % 50))])
    return actions.hand_in_second_visit(task, by=by)


@pytest.fixture
def task(rows, cast, other):
    """One of four, sent to a team of one."""
    drawn = draw(cast, rows[0].programme, share=None, count=1)
    send(cast, drawn, other)
    return SecondCheck.objects.get()


# The lot ---------------------------------------------------------------------------------------------------------------


def test_the_draw_can_be_repeated_by_hand(rows, cast):
    drawn = draw(cast, rows[0].programme, share=50)
    drawn.refresh_from_db()
    pool = sorted(FieldVisit.objects.values_list("ref", flat=True))
    by_hand = sorted(pool, key=lambda ref: hashlib.sha256(f"{drawn.seed}:{ref}".encode()).hexdigest())[:2]
    kept = set(drawn.checks.values_list("first__ref", flat=True))
    assert (drawn.pool, drawn.drawn, kept) == (pool, by_hand, set(by_hand))
    assert (drawn.size_label, len(drawn.seed), drawn.within_label) == (
        "2 dari 4 kunjungan (diminta 50%)",
        32,
        "semua kunjungan yang sudah diajukan",
    )


@given(st.sets(st.text("abcdef0123456789", min_size=1, max_size=6)), st.integers(1, 100), st.text(max_size=8))
def test_the_lot_takes_so_many_of_the_pool_in_whatever_order(pool, share, seed):
    number = sampling.number_of(len(pool), share=share)
    taken = sampling.drawn(seed, list(pool), number)
    assert taken == sampling.drawn(seed, sorted(pool, reverse=True), number)
    assert (len(taken), len(set(taken)), set(taken) <= pool) == (number, number, True)
    assert sampling.drawn(seed, pool, len(pool))[:number] == taken
    assert number * 100 >= len(pool) * share > (number - 1) * 100 or number == 0 == len(pool)


def test_what_was_drawn_once_is_never_drawn_again(rows, cast):
    first = draw(cast, rows[0].programme, share=None, count=3)
    rest = draw(cast, rows[0].programme, share=None, count=3)
    assert (len(first.drawn), len(rest.drawn), set(first.drawn) & set(rest.pool)) == (3, 1, set())
    assert why_not(cast.kabid, "verification.draw_sample", rows[0].programme) == (
        "Tidak ada kunjungan di program ini yang dapat diundi."
    )
    with pytest.raises(Refused):
        draw(cast, rows[0].programme)


def test_the_pool_is_narrowed_by_journey_and_days(rows, cast):
    programme, visit = rows[0].programme, FieldVisit.objects.first()
    today = timezone.localdate(visit.visited_at)
    sizes = [
        second.pool_of(cast.kabid, programme, *within).count()
        for within in ((), (visit.assignment,), (None, today, today), (None, today + timedelta(days=1)),
                       (None, None, today - timedelta(days=1)))
    ]  # fmt: skip
    assert sizes == [4, 4, 4, 0, 0]
    with pytest.raises(ValidationError, match="Tidak ada kunjungan dalam batas ini"):
        draw(cast, programme, since=today + timedelta(days=1))


def test_drafts_of_visits_and_what_is_in_a_decree_are_not_in_the_pool(walk, cast, rows):
    walk.proposals_at(State.IN_DECREE, programme=rows[0].programme)
    (waiting,) = walk.proposals_at(State.COMPLETE, programme=rows[0].programme)
    walk.assigned([waiting])
    actions.record_visit(Proposal.objects.get(pk=waiting.pk), by=cast.staff, visited_at=timezone.now(), found="away")
    assert {visit.proposal for visit in second.pool_of(cast.kabid, rows[0].programme)} == set(rows)


@pytest.mark.parametrize("facts", [{"share": None}, {"share": 10, "count": 2}])
def test_a_draw_takes_a_share_or_a_count(rows, cast, facts):
    with pytest.raises(ValidationError, match="Isi salah satu"):
        draw(cast, rows[0].programme, **facts)
    with pytest.raises(ValidationError, match="Tulis alasannya"):
        draw(cast, rows[0].programme, reason="x")


def test_a_draw_cannot_be_changed_afterwards(rows, cast):
    drawn = draw(cast, rows[0].programme)
    for change in ({"seed": "0" * 32}, {"pool": []}, {"reason": "Lain."}):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            SampleDraw.objects.filter(pk=drawn.pk).update(**change)
    other_visit = FieldVisit.objects.exclude(second_check=drawn.checks.first()).first()
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        SecondCheck.objects.filter(pk=drawn.checks.first().pk).update(first=other_visit)


def test_only_kabid_draws(rows, who_may):
    assert who_may("verification.draw_sample", rows[0].programme) == {"kabid"}


# Who goes --------------------------------------------------------------------------------------------------------------


def test_nobody_of_the_first_team_goes_a_second_time(rows, cast, other):
    drawn = draw(cast, rows[0].programme)
    for leader, members in ((cast.staff, []), (other, [cast.colleague])):
        with pytest.raises(ValidationError, match="sudah ikut mengunjungi"):
            send(cast, drawn, leader, members=members)
    assert list(drawn.checks.values_list("state", flat=True)) == ["drawn"] * 4


def test_the_team_must_work_there(rows, cast):
    with pytest.raises(ValidationError, match="Wilayah kerja Oka Uji tidak mencakup"):
        send(cast, draw(cast, rows[0].programme), cast.outsider)


def test_the_team_is_told_and_finds_it_on_the_desk(rows, cast, other, run_jobs):
    drawn = draw(cast, rows[0].programme)
    run_jobs()
    before = set(Notice.objects.values_list("pk", flat=True))
    send(cast, drawn, other)
    run_jobs()
    told = Notice.objects.exclude(pk__in=before)
    assert [(row.user, row.url) for row in told] == [(other, reverse("verification:second_checks"))]
    assert "terundi untuk verifikasi ulang" in told[0].sentence
    assert [line.title for line in desk.tasks(other)] == ["Kunjungi lagi 4 rumah tangga yang terundi"]


def test_another_team_may_be_sent_until_a_visit_is_begun(task, cast, walk):
    fresh = User.objects.create(username="rudi", full_name="Rudi Uji", role=Role.STAFF, must_change_password=False)
    send(cast, task.draw, fresh)
    task.refresh_from_db()
    assert (task.team.leader, task.state) == (fresh, "assigned")
    actions.record_second_visit(task, by=fresh, visited_at=timezone.now(), found="away")
    assert why_not(cast.kabid, "verification.assign_second_team", task.draw) == (
        "Semua rumah tangga undian ini sudah dikunjungi tim kedua."
    )


# The second visit ------------------------------------------------------------------------------------------------------


def test_only_the_second_team_writes_and_nobody_after_it_was_handed_in(task, other, who_may, cast):
    assert who_may("verification.record_second_visit", task) == {"outsider"}
    seen_again(task, other)
    task.refresh_from_db()
    assert task.state == "visited"
    for act in ("record_second_visit", "photograph_second", "hand_in_second_visit"):
        assert who_may(f"verification.{act}", task) == set()
    assert why_not(other, "verification.discard_second_photo", SecondPhoto.objects.get()) == (
        "Verifikasi ulang ini tidak sedang menunggu kunjungan kedua."
    )
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        SecondVisit.objects.update(met="Orang lain")


def test_it_asks_by_the_instrument_of_the_first_visit(task, other, cast):
    programme = task.first.proposal.programme
    new = actions.draft_instrument(programme, by=cast.kabid)
    actions.enact_instrument(new, by=cast.kabid)
    seen_again(task, other)
    assert SecondVisit.objects.get().instrument == task.first.instrument != new


def test_what_is_missing_is_asked_for_before_it_is_handed_in(task, other):
    assert why_not(other, "verification.hand_in_second_visit", task) == "Kunjungan kedua belum dicatat."
    actions.record_second_visit(task, by=other, visited_at=timezone.now(), found="away")
    assert why_not(other, "verification.hand_in_second_visit", task) == (
        "Calon tidak di tempat; kunjungi lagi, lalu ubah catatannya."
    )
    actions.record_second_visit(task, by=other, visited_at=timezone.now(), found="moved", met="Tetangga")
    assert why_not(other, "verification.hand_in_second_visit", task) == (
        "Belum ada: rekomendasi, alasan rekomendasi, sedikitnya satu foto."
    )


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"visited_at": timezone.now() + timedelta(days=400)}, "tidak boleh setelah sekarang"),
        ({"visited_at": timezone.now() - timedelta(days=400)}, "tidak boleh sebelum kunjungan pertama"),
        ({"latitude": HERE[0], "longitude": None}, "Koordinat harus lengkap"),
        ({"indicators": {"walls": "banyak"}}, "jawab ya atau tidak"),
        ({"indicators": {"unknown": True}}, "tidak ada di formulir"),
    ],
)
def test_hostile_facts_are_refused(task, other, facts, fault):
    with pytest.raises(ValidationError, match=fault):
        actions.record_second_visit(task, by=other, **{"visited_at": timezone.now(), "found": "found"} | facts)
    assert SecondVisit.objects.count() == 0


def test_readers_of_visits_do_not_meet_the_second_one(task, other):
    before = queries.last_visit(task.first.proposal)
    seen_again(task, other)
    assert (queries.last_visit(task.first.proposal), FieldVisit.objects.count()) == (before, 4)


def test_the_second_team_may_not_validate_either(task, other):
    """Who was in the field neither validates nor concludes, whichever the visit (design, law 2)."""
    stands_in(other, Role.DIVISION_HEAD)
    assert why_not(again(other), "verification.conclude_second_check", task) == (
        "Anda ikut memverifikasi di lapangan; kesimpulan oleh orang lain."
    )
    assert why_not(again(other), "verification.validate", task.first.proposal) is None
    seen_again(task, other)
    assert why_not(again(other), "verification.validate", task.first.proposal) == OWN_VISIT
    assert why_not(again(other), "verification.conclude_second_check", task) == (
        "Anda ikut memverifikasi di lapangan; kesimpulan oleh orang lain."
    )
    assert task.first.proposal_id in ranking.blocked_for(again(other), task.first.proposal.programme)


# Side by side ----------------------------------------------------------------------------------------------------------


def labels_of(*codes):
    return {question.label for question in DEFAULT if question.code in codes}


def compared(task, other, **facts):
    seen_again(task, other, **facts)
    return {row.label: row for row in side_by_side.rows_of(task.first, SecondVisit.objects.get())}


def test_two_teams_that_see_the_same_differ_in_nothing(task, other):
    rows = compared(task, other)
    assert [row.label for row in rows.values() if row.differs] == []
    assert (rows["Nilai jawaban"].first, rows["Nilai jawaban"].second) == (rows["Nilai jawaban"].second,) * 2


def test_what_differs_much_is_marked(task, other):
    rows = compared(
        task, other, lives_there=False, business_seen="Kios tutup", recommendation="ineligible", indicators={}
    )
    large = {row.label for row in rows.values() if row.is_large}
    small = {row.label for row in rows.values() if row.differs} - large
    assert large == {"Tinggal di alamat itu", "Rekomendasi", "Nilai jawaban"}
    assert small == {"Usaha yang dilihat", *labels_of("walls", "light")}  # nobody answered those the second time


@pytest.mark.parametrize(
    ("one", "other_amount", "is_large"),
    [(1_000_000, 1_999_999, False), (1_000_000, 2_000_000, True), (2_000_000, 1_000_000, True), (0, 1, True),
     (None, 5, False), (5, 5, False)],
)  # fmt: skip
def test_an_amount_is_large_from_twice_the_other_on(one, other_amount, is_large):
    visits = [FieldVisit(found="found", turnover_seen=amount) for amount in (one, other_amount)]
    for visit in visits:
        visit.instrument = Instrument(questions=stored(DEFAULT))
    rows = {row.label: row for row in side_by_side.rows_of(*visits)}
    assert rows.get("Omzet per bulan", side_by_side.Row("", "", "", False, False)).is_large is is_large


@pytest.mark.parametrize(("north", "label", "is_large"), [("0.001", "110 m", False), ("0.01", "1,1 km", True)])
def test_places_are_told_with_the_metres_between(north, label, is_large):
    visits = [
        FieldVisit(found="found", latitude=HERE[0] + add, longitude=HERE[1], accuracy=10)
        for add in (Decimal(0), Decimal(north))
    ]
    for visit in visits:
        visit.instrument = Instrument(questions=stored(DEFAULT))
    rows = {row.label: row for row in side_by_side.rows_of(*visits)}
    assert rows[f"Letak (terpisah {label})"].is_large is is_large


# What comes of it ------------------------------------------------------------------------------------------------------


def conclude(task, cast, verdict, reason="Sudah dibandingkan."):
    return actions.conclude_second_check(task, by=cast.kabid, verdict=verdict, reason=reason)


def test_before_the_second_visit_it_can_only_be_dropped(task, cast, who_may):
    assert who_may("verification.conclude_second_check", task) == {"kabid"}
    for verdict in ("first", "second", "ask"):
        with pytest.raises(ValidationError, match="hanya dapat dibatalkan"):
            conclude(task, cast, verdict)
    conclude(task, cast, "dropped")
    task.refresh_from_db()
    assert (task.state, task.outcome, task.label) == ("concluded", "dropped", "Dibatalkan tanpa kesimpulan")
    assert why_not(cast.kabid, "verification.conclude_second_check", task) == "Verifikasi ulang ini sudah disimpulkan."


def test_the_first_team_is_asked_answers_and_kabid_concludes(task, other, cast, who_may, run_jobs):
    seen_again(task, other)
    conclude(task, cast, "ask", "Mengapa alamatnya lain?")
    run_jobs()
    task.refresh_from_db()
    assert (task.state, who_may("verification.answer_second_check", task)) == ("asked", {"staff", "colleague"})
    assert set(Notice.objects.filter(sentence__startswith="Kabid bertanya").values_list("user__username", flat=True)) == {
        "sari", "tono",
    }  # fmt: skip
    assert "Jawab pertanyaan Kabid tentang 1 kunjungan" in [line.title for line in desk.tasks(cast.colleague)]
    actions.answer_second_check(task, by=cast.colleague, answer="Rumah lama sudah dijual.")
    conclude(SecondCheck.objects.get(), cast, "first", "Penjelasan diterima.")
    assert [(word.kind, word.text, word.by) for word in task.words.all()] == [
        ("asked", "Mengapa alamatnya lain?", cast.kabid),
        ("answered", "Rumah lama sudah dijual.", cast.colleague),
        ("concluded", "Penjelasan diterima.", cast.kabid),
    ]
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        SecondCheck.objects.update(outcome="second")


def test_when_the_second_visit_counts_the_score_goes_by_it(task, other, cast):
    proposal = task.first.proposal
    before = ranking.score_of(proposal)
    seen_again(task, other, business_exists=False, indicators={})
    assert ranking.score_of(proposal) == before
    conclude(task, cast, "second")
    after = ranking.score_of(proposal)
    assert (before.breakdown["business_runs"] > 0, after.breakdown.get("business_runs", 0)) == (True, 0)
    assert (after.breakdown.get("walls", 0), before.breakdown["walls"] > 0) == (0, True)


def test_a_conclusion_in_favour_of_the_first_visit_changes_no_score(task, other, cast):
    before = ranking.score_of(task.first.proposal)
    seen_again(task, other, business_exists=False, indicators={})
    conclude(task, cast, "first")
    assert ranking.score_of(task.first.proposal) == before


# What it holds up ------------------------------------------------------------------------------------------------------


def test_without_kabids_wish_nothing_is_held_up(task, cast):
    assert why_not(cast.kabid, "verification.approve", task.first.proposal) is None
    actions.approve(task.first.proposal, by=cast.kabid, reason=WHY)


def test_with_it_nothing_is_decided_until_it_is_concluded(rows, cast):
    drawn = draw(cast, rows[0].programme, share=None, count=1, holds=True)
    proposal = drawn.checks.get().first.proposal
    for act in ("approve", "waitlist", "decline"):
        with pytest.raises(Refused, match="ditahan sampai verifikasi ulang"):
            getattr(actions, act)(proposal, by=cast.kabid, reason=WHY)
    assert why_not(cast.kabid, "verification.revisit", proposal) is None
    assert ranking.blocked(proposal.programme) == {proposal.pk: second.HELD}
    conclude(drawn.checks.get(), cast, "dropped")
    assert ranking.blocked(proposal.programme) == {}
    actions.approve(proposal, by=cast.kabid, reason=WHY)


def test_a_ranking_leaves_held_households_where_they_are(rows, cast):
    held = draw(cast, rows[0].programme, share=None, count=1, holds=True).checks.get().first.proposal
    seen = ranking.field_of(rows[0].programme, cast.kabid).ranked().fingerprint
    actions.apply_ranking(rows[0].programme, by=cast.kabid, seen=seen)
    states = {row.pk: row.state for row in Proposal.objects.filter(pk__in=[row.pk for row in rows])}
    assert states == {row.pk: "assessed" if row == held else "eligible" for row in rows}


# Pages -----------------------------------------------------------------------------------------------------------------


def test_kabid_counts_first_and_draws_then(rows, cast, client):
    client.force_login(cast.kabid)
    url = reverse("verification:draw_sample", args=[rows[0].programme.ref])
    page = client.post(url, {"share": "50", "hitung": "1"})
    assert (page.status_code, SampleDraw.objects.count()) == (200, 0)
    assert "2 dari 4 kunjungan akan terundi." in page.content.decode()
    answer = client.post(url, {"share": "50", "reason": WHY, "holds": "on"})
    drawn = SampleDraw.objects.get()
    assert (answer.status_code, answer["Location"], drawn.holds, drawn.checks.count()) == (
        303, drawn.get_absolute_url(), True, 2,
    )  # fmt: skip
    page = client.get(answer["Location"]).content.decode()
    assert "Undian dihitung ulang dari benih dan kumpulan: hasilnya sama." in page
    assert drawn.seed in page
    assert all(sampling.hash_of(drawn.seed, ref) in page for ref in drawn.pool)


def test_a_form_that_is_sent_twice_draws_once(rows, cast, client):
    client.force_login(cast.kabid)
    url = reverse("verification:draw_sample", args=[rows[0].programme.ref])
    assert 'name="seen" value="0"' in client.get(url).content.decode()
    sent = {"count": "1", "reason": WHY, "seen": "0"}
    answers = [client.post(url, sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 422]
    assert "Undian lain baru saja dibuat" in answers[1].content.decode()
    assert SecondCheck.objects.count() == 1
    assert client.post(url, sent | {"seen": "1"}).status_code == 303


def test_the_second_team_reads_nothing_of_the_first_before_its_own_is_handed_in(task, other, cast, client):
    url, secret = task.get_absolute_url(), "Usaha berjalan dan modal terbatas."
    client.force_login(other)
    for page in (url, reverse("verification:record_second_visit", args=[task.ref])):
        assert secret not in client.get(page).content.decode()
    seen_again(task, other, reason="Menurut kami lain.")
    page = client.get(url).content.decode()
    assert (secret in page, "Menurut kami lain." in page) == (True, True)


def test_the_form_is_saved_while_one_writes_and_by_its_button(task, other, client):
    client.force_login(other)
    url = reverse("verification:record_second_visit", args=[task.ref])
    words = {"visited_at": f"{timezone.localtime():%Y-%m-%d %H:%M}", "found": "found", "met": "Siti"}
    answer = client.post(url, words, headers={"X-Autosave": "1"})
    assert (answer.status_code, SecondVisit.objects.get().met) == (200, "Siti")
    answer = client.post(url, words | {"met": "Siti dan Amin", "latitude": "-2,012345", "longitude": "111,212345"})
    visit = SecondVisit.objects.get()
    assert (answer.status_code, visit.met, visit.latitude, visit.position_from) == (
        303, "Siti dan Amin", HERE[0], "hand",
    )  # fmt: skip


def test_kabid_sees_it_where_the_decision_is_made(task, other, cast, client):
    client.force_login(cast.kabid)
    url = reverse("verification:validate", args=[task.first.proposal.ref])
    page = client.get(url).content.decode()
    assert "Terundi untuk kunjungan kedua; menunggu kunjungan kedua." in page
    seen_again(task, other, recommendation="ineligible")
    page = client.get(url).content.decode()
    assert "Perbedaan besar pada kunjungan ke-1" in page
    assert "Simpulkan 1 verifikasi ulang" in [line.title for line in desk.tasks(cast.kabid)]
    conclude(task, cast, "second", "Tim kedua melihat lebih teliti.")
    page = client.get(url).content.decode()
    assert "Kunjungan kedua yang dipakai. Tim kedua melihat lebih teliti." in page


def test_a_photo_of_the_first_visit_is_known_again(task, other, cast, client):
    actions.record_second_visit(task, by=other, visited_at=timezone.now(), found="found")
    actions.photograph_second(task, by=other, business=[upload()])  # the very bytes of the first team
    photos = second.photos_of(SecondVisit.objects.get())
    assert queries.seen_elsewhere(photos) == {photos[0].pk}
    client.force_login(other)
    assert "pernah diunggah" in client.get(task.get_absolute_url()).content.decode()
    actions.discard_second_photo(photos[0], by=other)
    actions.discard_second_photo(photos[0], by=other)
    assert second.photos_of(SecondVisit.objects.get()) == []


def test_villages_see_nothing_of_it(task, cast, client):
    client.force_login(cast.alice)
    assert client.get(task.get_absolute_url()).status_code == 403
    assert NOT_YOURS in client.get(reverse("verification:second_checks")).content.decode()
    assert "Verifikasi ulang" not in client.get(task.first.proposal.get_absolute_url()).content.decode()


def test_staff_of_another_area_do_not_find_it(rows, cast, client):
    drawn = draw(cast, rows[0].programme)
    client.force_login(cast.outsider)
    assert client.get(drawn.checks.first().get_absolute_url()).status_code == 404
    page = client.get(drawn.get_absolute_url()).content.decode()
    assert ("4 lagi di luar wilayah kerja Anda." in page, any(row.name in page for row in rows)) == (True, False)


def test_minutes_say_what_was_drawn_by_then(task, cast):
    visits = list(FieldVisit.objects.all())
    assert second.told_in_minutes(visits) == {
        task.first.ref: "Terundi untuk kunjungan kedua; menunggu kunjungan kedua."
    }
