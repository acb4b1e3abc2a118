"""What it costs to look for people of a similar name: `python bench/similar.py [proposals ...]`, 10,000 by default.

One proposal and a letter of fifty against all proposals of the office and as many lines of earlier lists; and a NIK as it
is typed. Time is the median of several runs in the server. The floor is one look into the index by the sound of a name.
In a database of its own.
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
FLOOR = "SELECT count(*) FROM proposals_proposal WHERE name_key(name) = name_key(%s)"
# As many earlier aids as there are proposals, of the same names in another spelling.
EARLIER = """
INSERT INTO social_pastaid (list_id, year, name, birth_date, village_id, place, business)
SELECT %s, 2020 + (id %% 5)::int, replace(replace(name, 'u', 'oe'), 'c', 'tj'), birth_date, village_id, '', ''
FROM proposals_proposal
"""


def main(sizes: list[int]) -> None:
    for size in sizes:
        with own_database("bench_similar"):
            install_office(REGENCY)
            make(proposals=size)
            earlier()
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE proposals_proposal; ANALYZE social_pastaid")
            measure()


def measure() -> None:
    newest = list(Proposal.objects.exclude(state="draft").order_by("-pk")[:50])
    print(f"\n{Proposal.objects.count()} proposals, {PastAid.objects.count()} earlier aids")
    print(f"{'what':44}{'ms':>9}{'x floor':>9}{'queries':>9}{'found':>7}")
    floor = row("sound of one name, by its index", lambda: sounds(newest[0].name), None)
    row("similar to one proposal", lambda: queries.suspects(newest[:1]), floor)
    row("similar to a letter of fifty", lambda: queries.suspects(newest), floor)
    number = str(newest[1].nik)
    row("a NIK while it is typed", lambda: queries.already_known(newest[0], "nik", number, typed={}), floor)


def earlier() -> None:
    by = User.objects.get(username="kabid")
    held = PastAidList.objects.create(
        giver="own",
        programme="UEP",
        file=StoredFile.objects.first(),
        sha256="0" * 64,
        by=by,
        imported_at=timezone.now(),
    )
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, [held.pk])


def sounds(name: str) -> list:
    with connection.cursor() as cursor:
        cursor.execute(FLOOR, [name])
        return cursor.fetchall()


def row(what: str, work, floor: float | None) -> float:
    """Measure one question and print its line; milliseconds."""
    times = []
    for _ in range(WARMING + RUNS):
        start = perf_counter()
        found = work()
        times.append((perf_counter() - start) * 1000)
    with CaptureQueriesContext(connection) as captured:
        work()
    took = median(times[WARMING:])
    print(f"{what:44}{took:9.2f}{took / (floor or took):9.1f}{len(captured):9}{len(found):7}")
    return took


if __name__ == "__main__":
    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from proposals.models import Proposal
    from proposals.queries import duplicates as queries
    from tests.database import own_database
    from uep.accounts.models import User
    from uep.demo.make import REGENCY, make
    from uep.files.models import StoredFile
    from uep.registry.actions import install_office
    from uep.social.models import PastAid, PastAidList

    main([int(size) for size in sys.argv[1:]] or [10_000])
