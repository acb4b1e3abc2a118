from uep.social.models.extract import Extract, ExtractFault, Person, Source
from uep.social.models.past_aid import PastAid, PastAidList

__all__ = ["Extract", "ExtractFault", "PastAid", "PastAidList", "Person", "Source"]
