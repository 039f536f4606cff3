"""A reader that does whatever its file tells it to, as a broken or captured parser would: for the limits."""

import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from collab.files.reading import program
from collab.files.reading.collected import Collected


def read(file: BinaryIO, found: Collected) -> None:
    for order in file.read().decode().split():
        ACTS[order](found)


def _loop(_found: Collected) -> None:
    while True:
        pass


def _loop_stubbornly(_found: Collected) -> None:
    while True:
        with suppress(BaseException):
            _loop(_found)


def _sleep_stubbornly(_found: Collected) -> None:
    while True:
        with suppress(BaseException):
            time.sleep(60)


def _be_deaf(found: Collected) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    _sleep_stubbornly(found)


def _hog(_found: Collected) -> None:
    held = []
    while True:
        held.append(bytearray(1 << 20))


def _shout(_found: Collected) -> None:
    with suppress(OSError):
        while True:
            os.write(1, b"x" * (1 << 20))


def _try(act: str, found: Collected) -> None:
    acts = {
        "open": lambda: Path("/etc/passwd").read_bytes(),
        "write": lambda: Path("/tmp/was-here").write_bytes(b"x"),
        "connect": lambda: socket.create_connection(("127.0.0.1", 80), 1),
        "fork": lambda: os._exit(0) if os.fork() == 0 else None,
    }
    try:
        acts[act]()
    except OSError:
        found.add(f"{act}: refused\n")
    else:
        found.add(f"{act}: done\n")


ACTS = {
    "say": lambda found: found.add("something"),
    "say-much": lambda found: found.add("much " * 100_000),
    "loop": _loop,
    "loop-stubbornly": _loop_stubbornly,
    "sleep-stubbornly": _sleep_stubbornly,
    "be-deaf": _be_deaf,
    "hog": _hog,
    "shout": _shout,
    "die": lambda _found: os.abort(),
    "lie": lambda _found: os.write(1, b'{"state": "text", "text": 7, "cut": false}') and os._exit(0),
    "open": lambda found: _try("open", found),
    "write": lambda found: _try("write", found),
    "connect": lambda found: _try("connect", found),
    "fork": lambda found: _try("fork", found),
    "surroundings": lambda found: found.add(" ".join(sorted(os.environ))),
}

if __name__ == "__main__":
    program.run(read)
