"""What production must have before it serves anyone. `manage.py` asks on every command, uep.wsgi before it loads.

A missing or malformed value is refused earlier, while the settings are read (uep.env.Missing).
"""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks

PRODUCTION_TAG = "production"


@checks.register(PRODUCTION_TAG)
def production_is_safe(app_configs, **kwargs) -> list[checks.CheckMessage]:
    """Errors that keep production from starting; nothing in development."""
    if not settings.PRODUCTION:
        return []
    local = settings.PUBLIC_URL.startswith(("http://localhost", "http://127.0.0.1"))
    faults = [
        (settings.DEBUG, "001", "DEBUG is on.", "Remove DEBUG from the environment."),
        (not settings.ALLOWED_HOSTS, "002", "ALLOWED_HOSTS is empty.", "Write the host names, with commas between."),
        ("*" in settings.ALLOWED_HOSTS, "003", "ALLOWED_HOSTS allows every name.", "Write the host names of the office."),
        (len(settings.SECRET_KEY) < 50, "004", "SECRET_KEY is shorter than 50 characters.", "Make a new one, see .env.example."),
        (len(settings.BLIND_INDEX_KEY) < 32, "005", "BLIND_INDEX_KEY is shorter than 32 characters.", "See .env.example."),
        (settings.SECRET_KEY == settings.BLIND_INDEX_KEY, "006", "SECRET_KEY and BLIND_INDEX_KEY are the same.", "Make two."),
        (
            not local and not settings.PUBLIC_URL.startswith("https://"),
            "007",
            "PUBLIC_URL is not https.",
            "Papers print it in their QR codes; write https://...",
        ),
        (local, "008", "PUBLIC_URL is this machine.", "Papers print it in their QR codes; write the office's address."),
    ]
    return [checks.Error(message, hint=hint, id=f"uep.E{number}") for wrong, number, message, hint in faults if wrong]


def refuse_unsafe_start() -> None:
    """For a web process that no command started. Raises SystemExit with one line for each fault."""
    if faults := checks.run_checks(tags=[PRODUCTION_TAG]):
        raise SystemExit("\n".join(f"{fault.msg} {fault.hint}" for fault in faults))


def known_passwords() -> list[str]:
    """The user names that still have the published password of a demo account. Needs the database."""
    if not find_spec("uep.demo.accounts"):
        return []
    published = {account.username: account.password for account in import_module("uep.demo.accounts").ACCOUNTS}
    users = get_user_model().objects.filter(username__in=published, is_active=True)
    return sorted(user.username for user in users if user.check_password(published[user.username]))
