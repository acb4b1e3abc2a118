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
    """Key id -> 32 bytes, in order; written `id:base64,id:base64`. Raises env.Missing when malformed, or absent in production."""
    hint = "Make one: python3 -c 'import base64, os; print(\"k1:\" + base64.b64encode(os.urandom(32)).decode())'"
    given = env.secret(name, hint=hint) if production else env.text(name)
    given = given or _kept(name, var, "k1:" + base64.b64encode(os.urandom(32)).decode())
    ring: dict[str, bytes] = {}
    for part in given.split(","):
        key_id, _, key = part.strip().partition(":")
        try:
            plain = base64.b64decode(key, validate=True)
        except ValueError:
            plain = b""
        if not key_id or len(plain) != 32:
            raise env.Missing(f"{name} is malformed: 32 bytes in base64 behind each key id. {hint}")
        if key_id in ring:
            raise env.Missing(f"{name} has two keys named {key_id}: rows sealed with one of them would be lost. {hint}")
        ring[key_id] = plain
    return ring


def _kept(name: str, var: Path, fresh: str) -> str:
    """What is kept under `name`, else `fresh`, which is kept from now on. All processes get the same."""
    path = var / "secrets" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
    part.touch(mode=0o600, exist_ok=False)
    part.write_text(fresh)
    try:
        os.link(part, path)  # whole or not at all: nobody reads a half-written secret, the first one wins
    except FileExistsError:
        pass
    finally:
        part.unlink()
    return path.read_text()
