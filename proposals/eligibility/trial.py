"""What a version of the rules would do to households that were sent before: who would drop out, who come in."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from proposals.eligibility.exceptions import with_exceptions
from proposals.eligibility.facts import gather
from proposals.eligibility.households import CATALOGUE
from proposals.eligibility.levels import Finding
from proposals.eligibility.versions import Version, answers, versions_for
from proposals.models import Programme, Proposal


@dataclass(frozen=True)
class Trial:
    """Compared with the version by which each was judged; exceptions that were made stay made."""

    judged: int
    out: dict[int, list[str]]  # pk -> what the new version says against it
    into: dict[int, list[str]]  # pk -> what the old version said against it
    rules: list[tuple[str, int, int]]  # title of a rule, how many it takes out, how many it no longer keeps out

    @property
    def unchanged(self) -> int:
        return self.judged - len(self.out) - len(self.into)


def trial(version: Version, proposals: Iterable[Proposal], programme: Programme) -> Trial:
    """Judge the proposals of one programme by `version` as if it had stood then; the same queries however many.

    Only the rules are compared: what a proposal lacks besides (papers, RAB) is the same by both.
    """
    proposals = list(proposals)
    if not proposals:
        return Trial(0, {}, {}, [])
    households = gather(proposals, {programme.pk: programme})
    olds = versions_for(proposals, {programme.pk: programme})
    years = programme.year - version.rule_set.programme.year
    then = version.in_year(years) if years else version
    before = _unmet({p.pk: answers(olds[p.pk], households[p.pk]) for p in proposals})
    after = _unmet({p.pk: answers(then, households[p.pk]) for p in proposals})
    out = {pk: rows for pk, rows in after.items() if rows and not before[pk]}
    into = {pk: rows for pk, rows in before.items() if rows and not after[pk]}
    return Trial(len(proposals), _said(out), _said(into), _by_rule(out, into))


def _unmet(told: dict[int, list[Finding]]) -> dict[int, list[Finding]]:
    return {pk: [row for row in rows if row.is_in_the_way] for pk, rows in with_exceptions(told).items()}


def _said(found: dict[int, list[Finding]]) -> dict[int, list[str]]:
    return {pk: [row.sentence for row in rows] for pk, rows in found.items()}


def _by_rule(out, into) -> list[tuple[str, int, int]]:
    lost = Counter(row.code for rows in out.values() for row in rows)
    won = Counter(row.code for rows in into.values() for row in rows)
    return [(kind.title, lost[kind.code], won[kind.code]) for kind in CATALOGUE if lost[kind.code] or won[kind.code]]
