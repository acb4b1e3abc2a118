"""Definitions, answers and what they are worth, without a database: hand-made cases, then whatever hypothesis thinks of."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification import questions, scoring
from verification.questions import ANY, DEFAULT, Choice, Kind, Need, Photo, Question, When

FLOOR = Question(
    "floor", "Lantai terluas", Kind.CHOICE.value, weight=10,
    choices=(Choice("soil", "Tanah", 100), Choice("wood", "Papan", 50), Choice("tiles", "Keramik")),
    photo=Photo("soil", "house"),
)  # fmt: skip
HOLES = Question("holes", "Papannya berlubang", need=Need.IF.value, when=When("floor", "wood"), weight=4)
WORSE = Question("worse", "Lubangnya lebar", need=Need.IF.value, when=When("holes", "yes"))
GOODS = Question(
    "goods", "Barang yang ada", Kind.CHOICES.value, weight=6, need=Need.ALWAYS.value,
    choices=(Choice("none", "Tidak ada", 50), Choice("radio", "Radio", 25), Choice("motor", "Sepeda motor")),
)  # fmt: skip
PEOPLE = Question("people", "Jumlah anggota rumah tangga", Kind.NUMBER.value)
DEBT = Question("debt", "Utang", Kind.MONEY.value, photo=Photo(ANY, "other"))
WORDS = Question("words", "Catatan tetangga", Kind.TEXT.value)
HOUSE = (FLOOR, HOLES, WORSE, GOODS, PEOPLE, DEBT, WORDS)


# Definitions ----------------------------------------------------------------------------------------------------------


def test_the_default_is_what_the_decree_names():
    assert questions.faults_of(DEFAULT, scoring.OTHER_DEFAULTS) == []
    assert [(row.code, row.kind, row.weight) for row in DEFAULT] == [
        (code, "yes_no", 5)
        for code in ("no_work", "food_worry", "food_share", "no_clothes", "floor", "walls", "toilet", "light")
    ]


def test_a_definition_that_hangs_together_has_no_faults():
    assert questions.faults_of(HOUSE) == []


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        (replace(PEOPLE, label=" "), "Pertanyaan 1 (tanpa kalimat): tulis pertanyaannya."),
        (replace(PEOPLE, label="a" * 161), f"Pertanyaan 1 ({'a' * 161}): kalimatnya paling panjang 160 huruf."),
        (replace(PEOPLE, code="Jumlah!"), "kodenya hanya huruf kecil, angka dan garis bawah."),
        (replace(PEOPLE, kind="formula"), "jenis jawabannya tidak dikenal."),
        (
            replace(PEOPLE, weight=5),
            "isian angka, rupiah dan kata tidak dapat diberi bobot; pakai pertanyaan pilihan.",
        ),
        (replace(PEOPLE, choices=FLOOR.choices), "pilihan jawaban hanya untuk pertanyaan pilihan."),
        (replace(FLOOR, choices=FLOOR.choices[:1]), "isi 2 sampai 8 pilihan jawaban."),
        (replace(FLOOR, choices=(*FLOOR.choices, Choice("more", "tanah "))), "ada pilihan jawaban yang sama."),
        (
            replace(FLOOR, choices=(Choice("soil", "Tanah", 101), Choice("wood", "Papan"))),
            "bagian bobot satu pilihan antara 0 dan 100 persen.",
        ),
        (
            replace(FLOOR, choices=(Choice("soil", "Tanah"), Choice("wood", "Papan"))),
            "berbobot, tetapi tidak ada pilihan yang mendapat bagian bobotnya.",
        ),
        (
            replace(GOODS, choices=(Choice("none", "Tidak ada", 80), Choice("radio", "Radio", 30))),
            "bagian bobot semua pilihan bersama paling banyak 100 persen, karena beberapa dapat dipilih.",
        ),
        (replace(FLOOR, weight=101), "bobotnya antara 0 dan 100."),
        (replace(HOLES, when=None), "sebutkan jawaban mana yang membuatnya ditanyakan."),
        (replace(HOLES, need=Need.ALWAYS.value), "sebutkan jawaban mana yang membuatnya ditanyakan."),
        (HOLES, "hanya dapat bergantung pada pertanyaan sebelumnya."),
        (replace(PEOPLE, photo=Photo("yes", "house")), "foto diminta pada jawaban yang tidak ada."),
        (replace(PEOPLE, photo=Photo(ANY, "moon")), "foto yang diminta tidak dikenal."),
    ],
)
def test_what_does_not_hang_together_is_said(changed, fault):
    faults = questions.faults_of([changed])
    assert [one for one in faults if one.endswith(fault)] == [faults[0]]


def test_codes_are_used_once_and_not_those_of_the_rest_of_the_score():
    assert questions.faults_of([PEOPLE, replace(PEOPLE, label="Lagi")]) == [
        "Pertanyaan 2 (Lagi): kodenya sudah dipakai pertanyaan lain."
    ]
    assert questions.faults_of([replace(PEOPLE, code="phone")], scoring.OTHER_DEFAULTS) == [
        "Pertanyaan 1 (Jumlah anggota rumah tangga): kodenya sudah dipakai unsur skor yang lain."
    ]


def test_a_question_hangs_on_an_answer_that_exists():
    assert questions.faults_of([FLOOR, replace(HOLES, when=When("floor", "marble"))]) == [
        "Pertanyaan 2 (Papannya berlubang): bergantung pada jawaban yang tidak ada di pertanyaan sebelumnya."
    ]
    assert questions.faults_of([PEOPLE, replace(HOLES, when=When("people", "yes"))]) == [
        "Pertanyaan 2 (Papannya berlubang): bergantung pada jawaban yang tidak ada di pertanyaan sebelumnya."
    ]


def test_there_may_not_be_too_many():
    many = [replace(PEOPLE, code=f"people_{number}") for number in range(41)]
    assert questions.faults_of(many) == ["Paling banyak 40 pertanyaan; sekarang 41."]


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Lantai terluas", "lantai_terluas"),
        ("Lantai", "floor_2"),
        ("450 VA", "t_450_va"),
        ("any", "any_2"),
        ("???", "t"),
    ],
)
def test_codes_are_made_of_words(label, code):
    taken = {"floor"} if code == "floor_2" else set()
    assert questions.new_code("floor" if code == "floor_2" else label, taken) == code


def test_copies_get_codes_of_their_own_where_theirs_mean_another_kind():
    copied = questions.apart_from((FLOOR, HOLES, PEOPLE), {"floor": "yes_no", "people": "number"}, {"phone"})
    assert [row.code for row in copied] == ["floor_2", "holes", "people"]
    assert copied[1].when == When("floor_2", "wood")
    assert questions.faults_of(copied) == []


# Answers --------------------------------------------------------------------------------------------------------------


def test_what_hangs_on_an_answer_is_asked_then_only():
    def codes(answers):
        return [row.code for row in questions.asked((FLOOR, HOLES, WORSE), answers)]

    assert codes({}) == ["floor"]
    assert codes({"floor": "soil", "holes": True}) == ["floor"]
    assert codes({"floor": "wood"}) == ["floor", "holes"]
    assert codes({"floor": "wood", "holes": False}) == ["floor", "holes"]
    assert codes({"floor": "wood", "holes": True}) == ["floor", "holes", "worse"]


def test_only_answers_to_what_is_asked_are_kept_in_the_order_of_the_form():
    given = {"goods": ["motor", "none"], "floor": "tiles", "holes": True, "people": None, "words": "", "debt": 0}
    assert list(questions.kept(HOUSE, given).items()) == [("floor", "tiles"), ("goods", ["none", "motor"]), ("debt", 0)]


def test_what_is_missing_and_which_photos_are_wanted():
    answers = {"floor": "wood", "debt": 0}
    assert [row.code for row in questions.missing(HOUSE, answers)] == ["holes", "goods"]
    assert [(row.code, subject.value) for row, subject in questions.photos_wanted(HOUSE, answers)] == [
        ("debt", "other")
    ]
    assert [row.code for row in questions.missing(HOUSE, {"floor": "soil", "goods": ["none"]})] == []
    assert [row.code for row, _ in questions.photos_wanted(HOUSE, {"floor": "soil"})] == ["floor"]


def test_wrong_answers_are_named():
    wrong = {"floor": "marble", "holes": "ya", "goods": ["tv"], "people": -1, "debt": True, "words": 5, "car": 1}
    assert set(questions.faults_of_answers(HOUSE, wrong)) == set(wrong)
    right = {"floor": "soil", "holes": None, "goods": [], "people": 3, "debt": 0, "words": "baik"}
    assert questions.faults_of_answers(HOUSE, right) == {}


def test_answers_are_told_in_the_words_of_the_form():
    answers = {"floor": "wood", "holes": False, "goods": ["none", "radio"], "people": 1200, "debt": 50_000}
    assert [(row.question.code, row.words) for row in questions.told(HOUSE, answers)] == [
        ("floor", "Papan"), ("holes", "Tidak"), ("goods", "Tidak ada; Radio"), ("people", "1.200"), ("debt", "Rp50.000"),
        ("words", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "shares"),
    [
        ({}, {"floor": 0, "goods": 0}),
        ({"floor": "soil"}, {"floor": 100, "goods": 0}),
        ({"floor": "wood", "holes": True}, {"floor": 50, "holes": 100, "goods": 0}),
        ({"floor": "wood", "holes": False}, {"floor": 50, "holes": 0, "goods": 0}),
        ({"goods": ["none", "radio"]}, {"floor": 0, "goods": 75}),
        ({"goods": ["motor"]}, {"floor": 0, "goods": 0}),
        ({"floor": "marble", "goods": ["tv"]}, {"floor": 0, "goods": 0}),  # of another version
        ({"floor": "tiles", "holes": True}, {"floor": 0, "goods": 0}),  # not asked, does not count
    ],
)
def test_an_answer_earns_its_share(answers, shares):
    assert questions.shares((FLOOR, HOLES, GOODS), answers) == shares


# Versions -------------------------------------------------------------------------------------------------------------


def test_two_versions_are_compared_question_by_question():
    old = (FLOOR, HOLES, PEOPLE, WORDS)
    new = (FLOOR, replace(HOLES, weight=5, label="Papan berlubang"), WORDS, PEOPLE, DEBT)
    told = [(row.kind, row.question.code, row.rows) for row in questions.compared(old, new)]
    assert [(kind, code) for kind, code, _ in told] == [
        ("diubah", "holes"), ("diubah", "words"), ("ditambahkan", "debt"),
    ]  # fmt: skip
    assert told[0][2] == [("Pertanyaan", "Papannya berlubang", "Papan berlubang"), ("Bobot", "4", "5")]
    assert told[1][2] == [("Urutan", "nomor 4", "nomor 3")]
    assert told[2][2][0] == ("Jenis jawaban", "", "Rupiah")


def test_what_is_gone_comes_last_and_the_same_is_no_change():
    assert questions.compared(HOUSE, HOUSE) == []
    changes = questions.compared(HOUSE, (GOODS, DEBT))
    assert [(row.kind, row.question.code) for row in changes] == [
        ("dihapus", code) for code in ("floor", "holes", "worse", "people", "words")
    ]


def test_a_question_before_it_is_no_change_of_what_hangs_on_it():
    changes = questions.compared((FLOOR, HOLES), (PEOPLE, FLOOR, HOLES))
    assert [(row.kind, row.question.code) for row in changes] == [("ditambahkan", "people")]


# Whatever comes -------------------------------------------------------------------------------------------------------

TEXTS = st.text("abc ABC?,.", min_size=1, max_size=20).filter(str.strip)


@st.composite
def definitions(draw) -> tuple[Question, ...]:
    """Valid ones: every kind, every need, conditions on whatever came before."""
    rows: list[Question] = []
    for number in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(Kind.values))
        choices = ()
        if kind in questions.CHOOSING:
            count = draw(st.integers(2, 5))
            most = 100 // count if kind == Kind.CHOICES else 100
            share = st.integers(0, most)
            choices = tuple(Choice(f"c{place}", f"Pilihan {place}", draw(share)) for place in range(count))
        weighed = kind == Kind.YES_NO or any(choice.share for choice in choices)
        row = Question(
            f"q{number}", draw(TEXTS), kind, choices=choices,
            help=draw(st.sampled_from(["", "Lihat sendiri."])), section=draw(st.sampled_from(["", "Rumah", "Usaha"])),
            weight=draw(st.integers(0, 100)) if weighed else 0,
        )  # fmt: skip
        before = [(earlier.code, answer) for earlier in rows for answer in earlier.answers]
        need = draw(st.sampled_from([Need.OPTIONAL, Need.ALWAYS, *([Need.IF] if before else [])]))
        row = replace(row, need=need.value, when=When(*draw(st.sampled_from(before))) if need == Need.IF else None)
        if draw(st.booleans()):
            answer = draw(st.sampled_from([ANY, *row.answers]))
            row = replace(row, photo=Photo(answer, draw(st.sampled_from(questions.Subject.values))))
        rows.append(row)
    return tuple(rows)


def answer_to(question: Question):
    match question.kind:
        case Kind.YES_NO:
            return st.none() | st.booleans()
        case Kind.CHOICE:
            return st.none() | st.sampled_from(list(question.answers))
        case Kind.CHOICES:
            return st.lists(st.sampled_from(list(question.answers)), unique=True)
        case Kind.TEXT:
            return st.text("ab ", max_size=5)
    return st.none() | st.integers(0, 10**9)


@st.composite
def answered(draw):
    rows = draw(definitions())
    return rows, {row.code: draw(answer_to(row)) for row in rows}


@given(definitions())
def test_every_valid_definition_survives_json_and_back(rows):
    assert questions.faults_of(rows) == []
    assert questions.read(json.loads(json.dumps(questions.stored(rows)))) == rows


@given(answered())
def test_a_score_never_exceeds_the_weights(given_):
    rows, answers = given_
    assert questions.faults_of_answers(rows, answers) == {}
    criteria = scoring.criteria_of(rows)
    weights = {row.code: row.points for row in criteria}
    its = scoring.score(scoring.Facts(signs=questions.shares(rows, answers)), weights)
    assert all(0 <= its.breakdown[code] <= points for code, points in weights.items())
    assert its.of(scoring.Group.POVERTY) <= sum(row.weight for row in rows)


@given(answered())
def test_nothing_is_asked_for_that_was_not_asked(given_):
    rows, answers = given_
    asked = [row.code for row in questions.asked(rows, answers)]
    by_code = {row.code: row for row in rows}
    for row in questions.missing(rows, answers):
        assert row.code in asked
        if row.when:
            assert row.when.question in asked
            assert questions.says(by_code[row.when.question], answers[row.when.question], row.when.answer)
    assert {row.code for row, _ in questions.photos_wanted(rows, answers)} <= set(asked)
    assert set(questions.shares(rows, answers)) <= set(asked)


@given(answered())
def test_what_is_kept_says_the_same(given_):
    """Answers to what is not asked may be dropped: nothing that is asked, missing, wanted or earned changes."""
    rows, answers = given_
    kept = questions.kept(rows, answers)
    for judge in (questions.asked, questions.missing, questions.photos_wanted, questions.shares, questions.kept):
        assert judge(rows, kept) == judge(rows, answers)


@given(definitions(), definitions())
def test_every_difference_between_two_versions_is_told(old, new):
    changes = questions.compared(old, new)
    told = {(row.kind, row.question.code) for row in changes}
    before, after = {row.code for row in old}, {row.code for row in new}
    assert {code for kind, code in told if kind == "ditambahkan"} == after - before
    assert {code for kind, code in told if kind == "dihapus"} == before - after
    assert all(row.rows for row in changes if row.kind != "dihapus")
    assert questions.compared(new, new) == []
