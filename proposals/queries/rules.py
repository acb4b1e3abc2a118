"""Reads over the versions of a programme's rules, and the exceptions from them."""

import hashlib
import json
from collections.abc import Iterable

from django.db.models import QuerySet

from proposals.flow import State
from proposals.models import ExceptionPlea, Programme, Proposal, RuleOverride, RuleSet


def versions_of(programme, user) -> list[RuleSet]:
    """Its versions that the person may see, the newest first. One query."""
    rows = RuleSet.objects.visible_to(user).filter(programme=programme).select_related("in_force_by", "made_by")
    return list(rows.order_by("-number"))


def version_before(rule_set) -> RuleSet | None:
    """The one that was drafted before it; with its settings, two queries."""
    rows = RuleSet.objects.filter(programme=rule_set.programme_id, number__lt=rule_set.number)
    return rows.select_related("programme").prefetch_related("settings").order_by("-number").first()


def fingerprint(rule_set) -> str:
    """Changes with every word and number of a version, so that nobody writes over what they have not seen."""
    rows = rule_set.settings.order_by("code").values_list("code", "is_on", "level", "may_be_overridden", "parameters")
    said = json.dumps([rule_set.note, *map(list, rows)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def programmes_to_try_on(programme, user) -> list[Programme]:
    """Programmes of its year and the year before: the one of the same name last year first, then the newest. One query."""
    rows = Programme.objects.visible_to(user).filter(year__in=(programme.year - 1, programme.year))
    return sorted(
        rows, key=lambda row: (row.year == programme.year, row.name != programme.name, row.pk != programme.pk, row.pk)
    )


def sent_in(programme, user) -> QuerySet[Proposal]:
    """What was sent in a programme and not taken back, in the person's scope."""
    rows = Proposal.objects.visible_to(user).filter(programme=programme, register_number__isnull=False)
    return rows.exclude(state=State.WITHDRAWN)


def overrides_of(proposals: Iterable[Proposal]) -> dict[int, list[RuleOverride]]:
    """Kabid's exceptions by pk of the proposal. One query."""
    found: dict[int, list[RuleOverride]] = {}
    rows = RuleOverride.objects.filter(proposal__in=[p.pk for p in proposals]).select_related("by")
    for row in rows.order_by("pk"):
        found.setdefault(row.proposal_id, []).append(row)
    return found


def plea_behind(override) -> ExceptionPlea | None:
    """What the village wrote, when it asked for this exception."""
    return override.proposal.pleas.filter(code=override.code, sentence=override.sentence).first()


def exceptions_of_decree(decree) -> list[RuleOverride]:
    """Those of the households on a draft, for whoever decides on it. One query."""
    rows = RuleOverride.objects.filter(proposal__decrees=decree).select_related("by", "proposal__village")
    return list(rows.order_by("proposal__name", "pk"))
