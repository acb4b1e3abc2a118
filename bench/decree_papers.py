"""How long a decree takes to become PDF, and how much memory: `python bench/decree_papers.py [recipients ...]`.

The decree is a draft with its annex by kecamatan and village, read from the database, laid out as PDF/A-3b in pieces. The
floor is WeasyPrint alone on the very same HTML in one piece (same fonts, style and rows), without PDF/A, tags and
database. Each measurement runs in a process of its own, so that its peak of memory is its own.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
VILLAGES = ("62.09.03.1005", "62.09.01.2001", "62.09.03.2006", "62.09.08.2001")


def measure(what: str, given: str) -> None:
    """Print seconds, peak megabytes, pages and kilobytes of one rendering."""
    if what == "bare":
        html = Path(given).read_text()
        work = lambda: HTML(string=html, base_url="uep:", url_fetcher=render.Resources()).write_pdf()  # noqa: E731
    else:
        work = lambda: render.pdf(PAPERS["sk"], Decree.objects.get(ref=given))  # noqa: E731
    start = perf_counter()
    content = work()
    seconds = perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with pikepdf.open(BytesIO(content)) as opened:
        print(seconds, peak, len(opened.pages), len(content) / 1024)


def office():
    """Places, people and posts; no households yet."""
    Region.objects.bulk_create(Region(**row) for row in lamandau())
    seeds.seed("62.09", regency_name="Kabupaten Lamandau", province_name="Kalimantan Tengah")
    people = {
        "alice": person("alice", Role.VILLAGE, village_id=VILLAGES[0]),
        "kabid": person("kabid", Role.DIVISION_HEAD),
        "head": person("kadis", Role.OFFICE_HEAD),
        "bank": person("bank", Role.BANK, bank=Bank.objects.first()),
    }
    for name in ("kabid", "head"):
        holds_post(people[name])
    return House(SimpleNamespace(**people))


def whole_html(decree) -> str:
    """What the renderer gives to WeasyPrint, with all rows in one piece."""
    paper = PAPERS["sk"]
    context = render.common_context(paper, decree, None) | paper.context(decree, None)
    context |= {"has_crest": False, "has_emblem": False, "first": True, "last": True, "in_pieces": False}
    width, height = SIZES[context["size"]]
    context |= {"width": width, "height": height, "upright": (width, height)}
    context["rows"] = [row for piece in paper.chunks(decree) for row in piece]
    return get_template(f"papers/{paper.code}.html").render(context)


def table(counts: list[int]) -> None:
    heads = ("pages", "s", "bare s", "x bare", "MB", "bare MB", "x bare", "KB")
    print(f"{'recipients':>10}  {'  '.join(f'{head:>7}' for head in heads)}")
    with own_database("bench"), tempfile.TemporaryDirectory() as folder:
        house = office()
        place = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)
        for count in counts:
            programme = house.programme(budget=count * AMOUNT, quota=count)
            decree = house.draft(house.eligible(programme, count, villages=VILLAGES))
            html = Path(folder) / f"{count}.html"
            html.write_text(whole_html(decree))
            results = {}
            for what, given in (("bare", str(html)), ("paper", decree.ref)):
                command = [sys.executable, __file__, "--one", what, given]
                run = subprocess.run(
                    command, capture_output=True, text=True, check=True, env=os.environ | {"DATABASE_URL": place}
                )
                results[what] = [float(word) for word in run.stdout.split()]
            (floor, least, *_), (seconds, peak, pages, size) = results["bare"], results["paper"]
            row = (pages, seconds, floor, seconds / floor, peak, least, peak / least, size)
            kinds = (".0f", ".1f", ".1f", ".2f", ".0f", ".0f", ".2f", ".0f")
            print(f"{count:>10}  {'  '.join(f'{value:>7{kind}}' for value, kind in zip(row, kinds, strict=True))}")
            sys.stdout.flush()


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uep.settings")
    django.setup()

    from io import BytesIO

    import pikepdf
    from weasyprint import HTML

    from decrees.models import Decree
    from uep.documents import render
    from uep.documents.papers import PAPERS, SIZES

    if sys.argv[1:2] == ["--one"]:
        measure(*sys.argv[2:4])
        sys.exit()

    from django.db import connection
    from django.template.loader import get_template

    from tests.cast import holds_post, lamandau, person
    from tests.database import own_database
    from tests.decrees.conftest import House
    from tests.walk import AMOUNT
    from uep.access.roles import Role
    from uep.office import seeds
    from uep.office.models import Bank
    from uep.registry.models import Region

    table([int(word) for word in sys.argv[1:]] or [40, 500, 5000])
