"""How long a paper takes and how much memory it needs, beside its floor: `python bench/papers.py [rows ...]`.

The paper is the sample decree of the tests (F4, two typefaces, QR code, PDF/A, tags, repeated head). The floor is
WeasyPrint alone on a table of the same rows, without fonts, style, PDF/A or tags. Each measurement runs in a process
of its own, so that its peak of memory is its own. Needs a migrated database (the letterhead is read from it).
"""

import os
import resource
import subprocess
import sys
from datetime import date
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def measure(what: str, rows: int) -> None:
    """Print seconds, peak megabytes, pages and kilobytes of one rendering."""
    work = {"bare": bare, "paper": paper}[what](rows)
    start = perf_counter()
    content = work()
    seconds = perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with pikepdf.open(BytesIO(content)) as opened:
        print(seconds, peak, len(opened.pages), len(content) / 1024)


def bare(rows: int):
    cells = "".join(
        f"<tr><td>{row['no']}</td><td>{row['name']}</td><td>{row['nik']}</td><td>Warung</td><td>Rp5.000.000</td></tr>"
        for piece in SampleDecree.chunks(None)
        for row in piece
    )
    return lambda: HTML(string=f"<table>{cells}</table>").write_pdf()


def paper(rows: int):
    region = Region(code="62.09.03.2006", name="Kujan", level="village", kind="desa")
    facts = SampleDecree.facts(region) | {"date": date(2026, 11, 23).isoformat(), "public": []}
    document = OfficialDocument(
        paper="uji_sk", title="Keputusan", number="188.4/1/DINSOS/XI/2026", facts=facts, issued_at=timezone.now()
    )
    return lambda: render.pdf(SampleDecree, region, document)


def table(counts: list[int]) -> None:
    print(f"{'rows':>6}  {'pages':>5}  {'seconds':>8}  {'x bare':>6}  {'MB peak':>7}  {'x bare':>6}  {'KB':>6}")
    for rows in counts:
        results = {}
        for what in ("bare", "paper"):
            command = [sys.executable, __file__, "--one", what, str(rows)]
            run = subprocess.run(
                command, capture_output=True, text=True, check=True, env=os.environ | {"SAMPLE_ROWS": str(rows)}
            )
            results[what] = [float(word) for word in run.stdout.split()]
        (bare_seconds, bare_peak, *_), (seconds, peak, pages, size) = results["bare"], results["paper"]
        print(
            f"{rows:>6}  {pages:>5.0f}  {seconds:>8.2f}  {seconds / bare_seconds:>6.2f}"
            f"  {peak:>7.0f}  {peak / bare_peak:>6.2f}  {size:>6.0f}"
        )


if __name__ == "__main__":
    if sys.argv[1:2] != ["--one"]:
        table([int(word) for word in sys.argv[1:]] or [1, 40, 500])
        sys.exit()

    from io import BytesIO

    import django
    import pikepdf
    from django.utils import timezone
    from weasyprint import HTML

    from tests.papers.samples import SampleDecree, use_sample_templates

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uep.settings")
    use_sample_templates()
    django.setup()

    from uep.documents import render
    from uep.documents.models import OfficialDocument
    from uep.registry.models import Region

    measure(sys.argv[2], int(sys.argv[3]))
