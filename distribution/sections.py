"""What steps 4 to 6 show on the page of a proposal: account, briefing, payment, handover, visits, in one section."""

from decrees.queries import must_pay_back, why_off
from distribution import queries
from distribution.models import AccountCheck
from proposals.flow import WAITS_FOR, State, Wait
from proposals.sections import section
from uep.access.access import granted
from uep.access.roles import Role
from uep.documents.queries import documents_of
from uep.registry.fields import mask

# Acts on a recipient, by where the household stands; who may is the rules' matter.
BEFORE_PAYMENT = ("distribution.correct_account", "distribution.check_account", "distribution.add_paper")
OFFERS = {
    State.DECREED: BEFORE_PAYMENT,
    State.AGREED: BEFORE_PAYMENT,
    State.BRIEFED: ("distribution.check_account", "distribution.add_paper"),
    State.PAYMENT_FAILED: ("distribution.retry", *BEFORE_PAYMENT),
    State.PAID: ("distribution.hand_over", "distribution.add_paper"),
    State.HANDED_OVER: ("distribution.visit",),
}


@section(order=40, title="Penyaluran", template="distribution/_story.html")
def disbursement(proposal, user):
    """Everything since the decree; None before one names the household."""
    recipient = queries.recipient_of(proposal)
    if recipient is None:
        return None
    return facts_of(queries.story_of(recipient), user) | {"from_proposal": True}


def wait_of(story) -> Wait | None:
    """Whose turn it is within a state that waits for more than one person; None: what the state says."""
    recipient = story.recipient
    state = State(recipient.proposal.state)
    if state == State.DECREED:
        if not recipient.proposal.account_number or story.verdict == AccountCheck.Verdict.WRONG:
            exact = (Role.VILLAGE,), "Perbaiki rekening; bank memeriksanya lagi"
        elif story.verdict is None:
            exact = (Role.BANK,), "Periksa rekening"
        else:
            exact = (Role.BANK, Role.DIVISION_HEAD), "Sepakati penyaluran"
    elif state == State.BRIEFED:
        exact = (
            ((Role.BANK,), "Salurkan dana")
            if recipient.is_at_bank
            else ((Role.SECRETARY, Role.OFFICE_HEAD), "Lepas daftar pembayaran ke bank")
            if recipient.is_listed
            else ((Role.DIVISION_HEAD,), "Susun daftar pembayaran")
        )
    else:
        return None
    roles, todo = exact
    return WAITS_FOR[state]._replace(roles=roles, todo=todo)


def facts_of(story, user) -> dict:
    """What the template shows of one recipient; the account masked, whoever reads."""
    recipient = story.recipient
    is_accepted = story.verdict == AccountCheck.Verdict.VALID
    state = State(recipient.proposal.state)
    offers = () if recipient.removed_at else OFFERS.get(state, ())
    if is_accepted and state != State.PAYMENT_FAILED:
        offers = [act for act in offers if act != "distribution.correct_account"]
    return {
        "off": why_off(recipient),
        "must_pay_back": must_pay_back(recipient),
        "wait": None if recipient.removed_at else wait_of(story),
        "recipient": recipient,
        "decree": recipient.decree,
        "story": story,
        "account": mask(recipient.proposal.account_number),
        "link": granted(user, "distribution.view"),
        "holder": recipient.proposal.account_name,
        "verdict": story.verdict,
        "offers": list(offers),
        "may_prove": granted(user, "distribution.view_proof"),
        "handover_papers": documents_of(story.handover)
        if story.handover and granted(user, "distribution.view_proof")
        else [],
        "may_print_receipt": granted(user, "distribution.view_proof") and state in (State.PAID, State.HANDED_OVER),
    }
