"""decrees.sign: one transaction, a frozen list, one number; and who may not."""

import pytest
from django.core.exceptions import ValidationError

from decrees import actions, queries
from decrees.models import Decree
from proposals.flow import State
from proposals.models import Proposal
from uep.access.access import Refused

pytestmark = pytest.mark.django_db


def test_sign_freezes_the_list_and_takes_a_number(walk, cast):
    proposals = walk.proposals_at(State.IN_DECREE, 3)
    decree = walk.signed(walk.decree_of(proposals[0]))
    lines = decree.recipients.values_list("position", "name", "amount")
    assert list(lines) == [
        (i, p.name, p.amount_requested) for i, p in enumerate(sorted(proposals, key=lambda p: p.name), 1)
    ]
    assert decree.number.split("/")[:3] == ["188.4", "001", "SK-UEP"]
    assert set(Proposal.objects.values_list("state", flat=True)) == {State.DECREED}
    assert queries.totals(decree) == (3, 15_000_000)


def test_sign_by_the_drafter_is_refused_though_standing_in_as_head(walk, cast):
    decree = walk.endorsed(walk.decree_of(walk.proposals_at(State.IN_DECREE)[0]))
    Decree.objects.filter(pk=decree.pk).update(drafted_by=cast.head)
    with pytest.raises(Refused, match="Anda penyusun draf ini"):
        actions.sign(decree, by=cast.head)
    assert Decree.objects.get().stage == Decree.Stage.ENDORSED


def test_sign_after_the_draft_changed_is_refused(walk, cast):
    proposal = walk.proposals_at(State.IN_DECREE)[0]
    decree = walk.endorsed(walk.decree_of(proposal))
    Proposal.objects.filter(pk=proposal.pk).update(amount_requested=1_000_000)
    with pytest.raises(ValidationError, match="Draf berubah setelah diparaf"):
        actions.sign(decree, by=cast.head)
    assert (decree.recipients.count(), Decree.objects.get().number) == (0, "")


def test_second_signature_finds_it_signed(walk, cast):
    decree = walk.signed(walk.decree_of(walk.proposals_at(State.IN_DECREE)[0]))
    with pytest.raises(Refused, match="SK ini sudah ditandatangani"):
        actions.sign(decree, by=cast.head)
    assert decree.recipients.count() == 1


@pytest.mark.parametrize("count", [1, 5])
def test_sign_makes_the_same_number_of_queries_for_any_size(walk, cast, count, django_assert_num_queries):
    decree = walk.endorsed(walk.decree_of(walk.proposals_at(State.IN_DECREE, count)[0]))
    with django_assert_num_queries(42):
        actions.sign(decree, by=cast.head)
