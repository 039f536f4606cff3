"""Somebody in front of a browser, and what must not happen to them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

# A script that got in shows itself here, whatever it calls; so does what the policy had to stop.
WATCH = """
(() => {
  const cry = (what) => window.collabAlarm?.(what + " on " + location.pathname);
  for (const name of ["alert", "confirm", "prompt", "print"])
    Object.defineProperty(window, name, { value: (...words) => { cry(`${name}(${words})`); }, writable: false });
  document.addEventListener("securitypolicyviolation", (event) =>
    cry(`policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
})();
"""
HARMLESS = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


def slow_line(page: Page, latency: int = 300) -> None:
    """From now on every answer takes so many milliseconds longer."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)


class Visitor:
    """One browser window. ``alarms`` collects what must not happen; a test ends with none."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url = context, url
        self.alarms: list[str] = []
        self.requests: list[str] = []
        context.expose_binding("collabAlarm", lambda _source, what: self.alarms.append(what))
        context.add_init_script(WATCH)
        context.on("request", self._asked)
        context.on("page", self._opened)
        self.page = context.new_page()

    def _opened(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.alarms.append(f"error: {error}"))
        page.on("console", self._heard)
        page.on("popup", lambda other: self.alarms.append(f"window: {other.url}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not HARMLESS.match(message.text):
            self.alarms.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme in ("http", "https", "ws", "wss", "ftp") and not request.url.startswith(
            f"{self.url}/"
        ):
            self.alarms.append(f"foreign: {request.url} from {self.page.url}")
        self.requests.append(asked.path)

    def go(self, path: str, **how: Any) -> Page:
        """Open a page of ours; answers the window, for the next step."""
        self.page.goto(self.url + path, **how)
        return self.page

    def status(self, path: str) -> int:
        """Open an address; the status of the answer."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        return answer.status

    def sign_out_secretly(self) -> None:
        """The session is gone, and the page does not know."""
        self.context.clear_cookies(name="collab")
