import random
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from uep.demo.clock import Clock
from uep.demo.numbers import COLUMNS, Order, person_row, person_rows
from uep.demo.people import BIRTHDAYS, budget_lines, household, youngest_birthday
from uep.demo.words import TRADES
from uep.registry.fields import unseal
from uep.registry.nik import check_kk, check_nik

YOUNGEST = youngest_birthday(2026)


def make(number, **changes):
    return household(number, "62.09.03", **{"youngest": YOUNGEST, "digits": 12} | changes)


def test_one_number_gives_one_household():
    assert make(77) == make(77)
    assert make(77) != make(77, seed=2)


def test_numbers_never_repeat_even_when_all_birthdays_are_used():
    people = [make(number) for number in (*range(3000), *range(BIRTHDAYS, BIRTHDAYS + 3000))]
    assert len({person.nik for person in people}) == len({person.kk_number for person in people}) == len(people)


def test_every_household_is_well_formed_and_of_working_age():
    for number in range(0, 40_000, 97):
        person = make(number)
        assert check_nik(person.nik, birth_date=person.birth_date, sex=person.sex) == []
        assert check_kk(person.kk_number, nik=person.nik) == []
        assert date(2026 - 59, 7, 1) <= person.birth_date <= date(2026 - 26, 6, 30)
        assert len(person.account_number) == 12


def test_a_budget_adds_up_for_every_trade():
    chance = random.Random(4)
    for trade, _ in TRADES:
        for amount in (5_000_000, 3_000_000, 2_400_000):
            lines = budget_lines(trade, amount, chance)
            assert sum(line["quantity"] * line["unit_price"] for line in lines) == amount
            assert all(line["quantity"] > 0 for line in lines)


def test_a_row_for_copy_has_its_numbers_sealed():
    order = Order(5, 77, "62.09.03", YOUNGEST, 12, False, 1)
    row = dict(zip(COLUMNS, person_row(order), strict=True))
    person = make(77)
    assert (unseal("nik", row["nik"]), unseal("kk", row["kk_number"])) == (person.nik, person.kk_number)
    assert unseal("account", row["account_number"]) == person.account_number
    assert [k for k, *_ in person_rows([order._replace(k=k) for k in range(3)], 3)] == [0, 1, 2]


def test_the_clock_is_the_time_of_all_and_stops_with_its_block():
    past = datetime(2020, 3, 2, 9, 0, tzinfo=UTC)
    clock = Clock(past)
    with clock.going():
        assert timezone.now() == past
        clock.tick(30)
        clock.go_to(past)  # never back
        assert timezone.now() == past + timedelta(minutes=30)
        assert timezone.localdate() == date(2020, 3, 2)
        clock.tick(60 * 24 * 366 * 100)
        assert timezone.now() == clock.end
    assert timezone.now() - clock.end < timedelta(minutes=5)
