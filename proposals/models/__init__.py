from proposals.models.attachment import Attachment, ListImport
from proposals.models.deliberation import Deliberation, RankedName
from proposals.models.duplicate import DuplicateCase
from proposals.models.letter import CoverLetter, Disposition
from proposals.models.programme import BY_THE_DESK, Programme, Requirement
from proposals.models.proposal import BudgetLine, Origin, Proposal, Sex, SocialData
from proposals.models.rules import SENTENCE, ExceptionPlea, RuleOverride, RuleSet, RuleSetting
from proposals.models.step import StepRecord

__all__ = [
    "BY_THE_DESK",
    "SENTENCE",
    "Attachment",
    "BudgetLine",
    "CoverLetter",
    "Deliberation",
    "Disposition",
    "DuplicateCase",
    "ExceptionPlea",
    "ListImport",
    "Origin",
    "Programme",
    "Proposal",
    "RankedName",
    "Requirement",
    "RuleOverride",
    "RuleSet",
    "RuleSetting",
    "Sex",
    "SocialData",
    "StepRecord",
]
