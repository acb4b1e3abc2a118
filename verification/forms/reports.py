"""What a phone sends, read with suspicion; and what Kabid says about it."""

import json
from datetime import datetime
from decimal import InvalidOperation
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from proposals.models import Proposal
from uep.files.photo_facts import Position
from uep.ui.indonesian import waktu
from verification.actions.reports import Envelope, Part
from verification.forms import ReasonForm, VisitAgainForm, VisitForm
from verification.queries import reports

LONGEST = 200_000  # characters of one report: the form is read by people
UNREADABLE = "Laporan ini tidak terbaca. Perbarui halaman, lalu kirim lagi."
REQUIRED = {"uid", "proposal", "assignment", "base", "facts", "finished_at", "parts"}


def envelope_of(body: bytes) -> tuple[str, Envelope]:
    """(the phone's key, the report) from what it sent. ValidationError for anything else."""
    try:
        told = _members(body)
        return _text(told["key"], 100), Envelope(
            uid=UUID(told["uid"]),
            proposal=_text(told["proposal"], 12),
            assignment=_text(told["assignment"], 12),
            base=_text(told["base"], 80),
            facts={_text(name, 60): _texts(texts) for name, texts in told["facts"].items()},
            finished_at=_moment(told["finished_at"]),
            parts=tuple(_part(part) for part in told["parts"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation, RecursionError) as error:
        raise ValidationError(UNREADABLE, code="unreadable") from error


def _members(body: bytes) -> dict:
    told = json.loads(body.decode()) if len(body) <= LONGEST else None
    if not isinstance(told, dict) or set(told) != REQUIRED | {"key"}:
        raise ValueError
    return told


def part_of(query: QueryDict) -> tuple[UUID, int, int]:
    """(report, number of the part, first byte) from the address of a piece."""
    try:
        return UUID(query["laporan"]), int(query["bagian"]), max(0, int(query["mulai"]))
    except (ValueError, KeyError) as error:
        raise ValidationError(UNREADABLE, code="unreadable") from error


def _part(told: dict) -> Part:
    place = (told.get("latitude"), told.get("longitude"))
    position = None if None in place else Position(*place, told.get("accuracy"))
    if not isinstance(told["number"], int) or not isinstance(told["size"], int):
        raise TypeError
    return Part(
        number=told["number"],
        subject=_text(told["subject"], 12),
        sha256=_text(told["sha256"], 64),
        size=told["size"],
        taken_at=_moment(told["taken_at"]),
        latitude=position and position.latitude,
        longitude=position and position.longitude,
        accuracy=position and position.accuracy,
    )


def _text(value, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or "\x00" in value:
        raise ValueError
    return value


def _texts(values) -> list[str]:
    if not isinstance(values, list) or len(values) > 200:
        raise TypeError
    return [_text(one, 5000) for one in values]


def _moment(text) -> datetime:
    moment = parse_datetime(_text(text, 40))
    if moment is None or timezone.is_naive(moment):
        raise ValueError
    return moment


def facts_of(by, *, anew: bool = False):
    """Reads what a phone of this person wrote, with the form that the browser has; `anew`: whatever was written since."""

    def read(proposal: Proposal, texts: dict[str, list[str]]) -> dict:
        again = anew or reports.is_again(proposal)
        form = _filled(VisitAgainForm if again else VisitForm, proposal, by, texts)
        if not form.is_valid():
            raise ValidationError([f"{form.fields[name].label}: {fault}" if name in form.fields else fault
                                   for name, faults in form.errors.items() for fault in faults])  # fmt: skip
        return form.cleaned_data

    return read


def _filled(form_class, proposal, by, texts) -> VisitForm:
    data = QueryDict(mutable=True)
    for name, values in texts.items():
        data.setlist(name, values)
    return form_class(data, subject=proposal, by=by)


def answers(report) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the phone wrote, as (title of the part, [(label, text)]), for reading; boxes left empty are left out."""
    form = _filled(VisitAgainForm, report.proposal, report.by, report.facts)
    return [(title, rows) for title, boxes in form.parts() if (rows := [row for box in boxes if (row := _row(box))])]


def _row(box) -> tuple[str, str] | None:
    texts = [text for text in box.data if text] if isinstance(box.data, list) else [box.data] if box.data else []
    if not texts or box.is_hidden:
        return None
    if isinstance(box.field, forms.DateTimeField) and (moment := _when(box, texts[0])):
        return box.label, waktu(moment)
    words = {str(value): label for value, label in getattr(box.field, "choices", [])}
    return box.label, ", ".join(str(words.get(text, text)) for text in texts)


def _when(box, text: str) -> datetime | None:
    try:
        return box.field.clean(text)
    except ValidationError:
        return None  # shown as it was written


class AdoptForm(ReasonForm):
    """Only what the browser's form would take can become a visit."""

    def clean(self):
        report = self.subject
        return self.cleaned_data | {"facts": facts_of(report.by, anew=True)(report.proposal, report.facts)}
