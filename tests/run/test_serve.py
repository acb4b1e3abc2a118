"""`manage.py serve` as a whole: database, web and worker as real processes, each killed in turn."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.urls import reverse

from uep.postgres.server import Server

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds; each wait ends as soon as what it waits for is there

pytestmark = pytest.mark.processes


class Served:
    """A running `manage.py serve` with a VAR_DIR and a port of its own."""

    def __init__(self, var: Path):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.server = Server(var)
        self.log = (var / "serve.log").open("w+")
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DATABASE_POOL"}}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=kept | {"VAR_DIR": str(var), "PORT": str(self.port), "DEMO": "0", "UEP_MODE": "development"},
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def wait_for(self, what, description: str):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if found := what():
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        pytest.fail(f"no {description}; the log says:\n{Path(self.log.name).read_text()}")

    def status(self) -> int:
        """What the web process says to the sign-in page, which reads the office's name; 0 while it says nothing."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", reverse("accounts:sign_in"), headers={"Host": "localhost"})
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def sql(self, query: str):
        with psycopg.connect(
            host=Server.HOST, port=self.server.port(), user="uep", password=self.server.password(), dbname="uep"
        ) as connection:
            done = connection.execute(query)
            return done.fetchone()[0] if done.description else None

    def pids(self, part: str) -> list[int]:
        """The processes of ours whose command line has that part, the oldest first."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (folder / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if part in line and f"VAR_DIR={self.server.link.parent}\0" in environment:
                found.append(int(folder.name))
        return sorted(found)


@pytest.fixture(scope="module")
def migrated(shared_var, django_db_setup) -> Path:
    """A VAR_DIR whose database is a copy of the test database: to migrate once more would take the longest of all."""
    server = Server(shared_var)
    port = server.start()
    tools = server._binaries()
    here = settings.DATABASES["default"]
    source = ["-h", here["HOST"], "-p", str(here["PORT"]), "-U", here["USER"], here["NAME"]]
    login = os.environ | {"PGPASSWORD": here["PASSWORD"]}
    dump = subprocess.run([tools / "pg_dump", "--no-owner", *source], env=login, capture_output=True, check=True).stdout
    target = ["-h", server.HOST, "-p", str(port), "-U", "uep", "-v", "ON_ERROR_STOP=1", "-q", "uep"]
    login = os.environ | {"PGPASSWORD": server.password()}
    subprocess.run([tools / "psql", *target], env=login, input=dump, stdout=subprocess.DEVNULL, check=True)
    server.stop()
    return shared_var


@pytest.fixture
def served(var, migrated):
    # Copied with its owner: root's copytree would give the data to root.
    subprocess.run(["cp", "-a", migrated / "postgres", var / "postgres"], check=True)
    running = Served(var)
    running.wait_for(running.status, "answer")
    yield running
    running.process.terminate()
    running.process.wait(30)
    running.server.stop()
    running.log.close()


def test_serve_survives_the_death_of_each_of_its_processes_and_stops_cleanly(served):
    served.sql("CREATE TABLE kept AS SELECT n FROM generate_series(1, 1000) n")

    # The worker, in the middle of a job: this one waits for the table that we hold.
    with psycopg.connect(
        host=Server.HOST, port=served.server.port(), user="uep", password=served.server.password(), dbname="uep"
    ) as holder:
        holder.execute("LOCK TABLE django_session")
        served.sql(
            "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'uep.clear_sessions', 0, NULL, NULL,"
            " '{\"timestamp\": 0}', NULL)::procrastinate_job_to_defer_v1])"
        )
        job = "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'uep.clear_sessions'"
        served.wait_for(lambda: served.sql(job) == "doing", "job under way")
        (worker,) = served.pids("manage.py worker")
        os.kill(worker, signal.SIGKILL)
    served.wait_for(lambda: served.sql(job) == "succeeded", "job done by the next worker")
    assert served.sql("SELECT attempts FROM procrastinate_jobs WHERE task_name = 'uep.clear_sessions'") == 2
    assert worker not in served.pids("manage.py worker")

    # The web process, with what it leaves behind on its port.
    web = served.pids("granian")[0]
    os.kill(web, signal.SIGKILL)
    served.wait_for(lambda: web not in served.pids("granian") and served.status(), "answer of a new web process")

    # The database.
    postmaster = served.server.pid()
    os.kill(postmaster, signal.SIGKILL)
    served.wait_for(lambda: served.server.port() and served.server.pid() != postmaster, "new database")
    served.wait_for(lambda: served.status() == 200, "page from the new database")
    assert served.sql("SELECT count(*) FROM kept") == 1000

    # Ctrl-C, and the next start finds all of it.
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(30) == 0
    assert [served.pids("granian"), served.pids("manage.py worker"), served.server.pid()] == [[], [], 0]
    served.server.start()
    assert served.sql("SELECT count(*) FROM kept") == 1000


def test_serve_killed_itself_takes_its_children_along(served):
    children = served.pids("granian") + served.pids("manage.py worker")
    assert len(children) >= 2

    served.process.kill()
    served.process.wait()
    until = time.monotonic() + PATIENCE
    while served.pids("granian") + served.pids("manage.py worker") and time.monotonic() < until:
        time.sleep(0.1)

    assert served.pids("granian") + served.pids("manage.py worker") == []


def test_serve_says_in_one_line_that_its_port_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=ROOT,
            env=os.environ | {"VAR_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1] == (
        f"CommandError: 127.0.0.1:{port} is not free (Address already in use). "
        f"Take another one: PORT={port + 1} make run"
    )
