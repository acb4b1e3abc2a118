"""The office's own facts: who it is, who holds and stands in for its posts, its SOP, laws, hours, holidays and banks.

Configuration, without personal data of applicants. Nothing but a holiday is ever deleted; it ends, or is switched off.
"""

from uep.office.models.hours import Holiday, OfficeHours
from uep.office.models.people import ActingAppointment, Official, Post
from uep.office.models.profile import Bank, Crest, PaperSetting, Profile
from uep.office.models.sop import LegalBasis, Sop, SopStep

__all__ = [
    "ActingAppointment",
    "Bank",
    "Crest",
    "Holiday",
    "LegalBasis",
    "OfficeHours",
    "Official",
    "PaperSetting",
    "Post",
    "Profile",
    "Sop",
    "SopStep",
]
