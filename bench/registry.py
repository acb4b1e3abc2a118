"""How long an extract takes to come in, and a NIK to be checked while it is typed: `python bench/registry.py [rows] [aided]`.

Makes a register of `rows` people (100,000 unless told) in a database of its own on the embedded server (or DATABASE_URL's
server), reads it as the worker does, and compares with a bare COPY of the same file into an unindexed table of texts. Then
`aided` past recipients (a fifth of the rows), and the check of a NIK as the page does it. Peak memory is that of the
process that reads. Nothing of an install is touched: the database is dropped at the end.
"""

import csv
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uep.settings")

import django  # noqa: E402  after the path

django.setup()

from django.conf import settings  # noqa: E402  after setup
from django.core.files.uploadedfile import TemporaryUploadedFile  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402

from proposals.models import Programme, Proposal  # noqa: E402
from proposals.moves import begin  # noqa: E402
from tests.cast import gather, install  # noqa: E402
from tests.database import own_database  # noqa: E402
from uep.files.sheets import REGISTER, prepare_sheet  # noqa: E402
from uep.registry.fields import seal  # noqa: E402
from uep.social import actions  # noqa: E402
from uep.social.models import Extract, PastAidList, Source  # noqa: E402

TITLES = ["no_kk", "nik", "nama", "jenis_kelamin", "tempat_lahir", "tanggal_lahir", "hubungan", "pekerjaan", "status_hidup",
          "alamat", "rt", "rw", "kode_desa", "desa", "desil", "pkh", "sembako", "padan_dukcapil"]  # fmt: skip
FIRST = ["Ratna", "Budi", "Sari", "Yanto", "Maria", "Lukas", "Endah", "Karno", "Tiwi", "Soetjipto", "Muhammad", "Siti"]
LAST = ["Dewi", "Santoso", "Lestari", "Garing", "Mihing", "Ranying", "Pratama", "Wibowo", "Kusuma", "Djata", "Bangkan"]
REPEATS = 200


def person(number: int, chance: random.Random) -> list:
    born = date(1940, 1, 1) + timedelta(days=chance.randrange(30_000))
    woman = chance.random() < 0.5
    serial, district = number % 9_999 + 1, number // 9_999 % 8 + 1
    nik = f"6209{district:02}{born.day + 40 * woman:02}{born:%m%y}{serial:04}"
    household = number // 4
    kk = f"6209{household % 8 + 1:02}{household // 8 % 28 + 1:02}{household // 224 % 12 + 1:02}{household // 2688 % 25:02}{household % 9_999 + 1:04}"
    return [kk, nik, f"{chance.choice(FIRST)} {chance.choice(LAST)}".upper(), "P" if woman else "L", "Sampit", born.isoformat(),
            "Anak", "Petani", "HIDUP", f"Jl. Melati No. {number % 90}", "003", "001", "62.09.03.1005", "Nanga Bulik",
            number % 10 + 1, "T", "T", "Y"]  # fmt: skip


def write_register(path: Path, rows: int) -> list[str]:
    """The file; some of its NIKs to look for."""
    chance, some = random.Random(1), []
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(TITLES)
        for number in range(rows):
            row = person(number, chance)
            writer.writerow(row)
            if number % max(1, rows // REPEATS) == 0:
                some.append(row[1])
    return some


@contextmanager
def timed(what: str, told: dict):
    begun = time.perf_counter()
    yield
    told[what] = time.perf_counter() - begun


def bare_copy(path: Path) -> None:
    columns = ", ".join(f"{title} text" for title in TITLES)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare ({columns})")
        with cursor.copy("COPY bare FROM STDIN (FORMAT csv, HEADER)") as copy, path.open("rb") as file:
            while piece := file.read(1 << 20):
                copy.write(piece)
        cursor.execute("DROP TABLE bare")


def read(path: Path, cast) -> Extract:
    upload = TemporaryUploadedFile("dtsen.csv", "text/csv", path.stat().st_size, "utf-8")
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            upload.file.write(piece)
    upload.file.seek(0)
    source = Source.objects.get(code="dtsen")
    extract = actions.bring_extract(
        source, by=cast.staff, period="Uji", as_of=date(2026, 1, 1), upload=prepare_sheet(upload, REGISTER)
    )
    actions.read_extract(extract.pk)
    extract.refresh_from_db()
    return actions.accept_extract(extract, by=cast.kabid)


def aid(niks: list[str], count: int, cast, extract: Extract) -> None:
    """Past recipients by COPY; among them the people that are looked for."""
    listed = PastAidList.objects.create(
        giver="own",
        programme="Uji",
        file=extract.file,
        sha256="0" * 64,
        by=cast.staff,
        imported_at=extract.at,
        added=count,
    )
    chance = random.Random(2)
    with connection.cursor() as cursor, cursor.copy(
        "COPY social_pastaid (list_id, year, name, nik, place, business) FROM STDIN"
    ) as copy:  # fmt: skip
        for number in range(count):
            nik = niks[number] if number < len(niks) else person(number + 10**7, chance)[1]
            copy.write_row((listed.pk, 2022, "Uji", seal("nik", nik), "", ""))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def check_while_typing(niks: list[str], cast) -> tuple[float, float, int]:
    """(median, worst in ms, queries) of the page's check of a NIK, sign-in and rendering included."""
    from django.test import Client  # noqa: PLC0415 - after setup

    today = date.today()  # noqa: DTZ011 - a day is a day
    programme = Programme.objects.create(
        name="Uji", year=today.year, budget=10**9, amount=5_000_000, quota=100, opens_on=today, closes_on=today,
        bank=cast.bank.bank, age_on=today, created_by=cast.kabid,
    )  # fmt: skip
    proposal = Proposal.objects.create(
        programme=programme, village_id=cast.alice.village_id, name="Uji", created_by=cast.alice
    )
    begin([proposal], "proposals.draft", by=cast.alice)
    client = Client()
    client.force_login(cast.alice, backend="django.contrib.auth.backends.ModelBackend")
    times, queries = [], 0
    for nik in niks[:REPEATS]:
        reset_queries()
        begun = time.perf_counter()
        response = client.post(f"/usulan/{proposal.ref}/periksa/nik/", {"nik": nik})
        times.append((time.perf_counter() - begun) * 1000)
        queries = len(connection.queries)
        assert b"Terdaftar di data sosial" in response.content  # noqa: S101 - the time is that of a hit
    return statistics.median(times), max(times), queries


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    aided = int(sys.argv[2]) if len(sys.argv) > 2 else rows // 5
    settings.ALLOWED_HOSTS = ["testserver"]
    told: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, own_database("bench"):
        settings.MEDIA_ROOT = Path(folder) / "files"
        path = Path(folder) / "registry.csv"
        niks = write_register(path, rows)
        install()
        cast = gather()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with timed("bare COPY", told):
            bare_copy(path)
        with timed("import", told):
            extract = read(path, cast)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        print(
            f"{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB: {extract.persons:,} people, {extract.faulty:,} faulty rows"
        )
        print(f"  bare COPY {told['bare COPY']:8.1f} s")
        print(f"  import    {told['import']:8.1f} s  {told['import'] / told['bare COPY']:.0f}x, "
              f"{told['import'] / rows * 1e6:.0f} us a row, {peak / 1024:+.0f} MB at its peak")  # fmt: skip
        aid(niks, aided, cast, extract)
        settings.DEBUG = True  # so that queries are counted
        middle, worst, queries = check_while_typing(niks, cast)
        print(f"  NIK check {middle:8.1f} ms median, {worst:.1f} ms worst of {REPEATS}, {queries} queries "
              f"({rows:,} in the registry, {aided:,} aided)")  # fmt: skip


if __name__ == "__main__":
    main()
