from uep.social.actions.extracts import (
    accept_extract,
    bring_extract,
    compare_again,
    map_columns,
    refuse_extract,
    retry_extract,
    take_faulty_rows,
)
from uep.social.actions.loading import read_extract
from uep.social.actions.past_aids import bring_past_aid, import_past_aid, take_faulty_aids
from uep.social.actions.sources import add_source, edit_source

__all__ = [
    "accept_extract",
    "add_source",
    "bring_extract",
    "bring_past_aid",
    "compare_again",
    "edit_source",
    "import_past_aid",
    "map_columns",
    "read_extract",
    "refuse_extract",
    "retry_extract",
    "take_faulty_aids",
    "take_faulty_rows",
]
