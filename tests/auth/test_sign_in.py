"""The sign-in page: who gets in, who does not, and how often one may try."""

from datetime import timedelta

import pytest

from collab import clock
from collab.auth.models import Account
from collab.auth.passwords import set_password
from tests.cast import PASSWORD, STRANGER, Client, World

RIGHT = {"email": "author@example.com", "password": PASSWORD}


@pytest.fixture
def browser(world: World) -> Client:
    """A browser in which nobody is signed in; author and guest have passwords."""
    with world.system() as db:
        for who in ("author", "guest"):
            set_password(db, db.get_one(Account, world.account_id(who)), PASSWORD)
    client = world.app.test_client()
    assert isinstance(client, Client)
    return client


def _change(world: World, who: str, **values: object) -> None:
    with world.system() as db:
        account = db.get_one(Account, world.account_id(who))
        for name, value in values.items():
            setattr(account, name, value)


def test_the_right_password_opens_and_signing_out_closes(browser: Client) -> None:
    assert browser.send("/login", RIGHT | {"email": " Author@Example.com "}).status_code == 303
    assert browser.get("/account/").status_code == 200
    assert browser.send("/logout").status_code == 303
    assert browser.get("/account/").status_code == 303


def test_the_cookie_of_a_session_is_no_use_to_scripts_or_other_sites(browser: Client) -> None:
    cookie = next(
        value
        for value in browser.send("/login", RIGHT).headers.getlist("Set-Cookie")
        if value.startswith("collab=")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_signing_in_gives_a_new_session_and_ends_the_old_one(world: World, browser: Client) -> None:
    browser.send("/login", RIGHT)
    old = browser.get_cookie("collab")
    assert old is not None
    browser.send("/login", RIGHT)

    copied = world.app.test_client()
    copied.set_cookie("collab", old.value)
    assert copied.get("/account/").status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "wrong"},
        {"password": ""},
        {"email": "nobody@example.com"},
        {"email": "member@example.com"},
    ],
    ids=["wrong", "empty", "unknown", "without a password"],
)
def test_what_does_not_match_gets_one_and_the_same_answer(browser: Client, wrong: dict[str, str]) -> None:
    answer = browser.send("/login", RIGHT | wrong)
    assert answer.status_code == 401
    assert "This does not match, or this account cannot sign in." in answer.text
    assert PASSWORD not in answer.text
    assert browser.get("/account/").status_code == 303


@pytest.mark.parametrize(
    "state", [{"status": "suspended"}, {"status": "locked"}, {"ends_at": clock.now() - timedelta(seconds=1)}]
)
def test_who_may_not_come_in_gets_the_same_answer(
    world: World, browser: Client, state: dict[str, object]
) -> None:
    _change(world, "author", **state)
    assert browser.send("/login", RIGHT).status_code == 401


def test_a_session_ends_with_the_account(world: World, browser: Client) -> None:
    browser.send("/login", RIGHT | {"email": "guest@example.com"})
    assert browser.get("/account/").status_code == 200
    _change(world, "guest", ends_at=clock.now() - timedelta(seconds=1))
    assert browser.get("/account/").status_code == 403  # with a page that says why


def test_guessing_stops_after_ten_tries_also_for_the_right_password(
    world: World, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(10):
        assert browser.send("/login", RIGHT | {"password": "guess"}).status_code == 401
    stopped = browser.send("/login", RIGHT)
    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) <= 15 * 60
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert browser.send("/login", RIGHT).status_code == 303


@pytest.mark.parametrize(
    ("following", "leads_to"),
    [
        ("/account/security", "/account/security"),
        ("//evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/\tevil", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_only_to_places_of_our_own(browser: Client, following: str, leads_to: str) -> None:
    assert browser.send("/login", RIGHT | {"next": following}).location == leads_to


def test_a_form_from_elsewhere_signs_nobody_in(browser: Client) -> None:
    assert browser.post("/login", data=RIGHT).status_code == 400
    foreign = {"Origin": "https://evil.example"}
    assert browser.send("/login", RIGHT, headers=foreign).status_code == 400
    assert browser.get("/account/").status_code == 303


@pytest.mark.parametrize("way", ["chosen", "browser"])
def test_a_stranger_reads_the_language_of_choice(world: World, way: str) -> None:
    stranger = world.as_(STRANGER)
    if way == "chosen":
        stranger.send("/language", {"locale": "de", "next": "/login"})
        page = stranger.get("/login").text
    else:
        page = stranger.get("/login", headers={"Accept-Language": "de-CH,de;q=0.9,en;q=0.5"}).text
    assert '<html lang="de"' in page


def test_a_person_keeps_the_language_of_choice(world: World) -> None:
    assert world.as_("author").send("/language", {"locale": "de", "next": "/account/"}).status_code == 303
    with world.looking() as (db, _viewer):
        assert db.get_one(Account, world.account_id("author")).locale == "de"


def test_a_signed_in_person_does_not_see_the_sign_in_page(world: World) -> None:
    assert world.as_("author").get("/login?next=/account/").location == "/account/"
