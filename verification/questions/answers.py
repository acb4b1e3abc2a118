"""Answers: what is asked, kept, missing, wanted as a photo, earned, and how it reads."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from uep.ui.indonesian import angka, rupiah
from verification.questions.definition import ANY, MOST_NUMBER, TEXT, WHOLE, Kind, Need, Question, Subject


def is_empty(answer) -> bool:
    return answer is None or answer in ("", [], ())


def says(question: Question, answer, wanted: str) -> bool:
    """Is this the answer on which something hangs?"""
    if is_empty(answer):
        return False
    if wanted == ANY:
        return True
    if question.kind == Kind.YES_NO:
        return answer is (wanted == "yes")
    return wanted in answer if question.kind == Kind.CHOICES else answer == wanted


def asked(questions: Iterable[Question], answers: Mapping) -> list[Question]:
    """Those that are asked when the others are answered so. What hangs on a question that is not asked is not either."""
    open_ones: dict[str, Question] = {}
    for question in questions:
        when = question.when
        if when is None or (
            when.question in open_ones and says(open_ones[when.question], answers.get(when.question), when.answer)
        ):
            open_ones[question.code] = question
    return list(open_ones.values())


def faults_of_answers(questions: Iterable[Question], answers: Mapping) -> dict[str, str]:
    """Answers that are none: the code of the question -> a sentence."""
    known = {question.code: question for question in questions}
    return {
        code: "Pertanyaan ini tidak ada di formulir." if code not in known else fault
        for code, answer in answers.items()
        if (fault := _fault_of(known.get(code), answer))
    }


def _fault_of(question: Question | None, answer) -> str:
    if question is None:
        return "Pertanyaan ini tidak ada di formulir."
    if is_empty(answer):
        return ""
    label = question.label
    match question.kind:
        case Kind.YES_NO:
            return "" if isinstance(answer, bool) else f"{label}: jawab ya atau tidak."
        case Kind.CHOICE:
            known = isinstance(answer, str) and answer in question.answers
            return "" if known else f"{label}: pilih salah satu jawaban."
        case Kind.CHOICES:
            known = isinstance(answer, list) and all(isinstance(one, str) and one in question.answers for one in answer)
            return "" if known else f"{label}: pilih dari jawaban yang ada."
        case Kind.NUMBER | Kind.MONEY:
            whole = isinstance(answer, int) and not isinstance(answer, bool) and 0 <= answer <= MOST_NUMBER
            return "" if whole else f"{label}: tulis bilangan bulat, 0 atau lebih."
    return "" if isinstance(answer, str) and len(answer) <= TEXT else f"{label}: paling panjang {TEXT} huruf."


def kept(questions: Iterable[Question], answers: Mapping) -> dict:
    """The answers to what is asked, in the order of the questions; what is empty or not asked is left out."""
    found = {}
    for question in asked(questions, answers):
        answer = answers.get(question.code)
        if is_empty(answer):
            continue
        if question.kind == Kind.CHOICES:
            answer = [code for code in question.answers if code in answer]
        found[question.code] = answer
    return found


def missing(questions: Iterable[Question], answers: Mapping) -> list[Question]:
    """What is asked, has to be answered and is not."""
    return [
        question
        for question in asked(questions, answers)
        if question.need != Need.OPTIONAL and is_empty(answers.get(question.code))
    ]


def photos_wanted(questions: Iterable[Question], answers: Mapping) -> list[tuple[Question, Subject]]:
    """Photos that the answers ask for."""
    return [
        (question, Subject(question.photo.subject))
        for question in asked(questions, answers)
        if question.photo and says(question, answers.get(question.code), question.photo.answer)
    ]


def gaps(questions: Iterable[Question], answers: Mapping, photographed: Collection[str]) -> list[str]:
    """What still has to be answered or photographed, as nouns. `photographed` are the subjects of the photos there are."""
    questions = tuple(questions)
    nouns = [f"jawaban “{question.label}”" for question in missing(questions, answers)]
    return nouns + [
        f"foto {subject.label.lower()} (diminta oleh “{question.label}”)"
        for question, subject in photos_wanted(questions, answers)
        if subject not in photographed
    ]


def shares(questions: Iterable[Question], answers: Mapping) -> dict[str, int]:
    """How much of each question's weight the answers earn, per cent.

    Answers may be of another version: what it does not know counts nothing.
    """
    return {
        question.code: _share(question, answers.get(question.code))
        for question in asked(questions, answers)
        if question.is_weighed
    }


def _share(question: Question, answer) -> int:
    if question.kind == Kind.YES_NO:
        return WHOLE * (answer is True)
    given = answer if isinstance(answer, list) else [answer]
    if question.kind == Kind.CHOICE:
        given = given[:1]
    return min(sum(choice.share for choice in question.choices if choice.code in given), WHOLE)


class Told(NamedTuple):
    """A question with its answer in words; "" when nobody answered it."""

    question: Question
    words: str

    @property
    def is_sign(self) -> bool:
        return self.question.kind == Kind.YES_NO


def words_of(question: Question, answer) -> str:
    """An answer as people read it."""
    if is_empty(answer):
        return ""
    match question.kind:
        case Kind.YES_NO:
            return "Ya" if answer else "Tidak"
        case Kind.NUMBER:
            return angka(answer)
        case Kind.MONEY:
            return rupiah(answer)
        case Kind.CHOICE | Kind.CHOICES:
            given = answer if isinstance(answer, list) else [answer]
            return "; ".join(label for code, label in question.answers.items() if code in given)
    return str(answer)


def told(questions: Iterable[Question], answers: Mapping) -> list[Told]:
    """What is asked with its answers in words."""
    return [Told(question, words_of(question, answers.get(question.code))) for question in asked(questions, answers)]
