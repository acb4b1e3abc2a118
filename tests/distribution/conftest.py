"""A signed decree with its recipients: step 1 and 2 set-based (they have tests of their own), the rest by real acts."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.utils import timezone

import decrees.actions as decree_acts
import distribution.actions as acts
from decrees.models import Decree, Recipient
from distribution.models import AccountCheck, DisbursementAgreement, Payment
from proposals.flow import State
from proposals.models import Attachment, CoverLetter, Programme, Proposal, Requirement
from tests.cast import Cast, person
from tests.walk import AMOUNT, Walk, nik, upload
from uep.access.roles import Role
from uep.accounts.models import User
from uep.files.actions import take_in_bytes

WAY = (
    State.SUBMITTED,
    State.ASSIGNED,
    State.COMPLETE,
    State.ASSESSED,
    State.ELIGIBLE,
)
TERMS = {
    "method": DisbursementAgreement.Method.TRANSFER,
    "place": "Kantor Cabang Nanga Bulik",
    "fee": 0,
    "fee_borne_by": "Bank penyalur",
    "contact": "Ibu Rina, 0532-00000",
    "failed_handling": "Bank melapor paling lambat dua hari kerja.",
}


@dataclass
class Office:
    """The cast, and the acts of steps 4 to 6 in one line each."""

    cast: Cast
    programme: Programme
    second_banker: User  # another officer of the paying bank
    made: int = 0

    def decree(self, count: int = 2, *, village=None, accounts: bool = True) -> Decree:
        """A signed decree naming `count` households of a village (Alice's)."""
        village = village or self.cast.alice.village
        today = timezone.localdate()
        first, self.made = self.made + 1, self.made + count
        letter = CoverLetter.objects.create(
            programme=self.programme,
            village=village,
            number=f"400/{first}",
            date=today,
            signed_by="Rahmat",
            signed_title="Lurah",
            created_by=self.cast.alice,
        )
        Proposal.objects.bulk_create(
            Proposal(
                programme=self.programme,
                village=village,
                letter=letter,
                register_year=2026,
                register_number=index,
                name=f"Siti Uji {index:04d}",
                nik=nik(index),
                kk_number=f"620903010120{index:04d}",
                address="Jl. Melati No. 4",
                business="Warung sembako",
                amount_requested=AMOUNT,
                account_number=f"12500{index:06d}" if accounts else None,
                account_name=f"Siti Uji {index:04d}" if accounts else "",
                created_by=self.cast.alice,
            )
            for index in range(first, self.made + 1)
        )
        proposals = Proposal.objects.filter(letter=letter)
        for state in WAY:
            proposals.update(state=state)
        walk = Walk(self.cast)
        return walk.signed(walk.drafted(list(proposals.order_by("pk").select_related("programme"))))

    def amended(self, decree, *leaving):
        """An amending decree, signed, that takes these recipients off."""
        draft = decree_acts.amend(
            decree, by=self.cast.kabid, title="Perubahan", considerations="bahwa ada yang mundur;"
        )
        decree_acts.remove(draft, by=self.cast.kabid, recipients=leaving, cause="resigned")
        return Walk(self.cast).signed(draft)

    def accepted(self, decree) -> Decree:
        acts.accept_accounts(decree, by=self.cast.bank, recipients=decree.recipients.all())
        return decree

    def proposed(self, decree, *, by=None, **changes) -> DisbursementAgreement:
        today = timezone.localdate()
        terms = TERMS | {"starts": today, "ends": today + timedelta(days=14)} | changes
        return acts.propose_agreement(decree, by=by or self.cast.kabid, **terms)

    def agreed(self, decree, **changes) -> Decree:
        self.accepted(decree)
        acts.confirm_agreement(self.proposed(decree, **changes), by=self.cast.bank)
        return decree

    def planned(self, decree, recipients=None):
        """A session that is over by the time it is recorded."""
        session = acts.plan_session(
            decree,
            by=self.cast.staff,
            starts_at=timezone.now() + timedelta(hours=1),
            place="Aula Kecamatan Bulik",
            topics="Hak dan kewajiban penerima",
            speaker="Kepala Bidang",
            recipients=decree.recipients.in_force() if recipients is None else recipients,
        )
        type(session).objects.filter(pk=session.pk).update(starts_at=timezone.now() - timedelta(hours=2))
        session.refresh_from_db()
        return session

    def recorded(self, session, *, absent=()):
        rows = session.attendances.exclude(recipient__in=absent)
        return acts.record_session(
            session,
            by=self.cast.staff,
            came={row.pk for row in rows},
            represented={},
            companions={row.pk: self.cast.staff for row in rows},
            minutes="Berjalan lancar.",
            photo=upload(),
        )

    def briefed(self, decree, *, pacts: bool = True) -> Decree:
        self.agreed(decree)
        self.recorded(self.planned(decree))
        if pacts:
            self.signed_pacts(decree)
        return decree

    def signed_pacts(self, decree) -> None:
        """Every required paper of each household, one stored file for all."""
        file = take_in_bytes(b"%PDF-1.4 uji", name="pakta.pdf", content_type="application/pdf")
        required = self.programme.requirements.filter(owner=Requirement.Owner.HOUSEHOLD, is_required=True)
        Attachment.objects.bulk_create(
            Attachment(proposal_id=proposal, requirement=requirement, file=file, added_by=self.cast.staff)
            for proposal in decree.recipients.values_list("proposal", flat=True)
            for requirement in required
        )

    def listed(self, decree):
        return self.sent(self.briefed(decree))

    def sent(self, decree):
        """A list of everyone who is ready, sealed by one and released by another."""
        return acts.release_list(acts.send_list(decree, by=self.cast.kabid), by=self.cast.secretary)

    def paid(self, disbursement):
        return acts.pay(
            disbursement,
            by=self.cast.bank,
            payments=disbursement.payments.all(),
            paid_on=timezone.localdate(),
            reference="TRX-1",
        )

    def failed(self, payment, failure=Payment.Failure.NAME):
        return acts.fail_payment(payment, by=self.cast.bank, failure=failure, note="Nama berbeda satu huruf")

    def judged(self, recipient, verdict=AccountCheck.Verdict.WRONG, why="Nama pemilik berbeda"):
        return acts.check_account(fresh(recipient), by=self.cast.bank, verdict=verdict, why=why)

    def corrected(self, recipient, number="125009999999"):
        return acts.correct_account(
            fresh(recipient), by=self.cast.alice, account_number=number, account_name=recipient.name
        )

    def handed_over(self, recipient, **changes):
        facts = {
            "date": timezone.localdate(),
            "place": "Kantor Kelurahan Nanga Bulik",
            "identity_checked": True,
            "witness": "Rahmat Hidayat",
            "witness_title": "Lurah Nanga Bulik",
            "photo": upload(),
            "signature": upload("tanda-tangan.jpg"),
        } | changes
        return acts.hand_over(fresh(recipient), by=self.cast.staff, **facts)


def fresh(recipient) -> Recipient:
    return Recipient.objects.select_related("proposal", "decree__programme__bank").get(pk=recipient.pk)


def states(decree) -> list[str]:
    return list(decree.recipients.order_by("position").values_list("proposal__state", flat=True))


@pytest.fixture
def office_at_work(cast) -> Office:
    programme = Walk(cast).programme(
        quota=10_000, budget=10_000 * AMOUNT, dpa_number="DPA-1.06", account_code="5.1.05.01"
    )
    return Office(cast, programme, person("bank2", Role.BANK, bank=cast.bank.bank))


@pytest.fixture
def today() -> date:
    return timezone.localdate()
