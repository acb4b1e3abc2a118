"""Walks proposals to a state through the real actions, each by the role that owns it (as a village, an office and a
bank would), so that no test stands on a state that the product could not reach."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

import decrees.actions as decree_acts
import distribution.actions as distribution_acts
import proposals.actions as proposal_acts
import verification.actions as verification_acts
from decrees.models import Decree, Recipient
from distribution.models import AccountCheck, DisbursementAgreement, MentoringVisit, Payment
from proposals.actions.programmes import first_rules
from proposals.flow import State
from proposals.models import CoverLetter, Disposition, Programme, Proposal, Requirement
from proposals.requirements import default_requirements
from uep.access.roles import Role
from verification import queries as verification_queries
from verification.models import Assignment, DeskCheck, FieldVisit

AMOUNT = 5_000_000


@lru_cache(maxsize=16)
def picture(shade: int = 120) -> bytes:
    """A small real JPEG."""
    buffer = BytesIO()
    Image.new("RGB", (64, 48), (shade, 140, 90)).save(buffer, "JPEG")
    return buffer.getvalue()


def upload(name: str = "foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(), content_type="image/jpeg")


def nik(number: int, *, born: date = date(1985, 3, 4), female: bool = True) -> str:
    """A well-formed NIK of Lamandau: district 03, birth date, serial `number`."""
    return f"620903{born.day + (40 if female else 0):02d}{born:%m%y}{number:04d}"


class Walk:
    """Takes proposals along the flow. Each method does one step and gives back what it made."""

    def __init__(self, cast):
        self.cast = cast
        self.made = 0

    # Step 1 ---------------------------------------------------------------------------------------------------------

    def programme(self, **changes) -> Programme:
        """A programme that is open today, with the default papers."""
        today = timezone.localdate()
        facts = {
            "name": "UEP",
            "year": today.year,
            "budget": 100 * AMOUNT,
            "amount": AMOUNT,
            "quota": 100,
            "opens_on": today - timedelta(days=30),
            "closes_on": today + timedelta(days=30),
            "signatory": Role.OFFICE_HEAD,
            "bank": self.cast.bank.bank,
            "age_on": date(today.year, 6, 30),
            "created_by": self.cast.kabid,
        } | changes
        programme = Programme.objects.create(**facts)
        Requirement.objects.bulk_create(default_requirements(programme))
        first_rules(programme, by=programme.created_by)
        return programme

    def draft(self, programme, *, by=None, **changes) -> Proposal:
        """A filled-in draft of the operator's village, with RAB and every paper that sending asks for."""
        by = by or self.cast.alice
        self.made += 1
        proposal = proposal_acts.draft(programme, by=by, name=f"Siti Uji {self.made}")
        facts = {
            "name": f"Siti Uji {self.made}",
            "nik": nik(self.made),
            "kk_number": f"6209030101{20:02d}{self.made:04d}",
            "birth_place": "Nanga Bulik",
            "birth_date": date(1985, 3, 4),
            "sex": "P",
            "address": "Jl. Melati No. 4",
            "rt": "003",
            "rw": "001",
            "phone": "",
            "social_data": "DTSEN",
            "desil": 2,
            "is_not_public_payroll": True,
            "business": "Warung sembako",
            "business_years": 4,
            "monthly_turnover": 2_400_000,
            "amount_requested": AMOUNT,
            "account_number": f"12500{self.made:06d}",
            "account_name": f"Siti Uji {self.made}",
        } | changes
        proposal_acts.edit(proposal, by=by, **facts)
        proposal.refresh_from_db()
        lines = [
            {"description": "Modal dagang", "quantity": 1, "unit": "paket", "unit_price": facts["amount_requested"]}
        ]
        proposal_acts.budget(proposal, by=by, lines=lines)
        for requirement in self.papers(programme, State.SUBMITTED):
            proposal_acts.attach(proposal, by=by, requirement=requirement, uploads=[upload()])
        return proposal

    def papers(self, programme, needed_from):
        return programme.requirements.filter(
            owner=Requirement.Owner.HOUSEHOLD, is_required=True, needed_from=needed_from
        )

    def letter(self, programme, *, by=None, number="400.9/112/NB") -> CoverLetter:
        """A letter with its papers, carrying every draft of the village."""
        by = by or self.cast.alice
        letter = proposal_acts.open_letter(
            programme,
            by=by,
            number=number,
            date=timezone.localdate(),
            signed_by="Rahmat Hidayat",
            signed_title=f"Lurah {by.village.name}",
        )
        for requirement in programme.requirements.filter(owner=Requirement.Owner.LETTER, is_required=True):
            proposal_acts.attach_to_letter(letter, by=by, requirement=requirement, upload=upload())
        return letter

    def submitted(self, proposals, *, by=None) -> CoverLetter:
        letter = self.letter(proposals[0].programme, by=by)
        return proposal_acts.submit(letter, by=by or self.cast.alice)

    def disposed(self, letter, *, to=None) -> None:
        proposal_acts.dispose(
            letter,
            by=self.cast.secretary,
            to=to or self.cast.staff,
            nature=Disposition.Nature.URGENT,
            instruction=Disposition.Instruction.PROCESS,
            note="Verifikasi minggu ini.",
        )

    # Step 2 ---------------------------------------------------------------------------------------------------------

    def check_all(self, proposal, *, wrong: dict[str, str] | None = None) -> None:
        """Every item right, except those named with their fault."""
        wrong = wrong or {}
        verdicts = {
            item.code: (DeskCheck.Verdict.WRONG, wrong[item.code])
            if item.code in wrong
            else (DeskCheck.Verdict.RIGHT, "")
            for item in verification_queries.items_of(proposal)
        }
        verification_acts.check(proposal, by=self.cast.staff, verdicts=verdicts)

    def completed(self, proposals) -> None:
        for proposal in proposals:
            self.check_all(proposal)
            verification_acts.pass_on(proposal, by=self.cast.staff)

    def assigned(self, proposals) -> Assignment:
        today = timezone.localdate()
        return verification_acts.assign_team(
            proposals[0].programme,
            by=self.cast.kabid,
            proposals=proposals,
            leader=self.cast.staff,
            members=[self.cast.colleague],
            starts=today,
            ends=today + timedelta(days=1),
            purpose="Verifikasi lapangan usulan UEP",
        )

    def visited(self, proposal, *, recommendation=FieldVisit.Recommendation.ELIGIBLE) -> FieldVisit:
        """A finished visit with a photo, handed in."""
        visit = verification_acts.record_visit(
            proposal,
            by=self.cast.staff,
            visited_at=timezone.now() - timedelta(minutes=5),
            found=FieldVisit.Found.FOUND,
            met="Calon penerima",
            identity_matches=True,
            lives_there=True,
            business_exists=True,
            business_seen="Warung sembako di depan rumah",
            indicators={"walls": True, "light": True},
            recommendation=recommendation,
            reason="Usaha berjalan dan modal terbatas.",
        )
        verification_acts.photograph(visit, by=self.cast.staff, business=[upload()])
        verification_acts.assess(proposal, by=self.cast.staff)
        return visit

    # Step 3 ---------------------------------------------------------------------------------------------------------

    def drafted(self, proposals) -> Decree:
        return decree_acts.draft(
            proposals[0].programme,
            by=self.cast.kabid,
            title="Penetapan Penerima Bantuan UEP",
            considerations="bahwa bantuan perlu tepat sasaran;",
            proposals=proposals,
        )

    def endorsed(self, decree) -> Decree:
        decree_acts.send_up(decree, by=self.cast.kabid)
        decree = decree_acts.endorse(decree, by=self.cast.secretary)
        if decree.programme.signatory == Role.REGENT:
            decree = decree_acts.endorse(decree, by=self.cast.head)
        return decree

    def signed(self, decree) -> Decree:
        by = self.cast.regent if decree.programme.signatory == Role.REGENT else self.cast.head
        return decree_acts.sign(self.endorsed(decree), by=by)

    # Steps 4 to 6 ---------------------------------------------------------------------------------------------------

    def agreed(self, decree) -> DisbursementAgreement:
        distribution_acts.accept_accounts(decree, by=self.cast.bank, recipients=decree.recipients.all())
        today = timezone.localdate()
        agreement = distribution_acts.propose_agreement(
            decree,
            by=self.cast.kabid,
            method=DisbursementAgreement.Method.TRANSFER,
            starts=today,
            ends=today + timedelta(days=14),
            place="Kantor Cabang Nanga Bulik",
            fee=0,
            fee_borne_by="Bank penyalur",
            contact="Ibu Rina, 0532-00000",
            failed_handling="Bank melapor paling lambat dua hari kerja.",
        )
        return distribution_acts.confirm_agreement(agreement, by=self.cast.bank)

    def briefed(self, decree, *, absent=()) -> None:
        """A session that everyone but `absent` (recipients) attends; it is over by the time it is recorded."""
        session = distribution_acts.plan_session(
            decree,
            by=self.cast.staff,
            starts_at=timezone.now() + timedelta(seconds=1),
            place="Aula Kecamatan Bulik",
            topics="Hak dan kewajiban penerima",
            speaker="Kepala Bidang",
            recipients=decree.recipients.in_force(),
        )
        type(session).objects.filter(pk=session.pk).update(starts_at=timezone.now() - timedelta(hours=2))
        rows = session.attendances.exclude(recipient__in=absent)
        distribution_acts.record_session(
            session,
            by=self.cast.staff,
            came={row.pk for row in rows},
            represented={},
            companions={row.pk: self.cast.staff for row in rows},
            minutes="Berjalan lancar.",
            photo=upload(),
        )

    def integrity_pacts(self, proposals) -> None:
        for proposal in proposals:
            for requirement in self.papers(proposal.programme, State.BRIEFED):
                proposal_acts.attach(
                    proposal, by=self.operator_of(proposal), requirement=requirement, uploads=[upload()]
                )

    def operator_of(self, proposal):
        return next(user for user in (self.cast.alice, self.cast.bob) if user.village_id == proposal.village_id)

    def listed(self, decree):
        self.integrity_pacts([r.proposal for r in decree.recipients.in_force().select_related("proposal")])
        sealed = distribution_acts.send_list(decree, by=self.cast.kabid)
        return distribution_acts.release_list(sealed, by=self.cast.secretary)

    def paid(self, disbursement) -> None:
        distribution_acts.pay(
            disbursement,
            by=self.cast.bank,
            payments=disbursement.payments.all(),
            paid_on=timezone.localdate(),
            reference="TRX-1",
        )

    def failed(self, payment, *, failure=Payment.Failure.NAME) -> None:
        distribution_acts.fail_payment(payment, by=self.cast.bank, failure=failure, note="Nama berbeda satu huruf")

    def mended(self, recipient) -> None:
        """The village corrects the account, the bank accepts it, staff let it be paid again."""
        distribution_acts.correct_account(
            recipient,
            by=self.operator_of(recipient.proposal),
            account_number="125009999999",
            account_name=recipient.name,
        )
        distribution_acts.check_account(
            Recipient.objects.get(pk=recipient.pk), by=self.cast.bank, verdict=AccountCheck.Verdict.VALID
        )
        distribution_acts.retry(Recipient.objects.get(pk=recipient.pk), by=self.cast.staff)

    def handed_over(self, recipient):
        return distribution_acts.hand_over(
            recipient,
            by=self.cast.staff,
            date=timezone.localdate(),
            place="Kantor Kelurahan Nanga Bulik",
            identity_checked=True,
            witness="Rahmat Hidayat",
            witness_title="Lurah Nanga Bulik",
            photo=upload(),
            signature=upload("tanda-tangan.jpg"),
        )

    def mentored(self, recipient) -> MentoringVisit:
        return distribution_acts.visit(
            recipient,
            by=self.cast.staff,
            visited_on=timezone.localdate(),
            condition=MentoringVisit.Condition.RUNNING,
            advice="Catat belanja dan penjualan setiap hari.",
            photo=upload(),
        )

    # Anywhere -------------------------------------------------------------------------------------------------------

    def proposals_at(self, state, count: int = 1, *, programme=None, by=None, **changes) -> list[Proposal]:
        """`count` proposals walked to `state`, by the shortest way."""
        proposals = [self.draft(programme or self.programme(), by=by, **changes)]
        programme = proposals[0].programme
        proposals += [self.draft(programme, by=by, **changes) for _ in range(count - 1)]
        for step in self._way_to(State(state)):
            step(proposals)
            proposals = list(Proposal.objects.filter(pk__in=[p.pk for p in proposals]).order_by("pk"))
        return proposals

    def _way_to(self, state) -> list[Callable]:
        one = {
            State.SUBMITTED: lambda rows: self.submitted(rows, by=rows[0].created_by),
            State.ASSIGNED: lambda rows: self.disposed(rows[0].letter),
            State.COMPLETE: self.completed,
            State.ASSESSED: lambda rows: (self.assigned(rows), [self.visited(row) for row in rows]),
            State.ELIGIBLE: self._each(verification_acts.approve, self.cast.kabid),
            State.IN_DECREE: self.drafted,
            State.DECREED: lambda rows: self.signed(self.decree_of(rows[0])),
            State.AGREED: lambda rows: self.agreed(self.decree_of(rows[0])),
            State.BRIEFED: lambda rows: self.briefed(self.decree_of(rows[0])),
            State.PAID: lambda rows: self.paid(self.listed(self.decree_of(rows[0]))),
            State.HANDED_OVER: lambda rows: [self.handed_over(row.recipients.get()) for row in rows],
        }
        beside = {
            State.RETURNED: (State.ASSIGNED, self._return),
            State.WAITLISTED: (State.ASSESSED, self._each(verification_acts.waitlist, self.cast.kabid)),
            State.INELIGIBLE: (State.ASSESSED, self._each(verification_acts.decline, self.cast.kabid)),
            State.PAYMENT_FAILED: (
                State.BRIEFED,
                lambda rows: [self.failed(line) for line in self.listed(self.decree_of(rows[0])).payments.all()],
            ),
            State.WITHDRAWN: (
                State.SUBMITTED,
                lambda rows: [
                    proposal_acts.withdraw(row, by=self.cast.kabid, reason="Pindah domisili") for row in rows
                ],
            ),
        }
        if state == State.DRAFT:
            return []
        if state in beside:
            before, last = beside[state]
            return [*self._way_to(before), last]
        names = list(one)
        return [one[name] for name in names[: names.index(state) + 1]]

    def _return(self, proposals) -> None:
        for proposal in proposals:
            self.check_all(proposal, wrong={"sptjm": "Belum bermeterai."})
            verification_acts.return_for_correction(proposal, by=self.cast.staff)

    @staticmethod
    def _each(act, by):
        return lambda rows: [act(row, by=by, reason="Sesuai hasil kunjungan.") for row in rows]

    @staticmethod
    def decree_of(proposal) -> Decree:
        return proposal.decrees.get()


@pytest.fixture
def walk(cast) -> Walk:
    return Walk(cast)


@pytest.fixture
def proposal_at(walk):
    """A function of a state (and changes of the draft): one proposal walked there through the real actions."""
    return lambda state, **changes: walk.proposals_at(state, **changes)[0]
