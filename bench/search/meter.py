"""CPU time, which does not depend on what else the machine does, and what is said of many of them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event, text

from bench.server import cpu_of


class Meter:
    """CPU seconds of this process, and of those processes of PostgreSQL that work for it.

    Work that PostgreSQL does in processes that come and go (parallel workers) would be missed: the
    sessions measured here have none.
    """

    def __init__(self, engine: Engine) -> None:
        self._backends: set[int] = set()
        if engine.dialect.name == "postgresql":
            event.listen(engine, "connect", self._follow)
            engine.dispose()

    def _follow(self, connection: Any, _record: Any) -> None:
        connection.autocommit, kept = True, connection.autocommit
        connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.autocommit = kept
        self._backends.add(connection.info.backend_pid)

    def seconds(self) -> float:
        """All of it until now."""
        return time.process_time() + sum(map(cpu_of, self._backends))

    def time(self, work: Callable[[], object]) -> float:
        """The milliseconds of CPU that something takes."""
        begun = self.seconds()
        work()
        return (self.seconds() - begun) * 1000


@dataclass
class Timings:
    """Milliseconds, one for each time that something was done."""

    each: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        """Half took no longer."""
        return percentile(self.each, 0.50)

    @property
    def p99(self) -> float:
        """One in a hundred took longer."""
        return percentile(self.each, 0.99)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that ``share`` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = -(-len(ordered) * share // 1)
    return ordered[max(0, int(rank) - 1)]


def ratio(value: float | None, base: float | None) -> float | None:
    """How many times the base the value is; None where either is not known."""
    return value / base if value is not None and base else None


def is_postgresql(engine: Engine) -> bool:
    """Is the database PostgreSQL?"""
    return engine.dialect.name == "postgresql"


def settle(engine: Engine) -> None:
    """Let the database know how much there is, as it finds out by itself sooner or later."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if is_postgresql(engine) else "ANALYZE"))
