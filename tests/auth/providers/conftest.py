"""Collab with the company's provider beside it, both over HTTP."""

import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import select
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from collab import clock
from collab.activity import Event
from collab.auth import sealed
from collab.auth.models import Account
from collab.auth.providers.models import SignInProvider
from tests.cast import Client, World
from tests.kits import idp
from tests.kits.idp import Company

COLLAB = "http://127.0.0.1:8000"  # what the tests' settings make of no base address


@pytest.fixture(scope="session")
def _port() -> int:
    return idp.free_port()


@pytest.fixture(scope="session")
def company(_port: int) -> Iterator[Company]:
    """The provider. It calls Collab at a port of its own, where a test may answer (``served``)."""
    called = f"http://127.0.0.1:{_port}/login/oidc/company/backchannel-logout"
    with idp.running(COLLAB, IDP_BACKCHANNEL_LOGOUT_URI=called) as found:
        yield found


@pytest.fixture
def served(world: World, _port: int) -> Iterator[str]:
    """Collab answers at the address that the provider calls."""
    server = make_server("127.0.0.1", _port, world.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Trip:
    """One person with one computer: a browser at Collab and the same one at the company."""

    def __init__(self, world: World, company: Company) -> None:
        self.world, self.company = world, company
        client = world.app.test_client()
        assert isinstance(client, Client)
        self.collab = client
        self.there: requests.Session = company.browser()

    def leave(self, path: str = "/login/oidc/company") -> str:
        """The address at the company that Collab sends to."""
        answer = self.collab.get(path)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"])

    def back(self, answer: requests.Response) -> TestResponse:
        """Follow the company's answer to Collab."""
        onward = urlsplit(answer.headers["Location"])
        assert onward.netloc == urlsplit(COLLAB).netloc, onward
        return self.collab.get(f"{onward.path}?{onward.query}")

    def sign_in(self, username: str = "erika", path: str = "/login/oidc/company") -> TestResponse:
        return self.back(self.company.sign_in(self.there, self.leave(path), username))

    @property
    def name(self) -> str | None:
        """Who is signed in here, by the API; None for nobody."""
        answer = self.collab.get("/api/v1/me")
        return answer.get_json()["name"] if answer.status_code == 200 else None


@pytest.fixture
def trip(world: World, company: Company) -> Trip:
    provide(world, company)
    return Trip(world, company)


def provide(world: World, company: Company, **more: Any) -> None:
    """The company is a provider of this Collab, with other settings if it is one already."""
    with world.system() as db:
        row = db.scalar(select(SignInProvider).where(SignInProvider.name == "company"))
        if row is None:
            row = SignInProvider(
                name="company",
                label="Corp",
                issuer=company.url,
                client_id=idp.CLIENT_ID,
                client_secret=sealed.seal(world.context.settings.key, idp.SECRET),
                scopes="openid profile email groups",
                creates_accounts=True,
                created_at=clock.now(),
            )
            db.add(row)
        for name, value in more.items():
            setattr(row, name, value)


def refusals(world: World) -> list[dict[str, Any]]:
    """What the audit log has of refused sign-ins."""
    with world.looking() as (db, _):
        query = select(Event.data).where(Event.kind == "session.refused").order_by(Event.id)
        return list(db.scalars(query))


def account(world: World, name: str) -> Account | None:
    with world.looking() as (db, _):
        return db.scalar(select(Account).where(Account.name == name))
