"""Where the database is: DATABASE_URL, or the embedded server under VAR_DIR when it is unset.

This package is also the Django database backend of the embedded server (`ENGINE = "uep.postgres"`), so that reading
the settings starts nothing: the first connection does (uep.postgres.base). Run it by hand with
`python -m uep.postgres start|stop|status|url`.
"""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from uep import env

NAME = USER = "uep"


def database_settings(var: Path) -> dict:
    """One entry of Django's DATABASES. Cheap: it reads the environment, no file and no network.

    DATABASE_POOL is the most connections that one process keeps open (uep.wsgi asks for a pool, a command or a worker
    keeps one connection a thread). Raises env.Missing when DATABASE_URL is not a PostgreSQL address with a name.
    """
    pool = env.number("DATABASE_POOL", 0)
    common = {
        "OPTIONS": {"connect_timeout": 5, "application_name": "uep"},
        "CONN_MAX_AGE": 0 if pool else 60,
        "CONN_HEALTH_CHECKS": True,
    }
    if pool:
        common["OPTIONS"]["pool"] = {"min_size": min(2, pool), "max_size": pool, "timeout": 10}
    if address := env.text("DATABASE_URL"):
        return common | _external(address, common["OPTIONS"])
    return common | {"ENGINE": "uep.postgres", "NAME": NAME, "USER": USER, "VAR_DIR": str(var)}


def _external(address: str, options: dict) -> dict:
    try:
        url = urlsplit(address)
        port = url.port or 5432
    except ValueError:
        url = None
    if url is None or url.scheme not in {"postgres", "postgresql"} or not url.path.strip("/"):
        raise env.Missing("DATABASE_URL is no PostgreSQL address; write postgresql://user:password@host:5432/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path[1:]),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": port,
        "OPTIONS": options | dict(parse_qsl(url.query)),
    }
