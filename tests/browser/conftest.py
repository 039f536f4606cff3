"""One server with the demo company and one browser for all tests here."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from tests.browser.server import House, prepare, running
from tests.browser.visitor import Visitor

# The resolver rule keeps every request in this machine; visitors also report each try.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser. Missing it is a failure where everything is tested, else a reason to skip."""
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, NAMES)), playwright.chromium.executable_path)
        if not Path(found).exists():
            why = "no Chromium here: apt-get install chromium, or python -m playwright install chromium"
            if os.environ.get("CI") == "true":
                pytest.fail(why)
            pytest.skip(why)
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def house(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demo company, with the cast of the tests as more colleagues and guests."""
    folder = tmp_path_factory.mktemp("house")
    with running(folder, COLLAB_DEMO="1") as url:
        yield House(url, prepare(folder))


def _visits(chromium: Browser, house: House) -> Iterator[Visit]:
    visitors: list[Visitor] = []

    def visit(who: str = "", locale: str = "en-GB", **options: Any) -> Visitor:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        options.setdefault("reduced_motion", "reduce")  # nobody waits for what moves
        context = chromium.new_context(locale=locale, timezone_id="Europe/Berlin", **options)
        context.set_default_timeout(15_000)
        if who:
            house.sign_in(context, who)
        visitors.append(Visitor(context, house.url))
        return visitors[-1]

    yield visit
    alarms = [alarm for visitor in visitors for alarm in visitor.alarms]
    for visitor in visitors:
        _leave(visitor)
        visitor.context.close()
    assert alarms == []


def _leave(visitor: Visitor) -> None:
    """A page that still waits for a passkey may keep Chromium from closing its window; leaving ends the wait."""
    for page in visitor.context.pages:
        with suppress(Error):
            page.goto("about:blank", timeout=5_000)


@pytest.fixture
def visit(chromium: Browser, house: House) -> Iterator[Visit]:
    """``visit("anna@auwald.example")`` is a window in which she is signed in; ``visit()`` a stranger's.

    At the end of the test no script of others has run, no request has left and no error occurred.
    """
    yield from _visits(chromium, house)
