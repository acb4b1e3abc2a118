"""What a rule answers: how it stands, and a sentence that a village operator understands."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    PASS = "pass"  # noqa: S105 - a verdict, no password
    WARN = "warn"
    FAIL = "fail"

    @property
    def tone(self) -> str:
        return {"pass": "success", "warn": "warning", "fail": "danger"}[self.value]

    @property
    def label(self) -> str:
        return {"pass": "sesuai", "warn": "perlu dilihat", "fail": "belum sesuai"}[self.value]


@dataclass(frozen=True)
class Finding:
    code: str
    level: Level
    sentence: str
    may_be_overridden: bool = False  # its rule allows Kabid an exception
    plea: str = ""  # why the village asks for one
    reason: str = ""  # why Kabid made one; the level is then WARN

    @property
    def label(self) -> str:
        if self.reason:
            return "dikecualikan"
        return "mohon pengecualian" if self.plea else self.level.label

    @property
    def is_in_the_way(self) -> bool:
        """Keeps the household from being found eligible."""
        return self.level == Level.FAIL

    @property
    def keeps_from_sending(self) -> bool:
        """The village may send it along with a plea, where the rule can be overridden."""
        return self.level == Level.FAIL and not (self.may_be_overridden and self.plea)

    @property
    def may_be_pleaded(self) -> bool:
        return self.level == Level.FAIL and self.may_be_overridden and not self.plea
