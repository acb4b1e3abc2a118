"""NIK and KK numbers that an independent maker gave to people of all Indonesia: what it knows of them, we read."""

import csv
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.maker import maker, needs_maker
from uep.registry.nik import birth_of, check_kk, check_nik, lost_digits, sex_of

pytestmark = needs_maker
TODAY = date(2026, 11, 24)
with (Path(__file__).parents[2] / "uep/registry/data/regions/districts.csv").open(newline="") as file:
    DISTRICTS = [line["code"] for line in csv.DictReader(file)]
KNOWN = frozenset(code.replace(".", "") for code in DISTRICTS)
OTHER_DIGIT = st.tuples(st.integers(6, 11), st.integers(1, 9))


@st.composite
def households(draw):
    """The people of one household, anywhere, with the numbers of their maker."""
    district = draw(st.sampled_from(DISTRICTS))
    village = {"code": f"{district}.2001", "name": "Desa", "district_code": district}
    elsewhere = draw(st.lists(st.sampled_from(DISTRICTS), min_size=1, max_size=3))
    return maker(district[:5], draw(st.integers(0, 10**6)), villages=[village], elsewhere=elsewhere).household()


def codes(findings) -> list[tuple[str, str]]:
    return [(finding.level, finding.code) for finding in findings]


def check(person, **otherwise):
    given_for = {"birth_date": person["tanggal_lahir"], "sex": person["jenis_kelamin"]} | otherwise
    return codes(check_nik(person["nik"], known_districts=KNOWN, **given_for))


@given(households())
def test_what_is_right_is_found_right_and_read(household):
    read = [(check(one), sex_of(one["nik"]), birth_of(one["nik"], on=TODAY)) for one in household]
    assert read == [([], one["jenis_kelamin"], one["tanggal_lahir"]) for one in household]
    cards = [codes(check_kk(one["no_kk"], nik=one["nik"], known_districts=KNOWN)) for one in household]
    assert cards == [[("warning", "same_as_nik")] if one["no_kk"] == one["nik"] else [] for one in household]


@given(households(), OTHER_DIGIT)
def test_another_digit_in_the_birth_date_is_never_overlooked(household, other):
    place, more = other
    for one in household:
        digit = str((int(one["nik"][place]) + more) % 10)
        assert check(one | {"nik": one["nik"][:place] + digit + one["nik"][place + 1 :]}) != []


@given(households(), st.integers(0, 15))
def test_a_digit_too_few_or_too_many_is_refused(household, place):
    for one in household:
        nik = one["nik"]
        shapes = [
            check(one | {"nik": text}) for text in (nik[:place] + nik[place + 1 :], nik[:place] + "7" + nik[place:])
        ]
        assert shapes == [[("error", "length")], [("error", "length")]]


@given(households(), st.integers(1, 27))
def test_another_day_or_sex_is_a_question_and_no_refusal(household, days):
    for one in household:
        other_day = one["tanggal_lahir"] + timedelta(days=days)
        other_sex = {"L": "P", "P": "L"}[one["jenis_kelamin"]]
        assert (check(one, birth_date=other_day), check(one, sex=other_sex)) == (
            [("warning", "birth_date")],
            [("warning", "sex")],
        )


@given(households())
def test_a_number_cell_has_lost_the_end_and_text_has_not(household):
    for one in household:
        for what, number in (("NIK", one["nik"]), ("Nomor KK", one["no_kk"])):
            kept_by_excel = float(int(number) // 10 * 10)
            assert (lost_digits(kept_by_excel, what=what).code, lost_digits(number, what=what)) == ("lost_digits", None)
