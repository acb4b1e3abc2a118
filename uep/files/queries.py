"""Photos that look alike."""

from collections.abc import Collection
from typing import NamedTuple

from django.db import connection

from uep.files.prints import ALIKE

# What a band of 16 bits may have been before up to two bits of it changed. Two prints that differ in at most 10 bits (in
# truth 11) have one of four bands that differs in at most two, so nothing is missed.
CHANGES = [0] + [1 << one for one in range(16)] + [1 << one | 1 << two for one in range(16) for two in range(one)]
MASKS = [mask - 0x10000 if mask >> 15 else mask for mask in CHANGES]
NEAR = " UNION ".join(
    f"""SELECT mine.file_id AS file, other.file_id AS other, bit_count((mine.print # other.print)::bit(64)) AS apart
FROM mine CROSS JOIN unnest(%(masks)s::smallint[]) AS mask
JOIN files_photoprint AS other ON other.band{n} = (mine.band{n} # mask)
WHERE other.file_id <> mine.file_id AND bit_count((mine.print # other.print)::bit(64)) <= %(most)s"""  # noqa: S608 - made of constants
    for n in (1, 2, 3, 4)
)
ALIKE_TO = f"""
WITH mine AS MATERIALIZED (SELECT * FROM files_photoprint WHERE file_id = ANY(%(files)s) AND print IS NOT NULL)
SELECT file, other, apart FROM ({NEAR}) AS near ORDER BY apart, other LIMIT 500
"""  # noqa: S608 - made of constants


class Likeness(NamedTuple):
    """Two stored files, and in how many of 64 bits their prints differ."""

    file: int
    other: int
    apart: int


def alike(files: Collection[int], *, most: int = ALIKE) -> list[Likeness]:
    """Stored photos that look like one of these (keys), the most alike first; also one of these like another.

    One query, and at most 500: a picture that everybody sends is known as such long before.
    """
    if not files:
        return []
    with connection.cursor() as cursor:
        cursor.execute(ALIKE_TO, {"masks": MASKS, "most": most, "files": list(files)})
        return [Likeness(*row) for row in cursor.fetchall()]
