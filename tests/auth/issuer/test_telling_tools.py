"""The end of a sign-in is told to the tools."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from collab import clock
from collab.auth import services as accounts
from collab.auth.issuer import clients, listeners, logout, services
from collab.auth.issuer.models import OAuthClient, OAuthClientSession
from collab.auth.issuer.outgoing import NotSent, allowed, post
from collab.auth.models import Account, SignInSession
from tests.auth.issuer.conftest import Tool, bye
from tests.cast import Client, World

Make = Callable[..., Tool]


class Ear:
    """The tool's address for ends of sign-ins; answers with ``status``."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.status = 200
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                ear.heard.append(parse_qs(body)["logout_token"][0])
                self.send_response(ear.status)
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.uri = f"http://127.0.0.1:{self.server.server_port}/bye"


@pytest.fixture
def ear() -> Iterator[Ear]:
    made = Ear()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def _sign_out(world: World, _tool: Tool) -> None:
    world.as_("author").send("/logout")


def _sign_out_by_tool(world: World, tool_: Tool) -> None:
    bye(world.as_("author"), id_token_hint=tool_.tokens(world.as_("author"))["id_token"])


def _suspend(world: World, _tool: Tool) -> None:
    with world.acting("admin") as (db, viewer):
        accounts.suspend(db, viewer, db.get_one(Account, world.account_id("author")))


def _end_others(world: World, _tool: Tool) -> None:
    """From another browser of the same person."""
    other = world.app.test_client()
    world._clients.pop("author")
    assert isinstance(other, Client)
    world.as_("author").send("/account/sessions/end-others")


def _withdraw(world: World, tool_: Tool) -> None:
    with world.acting("author") as (db, viewer):
        services.withdraw(db, viewer, db.get_one(OAuthClient, tool_.number))


def _switch_off(world: World, tool_: Tool) -> None:
    with world.acting("admin") as (db, viewer):
        clients.disable(db, viewer, db.get_one(OAuthClient, tool_.number))


def _run_out(world: World, _tool: Tool) -> None:
    """Nobody does anything; the housekeeping notices."""
    with world.system() as db:
        db.query(SignInSession).update({"expires_at": clock.now()})
    listeners.housekeep(world.context)
    logout.tell(world.context)


def _idle(world: World, _tool: Tool) -> None:
    with world.system() as db:
        db.query(SignInSession).update({"seen_at": clock.now() - timedelta(days=2)})
    listeners.housekeep(world.context)
    logout.tell(world.context)


def _guest_style_end(world: World, _tool: Tool) -> None:
    with world.system() as db:
        db.get_one(Account, world.account_id("author")).ends_at = clock.now()
    listeners.housekeep(world.context)
    logout.tell(world.context)


ENDS = [
    _sign_out,
    _sign_out_by_tool,
    _suspend,
    _end_others,
    _withdraw,
    _switch_off,
    _run_out,
    _idle,
    _guest_style_end,
]


@pytest.mark.parametrize("ends", ENDS)
def test_a_tool_hears_of_every_end_once(
    world: World, tool: Make, ear: Ear, ends: Callable[[World, Tool], None]
) -> None:
    tool_ = tool(backchannel_logout_uri=ear.uri)
    author = world.as_("author")
    told = tool_.read(tool_.tokens(author)["id_token"])
    tool_.tokens(author)
    world.drain()
    assert ear.heard == []

    ends(world, tool_)
    world.drain()
    logout.tell(world.context)

    (token,) = ear.heard
    heard = tool_.read(token, "logout+jwt")
    assert (heard["iss"], heard["aud"]) == (world.context.settings.url, tool_.id)
    assert (heard["sid"], heard["sub"]) == (told["sid"], told["sub"])
    assert heard["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert heard["exp"] - heard["iat"] == 120
    assert heard["jti"]
    assert "nonce" not in heard


@pytest.mark.parametrize("status", [302, 400, 500])
def test_a_tool_that_did_not_understand_is_told_again_later(
    world: World, tool: Make, ear: Ear, status: int
) -> None:
    tool_ = tool(backchannel_logout_uri=ear.uri)
    tool_.tokens(world.as_("author"))
    ear.status = status
    _sign_out(world, tool_)
    world.drain()
    assert logout.tell(world.context) == 0, "not at once"
    assert len(ear.heard) == 1

    ear.status = 204
    with clock.shifted(timedelta(seconds=10)):
        assert logout.tell(world.context) == 1
        assert logout.tell(world.context) == 0
    assert len(ear.heard) == 2


def test_a_tool_that_is_gone_is_given_up_and_stops_no_other(world: World, tool: Make, ear: Ear) -> None:
    gone = tool(name="Gone", backchannel_logout_uri="http://127.0.0.1:9/bye")
    there = tool(backchannel_logout_uri=ear.uri)
    for tool_ in (gone, there):
        tool_.tokens(world.as_("author"))
    _sign_out(world, gone)
    world.drain()
    assert len(ear.heard) == 1
    for hours in range(1, 30):
        with clock.shifted(timedelta(hours=2 * hours)):
            logout.tell(world.context)
    with world.system() as db:
        row = db.query(OAuthClientSession).filter_by(client_id=gone.number).one()
        assert (row.due_at, row.told_at, row.tries) == (None, None, logout.ATTEMPTS)


def test_signing_in_again_after_withdrawing_is_a_new_sign_in(world: World, tool: Make, ear: Ear) -> None:
    tool_ = tool(backchannel_logout_uri=ear.uri)
    author = world.as_("author")
    first = tool_.read(tool_.tokens(author)["id_token"])["sid"]
    _withdraw(world, tool_)
    world.drain()
    second = tool_.read(tool_.tokens(author)["id_token"])["sid"]
    _sign_out(world, tool_)
    world.drain()
    assert [tool_.read(token, "logout+jwt")["sid"] for token in ear.heard] == [first, second]
    assert first != second


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "0.0.0.0", "::", "224.0.0.1", "ff02::1",
     "100.100.100.200", "fd00:ec2::254", "192.0.0.192", "255.255.255.255", "2002:a9fe:a9fe::1", "127.0.0.1", "::1"],
)  # fmt: skip
def test_collab_does_not_go_where_secrets_are_kept(address: str) -> None:
    assert not allowed(address, loopback=False)


@pytest.mark.parametrize("address", ["10.1.2.3", "192.168.0.9", "172.16.0.1", "fd12::1", "93.184.216.34"])
def test_a_companys_own_network_is_allowed(address: str) -> None:
    assert allowed(address, loopback=False)


def test_what_is_sent_goes_to_registered_kinds_of_addresses_only(ear: Ear) -> None:
    post(ear.uri, {"logout_token": "x"}, loopback=True)
    for uri in (ear.uri.replace("127.0.0.1", "example.com"), "file:///etc/passwd", "ftp://tool.example/"):
        with pytest.raises(NotSent):
            post(uri, {"logout_token": "x"}, loopback=True)
    with pytest.raises(NotSent, match="forbidden"):
        post(ear.uri, {"logout_token": "x"}, loopback=False)
    assert ear.heard == ["x"]
