"""Keep a few processes alive together: start them, restart one that dies, end them all in an orderly way."""

import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

GRACE = 20  # seconds that a child has to finish what it does
QUICK = 10  # a child that dies this soon (seconds) after its start ...
QUICK_DEATHS = 5  # ... so many times in a row will not be mended by another start
LOOK_EVERY = 0.3

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


class GaveUp(Exception):
    """A child cannot stay up; str() says which."""


def _die_with_parent() -> None:
    """In the child, before its program: when the supervisor is killed, the kernel sends the child SIGTERM."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A program that should always run. It leads a session of its own: a Ctrl-C at the terminal reaches only us."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    started: float = 0
    quick_deaths: int = 0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  no other thread runs here yet when the first child starts
        )

    def is_dead(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def restart(self) -> None:
        """Start again after a death. Raises GaveUp after QUICK_DEATHS in a row."""
        self.kill()  # what the dead one leaves behind would keep its port
        self.quick_deaths = self.quick_deaths + 1 if time.monotonic() - self.started < QUICK else 0
        if self.quick_deaths >= QUICK_DEATHS:
            raise GaveUp(f"{self.name} ended {QUICK_DEATHS} times right after its start; its messages are above.")
        time.sleep(self.quick_deaths * 0.5)
        self.start()

    def terminate(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        """Give it until then (monotonic seconds), then end it and all it started."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        self.kill()

    def kill(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # nothing of that session is left
        self.process.wait()


def supervise(
    children: Sequence[Child],
    *,
    say: Callable[[str], None],
    ready: Callable[[], None],
    watch: Callable[[], bool] = lambda: False,
) -> None:
    """Run the children until SIGINT or SIGTERM, then end them. Returns only when none is left.

    `ready` is called once, after all were started. `watch` is called every moment; true means that the children must
    start anew (the database moved). Raises GaveUp when a child cannot stay up; the others are ended then too.
    """
    stop = threading.Event()
    handlers = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        for child in children:
            child.start()
        ready()
        while not stop.wait(LOOK_EVERY):
            if watch():
                say("the database moved, everything starts anew")
                _end(children)
            for child in children:
                if child.is_dead() and not stop.is_set():
                    say(f"{child.name} ended ({_how(child.process.returncode)}) and is started again")
                    child.restart()
        say("stopping ...")
    finally:
        _end(children)
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _end(children: Sequence[Child]) -> None:
    for child in children:
        child.terminate()
    until = time.monotonic() + GRACE
    for child in children:
        child.wait(until)


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
