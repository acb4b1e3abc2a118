"""Judging and trying rules, beside a bare read of the same proposals: `python bench/rules.py [proposals ...]`.

Each household stands in a registry of as many families, four members each, and in a list of earlier aid of the same size.
What judging adds to the read are the rules themselves and the numbers that it opens to find their households.
"""

import os
import sys
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
VILLAGES = ("62.09.03.1005", "62.09.01.2001", "62.09.03.2006", "62.09.08.2001")


def prepare():
    """People, a programme with rules, and nothing else yet."""
    Region.objects.bulk_create(Region(**row) for row in lamandau())
    seeds.seed("62.09", regency_name="Kabupaten Lamandau", province_name="Kalimantan Tengah")
    people = {
        "alice": person("alice", Role.VILLAGE, village_id=VILLAGES[0]),
        "kabid": person("kabid", Role.DIVISION_HEAD),
        "bank": person("bank", Role.BANK, bank=Bank.objects.first()),
    }
    return House(SimpleNamespace(**people))


def measure(house, count: int) -> None:
    """Print seconds of the read, of judging and of a trial, with the queries of each."""
    programme = house.programme(budget=count * AMOUNT, quota=count)
    first_rules(programme, by=house.cast.kabid)
    with transaction.atomic():
        rows = house.eligible(programme, count, villages=VILLAGES)
        known = [relative for row in rows for relative in family(row)]
        Extract.objects.filter(stage=Extract.Stage.ACCEPTED).update(as_of="2025-01-01")
        registry(known)
        past_aid("own", "UEP lama", year=programme.year - 9)
    rule_set = draft_rules(programme, by=house.cast.kabid, note="")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    proposals = Proposal.objects.filter(programme=programme)
    read, _, plain = timed(lambda: [(str(row.nik), str(row.kk_number)) for row in proposals])
    judged, asked, _ = timed(lambda: judge(proposals.select_related("programme")))
    tried, asked_too, _ = timed(lambda: trial(version_of(rule_set), proposals, programme))
    print(
        f"{count:>9}  {read:>7.2f}  {judged:>7.2f}  {judged / read:>5.1f}  {asked:>7}  {tried:>7.2f}"
        f"  {tried / read:>5.1f}  {asked_too:>7}   {len(plain)} read"
    )


def family(row) -> list[dict]:
    card = str(row.kk_number)
    others = [f"{str(row.nik)[:12]}{9000 + number}" for number in range(3)]
    return [in_registry(str(row.nik), kk=card)] + [
        in_registry(f"{other[:6]}{row.pk % 1_000_000:06d}{other[12:]}", kk=card, occupation="Petani")
        for other in others
    ]


def timed(work):
    start = perf_counter()
    with CaptureQueriesContext(connection) as queries:
        result = work()
    return perf_counter() - start, len(queries), result


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uep.settings")
    django.setup()

    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from proposals.actions import draft_rules
    from proposals.actions.programmes import first_rules
    from proposals.eligibility import judge
    from proposals.eligibility.trial import trial
    from proposals.eligibility.versions import version_of
    from proposals.models import Proposal
    from tests.cast import lamandau, person
    from tests.database import own_database
    from tests.decrees.conftest import House
    from tests.proposals.registry import past_aid, registry
    from tests.proposals.registry import person as in_registry
    from tests.walk import AMOUNT
    from uep.access.roles import Role
    from uep.office import seeds
    from uep.office.models import Bank
    from uep.registry.models import Region
    from uep.social.models import Extract

    with own_database("bench"):
        house = prepare()
        print(" proposals   read s  judge s      x  queries    try s      x  queries")
        for count in [int(word) for word in sys.argv[1:]] or [50, 500, 5000]:
            measure(house, count)
