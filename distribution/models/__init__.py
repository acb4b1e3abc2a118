from distribution.models.agreement import AccountCheck, Confirmation, DisbursementAgreement
from distribution.models.handover import Handover
from distribution.models.layout import BankLayout, ListCopy
from distribution.models.mentoring import MentoringVisit
from distribution.models.outreach import Attendance, OutreachSession
from distribution.models.payment import Disbursement, Payment, ResultFile
from distribution.models.treasury import ReturnedAmount, TreasuryReturn

__all__ = [
    "AccountCheck",
    "Attendance",
    "BankLayout",
    "Confirmation",
    "Disbursement",
    "DisbursementAgreement",
    "Handover",
    "ListCopy",
    "MentoringVisit",
    "OutreachSession",
    "Payment",
    "ResultFile",
    "ReturnedAmount",
    "TreasuryReturn",
]
