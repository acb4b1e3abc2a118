"""Secrets: from the environment; in development, made once and kept under VAR_DIR with owner-only rights."""

import base64
import os
import secrets
from pathlib import Path

from uep import env


def secret(name: str, var: Path, *, production: bool) -> str:
    """The secret `name`. Raises env.Missing in production when it is not given."""
    if production:
        return env.secret(name, hint="Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'")
    return env.text(name) or _kept(name, var, secrets.token_urlsafe(48))


def keys(name: str, var: Path, *, production: bool) -> dict[str, bytes]:
    """Key id -> 32 bytes, in order; written `id:base64,id:base64`. Raises env.Missing when absent in production or malformed."""
    hint = "Make one: python3 -c 'import base64, os; print(\"k1:\" + base64.b64encode(os.urandom(32)).decode())'"
    given = env.secret(name, hint=hint) if production else env.text(name)
    given = given or _kept(name, var, "k1:" + base64.b64encode(os.urandom(32)).decode())
    try:
        ring = {key_id: base64.b64decode(key) for key_id, _, key in (part.partition(":") for part in given.split(","))}
    except ValueError as error:
        raise env.Missing(f"{name} is malformed. {hint}") from error
    if any(len(key) != 32 or not key_id for key_id, key in ring.items()):
        raise env.Missing(f"{name} needs 32 bytes behind each key id. {hint}")
    return ring


def _kept(name: str, var: Path, fresh: str) -> str:
    path = var / "secrets" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh)
    except FileExistsError:
        return path.read_text()
    return fresh
