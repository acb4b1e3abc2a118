"""Steps 3 to 6 of the demo: a decree from its draft to the handovers, the bank and the briefings in between."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import IntEnum, auto

from django.utils import timezone

import decrees.actions as decreeing
import distribution.actions as handing
from decrees.models import Decree, Recipient, Removal
from distribution.models import AccountCheck, DisbursementAgreement, MentoringVisit, Payment
from proposals.flow import State
from proposals.models import Programme, Proposal
from uep.access.roles import Role
from uep.demo.stage import Stage
from uep.demo.words import ADVICE
from verification.actions import promote

CONSIDERATIONS = (
    "bahwa untuk memperkuat usaha rumah tangga miskin perlu diberikan bantuan Usaha Ekonomi Produktif;\n"
    "bahwa nama yang tercantum dalam lampiran telah diverifikasi dan dinyatakan layak;"
)


class Until(IntEnum):
    """How far a decree comes."""

    DRAFTED = auto()
    SENT_UP = auto()
    ENDORSED = auto()  # for a Bupati's decree: by the head of office, too
    SIGNED = auto()
    AGREED = auto()
    BRIEFED = auto()
    PAID = auto()
    DONE = auto()


@dataclass
class Course:
    """One decree and what goes wrong on its way. Numbers are recipients."""

    stage: Stage
    programme: Programme
    title: str
    households: Callable[[], list[Proposal]]
    until: Until
    signer: str = ""  # who stands in for the usual one
    wrong_accounts: int = 0  # their village has not mended them yet
    mended_accounts: int = 0
    unchecked: int = 0
    absent: int = 0
    invited_again: bool = False  # the absentees, to a second session
    failed: int = 0
    mended_failures: int = 0
    paid: int | None = None  # None: everyone on the list
    handed_over: int | None = None
    mentored: int = 0
    removed: int = 0  # by an amending decree, before the briefing
    replaced_by: Callable[[], list[Proposal]] = field(default=list)
    amendment_drafted: bool = False
    decree: Decree | None = None

    def story(self) -> Iterator[int]:
        yield from self._step_3()
        if self.until >= Until.SIGNED:
            yield from self.after_signing(self.decree)

    # Step 3 ---------------------------------------------------------------------------------------------------------

    def _step_3(self) -> Iterator[int]:
        stage = self.stage
        self.decree = stage.act(
            decreeing.draft,
            self.programme,
            by=stage.who("kabid"),
            title=self.title,
            considerations=CONSIDERATIONS,
            proposals=self.households(),
        )
        yield 0
        yield from self._up(self.decree)

    def _up(self, decree: Decree) -> Iterator[int]:
        stage = self.stage
        if self.until >= Until.SENT_UP:
            stage.act(decreeing.send_up, decree, by=stage.who("kabid"), note="Mohon paraf.")
            yield 1
        if self.until >= Until.ENDORSED:
            stage.act(decreeing.endorse, decree, by=stage.who("sekretaris"))
            if self.programme.signatory == Role.REGENT:
                stage.act(decreeing.endorse, decree, by=stage.who("kadis"))
            yield 1
        if self.until >= Until.SIGNED:
            usual = "bupati" if self.programme.signatory == Role.REGENT else "kadis"
            signer = self.signer if decree == self.decree and self.signer else usual
            stage.act(decreeing.sign, decree, by=stage.who(signer), pause=12)
            yield 0

    def _amend(self) -> Decree:
        """An amending decree that takes people off who may still be taken off, and adds who waited."""
        stage, by = self.stage, self.stage.who("kabid")
        amendment = stage.act(
            decreeing.amend,
            self.decree,
            by=by,
            title=f"Perubahan atas {self.title}",
            considerations="bahwa penerima yang meninggal dunia atau pindah perlu dikeluarkan dan diganti;",
        )
        leaving = list(
            self.decree.recipients.in_force().filter(proposal__state__in=(State.AGREED, State.PAYMENT_FAILED))
        )
        leaving = leaving[-max(self.removed, 1) :]
        stage.act(decreeing.remove, amendment, by=by, recipients=leaving, cause=Removal.Cause.DIED)
        if replacements := self.replaced_by():
            for proposal in replacements:
                stage.act(promote, proposal, by=by, reason="Menggantikan penerima yang meninggal dunia.")
            stage.act(decreeing.add, amendment, by=by, proposals=replacements)
            pairs = zip(leaving, replacements, strict=True)
            stage.act(decreeing.replace, amendment, by=by, successors={gone.pk: new for gone, new in pairs})
        return amendment

    # Step 4 ---------------------------------------------------------------------------------------------------------

    def after_signing(self, decree: Decree) -> Iterator[int]:
        recipients = list(decree.recipients.in_force().select_related("proposal"))
        trouble = recipients[: self.wrong_accounts + self.mended_accounts]
        if self.until > Until.SIGNED or self.unchecked or trouble:
            yield from self._accounts(decree, recipients, trouble)
        if self.until < Until.AGREED:
            return
        yield from self._agree(decree)
        if self.removed and decree == self.decree:
            amendment = self._amend()
            yield 1
            yield from self._up(amendment)
            if amendment.proposals.exists():
                smooth = {
                    "mended_accounts": 0,
                    "absent": 0,
                    "failed": 0,
                    "mended_failures": 0,
                    "removed": 0,
                    "mentored": 1,
                }
                second = replace(self, decree=Decree.objects.get(pk=amendment.pk), **smooth)
                yield from second.after_signing(second.decree)
        if self.until >= Until.BRIEFED:
            yield from self._brief(decree)
        if self.until >= Until.PAID:
            yield from self._pay(decree)

    def _accounts(self, decree: Decree, recipients: list[Recipient], trouble: list[Recipient]) -> Iterator[int]:
        stage, bank = self.stage, self.stage.bank_of(self.programme)
        for recipient in trouble:
            why = stage.say("account")
            stage.act(handing.check_account, recipient, by=bank, verdict=AccountCheck.Verdict.WRONG, why=why)
        right = recipients[len(trouble) : len(recipients) - self.unchecked]
        if right:
            stage.act(handing.accept_accounts, decree, by=bank, recipients=right)
        yield 0
        for recipient in trouble[self.wrong_accounts :]:
            self._mend_account(recipient)
            self._accept(recipient)

    def _mend_account(self, recipient: Recipient) -> None:
        number = str(recipient.proposal.account_number)
        self.stage.act(
            handing.correct_account,
            recipient,
            by=self.stage.operator_of(recipient.village_id),
            account_number=number[:-1] + str((int(number[-1]) + 1) % 10),
            account_name=recipient.name.upper(),
        )

    def _accept(self, recipient: Recipient) -> None:
        bank = self.stage.bank_of(self.programme)
        fresh = Recipient.objects.get(pk=recipient.pk)
        self.stage.act(handing.check_account, fresh, by=bank, verdict=AccountCheck.Verdict.VALID)

    def _agree(self, decree: Decree) -> Iterator[int]:
        stage, today = self.stage, timezone.localdate()
        agreement = stage.act(
            handing.propose_agreement,
            decree,
            by=stage.who("kabid"),
            method=DisbursementAgreement.Method.TRANSFER,
            starts=today + timedelta(days=1),
            ends=today + timedelta(days=45),
            place=f"{self.programme.bank.name}, kantor cabang Nanga Bulik",
            fee=0,
            fee_borne_by="Bank penyalur",
            contact="Ibu Siska, layanan pemerintah",
            failed_handling="Bank melapor paling lambat dua hari kerja; dana tetap di rekening penampungan sampai diperbaiki.",
        )
        yield 0
        stage.act(handing.confirm_agreement, agreement, by=stage.bank_of(self.programme))
        yield 0

    # Step 5 ---------------------------------------------------------------------------------------------------------

    def _brief(self, decree: Decree) -> Iterator[int]:
        ready = list(decree.recipients.in_force().filter(proposal__state=State.AGREED))
        absent = ready[-self.absent :] if self.absent and len(ready) > self.absent else []
        yield from self._session(decree, ready, absent)
        if absent and self.invited_again:
            yield from self._session(decree, absent, [])
        elif absent:  # invited again, not held yet
            self._plan(decree, absent, later=4)

    def _plan(self, decree: Decree, recipients: list[Recipient], *, later: int = 1):
        """A session so many working days from now, as the day's work begins."""
        return self.stage.act(
            handing.plan_session,
            decree,
            by=self.stage.who("staf"),
            starts_at=self.stage.opening(later),
            place="Aula Kantor Kecamatan Bulik",
            topics="Hak dan kewajiban penerima, pemakaian dana sesuai RAB, pencatatan usaha, dan pengaduan",
            speaker="Kepala Bidang Pemberdayaan Sosial",
            recipients=recipients,
        )

    def _session(self, decree: Decree, invited: list[Recipient], absent: list[Recipient]) -> Iterator[int]:
        stage = self.stage
        session = self._plan(decree, invited)
        while timezone.now() <= session.starts_at:
            yield 1
        by = stage.who("staf")
        present = list(session.attendances.exclude(recipient__in=absent))
        stage.act(
            handing.record_session,
            session,
            by=by,
            came={row.pk for row in present},
            represented={},
            companions={row.pk: by for row in present},
            minutes="Peserta memahami hak, kewajiban, dan larangan pemotongan. Tanya jawab tentang pencairan.",
            photo=stage.photo("session"),
        )

    # Step 6 ---------------------------------------------------------------------------------------------------------

    def _pay(self, decree: Decree) -> Iterator[int]:
        stage, bank = self.stage, self.stage.bank_of(self.programme)
        briefed = Proposal.objects.filter(recipients__decree=decree, state=State.BRIEFED)
        stage.put_papers(briefed.select_related("programme"), State.BRIEFED)
        first = stage.act(handing.send_list, decree, by=stage.who("kabid"))
        yield 0
        stage.act(
            handing.record_sp2d,
            first,
            by=stage.who("kabid"),
            number=f"{first.pk:05d}/SP2D-LS/{timezone.now():%Y}",
            date=timezone.localdate(),
        )
        yield 0
        lines = list(first.payments.select_related("recipient").order_by("position"))
        failing = lines[: self.failed]
        for number, line in enumerate(failing):
            failure = (Payment.Failure.NAME, Payment.Failure.CLOSED, Payment.Failure.NUMBER)[number % 3]
            stage.act(handing.fail_payment, line, by=bank, failure=failure, note="Ditolak sistem bank.")
        good = lines[self.failed :][: self.paid]
        self._confirm(first, good)
        yield 0
        if self.mended_failures:
            yield from self._pay_again(decree, [line.recipient for line in failing[: self.mended_failures]])
        yield from self._hand_over(decree)

    def _confirm(self, disbursement, lines) -> None:
        today = timezone.localdate()
        reference = f"RTGS{today:%y%m%d}{disbursement.pk:04d}"
        bank = self.stage.bank_of(self.programme)
        self.stage.act(handing.pay, disbursement, by=bank, payments=lines, paid_on=today, reference=reference)

    def _pay_again(self, decree: Decree, recipients: list[Recipient]) -> Iterator[int]:
        stage = self.stage
        for recipient in recipients:
            self._mend_account(Recipient.objects.select_related("proposal").get(pk=recipient.pk))
            self._accept(recipient)
            stage.act(handing.retry, Recipient.objects.get(pk=recipient.pk), by=stage.who("staf"))
        yield 1
        if self.until == Until.DONE:
            second = stage.act(handing.send_list, decree, by=stage.who("kabid"))
            yield 1
            self._confirm(second, list(second.payments.all()))
            yield 1

    def _hand_over(self, decree: Decree) -> Iterator[int]:
        stage = self.stage
        paid = list(decree.recipients.in_force().filter(proposal__state=State.PAID).select_related("village"))
        given = paid if self.until == Until.DONE else paid[: self.handed_over]
        for recipient in given:
            stage.act(
                handing.hand_over,
                recipient,
                by=stage.who("staf"),
                date=timezone.localdate(),
                place=f"Kantor {recipient.village.title}",
                identity_checked=True,
                witness=f"Kaur Kesra {recipient.village.name}",
                witness_title="Kaur Kesejahteraan",
                photo=stage.photo("handover"),
                signature=stage.photo("signature"),
                pause=15,
            )
        if self.amendment_drafted:
            self._amend()
        for pause in (20, 60):
            yield pause
            self._mentor(given[: self.mentored])

    def _mentor(self, recipients: list[Recipient]) -> None:
        conditions = MentoringVisit.Condition
        for number, recipient in enumerate(recipients):
            self.stage.act(
                handing.visit,
                recipient,
                by=self.stage.who("staf"),
                visited_on=timezone.localdate(),
                condition=(
                    conditions.GROWING,
                    conditions.RUNNING,
                    conditions.RUNNING,
                    conditions.CHANGED,
                    conditions.STOPPED,
                )[number % 5],
                turnover=self.stage.chance.randint(10, 50) * 100_000,
                use_matches_plan=True,
                goods="Barang dagangan dan peralatan sesuai RAB",
                advice=self.stage.chance.choice(ADVICE),
                photo=self.stage.photo("foto_usaha"),
            )
