"""Sheets that people bring about other people: extracts of the social registry, and lists of earlier aid.

    with lines_of(file, header=3) as lines: ...     rows of a CSV or XLSX as a stream
    find_header(file, remembered)                   which column holds what
    PeopleReader(columns, villages).read(cells)     a person, or what is wrong with the row
    read_past_aids(file, villages)                  a list of earlier recipients
    faulty_rows_xlsx(file, header, faults)          the rows to mend

No database, no clock.
"""

from uep.social.spreadsheet.columns import ASKED, FIELDS, IGNORED, NEEDED, Header, find_header, folded, is_settled
from uep.social.spreadsheet.faulty import faulty_rows_xlsx
from uep.social.spreadsheet.opening import Line, Unreadable, lines_of
from uep.social.spreadsheet.past import PastAids, read_past_aids
from uep.social.spreadsheet.people import PeopleReader, Read

__all__ = [
    "ASKED",
    "FIELDS",
    "IGNORED",
    "NEEDED",
    "Header",
    "Line",
    "PastAids",
    "PeopleReader",
    "Read",
    "Unreadable",
    "faulty_rows_xlsx",
    "find_header",
    "folded",
    "is_settled",
    "lines_of",
    "read_past_aids",
]
