"""What steps 4 to 6 show on the page of a proposal: account, briefing, payment, handover, visits, in one section."""

from distribution import queries
from distribution.models import AccountCheck
from proposals.flow import State
from proposals.sections import section
from uep.access.access import granted
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


def facts_of(story, user) -> dict:
    """What the template shows of one recipient; the account masked, whoever reads."""
    recipient = story.recipient
    is_accepted = story.verdict == AccountCheck.Verdict.VALID
    state = State(recipient.proposal.state)
    offers = () if recipient.removed_at else OFFERS.get(state, ())
    if is_accepted and state != State.PAYMENT_FAILED:
        offers = [act for act in offers if act != "distribution.correct_account"]
    return {
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
