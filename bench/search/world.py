"""A Collab full of texts: 2,000 closed workspaces, people who write, and two who look for things."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from bench.search.meter import settle
from bench.search.texts import Text
from collab import clock
from collab.activity.outbox import Context
from collab.app import create_app, make_context
from collab.auth import services as accounts
from collab.auth import sessions
from collab.auth.models import Account
from collab.auth.sessions import Browser, Proof
from collab.blog.models import Post
from collab.config import Settings
from collab.db import Base, new_public_id
from collab.search import views
from collab.search.engine import Engine
from collab.tags.models import EntryTag
from collab.upgrade import upgrade
from collab.viewer import ANONYMOUS, Viewer
from collab.workspaces.models import Entry, Membership, Workspace
from collab.workspaces.net import as_system

WORKSPACES, AUTHORS, BATCH = 2000, 50, 500
#: Where who belongs to five workspaces belongs: to large ones and small ones.
FIVE = (3, 40, 200, 700, 1500)
TAGS = tuple(f"Tag {number}" for number in range(60))
#: Names of the two readers.
FEW, ALL = "few", "all"


@dataclass
class World:
    """A Collab that was filled."""

    context: Context
    app: Flask

    @classmethod
    def made(cls, folder: Path, database_url: str = "", workspaces: int = WORKSPACES) -> "World":
        """One without texts, in a folder and a database that are empty."""
        context = make_context(Settings(data_dir=folder, database_url=database_url, demo=False))
        upgrade(context.write.kw["bind"])
        with context.write.begin() as db:
            for name in (FEW, ALL, *(f"author-{number}" for number in range(AUTHORS))):
                accounts.create_account(db, ANONYMOUS, name=name.title(), email=f"{name}@example.com")
        _make_workspaces(context, workspaces)
        return cls(context, create_app(context))

    @property
    def engine(self) -> Engine:
        """What answers this Collab's questions; kept, as a web process keeps it."""
        with self.app.app_context():
            return views.engine()

    def places(self) -> dict[int, int]:
        """For each post's number in the database, its number among the texts that were put in."""
        with self.context.read() as db:
            rows = as_system(db, "bench").execute(select(Post.id, Post.slug))
            return {number: int(slug.removeprefix("post-")) for number, slug in rows}

    def account(self, name: str) -> int:
        """The number of somebody's account."""
        with self.context.read() as db:
            return db.scalars(select(Account.id).where(Account.email_key == f"{name}@example.com")).one()

    @contextmanager
    def looking(self, name: str) -> Iterator[tuple[Session, Viewer]]:
        """A session of somebody's that cannot write."""
        with self.context.read() as db:
            viewer = accounts.viewer_of(db, self.account(name))
            db.info["viewer"] = viewer
            yield db, viewer

    def token(self, name: str) -> str:
        """What the cookie says of a browser in which somebody is signed in."""
        with self.context.write.begin() as db:
            token, _ = sessions.start(db, self.account(name), Proof(["pwd"]), Browser(), days=7)
        return token

    def browser(self, name: str) -> FlaskClient:
        """Such a browser, inside this process."""
        client = self.app.test_client()
        client.set_cookie("collab", self.token(name))
        return client

    def fill(self, texts: Iterable[Text], *, tagged: bool = True) -> None:
        """Put texts in as posts, and let nobody know yet. ``tagged``: with up to three tags each."""
        with self.context.read() as db:
            places = list(db.scalars(select(Workspace.id).where(Workspace.slug.like("place-%"))))
            authors = list(db.scalars(select(Account.id).where(Account.handle.like("author%"))))
        every, number = iter(texts), 0
        while batch := list(islice(every, BATCH)):
            rows = [_row(number + at, text, places, authors) for at, text in enumerate(batch)]
            if not tagged:
                rows = [row | {"tags": []} for row in rows]
            number += len(rows)
            with self.context.write.begin() as db:
                _insert(as_system(db, "bench"), rows)
        settle(self.context.write.kw["bind"])


def author_of(number: int) -> int:
    """Which of the authors wrote the text of this number."""
    return random.Random(f"author {number}").randrange(AUTHORS)


def _make_workspaces(context: Context, count: int) -> None:
    now = clock.now()
    with context.write.begin() as db:
        db.execute(
            insert(Workspace),
            [
                {"slug": f"place-{at}", "name": f"Place {at}", "visibility": "closed", "created_at": now}
                for at in range(count)
            ],
        )
        ids = dict(db.execute(select(Workspace.slug, Workspace.id)).all())
        who = dict(db.execute(select(Account.email_key, Account.id)).all())
        belongs = {FEW: [at for at in FIVE if at < count], ALL: list(range(count))}
        db.execute(
            insert(Membership),
            [
                {
                    "workspace_id": ids[f"place-{at}"],
                    "account_id": who[f"{name}@example.com"],
                    "role": "reader",
                    "created_at": now,
                }
                for name, places in belongs.items()
                for at in places
            ],
        )


def _row(number: int, text: Text, places: Sequence[int], authors: Sequence[int]) -> dict[str, Any]:
    """A post as rows have it. Its HTML is none that is shown: only its size matters here."""
    chance = random.Random(f"place {number}")
    now = clock.now() - timedelta(hours=number % 20_000)
    place = places[int(chance.random() ** 2 * len(places))]  # some workspaces are larger than others
    return {
        "kind": "post",
        "public_id": new_public_id(),
        "slug": f"post-{number}",
        "address": f"/blog/post-{number}",
        "workspace_id": place,
        "title": text.title,
        "body": text.text,
        "html": text.text,
        "text": text.text,
        "letters": len(text.text),
        "summary": text.text[:200],
        "lang": text.lang,
        "author_id": authors[author_of(number)],
        "created_at": now,
        "updated_at": now,
        "published_at": now,
        "tags": chance.sample(TAGS, chance.randint(0, 3)),
    }


def _table(model: type[Base]) -> Table:
    tables: Mapping[str, Table] = model.metadata.tables
    return tables[model.__tablename__]


def _insert(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    entry, post, tag = (_table(model) for model in (Entry, Post, EntryTag))
    columns = [column.name for column in entry.c if column.name in rows[0]]
    db.execute(insert(entry), [{name: row[name] for name in columns} for row in rows])
    known = select(entry.c.public_id, entry.c.id).where(
        entry.c.public_id.in_([row["public_id"] for row in rows])
    )
    ids = dict(db.execute(known).all())
    db.execute(insert(post), [{"id": ids[row["public_id"]], "slug": row["slug"]} for row in rows])
    tags = [
        {
            "entry_id": ids[row["public_id"]],
            "workspace_id": row["workspace_id"],
            "key": name.lower(),
            "name": name,
            "position": at,
        }
        for row in rows
        for at, name in enumerate(row["tags"])
    ]
    if tags:
        db.execute(insert(tag), tags)
