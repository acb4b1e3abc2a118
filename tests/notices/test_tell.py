"""Acts that move nobody, but that somebody waits for: told once, to whom it concerns, with the way to the work."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

import decrees.actions as decree_acts
import distribution.actions as acts
import verification.actions as field_acts
from decrees.models import Recipient
from notices import actions
from notices.audience import AUDIENCE, NEWS
from notices.models import Notice
from proposals.flow import State
from tests.world import terms
from uep.access.access import RULES

pytestmark = pytest.mark.django_db

WHY = "Nama di buku rekening berbeda satu huruf."


@pytest.fixture
def decree(walk, run_jobs):
    """Three households of one village on a signed decree, all told of so far."""
    decree = walk.decree_of(walk.proposals_at(State.DECREED, 3)[0])
    run_jobs()
    Notice.objects.all().delete()
    return decree


@pytest.fixture
def told(run_jobs):
    """What people are told next, in the order of their names."""

    def told():
        run_jobs()
        rows = Notice.objects.order_by("user__username", "pk").values_list("user__username", "sentence", "url")
        found = list(rows)
        Notice.objects.all().delete()
        return found

    return told


def wrong(decree, cast) -> Recipient:
    return acts.check_account(decree.recipients.first(), by=cast.bank, verdict="wrong", why=WHY)


def corrected(recipient, cast, number="125009999999"):
    fresh = Recipient.objects.get(pk=recipient.pk)
    return acts.correct_account(fresh, by=cast.alice, account_number=number, account_name=recipient.name)


def test_news_are_acts_and_no_moves():
    assert (set(NEWS) - set(RULES), set(NEWS) & set(AUDIENCE)) == (set(), set())


def test_a_wrong_account_is_told_to_its_village_with_the_reason(decree, cast, told):
    recipient = wrong(decree, cast)
    assert told() == [
        (
            "alice",
            f"Rekening {recipient.name} dinyatakan salah oleh bank; perbaiki.",
            reverse("distribution:correct_account", args=[recipient.ref]),
        )
    ]


def test_a_right_account_is_no_news(decree, cast, told):
    acts.check_account(decree.recipients.first(), by=cast.bank, verdict="valid")
    assert told() == []


def test_a_corrected_account_is_told_to_its_bank_and_to_kabid_once(decree, cast, told):
    recipient = wrong(decree, cast)
    told()
    corrected(recipient, cast)
    corrected(recipient, cast)  # the same form again
    page = reverse("distribution:recipient", args=[recipient.ref])
    assert told() == [
        ("bank", f"Rekening {recipient.name} sudah diperbaiki desa/kelurahan; periksa lagi.", page),
        ("kabid", f"Rekening {recipient.name} sudah diperbaiki desa/kelurahan dan menunggu bank.", page),
    ]


def test_a_draft_decree_is_told_to_each_next_desk_and_back(walk, cast, told):
    draft = walk.drafted(walk.proposals_at(State.ELIGIBLE, 2))
    told()
    page, whom = draft.get_absolute_url(), "Draf SK untuk 2 usulan Nanga Bulik"
    decree_acts.send_up(draft, by=cast.kabid, note="Mohon segera.")
    assert told() == [("sekretaris", f"{whom} menunggu paraf.", page)]
    decree_acts.endorse(draft, by=cast.secretary)
    assert told() == [("kadis", f"{whom} sudah diparaf dan menunggu keputusan Anda.", page)]
    decree_acts.return_draft(draft, by=cast.head, reason="Periksa nomor KK.")
    assert told() == [("kabid", f"{whom} dikembalikan; baca catatannya.", page)]


def test_the_agreement_is_told_to_the_other_side_and_back(decree, cast, told):
    agreement = acts.propose_agreement(decree, by=cast.kabid, **terms())
    page = reverse("distribution:decree", args=[decree.ref])
    whom = "3 penerima Nanga Bulik"
    proposed = f"Kesepakatan penyaluran {whom} diusulkan; menunggu persetujuan pihak lain."
    assert told() == [("bank", proposed, page)]
    acts.confirm_agreement(agreement, by=cast.bank)
    assert told() == [("kabid", f"Kesepakatan penyaluran {whom} disetujui kedua pihak.", page)]


def test_an_invitation_and_its_end_are_told_to_the_invited_village(decree, walk, cast, told):
    walk.agreed(decree)
    told()
    starts = datetime(2099, 11, 24, 2, 0, tzinfo=UTC)
    session = acts.plan_session(
        decree,
        by=cast.staff,
        starts_at=starts,
        place="Aula Kecamatan Bulik",
        topics="Hak",
        recipients=decree.recipients.all()[:2],
    )
    page = reverse("proposals:list")
    invited = "2 penerima Nanga Bulik diundang sosialisasi; teruskan undangannya."
    assert told() == [("alice", invited, page)]
    acts.cancel_session(session, by=cast.staff, reason="Aula dipakai.")
    gone = "Sosialisasi 2 penerima Nanga Bulik dibatalkan; tunggu undangan baru."
    assert told() == [("alice", gone, page)]


def test_a_payment_list_is_told_to_who_releases_it_and_then_to_the_paying_bank_alone(walk, cast, told):
    decree = walk.decree_of(walk.proposals_at(State.BRIEFED, 2)[0])
    told()
    disbursement = walk.listed(decree)
    page, sealed = disbursement.get_absolute_url(), "Daftar pembayaran 2 penerima Nanga Bulik disusun; "
    assert sorted(told()) == [
        (
            "bank",
            "Daftar pembayaran 2 penerima Nanga Bulik masuk; salurkan dananya.",
            page,
        ),
        *((who, f"{sealed}cocokkan, lalu lepas ke bank.", page) for who in ("kadis", "sekretaris")),
    ]


def test_what_is_rolled_back_is_not_told(decree, cast, told):
    with transaction.atomic():
        wrong(decree, cast)
        transaction.set_rollback(True)
    assert told() == []


def test_the_job_done_twice_tells_once(decree, cast):
    wrong(decree, cast)
    [job] = ProcrastinateJob.objects.filter(task_name="notices.tell").order_by("-pk")[:1]
    assert [actions.tell(**job.args), actions.tell(**job.args)] == [1, 0]
    assert Notice.objects.filter(act="distribution.check_account").count() == 1


@pytest.mark.parametrize("people", [1, 4])
def test_telling_makes_the_same_number_of_queries_for_any_number(walk, people, run_jobs, django_assert_num_queries):
    decree = walk.decree_of(walk.proposals_at(State.DECREED, people)[0])
    run_jobs()
    households = list(decree.recipients.values_list("proposal_id", flat=True))
    asked = {"act": "distribution.release_list", "households": households, "by": 0, "at": timezone.now().isoformat()}
    with django_assert_num_queries(8):
        actions.tell(**asked, url="/")


# Who goes there ---------------------------------------------------------------------------------------------------------


def test_a_team_hears_of_its_journey_and_of_every_change_of_it(walk, cast, told):
    rows = walk.proposals_at(State.COMPLETE, 3)
    told()
    today = timezone.localdate()
    facts = {"starts": today, "ends": today + timedelta(days=7), "purpose": "Verifikasi", "vehicle": ""}
    journey = field_acts.assign_team(
        rows[0].programme, by=cast.kabid, proposals=rows, leader=cast.staff, members=[cast.colleague], **facts
    )
    page, all_three = journey.get_absolute_url(), "3 usulan Nanga Bulik"
    sentence = f"{all_three} ditugaskan kepada tim Anda; lihat rencana kunjungannya."
    team = sorted(user.username for user in (cast.staff, cast.colleague))
    assert told() == [(name, sentence, page) for name in team]
    stop = journey.planned.order_by("pk").first()
    field_acts.postpone(
        journey, by=cast.staff, proposals=[stop.proposal], day=journey.ends, reason="Jalan menuju desa terputus."
    )
    # Whoever put it off knows.
    assert told() == [(cast.colleague.username, f"Kunjungan {stop.proposal.name} ditunda; lihat hari barunya.", page)]
    longer = journey.ends + timedelta(days=3)
    field_acts.extend(journey, by=cast.kabid, ends=longer, reason="Desa di perbukitan.", spread=False)
    sentence = f"Masa tugas kunjungan {all_three} diperpanjang; lihat jadwalnya."
    assert told() == [(name, sentence, page) for name in team]
    facts |= {"ends": longer}
    del facts["purpose"], facts["vehicle"]
    field_acts.reassign(
        journey,
        by=cast.kabid,
        proposals=[stop.proposal],
        leader=cast.colleague,
        members=[],
        reason="Ketua tim sakit.",
        **facts,
    )
    sentence = f"Tim kunjungan {stop.proposal.name} berganti; lihat siapa yang bertugas."
    # Who hands over hears of it as who takes over does.
    assert told() == [(name, sentence, stop.proposal.get_absolute_url()) for name in team]
