"""How fast texts get into the index, how soon a new one is found, and what a web process keeps."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from bench.client import load
from bench.search.meter import Meter, Timings
from bench.search.rivals import Rival
from bench.search.texts import Text
from bench.search.world import ALL, World
from bench.server import ROOT, cpu_of, serve
from collab.blog import services as blog
from collab.search.listeners import reindex
from collab.search.question import plain

#: So many posts are published, one after the other, and so long is waited for each.
POSTS, WITHIN = 8, 30.0
LOOK_AGAIN = 0.02


@dataclass(frozen=True)
class Speed:
    """What a second of CPU time puts into an index."""

    documents: float
    megabytes: float


def indexing(world: World, rivals: Sequence[Rival], texts: Sequence[Text]) -> dict[str, Speed]:
    """Index the same texts everywhere; ``collab`` reads them from its database, as ``collab reindex`` does."""
    meter = Meter(world.context.read.kw["bind"])
    size = sum(len(text.title) + len(text.text) for text in texts) / 1e6

    def taken(work: Callable[[], object]) -> Speed:
        seconds = meter.time(work) / 1000
        return Speed(len(texts) / seconds, size / seconds)

    found = {"collab": taken(lambda: reindex(world.context))}
    for rival in rivals:
        found[rival.name] = taken(partial(rival.fill, texts))
    return found


@dataclass(frozen=True)
class Visible:
    """From publishing to being found: milliseconds that pass, and of CPU that the worker uses for each."""

    passed: Timings
    cpu: float


def visible(world: World) -> Visible:
    """Publish posts while a worker runs, and look for each until it is found."""
    passed = Timings()
    with _worker(world) as pid:
        _published(world, "warmup")
        begun = cpu_of(pid)
        for number in range(POSTS):
            passed.each.append(_published(world, f"zqx{number}visible"))
        used = (cpu_of(pid) - begun) / POSTS * 1000
    return Visible(passed, used)


def _published(world: World, word: str) -> float:
    with world.looking("author-1") as (_, viewer), world.context.write.begin() as db:
        db.info["viewer"] = viewer
        blog.publish(db, viewer, blog.draft(db, viewer, word, f"Nobody else says {word}.", []))
    begun = time.monotonic()
    while time.monotonic() - begun < WITHIN:
        with world.looking(ALL) as (db, _):
            if world.engine.find(db, plain(word), 1):
                return (time.monotonic() - begun) * 1000
        time.sleep(LOOK_AGAIN)
    raise RuntimeError(f"A post was not found within {WITHIN:.0f} seconds")


@contextlib.contextmanager
def _worker(world: World) -> Iterator[int]:
    command = [sys.executable, "-m", "collab", "worker"]
    process = subprocess.Popen(command, env={**os.environ, **_settings(world)}, cwd=ROOT)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def memory(world: World, question: str) -> tuple[int, int]:
    """Bytes of a web process that shows its first pages, and of the same after its first search."""
    cookie = world.token(ALL)
    with serve("collab.server:application", _settings(world)) as server:
        _ask(server.port, "/blog/", cookie)
        before = server.memory()
        _ask(server.port, f"/search?q={question}", cookie)
        return before, server.memory()


def _ask(port: int, path: str, cookie: str) -> None:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Accept: text/html",
        f"Cookie: collab={cookie}",
    ]
    load(port, "\r\n".join([*lines, "", ""]).encode(), 1, 30.0, 1)


def _settings(world: World) -> dict[str, str]:
    settings = world.context.settings
    return {
        "COLLAB_DATA_DIR": str(settings.data_dir.resolve()),
        "COLLAB_DATABASE_URL": settings.database_url,
        "COLLAB_DEMO": "0",
    }
