"""The application of a test behind a real server, for several people at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from werkzeug.serving import make_server

from tests.cast import World


@contextmanager
def serving(world: World) -> Iterator[int]:
    """The port on which it answers."""
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def browser(world: World, who: str) -> tuple[str, str]:
    """The cookies and the token of somebody who is signed in."""
    client = world.as_(who)
    token = client.csrf()
    cookies = (client.get_cookie(name) for name in ("collab", "page"))
    return "; ".join(f"{one.key}={one.value}" for one in cookies if one), token


def said(
    port: int, path: str, fields: dict[str, Any] | None, cookies: str, token: str = ""
) -> tuple[int, str]:
    """The status and the words of the answer to a form; of a page, where there are no fields."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    body = None if fields is None else urlencode({"csrf_token": token, **fields})
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("GET" if fields is None else "POST", path, body, headers)
    answer = connection.getresponse()
    words = answer.read().decode()
    connection.close()
    return answer.status, words
