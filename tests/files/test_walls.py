"""What programs of others can do to a computer while they look at a stranger's file: nothing."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collab.files.preview import walls
from collab.files.reading.process import PATIENCE, ROOT, Child, Ended, python

pytestmark = pytest.mark.skipif(not walls.are_there(), reason="this system has no Landlock")
Wall = Callable[..., Ended]

#: Tries something, and says what came of it. It stands for a program that a file has taken hold of.
TRY = """
import os, socket, subprocess, sys, threading
def told(name, act):
    try: act()
    except OSError as error: print(name, type(error).__name__, flush=True)
    else: print(name, "DONE", flush=True)
def connect(kind, address):
    with socket.socket(kind, socket.SOCK_STREAM) as made: made.connect(address)
def thread():
    begun = threading.Thread(target=int); begun.start(); begun.join()
secret, outside, port, unix, parent = sys.argv[1:]
told("own", lambda: open("own", "w").write("words"))
told("thread", thread)
told("secret", lambda: open(secret).read())
told("passwd", lambda: open("/etc/passwd").read())
told("environment", lambda: open(f"/proc/{parent}/environ").read())
told("list", lambda: os.listdir(os.path.dirname(secret)))
told("write", lambda: open(outside, "w"))
told("remove", lambda: os.remove(secret))
told("link", lambda: os.symlink(secret, "link"))
told("fork", os.fork)
told("run", lambda: subprocess.run(["/bin/sh", "-c", "true"]))
told("become", lambda: os.execv("/bin/sh", ["sh", "-c", "echo DONE"]))
told("network", lambda: connect(socket.AF_INET, ("127.0.0.1", int(port))))
told("ask", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
told("six", lambda: socket.socket(socket.AF_INET6))
told("socket", lambda: connect(socket.AF_UNIX, unix))
told("kill", lambda: os.kill(int(parent), 0))
told("leave", os.setsid)
print(sorted(os.environ))
"""
#: Only its own folder, and threads.
MAY = {"own", "thread"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    return made


@pytest.fixture
def walled(folder: Path) -> Wall:
    """Runs Python code between the walls."""

    def run(code: str, *arguments: object, seconds: int = 10, memory: int = 512) -> Ended:
        program = str(Path(sys.executable).resolve())
        inside = [program, "-I", "-c", code, *map(str, arguments)]
        module = "collab.files.preview.walls"
        command = python(module, seconds, memory, folder, sys.base_prefix, "--", *inside)
        child = Child(command, seconds=seconds, folder=folder)
        while (ended := child.ended()) is None:
            time.sleep(0.01)
        return ended

    return run


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A server on this computer, and one behind a local socket."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        path = Path(os.path.relpath(tmp_path / "local"))
        local.bind(str(path) if len(str(path)) < 100 else f"/tmp/collab-{os.getpid()}")
        local.listen()
        yield server.getsockname()[1], Path(local.getsockname()).resolve()
        Path(local.getsockname()).unlink()


def test_a_captured_program_can_reach_nothing(
    walled: Wall, tmp_path: Path, listening: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLLAB_SECRET_KEY", "a secret")
    secret = tmp_path / "secret_key"
    secret.write_text("a secret")
    ended = walled(TRY, secret, tmp_path / "outside", *listening, os.getpid())

    said = dict(line.split() for line in ended.answer.decode().splitlines()[:-1])
    assert ended.state == "", ended.complaint
    assert {name for name, came in said.items() if came == "DONE"} == MAY
    assert len(said) == 18
    assert secret.read_text() == "a secret"
    assert "COLLAB" not in ended.answer.decode().splitlines()[-1]


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("import time; time.sleep(60)", "too_slow"),
        ("import signal\nfor n in (1, 2, 3, 15, 24): signal.signal(n, signal.SIG_IGN)\nwhile True: pass", "too_slow"),
        ("bytearray(600 << 20)", "broken"),
        ("open('large', 'wb').write(bytes(130 << 20))", "broken"),
        ("for n in range(3000): open(str(n), 'w')\nimport time; time.sleep(60)", "too_large"),
        ("for n in range(300): open(str(n % 3), 'ab').write(bytes(1 << 20))\nimport time; time.sleep(60)", "too_large"),
        ("files = [open(f'f{n}', 'w') for n in range(300)]", "broken"),
    ],
)  # fmt: skip
def test_every_limit_holds(walled: Wall, code: str, state: str) -> None:
    began = time.monotonic()
    assert walled(code, seconds=1, memory=256).state == state
    assert time.monotonic() - began < 1 + PATIENCE + 3


def test_it_ends_with_who_started_it(folder: Path) -> None:
    """The worker may be killed at any moment."""
    inside = [
        str(Path(sys.executable).resolve()),
        "-I",
        "-c",
        "import time; print(1, flush=True); time.sleep(60)",
    ]
    command = python("collab.files.preview.walls", 60, 256, folder, sys.base_prefix, "--", *inside)
    starts = f"import subprocess, time; subprocess.Popen({command!r}); time.sleep(60)"
    around = {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", starts], stdout=subprocess.PIPE, env=around) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"1\n"
        parent.kill()

        began = time.monotonic()
        assert parent.stdout.read() == b""  # nobody holds the other end any more
    assert time.monotonic() - began < 5
