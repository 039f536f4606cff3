"""Codes and tokens: what they tell, how often they work, and how a tool gives them back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from collab import clock
from collab.auth import sessions
from collab.auth.models import Account, Group, GroupMember, SignInSession
from tests.auth.issuer.conftest import BACK, VERIFIER, Tool
from tests.cast import World

Make = Callable[..., Tool]
ALL = "openid profile email groups offline_access"


def test_the_id_token_says_who_it_is_and_for_whom(world: World, tool: Make) -> None:
    tool_ = tool()
    tokens = tool_.tokens(world.as_("author"), ALL)
    told = tool_.read(tokens["id_token"])

    with world.system() as db:
        author = db.get_one(Account, world.account_id("author"))
    assert (told["iss"], told["aud"]) == (world.context.settings.url, tool_.id)
    assert (told["sub"], told["nonce"], told["amr"]) == (author.public_id, "n1", ["pwd"])
    assert told["exp"] - told["iat"] == 3600
    assert {"sid", "auth_time", "at_hash"} <= told.keys()
    assert told["groups"] == ["employees"]
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 600)


def test_userinfo_tells_what_was_asked_for_and_no_more(world: World, tool: Make) -> None:
    tool_ = tool()
    author = world.as_("author")
    little = tool_.userinfo(tool_.tokens(author)["access_token"]).get_json()
    much = tool_.userinfo(tool_.tokens(author, ALL)["access_token"]).get_json()

    assert little.keys() == {"sub"}
    assert much | {"sub": ""} == {
        "sub": "",
        "name": "Author",
        "preferred_username": "author",
        "locale": "en",
        "zoneinfo": "Europe/Berlin",
        "email": "author@example.com",
        "email_verified": True,
        "groups": ["employees"],
    }


def test_an_address_that_nobody_has_proven_is_not_called_verified(world: World, tool: Make) -> None:
    tool_ = tool()
    with world.system() as db:
        db.get_one(Account, world.account_id("author")).email_key = None
    told = tool_.read(tool_.tokens(world.as_("author"), "openid email")["id_token"])
    assert told["email_verified"] is False


def test_no_group_passes_for_the_staff(world: World, tool: Make) -> None:
    with world.system() as db:
        for name in ("employees", "guests", "Sales"):
            group = Group(name=name, created_at=clock.now())
            db.add(group)
            db.flush()
            db.add(GroupMember(group_id=group.id, account_id=world.account_id("guest")))
    tool_ = tool(allows_guests=True)
    told = tool_.read(tool_.tokens(world.as_("guest"), "openid groups")["id_token"])
    assert told["groups"] == ["guests", "Sales"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}])
def test_without_a_good_token_userinfo_says_nothing(
    world: World, tool: Make, headers: dict[str, str]
) -> None:
    for method in ("GET", "POST"):
        answer = tool().programs.open("/oauth/userinfo", method=method, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert world.as_("author").get("/oauth/userinfo").status_code == 401, "a cookie counts for nothing"


def test_a_tools_token_opens_nothing_else(world: World, tool: Make) -> None:
    tool_ = tool()
    bearer = {"Authorization": f"Bearer {tool_.tokens(world.as_('author'), ALL)['access_token']}"}
    for path in ("/api/v1/me", "/api/v1/workspaces", "/scim/v2/Users"):
        assert tool_.programs.get(path, headers=bearer).status_code in (401, 403)
    mine = world.token("author", "read")
    assert tool_.programs.get("/oauth/userinfo", headers=mine).status_code == 401


# Codes ---------------------------------------------------------------------------------------


def test_a_code_that_comes_again_ends_all_that_came_of_it(world: World, tool: Make) -> None:
    tool_ = tool()
    code = tool_.code(world.as_("author"), scope=ALL)
    tokens = tool_.redeem(code).get_json()
    assert tool_.works(tokens)

    again = tool_.redeem(code)

    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    assert not tool_.works(tokens)
    assert tool_.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": VERIFIER[:-1]},
        {"code_verifier": None},
        {"redirect_uri": "https://tool.example/other"},
        {"redirect_uri": None},
        {"code": "unknown"},
        {"code": None},
        {"grant_type": "password"},
        {"grant_type": None},
    ],
)
def test_a_code_works_only_with_all_that_belongs_to_it(
    world: World, tool: Make, wrong: dict[str, str | None]
) -> None:
    tool_ = tool(redirect_uris=[BACK, "https://tool.example/other"])
    code = tool_.code(world.as_("author"))
    answer = tool_.redeem(code, **wrong)
    assert answer.status_code == 400
    assert answer.get_json()["error"] in ("invalid_grant", "invalid_request", "unsupported_grant_type")
    assert tool_.redeem(code).status_code == 200


def test_a_code_does_not_outlive_its_minute(world: World, tool: Make) -> None:
    tool_ = tool()
    code = tool_.code(world.as_("author"))
    with clock.shifted(timedelta(seconds=61)):
        assert tool_.redeem(code).get_json()["error"] == "invalid_grant"


def test_another_tool_gets_nothing_for_a_code_it_has_stolen(world: World, tool: Make) -> None:
    """Code injection, and mix-up: the thief authenticates as itself."""
    victim, thief = tool(), tool(name="Thief")
    code = victim.code(world.as_("author"))
    assert thief.redeem(code).get_json()["error"] == "invalid_grant"
    assert victim.redeem(code).status_code == 200


def test_pkce_cannot_be_left_out_later(world: World, tool: Make) -> None:
    """Downgrade: neither the tool nor who stole its code gets along without the verifier."""
    public = tool(public=True)
    code = public.code(world.as_("author"))
    assert public.redeem(code, code_verifier=None).status_code == 400
    assert public.redeem(code, code_verifier="").status_code == 400
    assert public.redeem(code, code_challenge_method="plain").status_code == 200


# Refreshing -----------------------------------------------------------------------------------


def test_a_refresh_token_is_given_only_for_absence(world: World, tool: Make) -> None:
    assert "refresh_token" not in tool().tokens(world.as_("author"))


def test_each_refresh_gives_a_new_one_and_an_old_one_ends_all(world: World, tool: Make) -> None:
    tool_ = tool()
    first = tool_.tokens(world.as_("author"), ALL)
    second = tool_.refresh(first["refresh_token"]).get_json()
    assert tool_.works(second)
    told = tool_.read(second["id_token"])
    assert "nonce" not in told
    assert told["auth_time"] == tool_.read(first["id_token"])["auth_time"]
    assert told["sid"] == tool_.read(first["id_token"])["sid"]

    stolen = tool_.refresh(first["refresh_token"])

    assert stolen.get_json()["error"] == "invalid_grant"
    assert not tool_.works(second)
    assert tool_.refresh(second["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_a_refresh_token_is_the_tools_own_and_gives_no_more_than_it_had(world: World, tool: Make) -> None:
    tool_, thief = tool(), tool(name="Thief")
    refresh = tool_.tokens(world.as_("author"), "openid email offline_access")["refresh_token"]
    assert thief.refresh(refresh).get_json()["error"] == "invalid_grant"
    assert tool_.refresh(refresh, scope="openid groups").get_json()["error"] == "invalid_scope"
    less = tool_.refresh(refresh, scope="openid").get_json()
    assert tool_.userinfo(less["access_token"]).get_json().keys() == {"sub"}
    more = tool_.refresh(less["refresh_token"]).get_json()
    assert "email" in tool_.userinfo(more["access_token"]).get_json()


def test_tokens_run_out(world: World, tool: Make) -> None:
    tool_ = tool()
    tokens = tool_.tokens(world.as_("author"), ALL)
    with clock.shifted(timedelta(minutes=11)):
        assert not tool_.works(tokens)
        tokens = tool_.refresh(tokens["refresh_token"]).get_json()
    with clock.shifted(timedelta(days=31)):
        assert tool_.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"


# Revocation and introspection -------------------------------------------------------------------


def test_a_tool_gives_its_tokens_back(world: World, tool: Make) -> None:
    tool_, other = tool(), tool(name="Other")
    tokens = tool_.tokens(world.as_("author"), ALL)
    refresh = tokens["refresh_token"]

    assert other.post("revoke", {"token": refresh}).status_code == 400
    assert tool_.works(tokens)
    assert tool_.post("revoke", {"token": "unknown"}).status_code == 200
    assert tool_.post("revoke", {}).status_code == 400
    assert tool_.post("revoke", {"token": refresh, "token_type_hint": "odd"}).status_code == 200
    assert not tool_.works(tokens)
    assert tool_.post("revoke", {"token": refresh}).status_code == 200


def test_a_tool_without_a_secret_gives_back_too_but_cannot_look_into_tokens(world: World, tool: Make) -> None:
    public = tool(public=True)
    tokens = public.tokens(world.as_("author"))
    assert (
        public.post("introspect", {"token": tokens["access_token"]}).get_json()["error"] == "invalid_client"
    )
    assert public.post("revoke", {"token": tokens["access_token"]}).status_code == 200
    assert not public.works(tokens)


def test_a_tool_learns_about_its_own_tokens_only(world: World, tool: Make) -> None:
    tool_, other = tool(), tool(name="Other")
    token = tool_.tokens(world.as_("author"), "openid email")["access_token"]

    def look(asks: Tool, token: str) -> dict[str, Any]:
        found: dict[str, Any] = asks.post("introspect", {"token": token}).get_json()
        return found

    mine = look(tool_, token)
    assert (mine["active"], mine["scope"], mine["client_id"]) == (True, "openid email", tool_.id)
    assert look(other, token) == look(tool_, "unknown") == {"active": False}
    with clock.shifted(timedelta(minutes=11)):
        assert look(tool_, token) == {"active": False}


def test_an_ended_session_gets_no_code(world: World, tool: Make) -> None:
    tool_ = tool()
    author = world.as_("author")
    with world.system() as db:
        session = db.query(SignInSession).filter_by(account_id=world.account_id("author")).one()
        sessions.end(db, session.account_id, session_id=session.id, reason="signed_out")
    assert tool_.ask(author).headers["Location"].startswith("/login?")
