"""A tool shows who it is, or gets nothing."""

from collections.abc import Callable

import pytest

from collab.auth.issuer import clients
from collab.auth.issuer.models import OAuthClient
from tests.auth.issuer.conftest import BACK, VERIFIER, Tool, basic_auth
from tests.cast import World

Make = Callable[..., Tool]
ALL = "openid profile email groups offline_access"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic /////w==",
        "Basic eA==",
        "Bearer x",
        basic_auth("x" * 500, "y"),
        basic_auth("\x00", "y"),
    ],
)
def test_a_tool_shows_its_secret_or_gets_nothing(world: World, tool: Make, given: str) -> None:
    tool_ = tool()
    fields = {
        "grant_type": "authorization_code",
        "code": tool_.code(world.as_("author")),
        "redirect_uri": BACK,
    }
    for form in (
        fields,
        fields | {"client_id": tool_.id},
        fields | {"client_id": tool_.id, "client_secret": "no"},
    ):
        answer = tool_.programs.post(
            "/oauth/token", data=form, headers={"Authorization": given} if given else {}
        )
        assert answer.status_code in (400, 401)
        assert answer.get_json()["error"] in ("invalid_client", "invalid_request")


def test_the_secret_may_come_in_the_form_but_in_one_place(world: World, tool: Make) -> None:
    tool_ = tool()
    form = {"client_id": tool_.id, "client_secret": tool_.secret, "grant_type": "authorization_code"}
    form |= {"code": tool_.code(world.as_("author")), "redirect_uri": BACK, "code_verifier": VERIFIER}
    both = tool_.programs.post(
        "/oauth/token", data=form, headers={"Authorization": basic_auth(tool_.id, tool_.secret)}
    )
    assert both.get_json()["error"] == "invalid_request"
    answer = tool_.programs.post("/oauth/token", data=form)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_guessing_a_secret_ends_soon_and_stops_nobody_else(world: World, tool: Make) -> None:
    tool_, other = tool(), tool(name="Other")
    wrong = {"Authorization": basic_auth(tool_.id, "wrong")}
    seen = [
        tool_.programs.post(
            "/oauth/token", data={"grant_type": "authorization_code", "code": "x"}, headers=wrong
        )
        for _ in range(31)
    ]
    assert [answer.status_code for answer in seen] == [401] * 30 + [429]
    assert int(seen[-1].headers["Retry-After"]) > 0
    assert other.redeem(other.code(world.as_("author"))).status_code == 200


def test_a_new_secret_ends_the_old_one(world: World, tool: Make) -> None:
    tool_ = tool()
    with world.system() as db:
        fresh = clients.new_secret(db, world.viewer("admin"), db.get_one(OAuthClient, tool_.number))
    assert tool_.redeem(tool_.code(world.as_("author"))).status_code == 401
    tool_.secret = fresh
    assert tool_.redeem(tool_.code(world.as_("author"))).status_code == 200
