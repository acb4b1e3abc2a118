"""Serve the application: database, web process and worker together, until Ctrl-C or SIGTERM."""

import hashlib
import http.client
import os
import socket
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from uep import env
from uep.checks import known_passwords
from uep.postgres.server import NotStarted, Server
from uep.supervisor import Child, GaveUp, supervise

WEB_THREADS = 16  # a thread waits for the database most of its time; 16 keep one core of the office's machine busy
PATIENCE = 60  # seconds until the web process must have answered


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--host", default=env.text("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=env.number("PORT", 8000))
        parser.add_argument("--workers", type=int, default=1, help="0: the workers run elsewhere (manage.py worker)")

    def handle(self, *, host, port, workers, **options):
        refuse_taken(host, port)
        if not settings.PRODUCTION:
            os.environ.setdefault("PUBLIC_URL", f"http://localhost:{port}")  # for the QR codes that the children print
        try:
            self.prepare()
            web = Child(
                "web", web_command(host, port), {"DATABASE_POOL": str(env.number("DATABASE_POOL", WEB_THREADS))}
            )
            work = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"]
            crew = [web, *(Child(f"worker {number}", work) for number in range(1, workers + 1))]
            supervise(crew, say=self.say, ready=lambda: self.announce(web, host, port), watch=database_watch())
        except (GaveUp, NotStarted) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:  # before the supervisor listens: in the middle of a migration, say
            raise CommandError("Stopped.") from None

    def prepare(self):
        """Bring database and static files to this release, fill an empty database with the demo."""
        call_command("migrate", interactive=False, verbosity=0)
        collect_static()
        if not settings.PRODUCTION and env.flag("DEMO", default=True) and "make_demo" in get_commands():
            call_command("make_demo", if_empty=True, stdout=self.stdout)
        if settings.PRODUCTION and (names := known_passwords()):
            raise CommandError(
                f"Accounts with a published demo password: {', '.join(names)}. Close or change them first."
            )
        connections.close_all()

    def announce(self, web, host, port):
        """Say where it is and who may sign in, once the web process answers."""
        until = time.monotonic() + PATIENCE
        while not answers(host, port) and not web.is_dead() and time.monotonic() < until:
            time.sleep(0.1)
        name = "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host  # noqa: S104  only compared
        self.stdout.write(self.style.SUCCESS(f"\n  http://{name}:{port}\n"))
        if not settings.PRODUCTION:
            for account in demo_accounts():
                self.stdout.write(f"  {account.role.label:<26} {account.username:<22} {account.password}")
        self.stdout.write("\n  Ctrl-C stops everything.\n")
        self.stdout.flush()

    def say(self, sentence):
        self.stdout.write(f"  {sentence}")
        self.stdout.flush()


def web_command(host: str, port: int) -> list[str]:
    """Granian with one process: it holds no state, so a bigger office runs more of them behind a proxy."""
    return [
        sys.executable, "-m", "granian", "uep.wsgi:application", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", "1", "--blocking-threads", str(WEB_THREADS), "--workers-kill-timeout", "15", "--no-ws",
        "--log-level", "error", "--working-dir", str(settings.BASE_DIR),
    ]  # fmt: skip


def refuse_taken(host: str, port: int) -> None:
    """Say in one line that the port is taken, before anything is started."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"{host}:{port} is not free ({error.strerror}). Take another one: PORT={port + 1} make run"
            ) from error


def answers(host: str, port: int) -> bool:
    """Has the application loaded and does it answer, with whatever page?"""
    connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=10)  # noqa: S104
    try:
        connection.request("HEAD", "/", headers={"Host": settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost"})
        connection.getresponse()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def collect_static() -> None:
    """Collect and compress the static files, when one of them changed since the last time."""
    if settings.DEBUG:
        return
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".stamp"
    state = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            facts = Path(storage.path(path)).stat()
            state.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    if stamp.exists() and stamp.read_text() == state.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state.hexdigest())


def demo_accounts():
    """The accounts of the demo, when this install brings it."""
    return import_module("uep.demo.accounts").ACCOUNTS if find_spec("uep.demo.accounts") else []


def database_watch():
    """Restart an embedded server that died; true when it came back on another port."""
    if "VAR_DIR" not in settings.DATABASES["default"]:
        return lambda: False
    server = Server(Path(settings.VAR_DIR))
    known = server.use()

    def watch() -> bool:
        nonlocal known
        before, known = known, server.use()
        return known != before

    return watch
