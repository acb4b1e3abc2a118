"""Ranking a programme, beside reading its rows bare: `python bench/ranking.py [households ...]`.

Half of the households get a place. Measured are the ranking itself (all reads and the arithmetic), one more what-if of the
same page, the whole page, the sheet, and applying it in a committed transaction. The floors: reading the same rows and
visits as bare values for the ranking, and one bare UPDATE of the states for applying. A database of its own, a process for
each size.
"""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
VILLAGES = ("62.09.03.1005", "62.09.01.2001", "62.09.03.2006", "62.09.08.2001")


def measure(count: int) -> None:
    """Print seconds of bare read, ranking, what-if, page, sheet, applying, bare UPDATE; queries of page and applying."""
    Region.objects.bulk_create(Region(**row) for row in lamandau())
    seeds.seed("62.09", regency_name="Kabupaten Lamandau", province_name="Kalimantan Tengah")
    people = {
        "alice": person("alice", Role.VILLAGE, village_id=VILLAGES[0]),
        "staff": person("sari", Role.STAFF),
        "kabid": person("kabid", Role.DIVISION_HEAD),
        "bank": person("bank", Role.BANK, bank=Bank.objects.first()),
    }
    holds_post(people["kabid"])
    house = House(SimpleNamespace(**people))
    programme = house.programme(budget=count * AMOUNT, quota=count // 2)
    with transaction.atomic():
        rows = house.eligible(programme, count, villages=VILLAGES, state=State.ASSESSED, desil=2, business_years=3)
        visit_all(rows, people)
    QuotaShare.objects.create(programme=programme, region_id="62.09.03", quota=count // 4)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    kabid, seconds = people["kabid"], []
    timed(seconds, lambda: bare(programme))
    field = timed(seconds, lambda: ranked(programme, kabid))
    timed(seconds, lambda: field.ranked(field.terms._replace(quota=count // 3)))
    client = Client()
    client.force_login(kabid)
    address = reverse("verification:ranking", args=[programme.ref])
    client.get(address)
    with CaptureQueriesContext(connection) as page:
        timed(seconds, lambda: client.get(address))
    timed(seconds, lambda: client.get(f"{address[:-1]}.xlsx"))
    seen = field.ranked().fingerprint
    with CaptureQueriesContext(connection) as applied:
        timed(seconds, lambda: actions.apply_ranking(programme, by=kabid, seen=seen))
    timed(seconds, lambda: Proposal.objects.filter(state=State.ELIGIBLE).update(state=State.IN_DECREE))
    print(*seconds, len(page), len(applied))


def visit_all(rows, people) -> None:
    """A finished visit to each, the signs as different as the numbers."""
    today, now = timezone.localdate(), timezone.now()
    assignment = Assignment.objects.create(
        leader=people["staff"],
        starts=today,
        ends=today + timedelta(days=1),
        purpose="Verifikasi",
        made_by=people["kabid"],
    )
    assignment.proposals.set(rows)
    instrument = first_instrument(rows[0].programme, by=people["kabid"])
    FieldVisit.objects.bulk_create(
        FieldVisit(
            proposal=row,
            instrument=instrument,
            assignment=assignment,
            visited_at=now,
            by=people["staff"],
            found=FieldVisit.Found.FOUND,
            business_exists=True,
            indicators={code: number >> bit & 1 == 1 for bit, (code, _) in enumerate(INDICATORS)},
            recommendation="eligible",
            reason="Usaha berjalan.",
            submitted_at=now,
        )
        for number, row in enumerate(rows)
    )


def bare(programme) -> None:
    list(Proposal.objects.filter(programme=programme).values_list("pk", "name", "desil", "village__parent__name"))
    list(FieldVisit.objects.filter(proposal__programme=programme).values_list("proposal", "indicators"))


def ranked(programme, user):
    field = ranking.field_of(programme, user)
    field.ranked()
    return field


def timed(seconds: list[float], work):
    start = perf_counter()
    result = work()
    seconds.append(perf_counter() - start)
    return result


def table(counts: list[int]) -> None:
    heads = ("bare s", "rank s", "what-if s", "page s", "sheet s", "apply s", "UPDATE s")
    print(f"{'households':>10}  {'  '.join(f'{head:>9}' for head in heads)}  rank x  apply x  page q  apply q")
    for count in counts:
        command = [sys.executable, __file__, "--one", str(count)]
        run = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
        *seconds, page, applied = (float(word) for word in run.stdout.split())
        times = "  ".join(f"{second:>9.2f}" for second in seconds)
        ratios = f"{seconds[1] / seconds[0]:>6.1f}  {seconds[5] / seconds[6]:>7.1f}"
        print(f"{count:>10}  {times}  {ratios}  {page:>6.0f}  {applied:>7.0f}")


if __name__ == "__main__":
    if sys.argv[1:2] != ["--one"]:
        table([int(word) for word in sys.argv[1:]] or [1_000, 10_000])
        sys.exit()

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uep.settings")
    django.setup()

    from django.conf import settings
    from django.db import connection, transaction
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse
    from django.utils import timezone

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
    from verification import actions
    from verification.actions.instruments import first_instrument
    from verification.checklist import INDICATORS
    from verification.models import Assignment, FieldVisit, QuotaShare
    from verification.queries import ranking

    settings.ALLOWED_HOSTS = ["testserver"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    with own_database("bench"):
        measure(int(sys.argv[2]))
