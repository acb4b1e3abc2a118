"""Reads over the versions of a programme's instrument."""

import hashlib
import json
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count, OuterRef, QuerySet, Subquery

from verification import questions
from verification.models import FieldVisit, Instrument
from verification.queries import open_visit

Stage = Instrument.Stage


def in_force(programme) -> Instrument:
    """The version by which a visit is begun today. One query.

    A programme for which none was laid down yet has one that is not saved: what it would begin with.
    """
    return programme.instruments.filter(stage=Stage.IN_FORCE).first() or unsaved_first(programme)


def unsaved_first(programme) -> Instrument:
    """Version 1 of a programme: what the programme before it has in force, else the default."""
    facts = {
        "programme": programme,
        "number": 1,
        "stage": Stage.IN_FORCE,
        "made_at": programme.created_at,
        "in_force_at": programme.created_at,
        "made_by_id": programme.created_by_id,
        "in_force_by_id": programme.created_by_id,
    }
    before = _before(programme)
    if before is None:
        stored = questions.stored(questions.DEFAULT)
        note = "Instrumen bawaan"
        return Instrument(questions=stored, basis=questions.DEFAULT_BASIS, note=note, **facts)
    note = f"Seperti {before.programme}, versi {before.number}"
    return Instrument(questions=before.questions, basis=before.basis, note=note, **facts)


def _before(programme) -> Instrument | None:
    """What the programme before it has in force: the last one of its year or earlier."""
    rows = Instrument.objects.filter(stage=Stage.IN_FORCE, programme__year__lte=programme.year)
    rows = rows.exclude(programme=programme).select_related("programme")
    return rows.order_by("-programme__year", "-programme").first()


def instrument_for(proposal, number: int | None = None) -> Instrument:
    """By which version a visit is written down: that of the open visit, else the one asked for, else the one in force.

    `number` is of a sheet that was printed, or a form that was opened, before another version was enacted. One or two
    queries. LookupError where the programme never had such a version in force.
    """
    visit = open_visit(proposal)
    return visit.instrument if visit else version_for(proposal.programme, number)


def version_for(programme, number: int | None = None) -> Instrument:
    """The version of that number that is or was in force; without one the version in force. LookupError if none."""
    current = in_force(programme)
    if number is None or number == current.number:
        return current
    found = programme.instruments.told().filter(number=number).first()
    if found is None:
        raise LookupError(number)
    return found


def versions_of(programme, user) -> list[Instrument]:
    """Its versions that the person may see, the newest first. One query."""
    rows = Instrument.objects.visible_to(user).filter(programme=programme)
    return list(rows.select_related("programme", "made_by", "in_force_by").order_by("-number"))


def sources(user) -> QuerySet[Instrument]:
    """What a new version may be copied from: versions in force of every programme the person sees, and earlier ones."""
    rows = Instrument.objects.visible_to(user).told().select_related("programme")
    return rows.order_by("-programme__year", "programme__name", "programme", "-number")


def kinds_of(programme, but=None) -> dict[str, str]:
    """Codes that mean something in the programme already, with the kind of their question. One query."""
    rows = programme.instruments.exclude(pk=but.pk if but else None).exclude(stage=Stage.DISCARDED)
    rows = rows.order_by("number")
    return {row.code: str(row.kind) for version in rows for row in version.definition}


def visits_by(instrument) -> int:
    """How many visits were written down by this version. One query."""
    return FieldVisit.objects.filter(instrument=instrument).count()


class Unasked(NamedTuple):
    """Households that were visited by a version which lacks questions that weigh now; those count nothing for them."""

    number: int  # of the version
    households: int
    labels: list[str]

    @property
    def sentence(self) -> str:
        return (
            f"{self.households} rumah tangga dikunjungi dengan instrumen versi {self.number}, yang belum menanyakan: "
            f"{'; '.join(self.labels)}. Jawaban itu bernilai 0 bagi mereka. Kunjungi lagi bila perlu."
        )


def unasked(programme, states: Collection[str], current: Instrument) -> list[Unasked]:
    """Among the programme's households in `states`, by the version of their last visit, the oldest first. Two queries."""
    last = FieldVisit.objects.filter(proposal=OuterRef("pk"), submitted_at__isnull=False).order_by("-round")
    rows = programme.proposals.filter(state__in=states).order_by()
    rows = rows.annotate(version=Subquery(last.values("instrument")[:1])).exclude(version=current.pk)
    counted = dict(rows.exclude(version=None).values_list("version").annotate(n=Count("pk")))
    found = []
    for version in Instrument.objects.filter(pk__in=counted).order_by("number"):
        known = {question.code for question in version.definition}
        labels = [row.label for row in current.definition if row.weight and row.code not in known]
        if labels:
            found.append(Unasked(version.number, counted[version.pk], labels))
    return found


def fingerprint(instrument) -> str:
    """Changes with every word of a version, so that nobody writes over what they have not seen."""
    said = json.dumps([instrument.questions, instrument.basis, instrument.note], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
