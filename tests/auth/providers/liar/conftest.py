"""A company whose provider may lie: registered, believed as far as can be, with somebody who has an account."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from collab import clock
from collab.app import create_app, make_context
from collab.auth.models import Account, SignInSession
from collab.auth.providers import fetch
from collab.auth.providers.models import Identity, SignInProvider
from collab.auth.sealed import seal
from collab.config import Settings
from collab.db import make_engine
from tests.auth.providers.liar.lies import ABSENT, WORDS
from tests.auth.providers.liar.provider import CLIENT, SECRET, Lie, Provider
from tests.auth.providers.liar.server import Town
from tests.cast import Client, World
from tests.databases import careless

#: Believes whatever can be believed: a lie that is refused here is refused for being one.
TRUSTING = {"creates_accounts": True, "email_trust": "claim"}


@pytest.fixture(scope="session")
def town() -> Iterator[Town]:
    server = Town()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def _no_complaints(town: Town) -> Iterator[None]:
    """Whatever the test is about: a strict provider found nothing wrong with what it was sent."""
    town.complaints.clear()
    yield
    assert town.complaints == []


@pytest.fixture(scope="session")
def key() -> RSAKey:
    """The key that honest providers sign with."""
    return RSAKey.generate_key(2048, parameters={"kid": "first", "use": "sig"})


@pytest.fixture(scope="session")
def second() -> RSAKey:
    """Another key."""
    return RSAKey.generate_key(2048, parameters={"kid": "second", "use": "sig"})


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> float:
    """Collab waits no longer than this for a provider, so that the tests need not either (seconds)."""
    patience = 0.5
    monkeypatch.setattr(fetch.within, "__defaults__", (patience,))
    return patience


@dataclass
class Visit:
    """Somebody's browser, Collab, and a provider between whom one signs in."""

    world: World
    provider: Provider
    browser: Client

    @property
    def name(self) -> str:
        """The provider's name in our addresses: made of its place in the town."""
        return self.provider.issuer.rpartition("/")[2].lower().replace("_", "x").replace("-", "y")

    def elsewhere(self) -> "Visit":
        """Another browser, in which nobody is signed in."""
        return Visit(self.world, self.provider, new_browser(self.world))

    # on the way
    def start(self, following: str | None = None) -> TestResponse:
        """Press the provider's button."""
        query = {"next": following} if following is not None else {}
        return self.browser.get(f"/login/oidc/{self.name}", query_string=query)

    def leave(self, following: str | None = None) -> str:
        """Go to the provider and sign in there; answers the query to come back with."""
        started = self.start(following)
        assert started.status_code in (302, 303), started.text
        return self.provider.authorize(started.location)

    def back(self, query: str | dict[str, Any]) -> TestResponse:
        """Come back from the provider with ``query``."""
        return self.browser.get(f"/login/oidc/{self.name}/callback", query_string=query)

    def come_in(self, lie: Lie | None = None) -> TestResponse:
        """The whole way to the provider and back; the answer that the browser ends with."""
        self.provider.lie = lie or self.provider.lie
        started = self.start()
        if started.status_code not in (302, 303):
            return started
        return self.back(self.provider.authorize(started.location))

    # what came of it
    def is_in(self) -> str | None:
        """The name of whoever is signed in in the browser."""
        me = self.browser.get("/api/v1/me")
        return me.json["name"] if me.status_code == 200 and me.json else None

    def counted(self) -> dict[str, int]:
        """How many sessions, accounts and identities there are."""
        with self.world.system() as db:
            return {
                table.__name__: db.scalar(select(func.count()).select_from(table)) or 0
                for table in (SignInSession, Account, Identity)
            }

    # what Collab knows
    def register(self, **settings: Any) -> None:
        """Collab knows the provider."""
        with self.world.system() as db:
            known = {"name": self.name, "label": "Company", "client_id": CLIENT}
            sealed = seal(self.world.context.settings.key, SECRET)
            row = SignInProvider(
                **known | settings,
                issuer=self.provider.issuer,
                client_secret=sealed,
                created_at=clock.now(),
            )
            db.add(row)

    def change(self, **settings: Any) -> None:
        """An administrator changes the provider's settings."""
        with self.world.system() as db:
            for name, value in settings.items():
                setattr(self._row(db), name, value)

    def link(self, who: str, subject: str = "") -> None:
        """The provider's person is ``who`` of the cast."""
        with self.world.system() as db:
            identity = Identity(
                account_id=self.world.account_id(who),
                provider_id=self._row(db).id,
                issuer=self.provider.issuer,
                subject=subject or self.provider.person["sub"],
                linked_by="admin",
                linked_at=clock.now(),
            )
            db.add(identity)

    def _row(self, db: Session) -> SignInProvider:
        return db.scalars(select(SignInProvider).where(SignInProvider.issuer == self.provider.issuer)).one()


def new_browser(world: World) -> Client:
    browser = world.app.test_client()
    assert isinstance(browser, Client)
    return browser


Visiting = Callable[..., Visit]


@pytest.fixture
def visiting(town: Town, key: RSAKey) -> Visiting:
    """Register a new provider and stand before it: ``visiting(world, known="member", creates_accounts=True)``.

    ``known`` of the cast has an identity there, as the provider's person.
    """

    def make(world: World, *, known: str | None = "member", **settings: Any) -> Visit:
        visit = Visit(world, town.provider(key), new_browser(world))
        visit.register(**settings)
        if known:
            visit.link(known)
        return visit

    return make


def _collab(template: Path, folder: Path, **more: Any) -> Iterator[World]:
    shutil.copy(template, folder / "collab.db")
    settings = Settings(data_dir=folder, secret_key="for tests only", demo=False, **more)
    engine = careless(make_engine(settings.database))
    context = make_context(settings, engine)
    app = create_app(context)
    app.test_client_class = Client
    yield World(app, context)
    engine.dispose()


@pytest.fixture(scope="session")
def shared(_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One Collab for all lies that change nothing: each brings a provider and a browser of its own."""
    yield from _collab(_template, tmp_path_factory.mktemp("lied-to"))


@pytest.fixture(scope="session")
def encrypted(_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The same, reached by https."""
    yield from _collab(_template, tmp_path_factory.mktemp("https"), base_url="https://collab.example")


@pytest.fixture
def lied_to(shared: World, visiting: Visiting, town: Town) -> Iterator[Visit]:
    """A visit that must leave nobody signed in, no account, no identity, and no question asked elsewhere."""
    visit = visiting(shared, **TRUSTING)
    before, strayed = visit.counted(), len(town.strayed)
    yield visit
    assert visit.counted() == before
    assert town.strayed[strayed:] == []
    assert visit.is_in() is None


def person(visit: Visit, **claims: Any) -> None:
    """The provider's person has these claims; ABSENT: has not."""
    told = visit.provider.person | claims
    visit.provider.person = {name: value for name, value in told.items() if value is not ABSENT}


def account(world: World, who: str, **values: Any) -> None:
    """The account of ``who`` has these values."""
    with world.system() as db:
        row = db.get_one(Account, world.account_id(who))
        for name, value in values.items():
            setattr(row, name, value)


def refused(answer: TestResponse, status: int, code: str) -> None:
    """The answer is the error table's: its status and code, a request id, and none of the provider's words."""
    assert (answer.status_code, shown_code(answer)) == (status, code), answer.text
    assert WORDS not in answer.text
    assert "no-store" in answer.headers.get("Cache-Control", "")


def shown_code(answer: TestResponse) -> str | None:
    """The code that a page carries, beside the id of the request."""
    found = re.search(r"<code>([0-9a-f]{12})</code> · <code>(\w+)</code>", answer.text)
    return found[2] if found else None
