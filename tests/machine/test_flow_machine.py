"""Random people do random acts to a few households. Whatever they try, nothing outside the table happens, nobody meets
the own work with other eyes, and the books balance.

Quick by default; `MACHINE_EXAMPLES=200 MACHINE_STEPS=80` plays for an evening.
"""

import logging
import os
from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from decrees.models import OPEN, Decree, Recipient
from distribution import queries as distribution_queries
from distribution.models import Disbursement, DisbursementAgreement, OutreachSession, Payment
from proposals.flow import ON_DECREE_UNPAID, PART_OF, WAITS_FOR, State, edges
from proposals.models import CoverLetter, Programme, Proposal, StepRecord
from tests.machine.office import ACTS, again, hold_posts, next_step
from tests.walk import AMOUNT, Walk
from uep.access.access import Refused
from uep.access.roles import GRANTS, Role
from uep.documents.models import NumberCounter, OfficialDocument
from verification.models import FieldVisit

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "3"))
STEPS = int(os.environ.get("MACHINE_STEPS", "25"))

TABLE = {
    (edge.source, edge.target): {e.act for e in edges() if (e.source, e.target) == (edge.source, edge.target)}
    for edge in edges()
}
REFUSALS = (Refused, ValidationError)  # a sentence for a person; whatever else is raised would be a 500
MOST = 5  # households of one example
ROOM = 3  # of the programme: fewer than households, so that budget and quota are met

people = st.sampled_from(["alice", "bob", "staff", "colleague", "outsider", "kabid", "secretary", "head", "regent", "bank",
                          "charlie", "auditor", "admin"])  # fmt: skip
attempts = st.sampled_from(sorted(ACTS))


def forbidden(roles, user, act, row, before) -> str | None:
    """Why this must not succeed by the design alone: role, village, table, four eyes. None: the rules may decide."""
    if not any(act in GRANTS[role] for role in roles):
        return "role"
    proposal = row if isinstance(row, Proposal) else getattr(row, "proposal", None)
    if user.role == Role.VILLAGE and getattr(row, "village_id", user.village_id) != user.village_id:
        return "village"
    sources = {edge.source for edge in edges() if edge.act == act}
    if sources and proposal is not None and isinstance(row, Proposal) and before[proposal.pk] not in sources:
        return "table"
    return _own_work(user, act, row)


def _own_work(user, act, row) -> str | None:
    if act in {"verification.approve", "verification.waitlist", "verification.decline", "verification.revisit"}:
        return "four eyes" if FieldVisit.objects.filter(proposal=row, by=user).exists() else None
    if act in {"decrees.sign", "decrees.endorse"}:
        return "four eyes" if row.drafted_by_id == user.pk else None
    if act == "distribution.pay":
        return "four eyes" if row.sent_by_id == user.pk else None
    if act == "distribution.fail_payment":
        return "four eyes" if row.disbursement.sent_by_id == user.pk else None
    if act == "distribution.confirm_agreement":
        return "four eyes" if row.proposed_by_id == user.pk else None
    return None


class Office(RuleBasedStateMachine):
    """One example: a programme of its own, in a transaction that is taken back."""

    walk: Walk
    seen: Counter  # what happened, so that a machine that stands still is found out

    def __init__(self):
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.walk.made = 0
        self.programme = self.walk.programme(quota=ROOM, budget=ROOM * AMOUNT)
        self.roles = {name: again(getattr(self.walk.cast, name)).roles_today for name in vars(self.walk.cast)}

    def teardown(self):
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    def states(self) -> dict[int, str]:
        return dict(Proposal.objects.values_list("pk", "state"))

    def attempt(self, act, doing) -> bool:
        """True when it was done; then only the table's moves of this act have happened."""
        before = self.states()
        try:
            with transaction.atomic():
                doing()
        except REFUSALS:
            assert self.states() == before
            return False
        after = self.states()
        for pk, state in after.items():
            if pk in before and before[pk] != state and act is not None:
                acts = TABLE.get((before[pk], state), set())
                assert act in {PART_OF.get(one, one) for one in acts} | acts | AFTER.get(act, set()), (
                    act,
                    before[pk],
                    state,
                )
        return True

    @initialize(
        depths=st.lists(st.integers(0, 14), min_size=2, max_size=2),
        strangers=st.lists(st.tuples(people, attempts, st.integers(0, 7)), min_size=8, max_size=8),
    )
    def an_office_at_work(self, depths, strangers):
        """Households somewhere on their way, and people who try what comes to their mind.

        They try here too, because an example may be dealt a hand of rules without `someone_tries_something`.
        """
        rows = [self.walk.draft(self.programme) for _ in depths]
        for row, depth in zip(rows, depths, strict=True):
            self.work_on(row.pk, depth)
        for name, act, which in strangers:
            self.someone_tries(name, act, which)

    @rule(operator=st.sampled_from(["alice", "bob"]))
    def a_village_writes_a_draft(self, operator):
        if Proposal.objects.count() < MOST:
            self.walk.draft(self.programme, by=getattr(self.walk.cast, operator))

    @rule(which=st.integers(0, MOST - 1), steps=st.integers(1, 6))
    def the_office_does_its_work(self, which, steps):
        """The right person does the right thing, several times over."""
        rows = list(Proposal.objects.order_by("pk"))
        if not rows:
            rows = [self.walk.draft(self.programme)]
        self.work_on(rows[which % len(rows)].pk, steps)

    def work_on(self, pk, steps):
        for _ in range(steps):
            try:
                with transaction.atomic():
                    next_step(self.walk, Proposal.objects.get(pk=pk))
                self.seen["worked on"] += 1
            except REFUSALS:
                self.seen["work refused"] += 1
                return

    @rule(name=people, act=attempts, which=st.integers(0, 7))
    def someone_tries_something(self, name, act, which):
        self.someone_tries(name, act, which)

    def someone_tries(self, name, act, which):
        rows = list(ACTS[act].of.objects.order_by("pk"))
        if not rows:
            return
        self.tries(name, act, rows[which % len(rows)])

    def tries(self, name, act, row):
        user = again(getattr(self.walk.cast, name))
        why = forbidden(self.roles[name], user, act, row, self.states())
        self.seen[f"forbidden: {why}" if why else "tried"] += 1
        done = self.attempt(act, lambda: ACTS[act].do(self.walk, user, row))
        assert not (done and why), f"{name} did {act} to {row!r}, against {why}"
        self.seen["done" if done else "refused"] += 1

    @rule(
        picks=st.lists(
            st.tuples(st.integers(0, MOST - 1), st.integers(0, 50), st.integers(0, 12)), min_size=1, max_size=6
        )
    )
    def people_do_what_may_be(self, picks):
        """Acts that fit the record, each by someone whose role holds it: many of these get through."""
        for which, act, name in picks:
            self.fitting(which, act, name)

    def fitting(self, which, act, name):
        proposals = list(Proposal.objects.order_by("pk"))
        proposal = proposals[which % len(proposals)]
        fits = {act: row for act in sorted(ACTS) if (row := row_about(proposal, ACTS[act].of))}
        moves = {PART_OF.get(edge.act, edge.act) for edge in edges() if edge.source == proposal.state} & set(fits)
        chosen = sorted(fits) if act % 3 == 0 or not moves else sorted(moves)
        act = chosen[act % len(chosen)]
        names = [name for name in sorted(self.roles) if any(act in GRANTS[role] for role in self.roles[name])]
        self.tries(names[name % len(names)], act, fits[act])

    @invariant()
    def the_journey_ends_where_the_proposal_is(self):
        for proposal in Proposal.objects.all():
            steps = list(StepRecord.objects.filter(proposal=proposal).order_by("pk"))
            assert [step.source for step in steps] == ["", *[step.target for step in steps[:-1]]]
            assert steps[-1].target == proposal.state
            for step in steps[1:]:
                assert step.act in TABLE[step.source, step.target]
            wait = WAITS_FOR[State(proposal.state)]
            assert (proposal.due_at is not None) == wait.clock, proposal.state
            assert steps[-1].due_at == proposal.due_at

    @invariant()
    def the_books_balance(self):
        for decree in Decree.objects.signed():
            ways = Counter(_way_of(row) for row in decree.recipients.select_related("proposal"))
            sums = distribution_queries.books(decree)
            assert {name: getattr(sums, name).count for name in WAYS} == {name: ways[name] for name in WAYS}
            assert sums.decreed.count == sum(ways.values()) == sum(getattr(sums, name).count for name in WAYS)
            assert sums.decreed.amount == sum(getattr(sums, name).amount for name in WAYS)
        for programme in Programme.objects.all():
            lines = Payment.objects.filter(disbursement__decree__programme=programme)
            gone = lines.filter(status="waiting", recipient__removed_at__isnull=False)
            out = lines.exclude(status="failed").exclude(pk__in=gone.values("pk"))
            assert (out.aggregate(sum=Sum("amount"))["sum"] or 0) <= programme.budget
            named = Recipient.objects.in_force().filter(decree__programme=programme)
            assert (named.aggregate(sum=Sum("amount"))["sum"] or 0) <= programme.budget
            assert named.count() <= programme.quota
        for disbursement in Disbursement.objects.all():
            lines = disbursement.payments.aggregate(sum=Sum("amount"))["sum"]
            assert (disbursement.payments.count(), lines) == (disbursement.count, disbursement.total)

    @invariant()
    def nobody_is_paid_twice_or_off_the_list(self):
        paid = Counter(Payment.objects.filter(status="paid").values_list("recipient__proposal", flat=True))
        assert [pk for pk, times in paid.items() if times > 1] == []
        got = set(Proposal.objects.filter(state__in=[State.PAID, State.HANDED_OVER]).values_list("pk", flat=True))
        assert set(paid) == got
        assert not Payment.objects.exclude(recipient__decree__stage=Decree.Stage.SIGNED).exists()

    @invariant()
    def a_number_is_used_once_and_none_is_left_out(self):
        numbers = Counter(OfficialDocument.objects.exclude(number="").values_list("paper", "number"))
        assert [number for number, times in numbers.items() if times > 1] == []
        for counter in NumberCounter.objects.select_related("series"):
            assert OfficialDocument.objects.filter(number_series=counter.series).count() == counter.last
        registered = Proposal.objects.exclude(register_number=None).order_by("register_number")
        assert list(registered.values_list("register_number", flat=True)) == list(range(1, registered.count() + 1))

    @invariant()
    def four_eyes_looked(self):
        for decree in Decree.objects.signed():
            assert decree.signed_by_id != decree.drafted_by_id
            for scan in decree.signed_scans.filter(outcome="confirmed"):
                assert scan.decided_by_id not in {scan.by_id, decree.drafted_by_id}
            assert not decree.endorsements.filter(by=decree.drafted_by_id).exists()
        judged = StepRecord.objects.filter(
            act__in=["verification.approve", "verification.waitlist", "verification.decline"]
        )
        for step in judged:
            assert not FieldVisit.objects.filter(
                proposal=step.proposal_id, by=step.by_id, entered_at__lt=step.at
            ).exists()
        for line in Payment.objects.exclude(settled_by=None).select_related("disbursement"):
            assert line.settled_by_id != line.disbursement.sent_by_id


def row_about(proposal, of):
    """The record of a kind that is about this household now; None where there is none."""
    recipient = proposal.recipients.order_by("-pk").first()
    line = recipient and recipient.payments.order_by("-pk").first()
    decree = proposal.decrees.order_by("-pk").first()
    if decree and (revocation := decree.amendments.filter(kind="revocation", stage__in=OPEN).first()):
        decree = revocation  # what is to be decided now
    return {
        Proposal: lambda: proposal,
        CoverLetter: lambda: proposal.letter,
        Decree: lambda: decree,
        Recipient: lambda: recipient,
        DisbursementAgreement: lambda: decree and decree.agreements.order_by("-pk").first(),
        OutreachSession: lambda: decree and decree.sessions.order_by("-pk").first(),
        Disbursement: lambda: line and line.disbursement,
        Payment: lambda: line,
    }[of]()


# An act may carry others along: the last account that is accepted after an agreement lets its household go on.
AFTER = {
    act: {"distribution.agree"}
    for act in ("distribution.accept_accounts", "distribution.check_account", "distribution.confirm_agreement")
} | {"decrees.cancel": {"decrees.strike"}, "decrees.confirm_signature": {"decrees.release", "decrees.restore"}}  # fmt: skip
WAYS = ("paid", "failed", "waiting", "withdrawn", "returned")


def _way_of(recipient) -> str:
    """Where a recipient of a signed decree is, from the lines of payment and the record, not from the query under test."""
    if recipient.removed_at:
        return "withdrawn"
    if hasattr(recipient, "returned"):
        return "returned"
    lines = list(recipient.payments.order_by("pk").values_list("status", flat=True))
    if "paid" in lines:
        return "paid"
    if recipient.proposal.state == State.PAYMENT_FAILED:
        assert lines[-1] == "failed"
        return "failed"
    assert recipient.proposal.state in ON_DECREE_UNPAID
    return "waiting"


@pytest.mark.django_db
def test_nothing_outside_the_table_happens_and_the_books_balance(walk, cast):
    hold_posts(cast)
    seen: Counter = Counter()
    logging.disable(logging.WARNING)
    try:
        run_state_machine_as_test(
            type("Played", (Office,), {"walk": walk, "seen": seen}),
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                # The suite plays the same games every time; chance is for the long run.
                derandomize="MACHINE_EXAMPLES" not in os.environ,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate, Phase.shrink] if "MACHINE_EXAMPLES" in os.environ else [Phase.generate],
            ),
        )
    finally:
        logging.disable(logging.NOTSET)
    assert connection.in_atomic_block
    print(dict(seen))  # noqa: T201 - what was played, with -s
    never = {"worked on", "done", "refused", "forbidden: role"} - set(seen)
    assert never == set(), f"a machine that stands still proves nothing: {dict(seen)}"
