"""A day's work: days and order, put off, handed over, made longer; who may; what stays readable; travel orders."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from notices.actions import announce
from notices.models import Notice
from oversight.queries.report import step_times
from proposals.flow import State
from proposals.models import Proposal
from tests.registry.test_boundaries import feature, file_of, square
from tests.walk import upload
from uep.access.access import Refused, why_not
from uep.documents.models import OfficialDocument
from uep.documents.queries import document_of, documents_of
from uep.office.models import Holiday
from uep.registry.actions import load_boundaries
from verification import actions, queries
from verification.models import DayLimit, PlanChange, PlannedVisit
from verification.queries import plans

pytestmark = pytest.mark.django_db
TUESDAY = datetime.fromisoformat("2026-11-24T09:30:00+07:00")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_a_tuesday():
    with time_machine.travel(TUESDAY, tick=False):
        yield


def day(number: int):
    """Of November 2026; the 28th is a Saturday."""
    return TUESDAY.date().replace(day=number)


@pytest.fixture
def households(walk):
    """Six that wait, of one village, by name."""
    return sorted(walk.proposals_at(State.COMPLETE, 6), key=lambda row: row.name)


@pytest.fixture
def send(cast):
    def go(rows, **changes):
        facts = {
            "by": cast.kabid, "leader": cast.staff, "members": [cast.colleague], "starts": day(24), "ends": day(26),
            "purpose": "Verifikasi", "vehicle": "KH 1",
        }  # fmt: skip
        return actions.assign_team(rows[0].programme, proposals=rows, **(facts | changes))

    return go


@pytest.fixture
def journey(households, send):
    """Six households in three days, two a day."""
    DayLimit.objects.create(region_id=households[0].village_id, households=2)
    return send(households)


def days(assignment) -> list[tuple[int, list[str]]]:
    return [(row.day.day, [stop.proposal.name[-1] for stop in row.stops]) for row in plans.days_of(assignment)]


def changes(assignment) -> list[tuple]:
    rows = assignment.changes.order_by("pk")
    return [(c.kind, c.proposal and c.proposal.name[-1], c.was.day, c.now.day, c.reason, c.by.username) for c in rows]


# Days -----------------------------------------------------------------------------------------------------------------


def test_an_assignment_is_planned_by_the_road_and_the_limit_of_the_day(journey):
    assert days(journey) == [(24, ["1", "2"]), (25, ["3", "4"]), (26, ["5", "6"])]


def test_a_journey_leaves_out_days_off(households, send):
    Holiday.objects.create(date=day(25), name="Libur", kind=Holiday.Kind.OFFICE)
    DayLimit.objects.create(region_id="62.09.03", households=2)
    assert days(send(households, ends=day(30))) == [(24, ["1", "2"]), (26, ["3", "4"]), (27, ["5", "6"])]


def test_the_nearest_limit_counts(office):
    for code, households in (("62.09", 8), ("62.09.03", 5), ("62.09.03.1005", 3), ("62.09.03.2007", None)):
        DayLimit.objects.create(region_id=code, households=households)
    limits = plans.Limits()
    assert [limits.of(code) for code in ("62.09.03.1005", "62.09.03.2007", "62.09.01.2001")] == [3, 5, 8]


def test_too_much_for_a_day_is_said_and_not_refused(households, send, cast, client):
    DayLimit.objects.create(region_id="62.09", households=4)
    client.force_login(cast.kabid)
    form = {
        "proposals": [row.pk for row in households], "leader": cast.staff.pk, "starts": "2026-11-24",
        "ends": "2026-11-24", "purpose": "Verifikasi",
    }  # fmt: skip
    url = reverse("verification:assign_team", args=[households[0].programme.ref])
    page = client.post(url, form, follow=True).content.decode()
    assert "Selasa, 24 November 2026: 6 rumah tangga, 150% dari batas kunjungan sehari." in page
    assert "150% dari batas sehari" in page


def test_loads_count_each_person_and_day_over_all_teams(journey, walk, send, cast):
    others = walk.proposals_at(State.COMPLETE, 2, programme=Proposal.objects.first().programme)
    send(others, leader=cast.colleague, members=[], starts=day(25), ends=day(25))
    shown = [day(24), day(25), day(26)]
    rows = {row.person.username: (row.missed, row.days) for row in plans.loads(queries.team_choices(cast.kabid), shown)}
    assert rows == {
        "sari": (0, [(2, 100), (2, 100), (2, 100)]),
        "tono": (0, [(2, 100), (4, 200), (2, 100)]),
        "oka": (0, [(0, 0), (0, 0), (0, 0)]),
    }


def test_what_was_not_done_on_its_day_is_missed(journey, walk, cast):
    walk.visited(Proposal.objects.get(pk=plans.planned(journey)[0].proposal_id))
    with time_machine.travel(TUESDAY + 2 * DAY, tick=False):
        [load] = plans.loads([cast.staff], plans.days_ahead()[:1])
    assert (load.missed, load.days) == (3, [(2, 100)])


# Order ----------------------------------------------------------------------------------------------------------------


def test_the_order_of_a_day_is_changed_by_numbers(journey, households, cast):
    actions.order_route(journey, by=cast.staff, numbers={households[1].pk: 1})
    assert days(journey) == [(24, ["2", "1"]), (25, ["3", "4"]), (26, ["5", "6"])]
    actions.order_route(journey, by=cast.staff, numbers={})
    assert days(journey)[0] == (24, ["1", "2"])


def test_the_form_of_the_order_works_without_scripts(journey, households, cast, client):
    client.force_login(cast.staff)
    url = reverse("verification:order_route", args=[journey.ref])
    form = {f"no_{row.ref}": "1" if row in households[::2] else "2" for row in households}
    assert client.post(url, form | {f"no_{households[3].ref}": "1"}).status_code == 303
    assert days(journey)[1] == (25, ["4", "3"])
    assert client.post(url, form | {f"no_{households[0].ref}": "9"}).status_code == 422
    assert client.post(url, form | {"road": "on"}).status_code == 303
    assert days(journey)[1] == (25, ["3", "4"])


def test_history_keeps_what_was_planned_and_nothing_can_be_taken_out(journey, households, cast):
    actions.postpone(journey, by=cast.staff, proposals=[households[0]], day=day(26), reason="Jembatan putus.")
    row = PlannedVisit.objects.get(proposal=households[0])
    events = row.events.order_by("pgh_id").values_list("day", "position")
    assert [(when.day, place) for when, place in events] == [(24, 1), (26, 3)]
    for attempt in (row.delete, journey.changes.all().delete, lambda: journey.changes.update(reason="lain")):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


# Another day ----------------------------------------------------------------------------------------------------------


def test_a_household_is_put_off_with_its_reason(journey, households, cast):
    actions.postpone(journey, by=cast.staff, proposals=households[:2], day=day(26), reason="Jalan banjir.")
    assert days(journey) == [(25, ["3", "4"]), (26, ["5", "6", "1", "2"])]
    assert changes(journey) == [
        ("postponed", "1", 24, 26, "Jalan banjir.", "sari"),
        ("postponed", "2", 24, 26, "Jalan banjir.", "sari"),
    ]
    assert [row.is_too_much for row in plans.days_of(journey)] == [False, True]


@pytest.mark.parametrize(
    "facts, field, sentence",
    [
        ({"day": 23}, "day", "Pilih hari antara 24 November 2026 dan 26 November 2026."),
        ({"day": 27}, "day", "Pilih hari antara 24 November 2026 dan 26 November 2026."),
        ({"day": 24}, "day", "Rumah tangga itu sudah direncanakan pada 24 November 2026."),
        ({"reason": "  a "}, "reason", "Tulis alasannya, sedikitnya beberapa kata."),
        ({"proposals": []}, "proposals", "Pilih rumah tangga yang masih harus dikunjungi tim ini."),
    ],
)
def test_what_cannot_be_put_off_says_why(journey, households, cast, facts, field, sentence):
    given = {"proposals": households[:1], "day": 25, "reason": "Jalan banjir."} | facts
    with pytest.raises(ValidationError) as refused:
        actions.postpone(journey, by=cast.staff, **(given | {"day": day(given["day"])}))
    assert refused.value.message_dict == {field: [sentence]}
    assert not journey.changes.exists()


def test_who_was_seen_already_is_not_put_off(journey, households, walk, cast):
    walk.visited(households[0])
    with pytest.raises(ValidationError, match="Pilih rumah tangga yang masih harus dikunjungi"):
        actions.postpone(journey, by=cast.staff, proposals=households[:1], day=day(25), reason="Jalan banjir.")


# Longer ---------------------------------------------------------------------------------------------------------------


def test_a_longer_journey_spreads_what_is_left_and_has_a_new_letter(journey, households, walk, cast):
    DayLimit.objects.update(households=1)
    former = document_of("surat_tugas", journey)
    walk.visited(households[0])
    journey = actions.extend(journey, by=cast.staff, ends=day(30), reason="Rumah berjauhan.")
    assert journey.ends == day(30)
    assert days(journey) == [(24, ["1", "2"]), (25, ["3"]), (26, ["4"]), (27, ["5"]), (30, ["6"])]
    assert changes(journey) == [
        ("extended", None, 26, 30, "Rumah berjauhan.", "sari"),
        ("postponed", "4", 25, 26, "Rumah berjauhan.", "sari"),
        ("postponed", "5", 26, 27, "Rumah berjauhan.", "sari"),
        ("postponed", "6", 26, 30, "Rumah berjauhan.", "sari"),
    ]
    former.refresh_from_db()
    assert (former.status, former.superseded_by) == (
        OfficialDocument.Status.AMENDED,
        document_of("surat_tugas", journey),
    )


def test_due_times_move_with_the_working_days_that_were_added(journey, households, cast):
    due = {row.pk: row.due_at for row in Proposal.objects.all()}
    actions.extend(journey, by=cast.kabid, ends=day(30), reason="Desa berbukit.", moves_due=True)
    calendar_days = {timezone.localdate(row.due_at) - timezone.localdate(due[row.pk]) for row in Proposal.objects.all()}
    assert {
        (before.date(), after.date())
        for before, after in (
            (timezone.localtime(due[row.pk]), timezone.localtime(row.due_at)) for row in Proposal.objects.all()
        )
    } == {
        (day(26), day(30))  # 27 and 30 November: two working days
    }
    assert calendar_days == {timedelta(days=4)}
    step = households[0].steps.first()
    assert (step.act, step.source, step.target, step.note, step.by) == (
        "verification.give_time", State.COMPLETE, State.COMPLETE, "Diperpanjang 2 hari kerja. Desa berbukit.", cast.kabid,
    )  # fmt: skip
    assert changes(journey)[-1] == ("time_given", None, 26, 30, "Desa berbukit.", "kabid")


def test_the_journey_of_the_household_tells_of_more_time_and_its_village_hears_of_it(journey, households, cast, client):
    announce()
    Notice.objects.all().delete()
    actions.give_time(journey, by=cast.kabid, days=2, reason="Desa berbukit.")
    while announce():
        pass
    assert list(Notice.objects.values_list("user__username", "sentence")) == [
        ("alice", "Batas waktu verifikasi 6 usulan Nanga Bulik diperpanjang; baca alasannya.")
    ]
    client.force_login(cast.alice)
    page = client.get(households[0].get_absolute_url()).content.decode()
    assert "Batas waktu menjadi 30 November 2026" in page
    assert "Diperpanjang 2 hari kerja. Desa berbukit." in page


def test_the_report_holds_the_visit_against_the_new_time_and_counts_no_move(journey, households, walk, cast):
    programme = households[0].programme
    before = step_times(programme)[1]
    actions.give_time(journey, by=cast.kabid, days=5, reason="Desa berbukit.")
    assert step_times(programme)[1] == before
    with time_machine.travel(TUESDAY + 6 * DAY, tick=False):  # late by the former time, not by the new one
        walk.visited(households[0])
    assert step_times(programme)[1][-2:] == (before[-2] + 1, before[-1])


def test_a_leader_makes_the_journey_longer_but_leaves_the_clock_to_kabid(journey, cast, client):
    with pytest.raises(Refused), transaction.atomic():
        actions.extend(journey, by=cast.staff, ends=day(30), reason="Desa berbukit.", moves_due=True)
    url = reverse("verification:extend", args=[journey.ref])
    for user, asks in ((cast.staff, False), (cast.kabid, True)):
        client.force_login(user)
        assert ("moves_due" in client.get(url).context["form"].fields) is asks


@pytest.mark.parametrize("ends", [24, 26])
def test_a_journey_is_only_made_longer(journey, cast, ends):
    with pytest.raises(ValidationError, match="Tugas ini sampai 26 November 2026; pilih tanggal sesudahnya"):
        actions.extend(journey, by=cast.staff, ends=day(ends), reason="Desa berbukit.")


# Another team ---------------------------------------------------------------------------------------------------------


def hand_over(journey, cast, rows, **changes):
    facts = {
        "by": cast.kabid, "leader": cast.colleague, "members": [], "starts": day(25), "ends": day(25),
        "reason": "Ketua tim sakit.",
    }  # fmt: skip
    return actions.reassign(journey, proposals=rows, **(facts | changes))


def test_households_go_to_another_team_and_the_former_one_has_nothing_to_do_there(journey, households, cast):
    other = hand_over(journey, cast, households[4:])
    assert (days(journey), days(other)) == ([(24, ["1", "2"]), (25, ["3", "4"])], [(25, ["5", "6"])])
    assert [queries.current_assignment(row) for row in households[3:5]] == [journey, other]
    assert why_not(cast.staff, "verification.record_visit", households[4]) == (
        "Hanya anggota tim yang ditugaskan yang mencatat kunjungan ini."
    )
    assert why_not(cast.colleague, "verification.record_visit", households[4]) is None
    assert [row["households"] for row in queries.journeys_of(cast.staff)] == [4]
    assert changes(journey) == [
        ("reassigned", "5", 26, 25, "Ketua tim sakit.", "kabid"),
        ("reassigned", "6", 26, 25, "Ketua tim sakit.", "kabid"),
    ]
    assert plans.came_from(other) == journey
    assert [paper.status for paper in documents_of(journey)] == ["current", "amended"]
    assert {row.username: row.load for row in queries.team_choices(cast.kabid)} == {"sari": 4, "tono": 6, "oka": 0}


def test_a_team_without_households_is_called_back(journey, households, cast):
    hand_over(journey, cast, households)
    journey.refresh_from_db()
    assert (journey.ended_by, journey.end_reason) == (cast.kabid, "Ketua tim sakit.")
    assert [paper.status for paper in documents_of(journey)] == ["revoked"]


def test_a_visit_that_was_begun_stays_and_the_other_team_begins_its_own(journey, households, walk, cast):
    begun = actions.record_visit(households[0], by=cast.staff, visited_at=timezone.now(), found="away", met="Tetangga")
    hand_over(journey, cast, households[:1], starts=day(24))
    assert why_not(cast.staff, "verification.photograph", begun) == "Rumah tangga ini sudah dialihkan ke tim lain."
    again = actions.record_visit(households[0], by=cast.colleague, visited_at=timezone.now(), found="found")
    assert (again.round, begun.round) == (2, 1)
    with pytest.raises(Refused), transaction.atomic():
        actions.photograph(begun, by=cast.staff, house=[upload()])


def test_the_other_team_must_see_the_area(journey, households, cast):
    with pytest.raises(ValidationError, match="Wilayah kerja Oka Uji tidak mencakup"):
        hand_over(journey, cast, households, leader=cast.outsider)


# Who may --------------------------------------------------------------------------------------------------------------


def test_kabid_plans_any_journey_its_leader_the_own_one(journey, who_may):
    own = {"kabid", "staff"}
    assert {act: who_may(f"verification.{act}", journey) for act in (
        "order_route", "postpone", "extend", "order_travel", "reassign", "give_time",
    )} == {
        "order_route": own, "postpone": own, "extend": own, "order_travel": own, "reassign": {"kabid"},
        "give_time": {"kabid"},
    }  # fmt: skip


def test_a_member_reads_why_not(journey, cast):
    assert why_not(cast.colleague, "verification.postpone", journey) == (
        "Rencana perjalanan diatur oleh ketua tim atau Kabid."
    )


def test_an_ended_journey_is_not_planned_any_more(journey, cast):
    actions.end_assignment(journey, by=cast.kabid, reason="Kendaraan rusak.")
    journey.refresh_from_db()
    for act in ("order_route", "postpone", "extend", "reassign", "give_time", "order_travel"):
        assert why_not(cast.kabid, f"verification.{act}", journey) == "Penugasan ini sudah diakhiri."


def test_limits_are_set_by_kabid(office, cast, client):
    client.force_login(cast.kabid)
    url = reverse("verification:set_day_limits")
    assert client.post(url, {"62.09": "8", "62.09.02": "5", "62.09.02.1017": ""}).status_code == 303
    assert dict(DayLimit.objects.values_list("pk", "households")) == {"62.09": 8, "62.09.02": 5}
    client.post(url, {"62.09": "8"})
    assert dict(DayLimit.objects.values_list("pk", "households")) == {"62.09": 8, "62.09.02": None}
    assert client.post(url, {"62.09": "0"}).status_code == 422
    with pytest.raises(Refused):
        actions.set_day_limits(None, by=cast.staff, limits={"62.09": 3})
    with pytest.raises(ValidationError, match=r"Wilayah tidak dikenal: 62\.01"):
        actions.set_day_limits(None, by=cast.kabid, limits={"62.01": 3})


# Travel orders --------------------------------------------------------------------------------------------------------


def travel(journey, by, **changes):
    facts = {
        "levels": dict.fromkeys(queries.team_of(journey), "C"), "origin": "Nanga Bulik",
        "destination": "Kecamatan Bulik", "transport": "KH 1", "departs": day(24), "returns": day(26),
        "charged_to": "Dinas Sosial", "account": "5.1.02.04.01.0003",
    }  # fmt: skip
    return actions.order_travel(journey, by=by, **(facts | changes))


def orders(journey) -> list[tuple]:
    return [
        (order.person.username, order.level, order.days, [paper.status for paper in documents_of(order)])
        for order in journey.travel_orders.order_by("person__username")
    ]


def test_each_of_the_team_gets_a_travel_order_and_only_what_changed_is_issued_anew(journey, cast):
    travel(journey, cast.staff)
    assert orders(journey) == [("sari", "C", 3, ["current"]), ("tono", "C", 3, ["current"])]
    travel(journey, cast.kabid, levels={cast.staff: "B", cast.colleague: "C"})
    assert orders(journey) == [("sari", "B", 3, ["current", "amended"]), ("tono", "C", 3, ["current"])]
    actions.extend(journey, by=cast.staff, ends=day(27), reason="Rumah berjauhan.")
    assert orders(journey) == [
        ("sari", "B", 4, ["current", "amended", "amended"]),
        ("tono", "C", 4, ["current", "amended"]),
    ]
    actions.end_assignment(journey, by=cast.kabid, reason="Kendaraan rusak.")
    assert [status for *_, (status, *_) in orders(journey)] == ["revoked", "revoked"]


def test_the_form_of_travel_orders_knows_what_is_usual(journey, cast, client):
    client.force_login(cast.staff)
    url = reverse("verification:order_travel", args=[journey.ref])
    form = client.get(url).context["form"]
    given = {name: form[name].value() for name in form.fields}
    assert (given["destination"], given["transport"]) == ("Kecamatan Bulik", "KH 1")
    posted = {name: str(value) for name, value in given.items()} | {"origin": "Nanga Bulik", "account": "5.1.02"}
    assert client.post(url, posted).status_code == 303
    assert orders(journey) == [("sari", "C", 3, ["current"]), ("tono", "C", 3, ["current"])]
    assert client.post(url, posted | {"returns": "2026-11-20"}).status_code == 422
    with pytest.raises(ValidationError, match="SPPD dibuat untuk setiap anggota tim"):
        travel(journey, cast.staff, levels={cast.staff: "C"})


# The page of plans ----------------------------------------------------------------------------------------------------


def test_the_page_of_plans_tells_where_households_wait(journey, households, walk, cast, client):
    walk.proposals_at(State.COMPLETE, 2, programme=households[0].programme)
    walk.proposals_at(State.COMPLETE, 1, programme=households[0].programme, by=cast.bob)
    client.force_login(cast.kabid)
    context = client.get(reverse("verification:plan")).context
    assert [(row.region.name, row.waiting, row.sent, row.tone) for row in context["villages"]] == [
        ("Nanga Bulik", 2, 6, "warning"),
        ("Sungai Tuat", 1, 0, "warning"),
    ]
    assert (context["map"], context["households"]) == (None, [])
    programme = households[0].programme
    page = client.get(reverse("verification:plan"), {"wilayah": "62.09.01.2001"})
    assert [(row.village_id, row.is_sent) for row in page.context["households"]] == [("62.09.01.2001", False)]
    url = f"{reverse('verification:assign_team', args=[programme.ref])}?desa=62.09.01.2001"
    assert page.context["assign"] == [(str(programme), url)]
    chosen = client.get(url).context["form"]
    assert [str(row.pk) for row in chosen.households] == sorted(chosen.chosen())
    client.force_login(cast.staff)
    assert client.get(reverse("verification:plan"), {"wilayah": "62.09.01.2001"}).context["assign"] == []


def test_a_map_leads_to_the_villages_where_someone_waits(journey, cast, client):
    load_boundaries(file_of(feature("62.09.03.1005"), feature("62.09.03.2007", coordinates=square(111.1))))
    load_boundaries(file_of(feature("62.09.03", coordinates=square(size=0.2))))
    client.force_login(cast.kabid)
    response = client.get(reverse("verification:plan"), {"wilayah": "62.09.03.1005"})
    drawn = [
        (row["label"], row["tone"], row["mark"], row["url"], row["current"])
        for row in response.context["map"]["places"]
    ]
    assert drawn == [
        ("Nanga Bulik: 6 ditugaskan", "info", "6", "?wilayah=62.09.03.1005", True),
        ("Beruta: tidak ada", "neutral", "", "", False),
    ]
    page = response.content.decode()
    assert page.count("<path") == 3
    assert '<a href="?wilayah=62.09.03.1005" aria-label="Nanga Bulik: 6 ditugaskan" aria-current="true">' in page


def test_someone_sees_only_the_own_area(journey, cast, client):
    client.force_login(cast.outsider)
    assert client.get(reverse("verification:plan")).context["villages"] == []
    assert client.get(reverse("verification:route_list", args=[journey.ref])).status_code == 404


def test_the_page_of_plans_asks_the_same_for_two_and_for_eight(journey, walk, cast, client, django_assert_num_queries):
    client.force_login(cast.kabid)
    url = f"{reverse('verification:plan')}?wilayah=62.09.03"
    client.get(url)
    for _ in range(2):
        with django_assert_num_queries(20):
            client.get(url)
        walk.proposals_at(State.COMPLETE, 2, programme=Proposal.objects.first().programme)


def test_changes_are_read_on_the_page_of_the_journey(journey, households, cast, client):
    actions.postpone(journey, by=cast.staff, proposals=households[:1], day=day(25), reason="Jembatan <putus>.")
    client.force_login(cast.auditor)
    page = client.get(journey.get_absolute_url()).content.decode()
    assert "Hari dipindah" in page
    assert "dari Selasa, 24 November 2026 menjadi Rabu, 25 November 2026" in page
    assert "Jembatan &lt;putus&gt;." in page
    assert PlanChange.objects.get().sentence == "dari Selasa, 24 November 2026 menjadi Rabu, 25 November 2026"
