"""What it costs to look for photos that look like another: `python bench/prints.py [prints ...]`, 1,000,000 by default.

One photo, and the eight of a household, against all prints of the office; a hundredth of them is made from another one by a
few bits. Time is the median of several runs in the server. The floor is the look for the very same bytes (SHA-256), which
the page does beside it. In a database of its own.
"""

import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import django

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uep.settings")
RUNS, WARMING = 9, 2
FILES = """
INSERT INTO files_storedfile (ref, storage_name, content_type, size, sha256, has_thumb, unchanged, original_name,
    received_sha256, received_size, received_type, position_from, uploaded_at)
SELECT lpad(n::text, 12, '0'), 'stored/' || n, 'image/jpeg', 1, repeat('0', 64), true, false, 'foto.jpg',
    encode(sha256(n::text::bytea), 'hex'), 1, 'image/jpeg', '', now()
FROM generate_series(1, %s) AS n
"""
# Half of the prints lie close together, as photos of houses under a sky do: their upper bits follow one of 500 shapes.
PRINTS = """
INSERT INTO files_photoprint (file_id, print, band1, band2, band3, band4)
SELECT id, print, quarter(print, 0), quarter(print, 16), quarter(print, 32), quarter(print, 48) FROM (
    SELECT id, CASE
        WHEN id % 100 = 0 THEN wide(id - 1) # 5
        WHEN id % 2 = 0 THEN wide(id % 500) # (wide(id) & wide(-id) & wide(id + 7))
        ELSE wide(id) END AS print
    FROM files_storedfile) AS made
"""
WIDE = """
CREATE FUNCTION pg_temp.wide(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
    $$ SELECT hashint8extended(n, 42) $$;
CREATE FUNCTION pg_temp.quarter(n bigint, place int) RETURNS smallint LANGUAGE sql IMMUTABLE AS
    $$ SELECT (((n >> place) & 65535) - CASE WHEN (n >> place) & 32768 > 0 THEN 65536 ELSE 0 END)::smallint $$;
"""


def main(sizes: list[int]) -> None:
    for size in sizes:
        with own_database("bench_prints"):
            fill(size)
            measure()


def fill(size: int) -> None:
    begun = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(WIDE)
        cursor.execute(FILES, [size])
        cursor.execute(PRINTS.replace("wide(", "pg_temp.wide(").replace("quarter(", "pg_temp.quarter("))
        cursor.execute("VACUUM ANALYZE files_photoprint")
        cursor.execute("ANALYZE files_storedfile")
        cursor.execute("SELECT pg_size_pretty(pg_indexes_size('files_photoprint')), max(file_id) FROM files_photoprint")
        indexes, newest = cursor.fetchone()
    print(f"\n{size:,} prints in {perf_counter() - begun:.0f} s; their indexes take {indexes}; newest {newest}")


def measure() -> None:
    newest = StoredFile.objects.order_by("-pk").values_list("pk", flat=True)
    odd, near, made = ([pk for pk in newest[:200] if test(pk)] for test in TESTS)
    print(f"{'what':52}{'ms':>9}{'x floor':>9}{'found':>7}")
    one = StoredFile.objects.get(pk=odd[0])
    floor = row("the very same bytes, by their SHA-256", lambda: list(StoredFile.objects.same_upload_as(one)), None)
    row("like one photo", lambda: alike(odd[:1]), floor)
    row("like one photo of a common shape", lambda: alike(near[:1]), floor)
    row("like one photo that was made from another", lambda: alike(made[:1]), floor)
    row("like the eight photos of a household", lambda: alike([*odd[:4], *near[:4]]), floor)


TESTS = (lambda pk: pk % 2, lambda pk: pk % 2 == 0 and pk % 100, lambda pk: pk % 100 == 0)


def row(what: str, look, floor: float | None) -> float:
    times = []
    for run in range(RUNS + WARMING):
        begun = perf_counter()
        found = look()
        if run >= WARMING:
            times.append((perf_counter() - begun) * 1000)
    took = median(times)
    print(f"{what:52}{took:9.2f}{took / (floor or took):9.1f}{len(found):7}")
    return took


if __name__ == "__main__":
    django.setup()
    from django.db import connection

    from tests.database import own_database
    from uep.files.models import StoredFile
    from uep.files.queries import alike

    main([int(size) for size in sys.argv[1:]] or [1_000_000])
