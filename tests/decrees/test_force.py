"""What is in force on a date, against a naive replay of the decrees; and its page."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from decrees import actions, queries
from decrees.models import Decree, Recipient, Removal
from decrees.queries import force
from proposals.flow import State
from proposals.models import Proposal
from tests.decrees.test_amend import pay
from tests.decrees.test_correct import correct
from tests.decrees.test_ink import signed_on_paper
from tests.decrees.test_revoke import revoke
from tests.walk import AMOUNT

pytestmark = pytest.mark.django_db
WIB = ZoneInfo("Asia/Jakarta")
START = date(2026, 3, 2)

STEPS = st.lists(
    st.tuples(
        st.integers(0, 3),  # days that pass before it
        st.sampled_from(["name", "name", "amend", "amend", "pay", "revoke"]),
        st.integers(0, 5),  # whom
        st.integers(0, 2),  # how many leave, are put right, come in
    ),
    min_size=1,
    max_size=6,
)


class Replay:
    """The office told by hand: who is on which list, written down at the end of each day."""

    def __init__(self):
        self.now: dict[int, tuple[str, str, int]] = {}  # household -> number of the decree, name, amount
        self.paid: set[int] = set()
        self.days: dict[date, dict] = {}

    def close(self, day: date) -> None:
        self.days[day] = dict(self.now)


def sign(house, decree) -> Decree:
    return house.at("signed", decree=Decree.objects.get(pk=decree.pk))


def play(house, programme, replay, kind, who, some) -> None:
    """One thing that happens in the office, and the same in the replay."""
    if kind == "name":
        decree = sign(house, house.draft(house.eligible(programme, some + 1)))
        for line in decree.recipients.all():
            replay.now[line.proposal_id] = (decree.number, line.name, line.amount)
        return
    standing = [
        row for row in Decree.objects.signed().exclude(kind="revocation").order_by("pk") if not queries.is_revoked(row)
    ]
    if kind == "revoke":
        standing = [row for row in standing if not row.is_amendment]
    if not standing:
        return
    decree = standing[who % len(standing)]
    lines = list(decree.recipients.in_force().select_related("proposal").order_by("position"))
    if kind == "pay":
        for line in lines[:some]:
            if line.proposal.state == State.DECREED:
                pay(line)
                replay.paid.add(line.proposal_id)
    elif kind == "revoke":
        family = queries.family_of(decree)
        gone = list(Recipient.objects.in_force().filter(decree__in=family).values_list("proposal_id", flat=True))
        sign(house, revoke(house, decree))
        for household in gone:
            del replay.now[household]
    else:
        amend(house, programme, replay, decree, lines, some)


def amend(house, programme, replay, decree, lines, some) -> None:
    unpaid = [line for line in lines if line.proposal.state == State.DECREED]
    leaving, right = unpaid[:some], unpaid[some : 2 * some]
    draft = house.amendment(decree)
    if leaving:
        actions.remove(draft, by=house.cast.kabid, recipients=leaving, cause=Removal.Cause.MOVED)
    for line in right:
        correct(house, line, name=f"{line.name} B", amount=line.amount - 1_000)
    new = house.eligible(programme, 1)
    actions.add(draft, by=house.cast.kabid, proposals=new)
    signed = sign(house, draft)
    for line in leaving:
        del replay.now[line.proposal_id]
    for line in right:
        replay.now[line.proposal_id] = (signed.number, f"{line.name} B", line.amount - 1_000)
    for proposal in new:
        replay.now[proposal.pk] = (signed.number, proposal.name, AMOUNT)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_every_day_is_told_as_a_replay_of_the_decrees_tells_it(house, steps):
    with transaction.atomic():
        today = START
        with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=WIB), tick=True):
            programme = house.programme(budget=1000 * AMOUNT, quota=1000)
        replay = Replay()
        replay.close(START - timedelta(1))
        for days, kind, who, some in steps:
            for _ in range(days):
                replay.close(today)
                today += timedelta(1)
            with time_machine.travel(datetime.combine(today, datetime.min.time(), WIB) + timedelta(hours=9), tick=True):
                play(house, programme, replay, kind, who, some)
        replay.close(today)
        for day, told in replay.days.items():
            lines = force.on_day(force.of_programme(programme, house.cast.kabid), day)
            assert {line.proposal_id: (line.decree.number, line.name, line.amount) for line in lines} == told, day
            assert force.sums(lines) == (len(told), sum(amount for *_, amount in told.values()))
        transaction.set_rollback(True)


def test_a_decree_dated_back_is_in_force_from_its_date(house):
    decree = signed_on_paper(house, house.at("at_regent", regent=True))
    lines = force.of_decree(decree, house.cast.kabid)
    assert [force.on_day(lines, day).count() for day in (decree.date - timedelta(1), decree.date)] == [0, 2]


@pytest.fixture
def told(house):
    """Two named, one of them taken off the day after, the other one put right; who took whom when."""
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=WIB), tick=True):
        decree = house.signed(2)
    with time_machine.travel(datetime(2026, 3, 5, 9, tzinfo=WIB), tick=True):
        draft = house.amendment(decree)
        gone, stays = decree.recipients.order_by("position")
        actions.remove(draft, by=house.cast.kabid, recipients=[gone], cause=Removal.Cause.DIED)
        correct(house, stays, name="Nama yang Benar")
        amendment = sign(house, draft)
    return decree, amendment, gone, stays


def test_the_page_tells_the_day_the_decrees_and_the_totals(house, told, client):
    decree, amendment, gone, stays = told
    client.force_login(house.cast.auditor)
    for address in (
        reverse("decrees:programme_in_force", args=[decree.programme.ref]),
        reverse("decrees:decree_in_force", args=[decree.ref]),
        reverse("decrees:decree_in_force", args=[amendment.ref]),
    ):
        before = client.get(address, {"tanggal": "2026-03-04"}).content.decode()
        after = client.get(address, {"tanggal": "2026-03-05"}).content.decode()
        assert [name in before for name in (gone.name, stays.name, "Nama yang Benar")] == [True, True, False]
        assert [name in after for name in (gone.name, stays.name, "Nama yang Benar")] == [False, False, True]
        assert ("Rp10.000.000" in before, "Rp5.000.000" in after) == (True, True)
        assert (amendment.number in after, "SK yang mengakhiri" in after) == (True, True)
        book = client.get(address, {"tanggal": "2026-03-04", "format": "xlsx"})
        assert book["Content-Disposition"] == 'attachment; filename="berlaku-2026-03-04.xlsx"'


def test_a_date_that_is_none_is_today(house, told, client):
    decree, *_ = told
    client.force_login(house.cast.kabid)
    page = client.get(reverse("decrees:decree_in_force", args=[decree.ref]), {"tanggal": "kemarin"})
    assert (page.status_code, "Nama yang Benar" in page.content.decode()) == (200, True)


def test_a_household_tells_its_lines_through_time(house, told, client):
    decree, amendment, _, stays = told
    assert [(row.decree, row.ended_on, row.ended_number) for row in force.of_household(stays.proposal)] == [
        (decree, date(2026, 3, 5), amendment.number), (amendment, None, None),
    ]  # fmt: skip
    client.force_login(house.cast.kabid)
    page = client.get(Proposal.objects.get(pk=stays.proposal_id).get_absolute_url()).content.decode()
    assert f"SK {decree.number}, 2 Maret 2026 – 5 Maret 2026 (SK {amendment.number})" in page


def test_the_list_makes_the_same_queries_for_any_size(house, client, django_assert_num_queries):
    client.force_login(house.cast.kabid)
    for count in (1, 3):
        decree = house.signed(count)
        client.get(reverse("decrees:decree_in_force", args=[decree.ref]))
        with django_assert_num_queries(IN_FORCE_QUERIES):
            client.get(reverse("decrees:decree_in_force", args=[decree.ref]))


IN_FORCE_QUERIES = 11
