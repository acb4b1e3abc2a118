"""What the pages of an office cost when its years pile up: `python bench/pages.py [proposals ...]`, 1,000 and 100,000.

Time (median of many requests, through all middleware, no network) and number of queries of each page. The floor is a
page that asks the database `SELECT 1` and says so, signed in like the others. In a database of its own.
"""

import logging
import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import django

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uep.settings")
REQUESTS, WARMING = 15, 2


def main(sizes: list[int]) -> None:
    for size in sizes:
        with own_database("bench_pages"), override_settings(ROOT_URLCONF=__name__):
            seeds_and_people(size)
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM proposals_proposal")
                print(
                    f"\n{cursor.fetchone()[0]} proposals\n{'page':34}{'as':12}{'ms':>8}{'x floor':>9}{'queries':>9}{'KB':>7}"
                )
            floor, *_ = row("SELECT 1", "kabid", "/bare/", None)
            for what, username, url in pages():
                row(what, username, url, floor)


def seeds_and_people(size: int) -> None:
    install_office(REGENCY)
    make(proposals=size)


def pages():
    """(what, user name, address) of the pages that are measured."""
    village = User.objects.get(username="desa").village_id
    live = Proposal.objects.filter(state="assigned").order_by("-pk").first()
    largest = Decree.objects.signed().annotate(people=Count("recipients")).order_by("-people", "-pk").first()
    own = Proposal.objects.filter(village=village).exclude(letter=None).order_by("pk").first()
    for username in ("kabid", "staf", "sekretaris", "desa", "bank", "inspektorat"):
        yield "desk", username, reverse("oversight:desk")
    for username in ("kabid", "staf3", "desa"):
        yield "proposals", username, reverse("proposals:list")
    yield "proposals, searched by name", "kabid", reverse("proposals:list") + "?q=siti"
    yield "a proposal", "staf", live.get_absolute_url()
    yield "a proposal", "desa", own.get_absolute_url()
    yield "letters", "sekretaris", reverse("proposals:letters")
    yield "verification", "staf", reverse("verification:list")
    yield "decrees", "kabid", reverse("decrees:list")
    yield "a decree", "kabid", largest.get_absolute_url()
    yield "disbursement", "bank", reverse("distribution:list")
    yield "register", "inspektorat", reverse("oversight:register")
    yield "report", "kadis", reverse("oversight:report")


def row(what: str, username: str, url: str, floor: float | None) -> tuple[float, int]:
    """Measure one page and print its line; milliseconds and queries."""
    client = Client()
    client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    times = []
    for _ in range(WARMING + REQUESTS):
        start = perf_counter()
        response = client.get(url)
        times.append((perf_counter() - start) * 1000)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    took = median(times[WARMING:])
    status = "" if response.status_code == 200 else f"  answers {response.status_code}"
    print(
        f"{what:34}{username:12}{took:>8.1f}{took / (floor or took):>9.1f}{len(queries):>9}{len(response.content) / 1024:>7.0f}{status}",
        flush=True,
    )
    return took, len(queries)


if __name__ == "__main__":
    django.setup()

    from django.db import connection
    from django.db.models import Count
    from django.http import HttpResponse
    from django.test import Client, override_settings
    from django.test.utils import CaptureQueriesContext
    from django.urls import include, path, reverse

    from decrees.models import Decree
    from proposals.models import Proposal
    from tests.database import own_database
    from uep.access.acts import public
    from uep.accounts.models import User
    from uep.demo.make import REGENCY, make
    from uep.registry.actions import install_office

    @public
    def bare(request):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return HttpResponse(str(cursor.fetchone()[0]))

    urlpatterns = [path("bare/", bare), path("", include("uep.urls"))]

    logging.disable(logging.INFO)  # signing in is logged
    main([int(word) for word in sys.argv[1:]] or [1_000, 100_000])
