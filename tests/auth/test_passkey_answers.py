"""What a browser may claim about a passkey without a device that proves it: refused, never a fault."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import func, select
from webauthn.helpers import bytes_to_base64url

from collab import clock
from collab.auth.methods.models import Passkey
from collab.auth.methods.passkeys import Site
from collab.auth.models import OneTimeToken
from tests.cast import Client, World

HERE = {"base_url": "http://localhost:8000"}


def browser(world: World) -> Client:
    client = world.app.test_client()
    assert isinstance(client, Client)
    return client


def challenge(client: Client, path: str = "/login/passkey/options") -> str:
    answer = client.send(path, **HERE)
    assert answer.status_code == 200
    assert answer.json is not None
    return str(answer.json["challenge"])


def claim(token: str, **more: Any) -> dict[str, Any]:
    """An answer for a challenge of ours, with nothing behind it."""
    told = {"type": "webauthn.get", "challenge": token, "origin": "http://localhost:8000"}
    response = {
        "clientDataJSON": bytes_to_base64url(json.dumps(told).encode()),
        "authenticatorData": bytes_to_base64url(b"\0" * 37),
        "signature": bytes_to_base64url(b"\0" * 70),
    }
    key = bytes_to_base64url(b"key")
    return {
        "id": key,
        "rawId": key,
        "type": "public-key",
        "response": response | more,
        "clientExtensionResults": {},
    }


def keep_key(world: World, public_key: bytes = b"\xa0") -> None:
    with world.system() as db:
        db.add(
            Passkey(
                account_id=world.account_id("author"), credential_id=bytes_to_base64url(b"key"),
                public_key=public_key, name="Laptop", created_at=clock.now(),
            )
        )  # fmt: skip


HOSTILE = [
    "", "x", "null", "[]", "{}", '"text"', "1", '{"response": null}', '{"response": {"clientDataJSON": 1}}',
    '{"response": {"clientDataJSON": "ÿÿ"}}', "[" * 5000, '{"response": {"clientDataJSON": "bnVsbA"}}',
    '{"response": {"clientDataJSON": "eyJjaGFsbGVuZ2UiOiAxfQ"}}', "\ud83d".encode("utf-8", "replace").decode(),
]  # fmt: skip


@pytest.mark.parametrize("answer", HOSTILE)
def test_nonsense_is_refused(world: World, answer: str) -> None:
    client = browser(world)
    sent = client.send(
        "/login/passkey", {"credential": answer}, headers={"Accept": "application/json"}, **HERE
    )
    assert sent.status_code == 401
    assert sent.json is not None
    assert sent.json["title"] == "passkey_not_valid"
    new = world.as_("author").send("/account/passkeys/new", {"credential": answer}, **HERE)
    assert new.status_code == 400


@pytest.mark.parametrize(
    "more",
    [
        {}, {"signature": "AA"}, {"signature": None}, {"authenticatorData": ""}, {"authenticatorData": 5},
        {"userHandle": "AA"}, {"userHandle": 7}, {"userHandle": "ÿ"}, {"clientDataJSON": None},
    ],
)  # fmt: skip
@pytest.mark.parametrize("known", [True, False])
def test_a_claim_without_a_proof_is_refused(world: World, known: bool, more: dict[str, Any]) -> None:
    if known:
        keep_key(world)
    client = browser(world)
    answer = json.dumps(claim(challenge(client), **more))
    assert client.send("/login/passkey", {"credential": answer}, **HERE).status_code == 401
    assert client.get("/account/").status_code == 303


@pytest.mark.parametrize("field", ["attestationObject", "transports"])
def test_a_key_without_a_proof_is_not_kept(world: World, field: str) -> None:
    author = world.as_("author")
    answer = claim(challenge(author, "/account/passkeys/options"), **{field: ["x", {"y": 1}]})
    refused = author.send("/account/passkeys/new", {"credential": json.dumps(answer)}, **HERE)
    assert refused.status_code == 400
    with world.looking() as (db, _):
        assert db.scalar(select(func.count()).select_from(Passkey)) == 0


def test_a_challenge_is_used_up_also_by_a_wrong_answer_and_only_in_its_browser(world: World) -> None:
    client, other = browser(world), browser(world)
    token = challenge(client)
    other.send("/login/passkey", {"credential": json.dumps(claim(token))}, **HERE)
    with world.looking() as (db, _):
        rows = db.execute(select(OneTimeToken.used_at, OneTimeToken.token_hash)).all()
    [row] = rows
    assert row.used_at is not None
    assert token not in row.token_hash


def test_an_answer_for_another_purpose_is_refused(world: World) -> None:
    keep_key(world)
    author = world.as_("author")
    for path in ("/account/passkeys/options", "/login/passkey/options"):
        answer = json.dumps(claim(challenge(author, path)))
        assert author.send("/login/again/passkey", {"credential": answer}, **HERE).status_code == 401
    with world.looking() as (db, _):
        unused = select(func.count()).select_from(OneTimeToken).where(OneTimeToken.used_at.is_(None))
        assert db.scalar(unused) == 2


def test_a_passkey_is_renamed_and_removed_by_its_owner_but_not_as_the_last_way_in(world: World) -> None:
    keep_key(world)
    author, member = world.as_("author"), world.as_("member")
    [path] = set(re.findall(r'"(/account/passkeys/[\w-]{16})"', author.get("/account/methods").text))
    for act in (path, f"{path}/remove"):
        assert member.send(act, {"name": "Mine"}).status_code == 404
    assert member.get(path).status_code == 404
    assert author.send(path, {"name": " Old  laptop "}).status_code == 303
    assert author.send(path, {"name": " "}).status_code == 422
    assert "Old laptop" in author.get("/account/methods").text

    last = author.send(f"{path}/remove")
    assert last.status_code == 409
    assert "the last way in" in last.text
    program = author.send(f"{path}/remove", headers={"Accept": "application/json"})
    assert program.json is not None
    assert program.json["title"] == "last_sign_in_method"
    author.send("/account/password", {"password": "a much better sentence"})
    assert author.send(f"{path}/remove").status_code == 303
    assert "Old laptop" not in author.get("/account/methods").text


@pytest.mark.parametrize(
    ("origin", "usable"),
    [
        ("https://collab.example", True),
        ("https://collab.example:8443", True),
        ("http://localhost:8000", True),
        ("http://collab.example", False),
        ("https://10.0.0.1", False),
        ("http://127.0.0.1:8000", False),
        ("https://[::1]", False),
    ],
)
def test_passkeys_need_a_name_and_https(origin: str, usable: bool) -> None:
    assert Site(origin, "Collab").usable is usable
