"""Measures how many posts one client creates through the API, one after the other, each synced to disk.

    python -m bench.create --data var --email ada@example.org --seconds 5

The posts stay: use a copy of a data folder. Beside it stands what the same disk does with a bare
INSERT and commit in SQLite, each synced as Collab's are, in the same run.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

from bench.server import serve

BODY = "Two sentences with **some** words. A [link](/blog/), and the second sentence.\n\n" * 5


def main() -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.create", description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="data folder, to be written to")
    parser.add_argument("--email", required=True, help="whose posts they will be")
    parser.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    settings = {"COLLAB_DATA_DIR": str(options.data.resolve()), "COLLAB_DEMO": "0"}
    try:
        token = _token(options.email, settings)
        with serve("collab.server:application", settings) as server:
            bare = _bare(options.data, options.seconds / 2)
            before, started = server.cpu(), time.monotonic()
            count = _create(server.port, token, options.seconds)
            rate = count / (time.monotonic() - started)
            used = (server.cpu() - before) / count * 1000
    except (RuntimeError, OSError, subprocess.CalledProcessError) as problem:
        print(f"bench.create: {problem}", file=sys.stderr)
        return 1
    print(f"{count} posts, {rate:.0f}/s, {used:.2f} ms CPU each")
    print(f"bare commits {bare:.0f}/s: {bare / rate:.1f} for each post")
    return 0


def _token(email: str, settings: dict[str, str]) -> str:
    command = [sys.executable, "-m", "collab", "token", "create", "--email", email, "--name", "bench"]
    scopes = ["--scope", "read", "--scope", "write"]
    done = subprocess.run(
        [*command, *scopes], env={**os.environ, **settings}, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def _create(port: int, token: str, seconds: float) -> int:
    connection = HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    until, count = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        post = {"title": f"Post {count} of {time.time():.0f}", "body": BODY, "tags": ["bench"]}
        connection.request("POST", "/api/v1/posts", json.dumps(post), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"{answer.status} {text.decode()[:300]}")
        count += 1
    return count


def _bare(folder: Path, seconds: float) -> float:
    path = folder / "bench-create.db"
    try:
        with sqlite3.connect(path, isolation_level=None) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("CREATE TABLE post (body TEXT)")
            until, count, started = time.monotonic() + seconds, 0, time.monotonic()
            while time.monotonic() < until:
                connection.execute("INSERT INTO post VALUES (?)", (BODY,))
                count += 1
            rate = count / (time.monotonic() - started)
        connection.close()
        return rate
    finally:
        for left in folder.glob("bench-create.db*"):
            left.unlink()


if __name__ == "__main__":
    raise SystemExit(main())
