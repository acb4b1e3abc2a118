"""Kabid keeps what the visit asks: a version is drafted, changed question by question, and brought into force."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from proposals.models import Programme
from uep.access.access import require
from verification import questions, scoring
from verification.models import Instrument
from verification.queries import instruments
from verification.questions import ANY, Choice, Kind, Need, Photo, Question, When

Stage = Instrument.Stage
CHANGED = "Rancangan ini sudah diubah orang lain sejak Anda membukanya. Muat ulang halaman, periksa, lalu simpan lagi."
GONE = "Pertanyaan ini sudah tidak ada di rancangan."
NEW_KIND = (
    "Jenis jawaban pertanyaan yang pernah berlaku tidak dapat diubah, karena jawaban lama masih dihitung. "
    "Keluarkan pertanyaan ini dan tambahkan yang baru."
)


@transaction.atomic
def first_instrument(programme, *, by) -> Instrument:
    """Version 1, in force at once: as the programme before it has it, else the default. Twice changes nothing."""
    programme = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    current = instruments.in_force(programme)
    if current.pk is None:
        current.made_by = current.in_force_by = by
        current.save()
    return current


@transaction.atomic
def draft_instrument(programme, *, by, source=None, note="") -> Instrument:
    """A new version, copied from `source` (of whatever programme), else from the one in force. It counts for nobody yet.

    Codes that already mean another kind of question in this programme are given another name.
    """
    programme = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    require(by, "verification.draft_instrument", programme)
    current = first_instrument(programme, by=by)
    source = source or current
    if source.stage in {Stage.DRAFT, Stage.DISCARDED}:
        raise ValidationError({"source": "Rancangan tidak dapat disalin; pilih versi yang pernah berlaku."})
    copied = questions.apart_from(source.definition, instruments.kinds_of(programme), scoring.OTHER_DEFAULTS)
    number = programme.instruments.order_by("-number").first().number + 1
    return Instrument.objects.create(
        programme=programme,
        number=number,
        questions=questions.stored(copied),
        basis=source.basis,
        note=" ".join(note.split()),
        made_by=by,
    )


@transaction.atomic
def edit_instrument(instrument, *, by, note, basis) -> Instrument:
    """Say what a draft changes, and on which regulation it rests."""
    instrument = _locked(instrument)
    require(by, "verification.edit_instrument", instrument)
    instrument.note, instrument.basis = " ".join(note.split()), " ".join(basis.split())
    instrument.save(update_fields=["note", "basis"])
    return instrument


@transaction.atomic
def add_question(instrument, *, by, **facts) -> Instrument:
    """One more question, at the end. ValidationError says what does not hang together."""
    instrument = _locked(instrument)
    require(by, "verification.add_question", instrument)
    facts.pop("seen", None)
    taken = {*instruments.kinds_of(instrument.programme), *scoring.OTHER_DEFAULTS}
    code = questions.new_code(facts["label"], taken | {row.code for row in instrument.definition})
    return _written(instrument, (*instrument.definition, question_of(code, **facts)))


@transaction.atomic
def edit_question(instrument, *, by, code, seen, **facts) -> Instrument:
    """Change a question of a draft. `seen` is the fingerprint of the draft that was on the screen."""
    instrument = _locked(instrument)
    require(by, "verification.edit_question", instrument)
    if seen != instruments.fingerprint(instrument):
        raise ValidationError(CHANGED)
    if instrument.question(code) is None:
        raise ValidationError(GONE)
    changed = question_of(code, **facts)
    known = instruments.kinds_of(instrument.programme, but=instrument)
    if known.get(code, changed.kind) != changed.kind:
        raise ValidationError({"kind": NEW_KIND})
    return _written(instrument, tuple(changed if row.code == code else row for row in instrument.definition))


@transaction.atomic
def move_question(instrument, *, by, code, way) -> Instrument:
    """One place up ("up") or down. At the end of the list nothing changes."""
    instrument = _locked(instrument)
    require(by, "verification.move_question", instrument)
    rows = list(instrument.definition)
    at = _place(rows, code)
    to = at + (-1 if way == "up" else 1)
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    return _written(instrument, tuple(rows))


@transaction.atomic
def remove_question(instrument, *, by, code) -> Instrument:
    """Take a question out of a draft; versions that asked it keep it. ValidationError while another hangs on it."""
    instrument = _locked(instrument)
    require(by, "verification.remove_question", instrument)
    rows = instrument.definition
    _place(rows, code)
    if hanging := questions.hanging_on(rows, code):
        names = "; ".join(row.label for row in hanging)
        raise ValidationError(f"Masih ada pertanyaan yang bergantung pada jawabannya: {names}.")
    return _written(instrument, tuple(row for row in rows if row.code != code))


@transaction.atomic
def enact_instrument(instrument, *, by) -> Instrument:
    """From now on visits are begun by this version, and ranking goes by its weights; visits begun before keep theirs."""
    Programme.objects.select_for_update(no_key=True).get(pk=instrument.programme_id)
    instrument = _locked(instrument)
    require(by, "verification.enact_instrument", instrument)
    if faults := questions.faults_of(instrument.definition, scoring.OTHER_DEFAULTS):
        raise ValidationError(faults)
    Instrument.objects.filter(programme=instrument.programme_id, stage=Stage.IN_FORCE).update(stage=Stage.RETIRED)
    instrument.stage, instrument.in_force_at, instrument.in_force_by = Stage.IN_FORCE, timezone.now(), by
    instrument.save(update_fields=["stage", "in_force_at", "in_force_by"])
    return instrument


@transaction.atomic
def discard_instrument(instrument, *, by) -> Instrument:
    """Give a draft up: it can be read, and nothing else. Its number is not given again."""
    instrument = _locked(instrument)
    require(by, "verification.discard_instrument", instrument)
    instrument.stage, instrument.discarded_at, instrument.discarded_by = Stage.DISCARDED, timezone.now(), by
    instrument.save(update_fields=["stage", "discarded_at", "discarded_by"])
    return instrument


def question_of(
    code, *, label, kind, choices=(), need=Need.OPTIONAL, when="", photo="", subject="", **facts
) -> Question:
    """A question from the boxes of its form.

    `choices` are (code or "", label, share); `when` reads "question=answer"; `photo` is an answer, ANY, or the place of
    a choice as a number from 1.
    """
    chosen = _choices(choices) if kind in {Kind.CHOICE, Kind.CHOICES} else ()
    if photo.isdecimal():
        photo = chosen[int(photo) - 1].code if int(photo) <= len(chosen) else photo
    question, _, answer = when.partition("=")
    return Question(
        code=code,
        label=" ".join(label.split()),
        kind=str(kind),
        help=" ".join(facts.get("help", "").split()),
        section=" ".join(facts.get("section", "").split()),
        weight=facts.get("weight") or 0,
        choices=chosen,
        need=str(need),
        when=When(question, answer) if need == Need.IF and when else None,
        photo=Photo(photo, subject) if photo else None,
    )


def _choices(rows) -> tuple[Choice, ...]:
    found: list[Choice] = []
    taken = {code for code, _, _ in rows if code} | {ANY}
    for given, label, share in rows:
        code = given or questions.new_code(label, taken)
        taken.add(code)
        found.append(Choice(code, " ".join(label.split()), share or 0))
    return tuple(found)


def _locked(instrument) -> Instrument:
    return Instrument.objects.select_for_update(of=("self",)).select_related("programme").get(pk=instrument.pk)


def _place(rows, code) -> int:
    at = next((index for index, row in enumerate(rows) if row.code == code), None)
    if at is None:
        raise ValidationError(GONE)
    return at


def _written(instrument, rows: tuple[Question, ...]) -> Instrument:
    if faults := questions.faults_of(rows, scoring.OTHER_DEFAULTS):
        raise ValidationError(faults)
    instrument.questions = questions.stored(rows)
    instrument.save(update_fields=["questions"])
    return Instrument.objects.select_related("programme").get(pk=instrument.pk)
