"""A provider without OpenID, as GitHub is one: who it is tells an address, to whom has the token."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from collab import clock
from collab.auth import sealed
from collab.auth.providers.models import SignInProvider
from tests.auth.providers.conftest import account
from tests.cast import Client, World

PERSON = {"id": 4711, "login": "octo", "name": "Octo Cat", "email": "shown@example.com"}
MAILS = [
    {"email": "old@example.com", "primary": False, "verified": True},
    {"email": "octo@example.com", "primary": True, "verified": True},
]


class Hub:
    """The provider: what it says can be changed, what it was asked can be read."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.person: Any = dict(PERSON)
        self.mails: Any = list(MAILS)
        self.token: Any = {"access_token": "t0ken", "token_type": "bearer"}
        self.asked: list[dict[str, list[str]]] = []
        self.bearers: list[str | None] = []


@pytest.fixture
def hub() -> Iterator[Hub]:
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found.asked.append(parse_qs(body))
            self._send(found.token)

        def do_GET(self) -> None:
            found.bearers.append(self.headers["Authorization"])
            self._send(found.mails if self.path == "/emails" else found.person)

        def _send(self, what: Any) -> None:
            raw = json.dumps(what).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    found = Hub(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def browser(world: World, hub: Hub) -> Client:
    endpoints = {
        "authorization": f"{hub.url}/authorize",
        "token": f"{hub.url}/token",
        "userinfo": f"{hub.url}/user",
        "emails": f"{hub.url}/emails",
    }
    with world.system() as db:
        db.add(
            SignInProvider(
                name="hub",
                label="Hub",
                kind="oauth2",
                issuer=hub.url,
                client_id="collab",
                client_secret=sealed.seal(world.context.settings.key, "hush"),
                scopes="read:user user:email",
                endpoints=endpoints,
                email_trust="claim",
                creates_accounts=True,
                created_at=clock.now(),
            )
        )
    client = world.app.test_client()
    assert isinstance(client, Client)
    return client


def _sign_in(browser: Client) -> TestResponse:
    asked = parse_qs(urlsplit(browser.get("/login/oidc/hub").location).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert "nonce" not in asked
    return browser.get(f"/login/oidc/hub/callback?code=c0de&state={asked['state'][0]}")


def test_somebody_comes_in_by_their_number_there(world: World, browser: Client, hub: Hub) -> None:
    assert _sign_in(browser).status_code == 303
    made = account(world, "Octo Cat")
    assert made is not None
    assert (made.email, made.email_key) == ("octo@example.com", "octo@example.com")
    assert hub.asked[0]["client_secret"] == ["hush"]
    assert len(hub.asked[0]["code_verifier"][0]) >= 43
    assert set(hub.bearers) == {"Bearer t0ken"}
    hub.person["login"], hub.mails = "renamed", []
    assert _sign_in(browser).status_code == 303
    assert browser.get("/api/v1/me").get_json()["name"] == "Octo Cat"


def test_an_address_that_it_has_not_checked_proves_nothing(world: World, browser: Client, hub: Hub) -> None:
    hub.mails = [{"email": "member@example.com", "primary": True, "verified": False}]
    hub.person["email"] = "member@example.com"
    assert _sign_in(browser).status_code == 303
    made = account(world, "Octo Cat")
    assert made is not None
    assert (made.email, made.email_key) == (None, None)


@pytest.mark.parametrize(
    "person", [{}, {"id": None}, {"id": True}, {"id": ""}, {"id": "x" * 300}, {"id": [1]}]
)
def test_who_has_no_number_is_nobody(browser: Client, hub: Hub, person: dict[str, Any]) -> None:
    hub.person = person
    answer = _sign_in(browser)
    assert (answer.status_code, "sign_in_not_valid" in answer.text) == (400, True)
    assert browser.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    ("token", "code", "status"),
    [
        ({"error": "bad_verification_code", "error_description": "old"}, "provider_refused", 502),
        ({"token_type": "bearer"}, "sign_in_not_valid", 400),
        ({"access_token": "t", "token_type": "mac"}, "sign_in_not_valid", 400),
        (["no object"], "provider_unavailable", 502),
    ],
)
def test_what_is_no_token_opens_nothing(
    browser: Client, hub: Hub, token: Any, code: str, status: int
) -> None:
    hub.token = token
    answer = _sign_in(browser)
    assert (answer.status_code, code in answer.text) == (status, True)


def test_it_cannot_show_again_who_somebody_is(world: World, browser: Client, hub: Hub) -> None:
    _sign_in(browser)
    assert "/login/oidc/hub/again" not in browser.get("/login/again").text
    asked = parse_qs(urlsplit(browser.get("/login/oidc/hub/again").location).query)
    answer = browser.get(f"/login/oidc/hub/callback?code=c0de&state={asked['state'][0]}")
    assert (answer.status_code, "other_identity" in answer.text) == (403, True)
