"""What a WSGI server loads. It refuses an unsafe production set-up in one line, and keeps a pool of connections."""

import os

from django.core.wsgi import get_wsgi_application

from uep.env import Missing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uep.settings")
os.environ.setdefault("DATABASE_POOL", "16")  # as many as `serve` gives threads


def load():
    """The application; SystemExit with the reasons when production lacks something."""
    try:
        application = get_wsgi_application()
    except Missing as missing:
        raise SystemExit(str(missing)) from None
    from uep.checks import refuse_unsafe_start  # noqa: PLC0415  needs the apps that the line above loads

    refuse_unsafe_start()
    return application


application = load()
