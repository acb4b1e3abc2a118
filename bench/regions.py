"""How long the regions take to load, and a sealed number to seal and open, each beside its floor.

    python bench/regions.py

Works in a transaction that is rolled back. The floor of the load is COPY alone into a table without constraints;
the floor of sealing is AES-256-GCM alone.
"""

import os
import sys
from pathlib import Path
from time import perf_counter

import django

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uep.settings")
django.setup()

from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: E402 - models need Django set up
from django.db import connection, transaction  # noqa: E402

from uep.registry.actions import load_regions, region_rows  # noqa: E402
from uep.registry.fields import seal, unseal  # noqa: E402

NUMBERS = [str(6209030101000000 + n) for n in range(20_000)]


def timed(work) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def copy_alone():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bare (LIKE registry_region) ON COMMIT DROP")
        with cursor.copy("COPY bare (code, name, level, kind, parent_id, bps_code) FROM STDIN") as copying:
            for row in region_rows():
                copying.write_row((*row, ""))


def encrypt_alone():
    cipher = AESGCM(bytes(32))
    for number in NUMBERS:
        cipher.encrypt(os.urandom(12), number.encode(), None)


def main():
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM registry_region")
        load_floor = timed(copy_alone)
        first, again = timed(load_regions), timed(load_regions)
        transaction.set_rollback(True)
    seal_floor = timed(encrypt_alone)
    sealed = []
    sealing = timed(lambda: sealed.extend(seal("nik", number) for number in NUMBERS))
    opening = timed(lambda: [unseal("nik", value) for value in sealed])
    for name, took, floor in (
        ("load regions, empty table", first, load_floor),
        ("load regions, again", again, load_floor),
        (f"seal {len(NUMBERS)}", sealing, seal_floor),
        (f"open {len(NUMBERS)}", opening, seal_floor),
    ):
        print(f"{name:28}{took * 1000:8.0f} ms {took / floor:6.1f} x floor")


if __name__ == "__main__":
    main()
