"""Authenticator apps and recovery codes: asked for after the password, each code once."""

import re
from datetime import timedelta

import pytest
from pyotp import TOTP
from sqlalchemy import select

from collab import clock
from collab.activity.models import Event
from collab.auth.methods.models import RecoveryCode, Totp
from collab.auth.models import Account
from collab.auth.passwords import set_password
from collab.web.idempotency import Idempotency
from tests.cast import PASSWORD, Client, World
from tests.mail import mails

RIGHT = {"email": "author@example.com", "password": PASSWORD}
CODE = re.compile(r"<code>([a-z2-9]{4}(?:-[a-z2-9]{4}){3})</code>")


class App:
    """The phone in somebody's hand."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def code(self, later: int = 0) -> str:
        """What it shows now, or ``later`` steps of half a minute from now."""
        return TOTP(self.secret).at(int(clock.now().timestamp()) + 30 * later)


def browser(world: World) -> Client:
    client = world.app.test_client()
    assert isinstance(client, Client)
    return client


@pytest.fixture(autouse=True)
def _mid_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands in the middle of a code's half minute: no code grows old during a test."""
    standing = clock.now().replace(second=15)
    monkeypatch.setattr(clock, "now", lambda: standing)


@pytest.fixture
def codes() -> list[str]:
    """The recovery codes that were shown."""
    return []


@pytest.fixture
def app(world: World, codes: list[str]) -> App:
    """The author has a password and has set up an app, by a code of one step ago."""
    with world.system() as db:
        set_password(db, db.get_one(Account, world.account_id("author")), PASSWORD)
    author = world.as_("author")
    assert author.send("/account/codes/begin").status_code == 303
    page = author.get("/account/codes/app").text
    found = re.search(r"secret=([A-Z2-7]{32})", page)
    assert found
    assert "data:image/svg+xml" in page
    phone = App(found[1])
    shown = author.send("/account/codes/app", {"code": phone.code(-1)})
    assert shown.status_code == 200
    codes.extend(CODE.findall(shown.text))
    return phone


def begin(world: World) -> Client:
    """A browser in which the password has been given, and the code has not."""
    client = browser(world)
    answer = client.send("/login", RIGHT | {"next": "/account/methods"})
    assert (answer.status_code, answer.location) == (303, "/login/code")
    assert client.get("/account/").status_code == 303
    assert client.get("/login/code").status_code == 200
    return client


def test_the_password_alone_does_not_do_and_the_code_opens(world: World, app: App) -> None:
    client = begin(world)
    answer = client.send("/login/code", {"code": f" {app.code()[:3]} {app.code()[3:]}"})
    assert (answer.status_code, answer.location) == (303, "/account/methods")
    assert "with password and code" in client.get("/account/sessions").text


def test_a_code_opens_once(world: World, app: App) -> None:
    first, second, code = begin(world), None, app.code()
    assert first.send("/login/code", {"code": code}).status_code == 303
    second = begin(world)
    assert second.send("/login/code", {"code": code}).status_code == 401
    assert second.send("/login/code", {"code": app.code(1)}).status_code == 303


@pytest.mark.parametrize("later", [-3, 2, 10])
def test_a_code_of_another_time_opens_nothing(world: World, app: App, later: int) -> None:
    assert begin(world).send("/login/code", {"code": app.code(later)}).status_code == 401


@pytest.mark.parametrize(
    "code", ["", "000000", "12345", "１２３４５６", "a" * 5000, "aaaa-aaaa-aaaa-aaaa", "\0"]
)
def test_what_is_no_code_opens_nothing(world: World, app: App, code: str) -> None:
    client = begin(world)
    answer = client.send("/login/code", {"code": code})
    assert answer.status_code == 401
    assert "This does not match, or this account cannot sign in." in answer.text
    program = client.send("/login/code", {"code": code}, headers={"Accept": "application/json"})
    assert program.json is not None
    assert program.json["title"] == "sign_in_failed"
    assert client.get("/account/").status_code == 303


def test_codes_cannot_be_guessed_at_length(world: World, app: App) -> None:
    client = begin(world)
    for _ in range(10):
        assert client.send("/login/code", {"code": "000000"}).status_code == 401
    stopped = client.send("/login/code", {"code": app.code()})
    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 0


def test_what_one_browser_began_no_other_finishes(world: World, app: App) -> None:
    begin(world)
    other = browser(world)
    assert other.get("/login/code").location == "/login"
    assert other.send("/login/code", {"code": app.code()}).location == "/login"
    assert other.get("/account/").status_code == 303


def test_the_second_step_waits_ten_minutes(world: World, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    client = begin(world)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.send("/login/code", {"code": app.code()}).location == "/login"


def test_a_recovery_code_opens_once(world: World, app: App, codes: list[str]) -> None:
    assert len(set(codes)) == 10
    client = begin(world)
    assert client.send("/login/code", {"code": codes[0].upper().replace("-", " ")}).status_code == 303
    assert "9 recovery codes are left" in client.get("/account/methods").text
    assert begin(world).send("/login/code", {"code": codes[0]}).status_code == 401
    assert begin(world).send("/login/code", {"code": codes[1]}).status_code == 303


def test_new_recovery_codes_stop_the_old_ones(world: World, app: App, codes: list[str]) -> None:
    shown = world.as_("author").send("/account/codes/recovery")
    fresh = CODE.findall(shown.text)
    assert len(fresh) == 10
    assert set(fresh).isdisjoint(codes)
    assert begin(world).send("/login/code", {"code": codes[0]}).status_code == 401
    assert begin(world).send("/login/code", {"code": fresh[0]}).status_code == 303


def test_an_app_counts_only_after_its_first_code(world: World) -> None:
    with world.system() as db:
        set_password(db, db.get_one(Account, world.account_id("author")), PASSWORD)
    author = world.as_("author")
    author.send("/account/codes/begin")
    assert author.send("/account/codes/app", {"code": "123456"}).status_code == 422
    assert browser(world).send("/login", RIGHT).location == "/"
    with world.looking() as (db, _):
        assert db.scalars(select(Event.kind).where(Event.kind == "totp.added")).all() == []


def test_without_the_app_the_password_does_again(world: World, app: App, codes: list[str]) -> None:
    assert world.as_("author").send("/account/codes/remove").status_code == 303
    assert browser(world).send("/login", RIGHT).location == "/"
    with world.looking() as (db, _):
        assert db.scalars(select(RecoveryCode.id)).all() == []
        assert db.scalars(select(Totp.account_id)).all() == []


def test_secrets_do_not_lie_open_and_not_among_kept_answers(world: World, app: App, codes: list[str]) -> None:
    key = {"Idempotency-Key": "once", "idempotency_key": "once"}
    world.as_("author").send("/account/codes/recovery", {"idempotency_key": "k"}, headers=key)
    with world.looking() as (db, _):
        kept = str([*db.scalars(select(Idempotency.body))])
        secret = db.scalars(select(Totp.secret)).one()
        hashes = set(db.scalars(select(RecoveryCode.code_hash)))
        told = str([*db.scalars(select(Event.data))])
    assert app.secret not in secret + told + kept
    assert not CODE.search(kept)
    assert {len(value) for value in hashes} == {64}


def test_a_token_is_not_kept_for_a_repeated_request(world: World) -> None:
    fields = {"name": "Robot", "scopes": "read", "idempotency_key": "k"}
    made = world.as_("author").send("/account/tokens", fields, headers={"Idempotency-Key": "once"})
    assert "collab_" in made.text
    with world.looking() as (db, _):
        assert db.scalars(select(Idempotency.id)).all() == []


def test_step_up_asks_for_the_code_too(world: World, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    author = world.as_("author")
    later = clock.now() + timedelta(minutes=30)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert author.get("/account/email").location == "/login/again?next=/account/email"
    assert 'name="code"' in author.get("/login/again").text
    fields = {"password": PASSWORD, "next": "/account/email"}
    assert author.send("/login/again", fields).status_code == 401
    assert author.send("/login/again", fields | {"code": "000000"}).status_code == 401
    assert author.send("/login/again", fields | {"code": app.code(), "password": "wrong"}).status_code == 401
    assert author.send("/login/again", fields | {"code": app.code()}).location == "/account/email"
    assert author.get("/account/email").status_code == 200


def test_an_administrator_lets_somebody_in_who_lost_the_phone(world: World, app: App) -> None:
    with world.looking() as (db, _):
        page = f"/admin/people/{db.get_one(Account, world.account_id('author')).public_id}"
    assert f"{page}/codes/remove" in world.as_("admin").get(page).text
    assert world.as_("admin").send(f"{page}/codes/remove").status_code == 303
    assert browser(world).send("/login", RIGHT).location == "/"
    assert f"{page}/codes/remove" not in world.as_("admin").get(page).text
    assert "Signing in no longer asks for a code" in [mail.subject for mail in mails(world, "author")]
