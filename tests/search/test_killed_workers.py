"""Workers are killed while they write, merge and rebuild the index: nothing is lost, nothing is there twice."""

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, select

from collab.activity import outbox
from collab.activity.outbox import Context
from collab.app import make_context
from collab.auth.models import Account
from collab.config import Settings
from collab.search import listeners, whoosh_index
from collab.search.question import plain
from collab.search.whoosh_index import CURRENT
from collab.search.whoosh_reader import Reader
from collab.worker import Worker
from collab.workspaces import access, entries
from collab.workspaces.models import Entry, Workspace
from tests.cast import World

#: So many are killed: KILLS=500 make test ARGS="-k killed_workers"
KILLS = int(os.environ.get("KILLS", "20"))
#: What Python tells of when it happens in the folder of the index: steps between which a worker may die.
STEPS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.listdir", "os.scandir", "fcntl.flock"}
#: A worker does not live longer; on a busy machine it may not have come far.
LONGEST = 30.0


@pytest.fixture
def database() -> str:
    """Beside PostgreSQL there is no index on the disk."""
    return "sqlite"


@dataclass
class Death:
    """How a worker is to end: at a step in the folder of the index, or after a while."""

    step: int = 0
    after: float = LONGEST
    seen: list[str] = field(default_factory=list)

    def lie_in_wait(self) -> None:
        """For the process that is to die."""
        left = self.step

        def look(event: str, values: tuple[object, ...]) -> None:
            nonlocal left
            if event in STEPS and "search" in str(values[0] if event != "fcntl.flock" else "search"):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        if self.step:
            sys.addaudithook(look)


def _work(settings: Settings, death: Death, work: Callable[[Context], object]) -> bool:
    """Work in a process of its own until all is done or it is dead; was it killed?"""
    child = _started(settings, death, work)
    started = time.monotonic()
    while time.monotonic() - started < death.after:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            assert status in (0, signal.SIGKILL), "it has ended by itself"
            return status == signal.SIGKILL
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _started(settings: Settings, death: Death, work: Callable[[Context], object]) -> int:
    child = os.fork()
    if child == 0:
        how = 1
        try:
            context = make_context(settings)
            death.lie_in_wait()
            work(context)
            how = 0
        finally:
            os._exit(how)
    return child


def _as_worker(context: Context) -> None:
    """What ``collab worker`` does, until there is nothing left to do."""
    worker = Worker(context)

    def beat() -> None:
        with context.read() as db:
            left = outbox.backlog(db)
        worker.running = bool(left["waiting"] or left["due"])

    worker.beat = beat  # type: ignore[method-assign]
    worker.run()


def _write(world: World, dice: random.Random, number: int, there: dict[int, str]) -> None:
    """New posts, other words for old ones, deletions."""
    for count in range(dice.randint(1, 4)):
        word = f"quokka{number}x{count}"
        there[world.post(word, "Wombats and bandicoots. " * dice.choice([1, 300])).id] = word
    for changed in dice.sample(sorted(there), min(len(there), 2)):
        with world.acting("author") as (db, viewer):
            entry = access.get(db, viewer, Entry, Entry.id == changed)
            if dice.random() < 0.3:
                entries.remove(db, viewer, entry)
                del there[changed]
            else:
                there[changed] = f"quokka{number}again{changed}"
                entries.revise(db, viewer, entry, there[changed], "Numbats.", base_version=entry.version)


@pytest.mark.timeout(120 + KILLS * 5)
def test_killed_workers_lose_and_double_nothing(world: World) -> None:
    seed = random.SystemRandom().randrange(10**6)
    dice, settings, there = random.Random(seed), world.context.settings, dict[int, str]()
    folder, reader, kills = settings.data_dir, Reader(settings.data_dir), Counter[str]()
    rounds = 0
    while sum(kills.values()) < KILLS:
        rounds += 1
        assert rounds < KILLS * 4, f"they live too long: {kills}"
        what = dice.choice(["follow", "follow", "make", "make again"])
        death = dice.choice([Death(step=dice.randint(1, 90)), Death(after=dice.uniform(0.02, 0.3))])
        if what != "make again":
            _write(world, dice, rounds, there)
        if what == "make":
            (folder / CURRENT).unlink(missing_ok=True)
        if _work(settings, death, listeners.reindex if what == "make again" else _as_worker):
            kills[f"{what}, {'at a step' if death.step else 'at a moment'}"] += 1
        if (folder / CURRENT).exists():
            assert whoosh_index.trouble(folder, closely=True) == "", (seed, rounds, what, death)
            reader.find(plain("wombat"))
    assert not _work(settings, Death(), _as_worker)
    print(seed, kills)

    _check(world.context, there)


def _check(context: Context, there: dict[int, str]) -> None:
    """Everything is found, once, and nothing else; nothing is left to do, and nothing lies around."""
    reader = Reader(context.data_dir)
    found = {number: reader.find(plain(word)) for number, word in there.items()}
    assert found == {number: [f"e{number}"] for number in there}
    everything = {*reader.find(plain("wombat"), 100_000), *reader.find(plain("numbat"), 100_000)}
    assert everything == {f"e{number}" for number in there}
    with context.read() as db:
        left = outbox.backlog(db)
        tables = (Account.id, Workspace.id)
        others = sum(db.scalar(select(func.count()).select_from(column.table)) or 0 for column in tables)
    assert (left["waiting"], left["due"], left["failed"]) == (0, 0, 0)
    held = sum(len(segment.things) - len(segment.gone) for segment in reader._fresh())
    assert held == len(there) + others
    listeners.ensure(context, closely=True)
    folder = whoosh_index.folder_in_use(context.data_dir)
    assert [path for path in context.data_dir.glob("search-*") if path != folder] == []
    assert folder is not None
    assert [
        path.name for path in Path(folder).iterdir() if path.suffix not in (".seg", ".toc", ".json", "")
    ] == []


def test_workers_and_a_rebuild_at_once_do_not_get_into_each_other_s_way(world: World) -> None:
    """... whoever is killed. One worker works; the other takes over when it has ended."""
    dice, settings, there = random.Random(1), world.context.settings, dict[int, str]()
    for number in range(4):
        _write(world, dice, number, there)
        jobs = [_as_worker, _as_worker, listeners.reindex]
        children = [_started(settings, Death(), job) for job in jobs]
        time.sleep(0.05)
        _write(world, dice, 100 + number, there)
        os.kill(children[dice.randrange(3)], signal.SIGKILL)
        endings = [os.waitpid(child, 0)[1] for child in children]
        assert Counter(endings)[0] >= 2, "whoever was not killed has done its work"
    assert not _work(settings, Death(), _as_worker)
    _check(world.context, there)
