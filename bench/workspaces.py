"""Workspaces at full size: does a page ask more, or take longer, because there is more elsewhere?

``python -m bench.workspaces`` makes two instances in temporary folders, a small one and one with
2,000 workspaces, 50,000 pages, 20,000 files and 50,000 tasks (``--sizes`` says others), straight into
the tables. In both, each workspace holds the same, and lists fill their pages. Each page is asked of
both in turns, and its median of CPU time and its SQL statements are printed side by side. Ends with 1
where a page needs more than a fifth more, or one statement more. Kinds that are not there are left out.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Connection, insert, text

from collab import clock
from collab.activity.models import Event
from collab.activity.outbox import Context
from collab.app import create_app, make_context
from collab.auth import sessions
from collab.auth.models import Account
from collab.auth.sessions import Browser, Proof
from collab.config import Settings
from collab.files.models import Attachment
from collab.pages.models import Page
from collab.shelf.models import DocumentVersion, Item
from collab.tasks.models import Task, TaskAssignee, TaskColumn
from collab.upgrade import upgrade
from collab.workspaces import kinds
from collab.workspaces.models import Entry, EntryAuthor, Membership, Workspace

FULL, SMALL = (2_000, 50_000, 20_000, 50_000), (100, 2_500, 1_000, 2_500)
PEOPLE, OWN, TIMES, MORE = 300, 8, 31, 1.2
BODY = "The crane rail is laid. " * 40
NOW = clock.now()
Rows = list[dict[str, Any]]


@dataclass
class Things:
    """Rows to be, by table, who belongs to which workspace, and the last number given to an entry."""

    members: dict[int, list[int]] = field(default_factory=dict)
    rows: dict[Any, Rows] = field(default_factory=dict)
    last: int = 0

    def add(self, model: Any, **values: Any) -> None:
        self.rows.setdefault(model.__table__, []).append(values)

    def entry(self, kind: str, number: int, place: int, address: str, **more: Any) -> int:
        """An entry that is out, with its author and the event that told of it."""
        self.last += 1
        at = NOW - timedelta(minutes=self.last * 7 % 500_000)
        author = 1 + self.last * 7919 % PEOPLE
        title = f"{kind.title()} {number}"
        self.add(
            Entry,
            id=self.last,
            public_id=f"{kind}{number:010}",
            kind=kind,
            workspace_id=place,
            address=address,
            title=title,
            body=BODY,
            html=f"<p>{BODY}</p>",
            text=BODY,
            letters=len(BODY),
            summary=BODY[:200],
            lang="en",
            author_id=author,
            created_at=at,
            updated_at=at,
            published_at=at,
            **more,
        )
        self.add(EntryAuthor, entry_id=self.last, account_id=author)
        self.add(
            Event,
            kind=f"{kind}.published",
            actor_id=author,
            workspace_id=place,
            entry_id=self.last,
            data={},
            at=at,
            dispatched_at=at,
        )
        return self.last

    def write(self, connection: Connection) -> None:
        """Put the rows into their tables, in the order in which those need each other."""
        for table in [table for table in Entry.metadata.sorted_tables if table in self.rows]:
            rows = self.rows.pop(table)
            for start in range(0, len(rows), 5_000):
                connection.execute(insert(table), rows[start : start + 5_000])


def slug_of(place: int) -> str:
    return f"place-{place}"


def _page(things: Things, number: int, place: int) -> None:
    slug = f"page-{number}"
    entry = things.entry("page", number, place, f"/w/{slug_of(place)}/pages/{slug}")
    things.add(Page, id=entry, place_id=place, slug=slug, path=slug, position=number)


def _document(things: Things, number: int, place: int) -> None:
    address = f"/w/{slug_of(place)}/files/document{number:010}"
    entry = things.entry("document", number, place, address)
    key = f"1 document {number:010}"
    media = {"size": 1000, "media_type": "text/plain"}
    things.add(Item, id=entry, place_id=place, sort_key=key, number=1, **media)
    file = {"name": f"Document {number}.txt", "sha256": f"{number:064x}", **media}
    things.add(Attachment, id=entry, workspace_id=place, entry_id=entry, author_id=1, created_at=NOW, **file)
    things.add(
        DocumentVersion,
        entry_id=entry,
        number=1,
        workspace_id=place,
        attachment_id=entry,
        author_id=1,
        created_at=NOW,
    )


def _task(things: Things, number: int, place: int) -> None:
    due = NOW.date() + timedelta(days=number % 60 - 10) if number % 2 else None
    done = NOW if number % 5 == 0 else None
    address = f"/w/{slug_of(place)}/tasks/task{number:010}"
    entry = things.entry("task", number, place, address, due_on=due, settled_at=done)
    column = place * 3 - (0 if done else 1 + number % 2)
    things.add(Task, id=entry, place_id=place, column_id=column, rank=f"{number:08}", touched_at=NOW)
    worker = things.members[place][number // 7 % len(things.members[place])]
    things.add(TaskAssignee, entry_id=entry, workspace_id=place, author_id=worker, responsible=True)


MAKERS: Sequence[tuple[str, Callable[[Things, int, int], None]]] = (
    ("page", _page),
    ("document", _document),
    ("task", _task),
)


def people(things: Things) -> None:
    for number in range(1, PEOPLE + 1):
        address = f"p{number}@x.example"
        things.add(
            Account,
            id=number,
            handle=f"p{number}",
            name=f"Person {number}",
            email=address,
            email_key=address,
            kind="employee",
            locale="en",
            seen_at=NOW,
            last_visit_at=NOW - timedelta(days=1),
            created_at=NOW - timedelta(days=400),
        )


def places(things: Things, first: int, count: int) -> None:
    """Workspaces with six members each; person 1 owns the first and belongs to some."""
    sections = [kind.section for kind in kinds.every() if kind.section]
    for place in range(first, first + count):
        things.add(
            Workspace,
            id=place,
            slug=slug_of(place),
            name=f"Place {place:05}",
            visibility="open" if place % 3 else "closed",
            joining="free" if place % 3 else "ask",
            sections=sections,
            created_at=NOW,
        )
        mine = [1] if place < first + OWN else []
        others = random.Random(place).sample(range(2, PEOPLE + 1), 5)
        things.members[place] = [*mine, *others]
        for n, person in enumerate(things.members[place]):
            role = "owner" if n == 0 else "contributor"
            things.add(Membership, workspace_id=place, account_id=person, role=role, created_at=NOW)
        for n, preset in enumerate(("todo", "doing", "done")):
            given = {"preset": preset, "position": n, "is_done": preset == "done"}
            things.add(TaskColumn, id=place * 3 - 2 + n, workspace_id=place, **given)


def fill(context: Context, sizes: Sequence[int]) -> int:
    """Write an instance of these sizes; answers the number of the first workspace."""
    number_of_places, *counts = sizes
    with context.write.begin() as db:
        connection = db.connection()
        first: int = connection.execute(text("SELECT max(id) FROM workspace")).scalar_one() + 1
        things = Things()
        people(things)
        places(things, first, number_of_places)
        things.write(connection)
        for (kind, make), count in zip(MAKERS, counts, strict=True):
            if kinds.named(kind) is None:
                continue
            for number in range(count):
                make(things, number, first + number % number_of_places)
            things.write(connection)
    return first


# Measuring -----------------------------------------------------------------------------------


@dataclass
class Instance:
    """An instance with somebody signed in, and what its pages took."""

    client: FlaskClient
    took: dict[str, list[float]] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)

    def ask(self, page: str) -> None:
        begun = time.process_time()
        answer = self.client.get(page)
        took = (time.process_time() - begun) * 1000
        if answer.status_code != 200:
            raise SystemExit(f"{page}: {answer.status_code}")
        self.took.setdefault(page, []).append(took)
        self.asked[page] = int(answer.headers["X-Collab-Statements"])

    def median(self, page: str) -> float:
        return statistics.median(self.took[page])


def instance(folder: Path, fill: Callable[[Context], int]) -> tuple[Instance, int]:
    """An instance in the folder with what ``fill`` writes into it, and what that answers."""
    context = make_context(Settings(data_dir=folder, demo=False, debug_statements=True))
    engine = context.write.kw["bind"]
    upgrade(engine)
    first = fill(context)
    with context.write.begin() as db:
        token, _number = sessions.start(db, 1, Proof(["pwd"]), Browser(), days=1)
    client = create_app(context).test_client()
    client.set_cookie("collab", token)
    return Instance(client), first


def pages(first: int) -> Iterator[str]:
    """The pages to ask: those of everybody, those of the first workspace, and one of each thing in it."""
    yield from ("/", "/stream", "/workspaces/", f"/workspaces/?q=place+{first:05}")  # one that both have
    here = f"/w/{slug_of(first)}"
    yield from (f"{here}/", f"{here}/stream", f"{here}/members", f"{here}/settings", f"{here}/pins")
    for kind in kinds.every():
        if kind.section:
            yield f"{here}/{kind.section}/"
    if kinds.named("page"):
        yield f"{here}/pages/page-0"
    if kinds.named("document"):
        yield f"{here}/files/document{0:010}"
    if kinds.named("task"):
        yield from (f"{here}/tasks/task{0:010}", "/tasks/")


def in_turns(few: Instance, many: Instance, asked: Sequence[str], times: int) -> None:
    """Ask both for each page, one after the other, so many times."""
    for _again in range(times):
        for page in asked:
            few.ask(page)
            many.ask(page)


def line(few: Instance, many: Instance, page: str) -> str:
    """What is printed of a page that both were asked for: times, their ratio, statements."""
    small, full = few.median(page), many.median(page)
    times = f"{small:6.1f} ms {full:6.1f} ms {full / small:6.2f}"
    return f"{times}  {few.asked[page]:4} {many.asked[page]:4}   {page}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, FULL)), help="workspaces,pages,files,tasks")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    share = sizes[0] / SMALL[0]
    small = [max(1, round(size / share)) for size in sizes]  # each workspace holds the same
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        (few, first), (many, _same) = (
            instance(Path(folder), partial(fill, sizes=those))
            for folder, those in ((one, small), (other, sizes))
        )
        asked = list(pages(first))
        in_turns(few, many, asked, TIMES)
    print(f"{'small':>9} {'full':>9} {'ratio':>6}  statements  page")
    worse = 0
    for page in asked:
        ratio = many.median(page) / few.median(page)
        more = ratio > MORE or many.asked[page] > few.asked[page]
        worse += more
        print(f"{line(few, many, page)}{'  <' if more else ''}")
    print(f"{len(asked)} pages, {worse} of them need more in a full instance")
    sys.exit(1 if worse else 0)


if __name__ == "__main__":
    main()
