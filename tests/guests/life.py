"""A company whose clock the tests move, and in which everybody acts through the services of Collab."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from collab import clock
from collab.activity import outbox
from collab.activity.outbox import Context
from collab.auth import services as accounts
from collab.auth import sessions
from collab.auth.models import Account
from collab.auth.sessions import Browser, Proof
from collab.errors import CollabError
from collab.viewer import ANONYMOUS, Viewer
from collab.worker import LISTENERS
from collab.workspaces.net import as_system
from tests.cast import Client, World
from tests.workspaces.access_world import NOON


class Life:
    """The company, with a clock of its own that stands still until ``pass_time``."""

    def __init__(self, world: World) -> None:
        long = {"session_days": 4000, "session_idle_hours": 10**5, "guest_session_idle_hours": 10**5}
        long["invitation_delay"] = 0
        settings = replace(world.context.settings, **long)
        self.context: Context = replace(world.context, settings=settings)
        self.app = world.app
        self.app.extensions["collab"] = self.context
        self.hour = 0
        self.written = 10
        self.marks: dict[int, str] = {}  # of entries
        self.said: dict[int, str] = {}  # of comments
        self.addresses: dict[int, str] = {}  # of links to one entry
        self.cookies: dict[int, str] = {}
        self.tokens: dict[int, str] = {}
        self.keys: dict[int, str] = {}
        self.refused = 0
        self.why = ""

    # time
    def now(self) -> datetime:
        return NOON + timedelta(hours=self.hour)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Everything in the process asks this clock."""
        before = clock.now
        clock.now = self.now
        try:
            yield
        finally:
            clock.now = before

    # sessions
    @contextmanager
    def acting(self, account_id: int) -> Iterator[tuple[Session, Viewer]]:
        """A transaction of somebody's; it is rolled back, and counted, if Collab refuses the act."""
        with self.context.read() as db:
            viewer = accounts.viewer_of(db, account_id)
        try:
            with self.context.write.begin() as db:
                db.info["viewer"] = viewer
                yield db, viewer
        except CollabError as error:
            self.refused += 1
            self.why = repr(error)

    @contextmanager
    def system(self) -> Iterator[Session]:
        """A transaction that sees and may change everything."""
        with self.context.write.begin() as db:
            yield as_system(db, "tests of lives")

    def drain(self) -> None:
        """Let the worker do all that is to do."""
        outbox.drain(self.context, LISTENERS)

    # signing in
    def browser(self, account_id: int) -> Client:
        """The browser in which somebody signed in last, whether that still goes on or not."""
        client = self.stranger()
        if account_id in self.cookies:
            client.set_cookie("collab", self.cookies[account_id])
        return client

    def sign_in(self, account_id: int) -> None:
        """A new session, a new token, a new key for feeds."""
        with self.system() as db:
            account = db.get_one(Account, account_id)
            self.cookies[account_id], _ = sessions.start(db, account_id, Proof(["pwd"]), Browser(), days=4000)
            self.tokens[account_id] = accounts.create_token(db, ANONYMOUS, account, "test", ["read", "write"])
            self.keys[account_id] = accounts.create_token(db, ANONYMOUS, account, "feed", ["feed"])

    def stranger(self) -> Client:
        client = self.app.test_client()
        assert isinstance(client, Client)
        return client

    def mark(self) -> str:
        self.written += 1
        return f"zq_{self.written}_zq"
