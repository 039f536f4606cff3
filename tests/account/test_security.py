"""Passwords, sessions and tokens: what their owner can do with them, and nobody else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from collab import clock
from collab.activity.models import Event
from collab.auth.models import Account, ApiToken, SignInSession
from collab.auth.passwords import set_password
from tests.cast import PASSWORD, STRANGER, Client, World

NEW = "a much better sentence"


@pytest.fixture
def laptop(world: World) -> Client:
    """A second browser in which the author is signed in, besides ``world.as_("author")``."""
    with world.system() as db:
        set_password(db, db.get_one(Account, world.account_id("author")), PASSWORD)
    client = world.app.test_client()
    assert isinstance(client, Client)
    answer = client.send("/login", {"email": "author@example.com", "password": PASSWORD})
    assert answer.status_code == 303
    return client


def _signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def _token_in(page: str) -> str:
    found = re.search(r"collab_[\w-]{43}", page)
    assert found, page
    return found[0]


def test_a_new_password_ends_other_sessions_and_not_this_one(world: World, laptop: Client) -> None:
    here = world.as_("author")
    program = world.token("author")

    answer = here.send("/account/password", {"current": PASSWORD, "password": NEW})

    assert answer.status_code == 303
    assert _signed_in(here)
    assert not _signed_in(laptop)
    assert world.as_(STRANGER).get("/api/v1/me", headers=program).status_code == 200
    again = {"email": "author@example.com", "password": NEW}
    assert laptop.send("/login", again).status_code == 303


@pytest.mark.parametrize(
    ("current", "password", "sentence"),
    [
        ("wrong", NEW, "not your present password"),
        (PASSWORD, "short", "at least 12 characters"),
        (PASSWORD, "passwort1234", "too easy to guess"),
        (PASSWORD, "", "at least 12 characters"),
    ],
)
def test_a_refused_password_changes_nothing(
    world: World, laptop: Client, current: str, password: str, sentence: str
) -> None:
    answer = world.as_("author").send("/account/password", {"current": current, "password": password})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert _signed_in(laptop)


def test_the_present_password_cannot_be_guessed_at_length(world: World, laptop: Client) -> None:
    for _ in range(10):
        laptop.send("/account/password", {"current": "wrong", "password": NEW})
    answer = laptop.send("/account/password", {"current": PASSWORD, "password": NEW})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_one_browser_is_signed_out_from_another(world: World, laptop: Client) -> None:
    page = world.as_("author").get("/account/sessions").text
    assert "This browser" in page
    [end] = re.findall(r"/account/sessions/[\w-]{16}/end", page)

    assert world.as_("author").send(end).status_code == 303

    assert not _signed_in(laptop)
    assert world.as_("author").send(end).status_code == 404


def test_everywhere_else_is_signed_out_at_once(world: World, laptop: Client) -> None:
    world.as_("author").send("/account/sessions/end-others")
    assert not _signed_in(laptop)
    assert _signed_in(world.as_("author"))


def test_sessions_and_tokens_of_others_do_not_exist(world: World, laptop: Client) -> None:
    world.token("author")
    with world.looking() as (db, _viewer):
        sessions = db.scalars(select(SignInSession.public_id)).all()
        tokens = db.scalars(select(ApiToken.public_id)).all()

    for public_id in sessions:
        assert world.as_("member").send(f"/account/sessions/{public_id}/end").status_code == 404
    for public_id in tokens:
        assert world.as_("member").send(f"/account/tokens/{public_id}/revoke").status_code == 404
    assert _signed_in(laptop)


def test_a_token_is_shown_once_works_and_is_revoked(world: World) -> None:
    author, program = world.as_("author"), world.as_(STRANGER)
    made = author.send("/account/tokens", {"name": "Robot", "scopes": "read", "days": "30"})
    header = {"Authorization": f"Bearer {_token_in(made.text)}"}

    page = author.get("/account/tokens").text
    assert "Robot" in page
    assert "collab_" not in page
    assert program.get("/api/v1/me", headers=header).status_code == 200
    [revoke] = re.findall(r"/account/tokens/[\w-]{16}/revoke", page)
    author.send(revoke)
    assert program.get("/api/v1/me", headers=header).status_code == 401
    assert "Robot" not in author.get("/account/tokens").text


def test_a_token_ends_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = world.as_("author").send("/account/tokens", {"name": "Robot", "scopes": "read", "days": "30"})
    header = {"Authorization": f"Bearer {_token_in(made.text)}"}
    later = clock.now() + timedelta(days=30, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert world.as_(STRANGER).get("/api/v1/me", headers=header).status_code == 401


def test_a_token_ends_after_90_days_unless_told_otherwise(world: World) -> None:
    world.as_("author").send("/account/tokens", {"name": "Robot", "scopes": "read"})
    world.as_("admin").send("/account/tokens", {"name": "Clock", "scopes": "read", "days": ""})
    with world.looking() as (db, _viewer):
        ends = {row.name: row.expires_at for row in db.scalars(select(ApiToken))}
    assert ends["Clock"] is None
    assert timedelta(days=89) < ends["Robot"] - clock.now() < timedelta(days=91)


def test_the_page_tells_when_a_token_was_last_used(world: World) -> None:
    header = world.token("author")
    assert "not used yet" in world.as_("author").get("/account/tokens").text
    world.app.test_client().get("/api/v1/me", headers=header)
    page = world.as_("author").get("/account/tokens").text
    assert "not used yet" not in page
    assert "last used" in page


def test_a_feed_token_opens_feeds_and_nothing_else(world: World) -> None:
    made = world.as_("author").send("/account/tokens", {"name": "Reader", "scopes": "feed", "days": "365"})
    token = _token_in(made.text)

    assert f"/blog/feed.atom?key={token}" in made.text
    answer = world.as_(STRANGER).get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "", "scopes": "read"}, "Please fill this in."),
        ({"name": "Robot", "scopes": "root"}, "Please choose one of these"),
        ({"name": "Robot", "scopes": "read,write,admin"}, "This cannot be used."),
        ({"name": "Robot", "scopes": "read", "days": "9999"}, "Please choose one of these"),
        ({"name": "Robot", "scopes": "read", "days": ""}, "works for a year at most"),
    ],
)
def test_a_token_that_cannot_be(world: World, fields: dict[str, str], sentence: str) -> None:
    answer = world.as_("author").send("/account/tokens", fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "collab_" not in answer.text


@pytest.mark.parametrize("path", ["/account/tokens", "/account/password", "/account/sessions/end-others"])
def test_a_token_cannot_make_a_better_token_or_set_a_password(world: World, path: str) -> None:
    program = world.as_(STRANGER)
    fields = {"name": "More", "scopes": "read,write,admin", "current": PASSWORD, "password": NEW}
    answer = program.post(path, data=fields, headers=world.token("admin", "read", "write"))
    assert answer.status_code == 401
    assert "collab_" not in answer.text


def test_statements_do_not_grow_with_sessions_and_tokens(world: World) -> None:
    def statements() -> int:
        pages = [world.as_("author").get(f"/account/{page}") for page in ("tokens", "sessions", "methods")]
        return max(int(page.headers["X-Collab-Statements"]) for page in pages)

    world.as_("author").get("/account/")
    few = statements()
    for _ in range(5):
        world.token("author")
    assert statements() == few <= 8


def test_each_act_leaves_a_trace_without_secrets(world: World, laptop: Client) -> None:
    world.as_("author").send("/account/password", {"current": PASSWORD, "password": NEW})
    made = world.as_("author").send("/account/tokens", {"name": "Robot", "scopes": "read"})

    with world.looking() as (db, _viewer):
        rows = db.execute(select(Event.kind, Event.data)).all()
    kinds = [row.kind for row in rows]
    assert {"session.started", "account.password_changed", "token.created"} <= set(kinds)
    told = str([row.data for row in rows])
    assert NEW not in told
    assert _token_in(made.text) not in told
