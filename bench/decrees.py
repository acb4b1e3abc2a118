"""Signing a decree, beside a bare UPDATE of the same rows: `python bench/decrees.py [recipients ...]`.

Drafting, sending up and signing are the product's own acts, in committed transactions of their own, on a database of
its own. The floor is the one UPDATE of the proposals' state that signing cannot do without, triggers and history
included; what signing adds are the frozen list, its history, the journey and the number. Memory is the peak of this
process for one size, so each size runs in a process of its own.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
VILLAGES = ("62.09.03.1005", "62.09.01.2001", "62.09.03.2006", "62.09.08.2001")


def measure(count: int) -> None:
    """Print seconds of draft, way up, signature and bare UPDATE, queries of the signature, megabytes it added."""
    Region.objects.bulk_create(Region(**row) for row in lamandau())
    seeds.seed("62.09", regency_name="Kabupaten Lamandau", province_name="Kalimantan Tengah")
    people = {
        "alice": person("alice", Role.VILLAGE, village_id=VILLAGES[0]),
        "kabid": person("kabid", Role.DIVISION_HEAD),
        "secretary": person("sekretaris", Role.SECRETARY),
        "head": person("kadis", Role.OFFICE_HEAD),
        "bank": person("bank", Role.BANK, bank=Bank.objects.first()),
    }
    for name in ("kabid", "secretary", "head"):
        holds_post(people[name])
    house = House(SimpleNamespace(**people))
    programme = house.programme(budget=count * AMOUNT, quota=count)
    with transaction.atomic():
        rows = house.eligible(programme, count, villages=VILLAGES)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    seconds = []
    decree = timed(seconds, lambda: house.draft(rows))
    decree = timed(seconds, lambda: house.at("endorsed", decree=decree))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with CaptureQueriesContext(connection) as queries:
        timed(seconds, lambda: actions.sign(decree, by=house.cast.head))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    timed(seconds, lambda: Proposal.objects.filter(state=State.DECREED).update(state=State.AGREED))
    print(*seconds, len(queries), (peak - before) / 1024)


def timed(seconds: list[float], work):
    start = perf_counter()
    result = work()
    seconds.append(perf_counter() - start)
    return result


def table(counts: list[int]) -> None:
    heads = ("draft s", "way up s", "sign s", "UPDATE s")
    print(f"{'recipients':>10}  {'  '.join(f'{head:>8}' for head in heads)}  {'sign x':>6}  {'queries':>7}  {'MB':>5}")
    for count in counts:
        command = [sys.executable, __file__, "--one", str(count)]
        run = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
        draft, up, sign, bare, queries, megabytes = (float(word) for word in run.stdout.split())
        print(
            f"{count:>10}  {draft:>8.2f}  {up:>8.2f}  {sign:>8.2f}  {bare:>8.2f}  {sign / bare:>6.1f}"
            f"  {queries:>7.0f}  {megabytes:>5.0f}"
        )


if __name__ == "__main__":
    if sys.argv[1:2] != ["--one"]:
        table([int(word) for word in sys.argv[1:]] or [40, 500, 5000])
        sys.exit()

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uep.settings")
    django.setup()

    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from decrees import actions
    from proposals.flow import State
    from proposals.models import Proposal
    from tests.cast import holds_post, lamandau, person
    from tests.database import own_database
    from tests.decrees.conftest import House
    from tests.walk import AMOUNT
    from uep.access.roles import Role
    from uep.office import seeds
    from uep.office.models import Bank
    from uep.registry.models import Region

    with own_database("bench"):
        measure(int(sys.argv[2]))
