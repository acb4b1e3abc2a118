"""The acts that move money, states or papers, each as a person does it: from a page, with a filled-in form."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

import decrees.actions as decree_acts
import distribution.actions as distribution_acts
from decrees.models import Decree, DecreeNote, Endorsement
from decrees.queries import draft_hash
from distribution.models import (
    Confirmation,
    Disbursement,
    DisbursementAgreement,
    Handover,
    MentoringVisit,
    OutreachSession,
)
from proposals.actions import read_list
from proposals.flow import State
from proposals.models import CoverLetter, Disposition, Proposal, StepRecord
from tests.walk import upload
from tests.world import result_file, terms
from uep.documents.models import NumberCounter, OfficialDocument
from uep.files.sheets import prepare_sheet
from verification.models import Assignment, RankingLine, RankingRun
from verification.queries import ranking

# What may be there once and not twice, whoever sends what how often.
COUNTED = (
    StepRecord, Disposition, Decree, DecreeNote, Endorsement, DisbursementAgreement, Confirmation, Disbursement, Handover,
    MentoringVisit, OutreachSession, OfficialDocument, Proposal, CoverLetter, Assignment,
    RankingRun, RankingLine,
)  # fmt: skip


def books() -> dict[str, int]:
    """How many of each there are, and how far the numbers have counted."""
    counts = {model.__name__: model.objects.count() for model in COUNTED}
    return counts | {f"counted {row.series.code}": row.last for row in NumberCounter.objects.select_related("series")}


@dataclass
class Try:
    """One person's POST: who, what, to which record, with which form."""

    by: object
    act: str
    row: Model
    form: Callable[[], dict] = dict

    @property
    def address(self) -> str:
        return reverse(self.act.replace(".", ":", 1), args=[self.row.ref])


REASON = {"reason": "Sesuai hasil kunjungan lapangan."}


def today() -> str:
    return f"{timezone.localdate():%Y-%m-%d}"


def submit(walk):
    letter = walk.letter(walk.draft(walk.programme()).programme)
    return Try(walk.cast.alice, "proposals.submit", letter)


def import_list(walk):
    with open("tests/data/usulan_6209031005.xlsx", "rb") as file:  # noqa: PTH123
        sheet = prepare_sheet(file_named("usulan.xlsx", file.read()))
    listed = read_list(walk.programme(), by=walk.cast.alice, upload=sheet)
    return Try(walk.cast.alice, "proposals.import_list", listed)


def file_named(name, content):
    return SimpleUploadedFile(name, content)


def dispose(walk, by="secretary"):
    letter = walk.proposals_at(State.SUBMITTED)[0].letter
    form = {"to": walk.cast.staff.pk, "nature": "urgent", "instruction": "process", "note": "Periksa."}
    return Try(getattr(walk.cast, by), "proposals.dispose", letter, lambda: form)


def pass_on(walk):
    proposal = walk.proposals_at(State.ASSIGNED)[0]
    walk.check_all(proposal)
    return Try(walk.cast.staff, "verification.pass_on", proposal)


def return_for_correction(walk):
    proposal = walk.proposals_at(State.ASSIGNED)[0]
    walk.check_all(proposal, wrong={"sptjm": "Belum bermeterai."})
    return Try(walk.cast.staff, "verification.return_for_correction", proposal)


def approve(walk):
    return Try(walk.cast.kabid, "verification.approve", walk.proposals_at(State.ASSESSED)[0], lambda: REASON)


def apply_ranking(walk):
    programme = walk.proposals_at(State.ASSESSED)[0].programme
    seen = ranking.field_of(programme, walk.cast.kabid).ranked().fingerprint
    return Try(walk.cast.kabid, "verification.apply_ranking", programme, lambda: {"seen": seen})


def draft_decree(walk):
    proposal = walk.proposals_at(State.ELIGIBLE)[0]
    form = {"proposals": [proposal.ref], "rows": [proposal.pk], "title": "Penetapan Penerima Bantuan UEP",
            "considerations": "bahwa bantuan perlu tepat sasaran;"}  # fmt: skip
    return Try(walk.cast.kabid, "decrees.draft", proposal.programme, lambda: form)


def send_up(walk):
    return Try(walk.cast.kabid, "decrees.send_up", walk.decree_of(walk.proposals_at(State.IN_DECREE)[0]), dict)


def endorse(walk):
    decree = send_up(walk).row
    decree_acts.send_up(decree, by=walk.cast.kabid)
    return Try(walk.cast.secretary, "decrees.endorse", decree, lambda: {"seen": draft_hash(decree)})


def sign(walk):
    decree = walk.endorsed(walk.decree_of(walk.proposals_at(State.IN_DECREE)[0]))
    return Try(walk.cast.head, "decrees.sign", decree, lambda: {"seen": draft_hash(decree)})


def propose_agreement(walk):
    decree = walk.decree_of(walk.proposals_at(State.DECREED)[0])
    form = terms() | {"starts": today(), "ends": f"{timezone.localdate() + timedelta(days=14):%Y-%m-%d}"}
    return Try(walk.cast.kabid, "distribution.propose_agreement", decree, lambda: form)


def confirm_agreement(walk):
    decree = walk.decree_of(walk.proposals_at(State.DECREED)[0])
    agreement = distribution_acts.propose_agreement(decree, by=walk.cast.kabid, **terms())
    return Try(walk.cast.bank, "distribution.confirm_agreement", agreement)


def send_list(walk):
    decree = walk.decree_of(walk.proposals_at(State.BRIEFED)[0])
    walk.integrity_pacts([row.proposal for row in decree.recipients.all()])
    return Try(walk.cast.kabid, "distribution.send_list", decree)


def pay(walk):
    disbursement = walk.listed(walk.decree_of(walk.proposals_at(State.BRIEFED)[0]))
    form = {"which": "all", "paid_on": today(), "reference": "TRX-1"}
    return Try(walk.cast.bank, "distribution.pay", disbursement, lambda: form)


def fail_payment(walk):
    disbursement = walk.listed(walk.decree_of(walk.proposals_at(State.BRIEFED)[0]))
    return Try(walk.cast.bank, "distribution.fail_payment", disbursement.payments.get(), lambda: {"failure": "name"})


def read_results(walk):
    disbursement = walk.listed(walk.decree_of(walk.proposals_at(State.BRIEFED)[0]))
    content = result_file(disbursement).read()
    return Try(walk.cast.bank, "distribution.read_results", disbursement,
               lambda: {"upload": file_named("hasil.xlsx", content)})  # fmt: skip


def retry(walk):
    """Failed for the bank's own reasons, so that there is nothing to mend."""
    disbursement = walk.listed(walk.decree_of(walk.proposals_at(State.BRIEFED)[0]))
    line = disbursement.payments.get()
    walk.failed(line, failure="bank")
    return Try(walk.cast.staff, "distribution.retry", line.recipient)


def hand_over(walk):
    recipient = walk.proposals_at(State.PAID)[0].recipients.get()
    return Try(walk.cast.staff, "distribution.hand_over", recipient, lambda: {
        "date": today(), "place": "Kantor Lurah", "identity_checked": "on", "witness": "Rahmat", "witness_title": "Lurah",
        "photo": upload(), "signature": upload("tanda.jpg")})  # fmt: skip


def visit(walk):
    recipient = walk.proposals_at(State.HANDED_OVER)[0].recipients.get()
    form = {"visited_on": today(), "condition": "running", "advice": "Catat belanja."}
    return Try(walk.cast.staff, "distribution.visit", recipient, lambda: form | {"photo": upload()})


def withdraw(walk):
    return Try(walk.cast.alice, "proposals.withdraw", walk.proposals_at(State.SUBMITTED)[0],
               lambda: {"reason": "Pindah domisili"})  # fmt: skip


ONCE = [submit, import_list, dispose, pass_on, return_for_correction, approve, apply_ranking, draft_decree, send_up, endorse, sign,
        propose_agreement, confirm_agreement, send_list, pay, fail_payment, read_results, retry, hand_over, visit, withdraw]  # fmt: skip
