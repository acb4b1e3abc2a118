"""A database for each test process, copied from a template that was migrated once.

The template's name carries a hash of all that shapes it, so that two checkouts, two branches and two processes on one
cluster never meet. Nothing is ever truncated: a test that commits gets a new copy afterwards, so that what migrations
put there is there again and the guards against TRUNCATE need no exception.
"""

import asyncio
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

TEMPLATES_KEPT = 4
PREFIX = "uep_test_"
_ROOT = Path(__file__).resolve().parent.parent


class OwnDatabase:
    """The database of this process; `admin` is a connection beside it, whose lock says that we live."""

    def __init__(self, admin: psycopg.Connection, worker: str):
        self.admin = admin
        self.template = f"{PREFIX}template_{_shape()}"
        checkout = hashlib.sha256(str(_ROOT).encode()).hexdigest()[:6]
        self.name = f"{PREFIX}run_{checkout}_{os.getpid()}_{worker}"

    def create(self) -> None:
        """Copy the template, which the first one to come has to migrate."""
        self._lock(self.name)
        self._lock(self.template)
        try:
            if not self._exists(self.template):
                self._migrate()
            self._do("COMMENT ON DATABASE {} IS {}", self.template, literal=self._now())
        finally:
            self._unlock(self.template)
        self._drop_what_the_dead_left()
        self.renew()

    def renew(self) -> None:
        """Throw the database away and copy it anew."""
        self.drop()
        self._do("CREATE DATABASE {} TEMPLATE {}", self.name, self.template)

    def drop(self) -> None:
        _close_all()
        self._drop(self.name)

    def _drop(self, name: str) -> None:
        """End our own connections to it, then drop it. `WITH (FORCE)` would do both, but fails when an autovacuum
        worker, which belongs to the superuser, is in there; the plain statement asks that one to go and waits.
        """
        self.admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND usename = current_user",
            [name],
        )
        self._do("DROP DATABASE IF EXISTS {}", name)

    def _migrate(self) -> None:
        part = f"{self.template}_part"
        self._drop(part)
        self._do("CREATE DATABASE {}", part)
        connection.settings_dict["NAME"] = part
        call_command("migrate", interactive=False, verbosity=0)
        _keep_autovacuum_out()
        connections.close_all()
        self._do("ALTER DATABASE {} ALLOW_CONNECTIONS false", part)
        self._do("ALTER DATABASE {} RENAME TO {}", part, self.template)

    def _drop_what_the_dead_left(self) -> None:
        """Databases of processes that were killed, and templates of shapes long gone."""
        for name in self._names(f"{PREFIX}run_%"):
            if name != self.name and self._try_lock(name):
                self._drop(name)
                self._unlock(name)
        for name in self._names(f"{PREFIX}template_%")[TEMPLATES_KEPT:]:
            template = name.removesuffix("_part")  # whoever migrates a part holds the lock of what it will become
            if template != self.template and self._try_lock(template):
                self._drop(name)
                self._unlock(template)

    def _names(self, like: str) -> list[str]:
        """Our databases of that name, the last used template first."""
        rows = self.admin.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s AND pg_get_userbyid(datdba) = current_user"
            " ORDER BY shobj_description(oid, 'pg_database') DESC NULLS LAST",
            [like.replace("_", r"\_")],
        )
        return [name for (name,) in rows]

    def _exists(self, name: str) -> bool:
        return self.admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None

    def _now(self) -> str:
        return self.admin.execute("SELECT now()::text").fetchone()[0]

    def _do(self, statement: str, *names: str, literal: str | None = None) -> None:
        parts = [sql.Identifier(name) for name in names] + ([sql.Literal(literal)] if literal else [])
        self.admin.execute(sql.SQL(statement).format(*parts))

    def _lock(self, name: str) -> None:
        self.admin.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])

    def _try_lock(self, name: str) -> bool:
        return self.admin.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name]).fetchone()[0]

    def _unlock(self, name: str) -> None:
        self.admin.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


@contextmanager
def own_database(worker: str) -> Iterator[OwnDatabase]:
    """Point Django at a new database for the length of the block."""
    parameters = connection.get_connection_params()
    kept = {key: parameters[key] for key in ("host", "port", "user", "password") if key in parameters}
    with psycopg.connect(**kept, dbname="postgres", autocommit=True) as admin:
        database = OwnDatabase(admin, worker)
        # A test's commit need not survive a power cut; the tests that ask for that run servers of their own.
        connection.settings_dict["OPTIONS"]["options"] = "-c synchronous_commit=off"
        database.create()
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = database.name
        try:
            yield database
        finally:
            database.drop()


def _close_all() -> None:
    """Django keeps the connections of asynchronous code apart, and takes a test with Playwright's loop for such: both
    kinds are closed, lest the other kind of test meets one that was ended from outside.
    """
    loop = asyncio._get_running_loop()
    for mark in (None, loop or object()) if "DJANGO_ALLOW_ASYNC_UNSAFE" in os.environ else (None,):
        asyncio._set_running_loop(mark)
        connections.close_all()
    asyncio._set_running_loop(loop)


def _keep_autovacuum_out() -> None:
    """What a test writes it takes back, so autovacuum would find large and empty tables, and say so to the planner,
    which then joins hundreds of rows one by one, for minutes. Untold, the planner goes by the size of the file.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('ALTER TABLE %s SET (autovacuum_enabled = false)', oid::regclass) FROM pg_class"
                       " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")  # fmt: skip
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def _shape() -> str:
    """What decides how a migrated database looks: migrations and what they load, libraries, settings."""
    files = [_ROOT / "requirements.lock", _ROOT / "uep" / "settings.py", _ROOT / "uep" / "wall.py", Path(__file__)]
    for app in sorted(path.parent for path in [*_ROOT.glob("*/migrations"), *_ROOT.glob("uep/*/migrations")]):
        files += sorted((app / "migrations").glob("*.py")) + sorted((app / "data").rglob("*.*"))
    seen = hashlib.sha256()
    for file in files:
        seen.update(str(file.relative_to(_ROOT)).encode() + hashlib.sha256(file.read_bytes()).digest())
    return seen.hexdigest()[:12]
