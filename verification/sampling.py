"""A random sample that anybody can draw again: from a seed and a pool of references, with nothing but SHA-256. Pure.

Each reference is put behind the seed and a colon, and hashed; the smallest hashes are drawn:

    printf '%s:%s' "$seed" "$ref" | sha256sum
"""

import hashlib
from collections.abc import Collection

ALGORITHM = (
    "SHA-256 dari “benih:nomor kunjungan”, diurutkan dari yang terkecil; sebanyak yang diundi diambil dari atas."
)


def hash_of(seed: str, ref: str) -> str:
    return hashlib.sha256(f"{seed}:{ref}".encode()).hexdigest()


def drawn(seed: str, pool: Collection[str], number: int) -> list[str]:
    """The first `number` of the pool in the order of their hashes. The order of the pool, and repeats in it, change nothing."""
    return sorted(set(pool), key=lambda ref: (hash_of(seed, ref), ref))[:number]


def number_of(size: int, *, share: int | None = None, count: int | None = None) -> int:
    """How many are drawn from a pool of `size`: `share` per cent of it, rounded up, or `count`; never more than there are."""
    wanted = -(-size * share // 100) if share is not None else count or 0
    return min(wanted, size)
