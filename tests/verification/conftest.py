"""Small words for the tests of step 2, on top of the cast and the walk."""

from datetime import timedelta

import pytest
from django.utils import timezone

import verification.actions as verification_acts
from proposals.flow import State
from uep.access.access import why_not
from uep.office.models import ActingAppointment, Official, Post


@pytest.fixture
def who_may(cast):
    """Call `who_may(act, subject)` for the names of those of the cast who may do it now."""

    def names(act, subject) -> set[str]:
        return {name for name, user in vars(cast).items() if why_not(user, act, subject) is None}

    return names


@pytest.fixture
def with_results(walk, cast):
    """A function that walks three households of one village to their results, and gives them by their state."""

    def results(**facts) -> dict:
        rows = walk.proposals_at(State.ASSESSED, 3, **facts)
        decisions = (verification_acts.approve, verification_acts.waitlist, verification_acts.decline)
        decided = [
            act(row, by=cast.kabid, reason="Sesuai hasil kunjungan.") for act, row in zip(decisions, rows, strict=True)
        ]
        return {State(row.state): row for row in decided}

    return results


@pytest.fixture
def statuses(cast, client):
    """Call `statuses(url)` for what each of the cast gets to see there, by status."""

    def by_status(url) -> dict[int, set[str]]:
        found: dict[int, set[str]] = {}
        for name, user in vars(cast).items():
            client.force_login(user)
            answer = client.get(url)
            answer.getvalue()  # reads a file to its end, which closes it
            found.setdefault(answer.status_code, set()).add(name)
        return found

    return by_status


@pytest.fixture
def stand_in(cast):
    """Call `stand_in(user, role)` for a Plh. appointment of the user to the post of that role, today."""

    def appoint(user, role):
        today = timezone.localdate()
        own = Official.objects.create(
            post=Post.objects.create(code="jabatan_uji", title="Pekerja Sosial"),
            name=user.full_name,
            user=user,
            starts=today - timedelta(days=90),
        )
        ActingAppointment.objects.create(
            post=Post.objects.get(role=role),
            official=own,
            kind=ActingAppointment.Kind.PLH,
            letter_number="800/12/BKPSDM/2026",
            letter_date=today,
            starts=today,
            ends=today + timedelta(days=7),
        )
        return type(user).objects.get(pk=user.pk)  # roles of today are kept on the instance

    return appoint
