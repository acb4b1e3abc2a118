"""The embedded server with real processes: each test has a VAR_DIR of its own."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from uep import env
from uep.postgres import database_settings
from uep.postgres.__main__ import main
from uep.postgres.server import NotStarted, Server, _all_processes

ROOT = Path(__file__).resolve().parents[2]

# What another process does with the server; `ready` on its output, then it waits for its input to close.
USER = """
import sys
from pathlib import Path
from uep.postgres.server import Server
print(Server(Path(sys.argv[1])).use(), flush=True)
sys.stdin.read()
"""

# A program that has the server's port by now.
SQUATTER = """
import socket, sys
taken = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("here", flush=True)
sys.stdin.read()
"""

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def made(shared_var) -> Path:
    """A VAR_DIR with a cluster that was started and stopped once; tests copy it, for initdb takes a second."""
    server = Server(shared_var)
    server.start()
    server.stop()
    return shared_var


@pytest.fixture
def server(made, var):
    # Copied with its owner: root's copytree would give the data to root.
    subprocess.run(["cp", "-a", made / "postgres", var / "postgres"], check=True)
    server = Server(var)
    yield server
    server.stop()


def connect(server: Server, **more) -> psycopg.Connection:
    login = {"user": "uep", "password": server.password(), "dbname": "uep"} | more
    return psycopg.connect(host=server.HOST, port=server.port(), **login)


def user_process(server: Server) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", USER, server.link.parent],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout.readline().strip().isdigit()
    return process


def end(process: subprocess.Popen) -> None:
    process.stdin.close()
    process.wait()
    process.stdout.close()


def kill(postmaster: int) -> None:
    """SIGKILL, and wait until the kernel has done it."""
    os.kill(postmaster, signal.SIGKILL)
    until = time.monotonic() + 10
    while is_alive(postmaster) and time.monotonic() < until:
        time.sleep(0.002)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_settings_start_nothing(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)

    settings = database_settings(tmp_path / "var")

    assert (settings["ENGINE"], settings["NAME"]) == ("uep.postgres", "uep")
    assert not (tmp_path / "var").exists()


def test_settings_read_every_part_of_an_address(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://office:p%40ss%2Fword@db.example:6432/uep_62?sslmode=require")
    monkeypatch.setenv("DATABASE_POOL", "8")

    assert database_settings(tmp_path) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "uep_62",
        "USER": "office",
        "PASSWORD": "p@ss/word",
        "HOST": "db.example",
        "PORT": 6432,
        "OPTIONS": {
            "connect_timeout": 5,
            "application_name": "uep",
            "sslmode": "require",
            "pool": {"min_size": 2, "max_size": 8, "timeout": 10},
        },
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }


@pytest.mark.parametrize(
    "address", ["sqlite:///db.sqlite3", "mysql://a:b@c/d", "postgresql://host", "postgresql://host:port/uep", "uep"]
)
def test_settings_refuse_what_is_no_postgresql(tmp_path, monkeypatch, address):
    monkeypatch.setenv("DATABASE_URL", address)

    with pytest.raises(env.Missing, match=r"^DATABASE_URL is no PostgreSQL address; write postgresql://"):
        database_settings(tmp_path)


def test_server_takes_the_role_with_its_password_and_nobody_without(server):
    server.start()

    with connect(server) as connection:
        facts = connection.execute(
            "SELECT rolsuper, rolcreatedb, current_setting('fsync'), current_setting('synchronous_commit'),"
            " (SELECT format('%s %s', datlocprovider, datlocale) FROM pg_database WHERE datname = 'uep')"
            " FROM pg_roles WHERE rolname = 'uep'"
        ).fetchone()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(server, password="guess")
    with pytest.raises(psycopg.OperationalError, match="password"):
        connect(server, user="postgres", password="")

    assert facts == (False, True, "on", "on", "b C.UTF-8")
    assert stat.S_IMODE((server.link / "password").stat().st_mode) == 0o600


def test_server_listens_on_loopback_only(server):
    port = server.start()

    tables = Path("/proc/net/tcp").read_text().splitlines()[1:] + Path("/proc/net/tcp6").read_text().splitlines()[1:]
    listening = {line.split()[1] for line in tables}

    assert {address for address in listening if address.endswith(f":{port:04X}")} == {f"0100007F:{port:04X}"}


def test_server_is_started_once_by_many_at_the_same_moment(server):
    with ThreadPoolExecutor(4) as pool:
        processes = list(pool.map(lambda _: user_process(server), range(4)))
    postmasters = server._processes(_all_processes())
    roots = [pid for pid in postmasters if parent(pid) not in postmasters]

    assert roots == [server.pid()]

    for process in processes:
        end(process)


def test_server_stops_with_its_last_user(server):
    first, second = user_process(server), user_process(server)

    end(first)
    after_first = server.pid()
    end(second)

    assert after_first > 0
    assert server.pid() == 0


def test_server_started_by_hand_outlives_its_users(server, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(server.link.parent))
    started = main(["start"])
    user = user_process(server)
    end(user)

    assert started == f"PostgreSQL listens on 127.0.0.1:{server.port()} until `python -m uep.postgres stop`."
    assert main(["url"]) == f"postgresql://uep:{server.password()}@127.0.0.1:{server.port()}/uep"
    assert main(["stop"]) == "PostgreSQL has stopped."
    assert [main(["stop"]), main(["status"])] == ["PostgreSQL was not running.", "PostgreSQL is not running."]


def test_server_killed_in_the_middle_comes_back_with_every_committed_row(server):
    port = server.start()
    connection = connect(server, autocommit=True)
    connection.execute("CREATE TABLE kept (n integer)")
    for n in range(50):
        connection.execute("INSERT INTO kept VALUES (%s)", [n])
    connection.execute("BEGIN")
    connection.execute("INSERT INTO kept VALUES (-1)")  # never committed
    kill(server.pid())

    # A new start in the very next moment, while orphaned backends still hold the memory.
    assert server.start() == port
    connection.close()
    with connect(server) as connection:
        assert connection.execute("SELECT array_agg(n ORDER BY n) FROM kept").fetchone() == (list(range(50)),)


def test_server_left_by_a_killed_process_is_found_and_ended_by_the_next(server):
    killed = user_process(server)
    postmaster = server.pid()
    killed.kill()
    end(killed)

    next_user = user_process(server)
    same = server.pid()
    end(next_user)

    assert same == postmaster
    assert not is_alive(postmaster)


def test_a_stale_pid_file_never_harms_the_process_that_has_the_number_now(server):
    server.start()
    lines = (server.data / "postmaster.pid").read_text().splitlines()
    kill(server.pid())
    # In the very folder of the data and under the server's own account, as unlucky as can be.
    owner = server.data.stat()
    account = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    innocent = subprocess.Popen(["sleep", "60"], cwd=server.data, **account)
    (server.data / "postmaster.pid").write_text("\n".join([str(innocent.pid), *lines[1:]]) + "\n")

    before = [server.pid(), server.port(), server.stop()]
    server.start()
    with connect(server) as connection:
        answer = connection.execute("SELECT 1").fetchone()
    server.stop()

    assert (before, answer, innocent.poll()) == ([0, 0, False], (1,), None)
    innocent.kill()
    innocent.wait()


def test_server_moves_to_another_port_when_its_own_is_taken(server):
    port = server.start()
    server.stop()
    squatter = subprocess.Popen(
        [sys.executable, "-c", SQUATTER, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    squatter.stdout.readline()

    moved = server.start()
    end(squatter)

    assert moved != port
    assert int((server.link / "port").read_text()) == moved == server.port()


def test_a_making_cut_short_is_made_again(var):
    server = Server(var)
    (var / "postgres" / "data.new").mkdir(parents=True)
    (var / "postgres" / "data.new" / "PG_VERSION").write_text("18")  # a killed initdb leaves such a folder

    server.start()
    with connect(server) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("uep",)
    server.stop()


def test_data_of_another_major_version_is_refused_with_the_cure(server):
    (server.data / "PG_VERSION").write_text("17\n")

    with pytest.raises(NotStarted, match=r"was written by PostgreSQL 17, which .* no longer brings\. Dump it"):
        server.start()

    (server.data / "PG_VERSION").write_text("18\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_root_is_never_the_one_who_runs_it_and_places_closed_to_others_work_too(tmp_path):
    """As root under /root: the account gets a place of its own and a copy of the binaries."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = Server(closed / "var")
    server.start()
    owner, place = Path(f"/proc/{server.pid()}").stat().st_uid, server.link.resolve()
    server.stop()
    shutil.rmtree(place)

    assert owner != 0
    assert place.parent == Path("/var/lib/uep")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
