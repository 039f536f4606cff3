"""Starts an application under Granian, one worker with one blocking thread, and weighs it."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
READY_WITHIN = 60.0
OPTIONS = ("--interface=wsgi", "--factory", "--workers=1", "--blocking-threads=1", "--no-ws", "--http=1")


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, and the process that Granian's master is."""

    port: int
    pid: int

    def cpu(self) -> float:
        """CPU seconds, user and system, that all its processes have used so far."""
        return sum(cpu_of(pid) for pid in _family(self.pid))

    def memory(self) -> int:
        """Resident bytes of the largest of its processes, the worker."""
        return max(_memory(pid) for pid in _family(self.pid))


@contextlib.contextmanager
def serve(factory: str, settings: Mapping[str, str]) -> Iterator[Server]:
    """Serve ``module:factory`` on a free port of the loopback; ``settings`` are added to the environment.

    Raises RuntimeError with what the server printed when it does not answer.
    """
    port = _free_port()
    command = [sys.executable, "-m", "granian", *OPTIONS, "--host=127.0.0.1", f"--port={port}", factory]
    own = {"COLLAB_BASE_URL": f"http://127.0.0.1:{port}", "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, env={**os.environ, **own, **settings}, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            if not _answers(port, process):
                output.seek(0)
                raise RuntimeError(f"{factory} does not answer:\n{output.read().decode(errors='replace')}")
            yield Server(port, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _answers(port: int, process: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=READY_WITHIN) as probe:
                # Granian's socket is open before the worker is: only an answer says that it runs.
                probe.sendall(b"HEAD /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                if probe.recv(1):
                    return True
        except OSError:
            pass
        time.sleep(0.05)
    return False


def _family(pid: int) -> list[int]:
    """Return the process and everything it started, as far as it is still there."""
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found.extend(int(child) for child in children.read_text().split())
    return found


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process: from the scheduler in nanoseconds, else from stat in ticks."""
    try:
        tasks = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
        if tasks:
            return sum(int(task[0]) for task in tasks) / 1e9
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Rss:")), 0)
