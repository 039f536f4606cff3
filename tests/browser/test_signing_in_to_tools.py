"""Another tool of the company, in a real browser: in through Collab, and out there and here."""

import os
import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from urllib.error import URLError

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from collab.auth.issuer import clients
from collab.auth.models import Account
from collab.auth.passwords import set_password
from collab.viewer import ANONYMOUS
from tests.auth.issuer.kit import installed
from tests.browser.server import House
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def tool(house: House) -> Iterator[str]:
    """The kit's small tool, registered at Collab; its address."""
    kit, port = installed(), _free_port()
    base = f"http://127.0.0.1:{port}"
    facts = clients.Facts(
        "The other tool",
        [f"{base}/callback"],
        post_logout_redirect_uris=[f"{base}/signed-out"],
        backchannel_logout_uri=f"{base}/backchannel-logout",
    )
    with house.world.system() as db:
        set_password(db, db.get_one(Account, house.account_id("member@example.com")), PASSWORD)
        made, secret = clients.create(db, ANONYMOUS, facts)
    wanted = {"APP_PORT": str(port), "RP_ISSUER": house.url, "RP_CLIENT_ID": made.client_id}
    process = subprocess.Popen(
        ["node", "app.mjs"], cwd=kit, env=os.environ | wanted | {"RP_CLIENT_SECRET": secret}
    )
    try:
        _wait(base)
        yield base
    finally:
        process.terminate()
        process.wait(10)


def _wait(base: str) -> None:
    for _ in range(100):
        with suppress(URLError, ConnectionError):
            urllib.request.urlopen(base, timeout=5).close()
            return
        time.sleep(0.1)
    pytest.fail("the tool did not start")


@pytest.fixture
def window(chromium, house: House) -> Iterator[Page]:  # type: ignore[no-untyped-def]
    """A browser of somebody who is signed in nowhere. The policy of our pages must stop nothing."""
    context: BrowserContext = chromium.new_context(locale="en-GB")
    context.set_default_timeout(15_000)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [text for text in said if "Content Security Policy" in text] == []


def _sign_in(page: Page, tool: str) -> None:
    page.goto(tool)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail").fill("member@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def test_in_with_consent_and_out_from_there(tool: str, window: Page, house: House) -> None:
    _sign_in(window, tool)
    expect(window.get_by_role("heading", name="Sign in to The other tool?")).to_be_visible()
    expect(window.get_by_text(tool.removeprefix("http://"))).to_be_visible()
    window.get_by_role("button", name="Continue as Member").click()
    expect(window.get_by_role("heading", name="Signed in")).to_be_visible()
    expect(window.locator("pre")).to_contain_text("member@example.com")

    window.get_by_role("link", name="Sign out").click()

    expect(window.get_by_role("heading", name="Signed out")).to_be_visible()
    window.goto(f"{house.url}/account/")
    expect(window).to_have_url(re.compile("/login"))


def test_signing_out_here_ends_it_there(tool: str, window: Page, house: House) -> None:
    _sign_in(window, tool)
    window.get_by_role("button", name="Continue as Member").click()
    expect(window.get_by_role("heading", name="Signed in")).to_be_visible()

    window.goto(f"{house.url}/account/tools")
    expect(window.locator(".row-title", has_text="The other tool").first).to_be_visible()
    window.locator(".menu-account summary").click()
    window.get_by_role("button", name="Sign out", exact=True).click()
    expect(window).to_have_url(re.compile("/login"))

    for _ in range(50):  # the worker tells the tool
        answer = window.goto(f"{tool}/me")
        if answer is not None and answer.status == 401:
            break
        time.sleep(0.1)
    # Known there already: the sign-in's own form leads on to the tool.
    _sign_in(window, tool)
    expect(window.get_by_role("heading", name="Signed in")).to_be_visible()


def test_saying_no_goes_back_without_a_sign_in(tool: str, window: Page) -> None:
    _sign_in(window, tool)
    window.get_by_role("button", name="Cancel").click()
    expect(window.get_by_role("heading", name="Sign-in failed")).to_be_visible()
    answer = window.goto(f"{tool}/me")
    assert answer is not None
    assert answer.status == 401
