"""Points, ties and places, without a database: hand-made cases, then whatever hypothesis thinks of."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification import scoring
from verification.questions import DEFAULT
from verification.scoring import DEFAULTS, Entry, Facts, Group, Outcome, Taken, Terms

SIGNS = [question.code for question in DEFAULT]
BULIK, LAMANDAU = "62.09.03", "62.09.01"
NANGA_BULIK, KUJAN, SEKOBAN = "62.09.03.1005", "62.09.03.2006", "62.09.01.2001"
NAMES = {BULIK: "Kec. Bulik", LAMANDAU: "Kec. Lamandau", NANGA_BULIK: "Kelurahan Nanga Bulik", KUJAN: "Desa Kujan",
         SEKOBAN: "Desa Sekoban"}  # fmt: skip
MILLION = 1_000_000
EVERYTHING = Facts(
    signs=dict.fromkeys(SIGNS, 100),
    found=True,
    visits=1,
    business_exists=True,
    business_years=6,
    turnover=2_000_000,
    turnover_seen=1_000_000,
    has_equipment=True,
    has_need=True,
    budget=5 * MILLION,
    amount=5 * MILLION,
    has_account=True,
    has_phone=True,
)


def entry(number, *, village=NANGA_BULIK, signs=0, amount=5 * MILLION, **facts) -> Entry:
    """Household `number` of a village, with so many signs of poverty and nothing else unless told."""
    seen = dict.fromkeys(SIGNS[:signs], 100)
    known = Facts(signs=seen, amount=amount)._replace(**facts)
    return Entry(number, (2026, number), village, village.rsplit(".", 1)[0], known)


def placed(entries, *, quota=100, budget=500 * MILLION, shares=None, taken=()) -> list[tuple[int, str, str]]:
    rows = scoring.rank(entries, Terms(quota, budget, DEFAULTS, shares or {}), taken, NAMES)
    return [(row.entry.pk, row.outcome.value, row.why) for row in rows]


# Points ---------------------------------------------------------------------------------------------------------------


def test_default_weights_make_a_hundred():
    assert {group.value: sum(c.points for c in scoring.CRITERIA if c.group == group) for group in Group} == {
        "poverty": 40, "prospects": 40, "readiness": 20,
    }  # fmt: skip


def test_every_indicator_of_the_decree_counts():
    assert [c.code for c in scoring.CRITERIA if c.group == Group.POVERTY] == SIGNS


def test_who_shows_everything_has_every_point():
    assert scoring.score(EVERYTHING) == (100, DEFAULTS)


def test_what_is_not_known_counts_nothing():
    assert scoring.score(Facts(returns=2)).breakdown == dict.fromkeys(DEFAULTS, 0)


@pytest.mark.parametrize(
    ("code", "facts", "points"),
    [
        ("business_age", {"business_years": 0}, 0),
        ("business_age", {"business_years": 1}, 2),
        ("business_age", {"business_years": 4}, 8),
        ("business_age", {"business_years": 40}, 10),
        ("turnover", {"turnover_seen": 0}, 0),
        ("turnover", {"turnover_seen": 999_999}, 4),
        ("turnover", {"turnover_seen": 1, "turnover": 0}, 8),
        ("papers", {"returns": 0}, 6),
        ("papers", {"returns": 1}, 3),
        ("papers", {"returns": 2}, 0),
        ("budget", {"budget": 4 * MILLION}, 0),
        ("budget", {"budget": 0, "amount": 0}, 0),
        ("phone", {"phone_is_borrowed": True}, 1),
        ("phone", {"phone_is_borrowed": True, "has_phone": False}, 0),
        ("attends", {"visits": 2}, 1),
        ("attends", {"found": False}, 0),
        ("account", {"has_account": False}, 0),
        ("business_runs", {"business_exists": False}, 0),
    ],
)
def test_signs_by_degree(code, facts, points):
    its = scoring.score(EVERYTHING._replace(**facts))
    assert its.breakdown[code] == points
    assert its.total == sum(its.breakdown.values())


def test_other_weights_count_instead():
    weights = dict.fromkeys(DEFAULTS, 0) | {"floor": 30, "phone": 5}
    its = scoring.score(EVERYTHING._replace(phone_is_borrowed=True), weights)
    assert (its.total, {code: points for code, points in its.breakdown.items() if points}) == (
        32,
        {"floor": 30, "phone": 2},
    )


# Order ----------------------------------------------------------------------------------------------------------------


def order(*entries) -> list[int]:
    return [row.pk for row, _ in scoring.ordered(entries)]


def test_the_higher_score_comes_first():
    assert order(entry(1, signs=1), entry(2, signs=3), entry(3, signs=2)) == [2, 3, 1]


def test_ties_are_settled_in_the_declared_order():
    same = {"signs": 2}
    assert order(entry(1, **same, desil=3), entry(2, **same, desil=1), entry(3, **same, desil=None)) == [2, 1, 3]
    # Six points of readiness against five of poverty and one more of readiness: the same sum.
    poorer, readier = entry(1, signs=1, desil=2), entry(2, desil=2, has_account=True)
    weights = DEFAULTS | {"account": 5}
    assert [row.pk for row, _ in scoring.ordered([readier, poorer], weights)] == [1, 2]
    assert order(entry(1, business_years=5, desil=1), entry(2, business_years=7, desil=1)) == [2, 1]
    assert order(entry(2, **same), entry(1, **same)) == [1, 2]


def test_the_tie_rule_is_a_sentence():
    assert scoring.tie_sentence() == (
        "Bila skor sama, didahulukan desil yang lebih rendah, lalu nilai bagian kemiskinan yang lebih tinggi, lalu "
        "usaha yang lebih lama, lalu nomor register yang lebih awal."
    )


# Places ---------------------------------------------------------------------------------------------------------------


def test_places_go_from_the_top_until_the_quota_is_used_up():
    rows = [entry(1, signs=1), entry(2, signs=2), entry(3, signs=3)]
    assert placed(rows, quota=2) == [
        (3, "eligible", "Tempat ke-1 dari 2."),
        (2, "eligible", "Tempat ke-2 dari 2."),
        (1, "waiting", "Kuota program habis (2 tempat)."),
    ]


def test_places_given_before_count():
    taken = [Taken(SEKOBAN, LAMANDAU, 1, 5 * MILLION)]
    assert placed([entry(1)], quota=1, taken=taken) == [(1, "waiting", "Kuota program habis (1 tempat).")]
    assert placed([entry(1)], quota=2, taken=taken) == [(1, "eligible", "Tempat ke-2 dari 2.")]
    assert placed([entry(1)], budget=9 * MILLION, taken=taken) == [
        (1, "waiting", "Anggaran tidak cukup: sisa Rp4.000.000, diminta Rp5.000.000.")
    ]


def test_nobody_passes_by_who_asks_for_more_when_the_money_ends():
    rows = [entry(1, signs=3), entry(2, signs=2), entry(3, signs=1, amount=1 * MILLION)]
    assert placed(rows, budget=8 * MILLION) == [
        (1, "eligible", "Tempat ke-1 dari 100."),
        (2, "waiting", "Anggaran tidak cukup: sisa Rp3.000.000, diminta Rp5.000.000."),
        (3, "waiting", "Anggaran habis pada peringkat 2."),
    ]


def test_a_district_that_is_full_lets_others_pass():
    rows = [entry(1, signs=3), entry(2, signs=2, village=KUJAN), entry(3, signs=1, village=SEKOBAN)]
    assert placed(rows, quota=2, shares={BULIK: 1}) == [
        (1, "eligible", "Tempat ke-1 dari 2."),
        (2, "waiting", "Kuota Kec. Bulik habis (1 tempat)."),
        (3, "eligible", "Tempat ke-2 dari 2."),
    ]


def test_a_village_has_a_share_inside_its_district():
    rows = [entry(1, signs=4), entry(2, signs=3), entry(3, signs=2, village=KUJAN), entry(4, signs=1, village=KUJAN)]
    assert placed(rows, shares={BULIK: 2, NANGA_BULIK: 1}) == [
        (1, "eligible", "Tempat ke-1 dari 100."),
        (2, "waiting", "Kuota Kelurahan Nanga Bulik habis (1 tempat)."),
        (3, "eligible", "Tempat ke-2 dari 100."),
        (4, "waiting", "Kuota Kec. Bulik habis (2 tempat)."),
    ]


def test_a_share_of_nothing_gives_no_place():
    assert placed([entry(1)], shares={NANGA_BULIK: 0}) == [
        (1, "waiting", "Kuota Kelurahan Nanga Bulik habis (0 tempat).")
    ]


def test_a_quota_that_was_cut_below_what_is_given_gives_no_place():
    taken = [Taken(SEKOBAN, LAMANDAU, 3, 15 * MILLION)]
    assert placed([entry(1)], quota=2, taken=taken) == [(1, "waiting", "Kuota program habis (2 tempat).")]
    assert placed([entry(1)], budget=10 * MILLION, taken=taken) == [
        (1, "waiting", "Anggaran tidak cukup: sisa Rp0, diminta Rp5.000.000.")
    ]


def test_nobody_competes():
    assert placed([]) == []


# Shares ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shares", "faults"),
    [
        ({}, {}),
        ({BULIK: 6, LAMANDAU: 4}, {}),
        ({BULIK: 6, LAMANDAU: 5}, {"": "Jumlah kuota wilayah 11, melebihi kuota program 10."}),
        ({BULIK: 6, SEKOBAN: 5}, {"": "Jumlah kuota wilayah 11, melebihi kuota program 10."}),
        ({BULIK: 10, NANGA_BULIK: 6, KUJAN: 4}, {}),
        (
            {BULIK: 5, NANGA_BULIK: 4, KUJAN: 2},
            {BULIK: "Kuota desa/kelurahan di Kec. Bulik berjumlah 6, melebihi 5."},
        ),
    ],
)
def test_shares_fit_the_quota_and_villages_their_district(shares, faults):
    assert scoring.faults_of(10, shares, NAMES) == faults


# Whatever comes -------------------------------------------------------------------------------------------------------

PLACES = [NANGA_BULIK, KUJAN, SEKOBAN, "62.09.01.2002"]
FACTS = st.builds(
    Facts,
    signs=st.dictionaries(st.sampled_from(SIGNS), st.integers(0, 100)),
    found=st.booleans(),
    visits=st.integers(0, 3),
    business_exists=st.booleans(),
    business_years=st.integers(0, 9),
    turnover=st.integers(0, 3_000_000),
    turnover_seen=st.integers(0, 3_000_000),
    has_need=st.booleans(),
    returns=st.integers(0, 3),
    amount=st.integers(1, 5).map(lambda number: number * MILLION),
    desil=st.none() | st.integers(1, 10),
)


@st.composite
def fields(draw, *, same_amount=False):
    """Households with terms and places given before."""
    rows = draw(st.lists(st.tuples(FACTS, st.sampled_from(PLACES)), max_size=12))
    entries = [
        Entry(number, (2026, number), village, village.rsplit(".", 1)[0],
              facts._replace(amount=5 * MILLION) if same_amount else facts)
        for number, (facts, village) in enumerate(rows, 1)
    ]  # fmt: skip
    regions = st.sampled_from([*PLACES, BULIK, LAMANDAU])
    terms = Terms(
        draw(st.integers(0, 10)),
        draw(st.integers(0, 40)) * MILLION,
        DEFAULTS | draw(st.dictionaries(st.sampled_from(list(DEFAULTS)), st.integers(0, 100), max_size=4)),
        draw(st.dictionaries(regions, st.integers(0, 5), max_size=4)),
    )
    taken = [
        Taken(village, village.rsplit(".", 1)[0], number, 5 * MILLION * number)
        for village, number in draw(st.dictionaries(st.sampled_from(PLACES), st.integers(1, 2), max_size=2)).items()
    ]
    return entries, terms, taken


@given(fields())
def test_places_never_exceed_quota_budget_or_share(field):
    entries, terms, taken = field
    won = [row.entry for row in scoring.rank(entries, terms, taken, NAMES) if row.outcome == Outcome.ELIGIBLE]
    before, promised = sum(row.count for row in taken), sum(row.amount for row in taken)
    assert not won or before + len(won) <= terms.quota
    assert not won or promised + sum(row.amount for row in won) <= terms.budget
    new, old = Counter(), Counter()
    for row in won:
        new.update([row.village, row.district])
    for row in taken:
        old.update({row.village: row.count, row.district: row.count})
    assert [code for code in new if code in terms.shares and old[code] + new[code] > terms.shares[code]] == []


@given(fields())
def test_who_waits_would_not_fit_when_their_turn_came(field):
    """No place is left lying: whoever waits met a limit that was reached by those above, or before."""
    entries, terms, taken = field
    rows = scoring.rank(entries, terms, taken, NAMES)
    count, amount = sum(row.count for row in taken), sum(row.amount for row in taken)
    used = Counter()
    for row in taken:
        used.update({row.village: row.count, row.district: row.count})
    short = False
    for row in rows:
        codes = (row.entry.village, row.entry.district)
        full = any(code in terms.shares and used[code] >= terms.shares[code] for code in codes)
        if row.outcome == Outcome.ELIGIBLE:
            count, amount = count + 1, amount + row.entry.amount
            used.update(codes)
        else:
            too_dear = amount + row.entry.amount > terms.budget
            assert count >= terms.quota or full or too_dear or short
            short = short or (too_dear and not full and count < terms.quota)


@given(fields(), st.randoms(use_true_random=False))
def test_the_order_is_total_and_does_not_hang_on_how_they_come(field, chance):
    entries, terms, taken = field
    shuffled = chance.sample(entries, len(entries))
    rows = scoring.rank(entries, terms, taken, NAMES)
    assert scoring.rank(shuffled, terms, taken, NAMES) == rows
    assert [row.position for row in rows] == list(range(1, len(entries) + 1))
    scores = [row.score.total for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert [sum(row.score.breakdown.values()) for row in rows] == scores


@given(fields(), FACTS, st.sampled_from(PLACES))
def test_one_more_household_changes_nothing_above_it_and_no_order(field, facts, village):
    entries, terms, taken = field
    newcomer = Entry(99, (2026, 99), village, village.rsplit(".", 1)[0], facts)
    before = scoring.rank(entries, terms, taken, NAMES)
    after = scoring.rank([*entries, newcomer], terms, taken, NAMES)
    [place] = [index for index, row in enumerate(after) if row.entry == newcomer]
    assert after[:place] == before[:place]
    assert [row.entry for row in after if row.entry != newcomer] == [row.entry for row in before]


@given(fields(same_amount=True), FACTS, st.sampled_from(PLACES))
def test_one_more_household_gives_nobody_a_place(field, facts, village):
    """With the same aid for all: who waited before waits still."""
    entries, terms, taken = field
    newcomer = Entry(99, (2026, 99), village, village.rsplit(".", 1)[0], facts._replace(amount=5 * MILLION))
    waited = {row.entry.pk for row in scoring.rank(entries, terms, taken, NAMES) if row.outcome == Outcome.WAITING}
    after = scoring.rank([*entries, newcomer], terms, taken, NAMES)
    assert waited <= {row.entry.pk for row in after if row.outcome == Outcome.WAITING}


@given(fields(same_amount=True), st.integers(1, 5))
def test_more_room_takes_a_place_from_nobody(field, more):
    entries, terms, taken = field
    won = {row.entry.pk for row in scoring.rank(entries, terms, taken, NAMES) if row.outcome == Outcome.ELIGIBLE}
    wider = terms._replace(quota=terms.quota + more, budget=terms.budget + more * 5 * MILLION)
    after = scoring.rank(entries, wider, taken, NAMES)
    assert won <= {row.entry.pk for row in after if row.outcome == Outcome.ELIGIBLE}


@given(fields(), st.data())
def test_a_household_that_shows_more_never_falls(field, data):
    entries, terms, taken = field
    if not entries:
        return
    chosen = data.draw(st.sampled_from(entries))
    sign = data.draw(st.sampled_from(SIGNS))
    richer = replace(chosen, facts=chosen.facts._replace(signs=chosen.facts.signs | {sign: 100}))
    others = [row for row in entries if row != chosen]
    before = next(row.position for row in scoring.rank(entries, terms, taken, NAMES) if row.entry == chosen)
    after = next(row.position for row in scoring.rank([*others, richer], terms, taken, NAMES) if row.entry == richer)
    assert after <= before
