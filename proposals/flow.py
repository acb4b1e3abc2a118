"""The flow of a proposal, as a table (SOP 880/17.a/PMSOS.D/1/2023; design, 4).

Bodies are empty on purpose: effects live in the actions named by `act`, so that one proposal and five thousand move
by the same rules (moves.py), and the database's trigger is generated from the same rows.
"""

from typing import NamedTuple

from django.db import models
from django_fsm import FSMField, transition

from uep.access.roles import Role


class State(models.TextChoices):
    DRAFT = "draft", "Draf"
    SUBMITTED = "submitted", "Diajukan"
    ASSIGNED = "assigned", "Verifikasi berkas"
    RETURNED = "returned", "Perlu perbaikan"
    COMPLETE = "complete", "Verifikasi lapangan"
    ASSESSED = "assessed", "Menunggu validasi Kabid"
    ELIGIBLE = "eligible", "Layak"
    WAITLISTED = "waitlisted", "Cadangan"
    IN_DECREE = "in_decree", "Dalam draf SK"
    DECREED = "decreed", "Ditetapkan"
    AGREED = "agreed", "Siap disalurkan"
    BRIEFED = "briefed", "Sudah sosialisasi"
    PAYMENT_FAILED = "payment_failed", "Gagal salur"
    PAID = "paid", "Dana tersalur"
    HANDED_OVER = "handed_over", "Selesai"
    INELIGIBLE = "ineligible", "Tidak layak"
    WITHDRAWN = "withdrawn", "Mengundurkan diri"

    @property
    def tone(self) -> str:
        """How the pill looks; the state is always also a word."""
        return {
            State.DRAFT: "neutral",
            State.RETURNED: "danger",
            State.PAYMENT_FAILED: "danger",
            State.ASSIGNED: "warning",
            State.ASSESSED: "warning",
            State.ELIGIBLE: "success",
            State.DECREED: "success",
            State.AGREED: "success",
            State.BRIEFED: "success",
            State.PAID: "success",
            State.HANDED_OVER: "success",
            State.INELIGIBLE: "neutral",
            State.WITHDRAWN: "neutral",
        }.get(self, "info")


class Wait(NamedTuple):
    """Whose turn it is in a state, at which SOP step, and the sentence for that person."""

    roles: tuple[Role, ...]
    step: int
    todo: str
    clock: bool = True  # False: the clock stands still (returned to the village) or is over


WAITS_FOR: dict[State, Wait] = {
    State.DRAFT: Wait((Role.VILLAGE,), 1, "Lengkapi berkas, lalu kirim dengan surat pengantar", clock=False),
    State.SUBMITTED: Wait((Role.SECRETARY, Role.OFFICE_HEAD), 1, "Disposisi surat pengantar"),
    State.RETURNED: Wait((Role.VILLAGE,), 1, "Perbaiki kekurangan yang disebut, lalu kirim lagi", clock=False),
    State.ASSIGNED: Wait((Role.STAFF,), 2, "Periksa berkas"),
    State.COMPLETE: Wait((Role.DIVISION_HEAD, Role.STAFF), 2, "Tugaskan tim dan catat hasil kunjungan"),
    State.ASSESSED: Wait((Role.DIVISION_HEAD,), 2, "Validasi hasil lapangan"),
    State.ELIGIBLE: Wait((Role.DIVISION_HEAD,), 3, "Masukkan ke draf SK"),
    State.WAITLISTED: Wait((Role.DIVISION_HEAD,), 3, "Menunggu kuota atau anggaran", clock=False),
    State.IN_DECREE: Wait((Role.DIVISION_HEAD, Role.SECRETARY, Role.OFFICE_HEAD, Role.REGENT), 3, "Penetapan SK"),
    State.DECREED: Wait((Role.BANK, Role.DIVISION_HEAD), 4, "Periksa rekening dan sepakati penyaluran"),
    State.AGREED: Wait((Role.STAFF,), 5, "Adakan sosialisasi"),
    State.BRIEFED: Wait((Role.BANK, Role.DIVISION_HEAD), 6, "Susun daftar pembayaran dan salurkan dana"),
    State.PAYMENT_FAILED: Wait((Role.VILLAGE, Role.STAFF), 6, "Perbaiki rekening, lalu ulangi penyaluran"),
    State.PAID: Wait((Role.STAFF,), 6, "Serah terima"),
    State.HANDED_OVER: Wait((), 6, "Selesai; kunjungan pendampingan berjalan", clock=False),
    State.INELIGIBLE: Wait((), 2, "Selesai: tidak layak", clock=False),
    State.WITHDRAWN: Wait((), 1, "Selesai: ditarik", clock=False),
}

# Moves made inside another act: they have no page, grant or rule of their own.
PART_OF = {
    "decrees.release": "decrees.sign",
    "decrees.restore": "decrees.sign",
    "distribution.agree": "distribution.confirm_agreement",
    "distribution.brief": "distribution.record_session",
    "verification.reopen": "verification.decide_objection",
}

FINAL = (State.HANDED_OVER, State.INELIGIBLE, State.WITHDRAWN)
LIVE = tuple(state for state in State if state not in FINAL)
# Before a decree names the household; afterwards only an amending decree takes it off (design, 4).
BEFORE_DECREE = (
    State.DRAFT,
    State.SUBMITTED,
    State.ASSIGNED,
    State.RETURNED,
    State.COMPLETE,
    State.ASSESSED,
    State.ELIGIBLE,
    State.WAITLISTED,
)
ON_DECREE_UNPAID = (State.DECREED, State.AGREED, State.BRIEFED, State.PAYMENT_FAILED)


def step(source, target, *, act):
    return transition(field="state", source=source, target=target, custom={"act": act})


class ProposalFlow(models.Model):
    """The table of moves. Only proposals.moves calls them."""

    state = FSMField("status", default=State.DRAFT, choices=State.choices, protected=True, editable=False)

    class Meta:
        abstract = True

    @step(State.DRAFT, State.SUBMITTED, act="proposals.submit")
    def submit(self):
        """The village's cover letter carries it in."""

    @step(State.SUBMITTED, State.RETURNED, act="proposals.send_back")
    def send_back(self):
        """The leadership sends it back before disposing."""

    @step(State.RETURNED, State.SUBMITTED, act="proposals.resubmit")
    def resubmit(self):
        """Mended before it was disposed: back to the leadership."""

    @step(State.RETURNED, State.ASSIGNED, act="proposals.answer_defects")
    def answer_defects(self):
        """Mended after disposition: straight back to the staff member who returned it."""

    @step(State.SUBMITTED, State.ASSIGNED, act="proposals.dispose")
    def dispose(self):
        """The leadership routes the letter to the division."""

    @step(list(BEFORE_DECREE), State.WITHDRAWN, act="proposals.withdraw")
    def withdraw(self):
        """Resigned, died or moved before a decree named it."""

    @step(State.ASSIGNED, State.RETURNED, act="verification.return_for_correction")
    def return_for_correction(self):
        """The desk sends it back, naming each defect."""

    @step(State.ASSIGNED, State.COMPLETE, act="verification.pass_on")
    def pass_on(self):
        """All papers are right: to the field."""

    @step(State.ASSIGNED, State.INELIGIBLE, act="verification.reject")
    def reject(self):
        """The papers themselves rule it out."""

    @step(State.COMPLETE, State.ASSESSED, act="verification.assess")
    def assess(self):
        """The team has been there and recommends."""

    @step(State.ASSESSED, State.COMPLETE, act="verification.revisit")
    def revisit(self):
        """Kabid wants another visit."""

    @step(State.ASSESSED, State.ELIGIBLE, act="verification.approve")
    def approve(self):
        """Kabid: layak."""

    @step(State.ASSESSED, State.WAITLISTED, act="verification.waitlist")
    def waitlist(self):
        """Kabid: cadangan."""

    @step(State.ASSESSED, State.INELIGIBLE, act="verification.decline")
    def decline(self):
        """Kabid: tidak layak."""

    @step(State.WAITLISTED, State.ELIGIBLE, act="verification.promote")
    def promote(self):
        """Quota or budget has room again."""

    @step(State.INELIGIBLE, State.ASSIGNED, act="verification.uphold_objection")
    def uphold_objection(self):
        """An objection was upheld: examined again."""

    @step([State.ELIGIBLE, State.WAITLISTED], State.ASSESSED, act="verification.reopen")
    def reopen(self):
        """An objection to its place was upheld: Kabid validates anew."""

    @step(State.ELIGIBLE, State.IN_DECREE, act="decrees.draft")
    def draft(self):
        """It stands on a new draft decree."""

    @step(State.ELIGIBLE, State.IN_DECREE, act="decrees.add")
    def add(self):
        """It was added to an existing draft."""

    @step(State.IN_DECREE, State.ELIGIBLE, act="decrees.strike")
    def strike(self):
        """Struck off the draft."""

    @step(State.IN_DECREE, State.DECREED, act="decrees.sign")
    def sign(self):
        """The decree that names it was signed online."""

    @step(State.IN_DECREE, State.DECREED, act="decrees.confirm_signature")
    def confirm_signature(self):
        """The decree was signed on paper, and a second person confirmed its scan."""

    @step(list(ON_DECREE_UNPAID), State.WITHDRAWN, act="decrees.release")
    def release(self):
        """An amending decree takes it off before it was paid."""

    @step(list(ON_DECREE_UNPAID), State.ELIGIBLE, act="decrees.restore")
    def restore(self):
        """The decree that named it was revoked before it was paid: as eligible as it was."""

    @step(State.DECREED, State.AGREED, act="distribution.agree")
    def agree(self):
        """Office and bank have both confirmed the agreement."""

    @step(State.AGREED, State.BRIEFED, act="distribution.brief")
    def brief(self):
        """The recipient attended a briefing."""

    @step(State.BRIEFED, State.PAID, act="distribution.pay")
    def pay(self):
        """The bank confirms the transfer."""

    @step(State.BRIEFED, State.PAYMENT_FAILED, act="distribution.fail_payment")
    def fail_payment(self):
        """The bank could not transfer."""

    @step(State.PAID, State.PAYMENT_FAILED, act="distribution.reverse_payment")
    def reverse_payment(self):
        """The bank got the money back after it had paid."""

    @step(State.PAYMENT_FAILED, State.WITHDRAWN, act="distribution.return_funds")
    def return_funds(self):
        """What could not be paid was deposited with the treasury; this decree does not pay it any more."""

    @step(State.PAYMENT_FAILED, State.BRIEFED, act="distribution.retry")
    def retry(self):
        """The account was mended: pay again."""

    @step(State.PAID, State.HANDED_OVER, act="distribution.hand_over")
    def hand_over(self):
        """Minutes signed, aid in the recipient's hands."""

    def refresh_from_db(self, using=None, fields=None, from_queryset=None):
        # django-fsm-2's FSMModelMixin lifts the protection on the class while it reloads, which other threads see.
        if fields is None or "state" in fields:
            self.__dict__.pop("state", None)
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)


class Edge(NamedTuple):
    source: str
    target: str
    transition: str
    act: str


def edges() -> list[Edge]:
    """The whole table, known before the model class exists: Meta.triggers, the drawing in docs/ and the tests read it."""
    methods = [method for method in vars(ProposalFlow).values() if hasattr(method, "_django_fsm")]
    return sorted(
        Edge(str(t.source), str(t.target), t.name, t.custom["act"])
        for method in methods
        for t in method._django_fsm.transitions.values()  # noqa: SLF001 - django-fsm keeps its table there and nowhere else
    )
