"""A rule: one question about a household, with parameters that the programme sets (docs/how-to/rule.md)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from proposals.eligibility.facts import Household
from proposals.eligibility.levels import Finding, Level
from proposals.eligibility.parameters import Parameter


class Rule:
    """A subclass names itself, its parameters, and answers; each parameter is an attribute of the same name."""

    code: ClassVar[str]
    title: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    level: ClassVar[Level] = Level.FAIL  # what a rule that is not met means, unless the programme softens it
    overridable: ClassVar[bool] = False  # may Kabid make exceptions, unless the programme says otherwise

    def __init__(self, values: Mapping[str, Any], *, level: str = "", is_on=True, may_be_overridden=None):
        for parameter in self.parameters:
            setattr(self, parameter.name, values[parameter.name])
        self.when_unmet = Level(level or self.level)
        self.is_on = is_on
        self.may_be_overridden = self.overridable if may_be_overridden is None else may_be_overridden

    def values(self) -> dict[str, Any]:
        return {parameter.name: getattr(self, parameter.name) for parameter in self.parameters}

    def stored(self) -> dict[str, Any]:
        """The parameters as JSON holds them."""
        return {parameter.name: parameter.write(getattr(self, parameter.name)) for parameter in self.parameters}

    def faults(self) -> list[str]:
        """What is wrong with the parameters together; each alone is the parameter's own matter."""
        return []

    def says(self) -> str:
        """The rule as the programme's page tells it: one sentence on who may be proposed."""
        raise NotImplementedError

    @property
    def refuses(self) -> bool:
        """Is there no way past it?"""
        return self.is_on and self.when_unmet == Level.FAIL and not self.may_be_overridden

    def told(self) -> str:
        """All that the version says of this rule, in one line."""
        if not self.is_on:
            return "Tidak dipakai."
        return f"{self.says()} Bila tidak: {self.consequence}."

    @property
    def hardness(self) -> str:
        return {Level.WARN: "memperingatkan", Level.FAIL: "menolak"}[self.when_unmet]

    @property
    def consequence(self) -> str:
        if self.when_unmet == Level.WARN:
            return "diperingatkan"
        return "ditolak, kecuali dengan pengecualian Kabid" if self.may_be_overridden else "ditolak"

    def answer(self, household: Household) -> tuple[Level, str] | None:
        """PASS, WARN or FAIL (not met) with a sentence; None where the question does not arise."""
        raise NotImplementedError

    def finding(self, household: Household) -> Finding | None:
        """The answer, as hard as this version of the rules makes it."""
        answer = self.answer(household)
        if answer is None:
            return None
        level, sentence = answer
        if level == Level.FAIL:
            level = self.when_unmet
        return Finding(self.code, level, sentence, may_be_overridden=self.may_be_overridden and level == Level.FAIL)
