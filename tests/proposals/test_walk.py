"""The whole way: every state is reached through the real actions, and the journey tells it."""

import pytest

from proposals.flow import State
from proposals.models import StepRecord

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", list(State))
def test_every_state_can_be_reached(proposal_at, state):
    proposal = proposal_at(state)
    assert proposal.state == state
    assert proposal.steps.first().target == state


def test_the_journey_names_each_act_with_its_step(proposal_at):
    proposal = proposal_at(State.HANDED_OVER)
    journey = StepRecord.objects.filter(proposal=proposal).order_by("pk").values_list("step", "act", "source", "target")
    assert list(journey) == [
        (1, "proposals.draft", "", "draft"),
        (1, "proposals.submit", "draft", "submitted"),
        (1, "proposals.dispose", "submitted", "assigned"),
        (2, "verification.pass_on", "assigned", "complete"),
        (2, "verification.assess", "complete", "assessed"),
        (2, "verification.approve", "assessed", "eligible"),
        (3, "decrees.draft", "eligible", "in_decree"),
        (3, "decrees.sign", "in_decree", "decreed"),
        (4, "distribution.agree", "decreed", "agreed"),
        (5, "distribution.brief", "agreed", "briefed"),
        (6, "distribution.pay", "briefed", "paid"),
        (6, "distribution.hand_over", "paid", "handed_over"),
    ]
