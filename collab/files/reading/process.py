"""Starting the program that reads one file, and hearing what it says, without ever waiting for it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from collab.files.reading import kinds
from collab.files.reading.collected import MOST

#: Where ``collab`` is imported from. The program gets this and nothing else of our surroundings.
ROOT = Path(__file__).parents[3]
#: Seconds beyond the program's own limit after which it is ended from outside.
PATIENCE = 5
_TOO_SLOW = {-signal.SIGXCPU, -signal.SIGALRM}
#: The kernel had no memory left; a file grew too large.
_TOO_MUCH = {-signal.SIGKILL, -signal.SIGXFSZ}
#: Bytes that are heard of an answer; bytes and files that may lie in a program's folder.
MOST_ANSWERED, MOST_WRITTEN, MOST_FILES = 64 << 20, 256 << 20, 2000


@dataclass(frozen=True)
class Outcome:
    """What was found out about a file: a state of ``kinds``, and the text that goes with it."""

    state: str
    text: str = ""


@dataclass(frozen=True)
class Ended:
    """What is left of programs: the last one's answer, what all complained about, and how the first one failed.

    ``state`` is TOO_SLOW, TOO_LARGE or BROKEN of ``kinds``, and empty if it ended well; ``code`` as of Popen.
    """

    answer: bytes
    complaint: str
    state: str
    code: int


def python(module: str, *arguments: object) -> list[str]:
    """The command that runs a module of ours."""
    return [sys.executable, "-s", "-P", "-m", module, *map(str, arguments)]


class Child:
    """Programs that look at one file, each hearing the one before it; together they have some seconds."""

    def __init__(
        self,
        *commands: Sequence[str],
        seconds: int,
        source: Path | None = None,
        folder: Path | None = None,
    ) -> None:
        """Start them. The first hears ``source``; in ``folder`` they may write a little.

        Raises OSError if the file or a program is not to be had.
        """
        self._answer = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the processes
        self._complaint = tempfile.TemporaryFile()  # noqa: SIM115 - as well
        self._ends = time.monotonic() + seconds + PATIENCE
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        try:
            self._start(commands, source)
        except OSError:
            self.give_up()
            raise

    def _start(self, commands: Sequence[Sequence[str]], source: Path | None) -> None:
        heard: IO[bytes] = (source or Path(os.devnull)).open("rb")
        for number, command in enumerate(commands, 1):
            try:
                process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                    command,
                    stdin=heard,
                    stdout=self._answer if number == len(commands) else subprocess.PIPE,
                    stderr=self._complaint,
                    env={"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
                    cwd="/",
                    start_new_session=True,
                )
            finally:
                heard.close()
            self._processes.append(process)
            heard = process.stdout or heard

    @property
    def pid(self) -> int:
        return self._processes[0].pid

    def ended(self) -> Ended | None:
        """What is left; None as long as they run. Ask again until it is there, and not any more."""
        late = time.monotonic() > self._ends
        full = self._folder is not None and not _is_small(self._folder)
        if not late and not full and any(process.poll() is None for process in self._processes):
            return None
        self._end()
        code = self._processes[0].returncode
        slow, killed = late or code in _TOO_SLOW, full or code in _TOO_MUCH
        state = kinds.TOO_SLOW if slow else kinds.TOO_LARGE if killed else kinds.BROKEN if code else ""
        with self._answer as answer, self._complaint as complaint:
            answer.seek(0)
            complaint.seek(0)
            said = complaint.read(MOST).decode("utf-8", "replace")
            return Ended(answer.read(MOST_ANSWERED), said, state, code)

    def give_up(self) -> None:
        """End them. Nothing is known then."""
        self._end()
        self._answer.close()
        self._complaint.close()

    def _end(self) -> None:
        for process in self._processes:
            with suppress(ProcessLookupError):  # it may have ended by itself
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _is_small(folder: Path) -> bool:
    """Whether programs have kept to what they may write, as far as one can see while they write."""
    size = number = 0
    for at, _folders, names in os.walk(folder):
        number += len(names)
        for name in names:
            with suppress(OSError):  # it is gone again
                size += (Path(at) / name).lstat().st_size
    return size <= MOST_WRITTEN and number <= MOST_FILES


class Running:
    """One file being read."""

    def __init__(self, path: Path, module: str, *, seconds: int, memory: int) -> None:
        """Start the program that ``module`` is (see ``program``), with ``memory`` megabytes.

        Raises OSError if the file or the program is not to be had.
        """
        self._child = Child(python(module, seconds, memory), seconds=seconds, source=path)

    @property
    def pid(self) -> int:
        return self._child.pid

    def outcome(self) -> Outcome | None:
        """What came out; None as long as it may still come. Ask again until it is there."""
        ended = self._child.ended()
        return understood(ended) if ended else None

    def give_up(self) -> None:
        """End it. Nothing is known then."""
        self._child.give_up()


def understood(ended: Ended) -> Outcome:
    """What a reader that has ended found out."""
    return _understood(ended.answer) or Outcome(ended.state or kinds.BROKEN)


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
