from verification.models.confirmation import MinutesConfirmation
from verification.models.desk import Defect, DeskCheck
from verification.models.field import Assignment, FieldVisit, Minutes, VisitPhoto
from verification.models.instrument import Instrument
from verification.models.objection import Objection, Publication, PublishedName
from verification.models.plans import DayLimit, PlanChange, PlannedVisit, TravelOrder
from verification.models.ranking import QuotaShare, RankingLine, RankingRun, ScoreWeight
from verification.models.report import FieldDevice, FieldReport, ReportPart
from verification.models.second import CheckWord, SampleDraw, SecondCheck, SecondPhoto, SecondTeam, SecondVisit
from verification.models.sheet import SheetPage, SheetScan

__all__ = [
    "Assignment",
    "CheckWord",
    "DayLimit",
    "Defect",
    "DeskCheck",
    "FieldDevice",
    "FieldReport",
    "FieldVisit",
    "Instrument",
    "Minutes",
    "MinutesConfirmation",
    "Objection",
    "PlanChange",
    "PlannedVisit",
    "Publication",
    "PublishedName",
    "QuotaShare",
    "RankingLine",
    "RankingRun",
    "ReportPart",
    "SampleDraw",
    "ScoreWeight",
    "SecondCheck",
    "SecondPhoto",
    "SecondTeam",
    "SecondVisit",
    "SheetPage",
    "SheetScan",
    "TravelOrder",
    "VisitPhoto",
]
