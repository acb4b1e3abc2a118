"""Versions: how their questions stand under headings, and how two versions differ."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from verification.questions.definition import ANY, Kind, Need, Question, Subject, new_code


@dataclass
class Part:
    """Questions that follow one another under one heading, each with its number."""

    title: str
    rows: list[tuple[int, Question]] = field(default_factory=list)


def parts(questions: Iterable[Question]) -> list[Part]:
    found: list[Part] = []
    for number, question in enumerate(questions, 1):
        if not found or found[-1].title != question.section:
            found.append(Part(question.section))
        found[-1].rows.append((number, question))
    return found


class Change(NamedTuple):
    """How a question differs from an earlier version; `rows` are (what, as it was, as it is)."""

    kind: str
    question: Question
    rows: list[tuple[str, str, str]]

    @property
    def tone(self) -> str:
        return {"ditambahkan": "success", "dihapus": "danger", "diubah": "info"}[self.kind]


# Of a new question its own words stand beside it already.
TOLD_OF_NEW = ("Jenis jawaban", "Pilihan jawaban", "Bobot", "Kewajiban", "Foto")


def described(question: Question, questions: Iterable[Question]) -> dict[str, str]:
    """Everything about a question in words; `questions` are those of its version."""
    return {
        "Pertanyaan": question.label,
        "Penjelasan": question.help,
        "Bagian": question.section,
        "Jenis jawaban": Kind(question.kind).label,
        "Pilihan jawaban": "; ".join(
            f"{choice.label} ({choice.share}%)" if question.weight else choice.label for choice in question.choices
        ),
        "Bobot": str(question.weight) if question.is_weighed else "",
        "Kewajiban": need_of(question, questions),
        "Foto": photo_of(question),
    }


def need_of(question: Question, questions: Iterable[Question]) -> str:
    """When it has to be answered, in words."""
    if question.when is None:
        return Need(question.need).label
    numbered = {row.code: (number, row) for number, row in enumerate(questions, 1)}
    number, row = numbered[question.when.question]
    answer = row.answers[question.when.answer]
    return f"Hanya bila nomor {number} ({row.label}) dijawab “{answer}”; lalu wajib"


def photo_of(question: Question) -> str:
    """Which photo it asks for, in words."""
    if question.photo is None:
        return ""
    subject = Subject(question.photo.subject).label.lower()
    if question.photo.answer == ANY:
        return f"{subject}, bila dijawab"
    return f"{subject}, bila dijawab “{question.answers[question.photo.answer]}”"


def compared(old: Iterable[Question], new: Iterable[Question]) -> list[Change]:
    """What a version adds, changes and takes away, in its own order; what is gone comes last."""
    old, new = tuple(old), tuple(new)
    before, after = {row.code: row for row in old}, {row.code: row for row in new}
    moved = _moved([code for code in before if code in after], [code for code in after if code in before])
    changes = []
    for question in new:
        if question.code not in before:
            facts = described(question, new)
            changes.append(
                Change("ditambahkan", question, [(name, "", facts[name]) for name in TOLD_OF_NEW if facts[name]])
            )
            continue
        was, is_now = _plain(before[question.code], old), _plain(question, new)
        rows = [(name, was[name], is_now[name]) for name in was if was[name] != is_now[name]]
        if question.code in moved:
            rows.append(("Urutan", f"nomor {_number(old, question.code)}", f"nomor {_number(new, question.code)}"))
        if rows:
            changes.append(Change("diubah", question, rows))
    return changes + [Change("dihapus", row, []) for row in old if row.code not in after]


def _plain(question: Question, questions: tuple[Question, ...]) -> dict[str, str]:
    """Described without the number of the question on which it hangs: that one changes with every move."""
    facts = described(question, questions)
    return {name: re.sub(r"^(Hanya bila) nomor \d+ ", r"\1 ", said) for name, said in facts.items()}


def _number(questions: tuple[Question, ...], code: str) -> int:
    return next(number for number, row in enumerate(questions, 1) if row.code == code)


def _moved(old: list[str], new: list[str]) -> set[str]:
    """Codes that left their place among those that both versions have: all but a longest run that kept its order."""
    place = {code: index for index, code in enumerate(new)}
    runs: list[list[str]] = []  # the longest run that ends with each
    for index, code in enumerate(old):
        before = max((runs[at] for at in range(index) if place[old[at]] < place[code]), key=len, default=[])
        runs.append([*before, code])
    stayed = max(runs, key=len, default=[])
    return set(old) - set(stayed)


def apart_from(
    questions: Iterable[Question], taken: Mapping[str, str], reserved: Iterable[str] = ()
) -> tuple[Question, ...]:
    """The same questions with codes of their own where theirs mean another kind of question already.

    `taken`: code -> kind, as the programme used them before. A code always means one question of one kind.
    """
    questions = tuple(questions)
    every = {*taken, *reserved, *(row.code for row in questions)}
    renamed: dict[str, str] = {}
    for row in questions:
        if taken.get(row.code, row.kind) != row.kind or row.code in frozenset(reserved):
            renamed[row.code] = new_code(row.code, every)
            every.add(renamed[row.code])

    def mended(row: Question) -> Question:
        when = row.when and replace(row.when, question=renamed.get(row.when.question, row.when.question))
        return replace(row, code=renamed.get(row.code, row.code), when=when)

    return tuple(mended(row) for row in questions)
