"""What production must have before it serves anyone. `manage.py` asks on every command, uep.wsgi before it loads.

A missing or malformed value is refused earlier, while the settings are read (uep.env.Missing).
"""

import re
from importlib import import_module
from importlib.util import find_spec
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks

PRODUCTION_TAG = "production"
HERE = ("localhost", "127.0.0.1")


@checks.register(PRODUCTION_TAG)
def production_is_safe(app_configs, **kwargs) -> list[checks.CheckMessage]:
    """Errors that keep production from starting; nothing in development."""
    if not settings.PRODUCTION:
        return []
    secret, index = settings.SECRET_KEY, settings.BLIND_INDEX_KEY
    here = settings.PUBLIC_URL.startswith(tuple(f"http://{name}" for name in HERE))
    make = "Make a new one, see .env.example."
    qr = "Papers print it in their QR codes; write the office's https address."
    keys = settings.SIGNING_KEYS
    keyless = [
        role for role, how in settings.SIGNING_METHODS.items() if how == "certificate" and not keys.keys() & {role, "*"}
    ]
    bsre = "bsre" in settings.SIGNING_METHODS.values()
    long_term = settings.SIGNING_LONG_TERM and not (settings.SIGNING_TIMESTAMPS and settings.SIGNING_TRUST)
    faults = [
        (settings.DEBUG, "DEBUG is on.", "Remove DEBUG from the environment."),
        (not settings.ALLOWED_HOSTS, "ALLOWED_HOSTS is empty.", "Write the office's host names, with commas between."),
        ("*" in settings.ALLOWED_HOSTS, "ALLOWED_HOSTS allows every name.", "Write the office's host names."),
        (len(secret) < 50 or len(set(secret)) < 5, "SECRET_KEY is too short or too simple.", make),
        (len(index) < 32 or len(set(index)) < 5, "BLIND_INDEX_KEY is too short or too simple.", make),
        (secret == index, "SECRET_KEY and BLIND_INDEX_KEY are the same.", make),
        (here, "PUBLIC_URL is this machine.", qr),
        (not here and not settings.PUBLIC_URL.startswith("https://"), "PUBLIC_URL is not https.", qr),
        (
            keyless,
            f"SIGNING_KEYS has no key for {', '.join(keyless)}.",
            "Write role:path of a PKCS#12 file, or *:path.",
        ),
        (
            long_term,
            "SIGNING_LONG_TERM needs SIGNING_TIMESTAMPS and SIGNING_TRUST.",
            "Name the service and the roots, or remove it.",
        ),
        (
            bsre and not (settings.BSRE_URL and settings.BSRE_USER and settings.BSRE_PASSWORD),
            "BSRE_URL, BSRE_USER or BSRE_PASSWORD is empty.",
            "Write what the keeper of the Esign Client Service gave you.",
        ),
        (
            bsre and not settings.BSRE_URL.startswith("https://") and urlsplit(settings.BSRE_URL).hostname not in HERE,
            "BSRE_URL is not https.",
            "Passphrases travel on it: put TLS in front of the service, or run it on this machine.",
        ),
        (
            not re.fullmatch(r"|\d+(\.\d+)?(:\d+(\.\d+)?){3}", settings.BSRE_STAMP),
            "BSRE_STAMP is no place on a page.",
            "Write left:bottom:width:height in millimetres, or nothing.",
        ),
        (bsre and settings.BSRE_VERSION not in {1, 2}, "BSRE_VERSION is neither 1 nor 2.", "Write 1 or 2."),
        (
            bsre and not 5 <= settings.BSRE_SECONDS <= 120,
            "BSRE_SECONDS is not between 5 and 120.",
            "A claim on a paper lasts five minutes; the service must have answered long before.",
        ),
    ]
    return [
        checks.Error(message, hint=hint, id=f"uep.E{number:03}")
        for number, (wrong, message, hint) in enumerate(faults, start=1)
        if wrong
    ]


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
