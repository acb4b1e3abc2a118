"""SOP step 5: invited, recorded, invited again."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

import distribution.actions as acts
from distribution import queries
from distribution.models import Attendance, OutreachSession
from proposals.flow import State
from proposals.models import Attachment
from tests.distribution.conftest import fresh, states
from tests.walk import upload
from uep.access.access import Refused
from uep.documents.queries import document_of


def test_who_came_is_briefed_and_who_stayed_away_can_be_invited_again(office_at_work):
    decree = office_at_work.agreed(office_at_work.decree(3))
    absent = decree.recipients.last()
    session = office_at_work.recorded(office_at_work.planned(decree), absent=[absent])
    assert states(decree) == [State.BRIEFED, State.BRIEFED, State.AGREED]
    assert list(queries.to_be_briefed(decree)) == [absent]
    assert document_of("undangan", session).number
    assert document_of("ba_sosialisasi", session).number
    office_at_work.recorded(office_at_work.planned(decree))
    assert states(decree) == [State.BRIEFED] * 3
    assert queries.companion_of(absent) == office_at_work.cast.staff


def test_someone_who_is_invited_waits_for_that_session(office_at_work):
    decree = office_at_work.agreed(office_at_work.decree(2))
    first = decree.recipients.first()
    office_at_work.planned(decree, recipients=[first])
    assert list(queries.to_be_briefed(decree)) == [decree.recipients.last()]
    with pytest.raises(ValidationError, match="belum diundang"):
        office_at_work.planned(decree, recipients=[first])


def test_a_cancelled_session_frees_its_people_and_revokes_the_invitation(office_at_work):
    decree = office_at_work.agreed(office_at_work.decree(1))
    session = office_at_work.planned(decree)
    invitation = document_of("undangan", session)
    acts.cancel_session(session, by=office_at_work.cast.staff, reason="Jalan banjir")
    invitation.refresh_from_db()
    assert (invitation.status, invitation.reason) == ("revoked", "Jalan banjir")
    assert queries.to_be_briefed(decree).count() == 1
    with pytest.raises(Refused, match="sudah dibatalkan"):
        office_at_work.recorded(session)


def test_a_session_is_recorded_once(office_at_work):
    session = office_at_work.recorded(office_at_work.planned(office_at_work.agreed(office_at_work.decree(1))))
    with pytest.raises(Refused, match="sudah dicatat"):
        office_at_work.recorded(session)


def test_a_session_is_not_recorded_before_it_was_held(office_at_work):
    session = office_at_work.planned(office_at_work.agreed(office_at_work.decree(1)))
    OutreachSession.objects.filter(pk=session.pk).update(starts_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(ValidationError, match="setelah sosialisasi berlangsung"):
        office_at_work.recorded(session)


def test_whoever_came_has_a_companion(office_at_work):
    decree = office_at_work.agreed(office_at_work.decree(2))
    session = office_at_work.planned(decree)
    first, second = session.attendances.order_by("recipient__position")
    with pytest.raises(ValidationError, match="Siti Uji 0002: pilih pendampingnya"):
        acts.record_session(
            session,
            by=office_at_work.cast.staff,
            came={first.pk, second.pk},
            represented={},
            companions={first.pk: office_at_work.cast.staff},
            minutes="Lancar.",
            photo=upload(),
        )
    assert Attendance.objects.filter(came__isnull=False).count() == 0


def test_nobody_there_is_no_session(office_at_work):
    decree = office_at_work.agreed(office_at_work.decree(1))
    with pytest.raises(ValidationError, match="Belum ada yang dicentang hadir"):
        office_at_work.recorded(office_at_work.planned(decree), absent=decree.recipients.all())


def test_a_session_waits_for_the_agreement(office_at_work):
    with pytest.raises(Refused, match="menunggu kesepakatan"):
        office_at_work.planned(office_at_work.accepted(office_at_work.decree(1)))


def test_who_was_taken_off_meanwhile_does_not_move(office_at_work):
    decree = office_at_work.agreed(office_at_work.decree(2))
    session = office_at_work.planned(decree)
    office_at_work.amended(decree, decree.recipients.first())
    office_at_work.recorded(session)
    assert states(decree) == [State.WITHDRAWN, State.BRIEFED]


def test_the_page_records_attendance_with_one_companion_for_all_but_one(office_at_work, client):
    decree = office_at_work.agreed(office_at_work.decree(3))
    session = office_at_work.planned(decree)
    first, second, _third = session.attendances.order_by("recipient__position")
    cast = office_at_work.cast
    client.force_login(cast.staff, backend="django.contrib.auth.backends.ModelBackend")
    data = {
        "companion": cast.staff.pk,
        f"came-{first.pk}": "on",
        f"came-{second.pk}": "on",
        f"represented-{first.pk}": "Budi",
        f"companion-{second.pk}": cast.colleague.pk,
        "minutes": "Lancar.",
        "photo": upload(),
    }
    answer = client.post(f"/penyaluran/sosialisasi/{session.ref}/catat/", data)
    assert (answer.status_code, answer.url) == (303, session.get_absolute_url())
    rows = session.attendances.order_by("recipient__position")
    assert list(rows.values_list("came", "represented_by", "companion")) == [
        (True, "Budi", cast.staff.pk),
        (True, "", cast.colleague.pk),
        (False, "", None),
    ]
    again = client.post(f"/penyaluran/sosialisasi/{session.ref}/catat/", data | {"photo": upload()})
    assert again.status_code == 403


def test_staff_add_the_integrity_pact_and_nothing_else(office_at_work):
    decree = office_at_work.agreed(office_at_work.decree(1))
    recipient = decree.recipients.get()
    requirements = office_at_work.programme.requirements
    pact, card = requirements.get(code="pakta_integritas"), requirements.get(code="ktp")
    acts.add_paper(fresh(recipient), by=office_at_work.cast.staff, requirement=pact, uploads=[upload()])
    acts.add_paper(fresh(recipient), by=office_at_work.cast.staff, requirement=pact, uploads=[upload()])
    former, current = Attachment.objects.order_by("pk")
    assert (former.removed_by, current.removed_by, current.requirement) == (office_at_work.cast.staff, None, pact)
    with pytest.raises(ValidationError, match="bukan berkas sesudah SK"):
        acts.add_paper(fresh(recipient), by=office_at_work.cast.staff, requirement=card, uploads=[upload()])


@pytest.mark.parametrize("who", ["alice", "bank", "secretary", "head", "auditor", "regent", "admin"])
def test_only_staff_and_kabid_plan(office_at_work, who):
    decree = office_at_work.agreed(office_at_work.decree(1))
    with pytest.raises(Refused, match="Peran Anda"):
        acts.plan_session(
            decree,
            by=getattr(office_at_work.cast, who),
            starts_at=timezone.now() + timedelta(days=1),
            place="Aula",
            topics="-",
            recipients=decree.recipients.all(),
        )
