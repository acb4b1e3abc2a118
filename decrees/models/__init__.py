"""The decree that names the recipients (SOP step 3), its way up, and its frozen list."""

from decrees.models.correction import CORRECTABLE, Correction
from decrees.models.decree import OPEN, Decree, DraftLine
from decrees.models.draft import DecreeNote, DraftChange, Endorsement, Removal
from decrees.models.recipient import Recipient
from decrees.models.route import Route, RouteStep
from decrees.models.signed_scan import SignedScan
from decrees.models.wording import Wording

__all__ = [
    "CORRECTABLE",
    "OPEN",
    "Correction",
    "Decree",
    "DecreeNote",
    "DraftChange",
    "DraftLine",
    "Endorsement",
    "Recipient",
    "Removal",
    "Route",
    "RouteStep",
    "SignedScan",
    "Wording",
]
