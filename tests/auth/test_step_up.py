"""What is dangerous asks again who it is, before anything is typed."""

from datetime import timedelta

import pytest
from flask import Flask

from collab import clock
from collab.auth.models import Account
from collab.auth.passwords import set_password
from tests.cast import PASSWORD, World

#: Every view that asks for a fresh proof of who one is. Whoever changes this says why.
FRESH = {
    "admin.activate", "admin.change", "admin.create", "admin.give_access", "admin.new", "admin.remove_codes",
    "admin.set_admin",
    "admin.set_password", "admin.sign_out", "admin.suspend", "audit.export",
    "methods.ask_for_email", "methods.email",
    "own_codes.app", "own_codes.begin", "own_codes.confirm", "own_codes.remove", "own_codes.renew",
    "own_passkeys.add", "own_passkeys.new", "own_passkeys.options", "own_passkeys.remove",
    "tokens.create", "tokens.new",
}  # fmt: skip


def _marked(app: Flask, mark: str) -> set[str]:
    return {name for name, view in app.view_functions.items() if getattr(view, mark, False)}


def test_the_dangerous_doors_are_marked(world: World) -> None:
    assert _marked(world.app, "fresh") >= FRESH


#: Views whose answer may show a secret this once: it must not lie among the kept answers.
SECRET = {
    "admin.create", "admin.give_access", "admin.set_password", "own_codes.confirm", "own_codes.renew",
    "tokens.create",
}  # fmt: skip


def test_what_shows_a_secret_is_never_kept_for_a_repeat(world: World) -> None:
    marked = _marked(world.app, "secret")
    assert marked >= SECRET
    assert {name.rpartition(".")[2] for name in marked - SECRET} == {
        "create", "new_secret", "create_token", "follow", "look", "carry_out", "export", "make_link",
        "make_entry_link", "password", "subscribe", "subscribe_mine",
    }  # fmt: skip


@pytest.fixture
def later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Author and administrator, with passwords, signed in half an hour ago."""
    with world.system() as db:
        for who in ("author", "admin"):
            set_password(db, db.get_one(Account, world.account_id(who)), PASSWORD)
    for who in ("author", "admin"):
        world.as_(who).get("/account/")
    now = clock.now() + timedelta(minutes=30)
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("path", ["/account/email", "/account/tokens/new", "/admin/people/new"])
def test_a_form_is_shown_only_to_who_just_proved_it(world: World, path: str) -> None:
    admin = world.as_("admin")
    assert admin.get(path).location == f"/login/again?next={path}"
    assert admin.send("/login/again", {"password": "wrong", "next": path}).status_code == 401
    assert admin.get(path).status_code == 303
    assert admin.send("/login/again", {"password": PASSWORD, "next": path}).location == path
    assert admin.get(path).status_code == 200


@pytest.mark.usefixtures("later")
def test_a_stale_browser_changes_nothing(world: World) -> None:
    author = world.as_("author")
    for path in ("/account/email", "/account/tokens", "/account/codes/begin", "/account/codes/remove"):
        answer = author.send(path, {"email": "x@example.com", "name": "N", "scopes": "read"})
        assert answer.status_code == 303
        assert str(answer.location).startswith("/login/again")
    program = author.send("/account/email", headers={"Accept": "application/json"})
    assert program.status_code == 401
    assert program.json is not None
    assert program.json["title"] == "reauthentication_required"


@pytest.mark.usefixtures("later")
def test_an_account_is_shown_without_its_dangerous_forms(world: World) -> None:
    with world.looking() as (db, _):
        page = f"/admin/people/{db.get_one(Account, world.account_id('author')).public_id}"
    stale = world.as_("admin").get(page)
    assert stale.status_code == 200
    assert f"{page}/password" not in stale.text
    assert f"/login/again?next={page}" in stale.text
    world.as_("admin").send("/login/again", {"password": PASSWORD, "next": page})
    assert f"{page}/password" in world.as_("admin").get(page).text


@pytest.mark.usefixtures("later")
def test_step_up_gives_the_browser_a_new_token(world: World) -> None:
    author = world.as_("author")
    before = author.get_cookie("collab")
    author.send("/login/again", {"password": PASSWORD})
    after = author.get_cookie("collab")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    copied = world.app.test_client()
    copied.set_cookie("collab", before.value)
    assert copied.get("/account/").status_code == 303


@pytest.mark.usefixtures("later")
def test_who_one_is_cannot_be_guessed_at_length(world: World) -> None:
    for _ in range(10):
        world.as_("author").send("/login/again", {"password": "guess"})
    assert world.as_("author").send("/login/again", {"password": PASSWORD}).status_code == 429


def test_a_token_acts_by_its_scopes_and_is_never_stale(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    header = world.token("author", "read")
    now = clock.now() + timedelta(hours=30)
    monkeypatch.setattr(clock, "now", lambda: now)
    assert world.app.test_client().get("/api/v1/me", headers=header).status_code == 200
