from uep.documents.models.document import (
    NumberCounter,
    NumberSeries,
    OfficialDocument,
    either_differs,
    verification_code,
)
from uep.documents.models.held import HeldNumber
from uep.documents.models.signing import CLAIM_AGE, Signing

__all__ = [
    "CLAIM_AGE",
    "HeldNumber",
    "NumberCounter",
    "NumberSeries",
    "OfficialDocument",
    "Signing",
    "either_differs",
    "verification_code",
]
