"""Two visits to one household beside each other, and which differences are large."""

from typing import NamedTuple

from uep.ui.indonesian import angka, rupiah
from verification.models.facts import VisitFacts
from verification.queries.places import apart
from verification.queries.trust import STEPS, metres_between
from verification.questions import Kind, Question, asked, is_empty, shares, words_of

LARGE = (
    "Perbedaan ditandai besar bila: calon ditemukan oleh satu tim saja; jawaban ya dan tidak berlawanan; pilihan jawaban yang "
    "dibobot berbeda sedikitnya setengah bobotnya; suatu angka sedikitnya dua kali yang lain; rekomendasi berbeda; jumlah nilai "
    f"jawaban berbeda lebih dari sepersepuluh bobot seluruhnya; atau kedua posisi terpisah lebih dari {STEPS} m di luar "
    "ketelitian ponsel."
)
UNSURE = "belum dipastikan"
WHOLE = 100  # per cent


class Row(NamedTuple):
    """One thing that both teams wrote down, in words."""

    label: str
    first: str
    second: str
    differs: bool
    is_large: bool


def rows_of(first: VisitFacts, second: VisitFacts) -> list[Row]:
    """The facts of every visit, the answers to the instrument, their worth, and the place. Both have the same instrument."""
    rows = [
        _said("Calon penerima", first.get_found_display(), second.get_found_display(), first.found != second.found),
        *_yes_or_no(first, second),
        _said("Usaha yang dilihat", first.business_seen, second.business_seen),
        _said("Omzet per bulan", *map(_money, (first.turnover_seen, second.turnover_seen)),
              _is_double(first.turnover_seen, second.turnover_seen)),
        _said("Modal dan peralatan", first.capital_seen, second.capital_seen),
        _said("Yang dibutuhkan", first.need, second.need),
        _said("Bantuan lain", first.other_aid, second.other_aid),
        *_answers(first, second),
        _worth(first, second),
        _place(first, second),
        _said("Rekomendasi", first.get_recommendation_display(), second.get_recommendation_display(),
              first.recommendation != second.recommendation),
        _said("Alasan", first.reason, second.reason),
    ]  # fmt: skip
    return [row for row in rows if row.first or row.second]


def large_in(rows: list[Row]) -> list[str]:
    """What differs much, by its labels."""
    return [row.label for row in rows if row.is_large]


def worth_of(visit: VisitFacts) -> int:
    """Hundredths of a point that the answers earn: weight of each question times its share in per cent."""
    questions = visit.instrument.definition
    earned = shares(questions, visit.indicators)
    return sum(question.weight * earned.get(question.code, 0) for question in questions)


def _said(label: str, first: str, second: str, is_large: bool = False) -> Row:
    differs = " ".join(first.split()).casefold() != " ".join(second.split()).casefold()
    return Row(label, first, second, differs, differs and is_large)


def _yes_or_no(first, second):
    for label, name in (
        ("Identitas cocok", "identity_matches"),
        ("Tinggal di alamat itu", "lives_there"),
        ("Usaha ada dan berjalan", "business_exists"),
    ):
        one, other = getattr(first, name), getattr(second, name)
        words = [{True: "ya", False: "tidak", None: UNSURE}[value] for value in (one, other)]
        yield _said(label, *words, None not in (one, other))


def _money(amount: int | None) -> str:
    return "" if amount is None else rupiah(amount)


def _is_double(one: int | None, other: int | None) -> bool:
    """One is at least twice the other; what was not written down compares with nothing."""
    if one is None or other is None or one == other:
        return False
    return max(one, other) >= 2 * min(one, other)


def _answers(first, second):
    questions = first.instrument.definition
    open_to_one = {q.code for visit in (first, second) for q in asked(questions, visit.indicators)}
    earned = [shares(questions, visit.indicators) for visit in (first, second)]
    for question in questions:
        if question.code in open_to_one:
            given = [visit.indicators.get(question.code) for visit in (first, second)]
            weighed = [worth.get(question.code, 0) for worth in earned]
            words = [words_of(question, answer) for answer in given]
            yield _said(question.label, *words, _is_large_answer(question, given, weighed))


def _is_large_answer(question: Question, given, weighed) -> bool:
    if any(is_empty(answer) for answer in given):
        return False
    if question.kind == Kind.YES_NO:
        return given[0] is not given[1]
    if question.kind in {Kind.NUMBER, Kind.MONEY}:
        return _is_double(*given)
    return question.is_weighed and 2 * abs(weighed[0] - weighed[1]) >= WHOLE


def _worth(first, second) -> Row:
    most = sum(question.weight for question in first.instrument.definition)
    worths = [worth_of(visit) for visit in (first, second)]
    words = [f"{angka(round(worth / WHOLE))} dari {angka(most)}" if most else "" for worth in worths]
    return Row("Nilai jawaban", *words, worths[0] != worths[1], abs(worths[0] - worths[1]) * 10 > most * WHOLE)


def _place(first, second) -> Row:
    words = [_coordinates(visit) for visit in (first, second)]
    if first.latitude is None or second.latitude is None:
        return _said("Letak", *words)
    metres = metres_between((first.latitude, first.longitude), (second.latitude, second.longitude))
    is_far = metres > STEPS + (first.accuracy or 0) + (second.accuracy or 0)
    return Row(f"Letak (terpisah {apart(metres)})", *words, metres > 0, is_far)


def _coordinates(visit) -> str:
    if visit.latitude is None:
        return "tanpa koordinat"
    return f"{visit.latitude}, {visit.longitude}" + (f" (± {visit.accuracy} m)" if visit.accuracy is not None else "")
