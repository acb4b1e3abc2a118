"""Lists of step 2 as workbooks, from the same queries as the pages."""

from verification.exports.objections import objections_xlsx
from verification.exports.ranking import ranking_xlsx

__all__ = ["objections_xlsx", "ranking_xlsx"]
