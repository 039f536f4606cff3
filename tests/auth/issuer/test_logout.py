"""The end of a sign-in, asked for by a tool."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from collab import clock
from collab.auth.issuer import logout
from tests.auth.issuer.conftest import FAREWELL, Tool, bye, came_back, forged
from tests.cast import STRANGER, Client, World

Make = Callable[..., Tool]


def _signed_in(who: Client) -> bool:
    return who.get("/account/").status_code == 200


def _confirm(who: Client, page: TestResponse) -> TestResponse:
    """Press the button of the question."""
    fields = dict(
        re.findall(r'name="(\w+)" value="([^"]*)"', page.text.partition("/oauth/logout/confirm")[2])
    )
    return who.send(
        "/oauth/logout/confirm", {k: v.replace("&amp;", "&") for k, v in fields.items() if k != "csrf_token"}
    )


def test_a_tool_that_shows_the_sign_in_ends_it_at_once(world: World, tool: Make) -> None:
    tool_, author = tool(), world.as_("author")
    hint = tool_.tokens(author)["id_token"]
    with clock.shifted(timedelta(hours=2)):  # that the hint has run out does not matter
        answer = bye(author, id_token_hint=hint, post_logout_redirect_uri=FAREWELL, state="a b")
    assert answer.headers["Location"] == f"{FAREWELL}&state=a+b"
    assert not _signed_in(author)
    # The tool may ask again for what has ended already.
    again = bye(author, id_token_hint=hint, post_logout_redirect_uri=FAREWELL)
    assert again.headers["Location"] == FAREWELL


def test_without_proof_the_person_is_asked(world: World, tool: Make) -> None:
    tool_, author = tool(), world.as_("author")
    page = bye(author, client_id=tool_.id, post_logout_redirect_uri=FAREWELL, state="s")
    assert page.status_code == 200
    assert _signed_in(author)
    assert author.post("/oauth/logout/confirm").status_code == 400, "not without the page's token"
    assert _signed_in(author)
    assert _confirm(author, page).headers["Location"] == f"{FAREWELL}&state=s"
    assert not _signed_in(author)


@pytest.mark.parametrize(
    "uri", ["https://evil.example/", FAREWELL + "&x=1", "https://tool.example/bye", "//evil.example", ""]
)
def test_nobody_is_led_to_an_address_that_is_not_registered(world: World, tool: Make, uri: str) -> None:
    tool_, author = tool(), world.as_("author")
    hint = tool_.tokens(author)["id_token"]
    page = bye(author, id_token_hint=hint, post_logout_redirect_uri=uri)
    if page.status_code == 200:
        page = _confirm(author, page)
    assert page.headers["Location"] == "/login"
    gone = bye(world.as_(STRANGER), id_token_hint=hint, post_logout_redirect_uri=uri)
    assert gone.headers["Location"] == "/login"


def test_a_hint_of_another_sign_in_only_asks(world: World, tool: Make) -> None:
    tool_ = tool()
    hint = tool_.tokens(world.as_("author"))["id_token"]
    member = world.as_("member")
    assert bye(member, id_token_hint=hint, post_logout_redirect_uri=FAREWELL).status_code == 200
    assert _signed_in(member)
    assert _signed_in(world.as_("author"))


def test_a_hint_that_is_not_ours_is_no_hint(world: World, tool: Make) -> None:
    tool_, author = tool(), world.as_("author")
    told = tool_.read(tool_.tokens(author)["id_token"])
    none = forged(told, {"alg": "none", "typ": "JWT"}).rpartition(".")[0] + "."
    for hint in (
        forged(told, {"alg": "RS256", "typ": "JWT"}),
        none,
        "x",
        "a.b.c",
        "\x00",
        "x" * 9000,
        _told(world, tool_),
    ):
        page = bye(author, id_token_hint=hint, post_logout_redirect_uri=FAREWELL)
        assert page.status_code == 200
        assert _signed_in(author)
    other = tool(name="Other")
    hint = tool_.tokens(author)["id_token"]
    assert bye(author, id_token_hint=hint, client_id=other.id).status_code == 200
    assert _signed_in(author)


def _told(world: World, tool_: Tool) -> str:
    """A logout token of ours, which is no ID token."""
    return logout.logout_token(world.context, tool_.id, "sid", "sub")


def test_a_form_asks_like_an_address(world: World, tool: Make) -> None:
    tool_, author = tool(), world.as_("author")
    hint = tool_.tokens(author)["id_token"]
    form = {"id_token_hint": hint, "post_logout_redirect_uri": FAREWELL, "odd": "1"}
    answer = tool_.programs.post("/oauth/logout", data=form)
    assert answer.status_code == 303
    assert _signed_in(author)
    assert author.get(answer.headers["Location"]).headers["Location"] == FAREWELL


def test_all_is_over_after_the_way_back(world: World, tool: Make) -> None:
    """Signed out by a tool, another tool asks in vain."""
    tool_, other, author = tool(), tool(name="Other"), world.as_("author")
    bye(author, id_token_hint=tool_.tokens(author)["id_token"])
    assert came_back(other.ask(author, prompt="none"))["error"] == "login_required"
    assert urlsplit(other.ask(author).headers["Location"]).path == "/login"
