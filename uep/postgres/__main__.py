"""python -m uep.postgres start|stop|status|url: the embedded server by hand."""

import argparse
import sys
from pathlib import Path

from uep import env
from uep.postgres import NAME, USER
from uep.postgres.server import NotStarted, Server

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def main(arguments: list[str]) -> str:
    """Do one command and return what to print. A server started here stays until `stop`."""
    parser = argparse.ArgumentParser(prog="python -m uep.postgres", description=__doc__)
    parser.add_argument("command", choices=["start", "stop", "status", "url"])
    command = parser.parse_args(arguments).command
    server = Server(Path(env.text("VAR_DIR") or BASE_DIR / "var"))
    if command == "start":
        return f"PostgreSQL listens on {server.HOST}:{server.start(keep=True)} until `python -m uep.postgres stop`."
    if command == "stop":
        return "PostgreSQL has stopped." if server.stop() else "PostgreSQL was not running."
    port = server.port()
    if command == "status":
        return f"PostgreSQL listens on {server.HOST}:{port}." if port else "PostgreSQL is not running."
    if not port:
        raise NotStarted("PostgreSQL is not running; start it with `python -m uep.postgres start`.")
    return f"postgresql://{USER}:{server.password()}@{server.HOST}:{port}/{NAME}"


if __name__ == "__main__":
    try:
        print(main(sys.argv[1:]))
    except (NotStarted, env.Missing) as error:
        sys.exit(str(error))
