"""Pages about tools: administrators register them, people see and withdraw what they granted."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from collab import clock
from collab.activity import Event
from collab.auth.issuer.addresses import usable
from collab.auth.issuer.models import OAuthClient
from tests.auth.issuer.conftest import BACK, Tool
from tests.cast import World

Make = Callable[..., Tool]
RIGHT = {
    "name": "Planka",
    "redirect_uris": f"{BACK}\r\nhttps://tool.example/two\r\n",
    "post_logout_redirect_uris": "",
    "backchannel_logout_uri": "https://planka.intern/bye",
    "home_url": "https://planka.intern/",
    "trusted": "1",
}


def test_an_administrator_registers_a_tool_and_sees_the_secret_once(world: World, tool: Make) -> None:
    admin = world.as_("admin")
    answer = admin.send("/admin/tools/", RIGHT)
    secret = re.findall(r"<code>([0-9a-f]{64})</code>", answer.text)
    with world.system() as db:
        made = db.query(OAuthClient).one()
    assert len(secret) == 1
    assert made.redirect_uris == [BACK, "https://tool.example/two"]
    assert (made.trusted, made.allows_guests) == (True, False)
    page = admin.get(f"/admin/tools/{made.public_id}")
    assert made.client_id in page.text
    assert secret[0] not in page.text

    tool_ = Tool.__new__(Tool)
    tool_.world, tool_.id, tool_.secret = world, made.client_id, secret[0]
    tool_.programs = world.app.test_client(use_cookies=False)
    assert tool_.works(tool_.tokens(world.as_("author")))


def test_a_tool_that_cannot_keep_a_secret_gets_none(world: World) -> None:
    answer = world.as_("admin").send("/admin/tools/", RIGHT | {"public": "1"})
    assert re.search(r"<code>[0-9a-f]{64}</code>", answer.text) is None
    with world.system() as db:
        assert db.query(OAuthClient).one().secret_hash == ""


@pytest.mark.parametrize(
    "uri",
    [
        "http://tool.example/cb", "https://*.example/cb", "https://tool.example/cb#x", "tool.example/cb",
        "javascript:alert(1)", "https://", "https://user:pw@tool.example/", "https://tool.example:99999/",
        "https://tool.example\\@evil.example/", "https://tööl.example/", "//tool.example", "https://[::1",
    ],
)  # fmt: skip
def test_a_wrong_address_is_shown_at_its_field(world: World, uri: str) -> None:
    assert not usable(uri)
    for field in ("redirect_uris", "post_logout_redirect_uris", "backchannel_logout_uri", "home_url"):
        answer = world.as_("admin").send("/admin/tools/", RIGHT | {field: uri})
        assert answer.status_code == 422
        assert f'href="#f-{field}"' in answer.text
    with world.system() as db:
        assert db.query(OAuthClient).count() == 0


@pytest.mark.parametrize(
    "uri", ["https://t.example/cb?x=1", "http://127.0.0.1:1/", "http://localhost/", "http://[::1]:8/"]
)
def test_a_right_address_is_taken(uri: str) -> None:
    assert usable(uri)


def test_what_is_missing_is_asked_for(world: World) -> None:
    answer = world.as_("admin").send("/admin/tools/", {"name": " ", "redirect_uris": ""})
    assert answer.status_code == 422
    assert {'href="#f-name"', 'href="#f-redirect_uris"'} <= set(re.findall(r'href="#f-\w+"', answer.text))


def test_every_act_is_in_the_audit_log(world: World, tool: Make) -> None:
    tool_, admin = tool(), world.as_("admin")
    base = f"/admin/tools/{tool_.public_id}"
    assert admin.send(base, RIGHT).status_code == 303
    assert admin.send(f"{base}/secret").status_code == 200
    assert admin.send(f"{base}/disable").status_code == 303
    assert admin.send(f"{base}/enable").status_code == 303
    with world.system() as db:
        kinds = [event.kind for event in db.query(Event).filter(Event.kind.like("tool.%")).order_by(Event.id)]
    assert kinds == ["tool.created", "tool.changed", "tool.secret_changed", "tool.disabled", "tool.enabled"]
    assert "Tool switched off" in admin.get("/admin/audit/").text


def test_acts_ask_for_a_fresh_proof(world: World, tool: Make) -> None:
    base, admin = f"/admin/tools/{tool().public_id}", world.as_("admin")
    with clock.shifted(timedelta(minutes=30)):
        for path in ("/admin/tools/", base, f"{base}/secret", f"{base}/disable"):
            answer = admin.send(path, RIGHT)
            assert answer.headers["Location"].startswith("/login/again")


def test_administrators_see_who_uses_a_tool(world: World, tool: Make) -> None:
    tool_ = tool()
    tool_.tokens(world.as_("author"))
    page = world.as_("admin").get(f"/admin/tools/{tool_.public_id}").text
    assert "Author" in page.partition("Who uses it")[2]
    assert "1 person" in world.as_("admin").get("/admin/tools/").text


def test_people_see_their_tools_and_withdraw(world: World, tool: Make) -> None:
    tool_, author = tool(trusted=False), world.as_("author")
    assert "No tools yet" in author.get("/account/tools").text
    question = tool_.ask(author, scope="openid email offline_access").headers["Location"]
    author.send(question, {"allow": "1"})
    tokens = tool_.tokens(author, "openid email offline_access")
    page = author.get("/account/tools").text
    assert {"Wiki", "e-mail address", "also when you are not there"} <= set(
        re.findall("Wiki|e-mail address|also when you are not there", page)
    )
    other = world.as_("member").send(f"/account/tools/{tool_.public_id}/withdraw")
    assert other.status_code == 404
    assert tool_.works(tokens)

    author.send(f"/account/tools/{tool_.public_id}/withdraw")

    assert not tool_.works(tokens)
    assert tool_.refresh(tokens["refresh_token"]).status_code == 400
    assert "No tools yet" in author.get("/account/tools").text
    assert tool_.ask(author, scope="openid").headers["Location"].startswith("/oauth/tools/")


def test_a_name_is_shown_as_text(world: World, tool: Make) -> None:
    tool_, author = tool(trusted=False, name="<b>Bold</b> %(x)s"), world.as_("author")
    page = author.get(tool_.ask(author).headers["Location"])
    assert page.status_code == 200
    assert "<b>Bold" not in page.text
    assert author.get("/account/tools").status_code == 200
