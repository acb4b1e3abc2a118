"""A phone as the office meets it: what it was given, what it writes, and how it sends."""

import hashlib
import io
from datetime import timedelta
from functools import cache
from uuid import UUID, uuid4

from django.utils import timezone
from PIL import Image

import verification.actions as acts
from verification.actions.reports import Envelope, Part
from verification.forms.reports import facts_of
from verification.models import FieldReport, ReportPart
from verification.queries import reports


@cache
def shot(shade: int) -> bytes:
    """A photo like no other of the same test."""
    buffer = io.BytesIO()
    Image.effect_noise((60 + shade, 80), 90).convert("RGB").save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


class Phone:
    """Of one person. It forgets nothing by itself: the tests decide what is sent, how often, and in which order."""

    def __init__(self, user):
        self.user = user
        _, self.key = acts.take_along(user, by=user, key="", name="Ponsel uji")
        self.read = facts_of(user)

    def errand(self, proposal):
        return next(one for one in reports.errands(self.user) if one.proposal.pk == proposal.pk)

    def write(
        self, proposal, *, shades=(1, 2), uid: UUID | None = None, errand=None, **facts
    ) -> tuple[Envelope, dict[int, bytes]]:
        """A report with its photos, number -> bytes; the last one is the signature."""
        errand = errand or self.errand(proposal)
        now = timezone.localtime() - timedelta(minutes=5)
        photos = {number: shot(shade) for number, shade in enumerate(shades, 1)}
        parts = tuple(
            Part(
                number=number,
                subject="signature" if number == len(photos) else "business",
                sha256=hashlib.sha256(data).hexdigest(),
                size=len(data),
                taken_at=now,
                latitude="-2.012345",
                longitude="111.212345",
                accuracy=12.0,
            )
            for number, data in photos.items()
        )
        texts = {
            "visited_at": f"{now:%Y-%m-%d %H:%M}",
            "found": "found",
            "met": "Calon penerima",
            "latitude": "-2.012345",
            "longitude": "111.212345",
            "accuracy": "12",
            "identity_matches": "True",
            "lives_there": "True",
            "business_exists": "True",
            "recommendation": "eligible",
            "reason": "Usaha berjalan.",
        } | facts
        envelope = Envelope(
            uid=uid or uuid4(),
            proposal=proposal.ref,
            assignment=errand.assignment.ref,
            base=errand.base,
            facts={name: [text] for name, text in texts.items()},
            finished_at=now,
            parts=parts,
        )
        return envelope, photos

    def send(self, envelope) -> FieldReport:
        return acts.send_report(self.user, by=self.user, key=self.key, envelope=envelope, read=self.read)

    def piece(self, envelope, number: int, start: int, data: bytes) -> ReportPart:
        return acts.receive_part(
            self.user,
            by=self.user,
            key=self.key,
            uid=envelope.uid,
            number=number,
            start=start,
            data=data,
            read=self.read,
        )

    def send_all(self, envelope, photos) -> FieldReport:
        """As the app does when nothing goes wrong."""
        report = self.send(envelope)
        for number, data in photos.items():
            self.piece(envelope, number, 0, data)
        report.refresh_from_db()
        return report
