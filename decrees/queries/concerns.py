"""What a person who decides on a draft should not overlook: objections, suspicions, second visits, old matches."""

from typing import NamedTuple

from django.db.models import Count, Q

from decrees.models import Decree
from decrees.queries.changing import PAID
from proposals.models import DuplicateCase, Proposal
from proposals.queries.registered import stale_matches
from proposals.queries.rules import exceptions_of_decree
from verification.models import Objection
from verification.queries.objections import disputes

SHOWN = 20  # rows of each kind; how many there are is always said


class Concerns(NamedTuple):
    """Of the households that the draft names."""

    exceptions: list  # rule overrides
    objections: list[Objection]  # unanswered first
    unanswered: int
    disputed: list[str]  # sentences: whom a draft could not name today
    suspicions: list[DuplicateCase]  # of a double: open, or found the same person
    revisited: list[Proposal]  # whose business was visited more than once; `visits_made`
    stale: list[tuple[Proposal, str]]  # match with the social registry has grown old
    paid: list[str]  # whom an amending draft takes off although the money has gone out

    @property
    def any(self) -> bool:
        return any(self)


def concerns_of(decree: Decree) -> Concerns:
    """Nine queries, whatever the size of the draft."""
    named = decree.proposals.order_by("name", "pk")
    light = named.defer("nik", "kk_number", "account_number")
    objections = list(
        Objection.objects.filter(proposal__decrees=decree)
        .select_related("proposal__village")
        .order_by("decision", "proposal__name", "pk")
    )
    suspicions = DuplicateCase.objects.filter(proposal__decrees=decree).exclude(decision="different")
    revisited = light.annotate(visits_made=Count("visits", filter=Q(visits__submitted_at__isnull=False)))
    paid = decree.removals.filter(recipient__proposal__state__in=PAID, recipient__removed_at__isnull=True)
    return Concerns(
        exceptions=exceptions_of_decree(decree),
        objections=objections,
        unanswered=sum(row.decision == "" for row in objections),
        disputed=[sentence for _, sentence in disputes(named)] if decree.is_open else [],
        suspicions=list(suspicions.select_related("proposal__village").order_by("decision", "-score", "pk")),
        revisited=list(revisited.filter(visits_made__gt=1).select_related("village")),
        stale=stale_matches(light) if decree.is_open else [],
        paid=list(paid.order_by("recipient__position").values_list("recipient__name", flat=True))
        if decree.is_amendment
        else [],
    )
