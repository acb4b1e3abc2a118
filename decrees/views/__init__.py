"""Pages of step 3."""

from decrees.views.pages import (
    DecisionPage,
    EligiblePage,
    KeepPage,
    PickPage,
    RemovePage,
    StrikePage,
    decree,
    decrees,
    for_ink,
    manuscript,
    preview,
    scan,
)
from decrees.views.wordings import WordingPage, WordsPage, wording, wordings

__all__ = [
    "DecisionPage",
    "EligiblePage",
    "KeepPage",
    "PickPage",
    "RemovePage",
    "StrikePage",
    "WordingPage",
    "WordsPage",
    "decree",
    "decrees",
    "for_ink",
    "manuscript",
    "preview",
    "scan",
    "wording",
    "wordings",
]
