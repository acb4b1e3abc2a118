"""Production refuses to start while it lacks something, in one line that says what."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from uep import checks

ROOT = Path(__file__).resolve().parents[2]

WHOLE = {
    "UEP_MODE": "production",
    "SECRET_KEY": "test-only-7d1f0c7f5b0e4d7fae7b2c9e5a3d8f61bc0e94af7720",
    "BLIND_INDEX_KEY": "test-only-0c4be1f2a85d4c0e9d1776cb5ea3f2d8",
    "SEALING_KEYS": "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "ALLOWED_HOSTS": "uep.example.go.id",
    "PUBLIC_URL": "https://uep.example.go.id",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    # Whether static files were collected on this machine is not the question here.
    "PYTHONWARNINGS": "ignore:No directory at",
}
COMMAND = [sys.executable, "manage.py", "check"]
WSGI = [sys.executable, "-c", "import uep.wsgi"]


def start(program: list[str], **changes: str | None) -> subprocess.CompletedProcess:
    """Run it as production with nothing of this machine's own settings; None takes a value away."""
    settings = {name: value for name, value in (WHOLE | changes).items() if value is not None}
    around = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    return subprocess.run(program, cwd=ROOT, env=around | settings, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("program", [COMMAND, WSGI], ids=["command", "web"])
def test_production_starts_when_nothing_is_missing(program):
    started = start(program)

    assert (started.returncode, started.stderr) == (0, "")


@pytest.mark.parametrize("program", [COMMAND, WSGI], ids=["command", "web"])
@pytest.mark.parametrize("name", ["SECRET_KEY", "BLIND_INDEX_KEY", "SEALING_KEYS"])
def test_production_refuses_a_missing_secret_in_one_line(program, name):
    refused = start(program, **{name: None})

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"{name} is not set. Make one: python3 -c ")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("program", [COMMAND, WSGI], ids=["command", "web"])
def test_production_refuses_to_start_with_debug_on_and_no_host(program):
    refused = start(program, DEBUG="1", ALLOWED_HOSTS=None)

    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert "DEBUG is on." in refused.stderr
    assert "ALLOWED_HOSTS is empty." in refused.stderr


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("DEBUG", True, "DEBUG is on. Remove DEBUG from the environment."),
        ("ALLOWED_HOSTS", [], "ALLOWED_HOSTS is empty. Write the office's host names, with commas between."),
        ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS allows every name. Write the office's host names."),
        ("SECRET_KEY", "short", "SECRET_KEY is too short or too simple. Make a new one, see .env.example."),
        ("BLIND_INDEX_KEY", "1" * 40, "BLIND_INDEX_KEY is too short or too simple. Make a new one, see .env.example."),
        (
            "BLIND_INDEX_KEY",
            WHOLE["SECRET_KEY"],
            "SECRET_KEY and BLIND_INDEX_KEY are the same. Make a new one, see .env.example.",
        ),
        (
            "PUBLIC_URL",
            "http://localhost:8000",
            "PUBLIC_URL is this machine. Papers print it in their QR codes; write the office's https address.",
        ),
        (
            "PUBLIC_URL",
            "http://uep.example.go.id",
            "PUBLIC_URL is not https. Papers print it in their QR codes; write the office's https address.",
        ),
        (
            "SIGNING_METHODS",
            {"office_head": "certificate"},
            "SIGNING_KEYS has no key for office_head. Write role:path of a PKCS#12 file, or *:path.",
        ),
    ],
)
def test_production_names_each_fault_and_its_cure(settings, name, value, fault):
    settings.PRODUCTION, settings.DEBUG, settings.ALLOWED_HOSTS = True, False, [WHOLE["ALLOWED_HOSTS"]]
    for whole in ("SECRET_KEY", "BLIND_INDEX_KEY", "PUBLIC_URL"):
        setattr(settings, whole, WHOLE[whole])
    assert checks.production_is_safe(None) == []

    setattr(settings, name, value)

    assert [f"{found.msg} {found.hint}" for found in checks.production_is_safe(None)] == [fault]


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        (
            "BSRE_PASSWORD",
            "",
            "BSRE_URL, BSRE_USER or BSRE_PASSWORD is empty. Write what the keeper of the Esign Client Service gave you.",
        ),
        *(
            (
                "BSRE_URL",
                address,
                (
                    "BSRE_URL is not https. Passphrases travel on it: put TLS in front of the service, "
                    "or run it on this machine."
                ),
            )
            for address in ("http://10.0.0.5:8080", "http://localhost.example.com", "ftp://tte.example.go.id")
        ),
        ("BSRE_VERSION", 3, "BSRE_VERSION is neither 1 nor 2. Write 1 or 2."),
        (
            "BSRE_SECONDS",
            600,
            (
                "BSRE_SECONDS is not between 5 and 120. "
                "A claim on a paper lasts five minutes; the service must have answered long before."
            ),
        ),
        (
            "BSRE_STAMP",
            "20:15",
            "BSRE_STAMP is no place on a page. Write left:bottom:width:height in millimetres, or nothing.",
        ),
        (
            "SIGNING_LONG_TERM",
            True,
            "SIGNING_LONG_TERM needs SIGNING_TIMESTAMPS and SIGNING_TRUST. Name the service and the roots, or remove it.",
        ),
    ],
)
def test_production_names_each_fault_of_the_signing_service(settings, name, value, fault):
    settings.PRODUCTION, settings.DEBUG, settings.ALLOWED_HOSTS = True, False, [WHOLE["ALLOWED_HOSTS"]]
    for whole in ("SECRET_KEY", "BLIND_INDEX_KEY", "PUBLIC_URL"):
        setattr(settings, whole, WHOLE[whole])
    settings.SIGNING_METHODS = {"office_head": "bsre"}
    settings.BSRE_USER, settings.BSRE_PASSWORD = "uep", "rahasia"
    for address in ("http://127.0.0.1:8080", "https://tte.example.go.id/esign"):
        settings.BSRE_URL = address
        assert checks.production_is_safe(None) == []

    setattr(settings, name, value)

    assert [f"{found.msg} {found.hint}" for found in checks.production_is_safe(None)] == [fault]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DEBUG", "on", "DEBUG is 'on'; write 1 or 0."),
        ("DATABASE_POOL", "many", "DATABASE_POOL is 'many'; write a whole number."),
        (
            "DATABASE_URL",
            "sqlite:///db.sqlite3",
            "DATABASE_URL is no PostgreSQL address; write postgresql://user:password@host:5432/name",
        ),
    ],
)
def test_production_refuses_a_malformed_value_in_one_line(name, value, sentence):
    refused = start(COMMAND, **{name: value})

    assert (refused.returncode, refused.stderr) == (1, f"{sentence}\n")


def test_development_is_left_alone(settings):
    settings.PRODUCTION, settings.DEBUG, settings.ALLOWED_HOSTS = False, True, ["*"]

    assert checks.production_is_safe(None) == []
