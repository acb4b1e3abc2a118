from verification.models.desk import Defect, DeskCheck
from verification.models.field import Assignment, FieldVisit, Minutes, VisitPhoto
from verification.models.objection import Objection, Publication, PublishedName
from verification.models.plans import DayLimit, PlanChange, PlannedVisit, TravelOrder
from verification.models.ranking import QuotaShare, RankingLine, RankingRun, ScoreWeight

__all__ = [
    "Assignment",
    "DayLimit",
    "Defect",
    "DeskCheck",
    "FieldVisit",
    "Minutes",
    "Objection",
    "PlanChange",
    "PlannedVisit",
    "Publication",
    "PublishedName",
    "QuotaShare",
    "RankingLine",
    "RankingRun",
    "ScoreWeight",
    "TravelOrder",
    "VisitPhoto",
]
