"""How long a database of any size takes to make, how much memory, how large it is: `python bench/demo.py [proposals ...]`.

In a database of its own that is dropped afterwards. The floor is COPY alone: the finished table of proposals, and no other,
written by COPY into a bare copy of itself (a sample of it, scaled). The peak of memory is that of the largest process.
"""

import os
import resource
import sys
from pathlib import Path
from time import perf_counter

import django

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uep.settings")

SAMPLE = 50_000


def main(sizes: list[int]) -> None:
    print(
        f"{'proposals':>10}  {'core s':>7}  {'rest s':>7}  {'COPY s':>7}  {'x COPY':>7}  {'MB peak':>8}  {'GB database':>11}  faults"
    )
    for size in sizes:
        with own_database("bench_demo"):
            install_office(REGENCY)
            start = perf_counter()
            make()
            core = perf_counter() - start
            rest = timed_multiply(size)
            peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
            floor = copy_alone() * size / min(size, SAMPLE)
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*), pg_database_size(current_database()) FROM proposals_proposal")
                made, weight = cursor.fetchone()
            print(
                f"{made:>10}  {core:>7.1f}  {rest:>7.1f}  {floor:>7.1f}  {rest / floor:>7.1f}  {peak / 1024:>8.0f}"
                f"  {weight / 1e9:>11.2f}  {faults() or 'none'}",
                flush=True,
            )


def timed_multiply(size: int) -> float:
    """Seconds from the core to that many proposals; what it is at goes to stderr."""
    start = perf_counter()
    multiply(size, seed=1, say=lambda what: print(f"{perf_counter() - start:8.0f} s  {what}", file=sys.stderr))
    return perf_counter() - start


def copy_alone() -> float:
    """Seconds to write a sample of the proposals by COPY into a table without keys, indexes and triggers."""
    with transaction.atomic(), connection.cursor() as reading, connection.cursor() as writing:
        reading.execute("CREATE TEMPORARY TABLE bare (LIKE proposals_proposal) ON COMMIT DROP")
        with reading.copy(f"COPY (SELECT * FROM proposals_proposal LIMIT {SAMPLE}) TO STDOUT") as rows:  # noqa: S608
            content = [bytes(piece) for piece in rows]
        start = perf_counter()
        with writing.copy("COPY bare FROM STDIN") as copying:
            for piece in content:
                copying.write(piece)
        return perf_counter() - start


if __name__ == "__main__":
    django.setup()

    from django.db import connection, transaction

    from tests.database import own_database
    from uep.demo.check import faults
    from uep.demo.make import REGENCY, make
    from uep.demo.multiply import multiply
    from uep.registry.actions import install_office

    main([int(word) for word in sys.argv[1:]] or [100_000])
