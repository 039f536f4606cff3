"""What each reader is as a program of its own: it finds the words of one file within narrow limits.

``python -m collab.files.reading.READER SECONDS MEGABYTES`` reads the file from its standard input and
answers with JSON: ``{"state", "text"}`` (see ``kinds``).
Whatever a hostile file does to a parser, it does to this process, which knows no secret, holds no
session, can open no other file and no connection, and ends soon.
"""

import codecs
import contextlib
import itertools
import json
import os
import resource
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from collab.files.reading import kinds
from collab.files.reading.collected import Collected, Enough, Unreadable

MEGABYTE = 1 << 20
OUTPUT = 8 * MEGABYTE
#: What texts, names in zip files and fonts in PDFs are in.
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
OLD_ENCODINGS = ("ascii", "latin-1", "charmap", "cp437", "cp1252", "mac-roman")
#: Megabytes to say with what was found when there was no more memory; seconds for the same, and how often
#: in them a parser is told that the time is over.
TO_ANSWER, GRACE, RINGS = 128, 2, 4

Read = Callable[[BinaryIO, Collected], None]


class OutOfTime(BaseException):
    """The time is over; nothing that a parser catches."""


_rung = itertools.count(1)


def _late(_signal: int, _frame: object) -> None:
    if next(_rung) == RINGS:  # nobody heeds it: the next one ends the program
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    raise OutOfTime


def give_way(memory: int, output: int = OUTPUT) -> None:
    """Before anything else: little memory, no hurry, and the first to go if the computer has none left."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory * MEGABYTE, (memory + TO_ANSWER) * MEGABYTE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    os.nice(10)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def bring_in() -> None:
    """Get what would be looked for on the way, when nothing can be opened any more."""
    for encoding in (*ENCODINGS, *OLD_ENCODINGS):
        codecs.lookup(encoding)
    warnings.simplefilter("ignore")  # to show the line it is about, a file would be opened


def shut(seconds: int) -> None:
    """Once everything is there: no further file, connection or process, and an end in time."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + GRACE, seconds + GRACE + 1))
    signal.signal(signal.SIGALRM, _late)
    signal.setitimer(signal.ITIMER_REAL, seconds, GRACE / RINGS)


def find(read: Read, file: BinaryIO, found: Collected) -> dict[str, str]:
    """The answer, whatever happens. What was found before it happened is worth keeping, if the file is honest."""
    state, whole = kinds.EMPTY, False
    try:
        read(file, found)
        whole = True
    except Enough:
        pass
    except Unreadable as error:
        return {"state": error.state, "text": ""}
    except OutOfTime:
        state = kinds.TOO_SLOW
    except MemoryError:
        state = kinds.TOO_LARGE
    except Exception:  # whatever the parser raises, the file cannot be read
        state = kinds.BROKEN
    signal.setitimer(signal.ITIMER_REAL, 0)
    resource.setrlimit(resource.RLIMIT_AS, (resource.getrlimit(resource.RLIMIT_AS)[1],) * 2)
    text = found.text()
    if text:
        state = kinds.TEXT if whole else kinds.BEGINNING
    return {"state": state, "text": text}


def run(read: Read, found: Collected | None = None) -> None:
    """Be the program, with ``found`` as its basket: everything that ``read`` needs has been imported."""
    seconds, memory = map(int, sys.argv[1:])
    give_way(memory)
    bring_in()
    shut(seconds)
    sys.stdout.write(json.dumps(find(read, sys.stdin.buffer, found or Collected())))
