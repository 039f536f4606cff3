"""Who is out, is out at the tools."""

from collections.abc import Callable

import pytest

from collab import clock
from collab.auth import services as accounts
from collab.auth.issuer import clients, services
from collab.auth.issuer.models import OAuthClient, OAuthToken
from collab.auth.models import Account
from tests.auth.issuer.conftest import Tool
from tests.cast import World

Make = Callable[..., Tool]
ALL = "openid profile email groups offline_access"


def _suspend(world: World, _tool: Tool) -> None:
    with world.acting("admin") as (db, viewer):
        accounts.suspend(db, viewer, db.get_one(Account, world.account_id("author")))


def _end_date(world: World, _tool: Tool) -> None:
    with world.system() as db:
        db.get_one(Account, world.account_id("author")).ends_at = clock.now()


def _switch_off(world: World, tool_: Tool) -> None:
    with world.acting("admin") as (db, viewer):
        clients.disable(db, viewer, db.get_one(OAuthClient, tool_.number))


def _withdraw(world: World, tool_: Tool) -> None:
    with world.acting("author") as (db, viewer):
        services.withdraw(db, viewer, db.get_one(OAuthClient, tool_.number))


@pytest.mark.parametrize("ends", [_suspend, _end_date, _switch_off, _withdraw])
def test_who_is_out_is_out_at_tools_from_that_second_on(
    world: World, tool: Make, ends: Callable[[World, Tool], None]
) -> None:
    tool_ = tool()
    author = world.as_("author")
    tokens, code = tool_.tokens(author, ALL), tool_.code(author)
    assert tool_.works(tokens)

    ends(world, tool_)

    assert not tool_.works(tokens)
    assert tool_.refresh(tokens["refresh_token"]).status_code in (400, 401)
    assert tool_.redeem(code).status_code in (400, 401)
    assert tool_.post("introspect", {"token": tokens["access_token"]}).get_json().get("active") is not True


def test_suspending_ends_tokens_for_good(world: World, tool: Make) -> None:
    tool_ = tool(trusted=False)
    author = world.as_("author")
    question = tool_.ask(author, scope=ALL).headers["Location"]
    author.send(question, {"allow": "1"})
    tokens = tool_.tokens(author, ALL)
    _suspend(world, tool_)
    with world.acting("admin") as (db, viewer):
        accounts.activate(db, viewer, db.get_one(Account, world.account_id("author")))
    assert not tool_.works(tokens)
    assert tool_.refresh(tokens["refresh_token"]).status_code == 400
    with world.system() as db:
        assert db.query(OAuthToken).filter(OAuthToken.revoked_at.is_(None)).count() == 0


def test_signing_out_ends_tokens_but_not_those_for_absence(world: World, tool: Make) -> None:
    tool_ = tool()
    author = world.as_("author")
    present, absent = tool_.tokens(author), tool_.tokens(author, ALL)
    code = tool_.code(author)
    author.send("/logout")
    assert not tool_.works(present)
    assert tool_.redeem(code).get_json()["error"] == "invalid_grant"
    assert tool_.works(absent)
    assert tool_.refresh(absent["refresh_token"]).status_code == 200


def test_a_guest_is_out_when_the_tool_is_closed_to_guests(world: World, tool: Make) -> None:
    tool_ = tool(allows_guests=True)
    tokens = tool_.tokens(world.as_("guest"), ALL)
    with world.system() as db:
        db.get_one(OAuthClient, tool_.number).allows_guests = False
    assert not tool_.works(tokens)
    assert tool_.refresh(tokens["refresh_token"]).status_code == 400
