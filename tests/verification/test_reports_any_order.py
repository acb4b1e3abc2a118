"""The sync of two phones under a bad line: whatever is sent, in whatever order, how often and how broken off, once all
of it has arrived the office has the same two reports, one visit, and not a photo too many or too few.
"""

from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proposals.flow import State
from proposals.models import Proposal
from tests.verification.phone import Phone
from verification.models import FieldReport, FieldVisit, ReportPart

pytestmark = pytest.mark.django_db
PHOTOS = 2
# (whose phone, None for the report or the number of a photo, from which tenth, how many tenths of its bytes)
SENDING = st.tuples(st.integers(0, 1), st.none() | st.integers(1, PHOTOS), st.integers(0, 9), st.integers(1, 12))


@pytest.fixture
def lines(cast, walk):
    """Two phones with a report each about the same household, written before either had a signal."""
    (proposal,) = walk.proposals_at(State.COMPLETE)
    walk.assigned([proposal])
    proposal = Proposal.objects.get(pk=proposal.pk)
    phones = [Phone(cast.staff), Phone(cast.colleague)]
    told = [
        phone.write(proposal, shades=(10 + 2 * at, 11 + 2 * at), met=f"Ditemui {at}") for at, phone in enumerate(phones)
    ]
    return proposal, phones, told


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SENDING, max_size=25), st.permutations([0, 1]))
def test_any_order_any_repetition_any_breaking_off(lines, sendings, order):
    proposal, phones, told = lines
    with transaction.atomic():
        for who, number, start, length in sendings:
            _send(phones[who], told[who], number, start, length)
        for who in order:  # at last the line holds, as long as the app asks for
            _finish(phones[who], *told[who])
        _judge(proposal, phones)
        transaction.set_rollback(True)


def _send(phone, told, number, start, length) -> None:
    """One request that arrives; the phone may never hear the answer. Bytes before their report are refused."""
    envelope, photos = told
    if number is None:
        phone.send(envelope)
        return
    data = photos[number]
    at = len(data) * start // 10
    with suppress(ReportPart.DoesNotExist), transaction.atomic():
        phone.piece(envelope, number, at, data[at : at + len(data) * length // 10])


def _finish(phone, envelope, photos) -> None:
    """As sync.js does: ask where it stands, go on from there."""
    report = phone.send(envelope)
    for number, data in photos.items():
        part = report.parts.get(number=number)
        if not part.is_whole:
            have = len(part.received)
            part = phone.piece(envelope, number, have, data[have:])
        assert part.is_whole


def _judge(proposal, phones) -> None:
    reports = {report.by_id: report for report in FieldReport.objects.all()}
    assert sorted(report.state for report in reports.values()) == ["conflict", "filed"]
    filed = next(report for report in reports.values() if report.state == "filed")
    visit = FieldVisit.objects.get(proposal=proposal)
    met = {phone.user.pk: f"Ditemui {at}" for at, phone in enumerate(phones)}
    assert (filed.visit, visit.by_id, visit.met) == (visit, filed.by_id, met[filed.by_id])
    sent = sorted(filed.parts.values_list("sha256", flat=True))
    assert sorted(photo.file.received_sha256 for photo in visit.photos.all()) == sent
    whole = [(part.sha256, part.file.received_sha256, bytes(part.received)) for part in ReportPart.objects.all()]
    assert whole == [(sha256, sha256, b"") for sha256, _, _ in whole]
    assert len(whole) == PHOTOS * len(phones)
