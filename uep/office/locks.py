"""A named lock for counters that may not repeat or leave a gap."""

from django.db import connection


def hold(name: str) -> None:
    """Wait for the lock called `name` and keep it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
