"""What the machine plays with: every act that moves something, as one call with a valid form, and the right next one."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone

import decrees.actions as decree_acts
import distribution.actions as distribution_acts
import proposals.actions as proposal_acts
import verification.actions as verification_acts
from decrees.actions.ink import read_signed_scan
from decrees.models import Decree, Recipient
from distribution.models import AccountCheck, Disbursement, DisbursementAgreement, OutreachSession, Payment
from distribution.queries import returnable
from proposals.flow import State
from proposals.models import CoverLetter, Proposal
from tests.walk import Walk, upload
from tests.world import terms
from uep.access.roles import Role
from uep.accounts.models import User
from uep.office.models import ActingAppointment, Official, Post
from verification.models import FieldVisit

WHY = "Sesuai hasil kunjungan lapangan."


def stands_in(user, role, *, since: int = -1, until: int = 7, kind=ActingAppointment.Kind.PLH) -> ActingAppointment:
    """`user` stands in for the post of a role, from and to so many days from today."""
    official = Official.objects.filter(user=user).first()
    if official is None:
        post = Post.objects.create(code=f"jafung-{user.pk}", title="Pekerja Sosial Ahli Muda", order=99)
        official = Official.objects.create(post=post, name=user.full_name, user=user, starts=date(2020, 1, 1))
    today = timezone.localdate()
    return ActingAppointment.objects.create(
        post=Post.objects.get(role=role, active=True)
        if role != Role.DIVISION_HEAD
        else Post.objects.filter(role=role).first(),
        official=official,
        kind=kind,
        letter_number="800/12/BKPSDM",
        letter_date=today + timedelta(days=since),
        starts=today + timedelta(days=since),
        ends=today + timedelta(days=until),
    )


def again(user) -> User:
    """The person with the next request: what was remembered about today's roles is asked anew."""
    return User.objects.get(pk=user.pk)


class Act(NamedTuple):
    """`of`: the kind of record it is done to; `do(walk, by, row)`: with a form that is right for some state of it."""

    of: type
    do: Callable


def _on_proposal(action, **form):
    return Act(Proposal, lambda walk, by, row: action(row, by=by, **form))


def _on_decree(action, **form):
    return Act(Decree, lambda walk, by, row: action(row, by=by, **form))


def _record_visit(walk, by, row):
    visit = verification_acts.record_visit(
        row, by=by, visited_at=timezone.now(), found=FieldVisit.Found.FOUND, met="Calon", identity_matches=True,
        lives_there=True, business_exists=True, business_seen="Warung", indicators={"walls": True},
        recommendation=FieldVisit.Recommendation.ELIGIBLE, reason="Usaha berjalan.",
    )  # fmt: skip
    verification_acts.photograph(visit, by=by, business=[upload()])


def _assign(walk, by, row):
    today = timezone.localdate()
    verification_acts.assign_team(
        row.programme, by=by, proposals=[row], leader=walk.cast.staff, members=[walk.cast.colleague], starts=today,
        ends=today + timedelta(days=1), purpose="Verifikasi",
    )  # fmt: skip


def _plan(walk, by, decree):
    session = distribution_acts.plan_session(
        decree, by=by, starts_at=timezone.now() + timedelta(hours=1), place="Aula", topics="Hak dan kewajiban",
        recipients=decree.recipients.in_force(),
    )  # fmt: skip
    OutreachSession.objects.filter(pk=session.pk).update(starts_at=timezone.now() - timedelta(hours=2))


def _record_session(walk, by, session):
    rows = list(session.attendances.all())
    distribution_acts.record_session(
        session, by=by, came={row.pk for row in rows}, represented={}, companions={row.pk: walk.cast.staff for row in rows},
        minutes="Lancar.", photo=upload(),
    )  # fmt: skip


def _dispose(walk, by, letter):
    proposal_acts.dispose(letter, by=by, to=walk.cast.staff, nature="urgent", instruction="process")


def _pay(walk, by, disbursement):
    distribution_acts.pay(
        disbursement, by=by, payments=disbursement.payments.all(), paid_on=timezone.localdate(), reference="TRX"
    )


def _hand_over(walk, by, row):
    distribution_acts.hand_over(
        row, by=by, date=timezone.localdate(), place="Kantor", identity_checked=True, witness="Rahmat",
        witness_title="Lurah", photo=upload(), signature=upload("tanda.jpg"),
    )  # fmt: skip


def _sign_on_paper(walk, by, decree):
    decree_acts.record_signature(decree, by=by, number=f"188/{decree.ref}", date=timezone.localdate(), scan=upload())


def _confirm_scan(walk, by, decree):
    scan = decree.signed_scans.filter(outcome="waiting").first()
    if scan:
        read_signed_scan(scan.pk)
    decree_acts.confirm_signature(decree, by=by, scan=scan.ref if scan else "", note="Dibandingkan.")


def _check(verdict, why=""):
    return Act(Recipient, lambda walk, by, row: distribution_acts.check_account(row, by=by, verdict=verdict, why=why))


def _fail(failure):
    return Act(Payment, lambda walk, by, row: distribution_acts.fail_payment(row, by=by, failure=failure, note="x"))


ACTS: dict[str, Act] = {
    "proposals.submit": Act(CoverLetter, lambda walk, by, row: proposal_acts.submit(row, by=by)),
    "proposals.dispose": Act(CoverLetter, _dispose),
    "proposals.send_back": _on_proposal(proposal_acts.send_back, note="Lengkapi SPTJM."),
    "proposals.resubmit": _on_proposal(proposal_acts.resubmit),
    "proposals.answer_defects": _on_proposal(proposal_acts.answer_defects),
    "proposals.withdraw": _on_proposal(proposal_acts.withdraw, reason="Pindah domisili"),
    "verification.pass_on": _on_proposal(verification_acts.pass_on),
    "verification.return_for_correction": _on_proposal(verification_acts.return_for_correction),
    "verification.reject": _on_proposal(verification_acts.reject, reason=WHY),
    "verification.assign_team": Act(Proposal, _assign),
    "verification.record_visit": Act(Proposal, _record_visit),
    "verification.assess": _on_proposal(verification_acts.assess),
    "verification.approve": _on_proposal(verification_acts.approve, reason=WHY),
    "verification.waitlist": _on_proposal(verification_acts.waitlist, reason=WHY),
    "verification.decline": _on_proposal(verification_acts.decline, reason=WHY),
    "verification.revisit": _on_proposal(verification_acts.revisit, reason=WHY),
    "verification.promote": _on_proposal(verification_acts.promote, reason=WHY),
    "verification.uphold_objection": _on_proposal(verification_acts.uphold_objection, reason=WHY),
    "decrees.draft": Act(
        Proposal,
        lambda walk, by, row: decree_acts.draft(
            row.programme, by=by, title="Penetapan", considerations="bahwa perlu;", proposals=[row]
        ),
    ),
    "decrees.add": Act(
        Decree,
        lambda walk, by, row: decree_acts.add(
            row, by=by, proposals=list(Proposal.objects.filter(programme=row.programme_id, state=State.ELIGIBLE))
        ),
    ),
    "decrees.strike": Act(
        Decree, lambda walk, by, row: decree_acts.strike(row, by=by, proposals=row.proposals.all()[:1], reason=WHY)
    ),
    "decrees.edit": _on_decree(decree_acts.edit, title="Penetapan baru", considerations="bahwa lain;"),
    "decrees.send_up": _on_decree(decree_acts.send_up),
    "decrees.recall": _on_decree(decree_acts.recall, reason=WHY),
    "decrees.endorse": _on_decree(decree_acts.endorse),
    "decrees.return_draft": _on_decree(decree_acts.return_draft, reason=WHY),
    "decrees.cancel": _on_decree(decree_acts.cancel, reason=WHY),
    "decrees.sign": _on_decree(decree_acts.sign),
    "decrees.record_signature": Act(Decree, _sign_on_paper),
    "decrees.confirm_signature": Act(Decree, _confirm_scan),
    "decrees.put_aside_scan": _on_decree(decree_acts.put_aside_scan, reason=WHY),
    "decrees.amend": _on_decree(decree_acts.amend, title="Perubahan", considerations="bahwa berubah;"),
    "decrees.remove": Act(
        Decree,
        lambda walk, by, row: decree_acts.remove(
            row, by=by, recipients=list(row.amends.recipients.in_force()[:1]) if row.amends else [], cause="resigned"
        ),
    ),
    "decrees.revoke": _on_decree(
        decree_acts.revoke, title="Pencabutan", considerations="bahwa dicabut;", reason="Anggaran dialihkan"
    ),
    "distribution.accept_accounts": Act(
        Decree, lambda walk, by, row: distribution_acts.accept_accounts(row, by=by, recipients=row.recipients.all())
    ),
    "distribution.check_account": _check(AccountCheck.Verdict.WRONG, "Nama berbeda"),
    "distribution.correct_account": Act(
        Recipient,
        lambda walk, by, row: distribution_acts.correct_account(
            row, by=by, account_number="125009999999", account_name=row.name
        ),
    ),
    "distribution.propose_agreement": Act(
        Decree, lambda walk, by, row: distribution_acts.propose_agreement(row, by=by, **terms())
    ),
    "distribution.confirm_agreement": Act(
        DisbursementAgreement, lambda walk, by, row: distribution_acts.confirm_agreement(row, by=by)
    ),
    "distribution.plan_session": Act(Decree, _plan),
    "distribution.record_session": Act(OutreachSession, _record_session),
    "distribution.cancel_session": Act(
        OutreachSession, lambda walk, by, row: distribution_acts.cancel_session(row, by=by, reason=WHY)
    ),
    "distribution.release_list": Act(Disbursement, lambda walk, by, row: distribution_acts.release_list(row, by=by)),
    "distribution.recall_list": Act(
        Disbursement, lambda walk, by, row: distribution_acts.recall_list(row, by=by, reason=WHY)
    ),
    "distribution.reverse_payment": Act(
        Payment,
        lambda walk, by, row: distribution_acts.reverse_payment(row, by=by, reversed_on=timezone.localdate()),
    ),
    "distribution.return_funds": Act(
        Decree,
        lambda walk, by, row: distribution_acts.return_funds(
            row,
            by=by,
            recipients=returnable(row),
            number=f"STS-{row.ref}-{row.treasury_returns.count()}",
            date=timezone.localdate(),
            scan=upload(),
        ),
    ),
    "distribution.send_list": Act(Decree, lambda walk, by, row: distribution_acts.send_list(row, by=by)),
    "distribution.pay": Act(Disbursement, _pay),
    "distribution.fail_payment": _fail("bank"),
    "distribution.retry": Act(Recipient, lambda walk, by, row: distribution_acts.retry(row, by=by)),
    "distribution.hand_over": Act(Recipient, _hand_over),
}


def next_step(walk: Walk, proposal: Proposal) -> None:
    """What an office that knows its work does next with this household; business refusals are the caller's to meet."""
    cast, state = walk.cast, proposal.state
    if state in {State.DRAFT, State.SUBMITTED, State.RETURNED}:
        _at_the_village(walk, proposal)
    elif state == State.ASSIGNED:
        walk.completed([proposal])
    elif state == State.COMPLETE:
        _in_the_field(walk, proposal)
    elif state == State.ASSESSED:
        verification_acts.approve(proposal, by=cast.kabid, reason=WHY)
    elif state == State.WAITLISTED:
        verification_acts.promote(proposal, by=cast.kabid, reason=WHY)
    elif state == State.ELIGIBLE:
        walk.drafted([proposal])
    elif state == State.IN_DECREE:
        _up_the_house(walk, proposal.decrees.latest("pk"))
    elif state == State.INELIGIBLE:
        verification_acts.uphold_objection(proposal, by=cast.kabid, reason=WHY)
    elif state not in {State.WITHDRAWN, State.HANDED_OVER}:
        _to_the_money(walk, proposal.recipients.in_force().get())


def _at_the_village(walk, proposal) -> None:
    operator = walk.operator_of(proposal)
    if proposal.state == State.DRAFT:
        walk.submitted([proposal], by=operator)
    elif proposal.state == State.SUBMITTED:
        walk.disposed(proposal.letter)
    elif hasattr(proposal.letter, "disposition"):
        proposal_acts.answer_defects(proposal, by=operator)
    else:
        proposal_acts.resubmit(proposal, by=operator)


def _in_the_field(walk, proposal) -> None:
    if not proposal.assignments.open().exclude(visits__submitted_at__isnull=False, visits__proposal=proposal).exists():
        _assign(walk, walk.cast.kabid, proposal)
    walk.visited(proposal)


def _up_the_house(walk, decree) -> None:
    cast, regents = walk.cast, decree.programme.signatory == Role.REGENT
    {
        Decree.Stage.DRAFT: lambda: decree_acts.send_up(decree, by=cast.kabid),
        Decree.Stage.GOING_UP: lambda: decree_acts.endorse(decree, by=cast.secretary),
        Decree.Stage.ENDORSED: lambda: (decree_acts.endorse if regents else decree_acts.sign)(decree, by=cast.head),
        Decree.Stage.AT_REGENT: lambda: decree_acts.sign(decree, by=cast.regent),
    }[Decree.Stage(decree.stage)]()


def _to_the_money(walk, recipient) -> None:
    cast, decree, state = walk.cast, recipient.decree, recipient.proposal.state
    if state == State.DECREED:
        walk.agreed(decree)
    elif state == State.AGREED:
        walk.briefed(decree)
    elif state == State.BRIEFED:
        line = recipient.payments.filter(status=Payment.Status.WAITING).first()
        _pay(walk, cast.bank, line.disbursement if line else walk.listed(decree))
    elif state == State.PAYMENT_FAILED:
        walk.mended(recipient)
    elif state == State.PAID:
        walk.handed_over(recipient)


def hold_posts(cast) -> None:
    """Colleague stands in for Kabid, Kabid for the head: the two ways in which one person could meet the own work."""
    stands_in(cast.colleague, Role.DIVISION_HEAD)
    stands_in(cast.kabid, Role.OFFICE_HEAD)
