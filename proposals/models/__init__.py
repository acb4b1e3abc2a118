from proposals.models.attachment import Attachment, ListImport
from proposals.models.letter import CoverLetter, Disposition
from proposals.models.programme import Programme, Requirement
from proposals.models.proposal import BudgetLine, Proposal, Sex, SocialData
from proposals.models.step import StepRecord

__all__ = [
    "Attachment",
    "BudgetLine",
    "CoverLetter",
    "Disposition",
    "ListImport",
    "Programme",
    "Proposal",
    "Requirement",
    "Sex",
    "SocialData",
    "StepRecord",
]
