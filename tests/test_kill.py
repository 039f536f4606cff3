"""Killing any process at any moment loses nothing that was acknowledged, and doubles nothing."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from collab.activity import outbox
from collab.app import make_context
from collab.auth import services as accounts
from collab.auth.models import Account
from collab.blog.models import Post
from collab.comments.models import Comment
from collab.config import Settings
from collab.search.question import plain
from collab.search.whoosh_reader import Reader
from collab.workspaces.models import EntryAuthor
from collab.workspaces.net import as_system
from tests.browser.server import prepare
from tests.cast import World

#: So many are killed: KILLS=100 make test ARGS="-k killing_any"
KILLS = int(os.environ.get("KILLS", "7"))
ENOUGH = 20  # acknowledged pieces of writing
LONGEST = max(25.0, KILLS * 3.0)  # seconds of killing, however slow the machine is
EMAIL = "author@example.com"


@dataclass
class House:
    """A running Collab of real processes."""

    folder: Path
    port: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    token: str = ""

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COLLAB_")}
        ours = {"DATA_DIR": str(self.folder), "PORT": str(self.port), "WORKERS": "1", "DEMO": "0"}
        return kept | {f"COLLAB_{name}": value for name, value in ours.items()}

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "collab", name],
                env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def kill(self, name: str) -> None:
        """As the kernel does when memory runs out: no warning, the whole group."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait(10)

    def ask(self, method: str, path: str, body: object = None, key: str = "") -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text.startswith(b"{") else None
        finally:
            connection.close()

    def wait_until_ready(self) -> None:
        """Half a minute is enough, whatever else the machine does."""
        started = time.monotonic()
        while time.monotonic() - started < 30:
            try:
                if self.ask("GET", "/healthz")[0] == 200:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
        raise AssertionError((self.folder / "serve.log").read_text()[-3000:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _token(world: World) -> str:
    """Of the author, for programs."""
    with world.context.write.begin() as db:
        author = db.scalars(select(Account).where(Account.email_key == EMAIL)).one()
        return accounts.create_token(
            db, accounts.viewer_of(db, author.id), author, "tests", ["read", "write"]
        )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, _free_port())
    made.token = _token(prepare(tmp_path))
    for name in ("serve", "worker"):
        made.start(name)
    made.wait_until_ready()
    yield made
    for name in made.processes:
        made.kill(name)


class Writer(threading.Thread):
    """Writes posts and comments one after the other; what was not answered is sent again as it was."""

    def __init__(self, house: House, number: int, post: str) -> None:
        super().__init__(daemon=True)
        self.house, self.number, self.post = house, number, post
        self.running, self.tried, self.acknowledged = True, set[str](), set[str]()
        self.refused: list[Any] = []

    def run(self) -> None:
        for count in range(100_000):
            if not self.running:
                return
            word = f"quokka{self.number}x{count}"
            path = "/api/v1/posts" if count % 2 else f"/api/v1/entries/{self.post}/comments"
            body = {"title": word, "body": "Words."} if count % 2 else {"body": word}
            self._write(word, path, body)

    def _write(self, word: str, path: str, body: dict[str, str]) -> None:
        self.tried.add(word)
        while self.running:
            try:
                status, answer = self.house.ask("POST", path, body, key=word)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)  # nobody is there, or nobody answered: the same again
                continue
            if status == 201:
                self.acknowledged.add(word)
            else:
                self.refused.append((status, answer))
            return


def _kill_and_write(house: House, post: str) -> list[Writer]:
    writers = [Writer(house, number, post) for number in range(2)]
    for writer in writers:
        writer.start()
    dice, started = random.Random(), time.monotonic()
    for _ in range(KILLS):
        if time.monotonic() - started > LONGEST:
            break
        time.sleep(dice.uniform(0.05, 0.8))
        name = dice.choice(["serve", "worker", "worker"])
        house.kill(name)
        house.start(name)
        if name == "serve":
            house.wait_until_ready()
    while sum(len(writer.acknowledged) for writer in writers) <= ENOUGH and time.monotonic() - started < 90:
        time.sleep(0.05)  # a busy machine: what was killed comes back all the same
    for writer in writers:
        writer.running = False
    for writer in writers:
        writer.join(20)
    return writers


def _wait_until_done(house: House) -> None:
    context = make_context(Settings(data_dir=house.folder))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with context.read() as db:
            left = outbox.backlog(db)
        if not left["waiting"] and not left["due"]:
            assert left["failed"] == 0
            return
        time.sleep(0.2)
    raise AssertionError((house.folder / "worker.log").read_text()[-3000:])


@pytest.mark.timeout(200 + KILLS * 3)
def test_killing_any_process_loses_and_doubles_nothing(house: House) -> None:
    status, answer = house.ask("POST", "/api/v1/posts", {"title": "First", "body": "B"})
    assert status == 201
    assert house.ask("POST", f"/api/v1/posts/{answer['id']}/publication", {})[0] in (200, 201)

    writers = _kill_and_write(house, answer["id"])
    _wait_until_done(house)

    tried = set().union(*(writer.tried for writer in writers))
    acknowledged = set().union(*(writer.acknowledged for writer in writers))
    assert [writer.refused for writer in writers] == [[], []]
    assert len(acknowledged) > ENOUGH
    there = _written(house)
    assert acknowledged <= there.keys()
    assert there.keys() <= tried, "more than was asked for"
    assert max(there.values()) == 1, "twice"

    told = [
        word for word in there if int(word.rpartition("x")[2]) % 2 == 0
    ]  # comments; drafts are nobody's to find
    _check_index(house, told)


def _written(house: House) -> Counter[str]:
    context = make_context(Settings(data_dir=house.folder))
    with context.read() as db:
        as_system(db, "tests")
        words = Counter(
            [*db.scalars(select(Post.title).where(Post.title != "First")), *db.scalars(select(Comment.body))]
        )
        unsigned = select(Post.id).where(Post.id.not_in(select(EntryAuthor.entry_id)))
        assert db.scalars(unsigned).all() == [], "half a post"
        assert db.scalar(select(func.count()).select_from(Post).where(Post.html == "")) == 0
    return words


def _check_index(house: House, words: Any) -> None:
    """Everything that is there is found, and once."""
    reader = Reader(house.folder)
    found = {word: reader.find(plain(word)) for word in words}
    assert {word: keys for word, keys in found.items() if len(keys) != 1} == {}


def test_web_processes_end_when_nobody_looks_after_them(house: House) -> None:
    """Left alone they would go on serving, with old code, where a new Collab cannot start."""
    parent = house.processes["serve"]
    parent.kill()
    parent.wait(10)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            house.ask("GET", "/healthz")
        except (OSError, http.client.HTTPException):
            return
        time.sleep(0.1)
    raise AssertionError("they are still serving")
