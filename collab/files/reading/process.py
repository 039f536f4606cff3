"""Starting the program that reads one file, and hearing what it says, without ever waiting for it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collab.files.reading import kinds
from collab.files.reading.collected import MOST

#: Where ``collab`` is imported from. The program gets this and nothing else of our surroundings.
ROOT = Path(__file__).parents[3]
#: Seconds beyond the program's own limit after which it is ended from outside.
PATIENCE = 5
_TOO_SLOW = {-signal.SIGXCPU, -signal.SIGALRM}


@dataclass(frozen=True)
class Outcome:
    """What was found out about a file: a state of ``kinds``, and the text that goes with it."""

    state: str
    text: str = ""


class Running:
    """One file being read."""

    def __init__(self, path: Path, module: str, *, seconds: int, memory: int) -> None:
        """Start the program that ``module`` is (see ``program``), with ``memory`` megabytes.

        Raises OSError if the file or the program is not to be had.
        """
        self._answer = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._ends = time.monotonic() + seconds + PATIENCE
        command = [
            sys.executable,
            "-s",
            "-P",
            "-m",
            module,
            str(seconds),
            str(memory),
        ]
        try:
            with path.open("rb") as file:
                self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                    command,
                    stdin=file,
                    stdout=self._answer,
                    stderr=subprocess.DEVNULL,
                    env={"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
                    cwd="/",
                    start_new_session=True,
                )
        except OSError:
            self._answer.close()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    def outcome(self) -> Outcome | None:
        """What came out; None as long as it may still come. Ask again until it is there."""
        late = time.monotonic() > self._ends
        if self._process.poll() is None and not late:
            return None
        self._end()
        with self._answer as answer:
            answer.seek(0)
            found = _understood(answer.read())
        if found is not None:
            return found
        slow = late or self._process.returncode in _TOO_SLOW
        killed = self._process.returncode == -signal.SIGKILL  # by the kernel, which had no memory left
        return Outcome(kinds.TOO_SLOW if slow else kinds.TOO_LARGE if killed else kinds.BROKEN)

    def give_up(self) -> None:
        """End it. Nothing is known then."""
        self._end()
        self._answer.close()

    def _end(self) -> None:
        with suppress(ProcessLookupError):  # it may have ended by itself
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _understood(answer: bytes) -> Outcome | None:
    """The answer, of which nothing is believed that was not asked for."""
    try:
        said: Any = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("state") not in kinds.STATES:
        return None
    text = said.get("text")
    if not isinstance(text, str) or (said["state"] in (kinds.TEXT, kinds.BEGINNING)) != bool(text):
        return None
    clean = text[:MOST].replace("\0", " ").encode("utf-8", "replace").decode()
    return Outcome(said["state"], clean)
