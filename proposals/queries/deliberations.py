"""What the village's meeting agreed on, beside what the village sent."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import F, Value

from proposals.flow import State
from proposals.models import Deliberation, Proposal, RankedName
from uep.social.fields import NameKey, NameSimilarity

ALIKE = 0.5  # of 1: a name in the minutes that is no nearer to any household than this is somebody else's


class Comparison(NamedTuple):
    """`left_out`: names of the minutes that the letter does not carry; `added`: households that no line of them names."""

    left_out: list[RankedName]
    added: list[Proposal]
    moved: list[RankedName]  # entered in another order than the meeting ranked them

    @property
    def is_equal(self) -> bool:
        return not (self.left_out or self.added or self.moved)


def deliberation_of(letter) -> Deliberation | None:
    """The minutes behind a letter. One query, none where the letter was read together with them."""
    return getattr(letter, "deliberation", None)


def names_of(deliberation) -> list[RankedName]:
    return list(deliberation.names.select_related("proposal"))


def compare(letter, names: Sequence[RankedName], proposals: Iterable[Proposal]) -> Comparison:
    """The minutes' lines against the households of the letter. Asks nothing.

    A household that was withdrawn, or taken out of the letter again, counts as left out: the meeting chose it.
    """
    carried = {row.pk: row for row in proposals if row.state != State.WITHDRAWN}
    ranked = [name for name in names if name.proposal_id in carried]
    known = {name.proposal_id for name in ranked}
    return Comparison(
        left_out=[name for name in names if name.proposal_id not in carried],
        added=sorted((row for pk, row in carried.items() if pk not in known), key=lambda row: (row.name, row.pk)),
        moved=_out_of_order(ranked),
    )


def _out_of_order(ranked: Sequence[RankedName]) -> list[RankedName]:
    """As few lines as possible, without which the others stand in the order in which the village entered them."""
    best: list[list[int]] = []  # best[i]: the longest run in order that ends at line i
    for at, name in enumerate(ranked):
        before = [run for run, other in zip(best, ranked[:at], strict=True) if other.proposal_id < name.proposal_id]
        best.append([*max(before, key=len, default=[]), at])
    stays = set(max(best, key=len, default=[]))
    return [name for at, name in enumerate(ranked) if at not in stays]


def matches(letter, names: Sequence[str]) -> dict[str, Proposal]:
    """Which household of the letter each name of the minutes means: by its sound, else by the greatest likeness.

    A household is given once, to the name that fits it best. One query for each name.
    """
    rows = letter.proposals.exclude(state=State.WITHDRAWN)
    offers = []
    for at, name in enumerate(names):
        likes = rows.annotate(
            sounds=NameKey(F("name")), asked=NameKey(Value(name)), likeness=NameSimilarity(F("name"), Value(name))
        )
        offers += [
            (row.sounds == row.asked, row.likeness, -at, name, row)
            for row in likes
            if row.sounds == row.asked or row.likeness >= ALIKE
        ]
    given: dict[str, Proposal] = {}
    taken: set[int] = set()
    for _, _, _, name, row in sorted(offers, key=lambda offer: offer[:3], reverse=True):
        if name not in given and row.pk not in taken:
            given[name] = row
            taken.add(row.pk)
    return given


def rank_of(proposal) -> dict | None:
    """Where the meeting put this household: its date, the rank (None when it is not on the list) and how many there are."""
    deliberation = deliberation_of(proposal.letter) if proposal.letter_id else None
    if deliberation is None:
        return None
    ranks = dict(deliberation.names.values_list("rank", "proposal"))
    rank = next((rank for rank, pk in ranks.items() if pk == proposal.pk), None)
    return {"deliberation": deliberation, "rank": rank, "of": len(ranks)}
