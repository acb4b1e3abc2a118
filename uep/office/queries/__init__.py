"""What the other floors ask the office: who it is, who holds a post on a day, when it works, what it cites."""

from uep.office.queries.hours import calendar, norm_of, step_titles
from uep.office.queries.laws import legal_bases
from uep.office.queries.overview import office_settings, overview, rules, staffing, working_hours
from uep.office.queries.people import (
    Signatory,
    acting_basis,
    acting_for,
    everyones_acting_roles,
    lapsed_appointment,
    post_title_of,
    roles_acting,
    signatory,
)
from uep.office.queries.profile import crest, crest_of, emblem, office_on_every_page, paper_of, profile

__all__ = [
    "Signatory",
    "acting_basis",
    "acting_for",
    "calendar",
    "crest",
    "crest_of",
    "emblem",
    "everyones_acting_roles",
    "lapsed_appointment",
    "legal_bases",
    "norm_of",
    "office_on_every_page",
    "office_settings",
    "overview",
    "paper_of",
    "post_title_of",
    "profile",
    "roles_acting",
    "rules",
    "signatory",
    "staffing",
    "step_titles",
    "working_hours",
]
