"""A tool of the company, as the tests play it."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.test import TestResponse

from collab.auth.issuer import clients, keys
from collab.viewer import ANONYMOUS
from tests.cast import Client, World

BACK = "https://tool.example/callback"
FAREWELL = "https://tool.example/bye?from=collab"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()

#: The key pairs of the tests of this process, as Collab makes them.
PAIRS: list[RSAKey] = []


@pytest.fixture(autouse=True)
def _pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making key pairs takes longer than most tests: each gets those of the test before, no two alike."""
    make, numbers = keys.new_pair, count()

    def given() -> RSAKey:
        number = next(numbers)
        while len(PAIRS) <= number:
            PAIRS.append(make())
        return PAIRS[number]

    monkeypatch.setattr(keys, "new_pair", given)


class Tool:
    """A registered tool and what it can ask."""

    def __init__(self, world: World, **facts: Any) -> None:
        self.world = world
        public = facts.pop("public", False)
        known = {
            "name": "Wiki",
            "redirect_uris": [BACK],
            "post_logout_redirect_uris": [FAREWELL],
            "trusted": True,
        }
        with world.system() as db:
            made, self.secret = clients.create(db, ANONYMOUS, clients.Facts(**known | facts), public=public)
            self.id, self.public_id, self.number = made.client_id, made.public_id, made.id
        self.programs = world.app.test_client(use_cookies=False)

    def params(self, **more: str | None) -> dict[str, str]:
        """A right request; ``None`` leaves a parameter out."""
        right = {
            "response_type": "code",
            "client_id": self.id,
            "redirect_uri": BACK,
            "scope": "openid",
            "state": "st",
            "nonce": "n1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (right | more).items() if value is not None}

    def ask(self, who: Client, **more: str | None) -> TestResponse:
        """Send somebody's browser to Collab."""
        return who.get(f"/oauth/authorize?{urlencode(self.params(**more))}")

    def code(self, who: Client, **more: str | None) -> str:
        """The code that comes back at once."""
        return came_back(self.ask(who, **more))["code"]

    def post(self, endpoint: str, fields: dict[str, str | None], *, basic: bool = True) -> TestResponse:
        """Ask an endpoint as this tool."""
        headers = {}
        if basic and self.secret:
            headers["Authorization"] = basic_auth(self.id, self.secret)
        elif not self.secret:
            fields = {"client_id": self.id} | fields
        data = {name: value for name, value in fields.items() if value is not None}
        return self.programs.post(f"/oauth/{endpoint}", data=data, headers=headers)

    def redeem(self, code: str, /, **more: str | None) -> TestResponse:
        """The code for tokens."""
        right = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        return self.post("token", right | {"code_verifier": VERIFIER} | more)

    def tokens(self, who: Client, scope: str = "openid", **more: str | None) -> dict[str, Any]:
        """All the way, for somebody who is not asked anything."""
        answer = self.redeem(self.code(who, scope=scope, **more))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def refresh(self, token: str, **more: str | None) -> TestResponse:
        return self.post("token", {"grant_type": "refresh_token", "refresh_token": token} | more)

    def userinfo(self, token: str) -> TestResponse:
        return self.programs.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"})

    def works(self, tokens: dict[str, Any]) -> bool:
        """Does the access token still tell who it is?"""
        return self.userinfo(tokens["access_token"]).status_code == 200

    def read(self, token: str, kind: str = "JWT") -> dict[str, Any]:
        """The claims of a token that Collab signed, by the published keys."""
        ring = KeySet.import_key_set(self.programs.get("/oauth/jwks").get_json())
        found = jwt.decode(token, ring, ["RS256"])
        assert found.header["typ"] == kind
        return dict(found.claims)


def basic_auth(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def came_back(answer: TestResponse, to: str = BACK) -> dict[str, str]:
    """The parameters with which a browser was sent back to the tool."""
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"]
    assert address.startswith(f"{to}?"), address
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def forged(claims: dict[str, Any], header: dict[str, str]) -> str:
    """A token signed by nobody we know."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    return (
        b".".join(parts) + b"." + base64.urlsafe_b64encode(secrets.token_bytes(256)).rstrip(b"=")
    ).decode()


@pytest.fixture
def tool(world: World) -> Callable[..., Tool]:
    return lambda **facts: Tool(world, **facts)


def bye(who: Client, **params: str) -> TestResponse:
    """A tool sends somebody's browser to sign out."""
    return who.get(f"/oauth/logout?{urlencode(params)}")


def question(answer: TestResponse) -> str:
    """The address of the page on which the person is asked whether the tool may."""
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/oauth/tools/")
    return answer.headers["Location"]
