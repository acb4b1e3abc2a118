"""The versions of a programme's rules, as rules that answer. The rows are RuleSet and RuleSetting."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q

from proposals.eligibility.facts import Household
from proposals.eligibility.households import CATALOGUE, Age, RegistryBasis, RequiredPapers, shifted
from proposals.eligibility.levels import Finding
from proposals.eligibility.rule import Rule
from proposals.models import Programme, Proposal, RuleSet, RuleSetting

Stage = RuleSet.Stage


@dataclass(frozen=True)
class Version:
    """All rules of one version in the order of the catalogue, those that are switched off included."""

    rules: tuple[Rule, ...]
    rule_set: RuleSet | None = None  # None: the defaults of a programme without any version

    @property
    def active(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.is_on)

    def rule(self, code: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.code == code), None)

    def said(self) -> list[str]:
        """Who may be proposed, in sentences."""
        return [rule.says() for rule in self.active]

    def in_year(self, years: int) -> "Version":
        """The same rules as they would have stood some years earlier (negative) or later: dates move along."""
        moved = []
        for rule in self.rules:
            values = rule.values()
            if isinstance(rule, Age):
                values["on"] = shifted(rule.on, years)
            moved.append(
                type(rule)(values, level=rule.when_unmet, is_on=rule.is_on, may_be_overridden=rule.may_be_overridden)
            )
        return replace(self, rules=tuple(moved))


def default_rules(programme: Programme) -> tuple[Rule, ...]:
    """The rules with which a programme begins; age and desil as they were typed when it was opened."""
    return tuple(rule({p.name: p.default_for(programme) for p in rule.parameters}) for rule in CATALOGUE)


def version_of(rule_set: RuleSet) -> Version:
    """The rules of a version from its settings (one query, or none when they are prefetched).

    A rule that came into the code after this version is off in it: nobody was judged by it.
    """
    held = {setting.code: setting for setting in rule_set.settings.all()}
    rules = []
    for kind in CATALOGUE:
        setting = held.get(kind.code)
        stored = setting.parameters if setting else {}
        values = {
            p.name: p.read(stored[p.name]) if p.name in stored else p.default_for(rule_set.programme)
            for p in kind.parameters
        }
        if setting is None:
            rules.append(kind(values, is_on=False))
        else:
            rules.append(
                kind(
                    values,
                    level=setting.level,
                    is_on=setting.is_on,
                    may_be_overridden=setting.may_be_overridden,
                )
            )
    return Version(tuple(rules), rule_set)


def answers(version: Version, household: Household) -> list[Finding]:
    """What the rules that are on say of a household."""
    found = (rule.finding(household) for rule in version.active)
    return [finding for finding in found if finding is not None]


def settings_of(rules: Iterable[Rule], rule_set: RuleSet) -> list[RuleSetting]:
    """Unsaved rows for the rules."""
    return [
        RuleSetting(
            rule_set=rule_set,
            code=rule.code,
            is_on=rule.is_on,
            level=rule.when_unmet.value,
            may_be_overridden=rule.may_be_overridden,
            parameters=rule.stored(),
        )
        for rule in rules
    ]


def in_force(programme: Programme) -> Version:
    """What counts for proposals that are sent today. Two queries."""
    rows = RuleSet.objects.filter(programme=programme, stage=Stage.IN_FORCE)
    found = rows.select_related("programme").prefetch_related("settings").first()
    return version_of(found) if found else Version(default_rules(programme))


def versions_for(proposals: Iterable[Proposal], programmes: dict[int, Programme]) -> dict[int, Version]:
    """By which version each is judged, by pk: its own once it was sent, before that the one in force. Two queries.

    What was sent before there were versions was judged by what became the first one.
    """
    proposals = list(proposals)
    asked = Q(pk__in={p.rule_set_id for p in proposals if p.rule_set_id})
    asked |= Q(programme__in=programmes, stage=Stage.IN_FORCE) | Q(programme__in=programmes, number=1)
    rows = RuleSet.objects.filter(asked).select_related("programme").prefetch_related("settings")
    versions = {row.pk: version_of(row) for row in rows}
    current = {v.rule_set.programme_id: v for v in versions.values() if v.rule_set.stage == Stage.IN_FORCE}
    first = {v.rule_set.programme_id: v for v in versions.values() if v.rule_set.number == 1}
    chosen = {}
    for p in proposals:
        fallback = first if p.register_number else current
        chosen[p.pk] = versions.get(p.rule_set_id) or fallback.get(p.programme_id)
        if chosen[p.pk] is None:
            chosen[p.pk] = Version(default_rules(programmes[p.programme_id]))
    return chosen


def limits_of(version: Version) -> dict:
    """Age and desil outside which nobody can be proposed at all, as the programme's own row tells them to lists and forms.

    Wide open where the rule is off, only warns, or may be overridden: then the village may enter the household and plead.
    """
    age, basis = version.rule(Age.code), version.rule(RegistryBasis.code)
    limits = {"min_age": age.min_age, "max_age": age.max_age, "age_on": age.on, "max_desil": basis.max_desil}
    if not age.refuses:
        limits |= {"min_age": 0, "max_age": 120}
    if not basis.refuses:
        limits |= {"max_desil": 10}
    return limits


def required_by(version: Version) -> set[str]:
    """Codes of the papers that a household must bring by this version; none where the rule is off."""
    rule = version.rule(RequiredPapers.code)
    return set(rule.papers) if rule.is_on else set()


def compared(old: Version, new: Version) -> list[tuple[str, str, str]]:
    """(title, as it was, as it is) of each rule that differs."""
    pairs = zip(old.rules, new.rules, strict=True)
    return [(after.title, before.told(), after.told()) for before, after in pairs if before.told() != after.told()]
