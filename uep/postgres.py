"""Where the database is: DATABASE_URL, or the embedded server."""

import os
from urllib.parse import unquote, urlsplit


def database_settings(var) -> dict:
    url = urlsplit(os.environ["DATABASE_URL"])
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path[1:],
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname,
        "PORT": url.port or 5432,
    }
