"""Four eyes by person, not by role (design, law 2): whoever stands in for another post meets the own work there, too."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

import decrees.actions as decree_acts
import distribution.actions as distribution_acts
import verification.actions as verification_acts
from decrees.models import Decree
from distribution.models import Payment
from proposals.flow import State
from proposals.models import Proposal
from tests.machine.office import again, stands_in
from tests.world import terms
from uep.access.access import NOT_YOURS, Refused, granted, why_not
from uep.access.roles import GRANTS, Role
from uep.accounts.models import User
from uep.office.models import ActingAppointment

pytestmark = pytest.mark.django_db

WHY = "Sesuai hasil kunjungan lapangan."
VALIDATION = ("approve", "waitlist", "decline", "revisit")


def post(user, address, **form):
    client = Client()
    client.force_login(user)
    return client.post(address, form)


# Who visited does not validate ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", VALIDATION)
@pytest.mark.parametrize("who", ["staff", "colleague"])
def test_the_team_does_not_validate_though_standing_in_as_kabid(walk, cast, act, who):
    """The leader wrote the visit down; the member was there as well."""
    proposal = walk.proposals_at(State.ASSESSED)[0]
    stands_in(getattr(cast, who), Role.DIVISION_HEAD)
    person = again(getattr(cast, who))
    assert granted(person, f"verification.{act}")
    with pytest.raises(Refused, match="Anda ikut memverifikasi di lapangan"):
        getattr(verification_acts, act)(proposal, by=person, reason=WHY)
    assert Proposal.objects.get().state == State.ASSESSED


def test_staff_who_were_not_there_validate_while_standing_in(walk, cast):
    proposal = walk.proposals_at(State.ASSESSED)[0]
    stands_in(cast.outsider, Role.DIVISION_HEAD)
    verification_acts.approve(proposal, by=again(cast.outsider), reason=WHY)
    step = proposal.steps.first()
    assert (step.by, step.target) == (cast.outsider, State.ELIGIBLE)
    assert (step.post.startswith("Plh. "), "800/12/BKPSDM" in step.acting_basis) == (True, True)


def test_the_team_of_an_earlier_visit_does_not_validate_the_second_one(walk, cast):
    """Sent again after Kabid's doubt: the visit counts whoever did the last one."""
    proposal = walk.proposals_at(State.ASSESSED)[0]
    verification_acts.revisit(proposal, by=cast.kabid, reason=WHY)
    proposal.refresh_from_db()
    today = timezone.localdate()
    verification_acts.assign_team(
        proposal.programme, by=cast.kabid, proposals=[proposal], leader=cast.staff, members=[], starts=today,
        ends=today + timedelta(days=1), purpose="Ulang",
    )  # fmt: skip
    walk.visited(proposal)
    stands_in(cast.colleague, Role.DIVISION_HEAD)
    with pytest.raises(Refused, match="Anda ikut memverifikasi di lapangan"):
        verification_acts.approve(proposal, by=again(cast.colleague), reason=WHY)


# Who drafted does not sign ----------------------------------------------------------------------------------------------


def test_the_drafter_neither_endorses_nor_signs_though_standing_in(walk, cast):
    decree = walk.decree_of(walk.proposals_at(State.IN_DECREE)[0])
    stands_in(cast.kabid, Role.SECRETARY)
    stands_in(cast.kabid, Role.OFFICE_HEAD)
    decree_acts.send_up(decree, by=cast.kabid)
    with pytest.raises(Refused, match="Anda penyusun draf ini"):
        decree_acts.endorse(decree, by=again(cast.kabid))
    decree_acts.endorse(decree, by=cast.secretary)
    with pytest.raises(Refused, match="Anda penyusun draf ini"):
        decree_acts.sign(decree, by=again(cast.kabid))
    assert Decree.objects.get().stage == Decree.Stage.ENDORSED


def test_the_secretary_who_endorsed_may_sign_as_stand_in_and_the_paper_says_so(walk, cast):
    """Initials and signature are two looks of one reader who did not draft; the SOP lets a Plh. sign."""
    decree = walk.endorsed(walk.decree_of(walk.proposals_at(State.IN_DECREE)[0]))
    stands_in(cast.secretary, Role.OFFICE_HEAD)
    signed = decree_acts.sign(decree, by=again(cast.secretary))
    assert (signed.signatory["quality"], signed.signatory["title"].startswith("Plh. ")) == ("Plh.", True)


def test_the_secretary_does_not_sign_without_an_appointment(walk, cast):
    decree = walk.endorsed(walk.decree_of(walk.proposals_at(State.IN_DECREE)[0]))
    with pytest.raises(Refused, match="Peran Anda tidak mencakup"):
        decree_acts.sign(decree, by=cast.secretary)


# Who sent a list does not confirm it ------------------------------------------------------------------------------------


def test_who_sent_the_list_does_not_settle_it_from_the_banks_side(walk, cast):
    """Kabid changes over to the bank, or an account is given a second role: the person stays who sent the list."""
    disbursement = walk.listed(walk.decree_of(walk.proposals_at(State.BRIEFED)[0]))
    line = disbursement.payments.get()
    User.objects.filter(pk=cast.kabid.pk).update(role=Role.BANK, bank=cast.bank.bank)
    person = again(cast.kabid)
    for act, attempt in {
        "pay": lambda: distribution_acts.pay(disbursement, by=person, payments=[line], paid_on=timezone.localdate()),
        "fail": lambda: distribution_acts.fail_payment(line, by=person, failure="name"),
    }.items():
        with pytest.raises(Refused, match="Anda mengirim daftar ini"):
            attempt()
        assert Payment.objects.get().status == Payment.Status.WAITING, act
    assert post(person, f"/penyaluran/daftar/{disbursement.ref}/konfirmasi/", which="all").status_code == 403
    assert post(person, f"/penyaluran/daftar/{disbursement.ref}/hasil/").status_code == 403


def test_one_person_does_not_agree_for_both_sides(walk, cast):
    decree = walk.decree_of(walk.proposals_at(State.DECREED)[0])
    agreement = distribution_acts.propose_agreement(decree, by=cast.kabid, **terms())
    User.objects.filter(pk=cast.kabid.pk).update(role=Role.BANK, bank=cast.bank.bank)
    with pytest.raises((Refused, ValidationError), match="Anda sudah menyetujui"):
        distribution_acts.confirm_agreement(agreement, by=again(cast.kabid))
    assert agreement.confirmations.count() == 1


def test_the_bank_does_not_confirm_its_own_proposal_for_the_office(walk, cast):
    decree = walk.decree_of(walk.proposals_at(State.DECREED)[0])
    agreement = distribution_acts.propose_agreement(decree, by=cast.bank, **terms())
    with pytest.raises((Refused, ValidationError), match="Pihak Anda sudah menyetujui"):
        distribution_acts.confirm_agreement(agreement, by=cast.bank)


# Standing in: from day to day -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [(-3, -1, False), (-3, 0, True), (0, 0, True), (0, 3, True), (1, 3, False)],
    ids=["over yesterday", "last day", "only today", "first day", "from tomorrow"],
)
def test_an_appointment_gives_its_acts_on_its_days_alone(cast, since, until, holds):
    stands_in(cast.secretary, Role.OFFICE_HEAD, since=since, until=until)
    person = again(cast.secretary)
    assert granted(person, "decrees.sign") is holds
    assert (Role.OFFICE_HEAD in person.roles_today) is holds


def test_a_cancelled_appointment_gives_nothing(cast):
    appointment = stands_in(cast.secretary, Role.OFFICE_HEAD, since=0)
    ActingAppointment.objects.filter(pk=appointment.pk).update(cancelled=True)
    assert why_not(again(cast.secretary), "decrees.sign", None) == NOT_YOURS


def test_an_appointment_that_runs_out_ends_the_power_of_an_open_session(walk, cast):
    """Signed in yesterday as Plh., still signed in today."""
    decree = walk.endorsed(walk.decree_of(walk.proposals_at(State.IN_DECREE)[0]))
    appointment = stands_in(cast.outsider, Role.OFFICE_HEAD, since=-2)
    client = Client()
    client.force_login(cast.outsider)
    assert client.get(f"/sk/{decree.ref}/tandatangani/").status_code == 200
    ActingAppointment.objects.filter(pk=appointment.pk).update(ends=timezone.localdate() - timedelta(days=1))
    response = client.get(f"/sk/{decree.ref}/tandatangani/")
    assert (response.status_code, NOT_YOURS in response.content.decode()) == (403, True)


def test_standing_in_for_the_head_gives_the_heads_acts_and_no_more(cast):
    stands_in(cast.secretary, Role.OFFICE_HEAD)
    person = again(cast.secretary)
    every = set().union(*GRANTS.values())
    assert {act for act in every if granted(person, act)} == GRANTS[Role.SECRETARY] | GRANTS[Role.OFFICE_HEAD]


def test_a_closed_account_stands_in_for_nobody(walk, cast):
    decree = walk.endorsed(walk.decree_of(walk.proposals_at(State.IN_DECREE)[0]))
    stands_in(cast.secretary, Role.OFFICE_HEAD)
    User.objects.filter(pk=cast.secretary.pk).update(is_active=False)
    response = post(cast.secretary, f"/sk/{decree.ref}/tandatangani/")
    assert (response.status_code, response.headers["Location"].startswith("/masuk/")) == (302, True)
