"""Pleas for an exception from the programme's rules that wait for Kabid's word."""

from collections.abc import Iterable

from proposals.models import ExceptionPlea, Proposal, RuleOverride


def asking(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Those of these for which the village asks for an exception that nobody has made. Two queries at most."""
    proposals = list(proposals)
    pleas = list(ExceptionPlea.objects.filter(proposal__in=proposals).values_list("proposal", "code", "sentence"))
    if not pleas:
        return []
    made = set(RuleOverride.objects.filter(proposal__in=proposals).values_list("proposal", "code", "sentence"))
    waiting = {plea[0] for plea in pleas if plea not in made}
    return [proposal for proposal in proposals if proposal.pk in waiting]
