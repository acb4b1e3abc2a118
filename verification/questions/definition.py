"""What a question may be, and whether a definition hangs together."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.text import slugify

from verification.checklist import INDICATORS

MOST_QUESTIONS = 40
MOST_CHOICES = 8
MOST_POINTS = 100  # of one question
WHOLE = 100  # per cent
LABEL, HELP, CHOICE, SECTION, TEXT = 160, 300, 80, 60, 300  # characters
MOST_NUMBER = 1_000_000_000_000
ANY = "any"  # of a photo: whatever the answer is
_CODE = re.compile(r"[a-z][a-z0-9_]{0,38}")


class Kind(TextChoices):
    YES_NO = "yes_no", "Ya atau tidak"
    CHOICE = "choice", "Pilih satu"
    CHOICES = "choices", "Pilih satu atau lebih"
    NUMBER = "number", "Angka"
    MONEY = "money", "Rupiah"
    TEXT = "text", "Isian singkat"


CHOOSING = (Kind.CHOICE, Kind.CHOICES)
WEIGHED = (Kind.YES_NO, *CHOOSING)


class Need(TextChoices):
    OPTIONAL = "optional", "Boleh dikosongkan"
    ALWAYS = "always", "Wajib dijawab"
    IF = "if", "Ditanyakan dan wajib hanya pada jawaban tertentu"


class Subject(TextChoices):
    """What a photo of a visit shows."""

    HOUSE = "house", "Rumah tampak depan"
    BUSINESS = "business", "Tempat usaha"
    APPLICANT = "applicant", "Bersama calon penerima"
    SIGNATURE = "signature", "Tanda tangan calon penerima"
    THUMB = "thumb", "Cap jempol calon penerima"
    OTHER = "other", "Lainnya"


# What a question may ask for and a sheet lists; who signs does so at the foot of it.
PICTURES = [(one.value, one.label) for one in Subject if one not in {Subject.SIGNATURE, Subject.THUMB}]


@dataclass(frozen=True)
class Choice:
    code: str
    label: str
    share: int = 0  # per cent of the question's weight


@dataclass(frozen=True)
class When:
    """An answer to an earlier question: "yes" or "no", or the code of one of its choices."""

    question: str
    answer: str


@dataclass(frozen=True)
class Photo:
    """The answer ("yes", "no", a choice or ANY) that has to be shown by a photo of a subject."""

    answer: str
    subject: str


@dataclass(frozen=True)
class Question:
    code: str  # stays while its words change, so that versions can be compared and answers counted
    label: str
    kind: str = Kind.YES_NO.value
    help: str = ""
    section: str = ""
    weight: int = 0  # points
    choices: tuple[Choice, ...] = ()
    need: str = Need.OPTIONAL.value
    when: When | None = None
    photo: Photo | None = None

    @property
    def answers(self) -> dict[str, str]:
        """Answers on which something may hang, in words."""
        if self.kind == Kind.YES_NO:
            return {"yes": "Ya", "no": "Tidak"}
        return {choice.code: choice.label for choice in self.choices} if self.kind in CHOOSING else {}

    def choice(self, code: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.code == code), None)

    @property
    def is_weighed(self) -> bool:
        return self.kind in WEIGHED

    @property
    def reading(self) -> str:
        """How its weight is earned, in words."""
        if self.kind == Kind.YES_NO:
            return "penuh bila dijawab ya"
        return "; ".join(f"{choice.label} {choice.share}%" for choice in self.choices if choice.share)


SIGNS = "Tanda kemiskinan yang terlihat"
# With what every programme begins: Kepmensos 262/HUK/2022.
DEFAULT = tuple(Question(code, label, section=SIGNS, weight=5) for code, label in INDICATORS)
DEFAULT_BASIS = "Kepmensos 262/HUK/2022"


# As JSON --------------------------------------------------------------------------------------------------------------


def stored(questions: Iterable[Question]) -> list[dict]:
    """The definition as JSON; what a question does not have is left out."""
    return [_stored(question) for question in questions]


def _stored(question: Question) -> dict:
    told = {"code": question.code, "label": question.label, "kind": str(question.kind)}
    told |= {name: value for name in ("help", "section", "weight") if (value := getattr(question, name))}
    if question.choices:
        told["choices"] = [{"code": row.code, "label": row.label, "share": row.share} for row in question.choices]
    if question.need != Need.OPTIONAL:
        told["need"] = str(question.need)
    if question.when:
        told["when"] = {"question": question.when.question, "answer": question.when.answer}
    if question.photo:
        told["photo"] = {"answer": question.photo.answer, "subject": question.photo.subject}
    return told


def read(told: Iterable[Mapping]) -> tuple[Question, ...]:
    """The definition from its JSON."""
    return tuple(_read(row) for row in told)


def _read(row: Mapping) -> Question:
    parts = dict(row)
    parts["choices"] = tuple(Choice(**choice) for choice in row.get("choices", ()))
    parts["when"] = When(**row["when"]) if row.get("when") else None
    parts["photo"] = Photo(**row["photo"]) if row.get("photo") else None
    return Question(**parts)


def new_code(label: str, taken: Iterable[str]) -> str:
    """A code made of words, of which there is none yet."""
    stem = slugify(label).replace("-", "_")[:34].strip("_")
    stem = stem if _CODE.fullmatch(stem) else f"t_{stem}".rstrip("_")
    taken = {*taken, ANY}
    numbered = (stem if n == 1 else f"{stem}_{n}" for n in range(1, len(taken) + 2))
    return next(code for code in numbered if code not in taken)


# Does it hang together ------------------------------------------------------------------------------------------------


def faults_of(questions: Iterable[Question], reserved: Iterable[str] = ()) -> list[str]:
    """What is wrong with a definition, in sentences. `reserved` are codes that mean something else in the score."""
    questions, reserved = tuple(questions), frozenset(reserved)
    found = []
    if len(questions) > MOST_QUESTIONS:
        found.append(f"Paling banyak {MOST_QUESTIONS} pertanyaan; sekarang {len(questions)}.")
    earlier: dict[str, Question] = {}
    for number, question in enumerate(questions, 1):
        faults = [*_faults_of_words(question), *_faults_of_choices(question), *_faults_of_weight(question)]
        faults += _faults_of_need(question, earlier) + _faults_of_photo(question)
        if question.code in earlier:
            faults.append("kodenya sudah dipakai pertanyaan lain.")
        if question.code in reserved:
            faults.append("kodenya sudah dipakai unsur skor yang lain.")
        found += [f"Pertanyaan {number} ({question.label.strip() or 'tanpa kalimat'}): {fault}" for fault in faults]
        earlier.setdefault(question.code, question)
    return found


def _faults_of_words(question: Question) -> list[str]:
    found = []
    if not question.label.strip():
        found.append("tulis pertanyaannya.")
    for name, text, most in (
        ("kalimatnya", question.label, LABEL),
        ("penjelasannya", question.help, HELP),
        ("nama bagiannya", question.section, SECTION),
    ):
        if len(text) > most:
            found.append(f"{name} paling panjang {most} huruf.")
    if not _CODE.fullmatch(question.code):
        found.append("kodenya hanya huruf kecil, angka dan garis bawah.")
    if question.kind not in Kind.values:
        found.append("jenis jawabannya tidak dikenal.")
    return found


def _faults_of_choices(question: Question) -> list[str]:
    if question.kind not in CHOOSING:
        return ["pilihan jawaban hanya untuk pertanyaan pilihan."] if question.choices else []
    found = []
    if not 2 <= len(question.choices) <= MOST_CHOICES:
        found.append(f"isi 2 sampai {MOST_CHOICES} pilihan jawaban.")
    codes = [choice.code for choice in question.choices]
    labels = [choice.label.strip().lower() for choice in question.choices]
    if len(set(codes)) < len(codes) or len(set(labels)) < len(labels):
        found.append("ada pilihan jawaban yang sama.")
    if not all(_CODE.fullmatch(code) and code != ANY for code in codes):
        found.append("kode pilihan hanya huruf kecil, angka dan garis bawah.")
    if not all(labels) or any(len(choice.label) > CHOICE for choice in question.choices):
        found.append(f"tiap pilihan berisi 1 sampai {CHOICE} huruf.")
    if not all(0 <= choice.share <= WHOLE for choice in question.choices):
        found.append("bagian bobot satu pilihan antara 0 dan 100 persen.")
    elif question.kind == Kind.CHOICES and sum(choice.share for choice in question.choices) > WHOLE:
        found.append("bagian bobot semua pilihan bersama paling banyak 100 persen, karena beberapa dapat dipilih.")
    return found


def _faults_of_weight(question: Question) -> list[str]:
    if not 0 <= question.weight <= MOST_POINTS:
        return [f"bobotnya antara 0 dan {MOST_POINTS}."]
    if question.weight and not question.is_weighed:
        return ["isian angka, rupiah dan kata tidak dapat diberi bobot; pakai pertanyaan pilihan."]
    if question.weight and question.kind in CHOOSING and not any(choice.share for choice in question.choices):
        return ["berbobot, tetapi tidak ada pilihan yang mendapat bagian bobotnya."]
    return []


def _faults_of_need(question: Question, earlier: Mapping[str, Question]) -> list[str]:
    if question.need not in Need.values:
        return ["kewajiban menjawabnya tidak dikenal."]
    if (question.need == Need.IF) != (question.when is not None):
        return ["sebutkan jawaban mana yang membuatnya ditanyakan."]
    if question.when is None:
        return []
    if question.when.question not in earlier:
        return ["hanya dapat bergantung pada pertanyaan sebelumnya."]
    if question.when.answer not in earlier[question.when.question].answers:
        return ["bergantung pada jawaban yang tidak ada di pertanyaan sebelumnya."]
    return []


def _faults_of_photo(question: Question) -> list[str]:
    if question.photo is None:
        return []
    if question.photo.subject not in Subject.values:
        return ["foto yang diminta tidak dikenal."]
    if question.photo.answer != ANY and question.photo.answer not in question.answers:
        return ["foto diminta pada jawaban yang tidak ada."]
    return []


def hanging_on(questions: Iterable[Question], code: str) -> list[Question]:
    """Questions that are only asked because of an answer to this one."""
    return [question for question in questions if question.when and question.when.question == code]
