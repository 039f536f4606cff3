"""Keeping the web server and the worker alive. A process of its own, which needs nothing of Collab."""

import logging
import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import NoReturn

RESTART_AFTER = 1.0
#: So many ends within so many seconds of the start mean that it cannot work at all.
TRIES, QUICK = 4, 20.0


class CannotStart(Exception):
    """The web server or the worker ends as soon as it is started."""


def take_over() -> NoReturn:
    """Become that process: what was loaded to get here would lie in memory for nothing."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "collab.watch"])  # noqa: S606 - ourselves


class Supervisor:
    """Keeps the web server and the worker alive until it is told to stop."""

    def __init__(self) -> None:
        self.running = True
        self.restarts, self.started = 0, time.monotonic()
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.running = False

    def run(self) -> None:
        """Start both; start again what dies."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        try:
            while self.running:
                for name in ("serve", "worker"):
                    self._keep(name)
                time.sleep(RESTART_AFTER)
        finally:
            self._end()

    def _keep(self, name: str) -> None:
        child = self.children.get(name)
        if child is not None and child.poll() is None:
            return
        if child is not None:
            self.restarts += 1
            if time.monotonic() - self.started < QUICK and self.restarts > TRIES:
                raise CannotStart(f"{name} does not start; what it said stands above.")
            logging.getLogger(__name__).warning("%s ended with %s; starting it again", name, child.returncode)
        self.children[name] = subprocess.Popen([sys.executable, "-m", "collab", name])  # noqa: S603 - ourselves

    def _end(self) -> None:
        for child in self.children.values():
            child.terminate()
        deadline = time.monotonic() + 15
        for child in self.children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()


if __name__ == "__main__":
    try:
        Supervisor().run()
    except CannotStart as problem:
        sys.exit(f"Error: {problem}")
