"""A small client: signs in as a browser would, and asks for one page many times over open connections."""

import re
import selectors
import socket
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from urllib.parse import urlencode

CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.I)
GIVES_UP_AFTER = 30.0


@dataclass
class Load:
    """What one round of requests took: seconds per answer, and seconds for all of them."""

    latencies: list[float] = field(default_factory=list)
    elapsed: float = 0.0


class Browser:
    """A session with cookies, as one person has it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))

    def sign_in(self, email: str, password: str) -> None:
        """Read the form at /login, fill it in and send it. Raises RuntimeError when that is refused."""
        with self.open("/login") as page:
            form = _Fields(page.read().decode())
        data = {**form.values, "email": email, "password": password}
        with self.open("/login", urlencode(data).encode()) as answer:
            if answer.geturl().partition("?")[0].endswith("/login"):
                raise RuntimeError(f"{email} could not sign in")

    def open(self, path: str, data: bytes | None = None) -> HTTPResponse:
        """Ask for a path, following redirects; with ``data`` as a form that is sent."""
        origin = f"http://127.0.0.1:{self.port}"
        headers = {"Origin": origin, "Referer": f"{origin}{path}"} if data is not None else {}
        answer: HTTPResponse = self._opener.open(
            urllib.request.Request(origin + path, data, headers), timeout=GIVES_UP_AFTER
        )
        return answer

    def request(self, path: str) -> bytes:
        """Return the bytes of the GET request that a browser with these cookies would send."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies)
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            "Accept: text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language: en",
            "Accept-Encoding: gzip, br",
            *([f"Cookie: {cookies}"] if cookies else []),
        ]
        return "\r\n".join([*lines, "", ""]).encode()


class _Fields(HTMLParser):
    """The hidden fields of a page's forms, by name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("type") == "hidden":
            self.values[found.get("name") or ""] = found.get("value") or ""


class _Connection:
    """One open connection with at most one question under way."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=GIVES_UP_AFTER)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = request
        self._answer = b""
        self._asked = 0.0

    def ask(self) -> None:
        self._answer = b""
        self._asked = time.perf_counter()
        self.socket.sendall(self._request)

    def read(self) -> float | None:
        """Take what has arrived; return the seconds since the question once the answer is whole."""
        arrived = self.socket.recv(1 << 18)
        self._answer += arrived
        if not arrived:
            raise RuntimeError(f"The server hung up after {self._answer[:200]!r}")
        if not _whole(self._answer):
            return None
        taken = time.perf_counter() - self._asked
        if not self._answer.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"{self._request.split()[1]!r} was answered with {self._answer[:200]!r}")
        return taken


def _whole(answer: bytes) -> bool:
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        return False
    length = CONTENT_LENGTH.search(answer, 0, head)
    if length:
        return len(answer) >= head + 4 + int(length[1])
    return not CHUNKED.search(answer, 0, head) or answer.endswith(b"0\r\n\r\n")


def load(port: int, request: bytes, requests: int, seconds: float, connections: int) -> Load:
    """Ask until ``requests`` answers came or ``seconds`` have passed, whichever is first.

    Every connection asks again as soon as its answer is there. Any answer but 200 is an error.
    """
    result = Load()
    lines = [_Connection(port, request) for _ in range(connections)]
    begun = time.perf_counter()
    left = requests

    def more() -> bool:
        nonlocal left
        left -= 1
        return left >= 0 and time.perf_counter() - begun < seconds

    with selectors.DefaultSelector() as selector:
        for line in lines:
            if more():
                selector.register(line.socket, selectors.EVENT_READ, line)
                line.ask()
        _answer_all(selector, more, result)
    result.elapsed = time.perf_counter() - begun
    for line in lines:
        line.socket.close()
    return result


def _answer_all(selector: selectors.BaseSelector, more: Callable[[], bool], result: Load) -> None:
    while selector.get_map():
        ready = selector.select(GIVES_UP_AFTER)
        if not ready:
            raise RuntimeError(f"No answer within {GIVES_UP_AFTER:.0f} seconds")
        for key, _ in ready:
            taken = key.data.read()
            if taken is None:
                continue
            result.latencies.append(taken)
            if more():
                key.data.ask()
            else:
                selector.unregister(key.fileobj)
