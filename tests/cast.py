"""The people of the tests, and ways to make a world in a line."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from collab import clock
from collab.activity import outbox
from collab.activity.outbox import Context
from collab.auth import services as accounts
from collab.auth import sessions
from collab.auth.models import Account, Firm
from collab.auth.sessions import Browser, Proof
from collab.blog import services as blog
from collab.blog.models import Post
from collab.comments import services as comments
from collab.comments.models import Comment
from collab.db import new_public_id
from collab.files.reading.services import Reader
from collab.pages import services as pages
from collab.pages.models import Page
from collab.search import views as search
from collab.search.engine import Engine
from collab.viewer import ANONYMOUS, Viewer
from collab.worker import LISTENERS
from collab.workspaces import access, entries
from collab.workspaces.models import BLOG, Entry, Membership, Workspace

#: name -> (kind, firm, administrator)
CAST: dict[str, tuple[str, str | None, bool]] = {
    "author": ("employee", None, False),
    "member": ("employee", None, False),
    "colleague": ("employee", None, False),
    "admin": ("employee", None, True),
    "guest": ("guest", "Muster GmbH", False),
    "rival": ("guest", "Rivale AG", False),
}
STRANGER = "stranger"  # not signed in
LINKED = "linked"  # not signed in either, but come by a link
PASSWORD = "correct horse battery"


def hire(db: Session) -> None:
    """Put the cast and the company blog into an empty database."""
    firms = {}
    for name, (kind, firm, is_admin) in CAST.items():
        if firm and firm not in firms:
            firms[firm] = Firm(name=firm, created_at=clock.now())
            db.add(firms[firm])
            db.flush()
        accounts.create_account(
            db,
            ANONYMOUS,
            name=name.title(),
            email=f"{name}@example.com",
            kind=kind,  # type: ignore[arg-type]
            is_admin=is_admin,
            firm=firms.get(firm or ""),
            locale="en",
        )


class Client(FlaskClient):
    """A browser that knows the page's CSRF token."""

    def csrf(self) -> str:
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", "0" * 40)
        serializer = URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token")
        return str(serializer.dumps(raw))

    def send(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """POST a form as a page would."""
        return self.post(path, data={"csrf_token": self.csrf(), **(data or {})}, **more)


class World:
    """A running Collab with the cast in it. Changes are committed at once."""

    def __init__(self, app: Flask, context: Context) -> None:
        self.app, self.context = app, context
        self._clients: dict[str, Client] = {}
        self._accounts: dict[str, int] = {}

    # people
    def account_id(self, who: str) -> int:
        if who not in self._accounts:
            with self.context.read() as db:
                found = db.scalar(select(Account.id).where(Account.email_key == f"{who}@example.com"))
            assert found is not None, who
            self._accounts[who] = found
        return self._accounts[who]

    def viewer(self, who: str) -> Viewer:
        if who == STRANGER:
            return ANONYMOUS
        with self.context.read() as db:
            return accounts.viewer_of(db, self.account_id(who))

    def as_(self, who: str) -> Client:
        """A browser in which ``who`` is signed in."""
        if who not in self._clients:
            client = self.app.test_client()
            assert isinstance(client, Client)
            if who not in (STRANGER, LINKED):
                with self.context.write.begin() as db:
                    token, _ = sessions.start(db, self.account_id(who), Proof(["pwd"]), Browser(), days=7)
                client.set_cookie("collab", token)
            self._clients[who] = client
        return self._clients[who]

    def anew(self, who: str) -> Client:
        """A browser in which ``who`` has signed in just now: for tests that let time pass."""
        self._clients.pop(who, None)
        return self.as_(who)

    def token(self, who: str, *scopes: str) -> dict[str, str]:
        """The header of a program that acts for ``who``."""
        with self.context.write.begin() as db:
            account = db.get_one(Account, self.account_id(who))
            token = accounts.create_token(db, self.viewer(who), account, "test", scopes or ("read", "write"))
        return {"Authorization": f"Bearer {token}"}

    # sessions
    @contextmanager
    def acting(self, who: str) -> Iterator[tuple[Session, Viewer]]:
        """A transaction of ``who``'s, committed at its end."""
        viewer = self.viewer(who)
        with self.context.write.begin() as db:
            db.info["viewer"] = viewer
            yield db, viewer

    @contextmanager
    def looking(self, who: str = STRANGER) -> Iterator[tuple[Session, Viewer]]:
        """A session of ``who``'s that cannot write."""
        viewer = self.viewer(who)
        with self.context.read() as db:
            db.info["viewer"] = viewer
            yield db, viewer

    @contextmanager
    def system(self) -> Iterator[Session]:
        """A transaction that sees and may change everything."""
        with self.context.write.begin() as db:
            db.info["system"] = "tests"
            yield db

    def drain(self) -> int:
        """Let the worker do all that is to do."""
        done = outbox.drain(self.context, LISTENERS)
        read = Reader(self.context).do_all()
        return done + (outbox.drain(self.context, LISTENERS) if read else 0)

    def engine(self) -> Engine:
        """What answers searches here."""
        with self.app.test_request_context():
            return search.engine()

    # things
    def account(self, name: str, **more: Any) -> int:
        with self.context.write.begin() as db:
            found = accounts.create_account(
                db, ANONYMOUS, name=name, email=f"{name.lower()}@example.com", **more
            )
            return found.id

    def workspace(
        self,
        name: str = "Board",
        *,
        visibility: str = "open",
        members: Iterable[str] = (),
        readers: Iterable[str] = (),
        owner: str = "author",
        **more: Any,
    ) -> str:
        """A workspace with these people; answers its slug."""
        slug = f"w-{new_public_id().lower().replace('_', 'x')}".strip("-")
        roles = {owner: "owner", **dict.fromkeys(members, "contributor"), **dict.fromkeys(readers, "reader")}
        roles[owner] = "owner"
        with self.context.write.begin() as db:
            place = Workspace(slug=slug, name=name, visibility=visibility, created_at=clock.now(), **more)
            db.add(place)
            db.flush()
            db.add_all(
                Membership(
                    workspace_id=place.id, account_id=self.account_id(who), role=role, created_at=clock.now()
                )
                for who, role in roles.items()
            )
        return slug

    def post(
        self,
        title: str = "A post",
        body: str = "Some words.",
        *,
        author: str = "author",
        workspace: str = BLOG,
        published: bool = True,
        guests_from: datetime | None = None,
        public_from: datetime | None = None,
        tags: Iterable[str] = (),
    ) -> Post:
        """A post; answers it detached, for its addresses."""
        with self.acting(author) as (db, viewer):
            post = blog.draft(db, viewer, title, body, list(tags), workspace)
            if published:
                blog.publish(db, viewer, post)
            if guests_from or public_from:
                entries.share(db, viewer, post, guests_from, public_from)
            db.flush()
            return post

    def page(
        self,
        title: str = "A page",
        body: str = "Some words.",
        *,
        workspace: str,
        author: str = "author",
        below: Page | None = None,
    ) -> Page:
        """A page of a workspace; answers it detached, for its addresses."""
        with self.acting(author) as (db, viewer):
            place = access.workspace(db, viewer, workspace)
            parent = access.get(db, viewer, Page, Page.id == below.id) if below else None
            page = pages.create(db, viewer, place, title, body, parent=parent)
            db.flush()
            return page

    def comment(
        self, entry: Entry, body: str = "A comment.", *, author: str = "member", internal: bool = False
    ) -> Comment:
        with self.acting(author) as (db, viewer):
            return comments.add(db, viewer, db.merge(entry, load=False), body, internal=internal)


Ago = Callable[[timedelta], datetime]
